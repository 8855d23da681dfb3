import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="term",
            name="standing",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="term",
            name="stands_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stand_ins",
                to="people.term",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", False), ("stands_for", None)),
                    models.Q(("standing", True), ("to_on__isnull", False)),
                    _connector="OR",
                ),
                name="people_standing_in_ends",
            ),
        ),
    ]
