-- for: plimsoll_app
-- How many mails of the last days are in which state and of which kind, over all clinics.
CREATE OR REPLACE FUNCTION mail_counts(since timestamptz)
RETURNS TABLE (kind text, state text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT mail.kind, mail.state, count(*)
    FROM public.patients_outboxmail AS mail
    WHERE mail.created_at >= since
    GROUP BY mail.kind, mail.state
$$
