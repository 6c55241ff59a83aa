# Folded by hand: each table with its promises in one operation, because every further one renders all models anew.

import django.contrib.postgres.fields
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
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("assessed_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("INITIAL", "First assessment"), ("REVIEW", "Review")], max_length=7
                    ),
                ),
                (
                    "red_flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("pathway", models.CharField(default="NONE", max_length=25)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("note", models.TextField(blank=True)),
                (
                    "by",
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
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["clinic", "case", "assessed_at", "id"], name="assessments_assessment_case"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic", "id"), name="assessments_assessment_clinic_id"),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="assessments_assessment_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="assessments_assessment_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "by"),
                        name="assessments_assessment_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["INITIAL", "REVIEW"])),
                        name="assessments_assessment_kind_code",
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
                        name="assessments_assessment_pathway_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "red_flags__contained_by",
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
                        name="assessments_assessment_red_flags_codes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeScore",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("instrument", models.CharField(max_length=30)),
                ("value", models.DecimalField(decimal_places=2, max_digits=6)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("taken_on", models.DateField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("CLINIC", "At the clinic"),
                            ("PORTAL", "In the portal"),
                            ("IMPORT", "Imported"),
                            ("DEMO", "Made up for the demonstration"),
                        ],
                        max_length=6,
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
                    "recorded_by",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.membership",
                    ),
                ),
                (
                    "tendon",
                    physio.web.references.Reference(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="patients.tendon",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "case", "taken_on", "id"], name="assessments_score_case")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "id"), name="assessments_outcomescore_clinic_id"
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="assessments_outcomescore_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="assessments_outcomescore_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "tendon"),
                        name="assessments_outcomescore_tendon_belongs",
                        to="patients.Tendon",
                        to_fields=("clinic", "case", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "recorded_by"),
                        name="assessments_outcomescore_recorded_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "instrument__in",
                                [
                                    "NRS",
                                    "VISA_A",
                                    "TENDINS_A",
                                    "PSFS",
                                    "LEFS",
                                    "GROC",
                                    "HEEL_RISE",
                                    "MORNING_STIFFNESS",
                                ],
                            )
                        ),
                        name="assessments_outcomescore_instrument_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["CLINIC", "PORTAL", "IMPORT", "DEMO"])),
                        name="assessments_outcomescore_source_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RedFlagClearance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cleared_at", models.DateTimeField()),
                ("examination", models.JSONField()),
                (
                    "ruled_out_findings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("note", models.TextField()),
                (
                    "by",
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
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["clinic", "case", "cleared_at", "id"], name="assessments_clearance_case"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "id"), name="assessments_redflagclearance_clinic_id"
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="assessments_redflagclearance_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="assessments_redflagclearance_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "by"),
                        name="assessments_redflagclearance_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ruled_out_findings__contained_by",
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
                        name="assessments_redflagclearance_ruled_out_findings_codes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note__regex", "\\S")),
                        name="assessments_redflagclearance_note_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("examination", {}), _negated=True),
                        name="assessments_redflagclearance_examination_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ruled_out_findings", []), _negated=True),
                        name="assessments_redflagclearance_names_what_it_clears",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TendonFinding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tender_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                (
                    "second_tender_cm",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True),
                ),
                ("thickening", models.BooleanField(blank=True, null=True)),
                ("stretch_pain", models.BooleanField(blank=True, null=True)),
                (
                    "usual_pain",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="reference baseline, 0-10", null=True
                    ),
                ),
                (
                    "worst_pain",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="pain to start from, 0-10", null=True
                    ),
                ),
                ("suggested_type", models.CharField(max_length=12)),
                ("confidence", models.CharField(max_length=4)),
                ("suggested_protocol", models.CharField(blank=True, max_length=16, null=True)),
                ("decided_type", models.CharField(max_length=12)),
                ("override_reason", models.TextField(blank=True)),
                (
                    "assessment",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tendon_findings",
                        to="assessments.assessment",
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
                        related_name="findings",
                        to="patients.tendon",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "case", "tendon", "id"], name="assessments_finding_case")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "id"), name="assessments_tendonfinding_clinic_id"
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="assessments_tendonfinding_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="assessments_tendonfinding_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "assessment"),
                        name="assessments_tendonfinding_assessment_belongs",
                        to="assessments.Assessment",
                        to_fields=("clinic", "case", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "tendon"),
                        name="assessments_tendonfinding_tendon_belongs",
                        to="patients.Tendon",
                        to_fields=("clinic", "case", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "assessment", "tendon"),
                        name="assessments_tendonfinding_once_per_assessment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tender_cm__gte", 0), ("tender_cm__lte", 20)),
                        name="assessments_tendonfinding_tender_cm_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("second_tender_cm__gte", 0), ("second_tender_cm__lte", 20)),
                        name="assessments_tendonfinding_second_tender_cm_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("usual_pain__gte", 0), ("usual_pain__lte", 10)),
                        name="assessments_tendonfinding_usual_pain_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("worst_pain__gte", 0), ("worst_pain__lte", 10)),
                        name="assessments_tendonfinding_worst_pain_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("suggested_type__in", ["MIDPORTION", "INSERTIONAL", "MIXED", "UNCLASSIFIED"])
                        ),
                        name="assessments_tendonfinding_suggested_type_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_type__in", ["MIDPORTION", "INSERTIONAL", "MIXED", "UNCLASSIFIED"])
                        ),
                        name="assessments_tendonfinding_decided_type_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__in", ["HIGH", "LOW"])),
                        name="assessments_tendonfinding_confidence_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "suggested_protocol__in",
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
                        name="assessments_tendonfinding_suggested_protocol_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_tender_cm__isnull", True), ("tender_cm__isnull", False), _connector="OR"
                        ),
                        name="assessments_tendonfinding_most_tender_point_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_type", models.F("suggested_type")),
                            ("override_reason__regex", "\\S"),
                            _connector="OR",
                        ),
                        name="assessments_tendonfinding_other_type_with_a_reason",
                    ),
                ],
            },
        ),
    ]
