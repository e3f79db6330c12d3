"""The console as one application: how it is put together."""

from __future__ import annotations

import io
from typing import IO

from flask import Flask, Request

from api.console import (
    admission,
    compiled_pages,
    cookies,
    error_pages,
    headers,
    long_pages,
    numbers_in_addresses,
    page,
    request_log,
    turns,
)
from api.console import rules as rules_page
from api.console.account import account
from api.console.assets import assets
from api.console.case_files import case_files
from api.console.case_letters import case_letters
from api.console.case_page import case_page
from api.console.case_steps import case_steps
from api.console.cases import cases
from api.console.corrections import corrections
from api.console.help_pages import help_pages
from api.console.home import home
from api.console.judgment_appeal import judgment_appeal
from api.console.judgment_certificates import judgment_certificates
from api.console.judgment_reading import judgment_reading
from api.console.judgment_steps import judgment_steps
from api.console.judgment_upload import judgment_upload
from api.console.judgments import judgments
from api.console.language import language
from api.console.look_back import look_back
from api.console.notices import notices
from api.console.objections import objections
from api.console.overview import overview
from api.console.own_record import own_record
from api.console.provinces import provinces
from api.console.quarantine import quarantine
from api.console.replay import replay
from api.console.revocation_steps import revocation_steps
from api.console.revocations import revocations
from api.console.search import search
from api.console.sign_in import sign_in
from api.console.spreadsheet_mapping import spreadsheet_mapping
from api.console.spreadsheet_steps import spreadsheet_steps
from api.console.spreadsheets import spreadsheets
from api.console.texts import all_texts
from api.console.trail import trail
from api.console.users import users
from api.console.waiting import waiting
from registry.services.context import Services
from registry.services.list_index import ListIndex


class InMemory(Request):
    """A request whose files never touch a disk: an upload may name people of whom nothing may be kept."""

    def _get_file_stream(self, *_what: object, **_how: object) -> IO[bytes]:
        """Return where a file of the form is received; its size is limited with the body's, route by route."""
        return io.BytesIO()


PARTS = (
    home, sign_in, account, users, language, assets, judgment_upload, judgments, judgment_reading, judgment_steps,
    judgment_appeal, judgment_certificates, revocations, revocation_steps, spreadsheets, spreadsheet_mapping,
    spreadsheet_steps, waiting, cases, case_files, case_page, case_steps, case_letters, search, look_back, replay,
    provinces, quarantine, corrections, objections, notices, own_record, rules_page.rules, trail, overview, help_pages,
    error_pages.error_pages,
)  # fmt: skip


def create_console(services: Services, index: ListIndex) -> Flask:
    """Return the console on these services; ValueError where a route does not say who may use it."""
    app = Flask("api.console", static_folder=None)
    app.request_class = InMemory
    app.extensions["services"] = services
    app.extensions["index"] = index
    app.config["MAX_CONTENT_LENGTH"] = admission.FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = None  # the whole body is limited, route by route
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    numbers_in_addresses.register(app)
    error_pages.register(app)
    request_log.register(app)
    headers.register(app)
    turns.register(app)
    long_pages.register(app)
    page.register(app)
    compiled_pages.register(app)
    app.before_request(admission.admit)
    app.before_request(rules_page.take_up)
    app.teardown_request(admission.leave)
    app.after_request(cookies.apply_all)
    for blueprint in PARTS:
        app.register_blueprint(blueprint)
    admission.require_marks(app)
    all_texts()  # a text that lacks a language keeps the console from starting, too
    return app
