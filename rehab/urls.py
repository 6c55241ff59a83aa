"""Addresses of the clinic's and the runner's pages."""

from django.urls import URLPattern, path

from rehab.views import mail
from rehab.views.portal import checks, entries, exercises, help, plan, runs, today

urlpatterns: list[URLPattern] = [
    path("mail/unsubscribe/<str:token>/", mail.mail_unsubscribe, name="mail_unsubscribe"),
    path("weekly/preview/", mail.weekly_preview, name="weekly_preview"),
    # the runner's own pages
    path("me/", today.today, name="portal_today"),
    path("me/runs/new/", runs.run_new, name="portal_run_new"),
    path("me/runs/<uuid:run_id>/", runs.run, name="portal_run"),
    path("me/runs/<uuid:run_id>/correct/", runs.run_correct, name="portal_run_correct"),
    path("me/checks/before/", checks.before, name="portal_before"),
    path("me/checks/<uuid:run_id>/<slug:kind>/", checks.check, name="portal_check"),
    path("me/answers/<uuid:report_id>/correct/", checks.check_correct, name="portal_check_correct"),
    path("me/morning/", checks.morning, name="portal_morning"),
    path("me/exercises/", exercises.exercises, name="portal_exercises"),
    path("me/help/", help.urgent_help, name="portal_help"),
    path("me/plan/", plan.plan, name="portal_plan"),
    path("me/progress/", plan.shown_progress, name="portal_progress"),
    path("me/entries/", entries.entries, name="portal_entries"),
]
