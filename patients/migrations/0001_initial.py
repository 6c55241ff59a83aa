# Folded by hand: each table with its promises in one operation, because every further one renders all models anew.

import django.db.models.deletion
import django.db.models.functions.text
import patients.models.keys
import physio.web.references
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
                ("detail", models.JSONField(blank=True, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="patients_user_email_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clinic",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("time_zone", models.CharField(default="Europe/London", max_length=60)),
                ("phone", models.CharField(max_length=40)),
                ("emergency_number", models.CharField(default="112", max_length=20)),
                ("hours", models.CharField(blank=True, max_length=200)),
                ("opens_at", models.TimeField(blank=True, null=True)),
                ("closes_at", models.TimeField(blank=True, null=True)),
                ("record_only", models.BooleanField(default=False)),
                ("email_initials_opt_in", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="patients_clinic_opens_before_closing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("emergency_number", ""), _negated=True),
                        name="patients_clinic_emergency_number_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("OWNER", "Owner"),
                            ("CLINICIAN", "Physiotherapist"),
                            ("RECEPTION", "Reception"),
                            ("PATIENT", "Patient"),
                        ],
                        max_length=10,
                    ),
                ),
                ("display_name", models.CharField(max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                ("summary_weekday", models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")),
                (
                    "summary_hour",
                    models.PositiveSmallIntegerField(default=7, help_text="hour of the clinic's day"),
                ),
                ("summary_opt_out", models.BooleanField(default=False)),
                ("summary_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True), ("summary_due_at__isnull", False)),
                        fields=["summary_due_at", "id"],
                        name="patients_membership_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_membership_clinic_id"),
                    models.UniqueConstraint(
                        fields=("user", "clinic"), name="patients_membership_once_per_clinic"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["OWNER", "CLINICIAN", "RECEPTION", "PATIENT"])),
                        name="patients_membership_role_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("summary_weekday__gte", 0), ("summary_weekday__lte", 6)),
                        name="patients_membership_summary_weekday_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("summary_hour__gte", 0), ("summary_hour__lte", 23)),
                        name="patients_membership_summary_hour_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("given_name", models.CharField(max_length=80)),
                ("family_name", models.CharField(max_length=80)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("birth_date", models.DateField(blank=True, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_person_clinic_id")
                ],
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(help_text="short number people use, unique in the clinic"),
                ),
                ("time_zone", models.CharField(default="Europe/London", max_length=60)),
                ("language", models.CharField(default="en-gb", max_length=10)),
                ("invited_at", models.DateTimeField(blank=True, null=True)),
                ("joined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "responsible",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responsible_for",
                        to="patients.membership",
                    ),
                ),
                (
                    "person",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="patients",
                        to="patients.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_patient_clinic_id"),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "person"),
                        name="patients_patient_person_belongs",
                        to="patients.Person",
                        to_fields=("clinic", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "responsible"),
                        name="patients_patient_responsible_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "number"), name="patients_patient_number_once_per_clinic"
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "person"), name="patients_patient_one_per_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 9999999)),
                        name="patients_patient_number_range",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="patient",
            field=physio.web.references.Reference(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="patients.patient",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "created_by",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.membership",
                    ),
                ),
                (
                    "patient",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_invitation_clinic_id"),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient"),
                        name="patients_invitation_patient_belongs",
                        to="patients.Patient",
                        to_fields=("clinic", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "created_by"),
                        name="patients_invitation_created_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="patients_invitation_expires_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(help_text="counts the patient's cases from 1")),
                (
                    "status",
                    models.CharField(
                        choices=[("ACTIVE", "Active"), ("MAINTENANCE", "Maintenance"), ("CLOSED", "Closed")],
                        default="ACTIVE",
                        max_length=11,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                ("evaluation_due_at", models.DateTimeField(blank=True, null=True)),
                ("evaluated_at", models.DateTimeField(blank=True, null=True)),
                ("evaluation_failures", models.PositiveSmallIntegerField(default=0)),
                ("evaluation_error", models.CharField(blank=True, max_length=200)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "clinician",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="patients.membership",
                    ),
                ),
                (
                    "patient",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("evaluation_due_at__isnull", False)),
                        fields=["evaluation_due_at", "id"],
                        name="patients_case_due",
                    ),
                    models.Index(fields=["clinic", "clinician", "id"], name="patients_case_clinician"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_case_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "patient", "id"), name="patients_case_clinic_patient_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient"),
                        name="patients_case_patient_belongs",
                        to="patients.Patient",
                        to_fields=("clinic", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "clinician"),
                        name="patients_case_clinician_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "patient", "number"), name="patients_case_number_once_per_patient"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "CLOSED"), _negated=True),
                        fields=("clinic", "patient"),
                        name="patients_case_one_open_per_patient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["ACTIVE", "MAINTENANCE", "CLOSED"])),
                        name="patients_case_status_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("status", "CLOSED")),
                            models.Q(
                                models.Q(("status", "CLOSED"), _negated=True), ("closed_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="patients_case_closed_exactly_with_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("OWNER", "Owner"),
                            ("CLINICIAN", "Physiotherapist"),
                            ("RECEPTION", "Reception"),
                            ("PATIENT", "Patient"),
                        ],
                        max_length=10,
                    ),
                ),
                ("route", models.CharField(max_length=100)),
                ("method", models.CharField(max_length=10)),
                ("action", models.CharField(max_length=60)),
                ("status", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.case",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "patient",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "patient", "at", "id"], name="patients_access_patient")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_accessevent_clinic_id"),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient"),
                        name="patients_accessevent_patient_belongs",
                        to="patients.Patient",
                        to_fields=("clinic", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case"),
                        name="patients_accessevent_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "id"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tendon",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("side", models.CharField(choices=[("LEFT", "Left"), ("RIGHT", "Right")], max_length=5)),
                (
                    "case",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="patients.case",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "patient",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="patients_tendon_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="patients_tendon_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="patients_tendon_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "side"), name="patients_tendon_side_once_per_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["LEFT", "RIGHT"])), name="patients_tendon_side_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=40)),
                ("role", models.CharField(max_length=20)),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.UUIDField()),
                ("operation", models.CharField(max_length=6)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "at", "id"], name="patients_audit_clinic"),
                    models.Index(fields=["row_id", "at", "id"], name="patients_audit_row"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("operation__in", ("INSERT", "UPDATE", "DELETE"))),
                        name="patients_auditentry_operation_code",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("dedupe_key", models.CharField(max_length=200, unique=True)),
                ("to_address", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("headers", models.JSONField(blank=True, default=dict)),
                ("message_id", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PENDING", "Waiting"),
                            ("SENDING", "Being sent"),
                            ("SENT", "Sent"),
                            ("DEAD", "Given up"),
                            ("SKIPPED", "No longer wanted"),
                        ],
                        default="PENDING",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinic",
                    ),
                ),
                (
                    "recipient_membership",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.membership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["next_attempt_at", "id"],
                        name="patients_outboxmail_due",
                    )
                ],
                "constraints": [
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "recipient_membership"),
                        name="patients_outboxmail_recipient_membership_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["PENDING", "SENDING", "SENT", "DEAD", "SKIPPED"])),
                        name="patients_outboxmail_state_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("next_attempt_at__isnull", False), ("state__in", ("PENDING", "SENDING"))
                            ),
                            models.Q(
                                ("next_attempt_at__isnull", True), ("state__in", ("SENT", "DEAD", "SKIPPED"))
                            ),
                            _connector="OR",
                        ),
                        name="patients_outboxmail_waiting_exactly_with_a_next_attempt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "SENT"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="patients_outboxmail_sent_with_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CacheEntry",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=physio.web.references.CompositeForeignKey(
                fields=("clinic", "patient"),
                name="patients_membership_patient_belongs",
                to="patients.Patient",
                to_fields=("clinic", "id"),
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("clinic", "patient"),
                name="patients_membership_one_active_per_patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("patient__isnull", False), ("role", "PATIENT")),
                    models.Q(models.Q(("role", "PATIENT"), _negated=True), ("patient__isnull", True)),
                    _connector="OR",
                ),
                name="patients_membership_patient_exactly_for_patients",
            ),
        ),
    ]
