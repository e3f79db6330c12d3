"""A model or policy changes by two: proposed, rehearsed, adopted, and from then on no process judges by the old one."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest

from jobs.run_job import run_job
from jobs.schedule import Job
from matching import model_file
from matching.model import DEFAULT
from registry import bootstrap
from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, NotAllowedError, SamePersonError
from registry.law.policy import Policy
from registry.ledger.events import EventKind
from registry.services.adopt_rule import (
    OPERATOR,
    Party,
    adopt_rule,
    propose_rule,
    read_rules,
    refuse_rule,
    rehearse_rule,
)
from registry.services.check_applicants import CheckDesk
from registry.services.context import Services
from registry.services.digest_members import Sides
from registry.services.kept_rules import former_laws
from registry.services.rules_in_force import rules_in_force
from registry.services.sound_rows import sound_rows
from registry.settings import Settings
from registry.store.rule_repository import Rule
from tests.api.rest.caller import applicant
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.cases_at_hand import NAME, list_somebody, office, one_slip, reviewed
from tests.registry.services.register_under_test import take

ADMIN = Party("user:1", "admin")
REGULATOR = Party("user:2", "regulator")
ANOTHER = Party("user:3", "regulator")
REGIONAL = Party("user:4", "regulator", "33")
WHY = "复核过多"


def changed_policy(version: str = "lax", **entries: str) -> str:
    """The shipped policy with another version; near matches are nobody's unless an entry says otherwise."""
    text = Policy.wording()
    for name, value in ({"version": f'"{version}"', "review_millibits": "90000"} | entries).items():
        head, _, rest = text.partition(f"\n{name} = ")
        text = f"{head}\n{name} = {value}\n{rest.partition(chr(10))[2]}"
    return text


def changed_model() -> str:
    tail = DEFAULT.features["id_tail"]
    levels = {name: dataclasses.replace(level, same=level.same * 0.9) for name, level in tail.levels.items()}
    features = {**DEFAULT.features, "id_tail": dataclasses.replace(tail, levels=levels)}
    return model_file.with_digest(dataclasses.replace(DEFAULT, features=features))


def adopt(services: Services, rule: Rule, text: str) -> str:
    number = propose_rule(services, rule, text, WHY, ADMIN)
    rehearse_rule(services, number, actor=ADMIN.text)
    return adopt_rule(services, number, "同意", REGULATOR).version


def test_every_running_process_judges_by_an_adopted_policy_from_its_next_check_on(
    services: Services, settings: Settings, clock: FixedClock
) -> None:
    list_somebody(services)
    other = bootstrap.build(settings, clock)
    workers = [office(services), office(other)]
    for worker in workers:
        reviewed(worker)
    adopt(services, Rule.POLICY, changed_policy())
    answers = [worker.check(applicant(NAME, one_slip())).get_json() for worker in workers]
    other.store.close()
    assert [(answer["verdict"], answer["list"]["policy"]) for answer in answers] == [("clear", "lax")] * 2
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.CHECK_DECIDED]
    assert [entry.policy_version for entry in entries] == [services.policy.version] * 2 + ["lax"] * 2


def test_a_running_process_weighs_by_an_adopted_model_from_its_next_check_on(services: Services) -> None:
    list_somebody(services, one_slip()[:6] + "********" + one_slip()[14:])
    worker = office(services)
    before = worker.check(applicant(NAME, one_slip())).get_json()
    version = adopt(services, Rule.MODEL, changed_model())
    after = worker.check(applicant(NAME, one_slip())).get_json()
    assert (before["list"]["model"], after["list"]["model"]) == (DEFAULT.version, version)
    with services.store.read() as uow:
        kept = [uow.decisions.replayable(each["check_no"]) for each in (before, after)]
    assert kept[0] is not None
    assert kept[1] is not None
    assert kept[0].answer.split('"evidence"')[1] != kept[1].answer.split('"evidence"')[1]


def test_what_was_adopted_comes_before_the_settings_file_at_a_start(
    services: Services, settings: Settings, clock: FixedClock
) -> None:
    adopt(services, Rule.POLICY, changed_policy())
    started = bootstrap.build(settings, clock)
    assert (started.policy.version, started.store.versions.policy) == ("lax", "lax")
    started.store.close()
    view = read_rules(services)
    assert (view.policy, view.policy_adopted, view.model, view.model_adopted) == ("lax", True, DEFAULT.version, False)


def test_the_worker_takes_up_what_was_adopted_at_its_next_run(services: Services) -> None:
    adopt(services, Rule.POLICY, changed_policy())
    seen: list[str] = []

    def look(given: Services) -> dict[str, int]:
        seen.append(given.policy.version)
        return {}

    run_job(services, Job("look", 60, look))
    assert seen == ["lax"]


def test_a_rehearsal_says_who_would_be_released_and_how_much_review_it_saves(services: Services) -> None:
    list_somebody(services)
    caller = office(services)
    reviewed(caller)
    caller.check(applicant("李无关", one_slip()))
    number = propose_rule(services, Rule.POLICY, changed_policy(), WHY, ADMIN)
    figures = rehearse_rule(services, number, actor=ADMIN.text, days=7)
    assert {name: figures[name] for name in ("days", "stopped", "released", "more_reviews", "whole")} == {
        "days": 7,
        "stopped": 0,
        "released": figures["released"],
        "more_reviews": -figures["released"],
        "whole": True,
    }
    assert figures["released"] >= 1
    assert figures["more_hours"] == round(-figures["released"] * services.policy.minutes_per_review / 60, 1)
    with services.store.read() as uow:
        (proposal,) = uow.proposals.latest(5)
    assert proposal.rehearsal == figures


@pytest.mark.parametrize(
    ("proposer", "second", "error"),
    [
        (ADMIN, ADMIN, SamePersonError),
        (ADMIN, Party("user:9", "admin"), NotAllowedError),
        (ADMIN, REGIONAL, NotAllowedError),
        (REGULATOR, REGULATOR, SamePersonError),
        (REGULATOR, ADMIN, None),
        (REGULATOR, ANOTHER, None),
        (Party("operator:root", OPERATOR), REGULATOR, None),
        (Party("operator:root", OPERATOR), ADMIN, NotAllowedError),
    ],
)
def test_it_takes_two_and_one_of_them_is_a_regulator_of_all_regions(
    services: Services, proposer: Party, second: Party, error: type[Exception] | None
) -> None:
    number = propose_rule(services, Rule.POLICY, changed_policy(), WHY, proposer)
    rehearse_rule(services, number, actor=proposer.text)
    if error is None:
        assert adopt_rule(services, number, "同意", second).version == "lax"
        return
    with pytest.raises(error):
        adopt_rule(services, number, "同意", second)
    assert read_rules(services).policy == services.policy.version


def test_what_was_proposed_against_a_former_version_does_not_roll_back_a_newer_one(services: Services) -> None:
    old = propose_rule(services, Rule.POLICY, changed_policy("old"), WHY, ADMIN)
    rehearse_rule(services, old, actor=ADMIN.text)
    adopt(services, Rule.POLICY, changed_policy("newer", review_millibits="20000"))
    with pytest.raises(ConflictError, match="newer came into force"):
        adopt_rule(services, old, "同意", REGULATOR)
    assert read_rules(services).policy == "newer"


def test_a_rehearsal_on_nothing_or_of_long_ago_is_none(services: Services, clock: FixedClock) -> None:
    number = propose_rule(services, Rule.POLICY, changed_policy(), WHY, ADMIN)
    rehearse_rule(services, number, actor=ADMIN.text)
    list_somebody(services)
    reviewed(office(services))
    with pytest.raises(ConflictError, match="on no check"):
        adopt_rule(services, number, "同意", REGULATOR)
    rehearse_rule(services, number, actor=ADMIN.text)
    clock.advance(datetime.timedelta(days=31))
    with pytest.raises(ConflictError, match="more than 30 days ago"):
        adopt_rule(services, number, "同意", REGULATOR)
    rehearse_rule(services, number, actor=ADMIN.text)
    assert adopt_rule(services, number, "同意", REGULATOR).version == "lax"


def test_nothing_is_adopted_unrehearsed_or_twice(services: Services) -> None:
    number = propose_rule(services, Rule.POLICY, changed_policy(), WHY, ADMIN)
    with pytest.raises(ConflictError, match="rehearsed"):
        adopt_rule(services, number, "同意", REGULATOR)
    refuse_rule(services, number, "不同意", REGULATOR)
    with pytest.raises(ConflictError, match="decided"):
        adopt_rule(services, number, "同意", REGULATOR)
    taken_back = propose_rule(services, Rule.POLICY, changed_policy(), WHY, ADMIN)
    refuse_rule(services, taken_back, "重写", ADMIN)
    assert [each.state for each in read_rules(services).proposals] == ["withdrawn", "refused"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("version = 3", InvalidInputError),
        (Policy.wording(), InvalidInputError),
        (changed_policy(minutes_per_review='"long"'), InvalidInputError),
        (changed_policy(Policy.load().version), InvalidInputError),
    ],
)
def test_what_is_no_policy_or_in_force_already_is_refused(
    services: Services, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        propose_rule(services, Rule.POLICY, text, WHY, ADMIN)
    with pytest.raises(NotAllowedError):
        propose_rule(services, Rule.POLICY, changed_policy(), WHY, REGIONAL)


ON_PROBATION = conviction(sentence_months="8", probation_months="12")
ANOTHER_ROW = ON_PROBATION | {"record_no": "R002", "name": "李示例", "id_number": id_number("19620303", "405")}
ANOTHER_ROW |= {"birth_date": "1962-03-03"}
NO_BAN_ON_PROBATION = {"suspended_imprisonment": '"no_ban"'}


def outcomes(services: Services) -> dict[str, str]:
    with services.store.read() as uow:
        found = uow.lists.records_of([("33", "R001"), ("33", "R002")])
        return {each.record_no: each.outcome for each in found if each.state == "active"}


def test_rows_judged_after_an_adoption_answer_its_open_questions_as_it_does_and_those_of_before_stay(
    services: Services,
) -> None:
    take(services, ON_PROBATION)
    adopt(services, Rule.POLICY, changed_policy(**NO_BAN_ON_PROBATION))
    take(rules_in_force(services), ANOTHER_ROW)
    assert outcomes(services) == {"R001": "in_force", "R002": "no_ban"}


def test_a_row_judged_under_a_former_policy_is_not_taken_for_altered_and_one_no_policy_explains_is(
    services: Services,
) -> None:
    take(services, ON_PROBATION)
    propose_rule(services, Rule.POLICY, changed_policy("never", suspended_imprisonment='"waiting"'), WHY, ADMIN)
    adopt(services, Rule.POLICY, changed_policy(**NO_BAN_ON_PROBATION))
    now = rules_in_force(services)
    hub, keys = Sides("hub", "31"), [("33", "R001")]
    with services.store.read() as uow:
        assert sound_rows(uow, now, hub, keys) == set(keys)
        assert [law.policy.version for law in former_laws(now, uow)] == [services.policy.version]
    with services.store.write() as uow:
        change = "UPDATE list_record SET outcome = 'waiting' WHERE record_no = 'R001'"
        uow.transaction.connection.exec_driver_sql(change)
    with services.store.read() as uow:
        assert sound_rows(uow, now, hub, keys) == set()


def test_the_settings_policy_answers_the_open_questions_from_the_first_row_on(
    settings: Settings, services: Services, clock: FixedClock, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(changed_policy("ours", **NO_BAN_ON_PROBATION), "utf-8")
    started = bootstrap.build(dataclasses.replace(settings, policy=path), clock)
    take(started, ON_PROBATION)
    started.store.close()
    assert outcomes(services) == {"R001": "no_ban"}


def test_a_running_server_takes_up_an_adopted_policy_before_an_act_that_judges_no_applicant(
    services: Services,
) -> None:
    worker = office(services)
    desk: CheckDesk = worker.app.extensions["desk"]
    adopt(services, Rule.POLICY, changed_policy(**NO_BAN_ON_PROBATION))
    worker.post("/v1/notices/N0/acknowledge", {})
    assert desk.services.law.policy.version == desk.services.policy.version == "lax"
    adopt(services, Rule.POLICY, changed_policy("next"))
    worker.get("/v1/notices")
    assert desk.services.law.policy.version == "next"
