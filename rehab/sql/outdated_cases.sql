-- for: plimsoll_worker
-- Which cases were last evaluated under other rules than these, of whichever clinic. A case that is due anyway, or that could
-- not be assessed, is not named: it comes round by itself.
CREATE OR REPLACE FUNCTION outdated_cases(version text, moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT old.clinic_id, old.case_id
    FROM public.rehab_casesummary AS old
    JOIN public.patients_case AS found ON found.clinic_id = old.clinic_id AND found.id = old.case_id
    WHERE (old.rule_version < version OR old.rule_version > version)
      AND found.status <> 'CLOSED'
      AND found.evaluation_failures = 0
      AND (found.evaluation_due_at IS NULL OR found.evaluation_due_at > moment)
    ORDER BY old.id
    LIMIT wanted
$$
