"""From a partner's configuration to its transport, and from what was kept of an arrival back to its batch."""

from __future__ import annotations

from pathlib import Path

from registry.errors import SettingsError
from registry.exchange.adapter import Adapter, Position
from registry.exchange.batch import Batch
from registry.exchange.drop import DropAdapter, OwnDropAdapter
from registry.exchange.exchange_table import ForeignTableAdapter, OwnTableAdapter
from registry.exchange.feed import open_feed
from registry.exchange.folder import Folder
from registry.exchange.front_end_database import FrontEnd
from registry.exchange.parcel import is_parcel, parcel_of
from registry.exchange.parcel_reading import read_parcel
from registry.exchange.partner import Partner
from registry.exchange.sides import own_name
from registry.exchange.wire import understood
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import SigningKey
from registry.settings import Settings


def open_adapter(partner: Partner, settings: Settings, keyring: Keyring) -> Adapter:
    """Open a partner's transport; close it when done.

    Raises SettingsError (a credential that is not there, an address nothing reaches) and PartnerUnavailableError.
    """
    own, key = own_name(settings), keyring.signing.signing if keyring.signing is not None else None
    match partner.adapter:
        case "feed":
            return open_feed(partner, settings, keyring)
        case "drop":
            drop = partner.options["drop"]
            folder = Folder.open(drop.url, drop.login, _beside(partner), partner.limits.seconds_per_request)
            return (OwnDropAdapter if drop.is_ours else DropAdapter)(partner, own, folder, key)
        case "table":
            return _table(partner, own, key)
        case _:
            raise SettingsError(f"partner {partner.name}: there is no adapter {partner.adapter}")


def batch_kept(content: bytes, partner: Partner, own: str, position: Position) -> Batch:
    """Read again what was kept of an arrival, whichever transport it came over. Raises HeldBatchError.

    `position` is the present one: a foreign system's rows are numbered after it.
    """
    if is_parcel(content):
        return read_parcel(partner, own, parcel_of(content), position)
    return understood(content, partner, own)


def _beside(partner: Partner) -> Path:
    return Path(partner.options.get("folder", "."))


def _table(partner: Partner, own: str, key: SigningKey | None) -> Adapter:
    front = FrontEnd(partner.options["table"], _beside(partner), partner.limits.seconds_per_request)
    if partner.options["table"].is_ours:
        return OwnTableAdapter(partner, own, front, key)
    return ForeignTableAdapter(partner, own, front)
