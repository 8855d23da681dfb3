from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DayRoot",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField(unique=True)),
                ("last", models.BigIntegerField(unique=True)),
                ("entries", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("chain", models.BinaryField(max_length=32)),
            ],
        ),
    ]
