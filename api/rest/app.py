"""The REST door as one application: how it is put together, and what each worker process starts."""

from __future__ import annotations

import os

from flask import Flask

from api.rest import headers, metrics, origin, problems, request_log, waiting_line, webhook_trials
from api.rest.cases import cases
from api.rest.changes import changes
from api.rest.checks import checks
from api.rest.digests import digests
from api.rest.documentation import documentation
from api.rest.exchange import exchange
from api.rest.health import health
from api.rest.judgments import judgments
from api.rest.known_callers import KnownCallers
from api.rest.limits import BATCH_BYTES
from api.rest.log import log
from api.rest.model import model
from api.rest.notices import notices
from api.rest.objections import objections
from api.rest.openapi import openapi
from api.rest.receipt_page import receipt_page
from api.rest.reception import Reception
from registry import bootstrap
from registry.services.check_applicants import CheckDesk
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.services.record_answers import Journal
from registry.services.settled_memory import settle_memory
from registry.settings import Settings


def create_app(services: Services, index: ListIndex | None = None) -> Flask:
    """Return the REST door on these services; without an index the list is read at the first request that needs it."""
    app = Flask("api.rest", static_folder=None)
    index = index or ListIndex(services.settings.home, services.model)
    app.extensions["desk"] = CheckDesk(services, index, Journal(services.store))
    app.config["MAX_CONTENT_LENGTH"] = BATCH_BYTES
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # a redirect would repeat whatever host the caller named
    app.extensions["known_callers"] = KnownCallers()
    app.extensions["reception"] = Reception()
    problems.register(app)
    metrics.register(app)
    request_log.register(app)
    headers.register(app)
    origin.register(app)
    waiting_line.register(app)
    webhook_trials.register(app)
    for blueprint in (
        checks,
        changes,
        exchange,
        digests,
        judgments,
        cases,
        notices,
        objections,
        model,
        health,
        metrics.metrics,
        openapi,
        documentation,
        receipt_page,
        log,
    ):
        app.register_blueprint(blueprint)
    return app


_in_common: list[ListIndex] = []


def load_in_common() -> None:
    """Read the list into this process, for the workers that are forked from it to share and to catch up from.

    Also puts a new snapshot of it away where much has changed, so that the next start is quick.
    """
    services = bootstrap.build(Settings.from_environment(os.environ))
    index = ListIndex(services.settings.home, services.model)
    with services.store.read() as uow:
        index.put_away(uow)
    services.store.close()  # before forking: no two processes may share a connection
    _in_common.append(index)
    settle_memory()


def application() -> Flask:
    """Return the application of one worker process, from the environment; the list is in memory before it serves."""
    request_log.configure()
    services = bootstrap.build(Settings.from_environment(os.environ))
    app = create_app(services, _in_common[-1] if _in_common else None)
    desk: CheckDesk = app.extensions["desk"]
    with services.store.read() as uow, desk.index.caught_up(uow):
        settle_memory()
    return app
