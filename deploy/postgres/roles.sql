-- The four roles, each with no more than its work needs. Run as superuser; running it again changes nothing.
-- No role here is a superuser: row-level security binds owner, app and worker. Only the backup may read past it.
DO $roles$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('plimsoll_owner', 'NOBYPASSRLS'),  -- owns the tables and runs the migrations
            ('plimsoll_app', 'NOBYPASSRLS'),    -- answers requests
            ('plimsoll_worker', 'NOBYPASSRLS'), -- evaluates, sends mail
            ('plimsoll_backup', 'BYPASSRLS')    -- reads everything, writes nothing
        ) AS roles (name, bypass)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE format('CREATE ROLE %I', wanted.name);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT %s',
            wanted.name, wanted.bypass
        );
    END LOOP;
END
$roles$;
ALTER ROLE plimsoll_backup SET default_transaction_read_only = on;
