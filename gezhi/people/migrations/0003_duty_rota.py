import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_standing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("unit", models.UUIDField()),
                ("post", models.CharField(max_length=40)),
                ("department", models.CharField(blank=True, max_length=40)),
                ("day", models.PositiveSmallIntegerField(null=True)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                ("starts", models.PositiveSmallIntegerField()),
                ("ends", models.PositiveSmallIntegerField()),
                (
                    "term",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="people.term",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "post", "from_on"], name="people_rota")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__lte", 1440),
                            ("starts__lt", 1440),
                            models.Q(("day", None), ("day__lte", 8), _connector="OR"),
                        ),
                        name="people_shift_is_in_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day__isnull", False), ("term__isnull", False)),
                            models.Q(("day", None), ("to_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="people_shift_of_dates_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on", None), ("to_on__gt", models.F("from_on")), _connector="OR"
                        ),
                        name="people_shift_ends_after_start",
                    ),
                ],
            },
        ),
    ]
