"""Addresses of the clinic's and the runner's pages."""

from django.urls import URLPattern, path

<<<<<<< HEAD
from rehab.views import (
    assessments,
    case,
    case_life,
    caseload,
    flag_insight,
    flags,
    jobs,
    mail,
    notes,
    papers,
    plans,
    red_flags,
    stages,
    watch,
)
from rehab.views.portal import checks, entries, exercises, help, plan, reminders, runs, today
=======
from rehab.views import assessments, case, caseload, flag_insight, flags, mail, plans, red_flags, stages
from rehab.views.portal import checks, entries, exercises, help, offline, plan, reminders, runs, today
>>>>>>> d0b4b11 (Install the portal as an app that logs in a dead spot, each entry stored once)

urlpatterns: list[URLPattern] = [
    path("mail/unsubscribe/<str:token>/", mail.mail_unsubscribe, name="mail_unsubscribe"),
    path("weekly/preview/", mail.weekly_preview, name="weekly_preview"),
    # do the jobs keep up
    path("health/deep/", watch.health_deep, name="health_deep"),
    path("metrics/", watch.metrics, name="metrics"),
    path("clinic/jobs/", jobs.jobs, name="jobs"),
    path("clinic/jobs/mails/<uuid:mail_id>/retry/", jobs.mail_retry, name="mail_retry"),
    # the clinic's worklist and cases
    path("caseload/", caseload.caseload, name="caseload"),
    path("caseload/changes/", caseload.caseload_changes, name="caseload_changes"),
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/peek/", case.case_peek, name="case_peek"),
    path("flags/acknowledge/", flags.flags_acknowledge, name="flags_acknowledge"),
    path("flags/<uuid:flag_id>/acknowledge/", flags.flag_acknowledge, name="flag_acknowledge"),
    path("flags/<uuid:flag_id>/snooze/", flags.flag_snooze, name="flag_snooze"),
    path("flags/<uuid:flag_id>/resolve/", flags.flag_resolve, name="flag_resolve"),
    path("flags/<uuid:flag_id>/useful/", flags.flag_useful, name="flag_useful"),
    path("flags/<uuid:flag_id>/undo/", flags.flag_undo, name="flag_undo"),
    path("flags/<uuid:flag_id>/replay/", flag_insight.flag_replay, name="flag_replay"),
    path("rules/", flag_insight.rules, name="rules"),
    # what a physio does to a case
    path("cases/<uuid:case_id>/assessments/new/", assessments.assessment_new, name="assessment_new"),
    path("cases/<uuid:case_id>/plans/new/", plans.plan_new, name="plan_new"),
    path("cases/<uuid:case_id>/plan/", plans.plan_print_page, name="plan_print"),
    path("cases/<uuid:case_id>/stage/", stages.stage_move, name="stage_move"),
    path("cases/<uuid:case_id>/red-flag/", red_flags.red_flag_clear, name="red_flag_clear"),
    path("cases/<uuid:case_id>/plan.pdf", papers.plan_pdf, name="plan_pdf"),
    path("cases/<uuid:case_id>/summary/", papers.case_summary, name="case_summary"),
    path("cases/<uuid:case_id>/summary.pdf", papers.summary_pdf, name="summary_pdf"),
    path("cases/<uuid:case_id>/timeline/", notes.case_timeline, name="case_timeline"),
    path("cases/<uuid:case_id>/notes/", notes.note_new, name="note_new"),
    path("cases/<uuid:case_id>/notes/draft/", notes.note_draft, name="note_draft"),
    path("cases/<uuid:case_id>/transfer/", case_life.case_transfer, name="case_transfer"),
    path("cases/<uuid:case_id>/close/", case_life.case_close, name="case_close"),
    path("cases/<uuid:case_id>/reopen/", case_life.case_reopen, name="case_reopen"),
    path("cases/<uuid:case_id>/check-in/", case_life.case_check_in, name="case_check_in"),
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
    path("me/sessions/<uuid:session_id>/correct/", exercises.session_correct, name="portal_session_correct"),
    path("me/help/", help.urgent_help, name="portal_help"),
    path("me/plan/", plan.plan, name="portal_plan"),
    path("me/progress/", plan.shown_progress, name="portal_progress"),
    path("me/entries/", entries.entries, name="portal_entries"),
    # the installed app
    path("me/sw.js", offline.worker, name="portal_worker"),
    path("me/queue/", offline.introduce, name="portal_queue"),
    path("me/offline/<slug:slug>/", offline.blank, name="portal_offline"),
    # reminders
    path("me/next/<slug:slug>/", reminders.open_next, name="portal_next"),
    path("me/reminders/", reminders.my_reminders, name="portal_reminders"),
    path("me/reminders/push/", reminders.push_start, name="portal_push_start"),
    path("me/reminders/push/end/", reminders.push_end, name="portal_push_end"),
    path("reminders/stop/<str:token>/", reminders.stop, name="reminders_stop"),
]
