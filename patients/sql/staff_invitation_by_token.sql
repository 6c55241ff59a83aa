-- for: plimsoll_app
-- Which clinic an invitation to work there belongs to: whoever holds the token is not signed in yet.
CREATE OR REPLACE FUNCTION staff_invitation_by_token(hash text)
RETURNS TABLE (clinic_id uuid, invitation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT invited.clinic_id, invited.id
    FROM public.patients_staffinvitation AS invited
    WHERE invited.token_hash = hash
$$
