"""Addresses of the account pages."""

from django.urls import path

from bandung.movement import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/code/", views.code, name="account_code"),
    path("sign-in/exercise/", views.exercise_sign_in, name="account_exercise"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("invitation/<str:token>/", views.invitation, name="account_invitation"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password, name="account_password"),
    path("account/recovery-codes/", views.recovery_codes, name="account_recovery_codes"),
]
