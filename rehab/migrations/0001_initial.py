# Folded by hand: each table with its promises in one operation, because every further one renders all models anew.

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.deletion
import patients.models.keys
import physio.web.references
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("patients", "0001_initial"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tendinopathy_type", models.CharField(max_length=12)),
                ("protocol", models.CharField(max_length=16)),
                ("override_reason", models.TextField(blank=True)),
                ("starts_on", models.DateField()),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="the first day it is no longer in force", null=True
                    ),
                ),
                ("sets", models.PositiveSmallIntegerField()),
                ("reps", models.PositiveSmallIntegerField()),
                ("sessions_per_day", models.PositiveSmallIntegerField()),
                ("days_per_week", models.PositiveSmallIntegerField()),
                (
                    "knees",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), size=None
                    ),
                ),
                ("tempo_low_s", models.PositiveSmallIntegerField(help_text="seconds of lowering")),
                ("tempo_high_s", models.PositiveSmallIntegerField(help_text="seconds of lowering")),
                ("load_kg", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("start_sets", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveSmallIntegerField()),
                ("thresholds", models.JSONField(blank=True, default=dict)),
                (
                    "author",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.membership",
                    ),
                ),
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
                (
                    "tendon",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="patients.tendon",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "case", "starts_on", "id"], name="rehab_plan_case")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_plan_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_plan_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_plan_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "tendon"),
                        name="rehab_plan_tendon_belongs",
                        to="patients.Tendon",
                        to_fields=("clinic", "case", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "author"),
                        name="rehab_plan_author_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "tendon", "version"), name="rehab_plan_version_once_per_tendon"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tendinopathy_type__in", ["MIDPORTION", "INSERTIONAL", "MIXED"])),
                        name="rehab_plan_tendinopathy_type_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "protocol__in",
                                [
                                    "STEP",
                                    "FLAT",
                                    "ISOMETRIC",
                                    "HEAVY_SLOW",
                                    "SILBERNAGEL",
                                    "MAINTENANCE",
                                    "MAINTENANCE_FLAT",
                                ],
                            )
                        ),
                        name="rehab_plan_protocol_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("knees__contained_by", ["STRAIGHT", "BENT"])),
                        name="rehab_plan_knees_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("protocol__in", ["HEAVY_SLOW", "MAINTENANCE", "SILBERNAGEL", "STEP"]),
                                ("tendinopathy_type__in", ("INSERTIONAL", "MIXED")),
                                _negated=True,
                            ),
                            ("override_reason__regex", "\\S"),
                            _connector="OR",
                        ),
                        name="rehab_plan_below_neutral_only_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="rehab_plan_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tempo_high_s__gte", models.F("tempo_low_s"))),
                        name="rehab_plan_tempo_low_to_high",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("knees", []), _negated=True), name="rehab_plan_at_least_one_knee"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sets__gte", 1), ("sets__lte", 10)), name="rehab_plan_sets_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reps__gte", 1), ("reps__lte", 60)), name="rehab_plan_reps_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sessions_per_day__gte", 1), ("sessions_per_day__lte", 4)),
                        name="rehab_plan_sessions_per_day_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_per_week__gte", 1), ("days_per_week__lte", 7)),
                        name="rehab_plan_days_per_week_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tempo_low_s__gte", 1), ("tempo_low_s__lte", 60)),
                        name="rehab_plan_tempo_low_s_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tempo_high_s__gte", 1), ("tempo_high_s__lte", 60)),
                        name="rehab_plan_tempo_high_s_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("load_kg__gte", 0), ("load_kg__lte", 300)),
                        name="rehab_plan_load_kg_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start_sets__gte", 1), ("start_sets__lte", 10)),
                        name="rehab_plan_start_sets_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), ("version__lte", 9999)),
                        name="rehab_plan_version_range",
                    ),
                ],
            },
        ),
        # In this order, so that of two plans without an end the first of these is named as the reason.
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on__isnull", True)),
                fields=("clinic", "tendon"),
                name="rehab_plan_one_open_per_tendon",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("tendon"), "="),
                    (
                        models.Func(models.F("starts_on"), models.F("ends_on"), function="daterange"),
                        "&&",
                    ),
                ],
                name="rehab_plan_one_per_tendon_and_day",
            ),
        ),
        migrations.CreateModel(
            name="ExerciseSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=60)),
                ("local_date", models.DateField(help_text="the patient's day, in `time_zone`")),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("PORTAL", "Portal"),
                            ("CLINIC", "Clinic"),
                            ("IMPORT", "Imported"),
                            ("DEMO", "Made up for the demonstration"),
                        ],
                        max_length=6,
                    ),
                ),
                ("payload_hash", models.CharField(max_length=64)),
                ("voided", models.BooleanField(default=False, help_text="withdraws what it supersedes")),
                ("half", models.CharField(max_length=2)),
                ("protocol", models.CharField(max_length=16)),
                ("sets", models.JSONField(default=list)),
                ("reps_done", models.PositiveSmallIntegerField()),
                ("pain", models.PositiveSmallIntegerField(blank=True, null=True)),
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
                (
                    "supersedes",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="rehab.exercisesession",
                    ),
                ),
                (
                    "tendon",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="patients.tendon",
                    ),
                ),
                (
                    "plan",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="rehab.plan",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["clinic", "case", "occurred_at", "id"], name="rehab_exercisesession_time"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_exercisesession_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_exercisesession_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_exercisesession_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "supersedes"),
                        name="rehab_exercisesession_supersedes_belongs",
                        to="rehab.ExerciseSession",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "client_id"), name="rehab_exercisesession_client_id_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", False)),
                        fields=("clinic", "supersedes"),
                        name="rehab_exercisesession_superseded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["PORTAL", "CLINIC", "IMPORT", "DEMO"])),
                        name="rehab_exercisesession_source_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supersedes", models.F("id")), _negated=True),
                        name="rehab_exercisesession_never_supersedes_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("voided", False), ("supersedes__isnull", False), _connector="OR"),
                        name="rehab_exercisesession_withdraws_a_row",
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "plan"),
                        name="rehab_exercisesession_plan_belongs",
                        to="rehab.Plan",
                        to_fields=("clinic", "case", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "tendon"),
                        name="rehab_exercisesession_tendon_belongs",
                        to="patients.Tendon",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("half__in", ["AM", "PM"])), name="rehab_exercisesession_half_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "protocol__in",
                                [
                                    "STEP",
                                    "FLAT",
                                    "ISOMETRIC",
                                    "HEAVY_SLOW",
                                    "SILBERNAGEL",
                                    "MAINTENANCE",
                                    "MAINTENANCE_FLAT",
                                ],
                            )
                        ),
                        name="rehab_exercisesession_protocol_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reps_done__gte", 0), ("reps_done__lte", 2000)),
                        name="rehab_exercisesession_reps_done_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain__gte", 0), ("pain__lte", 10)),
                        name="rehab_exercisesession_pain_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RedFlagReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=60)),
                ("local_date", models.DateField(help_text="the patient's day, in `time_zone`")),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("PORTAL", "Portal"),
                            ("CLINIC", "Clinic"),
                            ("IMPORT", "Imported"),
                            ("DEMO", "Made up for the demonstration"),
                        ],
                        max_length=6,
                    ),
                ),
                ("payload_hash", models.CharField(max_length=64)),
                ("voided", models.BooleanField(default=False, help_text="withdraws what it supersedes")),
                (
                    "findings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("side", models.CharField(blank=True, max_length=5, null=True)),
                ("pathway", models.CharField(max_length=25)),
                ("note", models.TextField(blank=True)),
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
                (
                    "supersedes",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="rehab.redflagreport",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["clinic", "case", "occurred_at", "id"], name="rehab_redflagreport_time"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_redflagreport_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_redflagreport_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_redflagreport_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "supersedes"),
                        name="rehab_redflagreport_supersedes_belongs",
                        to="rehab.RedFlagReport",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "client_id"), name="rehab_redflagreport_client_id_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", False)),
                        fields=("clinic", "supersedes"),
                        name="rehab_redflagreport_superseded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["PORTAL", "CLINIC", "IMPORT", "DEMO"])),
                        name="rehab_redflagreport_source_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supersedes", models.F("id")), _negated=True),
                        name="rehab_redflagreport_never_supersedes_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("voided", False), ("supersedes__isnull", False), _connector="OR"),
                        name="rehab_redflagreport_withdraws_a_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "findings__contained_by",
                                [
                                    "CHEST_PAIN",
                                    "BREATHLESS",
                                    "COLD_PALE_FOOT",
                                    "POP_OR_SNAP",
                                    "CANNOT_BEAR_WEIGHT",
                                    "CANNOT_RISE_ON_TOES",
                                    "SEVERE_BRUISING",
                                    "SEVERE_SWELLING",
                                    "CALF_SQUEEZE_ABNORMAL",
                                    "MATLES_ABNORMAL",
                                    "PALPABLE_GAP",
                                    "SUSPECTED_DVT",
                                    "FEVER_HOT_RED",
                                    "FLUOROQUINOLONE_NOW",
                                    "FLUOROQUINOLONE_RECENT",
                                    "INJECTION_RECENT",
                                    "SUSPECTED_STRESS_FRACTURE",
                                    "UNREMITTING_NIGHT_PAIN",
                                    "SYSTEMIC_ILLNESS",
                                    "UNDER_18",
                                    "RUPTURE_OR_REPAIR_RECENT",
                                    "SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED",
                                    "SPA_FEATURES",
                                    "XANTHOMA_OR_FAMILIAL_CHOLESTEROL",
                                    "GOUT",
                                    "FLUOROQUINOLONE_EARLIER",
                                    "INJECTION_EARLIER",
                                    "ORAL_STEROID_RECENT",
                                    "AROMATASE_INHIBITOR",
                                    "DIABETES",
                                    "ANTICOAGULANT",
                                    "PREGNANCY",
                                ],
                            )
                        ),
                        name="rehab_redflagreport_findings_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["LEFT", "RIGHT"])),
                        name="rehab_redflagreport_side_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "pathway__in",
                                [
                                    "EMERGENCY",
                                    "URGENT_SAME_DAY",
                                    "BLOCK_PENDING_MEDICAL",
                                    "REFER_ROUTINE",
                                    "CAUTION",
                                    "NONE",
                                ],
                            )
                        ),
                        name="rehab_redflagreport_pathway_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=60)),
                ("local_date", models.DateField(help_text="the patient's day, in `time_zone`")),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("PORTAL", "Portal"),
                            ("CLINIC", "Clinic"),
                            ("IMPORT", "Imported"),
                            ("DEMO", "Made up for the demonstration"),
                        ],
                        max_length=6,
                    ),
                ),
                ("payload_hash", models.CharField(max_length=64)),
                ("voided", models.BooleanField(default=False, help_text="withdraws what it supersedes")),
                ("minutes", models.PositiveSmallIntegerField()),
                ("longest_block_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("pain_left", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("pain_right", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("warm_up_left", models.CharField(blank=True, max_length=11, null=True)),
                ("warm_up_right", models.CharField(blank=True, max_length=11, null=True)),
                ("distance_m", models.PositiveIntegerField(blank=True, null=True)),
                ("hills", models.BooleanField(blank=True, null=True)),
                ("speed", models.BooleanField(blank=True, null=True)),
                ("surface", models.CharField(blank=True, max_length=40)),
                ("shoe", models.CharField(blank=True, max_length=80)),
                ("shoe_drop_mm", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
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
                (
                    "supersedes",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="rehab.run",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "case", "occurred_at", "id"], name="rehab_run_time")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_run_clinic_id"),
                    models.UniqueConstraint(fields=("clinic", "case", "id"), name="rehab_run_clinic_case_id"),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_run_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "supersedes"),
                        name="rehab_run_supersedes_belongs",
                        to="rehab.Run",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "client_id"), name="rehab_run_client_id_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", False)),
                        fields=("clinic", "supersedes"),
                        name="rehab_run_superseded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["PORTAL", "CLINIC", "IMPORT", "DEMO"])),
                        name="rehab_run_source_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supersedes", models.F("id")), _negated=True),
                        name="rehab_run_never_supersedes_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("voided", False), ("supersedes__isnull", False), _connector="OR"),
                        name="rehab_run_withdraws_a_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 600)),
                        name="rehab_run_minutes_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("longest_block_minutes__gte", 1), ("longest_block_minutes__lte", 600)
                        ),
                        name="rehab_run_longest_block_minutes_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_left__gte", 0), ("pain_left__lte", 10)),
                        name="rehab_run_pain_left_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_right__gte", 0), ("pain_right__lte", 10)),
                        name="rehab_run_pain_right_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("warm_up_left__in", ["NO_SYMPTOMS", "RESOLVED", "EASED", "PERSISTED"])
                        ),
                        name="rehab_run_warm_up_left_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("warm_up_right__in", ["NO_SYMPTOMS", "RESOLVED", "EASED", "PERSISTED"])
                        ),
                        name="rehab_run_warm_up_right_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("distance_m__gte", 1), ("distance_m__lte", 200000)),
                        name="rehab_run_distance_m_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shoe_drop_mm__gte", 0), ("shoe_drop_mm__lte", 30)),
                        name="rehab_run_shoe_drop_mm_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PainReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=60)),
                ("local_date", models.DateField(help_text="the patient's day, in `time_zone`")),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("PORTAL", "Portal"),
                            ("CLINIC", "Clinic"),
                            ("IMPORT", "Imported"),
                            ("DEMO", "Made up for the demonstration"),
                        ],
                        max_length=6,
                    ),
                ),
                ("payload_hash", models.CharField(max_length=64)),
                ("voided", models.BooleanField(default=False, help_text="withdraws what it supersedes")),
                ("kind", models.CharField(max_length=9)),
                ("pain_left", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("pain_right", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("stiffness_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
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
                (
                    "supersedes",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="rehab.painreport",
                    ),
                ),
                (
                    "run",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="rehab.run",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "case", "occurred_at", "id"], name="rehab_painreport_time")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_painreport_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_painreport_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_painreport_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "supersedes"),
                        name="rehab_painreport_supersedes_belongs",
                        to="rehab.PainReport",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "client_id"), name="rehab_painreport_client_id_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("supersedes__isnull", False)),
                        fields=("clinic", "supersedes"),
                        name="rehab_painreport_superseded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["PORTAL", "CLINIC", "IMPORT", "DEMO"])),
                        name="rehab_painreport_source_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supersedes", models.F("id")), _negated=True),
                        name="rehab_painreport_never_supersedes_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("voided", False), ("supersedes__isnull", False), _connector="OR"),
                        name="rehab_painreport_withdraws_a_row",
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "run"),
                        name="rehab_painreport_run_belongs",
                        to="rehab.Run",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["PRE_RUN", "AFTER", "CHECK_24H", "CHECK_48H", "MORNING"])
                        ),
                        name="rehab_painreport_kind_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "PRE_RUN"), _negated=True),
                            ("run__isnull", True),
                            _connector="OR",
                        ),
                        name="rehab_painreport_before_any_run",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_left__gte", 0), ("pain_left__lte", 10)),
                        name="rehab_painreport_pain_left_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_right__gte", 0), ("pain_right__lte", 10)),
                        name="rehab_painreport_pain_right_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stiffness_minutes__gte", 0), ("stiffness_minutes__lte", 600)),
                        name="rehab_painreport_stiffness_minutes_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("from_stage", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("to_stage", models.PositiveSmallIntegerField(help_text="1-7, 8 is maintenance")),
                ("track", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=14)),
                ("reason", models.TextField()),
                (
                    "cause_id",
                    models.UUIDField(blank=True, help_text="the run that made the software act", null=True),
                ),
                ("rule_version", models.CharField(blank=True, max_length=20)),
                (
                    "by",
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
                "indexes": [
                    models.Index(fields=["clinic", "case", "at", "id"], name="rehab_stagechange_case")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_stagechange_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_stagechange_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_stagechange_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "by"),
                        name="rehab_stagechange_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_stage__gte", 1), ("from_stage__lte", 8)),
                        name="rehab_stagechange_from_stage_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_stage__gte", 1), ("to_stage__lte", 8)),
                        name="rehab_stagechange_to_stage_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("track__in", ["FRAMEWORK", "MODIFIED_RUNNING"])),
                        name="rehab_stagechange_track_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "START",
                                    "PROGRESS",
                                    "STEP_BACK",
                                    "HOLD",
                                    "RELEASE_HOLD",
                                    "WAIVE_HILLS",
                                    "RESUME",
                                    "REGRESS",
                                    "REBASE",
                                ],
                            )
                        ),
                        name="rehab_stagechange_kind_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False), ("kind__in", ("REGRESS", "HOLD")), _connector="OR"
                        ),
                        name="rehab_stagechange_software_only_steps_back_or_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False),
                            models.Q(
                                ("from_stage__isnull", False), ("to_stage__lte", models.F("from_stage"))
                            ),
                            _connector="OR",
                        ),
                        name="rehab_stagechange_software_never_moves_forward",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cause_id__isnull", False)),
                        fields=("clinic", "case", "kind", "cause_id"),
                        name="rehab_stagechange_once_per_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseSummary",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("ACT", "Act today"),
                            ("REVIEW", "Review"),
                            ("QUIET", "Gone quiet"),
                            ("READY", "Ready to move on"),
                            ("CALM", "On course"),
                        ],
                        max_length=6,
                    ),
                ),
                ("severity", models.SmallIntegerField(help_text="higher comes first in the worklist")),
                ("since", models.DateTimeField()),
                ("headline", models.CharField(blank=True, max_length=30)),
                ("reason", models.TextField(blank=True)),
                ("stage", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("stage_label", models.CharField(blank=True, max_length=80)),
                ("week", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("decision", models.CharField(blank=True, max_length=30)),
                ("decision_until", models.DateTimeField(blank=True, null=True)),
                ("spark_path", models.TextField(blank=True)),
                ("last_pain", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("set_strip", models.CharField(blank=True, max_length=60)),
                ("last_report_at", models.DateTimeField(blank=True, null=True)),
                ("evaluated_at", models.DateTimeField()),
                ("rule_version", models.CharField(max_length=20)),
                ("search", models.TextField(blank=True)),
                (
                    "case",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summaries",
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
                "indexes": [
                    models.Index(
                        models.F("clinic"),
                        models.OrderBy(models.F("severity"), descending=True),
                        models.F("since"),
                        models.F("case"),
                        name="rehab_summary_worklist",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_casesummary_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_casesummary_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_casesummary_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    models.UniqueConstraint(fields=("clinic", "case"), name="rehab_casesummary_one_per_case"),
                    models.CheckConstraint(
                        condition=models.Q(("group__in", ["ACT", "REVIEW", "QUIET", "READY", "CALM"])),
                        name="rehab_casesummary_group_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__gte", 1), ("stage__lte", 8)),
                        name="rehab_casesummary_stage_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_pain__gte", 0), ("last_pain__lte", 10)),
                        name="rehab_casesummary_last_pain_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("LEFT", "Left"), ("RIGHT", "Right"), ("CASE", "Whole case")], max_length=5
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("severity", models.CharField(max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Open"),
                            ("ACKNOWLEDGED", "Acknowledged"),
                            ("SNOOZED", "Snoozed"),
                            ("RESOLVED", "Resolved"),
                        ],
                        default="OPEN",
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(help_text="when evidence for it was last seen")),
                ("reason", models.TextField()),
                ("evidence", models.JSONField(default=dict)),
                ("evidence_hash", models.CharField(max_length=64)),
                ("rule", models.CharField(max_length=60)),
                ("rule_version", models.CharField(max_length=20)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_hash", models.CharField(blank=True, max_length=64)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution_note", models.TextField(blank=True)),
                ("useful", models.BooleanField(blank=True, null=True)),
                (
                    "acknowledged_by",
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
                (
                    "resolved_by",
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
                (
                    "snoozed_by",
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
                    models.Index(fields=["clinic", "case", "opened_at", "id"], name="rehab_flag_case"),
                    models.Index(
                        condition=models.Q(("state", "RESOLVED"), _negated=True),
                        fields=["clinic", "case"],
                        name="rehab_flag_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="rehab_flag_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_flag_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_flag_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "acknowledged_by"),
                        name="rehab_flag_acknowledged_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "snoozed_by"),
                        name="rehab_flag_snoozed_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "resolved_by"),
                        name="rehab_flag_resolved_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "RESOLVED"), _negated=True),
                        fields=("clinic", "case", "side", "kind"),
                        name="rehab_flag_one_open_per_side_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["LEFT", "RIGHT", "CASE"])),
                        name="rehab_flag_side_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "RED_FLAG",
                                    "WORSENING",
                                    "OVERLOAD",
                                    "ELEVATED_24H",
                                    "OVER_THE_LINE",
                                    "AT_THE_LINE",
                                    "MISSING_24H",
                                    "STALLED_8W",
                                    "STALLED_12W",
                                    "CANNOT_ASSESS",
                                    "LOW_ADHERENCE",
                                    "STAGE_STALLED",
                                    "RECURRENT_REGRESSION",
                                    "NOT_LOGGING",
                                    "INACTIVE",
                                    "PROM_DECLINE",
                                    "EXERCISE_PAIN",
                                    "START_VOLUME",
                                    "WRONG_EXERCISE",
                                    "PLAN_EXCEEDED",
                                    "WEEK_LOAD",
                                    "SESSION_SPIKE",
                                    "HILLS_AND_SPEED",
                                    "SHOE_TRANSITION",
                                    "RETURN_AFTER_BREAK",
                                    "STAGE_PROPOSAL",
                                    "PLAN_REVIEW",
                                    "READY_TO_PROGRESS",
                                    "OFFER_MAINTENANCE",
                                    "REOPEN",
                                ],
                            )
                        ),
                        name="rehab_flag_kind_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["URGENT", "ACT", "REVIEW", "QUIET", "READY"])),
                        name="rehab_flag_severity_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OPEN", "ACKNOWLEDGED", "SNOOZED", "RESOLVED"])),
                        name="rehab_flag_state_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "RED_FLAG"), ("state", "SNOOZED"), _negated=True),
                        name="rehab_flag_red_flags_never_sleep",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", False), ("state", "RESOLVED")),
                            models.Q(
                                models.Q(("state", "RESOLVED"), _negated=True), ("resolved_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="rehab_flag_resolved_exactly_with_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("RED_FLAG", "WORSENING")), ("state", "RESOLVED"), _negated=True
                            ),
                            ("resolved_by__isnull", False),
                            _connector="OR",
                        ),
                        name="rehab_flag_only_a_physio_resolves_red_flags_and_worsening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "SNOOZED"), _negated=True),
                            models.Q(("snoozed_by__isnull", False), ("snoozed_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="rehab_flag_snoozed_by_someone_until_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ACKNOWLEDGED"), _negated=True),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="rehab_flag_acknowledged_by_someone",
                    ),
                ],
            },
        ),
    ]
