"""Who sits where a step was proposed from finds what waits for a second person."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0019_past_end")]

    operations = [
        migrations.AddIndex(
            "proposal",
            models.Index(fields=["desk"], condition=models.Q(live=True), name="matters_proposed_from"),
        ),
    ]
