import django.db.models.deletion
from django.db import migrations, models

import physio.web.references


class Migration(migrations.Migration):
    dependencies = [
        ("rehab", "0009_messages_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="judged_at",
            field=models.DateTimeField(blank=True, help_text="when `useful` was last said", null=True),
        ),
        migrations.AddField(
            model_name="flag",
            name="judged_by",
            field=physio.web.references.Reference(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.membership",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=physio.web.references.CompositeForeignKey(
                fields=("clinic", "judged_by"),
                name="rehab_flag_judged_by_belongs",
                to="patients.Membership",
                to_fields=("clinic", "id"),
            ),
        ),
    ]
