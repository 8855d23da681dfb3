"""What a resident's sheet said when it came, so that the same one sent again after a lost answer is told from a corrected one."""

from __future__ import annotations

from django.db import models


class SentSheet(models.Model):
    """A sheet that opened a matter, as a digest under its own key: nobody without that key, which is not kept, can try what
    it said. It goes after a day; who sends again later gets the matter that is there."""

    matter = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
