-- for: plimsoll_app, plimsoll_worker, plimsoll_backup
-- How far each log is sealed, and how much waits, since when. Nothing of what the entries say.
CREATE OR REPLACE FUNCTION audit_heads()
RETURNS TABLE (chain text, place bigint, seal text, waiting bigint, waiting_since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'patients_auditentry', coalesce(head.place, 0), coalesce(encode(head.seal, 'hex'), ''), rest.count, rest.since
    FROM (SELECT count(*), min(entry.at) AS since FROM public.patients_auditentry AS entry WHERE entry.place IS NULL) AS rest
    LEFT JOIN LATERAL (
        SELECT entry.place, entry.seal FROM public.patients_auditentry AS entry
        WHERE entry.place IS NOT NULL ORDER BY entry.place DESC LIMIT 1
    ) AS head ON true
    UNION ALL
    SELECT 'patients_accessevent', coalesce(head.place, 0), coalesce(encode(head.seal, 'hex'), ''), rest.count, rest.since
    FROM (SELECT count(*), min(event.at) AS since FROM public.patients_accessevent AS event WHERE event.place IS NULL) AS rest
    LEFT JOIN LATERAL (
        SELECT event.place, event.seal FROM public.patients_accessevent AS event
        WHERE event.place IS NOT NULL ORDER BY event.place DESC LIMIT 1
    ) AS head ON true
$$
