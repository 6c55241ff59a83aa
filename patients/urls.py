"""Signing in, invitations, adding a runner. allauth's views are named one by one: none comes along unseen."""

from allauth.account.views import account_inactive
from allauth.account.views import logout as sign_out
from allauth.mfa.base.views import index as second_factor
from allauth.mfa.recovery_codes.views import (
    download_recovery_codes,
    generate_recovery_codes,
    view_recovery_codes,
)
from allauth.mfa.webauthn.views import edit_webauthn, list_webauthn
from django.conf import settings
from django.urls import URLPattern, path

from patients.views import (
    care,
    contacts,
    development,
    erasure,
    home,
    imports,
    invitations,
    keys,
    patients,
    sessions,
    sign_in,
)
from patients.views import second_factor as factors
from patients.views import settings as settings_pages

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("clinics/", home.clinics, name="clinics"),
    path("clinics/choose/", home.clinic_choose, name="clinic_choose"),
    path("patients/others/", care.patients_of_others, name="patients_of_others"),
    path("patients/<uuid:patient_id>/open/", care.record_open, name="record_open"),
    path("patients/new/", patients.patient_new, name="patient_new"),
    path("patients/<uuid:patient_id>/", contacts.patient_contact, name="patient_contact"),
    path("patients/<uuid:patient_id>/email/", contacts.patient_email, name="patient_email"),
    path("patients/<uuid:patient_id>/portal/", contacts.patient_portal, name="patient_portal"),
    path("patients/import/", imports.caseload_import, name="caseload_import"),
    path("patients/import/confirm/", imports.caseload_import_confirm, name="caseload_import_confirm"),
    path("patients/import/template.csv", imports.caseload_import_template, name="caseload_import_template"),
    path("welcome/<str:token>/", invitations.invitation, name="invitation"),
    path("welcome/staff/<str:token>/", settings_pages.staff_invitation, name="staff_invitation"),
    # the clinic itself, for its owners
    path("settings/", settings_pages.clinic_settings, name="clinic_settings"),
    path("settings/records/", settings_pages.past_records, name="past_records"),
    path("settings/members/", settings_pages.member_list, name="members"),
    path("settings/members/new/", settings_pages.member_new, name="member_new"),
    path("settings/members/<uuid:staff_id>/", settings_pages.member_change, name="member"),
    path("settings/members/<uuid:staff_id>/invite/", settings_pages.member_invite, name="member_invite"),
    path("settings/erasures/", erasure.erasure_list, name="erasures"),
    path("settings/erasures/<uuid:wish_id>/", erasure.erasure_answer, name="erasure_answer"),
    path("settings/openings/", care.record_openings, name="record_openings"),
    path("account/keys/", keys.keys_switch, name="keys_switch"),
    # signing in and out
    path("sign-in/", sign_in.PasswordView.as_view(), name="account_login"),
    path("sign-in/passkey/", sign_in.PasskeyView.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second-factor/", sign_in.SecondFactorView.as_view(), name="mfa_authenticate"),
    path("sign-in/code/", sign_in.AskForCodeView.as_view(), name="account_request_login_code"),
    path("sign-in/code/confirm/", sign_in.CodeView.as_view(), name="account_confirm_login_code"),
    path("sign-in/again/", sign_in.PasswordAgainView.as_view(), name="account_reauthenticate"),
    path("sign-in/again/code/", sign_in.SecondFactorAgainView.as_view(), name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", sign_in.PasskeyAgainView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("sign-in/closed/", account_inactive, name="account_inactive"),
    path("sign-in/forgotten/", sign_in.ForgottenView.as_view(), name="account_reset_password"),
    path(
        "sign-in/forgotten/code/",
        sign_in.ForgottenCodeView.as_view(),
        name="account_confirm_password_reset_code",
    ),
    path(
        "sign-in/forgotten/password/",
        sign_in.NewPasswordView.as_view(),
        name="account_complete_password_reset",
    ),
    path("sign-out/", sign_out, name="account_logout"),
    path("signed-out/", sign_in.signed_out, name="signed_out"),
    # my second factor and my sessions
    path("account/second-factor/", second_factor, name="mfa_index"),
    path("account/second-factor/app/", factors.SetUpAppView.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/app/key.svg", factors.app_key_picture, name="app_key_picture"),
    path("account/second-factor/app/remove/", factors.RemoveAppView.as_view(), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/recovery-codes/file/", download_recovery_codes, name="mfa_download_recovery_codes"),
    path("account/passkeys/", list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/new/", factors.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/", factors.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"
    ),
    path("account/password/", settings_pages.password_change, name="password_change"),
    path("account/sessions/", sessions.session_list, name="sessions"),
    path("account/sessions/<int:session_id>/end/", sessions.session_end, name="session_end"),
    path("account/sessions/end-others/", sessions.session_end_others, name="session_end_others"),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("dev/mail/", development.mail_list, name="dev_mail_list"),
        path("dev/mail/<str:name>/", development.mail, name="dev_mail"),
        path("dev/mail/<str:name>/html/", development.mail_html, name="dev_mail_html"),
        path("dev/totp/", development.demo_codes, name="dev_codes"),
    ]
