"""What every command needs: the opened register and the name under which the act is recorded."""

from __future__ import annotations

import getpass
import os

from registry import bootstrap
from registry.services.context import Services
from registry.settings import Settings


def open_services(*, shipped_model: bool = False) -> Services:
    """Open the register as the environment sets it; `shipped_model` leaves aside a model that was chosen.

    Raises SettingsError, KeysMissingError, KeysMismatchError or UnavailableError.
    """
    return bootstrap.build(Settings.from_environment(os.environ), shipped_model=shipped_model)


def operator() -> str:
    """Return the name under which an operator's act is recorded: the account on this machine."""
    try:
        return f"operator:{getpass.getuser()}"
    except OSError:  # an account without a name, as in some containers
        return f"operator:{os.getuid()}"
