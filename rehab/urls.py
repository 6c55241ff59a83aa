"""Addresses of the clinic's and the runner's pages."""

from django.urls import URLPattern, path

from rehab.views import mail

urlpatterns: list[URLPattern] = [
    path("mail/unsubscribe/<str:token>/", mail.mail_unsubscribe, name="mail_unsubscribe"),
    path("weekly/preview/", mail.weekly_preview, name="weekly_preview"),
]
