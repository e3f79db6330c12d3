"""What the processes that take files apart may use, and how they say that a file goes beyond it."""

from __future__ import annotations

import logging
import resource
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

MEMORY = 1 << 30
SECONDS = 20
LARGEST_FILE = 32 << 20
LARGEST_UNPACKED = 256 << 20
LARGEST_UPLOAD_UNPACKED = 64 << 20
MOST_MEMBERS = 500
MOST_PAGES = 3_000


BROKEN_PACKAGE = (
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What libraries raise over an Office file or an archive whose parts are not what they should be."""


class HostileFileError(Exception):
    """The file cannot be read; the code says why."""


def limit_process() -> None:
    """Take from this process what a hostile file could use: memory, time, room on the disk and the log."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_UNPACKED, LARGEST_UNPACKED))
    logging.disable(logging.CRITICAL)
