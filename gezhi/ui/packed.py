"""What is kept gzipped goes out so to whoever takes it, and as it lies to everybody else."""

from __future__ import annotations

import gzip

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def takes_gzip(accepted: str) -> bool:
    """Whether a client that sends this `Accept-Encoding` takes gzip: named, or meant by a star, and not with q=0."""
    said: dict[str, float] = {}
    for one in accepted.lower().split(","):
        name, _semicolon, weight = one.partition(";")
        number = weight.strip().removeprefix("q=")
        said[name.strip()] = float(number) if number.replace(".", "", 1).isdecimal() else 1.0
    return said.get("gzip", said.get("*", 0.0)) > 0


def answer(request: HttpRequest, packed: bytes) -> HttpResponse:
    """An answer of these gzipped bytes, in the form that is asked for."""
    takes = takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(packed if takes else gzip.decompress(packed))
    if takes:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response
