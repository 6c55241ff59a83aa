-- for: plimsoll_worker
-- The e-mail address of a member of the clinic the worker is in; the worker cannot read users. NULL: not here.
CREATE OR REPLACE FUNCTION member_address(member uuid)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT person.email
    FROM public.patients_membership AS place
    JOIN public.patients_user AS person ON person.id = place.user_id
    WHERE place.id = member AND place.is_active AND person.is_active
      AND place.clinic_id = nullif(current_setting('app.clinic', true), '')::uuid
$$
