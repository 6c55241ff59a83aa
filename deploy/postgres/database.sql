-- The database's own settings. Run as superuser, connected to it; running it again changes nothing.
DO $database$
DECLARE
    name text := current_database();
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO plimsoll_owner', name);
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO plimsoll_app, plimsoll_worker, plimsoll_backup', name);
    EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', name);
END
$database$;
ALTER SCHEMA public OWNER TO plimsoll_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO plimsoll_app, plimsoll_worker, plimsoll_backup;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
