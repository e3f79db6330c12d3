"""Held applications for tests: a licensing system that asks, and regulators who decide."""

from __future__ import annotations

from api.rest.app import create_app
from registry.services.add_client import add_client
from registry.services.case_step import Acting
from registry.services.context import Services
from registry.services.decide_case import Hearing, record_hearing
from registry.services.desk_actor import NamedActor
from registry.store.case_values import StoredCase, StoredMatch
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

NAME = "王示例"
NUMBER = invented_id(1)
MASKED = NUMBER[:6] + "*" * 8 + NUMBER[14:]
FIRST = NamedActor("user:1", "33")
SECOND = NamedActor("user:2", "33")
ELSEWHERE = NamedActor("user:3", "32")

REASONS = {"reason": "证件与本人当面核对一致", "legal_basis": "食品安全法第一百三十五条第二款"}


def office(services: Services, region: str | None = "33") -> Caller:
    """A licensing system of a region."""
    return Caller(create_app(services), add_client(services, f"office {region}", ClientRole.LICENSING, region, "t").key)


def list_somebody(services: Services, number: str | None = NUMBER, **stated: object) -> str:
    """Put the invented offender on the list, every region fresh; return the ban number."""
    report_fresh(services)
    return put_on_list(services, Listing(person(NAME, number, **stated)))[0]


def one_slip(number: str = NUMBER) -> str:
    """The number with one digit of its sequence wrong: a near match, for a person to look at."""
    return number[:15] + str((int(number[15]) + 1) % 10) + number[16:]


def blocked(caller: Caller) -> str:
    """Apply under the listed number; return the check's."""
    answer = caller.check(applicant(NAME, NUMBER)).get_json()
    assert answer["verdict"] == "block"
    return str(answer["check_no"])


def reviewed(caller: Caller) -> str:
    """Apply under a number one slip away; return the check's."""
    answer = caller.check(applicant(NAME, one_slip())).get_json()
    assert answer["verdict"] == "review"
    return str(answer["check_no"])


def reviewed_with_sound_number(services: Services, caller: Caller) -> str:
    """Apply, under a number of one's own, beside a record that shows only some digits of one; return the check's."""
    list_somebody(services, MASKED)
    answer = caller.check(applicant(NAME, NUMBER)).get_json()
    assert answer["verdict"] == "review"
    return str(answer["check_no"])


def case_of(services: Services, check_no: str) -> StoredCase:
    with services.store.read() as uow:
        case = uow.cases.find(check_no)
    assert case is not None
    return case


def match_of(services: Services, check_no: str) -> StoredMatch:
    with services.store.read() as uow:
        (match,) = uow.cases.matches(case_of(services, check_no).id)
    return match


def acting(services: Services, check_no: str, actor: NamedActor = FIRST) -> Acting:
    """Somebody who has just seen a case."""
    return Acting(check_no, actor, case_of(services, check_no).row_version)


def hear(services: Services, check_no: str, actor: NamedActor = FIRST) -> None:
    """Note that the applicant was heard."""
    record_hearing(
        services, acting(services, check_no, actor), Hearing(False, services.clock.today(), "当面", "没有异议")
    )


def waive(services: Services, check_no: str, actor: NamedActor = FIRST) -> None:
    """Note that the applicant chose not to be heard."""
    record_hearing(services, acting(services, check_no, actor), Hearing(True, services.clock.today(), "书面", "放弃"))
