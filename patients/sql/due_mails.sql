-- for: plimsoll_worker
-- Which mails are due, of whichever clinic or of none.
CREATE OR REPLACE FUNCTION due_mails(moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, mail_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT due.clinic_id, due.id
    FROM public.patients_outboxmail AS due
    WHERE due.next_attempt_at <= moment
    ORDER BY due.next_attempt_at, due.id
    LIMIT wanted
$$
