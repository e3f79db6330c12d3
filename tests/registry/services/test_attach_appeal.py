"""An appeal upholds, replaces, annuls or undoes its first instance, for everybody the case is about."""

from __future__ import annotations

import datetime

import pytest

from registry.errors import ConflictError, InvalidInputError, NotFoundError
from registry.intake.judgment_appeal import Result
from registry.services.attach_appeal import attach_appeal, propose_results
from registry.services.context import Services
from registry.services.file_effect import file_effect
from registry.services.file_judgment import Filed
from registry.services.read_desk import DeskDocument, read_document
from registry.services.return_judgment import return_judgment
from registry.store.desk_values import DeskState, FilingKind
from registry.store.tables import list_record
from tests.registry.intake.invented_judgments import CHARGE, XU, ZHOU, appeal, judgment
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.desk_at_hand import (
    CLERK,
    CONFIRMER,
    HEARD,
    again,
    certified,
    confirmed,
    edited,
    filed,
    in_force,
    laid_down,
)
from tests.registry.services.register_under_test import listed, names, rows, take, version

UPHELD = appeal("驳回上诉，维持原判。", "裁定")
REPLACED = appeal(
    "一、维持（2020）浙0599刑初7号刑事判决第二项；二、撤销第一项；"
    f"三、上诉人周明远犯{CHARGE}，判处拘役五个月，并处罚金人民币三万元。"
)
ACQUITTED = appeal("一、撤销（2020）浙0599刑初7号刑事判决第一项；二、上诉人周明远无罪。")
SENT_BACK = appeal("一、撤销（2020）浙0599刑初7号刑事判决；二、发回德川县人民法院重新审判。", "裁定")
RETRIED = appeal(
    "一、撤销（2020）浙0599刑初7号刑事判决；二、原审被告人周明远无罪；三、原审被告人许云无罪。",
    number="（2022）浙05刑再1号",
    party="原审上诉人",
)
BOTH_IMPRISONED = judgment(
    f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
    f"二、被告人许云犯{CHARGE}，判处有期徒刑八个月，并处罚金人民币一万元。\n",
    ZHOU + XU,
)


def _pending(services: Services, text: str = BOTH_IMPRISONED) -> DeskDocument:
    """A first instance that was confirmed without effect."""
    document = laid_down(services, text)
    confirmed(services, filed(services, document, edited(document)))
    return again(services, document)


def _attached(services: Services, ruling: DeskDocument, **stated: object) -> Filed:
    return attach_appeal(
        services,
        ruling.document_no,
        actor=CLERK,
        expected=ruling.row_version,
        **stated,  # type: ignore[arg-type]
    )


def _starts(services: Services) -> set[datetime.date | None]:
    return {held.basis.starts_on for subject in listed(services) for held in subject.bases}


def test_an_appeal_that_was_dismissed_brings_effect_at_the_day_of_the_ruling(services: Services) -> None:
    first, ruling = _pending(services), laid_down(services, UPHELD)
    assert _starts(services) == {None}
    step = _attached(services, ruling)
    assert (step.document_no, step.kind) == (first.document_no, FilingKind.APPEAL_UPHELD)
    assert again(services, ruling).state is DeskState.FILED
    assert confirmed(services, step).state is DeskState.IN_FORCE
    assert _starts(services) == {datetime.date(2020, 6, 1)}
    done = again(services, ruling)
    assert (done.state, done.attached_to) == (DeskState.ATTACHED, first.document_no)


def test_one_co_defendants_appeal_keeps_the_case_open_for_all(services: Services) -> None:
    first = _pending(services)
    laid_down(services, UPHELD)
    with pytest.raises(ConflictError):
        file_effect(services, first.document_no, actor=CLERK, expected=first.row_version, effective_date="2020-03-20")
    assert _starts(services) == {None}


def test_a_first_filing_with_a_certificate_is_refused_while_a_ruling_of_the_case_lies_on_the_desk(
    services: Services,
) -> None:
    document, _ = laid_down(services, BOTH_IMPRISONED), laid_down(services, UPHELD)
    with pytest.raises(ConflictError):
        filed(services, document, certified(document))


def test_an_effective_day_needs_a_ground(services: Services) -> None:
    document = laid_down(services)
    with pytest.raises(InvalidInputError) as refused:
        filed(services, document, edited(document, effect_by="none", effective_date="2020-03-20"))
    assert [fault.code for fault in refused.value.faults] == ["no_ground"]


def test_a_ruling_that_misprints_its_case_is_attached_where_a_person_says(services: Services) -> None:
    first = _pending(services)
    ruling = laid_down(services, UPHELD.replace("浙0599刑初7号", "浙0599刑初77号"))
    with pytest.raises(NotFoundError):
        _attached(services, ruling)
    step = _attached(services, ruling, first_no=first.document_no)
    assert (step.document_no, confirmed(services, step).state) == (first.document_no, DeskState.IN_FORCE)


def test_a_certificate_is_refused_where_an_appeal_is_known_to_be_open(services: Services) -> None:
    document = laid_down(services)
    with pytest.raises(InvalidInputError) as refused:
        filed(services, document, certified(document, appealed=True))
    assert [fault.code for fault in refused.value.faults] == ["appeal_open"]


def test_a_sentence_replaced_below_imprisonment_lifts_that_person_alone(services: Services) -> None:
    first, ruling = in_force(services, BOTH_IMPRISONED), laid_down(services, REPLACED)
    assert names(services) == [{"周明远"}, {"许云"}]
    step = _attached(services, ruling)
    assert step.kind is FilingKind.APPEAL_REPLACED
    confirmed(services, step)
    assert names(services) == [{"许云"}]
    kept = again(services, first).content
    assert kept is not None
    assert kept["defendants"][0]["counts"][0]["sentence"] == "拘役"
    assert kept["defendants"][0]["decision"]["case_number"] == "（2020）浙05刑终12号"


def test_an_acquittal_on_appeal_lifts_whom_it_acquits(services: Services) -> None:
    in_force(services, BOTH_IMPRISONED)
    confirmed(services, _attached(services, laid_down(services, ACQUITTED)))
    assert names(services) == [{"许云"}]


def test_a_case_sent_back_founds_nothing_any_more_and_its_new_trial_is_another_case(services: Services) -> None:
    first, ruling = in_force(services, BOTH_IMPRISONED), laid_down(services, SENT_BACK)
    step = _attached(services, ruling)
    assert step.kind is FilingKind.REMANDED
    assert confirmed(services, step).state is DeskState.UNLISTED
    assert listed(services) == []
    assert again(services, first).standing is DeskState.UNLISTED
    new = laid_down(
        services, BOTH_IMPRISONED.replace("刑初7号", "刑初99号").replace("二〇二〇年三月五日", "二〇二〇年九月五日")
    )
    confirmed(services, filed(services, new, certified(new, "2020-09-20")))
    assert names(services) == [{"周明远"}, {"许云"}]


def test_a_retrial_that_acquits_ends_the_ban_from_the_beginning(services: Services) -> None:
    first = in_force(services, BOTH_IMPRISONED)
    step = _attached(services, laid_down(services, RETRIED))
    assert step.kind is FilingKind.ANNULLED
    assert confirmed(services, step).state is DeskState.ANNULLED
    assert listed(services) == []
    assert [each.kind for each in again(services, first).history] == [FilingKind.INITIAL, FilingKind.ANNULLED]


def test_what_is_proposed_can_be_changed_by_the_person_who_files(services: Services) -> None:
    first, ruling = in_force(services, BOTH_IMPRISONED), laid_down(services, REPLACED)
    proposal = propose_results(services, ruling.document_no, actor=CLERK)
    assert (proposal.first_no, proposal.results) == (first.document_no, {1: Result.REPLACED, 2: Result.UPHELD})
    confirmed(services, _attached(services, ruling, decided={2: Result.ANNULLED}))
    assert names(services) == []


def test_a_ruling_whose_case_is_not_on_the_desk_names_what_is_missing(services: Services) -> None:
    ruling = laid_down(services, UPHELD)
    assert propose_results(services, ruling.document_no, actor=CLERK).first_no is None
    with pytest.raises(NotFoundError):
        _attached(services, ruling)


def test_a_returned_ruling_leaves_its_first_instance_as_it_was(services: Services) -> None:
    first, ruling = in_force(services, BOTH_IMPRISONED), laid_down(services, SENT_BACK)
    step = _attached(services, ruling)
    return_judgment(services, first.document_no, number=step.number, actor=CONFIRMER, note="并非发回")
    assert again(services, first).state is DeskState.IN_FORCE
    assert again(services, ruling).state is DeskState.RETURNED
    assert names(services) == [{"周明远"}, {"许云"}]


def test_a_case_and_its_ruling_that_arrive_together_are_confirmed_together(services: Services) -> None:
    first, ruling = laid_down(services, HEARD), laid_down(services, UPHELD)
    assert confirmed(services, _attached(services, ruling)).state is DeskState.IN_FORCE
    assert read_document(services, first.document_no, CLERK).effective_on == datetime.date(2020, 6, 1)


def test_what_a_province_sent_of_an_annulled_judgment_ends_too(services: Services) -> None:
    row = conviction("R9", name="周明远", id_number="", birth_date="1981-05-06", document_no="（2020）浙0599刑初7号")
    other = row | {"record_no": "R10", "name": "许云", "sex": "女", "birth_date": "1982-05-06"}
    in_force(services, BOTH_IMPRISONED)
    take(services, row, other, conviction("R11", name="周明远", document_no="（2021）浙0599刑初77号"))
    done = confirmed(services, _attached(services, laid_down(services, ACQUITTED)))
    standing = {link.record_no for subject in listed(services) for held in subject.bases for link in held.records}
    assert {number for number in standing if number.startswith("R")} == {"R10", "R11"}
    assert done.list_version == version(services)
    assert {each.record_no: each.state for each in rows(services, list_record)}["R9"] == "withdrawn"
    take(services, row)
    assert "R9" not in {link.record_no for each in listed(services) for held in each.bases for link in held.records}


def test_a_judgment_annulled_whole_takes_every_row_of_its_number_with_it(services: Services) -> None:
    take(services, conviction("R9", name="周明远", document_no="（2020）浙0599刑初7号"))
    in_force(services, BOTH_IMPRISONED)
    confirmed(services, _attached(services, laid_down(services, RETRIED)))
    assert listed(services) == []


def test_an_appeal_that_was_withdrawn_brings_effect_like_one_dismissed(services: Services) -> None:
    _pending(services)
    ruling = laid_down(services, appeal("准许上诉人周明远撤回上诉。", "裁定"))
    step = _attached(services, ruling)
    assert (step.kind, confirmed(services, step).state) == (FilingKind.APPEAL_UPHELD, DeskState.IN_FORCE)
    assert _starts(services) == {datetime.date(2020, 6, 1)}


def test_what_a_retrial_sentences_anew_starts_on_its_own_day_and_the_others_stay(services: Services) -> None:
    in_force(services, BOTH_IMPRISONED)
    retrial = appeal(
        "一、撤销（2020）浙0599刑初7号刑事判决第一项；"
        f"二、原审上诉人周明远犯{CHARGE}，判处有期徒刑八个月，并处罚金人民币三万元。",
        number="（2022）浙05刑再1号",
        party="原审上诉人",
    )
    confirmed(services, _attached(services, laid_down(services, retrial)))
    starts = {
        face.identity.name: {held.basis.starts_on for held in subject.bases}
        for subject in listed(services)
        for face in subject.faces
    }
    assert starts == {"周明远": {datetime.date(2020, 6, 1)}, "许云": {datetime.date(2020, 3, 20)}}


def test_a_finding_about_food_outlives_the_appeal(services: Services) -> None:
    text = BOTH_IMPRISONED.replace(CHARGE, "生产、销售伪劣产品罪")
    document = laid_down(services, text)
    content = edited(document)
    for defendant in content["defendants"]:
        defendant["counts"][0]["food_related"] = True
    confirmed(services, filed(services, document, content))
    lighter = appeal(
        "一、撤销第一项；二、上诉人周明远犯生产、销售伪劣产品罪，判处有期徒刑八个月，并处罚金人民币三万元。"
    )
    confirmed(services, _attached(services, laid_down(services, lighter)))
    assert names(services) == [{"周明远"}, {"许云"}]


def test_a_ban_ordered_on_appeal_alone_and_a_stranger_are_pointed_out(services: Services) -> None:
    _pending(services)
    barred = appeal(
        f"一、上诉人周明远犯{CHARGE}，判处有期徒刑八个月，并处罚金人民币三万元。二、"
        "禁止上诉人周明远自刑罚执行完毕之日起三年内从事食品生产经营。"
        f"三、原审被告人许云犯{CHARGE}，判处有期徒刑六个月，并处罚金人民币一万元。"
        f"四、原审被告人吕望犯{CHARGE}，判处有期徒刑六个月，并处罚金人民币一万元。"
    )
    proposal = propose_results(services, laid_down(services, barred).document_no, actor=CLERK)
    assert (proposal.bans_added, len(proposal.unmatched)) == ((1,), 1)
