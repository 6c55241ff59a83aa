-- for: plimsoll_worker
-- Removes sessions and counters of sign-in attempts that have run out; the worker cannot read either. Returns how many.
CREATE OR REPLACE FUNCTION forget_expired(moment timestamptz)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH sessions AS (
        DELETE FROM public.django_session WHERE expire_date < moment RETURNING session_key
    ), listed AS (
        DELETE FROM public.usersessions_usersession AS seen USING sessions
        WHERE seen.session_key = sessions.session_key RETURNING 1
    ), counters AS (
        DELETE FROM public.patients_cacheentry WHERE expires < moment RETURNING 1
    )
    SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM listed) + (SELECT count(*) FROM counters)
$$
