"""The picture under the maps: water, green, houses and streets of the district, as one GeoJSON file of the home.

`properties.layer` of each feature is land, water, green, building or road; `class` of a road main, secondary or
minor. A home without the file shows borders only.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from django.conf import settings

NAME = "base.geojson"
EMPTY = b'{"type":"FeatureCollection","features":[]}'


def packed() -> bytes:
    """The file, gzipped; an empty collection where there is none. Kept until the file changes."""
    file: Path = settings.HOME.files / NAME
    try:
        return _packed(file, file.stat().st_mtime_ns)
    except OSError:
        return gzip.compress(EMPTY)


@lru_cache(maxsize=1)
def _packed(file: Path, changed: int) -> bytes:
    del changed  # only tells one state of the file from the next
    return gzip.compress(file.read_bytes(), 6)
