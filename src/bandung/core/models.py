"""What every app's tables share, and the person who signs in."""

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class OfficialModel(models.Model):
    """A table of what the ledger says now: written by acts alone, rebuilt from them at any time.

    Its keys are codes or come from an act's number; it never has an automatic key.
    """

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


def new_person() -> str:
    """An opaque identifier of a person: it says nothing, and the person behind it can be erased."""
    return secrets.token_hex(8)


class User(AbstractUser):
    """Somebody who can sign in. Acts know only `person`; all else here can be erased."""

    first_name = None
    last_name = None
    name = models.CharField(max_length=120, blank=True)
    person = models.CharField(max_length=16, unique=True, default=new_person, editable=False)

    def __str__(self) -> str:
        return self.name or self.username
