"""Providers on this machine that hold to what theirs document: signatures are worked out anew, limits kept, errors said.

Nothing here is taken from the doors themselves: who signs wrongly is told so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

ID, SECRET = "AKTEST0001", "secret-of-the-test-0001"
SIGN = "柳溪网格"
ROBOT = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


class Provider:
    """Keeps what it took. `says` are the next answers, before any rule: (status, object), or a misdeed by name."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.says: list[Any] = []
        self.lock = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with provider.lock:
                    provider.asked += 1
                    said = provider.says.pop(0) if provider.says else None
                    if said == "taken and cut":
                        provider.answer(self, body)
                        self.connection.close()
                        return
                    status, told = said if isinstance(said, tuple) else provider.answer(self, body)
                text = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_said: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        raise NotImplementedError


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def mac(key: bytes, said: str) -> bytes:
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


class Aliyun(Provider):
    """SendSms of 2017-05-25: one approved sign, some templates, `a_day` messages of a template to one number."""

    templates = {"SMS_154950909": {"number", "reason"}, "SMS_154950910": {"number"}}

    def __init__(self, a_day: int = 50) -> None:
        super().__init__()
        self.a_day, self.money = a_day, 1000
        self.nonces: set[str] = set()

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        told = {name.lower(): value for name, value in request.headers.items()}
        split = urlsplit(request.path)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        wrong = self._unsigned(told, query, body)
        if wrong:
            return 400 if wrong != "InvalidAccessKeyId.NotFound" else 404, {"Code": wrong, "Message": "no"}
        said = {**query, **dict(parse_qsl(body.decode(), keep_blank_values=True))}
        code, message = self._ruled(said)
        if code == "OK":
            self.money -= 1
            self.taken.append(said)
        return 200, {"Code": code, "Message": message, "RequestId": "R", "BizId": f"{len(self.taken)}^0"}

    def _unsigned(self, told: dict[str, str], query: dict[str, str], body: bytes) -> str:
        kind, _space, rest = told["authorization"].partition(" ")
        parts = dict(part.split("=", 1) for part in rest.split(","))
        must = {name for name in told if name.startswith("x-acs-")} | {"host"}
        names = parts["SignedHeaders"].split(";")
        if kind != "ACS3-HMAC-SHA256" or not must <= set(names) or names != sorted(names):
            return "IncompleteSignature"
        if parts["Credential"] != ID:
            return "InvalidAccessKeyId.NotFound"
        if told["x-acs-content-sha256"] != sha(body) or told["x-acs-signature-nonce"] in self.nonces:
            return "SignatureDoesNotMatch"
        self.nonces.add(told["x-acs-signature-nonce"])
        asked = "&".join(f"{quote(k, safe='')}={quote(query[k], safe='')}" for k in sorted(query))
        lines = "".join(f"{name}:{told[name]}\n" for name in names)
        canonical = f"POST\n/\n{asked}\n{lines}\n{parts['SignedHeaders']}\n{sha(body)}"
        signed = mac(SECRET.encode(), f"ACS3-HMAC-SHA256\n{sha(canonical.encode())}").hex()
        if signed != parts["Signature"]:
            return "SignatureDoesNotMatch"
        if (told["x-acs-action"], told["x-acs-version"]) != ("SendSms", "2017-05-25"):
            return "InvalidAction.NotFound"
        return ""

    def _ruled(self, said: dict[str, str]) -> tuple[str, str]:
        if self.money < 1:
            return "isv.AMOUNT_NOT_ENOUGH", "账户余额不足"
        if said["SignName"] != SIGN:
            return "isv.SMS_SIGNATURE_ILLEGAL", "签名不合法"
        if said["TemplateCode"] not in self.templates:
            return "isv.SMS_TEMPLATE_ILLEGAL", "模板不合法"
        words = json.loads(said["TemplateParam"])
        if not self.templates[said["TemplateCode"]] <= set(words):
            return "isv.TEMPLATE_MISSING_PARAMETERS", "模板变量缺失"
        if any(len(word) > 35 for word in words.values()):
            return "isv.PARAM_LENGTH_LIMIT", "变量超长"
        number = said["PhoneNumbers"]
        if not (number.isdecimal() and len(number) == 11 and number.startswith("1")):
            return "isv.MOBILE_NUMBER_ILLEGAL", "号码非法"
        of_it = Counter((one["PhoneNumbers"], one["TemplateCode"]) for one in self.taken)
        if of_it[number, said["TemplateCode"]] >= self.a_day:
            return "isv.BUSINESS_LIMIT_CONTROL", f"触发天级流控Permits:{self.a_day}"
        return "OK", "OK"


class Tencent(Provider):
    """SendSms of 2021-01-11."""

    def __init__(self) -> None:
        super().__init__()
        self.money = 1000
        self.barred: set[str] = set()

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        told = {name.lower(): value for name, value in request.headers.items()}
        wrong = self._unsigned(told, body)
        if wrong:
            return 200, {"Response": {"Error": {"Code": wrong, "Message": "no"}, "RequestId": "R"}}
        said = json.loads(body)
        number = said["PhoneNumberSet"][0]
        code = self._ruled(said, number)
        if code == "Ok":
            self.money -= 1
            self.taken.append(said)
        one = {"SerialNo": f"5000:{len(self.taken)}", "PhoneNumber": number, "Fee": 1, "Code": code}
        return 200, {"Response": {"SendStatusSet": [one], "RequestId": "R"}}

    def _unsigned(self, told: dict[str, str], body: bytes) -> str:
        kind, _space, rest = told["authorization"].partition(" ")
        parts = dict(part.split("=", 1) for part in rest.split(", "))
        id, day, service, last = parts["Credential"].split("/")
        moment = int(told["x-tc-timestamp"])
        if kind != "TC3-HMAC-SHA256" or (service, last) != ("sms", "tc3_request"):
            return "AuthFailure.InvalidAuthorization"
        if id != ID:
            return "AuthFailure.SecretIdNotFound"
        if abs(moment - time.time()) > 300 or day != time.strftime("%Y-%m-%d", time.gmtime(moment)):
            return "AuthFailure.SignatureExpire"
        names = parts["SignedHeaders"]
        lines = "".join(f"{name}:{told[name].lower()}\n" for name in names.split(";"))
        canonical = f"POST\n/\n\n{lines}\n{names}\n{sha(body)}"
        scope = f"{day}/sms/tc3_request"
        key = mac(mac(mac(f"TC3{SECRET}".encode(), day), "sms"), "tc3_request")
        signed = mac(key, f"TC3-HMAC-SHA256\n{moment}\n{scope}\n{sha(canonical.encode())}").hex()
        if signed != parts["Signature"] or not {"content-type", "host"} <= set(names.split(";")):
            return "AuthFailure.SignatureFailure"
        return "" if told["x-tc-action"] == "SendSms" and told["x-tc-region"] else "InvalidAction"

    def _ruled(self, said: dict[str, Any], number: str) -> str:
        if self.money < 1:
            return "FailedOperation.InsufficientBalanceInSmsPackage"
        if said["SignName"] != SIGN:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        if said["TemplateId"] != "1110" or len(said["TemplateParamSet"]) != 2:
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        if not number.startswith("+86"):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        if number in self.barred:
            return "FailedOperation.PhoneNumberInBlacklist"
        if any(one["PhoneNumberSet"] == [number] for one in self.taken[-1:]):
            return "LimitExceeded.PhoneNumberThirtySecondLimit"
        return "Ok"


class Wecom(Provider):
    """A robot: twenty in any sixty seconds, 2,048 bytes of text."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []
        self.now = time.monotonic

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        split = urlsplit(request.path)
        if split.path != "/cgi-bin/webhook/send" or dict(parse_qsl(split.query)).get("key") != ROBOT:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        said = json.loads(body)
        if said.get("msgtype") != "text" or not said["text"]["content"]:
            return 200, {"errcode": 44004, "errmsg": "empty content"}
        if len(said["text"]["content"].encode()) > 2048:
            return 200, {"errcode": 40058, "errmsg": "content exceed max length"}
        now = self.now()
        self.moments = [moment for moment in self.moments if now - moment < 60]
        if len(self.moments) >= 20:
            return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
        self.moments.append(now)
        self.taken.append(said)
        return 200, {"errcode": 0, "errmsg": "ok"}


@contextmanager
def open_here(provider: Provider) -> Iterator[Any]:
    thread = threading.Thread(
        target=provider.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()


class Sink(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given. `replies` overrule a verb, each once: {"RCPT": "550 no"}."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, asks: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.asks, self.lines, self.mails = asks, 0, list[str]()
        self.replies: dict[str, str] = {}
        self.user = ""

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: Sink

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.server.lines += 1
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            reply = self.server.replies.pop(verb, "")
            if reply:
                self.say(reply)
            elif verb == "EHLO":
                self.say("250-sink")
                self.say("250 AUTH PLAIN" if self.server.asks else "250 HELP")
            elif verb == "AUTH":
                self.server.user = line.split(" ")[-1]
                self.say("235 well")
            elif verb == "DATA":
                self._data()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 well")

    def _data(self) -> None:
        self.say("354 go on")
        found: list[str] = []
        while (line := self.rfile.readline().decode()).strip() != ".":
            found.append(line)
        self.server.mails.append("".join(found))
        self.say("250 kept")


@contextmanager
def sinking(*, asks: bool = False) -> Iterator[Sink]:
    sink = Sink(asks=asks)
    threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield sink
    finally:
        sink.shutdown()
        sink.server_close()
