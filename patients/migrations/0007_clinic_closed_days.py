import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("patients", "0006_audit_seals"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="closed_dates",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, null=True, size=None),
        ),
        migrations.AddField(
            model_name="clinic",
            name="closed_weekdays",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, help_text="0: Monday", null=True, size=None),
        ),
    ]
