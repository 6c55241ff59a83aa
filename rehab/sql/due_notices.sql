-- for: plimsoll_worker
-- About which urgent flags somebody has to be told, of whichever clinic.
CREATE OR REPLACE FUNCTION due_notices(moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, flag_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT due.clinic_id, due.id
    FROM public.rehab_flag AS due
    WHERE due.notify_due_at <= moment
    ORDER BY due.notify_due_at, due.id
    LIMIT wanted
$$
