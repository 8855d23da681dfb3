"""A resident's sheet that comes again after a lost answer is told from one that was corrected."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0024_rights_paged")]

    operations = [
        migrations.CreateModel(
            "SentSheet",
            [
                ("matter", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
