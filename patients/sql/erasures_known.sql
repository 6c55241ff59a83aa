-- for: plimsoll_worker
-- Every erasure of whichever clinic, by keys only: the job keeps them outside the database too.
CREATE OR REPLACE FUNCTION erasures_known()
RETURNS TABLE (erasure_id uuid, clinic_id uuid, patient_id uuid, erased_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT done.id, done.clinic_id, done.patient_id, done.erased_at
    FROM public.patients_erasure AS done
    ORDER BY done.erased_at, done.id
$$
