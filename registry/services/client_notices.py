"""What a licensing system does with its notices: name an address, read on from a number, take note.

And what people do about notices that did not arrive: see them, and send them again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import NotFoundError, PartnerUnavailableError
from registry.exchange.cloud_event import Event, envelope
from registry.exchange.webhook_address import AllowedAddresses
from registry.ledger.events import EventKind
from registry.services.deliver_notices import Posting
from registry.store.notice_repository import NoticeView

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.client_repository import Client
    from registry.store.notice_repository import StoredNotice, Webhook

TEST: Final = "test"
NOTICES_A_PAGE: Final = 50
_TRIAL_BYTES: Final = 8


def set_webhook(services: Services, client: Client, url: str) -> Webhook:
    """Keep where a system wants to be told, in place of any other; recorded. Raises InvalidInputError naming `url`."""
    AllowedAddresses(services.settings).require(url)
    with services.store.write() as uow:
        uow.notices.keep_webhook(client.id, url)
        digest = hashlib.sha256(url.encode()).hexdigest()
        uow.ledger.record(EventKind.WEBHOOK_SET, client.actor, {"client_id": client.id, "address_digest": digest})
    return find_webhook(services, client)


def find_webhook(services: Services, client: Client) -> Webhook:
    """Return where a system wants to be told. Raises NotFoundError where it asks by itself."""
    with services.store.read() as uow:
        found = uow.notices.webhook(client.id)
    if found is None:
        raise NotFoundError("this client has named no address")
    return found


def end_webhook(services: Services, client: Client) -> None:
    """Stop telling a system; its notices wait until it asks. Raises NotFoundError where it had named no address."""
    with services.store.write() as uow:
        if not uow.notices.end_webhook(client.id):
            raise NotFoundError("this client has named no address")
        uow.ledger.record(EventKind.WEBHOOK_ENDED, client.actor, {"client_id": client.id})


def try_webhook(services: Services, client: Client, connection: Posting) -> str | None:
    """Send a system an event of the kind `test` now; return how it failed, None where it arrived."""
    hook = find_webhook(services, client)
    event = Event(f"{TEST}-{secrets.token_hex(_TRIAL_BYTES)}", TEST, TEST, services.clock.now(), {})
    try:
        connection.post(hook.url, envelope(event))
    except PartnerUnavailableError as failure:
        return failure.fault
    return None


def read_notices(services: Services, client: Client, after: int, most: int) -> list[StoredNotice]:
    """Return a system's own notices after a number, in their order."""
    with services.store.read() as uow:
        return uow.notices.page(client.id, after, most)


def acknowledge_notice(services: Services, client: Client, notice_no: str) -> StoredNotice:
    """Note that a system has taken note of a notice of its own; once is enough. Raises NotFoundError."""
    with services.store.write() as uow:
        notice = uow.notices.find(notice_no)
        if notice is None or not uow.notices.is_own(notice, client.id):
            raise NotFoundError("there is no such notice")
        if uow.notices.acknowledge(notice.id):
            facts: dict[str, str | int] = {"notice_no": notice_no, "client_id": client.id}
            uow.ledger.record(EventKind.NOTICE_ACKNOWLEDGED, client.actor, facts)
            finding = notice.content.get("finding")
            if isinstance(finding, int):
                uow.look_backs.acknowledged([finding])
        return uow.notices.find(notice_no) or notice


def resend_notice(services: Services, notice_no: str, actor: str, region: str | None = None) -> None:
    """Have a notice delivered again, as if it had never been tried; recorded.

    Raises NotFoundError where there is none in the region (None: of any).
    """
    with services.store.write() as uow:
        notice = uow.notices.find(notice_no)
        if notice is None or (region is not None and notice.region not in {None, region[:2]}):
            raise NotFoundError("there is no such notice")
        uow.notices.resend(notice.id)
        facts: dict[str, str | int] = {"notice_no": notice_no, "client_id": notice.client_id}
        uow.ledger.record(EventKind.NOTICE_RESENT, actor, facts)


@dataclass(frozen=True, slots=True)
class NoticesSeen:
    """A page of notices of a view with their clients' names, how many each view has, and where the next page begins.

    `asking` are those clients of the page that named no address and ask for their notices by themselves.
    """

    view: NoticeView
    notices: tuple[StoredNotice, ...]
    clients: Mapping[int, str]
    asking: frozenset[int]
    counts: Mapping[NoticeView, int]
    following: int | None


def look_at_notices(services: Services, view: NoticeView | None, actor: DeskActor, after: int = 0) -> NoticesSeen:
    """Return the notices of a view in the actor's region, oldest first, after an id.

    Without a view they are those of the first that has any: what needs somebody most.
    """
    today, region = services.clock.today(), actor.region
    with services.store.read() as uow:
        counts = {each: uow.notices.count(each, today, region) for each in NoticeView}
        chosen = view or next((each for each in NoticeView if counts[each]), NoticeView.DEAD)
        found = uow.notices.seen(chosen, today, region, after, NOTICES_A_PAGE + 1)
        clients = {number: uow.clients.by_id(number) for number in {each.client_id for each in found}}
        asking = frozenset(number for number in clients if uow.notices.webhook(number) is None)
    shown = tuple(found[:NOTICES_A_PAGE])
    names = {number: client.name for number, client in clients.items() if client is not None}
    return NoticesSeen(chosen, shown, names, asking, counts, shown[-1].id if len(found) > NOTICES_A_PAGE else None)
