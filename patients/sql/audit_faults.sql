-- for: plimsoll_app, plimsoll_worker, plimsoll_backup
-- The first entry of each log that is not as it was sealed; no row when all are. `newest` looks at that many only.
-- A place without an entry is one that was removed.
CREATE OR REPLACE FUNCTION audit_faults(newest bigint DEFAULT NULL)
RETURNS TABLE (chain text, place bigint, entry_id uuid, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH floors AS (
        SELECT log.chain, greatest(log.top - newest, 0) AS floor
        FROM (VALUES
            ('patients_auditentry', (SELECT max(entry.place) FROM public.patients_auditentry AS entry)),
            ('patients_accessevent', (SELECT max(event.place) FROM public.patients_accessevent AS event))
        ) AS log (chain, top)
    ), linked AS (
        SELECT entry.*, coalesce(floors.floor, 0) AS floor,
            lag(entry.place) OVER line AS place_before, lag(entry.seal) OVER line AS seal_before,
            max(entry.at) OVER (line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
        FROM public.audit_entries() AS entry JOIN floors ON floors.chain = entry.chain
        WHERE entry.place >= coalesce(floors.floor, 0)
           OR (entry.place IS NULL AND entry.chain = 'patients_auditentry')
        WINDOW line AS (PARTITION BY entry.chain ORDER BY entry.place NULLS LAST, entry.at, entry.id)
    ), judged AS (
        SELECT linked.chain, linked.place, linked.id, linked.place_before,
            CASE
                WHEN linked.place > coalesce(linked.place_before, linked.floor) + 1
                    AND (linked.place_before IS NOT NULL OR linked.floor = 0) THEN 'removed'
                WHEN linked.place_before IS NULL AND linked.floor > 0 THEN NULL  -- the last before those looked at
                WHEN linked.place < coalesce(linked.place_before, 0) + 1 THEN 'put in'
                WHEN linked.place IS NOT NULL AND linked.seal IS DISTINCT FROM sha256(
                    coalesce(linked.seal_before, '') || int8send(linked.place)
                    || sha256(convert_to(linked.head, 'UTF8')) || linked.content_digest
                ) THEN 'changed, moved or put in'
                WHEN linked.place IS NOT NULL AND linked.redacted_by IS NULL
                    AND linked.content_digest <> sha256(convert_to(linked.content, 'UTF8')) THEN 'changed'
                WHEN linked.redacted_by IS NOT NULL AND (
                    linked.content NOT IN ('[null, null]', '[null]') OR NOT EXISTS (
                        SELECT FROM public.patients_auditentry AS proof
                        WHERE proof.row_id = linked.redacted_by AND proof.table_name = 'patients_erasure'
                          AND proof.operation = 'INSERT'
                    )
                ) THEN 'emptied without an erasure'
                WHEN linked.chain = 'patients_auditentry' AND linked.at < linked.latest - interval '1 hour'
                    THEN 'put in long after the time it gives'
            END AS fault
        FROM linked
        UNION ALL
        -- How many entries an erasure has emptied is itself an entry of the chain.
        SELECT 'patients_auditentry', min(entry.place), NULL, NULL, 'one too many emptied by an erasure'
        FROM public.patients_auditentry AS entry
        WHERE newest IS NULL AND entry.redacted_by IS NOT NULL
        GROUP BY entry.redacted_by
        HAVING count(*) IS DISTINCT FROM (
            SELECT (proof.after ->> 'entries_emptied')::bigint FROM public.patients_auditentry AS proof
            WHERE proof.row_id = entry.redacted_by AND proof.table_name = 'patients_erasure'
              AND proof.operation = 'UPDATE'
            ORDER BY proof.at DESC LIMIT 1
        )
    )
    SELECT DISTINCT ON (judged.chain) judged.chain,
        CASE WHEN judged.fault = 'removed' THEN coalesce(judged.place_before, 0) + 1 ELSE judged.place END,
        CASE WHEN judged.fault <> 'removed' THEN judged.id END,
        judged.fault
    FROM judged
    WHERE judged.fault IS NOT NULL
    ORDER BY judged.chain, judged.place NULLS LAST, judged.id
$$
