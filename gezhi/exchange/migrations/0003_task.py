from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_keys")]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("mapping", models.TextField()),
                ("state", models.CharField(max_length=10)),
                ("act", models.CharField(blank=True, max_length=6)),
                ("phase", models.CharField(blank=True, max_length=8)),
                ("done", models.BigIntegerField(default=0)),
                ("of", models.BigIntegerField(default=0)),
                ("run", models.UUIDField(null=True)),
                ("found", models.TextField(blank=True)),
                ("told", models.CharField(blank=True, max_length=400)),
                ("language", models.CharField(max_length=8)),
                ("account", models.UUIDField(null=True)),
                ("post", models.CharField(blank=True, max_length=80)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["began_at"], name="exchange_tasks")]},
        ),
    ]
