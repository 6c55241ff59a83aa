-- for: plimsoll_worker
-- Which cases are due, of whichever clinic. The worker then enters each clinic to read anything else.
CREATE OR REPLACE FUNCTION due_cases(moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, case_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT due.clinic_id, due.id
    FROM public.patients_case AS due
    WHERE due.evaluation_due_at <= moment
    ORDER BY due.evaluation_due_at, due.id
    LIMIT wanted
$$
