#!/bin/sh
# Runs once, when the database is first made: the roles, their passwords from the mounted secrets, the database's doors.
set -eu
scripts=${PLIMSOLL_SQL:-/plimsoll}
secrets=${PLIMSOLL_SECRETS:-/run/secrets}

run() {
    psql --set ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

run --file "$scripts/roles.sql"
run --file "$scripts/database.sql"

for role in owner app worker backup; do
    # psql reads and quotes the password itself, so it appears on no command line.
    run <<SQL
\\set password \`cat $secrets/database_${role}_password\`
SET log_statement = 'none';
ALTER ROLE plimsoll_${role} PASSWORD :'password';
SQL
done
