"""Teams: who works on a matter beside the desk that leads it, and the teams that a desk keeps by a name."""

from __future__ import annotations

from django.db import models


class Member(models.Model):
    """Somebody in the team of a matter, until they leave or the lead ends it. The lead is no row: it is whoever's desk
    is asked. They see the matter while the row has no end and they hold a seat; what they write is theirs by name.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField(db_index=True)
    account = models.UUIDField()
    role = models.CharField(max_length=20)
    named_by = models.UUIDField()  # account
    named_from = models.CharField(max_length=80)  # desk that led then
    team = models.UUIDField(null=True)  # standing team by which they came
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=8, blank=True, default="")  # left, lead or post

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "matter"],
                condition=models.Q(ended_at=None),
                name="matters_member_live",
            )
        ]


class StandingTeam(models.Model):
    """A team that a desk or a department keeps by a name (常设队伍), from one day to another.

    `keeper` is "department:ID" or "POST@UNIT" with the identity of the unit, as a kept filter has it.
    """

    id = models.UUIDField(primary_key=True)
    keeper = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=20)
    does = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # first day without it
    version = models.PositiveIntegerField(default=1)
    made_by = models.UUIDField()  # account
    made_at = models.DateTimeField()


class StandingMember(models.Model):
    """Somebody in a standing team, and as what, from one day to another."""

    id = models.UUIDField(primary_key=True)
    team = models.UUIDField(db_index=True)
    account = models.UUIDField()
    role = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # first day without them

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "team"],
                condition=models.Q(until_on=None),
                name="matters_standing_live",
            )
        ]
