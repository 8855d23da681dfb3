"""What a file says of its own coordinates (.prj, `crs`), and what a person may say of them. Anything else is asked."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.places.turning import BD09, GCJ02, WEB, WGS84, Frame

WORDS = ("wgs84", "gcj02", "bd09", "gk:114", "web", "EPSG:4547")
_NUMBER = r"([-+0-9.eE]+)"
_KNOWN = re.compile(r"2000|WGS[_ ]?(19)?84|CRS84", re.IGNORECASE)
_GEOGRAPHIC = {4326, 4490, 4979, 4480}
_WEB = {3857, 3785, 900913}


def said_frame(word: str) -> Frame:
    """The frame a person names: wgs84 (also cgcs2000), gcj02, bd09, web (metres of web maps), an EPSG number, or gk:114
    for metres about that meridian; in its place the zone, 25–45 by 3° and 13–23 by 6°.
    """
    plain = unicodedata.normalize("NFKC", word).strip().lower().replace("-", "").replace("_", "")
    known = {"wgs84": WGS84, "cgcs2000": WGS84, "gcj02": GCJ02, "bd09": BD09, "web": WEB}
    if plain in known:
        return known[plain]
    if number := re.fullmatch(r"(?:gk:?)?(?:epsg:*)?(\d{4,5})", plain):
        return of_epsg(int(number[1]))
    if found := re.fullmatch(r"gk:?(\d{2,3}(?:\.5)?)", plain):
        meridian = of_zone(float(found[1]))
        if meridian is not None:
            return Frame("gk", meridian)
    raise Refused(
        _("不认识坐标系“{word}”。可写 {words}（gk 后面是中央子午线的度数）。").format(
            word=word, words=_("、").join(WORDS)
        ),
        code="unknown_datum",
        field="datum",
    )


def of_zone(number: float) -> float | None:
    """The central meridian that a number means: itself from 72 to 138, else that of a zone by 3° or by 6°."""
    if 72 <= number <= 138:
        return number
    if number in range(25, 46):
        return number * 3
    return number * 6 - 3 if number in range(13, 24) else None


def spoken(frame: Frame) -> str:
    """The frame in words for a page."""
    if frame.kind == "gk":
        return _("CGCS2000 高斯—克吕格投影，中央子午线 {meridian}°").format(meridian=f"{frame.meridian:g}")
    return {
        "wgs84": _("CGCS2000"),
        "gcj02": _("GCJ-02（高德、腾讯）"),
        "bd09": _("BD-09（百度）"),
        "web": _("网络墨卡托（EPSG:3857）"),
    }[frame.kind]


def of_prj(text: str) -> Frame:
    """The frame of a .prj file. Refuses datums that need parameters nobody here has (1954 北京, 1980 西安)."""
    if not text.strip():
        raise Refused(_("坐标文件（.prj）是空的。请写明坐标系。"), code="datum_asked", field="datum")
    geographic = re.search(r'GEO(?:G|GRAPHIC)?(?:CS|CRS|OGCRS)\s*\[\s*"([^"]*)"', text, re.IGNORECASE)
    name = geographic[1] if geographic else text[:40]
    if not _KNOWN.search(name):
        raise Refused(
            _(
                "坐标系是“{name}”，与 CGCS2000 相差可达百米，换算参数要由测绘部门给出。请让提供方转成 CGCS2000 再给。"
            ).format(name=name),
            code="datum_unsupported",
            field="datum",
        )
    if not re.match(r"\s*PROJ", text, re.IGNORECASE):
        return WGS84
    if re.search(r"Mercator_Auxiliary_Sphere|Pseudo-?[ _]?Mercator", text, re.IGNORECASE):
        return WEB
    method = re.search(r'(?:PROJECTION|METHOD)\s*\[\s*"([^"]*)"', text, re.IGNORECASE)
    if not method or not re.search(r"gauss|transverse", method[1], re.IGNORECASE):
        raise Refused(
            _("投影是“{name}”，这里只认高斯—克吕格投影。请导出为经纬度（CGCS2000）。").format(
                name=method[1] if method else "?"
            ),
            code="datum_unsupported",
            field="datum",
        )
    return Frame(
        "gk",
        _parameter(text, "central_meridian|longitude of natural origin", 0.0),
        _parameter(text, "false_easting|false easting", 500_000.0),
        _parameter(text, "scale_factor|scale factor at natural origin", 1.0),
    )


def of_epsg(number: int) -> Frame:
    """The frame of an EPSG number: degrees, web maps (3857), or a zone of CGCS2000 (4491–4512 by 6°, 4513–4554 by 3°)."""
    if number in _GEOGRAPHIC:
        return WGS84
    if number in _WEB:
        return WEB
    if 4491 <= number <= 4501:
        zone = number - 4491 + 13
        return Frame("gk", zone * 6.0 - 3, zone * 1e6 + 500_000)
    if 4502 <= number <= 4512:
        return Frame("gk", 75.0 + 6 * (number - 4502))
    if 4513 <= number <= 4533:
        zone = number - 4513 + 25
        return Frame("gk", zone * 3.0, zone * 1e6 + 500_000)
    if 4534 <= number <= 4554:
        return Frame("gk", 75.0 + 3 * (number - 4534))
    raise Refused(
        _("不认识坐标系 EPSG:{number}。请导出为经纬度（CGCS2000，EPSG:4490）。").format(number=number),
        code="datum_unsupported",
        field="datum",
    )


def of_crs_name(name: str) -> Frame:
    """The frame of a GeoJSON `crs` name: urn:ogc:def:crs:EPSG::4547, EPSG:4490, urn:ogc:def:crs:OGC:1.3:CRS84."""
    if "CRS84" in name.upper():
        return WGS84
    found = re.search(r"EPSG:+(?:[\d.]*:)?(\d{4,6})\s*$", name, re.IGNORECASE)
    if not found:
        raise Refused(
            _("不认识文件里写的坐标系“{name}”。请导出为经纬度（CGCS2000，EPSG:4490）。").format(
                name=name[:60]
            ),
            code="datum_unsupported",
            field="datum",
        )
    return of_epsg(int(found[1]))


def _parameter(text: str, names: str, default: float) -> float:
    found = re.search(rf'PARAMETER\s*\[\s*"(?:{names})"\s*,\s*{_NUMBER}', text, re.IGNORECASE)
    return float(found[1]) if found else default
