"""Who is listed, read in clear for the index: all at once or the subjects a change named."""

from __future__ import annotations

import datetime

from matching.identity import IdType, Kind, NameKind
from registry.services.context import Services
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.register_under_test import listed, take


def test_a_face_is_exactly_what_its_record_states(services: Services) -> None:
    take(
        services, conviction(other_names="曾用名:王小军", ban_kind="occupational_ban", ban_years="3", ban_text="三年内")
    )
    (subject,) = listed(services)
    (face,) = subject.faces
    assert (face.source_region, face.record_no, subject.kind) == ("33", "R001", Kind.PERSON)
    assert [(other.kind, other.name) for other in face.identity.other_names] == [(NameKind.FORMER, "王小军")]
    assert [(paper.type, paper.number) for paper in face.identity.documents] == [(IdType.RESIDENT_ID, id_number())]
    assert face.identity.birth is not None
    assert face.identity.birth.isoformat() == "1976-03-09"
    assert face.identity.domicile_code == "339900"


def test_an_organisation_has_one_face_a_record_with_all_its_codes(services: Services) -> None:
    take(services, revocation(uscc="91339900M8B77FPM4E", licence_no="SC10133990000023"))
    organisation = next(subject for subject in listed(services) if subject.kind is Kind.ORGANISATION)
    (face,) = organisation.faces
    assert [paper.type for paper in face.identity.documents] == [IdType.USCC, IdType.LICENCE]


def test_named_subjects_come_alone_and_those_no_longer_listed_come_empty(services: Services) -> None:
    take(services, conviction("R1"), conviction("R2", name="赵敏慧", id_number=id_number("19850101", "404"), sex="女"))
    first, second = listed(services)
    assert [subject.subject for subject in listed(services, [second.subject])] == [second.subject]
    take(services, conviction("R1", version="2", operation="withdraw", withdraw_reason="改判"))
    found = {subject.subject: subject for subject in listed(services, [first.subject, second.subject])}
    assert (found[first.subject].faces, found[first.subject].bases) == ((), ())
    assert found[first.subject].ban_no == first.ban_no
    assert found[second.subject] == second
    assert listed(services, []) == []


def test_an_expired_ban_is_still_on_the_list_with_its_last_day(services: Services) -> None:
    take(services, revocation(decided_on="2016-02-29"))
    assert {held.basis.ends_on for subject in listed(services) for held in subject.bases} == {
        datetime.date(2021, 2, 28)
    }
