"""The REST door with one endpoint more: it authenticates, durably commits one row, and does nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response

from api.rest.app import application as plain_application
from api.rest.auth import Right, admit
from api.rest.checks import desk
from registry.ledger.events import EventKind
from registry.store.group_commit import GroupCommit
from registry.store.ledger_repository import Event
from registry.store.unit_of_work import UnitOfWork


def _write(uow: UnitOfWork, events: Sequence[Event]) -> None:
    uow.ledger.record_all(events)


def application() -> Flask:
    """Return the application with the bare endpoint."""
    app = plain_application()
    commits: GroupCommit[Event] = GroupCommit(app.extensions["desk"].services.store, _write)

    def bare() -> Response:
        with desk().services.store.read() as uow:
            client = admit(uow, Right.CHECK)
        commits.commit(Event(EventKind.CHECK_READ, client.actor, 0, {"check_no": "C0", "client_id": client.id}))
        return Response(b'{"done":true}', content_type="application/json")

    app.add_url_rule("/bare", view_func=bare, methods=["POST"])
    return app
