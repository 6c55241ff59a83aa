-- for: plimsoll_worker
-- Which mails are due, of whichever clinic or of none; the urgent ones before all others.
CREATE OR REPLACE FUNCTION due_mails(moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, mail_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT due.clinic_id, due.id
    FROM (
        (SELECT urgent.clinic_id, urgent.id, urgent.next_attempt_at, 0 AS place
         FROM public.patients_outboxmail AS urgent
         WHERE urgent.next_attempt_at <= moment AND urgent.urgent
         ORDER BY urgent.next_attempt_at, urgent.id
         LIMIT wanted)
        UNION ALL
        (SELECT other.clinic_id, other.id, other.next_attempt_at, 1 AS place
         FROM public.patients_outboxmail AS other
         WHERE other.next_attempt_at <= moment AND NOT other.urgent
         ORDER BY other.next_attempt_at, other.id
         LIMIT wanted)
    ) AS due
    ORDER BY due.place, due.next_attempt_at, due.id
    LIMIT wanted
$$
