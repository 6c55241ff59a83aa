-- for: plimsoll_app, plimsoll_worker, plimsoll_backup
-- The seals at these places of one log, to hold against anchors kept elsewhere. Nothing of what the entries say.
CREATE OR REPLACE FUNCTION audit_seals(log text, places bigint[])
RETURNS TABLE (place bigint, seal text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT entry.place, encode(entry.seal, 'hex') FROM public.patients_auditentry AS entry
    WHERE log = 'patients_auditentry' AND entry.place = ANY (places)
    UNION ALL
    SELECT event.place, encode(event.seal, 'hex') FROM public.patients_accessevent AS event
    WHERE log = 'patients_accessevent' AND event.place = ANY (places)
$$
