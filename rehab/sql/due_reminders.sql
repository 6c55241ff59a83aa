-- for: plimsoll_worker
-- Which runners may be due for a reminder, in whichever clinic, and those who have no settings yet.
CREATE OR REPLACE FUNCTION due_reminders(moment timestamptz, wanted integer)
RETURNS TABLE (clinic_id uuid, membership_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    (
        SELECT due.clinic_id, due.membership_id
        FROM public.rehab_remindersettings AS due
        WHERE due.next_reminder_at <= moment
        ORDER BY due.next_reminder_at, due.id
        LIMIT wanted
    )
    UNION ALL
    (
        SELECT new.clinic_id, new.id
        FROM public.patients_membership AS new
        WHERE new.role = 'PATIENT' AND new.is_active AND NOT EXISTS (
            SELECT FROM public.rehab_remindersettings AS known
            WHERE known.clinic_id = new.clinic_id AND known.membership_id = new.id
        )
        ORDER BY new.id
        LIMIT wanted
    )
$$
