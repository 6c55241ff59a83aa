from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rehab", "0007_clinic_defaults"),
    ]

    operations = [
        migrations.AddField(
            model_name="casesummary",
            name="scores_week",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="whose outcome questions are open; null: none are", null=True
            ),
        ),
    ]
