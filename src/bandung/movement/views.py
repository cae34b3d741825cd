"""Account pages: invitation, sign-in in two steps, the exercise's short way in, own account."""

from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bandung.core.addresses import gettable, post_only
from bandung.core.models import User
from bandung.core.refused import Refused
from bandung.ledger.models import Instance
from bandung.movement.access import mandates_of
from bandung.movement.accounts import (
    LinkSpent,
    exercise_users,
    open_invitation,
    redeem,
)
from bandung.movement.context import FUNCTION_LABELS, MandateNotice, party_names
from bandung.movement.forms import ChangePasswordForm, CodeForm, SetUpForm, SignInForm
from bandung.movement.middleware import mandate_ended
from bandung.movement.second_factor import (
    has_second_factor,
    new_recovery_codes,
    new_secret,
    picture,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
SIGNING_IN = "signing_in"
SIGNING_IN_SECONDS = 600
SETTING_UP = "setting_up"
form_page = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@form_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; then the second factor."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(_sent(request), request=request)
    if form.is_valid():
        if has_second_factor(form.user):
            _begin(request, form.user)
            query = urlencode({"next": _next(request)})
            return redirect(f"{reverse('account_code')}?{query}")
        form.add_error(None, _("This account is not set up. Ask the administrator for a new link."))
    people = exercise_users(timezone.now())
    return render(
        request,
        "movement/sign_in.html",
        {
            "form": form,
            "next": _next(request),
            "people": [
                (name, FUNCTION_LABELS[name], user) for name, (user, _held) in people.items()
            ],
        },
    )


@login_not_required
@never_cache
@form_page
def code(request: HttpRequest) -> HttpResponse:
    """The second factor, after the right password."""
    now = timezone.now()
    user = _beginner(request, now)
    if user is None:
        return redirect("account_login")
    form = CodeForm(_sent(request), user=user, at=now)
    if form.is_valid():
        return _enter(request, user, now)
    return render(request, "movement/code.html", {"form": form, "next": _next(request)})


@login_not_required
@never_cache
@post_only
def exercise_sign_in(request: HttpRequest) -> HttpResponse:
    """On an exercise instance anybody may continue as one of its made-up people."""
    now = timezone.now()
    person = exercise_users(now).get(request.POST.get("function", ""))
    if person is None:
        raise Http404
    return _enter(request, person[0], now)


@login_not_required
@post_only
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; its cookie is worth nothing afterwards."""
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
@form_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the one-time link: name, password and second factor, set up all at once."""
    now = timezone.now()
    try:
        user = open_invitation(token, now).user
    except LinkSpent as refused:
        return render(request, "movement/link_spent.html", {"refused": refused}, status=404)
    secret = _secret(request, token)
    form = SetUpForm(_sent(request), user=user, secret=secret, at=now)
    if form.is_valid() and (codes := _redeem(request, form, token, now)):
        return render(request, "movement/recovery_codes.html", {"codes": codes, "is_new": True})
    shown = {
        "form": form,
        "name": user.name,
        "picture": picture(secret, user.email or user.name, _issuer()),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return render(request, "movement/invitation.html", shown)


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """One's own account and mandates."""
    held = request.reader.mandates
    names = party_names(each.party for each in held)
    notices = [MandateNotice.of(each, names) for each in held]
    return render(request, "movement/account.html", {"mandates": notices})


@never_cache
@sensitive_post_parameters("password", "new_password", "again")
@form_page
def password(request: HttpRequest) -> HttpResponse:
    """A new password; all other sessions of this person end."""
    _refuse_without_password(request.user)
    form = ChangePasswordForm(_sent(request), request=request, user=request.user)
    if form.is_valid():
        request.user.set_password(form.cleaned_data["new_password"])
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. Other sessions of yours are ended."))
        return redirect("account")
    return render(request, "movement/password.html", {"form": form})


@never_cache
@form_page
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes for a right code; the old ones stop working."""
    _refuse_without_password(request.user)
    form = CodeForm(_sent(request), user=request.user, at=timezone.now())
    if form.is_valid():
        codes = new_recovery_codes(request.user)
        return render(request, "movement/recovery_codes.html", {"codes": codes})
    return render(request, "movement/new_recovery_codes.html", {"form": form})


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _refuse_without_password(user: User) -> None:
    """The made-up people of an exercise have neither password nor second factor."""
    if not user.has_usable_password():
        raise Http404


def _begin(request: HttpRequest, user: User) -> None:
    """Remembers, under a new session key, who gave the right password."""
    request.session.cycle_key()
    request.session[SIGNING_IN] = {
        "user": user.pk,
        "at": int(timezone.now().timestamp()),
        "stamp": user.get_session_auth_hash(),  # a password changed meanwhile undoes this step
    }


def _beginner(request: HttpRequest, now: datetime) -> User | None:
    begun = request.session.get(SIGNING_IN)
    if not begun or now.timestamp() - begun["at"] > SIGNING_IN_SECONDS:
        return None
    user = User.objects.filter(pk=begun["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == begun["stamp"] else None


def _enter(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    """Opens a session, for a person with a mandate in force."""
    request.session.pop(SIGNING_IN, None)
    if not mandates_of(user.person, now):
        logout(request)
        return mandate_ended(request)
    login(request, user, backend=BACKEND)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of this site only, and one that can be got."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = (
        wanted.startswith("/")
        and wanted.isprintable()
        and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    )
    return gettable(wanted) if is_ours else settings.LOGIN_REDIRECT_URL


def _secret(request: HttpRequest, token: str) -> str:
    """This browser's secret for this link: whoever else opened the link saw another one."""
    link = sha256(f"shown {token}".encode()).hexdigest()
    shown = request.session.get(SETTING_UP, {})
    if shown.get("link") != link:
        shown = request.session[SETTING_UP] = {"link": link, "secret": new_secret()}
    return str(shown["secret"])


def _redeem(request: HttpRequest, form: SetUpForm, token: str, now: datetime) -> tuple[str, ...]:
    chosen = form.cleaned_data
    try:
        codes = redeem(
            token,
            username=chosen["username"],
            password=chosen["new_password"],
            secret=form.secret,
            step=form.step,
            at=now,
        )
    except Refused as refused:
        form.add_error("username", str(refused))
        return ()
    del request.session[SETTING_UP]
    return codes


def _issuer() -> str:
    first = Instance.objects.first()
    return first.name[:60] if first else "Bandung"
