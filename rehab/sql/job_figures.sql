-- for: plimsoll_app, plimsoll_worker
-- How far behind the jobs are, over all clinics: counts and moments only, nothing of anybody.
CREATE OR REPLACE FUNCTION job_figures(version text, moment timestamptz)
RETURNS TABLE (
    cases_due bigint, cases_due_since timestamptz, cases_failed bigint, cases_outdated bigint,
    mails_due bigint, mails_due_since timestamptz, mails_dead bigint, mails_bounced bigint,
    urgent_due bigint, urgent_due_since timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT cases.number, cases.since, failed.number, outdated.number,
        mails.number, mails.since, dead.number, bounced.number, urgent.number, urgent.since
    FROM
        (SELECT count(*) AS number, min(evaluation_due_at) AS since
         FROM public.patients_case WHERE evaluation_due_at <= moment) AS cases,
        (SELECT count(*) AS number FROM public.patients_case WHERE evaluation_failures > 0) AS failed,
        (SELECT count(*) AS number FROM public.rehab_casesummary
         WHERE rule_version < version OR rule_version > version) AS outdated,
        (SELECT count(*) AS number, min(created_at) AS since
         FROM public.patients_outboxmail
         WHERE next_attempt_at IS NOT NULL AND slot_at IS NULL AND created_at <= moment) AS mails,
        (SELECT count(*) AS number FROM public.patients_outboxmail WHERE state = 'DEAD') AS dead,
        (SELECT count(*) AS number FROM public.patients_outboxmail WHERE bounced_at IS NOT NULL) AS bounced,
        (SELECT count(*) AS number, min(notify_due_at) AS since
         FROM public.rehab_flag WHERE notify_due_at <= moment) AS urgent
$$
