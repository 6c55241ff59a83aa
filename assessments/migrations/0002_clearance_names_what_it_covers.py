"""A clearance names the reports it covers. Older rows name none and keep covering what came before them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="redflagclearance",
            name="covers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                blank=True,
                null=True,
                size=None,
                help_text="client ids of the red-flag reports and ids of the assessments that were examined;"
                " null in older rows: all that was received before",
            ),
        )
    ]
