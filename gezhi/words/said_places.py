"""How people say where something is: names of roads and compounds with their numbers, kinds of units."""

import re

KIND = re.compile(r"(?:社区|街道|居委会|村委会|[镇乡村区县])$")
NO_ROAD = "(?![大小]?[道路街巷桥])"
NAMED = re.compile(
    r"([一-鿿]{2,6}?(?:大道|路|街|巷|弄|胡同|小区|花园|新村|家园|公寓|广场|大厦|苑|里|村))((?:\d+[号弄栋])?(?:\d+栋)?)"
)
ROADS = "路街巷里村道"
