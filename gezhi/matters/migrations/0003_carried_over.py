from django.db import migrations, models

from gezhi.places.byte_order import in_byte_order


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0002_asked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acted",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "matter", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.UUIDField()),
                ("matter", models.UUIDField(db_index=True)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Carrying",
            fields=[
                ("plan", models.UUIDField(primary_key=True, serialize=False)),
                ("on", models.DateField()),
                ("stage", models.CharField(default="terms", max_length=8)),
                ("place", models.PositiveIntegerField(default=0)),
                ("path", models.CharField(blank=True, max_length=40)),
                ("reached", models.UUIDField(null=True)),
                ("carried", models.PositiveIntegerField(default=0)),
                ("undecided", models.PositiveIntegerField(default=0)),
                ("settled", models.PositiveIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Former",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "matter", "plan", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("matter", models.UUIDField()),
                ("plan", models.UUIDField()),
                ("until", models.DateField()),
                ("path", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["path", "until"], name="matters_former_place")],
            },
        ),
        in_byte_order("matters", "Matter", "path"),
        in_byte_order("matters", "Former", "path"),
    ]
