from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rehab", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="found_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when the rules found what is stored: the moment a replay looks from",
                null=True,
            ),
        ),
    ]
