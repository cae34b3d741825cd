"""Tables beside the record: how a person gets an account. Nothing here is official or replayed."""

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """A one-time link to set up an account. The link itself is nowhere; its digest is here."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    issued_under = models.CharField(max_length=30)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    token = ""  # known only to the call that issued it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")),
                name="movement_invitation_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of user {self.user_id}"


class ExerciseAccount(models.Model):
    """A made-up person of an exercise, whom anybody may continue as without a password."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exercise"
    )

    def __str__(self) -> str:
        return f"exercise account of user {self.user_id}"
