import django.db.models.deletion
from django.db import migrations, models

import patients.models.keys
import physio.web.references


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0011_single_keys"),
        ("rehab", "0008_scores_due"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageWithdrawn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=patients.models.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
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
                    "message",
                    physio.web.references.Reference(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="rehab.message",
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
                    models.UniqueConstraint(
                        fields=("clinic", "id"), name="rehab_messagewithdrawn_clinic_id"
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "case", "id"), name="rehab_messagewithdrawn_clinic_case_id"
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "patient", "case"),
                        name="rehab_messagewithdrawn_case_belongs",
                        to="patients.Case",
                        to_fields=("clinic", "patient", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "case", "message"),
                        name="rehab_messagewithdrawn_message_belongs",
                        to="rehab.Message",
                        to_fields=("clinic", "case", "id"),
                    ),
                    physio.web.references.CompositeForeignKey(
                        fields=("clinic", "by"),
                        name="rehab_messagewithdrawn_by_belongs",
                        to="patients.Membership",
                        to_fields=("clinic", "id"),
                    ),
                    models.UniqueConstraint(
                        fields=("clinic", "message"), name="rehab_messagewithdrawn_once"
                    ),
                ],
            },
        ),
    ]
