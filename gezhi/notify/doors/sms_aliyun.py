"""Text messages by Aliyun: SendSms of 2017-05-25, signed by the third version, ACS3-HMAC-SHA256.

The parameters go in the body, so that no number stands in an address that some machine on the way writes down.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from gezhi.notify import outside
from gezhi.notify.doors.outcomes import (
    DAY,
    Letter,
    Outcome,
    Setting,
    addressed,
    coded,
    later,
    looked_up,
    of_transport,
    refused,
    stopped,
)

PUBLIC = "https://dysmsapi.aliyuncs.com"
VERSION = "2017-05-25"
LONGEST = 35
"""Characters of one variable in a template for notices."""
FORM = "application/x-www-form-urlencoded"

OUTCOMES = {
    "isv.BUSINESS_LIMIT_CONTROL": later(3600, "number_limit"),
    "isv.DAY_LIMIT_CONTROL": later(3600, "day_limit", whole=True),
    "isv.MONTH_LIMIT_CONTROL": stopped("month_limit"),
    "isv.MOBILE_NUMBER_ILLEGAL": refused("number"),
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": refused("template"),
    "isv.SMS_TEMPLATE_ILLEGAL": refused("template"),
    "isv.TEMPLATE_MISSING_PARAMETERS": refused("template"),
    "isv.TEMPLATE_PARAMS_ILLEGAL": refused("template"),
    "isv.INVALID_JSON_PARAM": refused("template"),
    "isv.INVALID_PARAMETERS": refused("template"),
    "isv.PARAM_LENGTH_LIMIT": refused("length"),
    "isv.PARAM_NOT_SUPPORT_URL": refused("content"),
    "isv.BLACK_KEY_CONTROL_LIMIT": refused("content"),
    "isv.SMS_CONTENT_ILLEGAL": refused("content"),
    "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": refused("template"),
    "isv.AMOUNT_NOT_ENOUGH": stopped("money"),
    "isv.OUT_OF_SERVICE": stopped("money"),
    "isv.PRODUCT_UN_SUBSCRIPT": stopped("account"),
    "isv.PRODUCT_UNSUBSCRIBE": stopped("account"),
    "isv.ACCOUNT_NOT_EXISTS": stopped("account"),
    "isv.ACCOUNT_ABNORMAL": stopped("account"),
    "isv.SMS_SIGNATURE_ILLEGAL": stopped("sign"),
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": stopped("sign"),
    "isv.SMS_SIGN_ILLEGAL": stopped("sign"),
    "isv.SIGN_STATE_ILLEGAL": stopped("sign"),
    "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT": stopped("sign"),
    "isv.EXTEND_CODE_ERROR": stopped("sign"),
    "isv.DENY_IP_RANGE": stopped("permission"),
    "isp.RAM_PERMISSION_DENY": stopped("permission"),
    "isp": later(),
    "InvalidAccessKeyId": stopped("key"),
    "SignatureDoesNotMatch": stopped("key"),
    "IncompleteSignature": stopped("key"),
    "InvalidTimeStamp": stopped("clock"),
    "Forbidden": stopped("permission"),
    "NoPermission": stopped("permission"),
    "MissingParameter": stopped("endpoint"),
    "MissingPhoneNumbers": stopped("endpoint"),
    "InvalidAction": stopped("endpoint"),
    "InvalidVersion": stopped("endpoint"),
    "Throttling": later(5, whole=True),
    "ServiceUnavailable": later(whole=True),
    "InternalError": later(),
}
"""What each of the provider's codes means here."""
_WINDOWS = (
    (re.compile(r"\u5206\u949f"), 60.0),
    (re.compile(r"\u5c0f\u65f6"), 3600.0),
    (re.compile(r"\u5929\u7ea7"), DAY),
)
"""Of its own limits the provider says in the message which one was met: of the minute, the hour, the day."""


def signature(
    secret: str, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], hashed: str
) -> str:
    """The signature over these headers (names in small letters); `hashed` is the SHA-256 of the body in hexadecimal."""
    asked = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(query.items()))
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    canonical = "\n".join([method, path, asked, lines, ";".join(names), hashed])
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()


def _quoted(word: str) -> str:
    return quote(word, safe="-_.~")


class Aliyun:
    """The door for one batch."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.id, _colon, self.secret = setting.key.partition(":")

    def close(self) -> None:
        return

    def hand_over(self, letter: Letter) -> Outcome:
        found = addressed(self.setting, letter)
        if isinstance(found, Outcome):
            return found
        number, code, words = found
        said = {
            "PhoneNumbers": number,
            "SignName": self.setting.sign,
            "TemplateCode": code,
            "TemplateParam": json.dumps(dict(words), ensure_ascii=False),
            "OutId": letter.id,
        }
        return self._asked(said)

    def _asked(self, said: dict[str, str]) -> Outcome:
        asked = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(said.items()))
        body = b"" if self.setting.inquiry else asked.encode()
        url = (self.setting.endpoint or PUBLIC).rstrip("/")
        hashed = hashlib.sha256(body).hexdigest()
        headers = {
            "host": urlsplit(url).netloc,
            "content-type": FORM,
            "x-acs-action": "SendSms",
            "x-acs-version": VERSION,
            "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashed,
        }
        query = said if self.setting.inquiry else {}
        signed = signature(self.secret, "POST", "/", query, headers, hashed)
        names = ";".join(sorted(headers))
        headers["authorization"] = (
            f"ACS3-HMAC-SHA256 Credential={self.id},SignedHeaders={names},Signature={signed}"
        )
        answer = outside.call(f"{url}/?{asked}" if self.setting.inquiry else f"{url}/", body, headers)
        told = answer.json()
        return of(told) if "Code" in told else of_transport(answer) or later()


def of(told: Mapping[str, object]) -> Outcome:
    """What an answer of the provider means."""
    code = str(told["Code"])
    if code == "OK":
        return Outcome("taken", code, receipt=str(told.get("BizId", ""))[:80])
    found = looked_up(OUTCOMES, code)
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        message = str(told.get("Message", ""))
        wait = next((seconds for word, seconds in _WINDOWS if word.search(message)), found.wait)
        return coded(later(wait, found.why), code)
    return found if code in OUTCOMES or not code.startswith("isv.") else coded(refused("other"), code)
