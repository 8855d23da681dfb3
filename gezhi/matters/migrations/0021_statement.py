"""A party that a matter complains of can be asked to state its side."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0020_proposed_from")]

    operations = [
        migrations.CreateModel(
            "Statement",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=12, unique=True)),
                ("matter", models.UUIDField(db_index=True)),
                ("wall", models.UUIDField()),
                ("asked", models.CharField(max_length=60)),
                ("words", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("answer", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("moved", models.PositiveIntegerField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["asked"],
                        condition=models.Q(answered_at=None, withdrawn_at=None),
                        name="matters_statements_open",
                    )
                ]
            },
        ),
    ]
