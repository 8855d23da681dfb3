"""Clocks that stand still: a column without a default, which no database has to write anywhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("promises", "0006_by_due_moment")]

    operations = [
        migrations.AddField(model_name="promise", name="stands_since", field=models.DateTimeField(null=True)),
    ]
