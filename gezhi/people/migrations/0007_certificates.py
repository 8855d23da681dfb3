import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_terms_by_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="term",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("valid_until", models.DateField(null=True)),
                ("seen_on", models.DateField()),
                ("seen_by", models.UUIDField(null=True)),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="certificates",
                        to="people.term",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["valid_until"], name="people_certificate_ends")],
            },
        ),
    ]
