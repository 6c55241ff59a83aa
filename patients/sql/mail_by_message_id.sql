-- for: plimsoll_worker
-- Which mail bore this Message-ID, of whichever clinic: a notice of non-delivery names nothing else.
CREATE OR REPLACE FUNCTION mail_by_message_id(wanted text)
RETURNS TABLE (clinic_id uuid, mail_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sent.clinic_id, sent.id
    FROM public.patients_outboxmail AS sent
    WHERE sent.message_id = wanted
    ORDER BY sent.id DESC
    LIMIT 1
$$
