"""What courts, offices and applicants say about the applications for practice, laid on each case as a file.

So that whoever decides them learns from the page what they would learn by asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.services.attach_evidence import attach_to_case
from registry.services.case_step import Acting
from registry.store.case_values import CaseFilter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.services.actor import Actor
    from registry.services.context import Services
    from seeds.demo import DemoApplication

_PAPER: Final = "（演示材料）申请{number}，许可窗口转来：\n\n{learned}\n"
_NOTE: Final = "许可窗口转来：{learned}"


def lay_materials(services: Services, applications: Iterable[DemoApplication], actor: Actor) -> int:
    """Put what is to be learned on the cases of these applications; return on how many. None was there before."""
    laid = 0
    for application in applications:
        number, learned = application.application_no, application.learned
        with services.store.read() as uow:
            cases = uow.cases.page(CaseFilter(application_no=number), None, 1)
        for case in cases:
            paper = _PAPER.format(number=number, learned=learned).encode()
            attach_to_case(
                services, Acting(case.check_no, actor), [(f"{number}.txt", paper)], _NOTE.format(learned=learned)
            )
            laid += 1
    return laid
