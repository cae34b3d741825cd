"""Every official change of needs, split by subject."""

from bandung.needs.acts.disputes import DisputeLine, LiftDispute, note_block
from bandung.needs.acts.emergencies import ChangeDueDay, CloseEmergency, OpenEmergency
from bandung.needs.acts.publishing import PublishNeeds, WithdrawPublication, WithdrawSubmission
from bandung.needs.acts.reviewing import AcceptSubmission, RemarkText, ReturnSubmission
from bandung.needs.acts.submitting import SubmitNeeds

__all__ = [
    "AcceptSubmission",
    "ChangeDueDay",
    "CloseEmergency",
    "DisputeLine",
    "LiftDispute",
    "OpenEmergency",
    "PublishNeeds",
    "RemarkText",
    "ReturnSubmission",
    "SubmitNeeds",
    "WithdrawPublication",
    "WithdrawSubmission",
    "note_block",
]
