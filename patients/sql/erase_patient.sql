-- for: plimsoll_app
-- Carries out one erasure of the clinic the caller is in. Everything with the patient's key goes (`erase_rows`, written from
-- the models), the person, their account unless it has another place, and what the audit says of them; its seals stay.
-- Returns how many entries of the audit lost their content.
CREATE OR REPLACE FUNCTION erase_patient(erasure uuid)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    here uuid;
    subject uuid;
    their_person uuid;
    address text;
    place record;
    known uuid[];
    emptied bigint;
BEGIN
    SELECT asked.clinic_id, asked.patient_id INTO here, subject
    FROM public.patients_erasure AS asked
    WHERE asked.id = erasure
      AND asked.clinic_id = nullif(current_setting('app.clinic', true), '')::uuid
      AND coalesce(current_setting('app.patient', true), '') = ''
      AND coalesce(current_setting('app.care', true), '') = '';  -- whoever sees part of the rows erases part of them
    IF subject IS NULL THEN
        RAISE EXCEPTION 'no such erasure in this clinic';
    END IF;
    SELECT patient.person_id, person.email INTO their_person, address
    FROM public.patients_patient AS patient
    LEFT JOIN public.patients_person AS person ON person.id = patient.person_id
    WHERE patient.id = subject;
    DELETE FROM public.patients_outboxmail AS mail WHERE lower(mail.to_address) = lower(address);
    FOR place IN
        SELECT membership.id, membership.user_id, account.email
        FROM public.patients_membership AS membership
        JOIN public.patients_user AS account ON account.id = membership.user_id
        WHERE membership.patient_id = subject
    LOOP
        DELETE FROM public.patients_outboxmail AS mail
        WHERE mail.recipient_membership_id = place.id OR lower(mail.to_address) = lower(place.email);
        IF NOT EXISTS (
            SELECT FROM public.patients_membership AS other
            WHERE other.user_id = place.user_id AND other.id <> place.id
        ) THEN
            DELETE FROM public.django_session AS session USING public.usersessions_usersession AS listed
            WHERE listed.user_id = place.user_id AND session.session_key = listed.session_key;
            DELETE FROM public.usersessions_usersession AS listed WHERE listed.user_id = place.user_id;
            DELETE FROM public.account_emailconfirmation AS sent USING public.account_emailaddress AS held
            WHERE held.user_id = place.user_id AND sent.email_address_id = held.id;
            DELETE FROM public.account_emailaddress AS held WHERE held.user_id = place.user_id;
            DELETE FROM public.mfa_authenticator AS factor WHERE factor.user_id = place.user_id;
            UPDATE public.patients_user AS account
            SET email = 'erased-' || account.id || '@erased.invalid', password = '!', is_active = false,
                last_login = NULL
            WHERE account.id = place.user_id;
        END IF;
    END LOOP;
    PERFORM public.erase_rows(subject);
    UPDATE public.patients_patient AS patient
    SET person_id = NULL, language = '', time_zone = 'UTC', invited_at = NULL, joined_at = NULL
    WHERE patient.id = subject;
    DELETE FROM public.patients_person AS person WHERE person.id = their_person;
    -- Seal what stands, with what this wrote, so that the digests of the content stay when the content goes.
    PERFORM pg_advisory_xact_lock(hashtext('plimsoll seal_audit'));
    WHILE public.seal_audit(5000) > 0 LOOP
    END LOOP;
    known := ARRAY(
        SELECT DISTINCT entry.row_id FROM public.patients_auditentry AS entry
        WHERE entry.clinic_id = here
          AND (entry.after ->> 'patient_id' = subject::text OR entry.before ->> 'patient_id' = subject::text)
    ) || subject || coalesce(their_person, subject);
    UPDATE public.patients_auditentry AS entry
    SET before = NULL, after = NULL, redacted_by = erasure
    WHERE entry.clinic_id = here AND entry.row_id = ANY (known) AND entry.redacted_by IS NULL
      AND entry.table_name NOT IN ('patients_erasure', 'patients_erasurerequest');
    GET DIAGNOSTICS emptied = ROW_COUNT;
    UPDATE public.patients_accessevent AS event
    SET case_id = NULL, redacted_by = erasure
    WHERE event.patient_id = subject AND event.case_id IS NOT NULL;
    -- This change is an entry of its own, in the chain: how many entries the erasure has emptied.
    UPDATE public.patients_erasure AS done SET entries_emptied = emptied WHERE done.id = erasure;
    RETURN emptied;
END
$$
