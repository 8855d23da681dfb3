"""What is never taken in: columns so named, or mapped to such a name, are dropped and counted, never stored."""

from __future__ import annotations

import re
import unicodedata

from gezhi.rules.proof.privacy import BANNED

CHINESE = (*BANNED, "信访次数")
"""What no model may say, no file brings in either."""
WORDS = frozenset(
    "ethnicity ethnic race nationality minzu religion religious zongjiao politics political party_member key_person"
    " drug drugs addict convict criminal prison petitions fingerprint fingerprints iris biometric biometrics faceprint"
    " face track tracks trajectory guiji credit_score jifen points social_credit id_number id_card".split()
)


def is_banned(name: str) -> bool:
    """True if, and only if, the name holds one of the words: anywhere in Chinese, as whole words otherwise."""
    plain = unicodedata.normalize("NFKC", name)
    if any(word in re.sub(r"\s", "", plain) for word in CHINESE):
        return True
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^0-9A-Za-z]+", "_", plain).lower()
    return any(f"_{word}_" in f"_{parts}_" for word in WORDS)
