"""People ask about their own data, and the house counts the days."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0021_statement")]

    operations = [
        migrations.CreateModel(
            "RightAsked",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=12, unique=True)),
                ("kind", models.CharField(max_length=8)),
                ("known", models.CharField(max_length=8)),
                ("matter", models.UUIDField(db_index=True, null=True)),
                ("words", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=8)),
                ("reason", models.CharField(blank=True, max_length=12)),
                ("reply", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["due_at"], condition=models.Q(state="open"), name="matters_rights_open"
                    ),
                    models.Index(
                        fields=["-ended_at"], condition=~models.Q(state="open"), name="matters_rights_ended"
                    ),
                ]
            },
        ),
    ]
