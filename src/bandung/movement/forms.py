"""Forms of the account pages."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bandung.core.models import User
from bandung.core.refused import Refused
from bandung.movement.accounts import plain_name, sign_in_name
from bandung.movement.second_factor import is_right_code, plain, step_of

MIN_PASSWORD = _("At least 12 characters. A sentence of several words is good.")


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, help_text=help_text, widget=widget, strip=False, max_length=500
    )


def _code(label: Any, help_text: Any) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "characters"}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=40)


class SignInForm(forms.Form):
    """Name and password. A name that nobody has and a wrong password get the same answer."""

    username = forms.CharField(
        label=_("Name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = _password(_("Password"), "current-password")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if {"username", "password"} <= cleaned.keys():
            name = sign_in_name(cleaned["username"])
            self.user = authenticate(self.request, username=name, password=cleaned["password"])
            if self.user is None:
                raise ValidationError(
                    _("This name and password do not belong together. Check both, then try again.")
                )
        return cleaned


class CodeForm(forms.Form):
    """The second factor: a one-time code or a recovery code."""

    code = _code(
        _("Code from the app"),
        _("The six digits your authenticator app shows now, or one of your recovery codes."),
    )

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.at = user, at

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            is_right = is_right_code(self.user, code, self.at)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        if not is_right:
            raise ValidationError(
                _("This code is wrong, too old or used already. Wait for the next one.")
            )
        return code


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new_password = _password(_("New password"), "new-password", MIN_PASSWORD)
    again = _password(_("New password, once more"), "new-password")
    user: User

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        is_typed = {"new_password", "again"} <= cleaned.keys()
        if is_typed and cleaned["new_password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return cleaned


class SetUpForm(NewPasswordForm):
    """What a person invited chooses: a name, a password, and a code that proves the app works."""

    username = forms.CharField(
        label=_("Name to sign in with"),
        help_text=_("Your e-mail address or a name of your choice."),
        min_length=3,
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = _code(_("Code from the app"), _("The six digits that the app shows now."))
    field_order = ["username", "new_password", "again", "code"]

    def __init__(self, *args: Any, user: User, secret: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, initial={"username": user.email}, **kwargs)
        self.user, self.secret, self.at = user, secret, at
        self.step = 0

    def clean_username(self) -> str:
        self.user.username = plain_name(self.cleaned_data["username"])  # not saved here
        return self.user.username

    def clean_code(self) -> str:
        step = step_of(self.secret, plain(self.cleaned_data["code"]), self.at)
        if step is None:
            raise ValidationError(
                _("This is not the code of the picture above. Scan it again, type the newest code.")
            )
        self.step = step
        return str(self.cleaned_data["code"])


class ChangePasswordForm(NewPasswordForm):
    """The present password, then a new one."""

    password = _password(_("Present password"), "current-password")
    field_order = ["password", "new_password", "again"]

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        name = self.user.username
        if authenticate(self.request, username=name, password=password) is None:
            raise ValidationError(_("This is not your present password."))
        return password
