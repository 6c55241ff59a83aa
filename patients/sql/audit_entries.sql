-- for: nobody
-- Every entry of both logs, in the form in which it is sealed: `head` names who, when and which; `content` may be redacted.
-- Each column is named, so that a column added later changes no seal.
DROP FUNCTION IF EXISTS audit_entries();  -- its columns cannot be replaced
CREATE FUNCTION audit_entries()
RETURNS TABLE (
    chain text, id uuid, at timestamptz, place bigint, head text, content text, content_digest bytea, seal bytea,
    redacted_by uuid
)
LANGUAGE sql STABLE
AS $$
    SELECT 'patients_auditentry'::text, entry.id, entry.at, entry.place,
        jsonb_build_array(
            entry.id, entry.clinic_id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.actor, entry.role,
            entry.table_name, entry.row_id, entry.operation
        )::text,
        jsonb_build_array(entry.before, entry.after)::text,
        entry.content_digest, entry.seal, entry.redacted_by
    FROM public.patients_auditentry AS entry
    UNION ALL
    SELECT 'patients_accessevent'::text, event.id, event.at, event.place,
        jsonb_build_array(
            event.id, event.clinic_id, (extract(epoch FROM event.at) * 1000000)::bigint, event.user_id, event.role,
            event.patient_id, event.route, event.method, event.action, event.status
        )::text,
        jsonb_build_array(event.case_id)::text,
        event.content_digest, event.seal, event.redacted_by
    FROM public.patients_accessevent AS event
$$
