"""Telling people that a source's state changed: by webhook or mail, once."""

from __future__ import annotations

import json
import logging
import smtplib
import urllib.request
from dataclasses import asdict
from email.message import EmailMessage
from typing import TYPE_CHECKING

from archive_api.errors import SettingsError

if TYPE_CHECKING:
    from archive_api.settings import Settings
    from archive_api.store import Condition, Store

_SECONDS = 20
_log = logging.getLogger(__name__)


def tell_changes(settings: Settings, store: Store) -> list[str]:
    """Tells of every source whose state is not the one that was told last; returns what could not be delivered.

    That is told again after the next crawl. A source that has been well from its first crawl on is nothing to tell.
    """
    complaints = []
    for one in store.conditions():
        if one.state == (one.told or "ok"):
            continue
        try:
            _tell(settings, one)
        except (OSError, smtplib.SMTPException, ValueError) as error:  # urllib's errors are OSErrors
            complaints.append(f"{one.source} is {one.state}, which could not be told: {error}")
            continue
        store.note_told(one.source, one.state)
    return complaints


def _tell(settings: Settings, one: Condition) -> None:
    if settings.webhook:
        _post(settings.webhook, one)
    if settings.mail_to:
        _mail(settings, one)


def _post(address: str, one: Condition) -> None:
    if not address.startswith(("http://", "https://")):
        raise SettingsError(f"LEAGUE_WEBHOOK {address!r} is no address that begins with http:// or https://")
    data = asdict(one)
    data["before"] = data.pop("told")
    body = json.dumps(data, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310 - http or https, see above
    with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - the same
        _log.info("told the webhook that %s is %s", one.source, one.state)


def _mail(settings: Settings, one: Condition) -> None:
    host, _, port = settings.mail_server.partition(":")
    message = EmailMessage()
    message["Subject"] = f"League Archive: {one.source}: {one.state}"
    message["From"] = message["To"] = settings.mail_to
    figures = "".join(f"{name}: {value}\n" for name, value in one.evidence.items())
    message.set_content(f"{one.source}: {one.told or 'ok'} → {one.state}\n{one.reason}\n{one.since}\n\n{figures}")
    with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as server:
        server.send_message(message)
