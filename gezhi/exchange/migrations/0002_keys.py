from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="row",
            index=models.Index(fields=["run", "key"], name="exchange_keys"),
        ),
    ]
