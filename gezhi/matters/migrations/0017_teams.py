"""Teams of a matter and standing teams: tables of their own, and a column that says whether to look there."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0016_parties")]

    operations = [
        migrations.AddField(model_name="matter", name="teamed", field=models.BooleanField(null=True)),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("matter", models.UUIDField(db_index=True)),
                ("account", models.UUIDField()),
                ("role", models.CharField(max_length=20)),
                ("named_by", models.UUIDField()),
                ("named_from", models.CharField(max_length=80)),
                ("team", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=8)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account", "matter"),
                        name="matters_member_live",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="StandingTeam",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("keeper", models.CharField(db_index=True, max_length=80)),
                ("name", models.CharField(max_length=20)),
                ("does", models.CharField(max_length=60)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StandingMember",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("team", models.UUIDField(db_index=True)),
                ("account", models.UUIDField()),
                ("role", models.CharField(max_length=20)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("account", "team"),
                        name="matters_standing_live",
                    )
                ]
            },
        ),
    ]
