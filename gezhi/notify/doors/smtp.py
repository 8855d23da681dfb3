"""Mail by a server of one's own: one connection a batch, encrypted from the first byte or by STARTTLS."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from gezhi.notify.doors.outcomes import Letter, Outcome, Setting, personal

WAIT = 15.0  # seconds
PORTS = {"tls": 465, "starttls": 587, "none": 25}
_SHUT = (421, 450, 451, 452)


class Post:
    """The connection of one batch; opened with the first letter, so that a batch of none asks nobody."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.line: smtplib.SMTP | None = None

    def close(self) -> None:
        if self.line is not None:
            try:
                self.line.quit()
            except (smtplib.SMTPException, OSError):
                self.line.close()
            self.line = None

    def hand_over(self, letter: Letter) -> Outcome:
        if personal(letter.text):
            return Outcome("refused", "personal", "personal")
        if not letter.to:
            return Outcome("refused", "address", "address")
        try:
            if self.line is None:
                self.line = self._opened()
            self.line.send_message(self._written(letter))
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            self._reset()
            return of(fault)
        return Outcome("taken", "250", receipt=f"{letter.id}@{self._domain()}"[:80])

    def _opened(self) -> smtplib.SMTP:
        setting = self.setting
        host, _colon, port = setting.endpoint.partition(":")
        number = int(port or PORTS[setting.secure])
        context = ssl.create_default_context()
        if setting.secure == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, number, timeout=WAIT, context=context)
        else:
            line = smtplib.SMTP(host, number, timeout=WAIT)
        try:
            if setting.secure == "starttls":
                line.starttls(context=context)
            user, _colon, password = setting.key.partition(":")
            if user:
                line.login(user, password)
        except BaseException:
            line.close()
            raise
        return line

    def _written(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.setting.sender, letter.to
        mail["Subject"] = letter.words.get("name", "") or letter.telling
        mail["Date"] = formatdate(localtime=True)
        mail["Message-ID"] = f"<{letter.id}@{self._domain()}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text, cte="base64")
        return mail

    def _domain(self) -> str:
        return self.setting.sender.rpartition("@")[2].strip("> ")

    def _reset(self) -> None:
        """A letter that failed leaves the line as it was, or there is none any more."""
        try:
            if self.line is not None:
                self.line.rset()
        except (smtplib.SMTPException, OSError):
            if self.line is not None:
                self.line.close()
            self.line = None


def of(fault: BaseException) -> Outcome:
    """What a fault means. A reply of 4xx passes; one of 5xx is for good: of the address, or of the whole door where it
    was said before there was any."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code = next(iter(fault.recipients.values()))[0]
        return Outcome("later", str(code), "busy") if code < 500 else Outcome("refused", str(code), "address")
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return Outcome("stopped", "unsupported", "tls")
    if isinstance(fault, smtplib.SMTPResponseException):
        return _of_reply(fault)
    if isinstance(fault, ssl.SSLError):
        return Outcome("stopped", "tls", "tls")
    if isinstance(fault, ValueError):
        return Outcome("refused", "address", "address")
    return Outcome("later", "connection", "unreached", whole=True)


def _of_reply(fault: smtplib.SMTPResponseException) -> Outcome:
    code = fault.smtp_code
    if code < 500:
        return Outcome("later", str(code), "busy", whole=code in _SHUT)
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return Outcome("stopped", str(code), "key")
    if isinstance(fault, smtplib.SMTPSenderRefused):
        return Outcome("stopped", str(code), "sender")
    if isinstance(fault, smtplib.SMTPDataError):
        return Outcome("refused", str(code), "content")
    return Outcome("stopped", str(code), "endpoint")
