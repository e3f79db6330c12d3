"""Pages compiled once in a process: nobody's first view waits for a template to be read and compiled."""

from __future__ import annotations

from typing import Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from api.console import page


class CompiledPages(BytecodeCache):
    """The compiled templates of this process, by name and text; workers forked from it share them.

    In memory and nowhere else: code loaded from a file would be as trustworthy as whoever can write the file.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put a template's code into the bucket where it was compiled from this very text."""
        code = self._code.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED: Final = CompiledPages()


def register(app: Flask) -> None:
    """Let an application's pages be compiled once in the process."""
    app.jinja_env.bytecode_cache = _COMPILED


def compile_pages() -> None:
    """Compile every page of the console."""
    app = Flask("api.console", static_folder=None)
    page.register(app)
    register(app)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
