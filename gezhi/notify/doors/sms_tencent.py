"""Text messages by Tencent Cloud: SendSms of 2021-01-11, signed by TC3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from gezhi.notify import outside
from gezhi.notify.doors.outcomes import (
    DAY,
    Letter,
    Outcome,
    Setting,
    addressed,
    later,
    looked_up,
    of_transport,
    refused,
    stopped,
)

PUBLIC = "https://sms.tencentcloudapi.com"
SERVICE, ACTION, VERSION, REGION = "sms", "SendSms", "2021-01-11", "ap-guangzhou"
JSON = "application/json; charset=utf-8"

OUTCOMES = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": later(30, "number_limit"),
    "LimitExceeded.PhoneNumberOneHourLimit": later(3600, "number_limit"),
    "LimitExceeded.PhoneNumberDailyLimit": later(DAY, "number_limit"),
    "LimitExceeded.PhoneNumberSameContentDailyLimit": later(DAY, "number_limit"),
    "LimitExceeded.DeliveryFrequencyLimit": later(60, "number_limit"),
    "LimitExceeded.DailyLimit": later(3600, "day_limit", whole=True),
    "LimitExceeded.AppDailyLimit": later(3600, "day_limit", whole=True),
    "LimitExceeded.AppMainlandChinaDailyLimit": later(3600, "day_limit", whole=True),
    "LimitExceeded.PhoneNumberCountLimit": refused("other"),
    "LimitExceeded": later(60, "number_limit"),
    "RequestLimitExceeded": later(5, whole=True),
    "InternalError": later(),
    "InternalError.SigVerificationFail": stopped("key"),
    "InternalError.SigFieldMissing": stopped("key"),
    "FailedOperation.PhoneNumberInBlacklist": refused("unsubscribed"),
    "FailedOperation.ContainSensitiveWord": refused("content"),
    "FailedOperation.FailResolvePacket": refused("template"),
    "FailedOperation.TemplateIncorrectOrUnapproved": refused("template"),
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": refused("template"),
    "FailedOperation.TemplateIdNotExist": refused("template"),
    "FailedOperation.InsufficientBalanceInSmsPackage": stopped("money"),
    "FailedOperation.SignatureIncorrectOrUnapproved": stopped("sign"),
    "FailedOperation.MissingSignature": stopped("sign"),
    "FailedOperation.ForbidAddMarketingTemplates": refused("template"),
    "InvalidParameterValue.IncorrectPhoneNumber": refused("number"),
    "InvalidParameterValue.ContentLengthLimit": refused("length"),
    "InvalidParameterValue.TemplateParameterLengthLimit": refused("length"),
    "InvalidParameterValue.TemplateParameterFormatError": refused("content"),
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": refused("content"),
    "InvalidParameterValue.SdkAppIdNotExist": stopped("account"),
    "InvalidParameterValue.ProhibitUseUrlInTemplateParameter": refused("content"),
    "InvalidParameterValue": refused("other"),
    "InvalidParameter": refused("other"),
    "MissingParameter": stopped("endpoint"),
    "UnauthorizedOperation": stopped("permission"),
    "UnauthorizedOperation.SmsSdkAppIdVerifyFail": stopped("account"),
    "UnauthorizedOperation.SerivceSuspendDueToArrears": stopped("money"),
    "UnauthorizedOperation.ServiceSuspendDueToArrears": stopped("money"),
    "UnsupportedOperation": refused("number"),
    "UnsupportedRegion": stopped("endpoint"),
    "AuthFailure": stopped("key"),
    "AuthFailure.SignatureExpire": stopped("clock"),
    "AuthFailure.UnauthorizedOperation": stopped("permission"),
    "IpInBlacklist": stopped("permission"),
    "IpNotInWhitelist": stopped("permission"),
    "InvalidAction": stopped("endpoint"),
    "NoSuchVersion": stopped("endpoint"),
}
"""What each of the provider's codes means here."""


def signature(
    secret: str, service: str, headers: Mapping[str, str], names: str, moment: int, body: bytes
) -> str:
    """The signature over these of the headers (`names`, a semicolon between them) at a moment in seconds since 1970."""
    day = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names.split(";"))
    canonical = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{service}/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"TC3{secret}".encode()
    for word in (day, service, "tc3_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.digest(key, f"TC3-HMAC-SHA256\n{moment}\n{scope}\n{hashed}".encode(), "sha256").hex()


class Tencent:
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
            "PhoneNumberSet": [f"+86{number}"],
            "SmsSdkAppId": self.setting.app,
            "SignName": self.setting.sign,
            "TemplateId": code,
            "TemplateParamSet": [value for _name, value in words],
            "SessionContext": letter.id,
        }
        return self._asked(json.dumps(said, ensure_ascii=False).encode())

    def _asked(self, body: bytes) -> Outcome:
        url, moment = (self.setting.endpoint or PUBLIC).rstrip("/"), int(time.time())
        headers = {
            "host": urlsplit(url).netloc,
            "content-type": JSON,
            "x-tc-action": ACTION,
            "x-tc-version": VERSION,
            "x-tc-timestamp": str(moment),
            "x-tc-region": self.setting.region or REGION,
        }
        names = "content-type;host;x-tc-action"
        signed = signature(self.secret, SERVICE, headers, names, moment, body)
        day = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
        scope = f"{self.id}/{day}/{SERVICE}/tc3_request"
        headers["authorization"] = (
            f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signed}"
        )
        answer = outside.call(f"{url}/", body, headers)
        told = answer.json().get("Response")
        return of(told) if isinstance(told, dict) else of_transport(answer) or later()


def of(told: dict[str, Any]) -> Outcome:
    """What an answer of the provider means: of the whole request, else of the one number that stood in it."""
    if isinstance(told.get("Error"), dict):
        return looked_up(OUTCOMES, str(told["Error"].get("Code", "")))
    found = told.get("SendStatusSet")
    status = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    code = str(status.get("Code", ""))
    if code == "Ok":
        return Outcome("taken", code, receipt=str(status.get("SerialNo", ""))[:80])
    return looked_up(OUTCOMES, code)
