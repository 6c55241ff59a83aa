-- for: nobody
-- One audit entry for each changed row, for every statement that changes rows: bulk writes and COPY too.
-- Arguments: the column of the clinic, the columns whose change is not news, the columns whose value is hidden.
-- Runs as the owner, so that no role may write, change or forge an entry by hand.
CREATE OR REPLACE FUNCTION plimsoll_audit()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    clinic_column text := TG_ARGV[0];
    ignored text[] := string_to_array(TG_ARGV[1], ',');
    hidden text[] := string_to_array(TG_ARGV[2], ',');
    actor text := coalesce(nullif(current_setting('app.actor', true), ''), session_user);
    acting_as text := coalesce(nullif(current_setting('app.role', true), ''), '');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.patients_auditentry
            (id, clinic_id, at, actor, role, table_name, row_id, operation, before, after)
        SELECT uuidv7(), (made.row ->> clinic_column)::uuid, clock_timestamp(), actor, acting_as, TG_TABLE_NAME,
            (made.row ->> 'id')::uuid, TG_OP, NULL,
            (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN '"(hidden)"' ELSE value END)
             FROM jsonb_each(made.row - ignored))
        FROM (SELECT to_jsonb(new_rows) AS row FROM new_rows) AS made;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.patients_auditentry
            (id, clinic_id, at, actor, role, table_name, row_id, operation, before, after)
        SELECT uuidv7(), (gone.row ->> clinic_column)::uuid, clock_timestamp(), actor, acting_as, TG_TABLE_NAME,
            (gone.row ->> 'id')::uuid, TG_OP,
            (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN '"(hidden)"' ELSE value END)
             FROM jsonb_each(gone.row - ignored)),
            NULL
        FROM (SELECT to_jsonb(old_rows) AS row FROM old_rows) AS gone;
    ELSE
        INSERT INTO public.patients_auditentry
            (id, clinic_id, at, actor, role, table_name, row_id, operation, before, after)
        SELECT uuidv7(), (changed.new ->> clinic_column)::uuid, clock_timestamp(), actor, acting_as, TG_TABLE_NAME,
            (changed.new ->> 'id')::uuid, TG_OP,
            (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN '"(hidden)"' ELSE value END)
             FROM jsonb_each(changed.old) WHERE changed.new -> key IS DISTINCT FROM value),
            (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN '"(hidden)"' ELSE value END)
             FROM jsonb_each(changed.new) WHERE changed.old -> key IS DISTINCT FROM value)
        FROM (
            SELECT to_jsonb(old_rows) - ignored AS old, to_jsonb(new_rows) - ignored AS new
            FROM old_rows JOIN new_rows USING (id)
        ) AS changed
        WHERE changed.old <> changed.new;
    END IF;
    RETURN NULL;
END
$$
