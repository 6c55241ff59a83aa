-- for: plimsoll_app
-- Whose records this member may open at this moment. Empty: everybody's, which is the clinic's choice or the owner's role.
-- Else "strict:" and the patients whom the member or the member's team is responsible for, and records opened with a
-- reason that has not run out. The first one is nobody, so that the list is never empty.
CREATE OR REPLACE FUNCTION in_care(member uuid, moment timestamptz)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN clinic.care <> 'TEAM' OR me.role <> 'CLINICIAN' THEN ''
        ELSE 'strict:00000000-0000-0000-0000-000000000000' || coalesce((
            SELECT string_agg(',' || mine.patient_id::text, '') FROM (
                SELECT patient.id AS patient_id
                FROM public.patients_patient AS patient
                JOIN public.patients_membership AS carer ON carer.id = patient.responsible_id
                WHERE patient.clinic_id = me.clinic_id
                  AND (carer.id = me.id OR (me.team <> '' AND carer.team = me.team))
                UNION
                SELECT treated.patient_id
                FROM public.patients_case AS treated
                JOIN public.patients_membership AS carer ON carer.id = treated.clinician_id
                WHERE treated.clinic_id = me.clinic_id AND treated.status <> 'CLOSED'
                  AND (carer.id = me.id OR (me.team <> '' AND carer.team = me.team))
                UNION
                SELECT opened.patient_id
                FROM public.patients_recordopening AS opened
                WHERE opened.clinic_id = me.clinic_id AND opened.by_id = me.id
                  AND opened.at <= moment AND opened.ends_at > moment
            ) AS mine
        ), '')
    END
    FROM public.patients_membership AS me
    JOIN public.patients_clinic AS clinic ON clinic.id = me.clinic_id
    WHERE me.id = member
$$
