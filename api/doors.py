"""Both doors under one address: the REST door everywhere, the console below /console, as each worker starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from api.console.app import create_console
from api.console.compiled_pages import compile_pages
from api.console_address import CONSOLE
from api.rest import app as rest
from registry.services.check_applicants import CheckDesk

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["application", "load_in_common", "with_console"]


def with_console(door: Flask) -> WSGIApplication:
    """Return the REST door with the console beside it, on the same services and the same list in memory."""
    desk: CheckDesk = door.extensions["desk"]
    return DispatcherMiddleware(door, {CONSOLE: create_console(desk.services, desk.index)})


def load_in_common() -> None:
    """Read the list and compile the pages into this process, for the workers that are forked from it to share."""
    compile_pages()
    rest.load_in_common()


def application() -> WSGIApplication:
    """Return what one worker process serves, from the environment."""
    return with_console(rest.application())
