-- for: plimsoll_worker
-- Whose weekly summary is due, in whichever clinic.
CREATE OR REPLACE FUNCTION due_summaries(moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, membership_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT due.clinic_id, due.id
    FROM public.patients_membership AS due
    WHERE due.summary_due_at <= moment AND due.is_active
    ORDER BY due.summary_due_at, due.id
    LIMIT wanted
$$
