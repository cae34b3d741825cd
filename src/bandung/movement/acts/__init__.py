"""Every official change of the register, split by subject.

The register is kept by the secretariat; mandates are given and ended by the administrator.
"""

from bandung.movement.acts.common import Names, Texts
from bandung.movement.acts.groups import (
    AddGroupMembers,
    CorrectGroup,
    CorrectGroupMembership,
    DefineGroup,
    EndGroupMembership,
    GroupDays,
    StrikeGroupMembership,
)
from bandung.movement.acts.mandates import Appoint, EndAppointment
from bandung.movement.acts.memberships import (
    CorrectMembership,
    EndMembership,
    MembershipFacts,
    RecordMemberships,
    StrikeMembership,
)
from bandung.movement.acts.organs import (
    CorrectBody,
    CorrectChairTerm,
    CorrectPrinciple,
    EndChairTerm,
    EstablishBody,
    ExtendChairTerm,
    RecordChairTerm,
    RecordPrinciple,
)
from bandung.movement.acts.parties import CorrectParty, RegisterParty

__all__ = [
    "AddGroupMembers",
    "Appoint",
    "CorrectBody",
    "CorrectChairTerm",
    "CorrectGroup",
    "CorrectGroupMembership",
    "CorrectMembership",
    "CorrectParty",
    "CorrectPrinciple",
    "DefineGroup",
    "EndAppointment",
    "EndChairTerm",
    "EndGroupMembership",
    "EndMembership",
    "EstablishBody",
    "ExtendChairTerm",
    "GroupDays",
    "MembershipFacts",
    "Names",
    "RecordChairTerm",
    "RecordMemberships",
    "RecordPrinciple",
    "RegisterParty",
    "StrikeGroupMembership",
    "StrikeMembership",
    "Texts",
]
