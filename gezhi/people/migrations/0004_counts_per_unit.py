from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_duty_rota"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitCount",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("unit", models.UUIDField()),
                ("what", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=80)),
                ("counted_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("what", "unit", "counted_on"), name="people_one_count_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="people_count_has_a_source"
                    ),
                ],
            },
        ),
    ]
