"""Posts that help with a matter because the list names them."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0015_outside")]

    operations = [
        migrations.AddField(
            model_name="helper",
            name="desk",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddIndex(
            model_name="helper",
            index=models.Index(
                condition=models.Q(("desk", ""), _negated=True),
                fields=["desk", "since"],
                name="matters_helper_desk",
            ),
        ),
    ]
