-- for: plimsoll_worker
-- Gives up to `wanted` entries of each log, committed since the last time, their places in its chain. Returns how many.
-- No writer waits for it: an entry is linked after its transaction has ended, in the order in which entries became
-- visible. One sealer at a time; a second one returns at once.
CREATE OR REPLACE FUNCTION seal_audit(wanted integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    log text;
    fresh record;
    last_place bigint;
    last_seal bytea;
    digest bytea;
    sealed bigint := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('plimsoll seal_audit')) THEN
        RETURN 0;
    END IF;
    FOREACH log IN ARRAY ARRAY['patients_auditentry', 'patients_accessevent'] LOOP
        EXECUTE format('SELECT place, seal FROM public.%I WHERE place IS NOT NULL ORDER BY place DESC LIMIT 1', log)
        INTO last_place, last_seal;
        FOR fresh IN
            SELECT waiting.id, waiting.head, waiting.content FROM public.audit_entries() AS waiting
            WHERE waiting.chain = log AND waiting.place IS NULL
            ORDER BY waiting.at, waiting.id
            LIMIT wanted
        LOOP
            last_place := coalesce(last_place, 0) + 1;
            digest := sha256(convert_to(fresh.content, 'UTF8'));
            last_seal := sha256(
                coalesce(last_seal, '') || int8send(last_place) || sha256(convert_to(fresh.head, 'UTF8')) || digest
            );
            EXECUTE format('UPDATE public.%I SET place = $1, content_digest = $2, seal = $3 WHERE id = $4', log)
            USING last_place, digest, last_seal, fresh.id;
            sealed := sealed + 1;
        END LOOP;
    END LOOP;
    RETURN sealed;
END
$$
