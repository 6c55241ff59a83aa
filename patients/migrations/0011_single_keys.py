from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0010_erasures"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(
                db_default=True, default=True, help_text="on the clinic's pages, j and k and the like"
            ),
        ),
    ]
