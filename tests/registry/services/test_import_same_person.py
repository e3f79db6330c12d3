"""One person in several documents and provinces is listed once; strangers are never united."""

from __future__ import annotations

from registry.services.context import Services
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.register_under_test import listed, names, take

SHANGHAI = {"source_region": "31", "document_no": "（2017）沪7101刑初99003号", "judgment_date": "2017-09-20"}


def test_one_person_in_two_provinces_is_one_listed_person_with_two_bases(services: Services) -> None:
    take(services, conviction())
    take(services, conviction(**SHANGHAI, effective_date="2017-09-30"))
    (subject,) = listed(services)
    assert {held.basis.region for held in subject.bases} == {"31", "33"}
    assert {face.source_region for face in subject.faces} == {"31", "33"}


def test_rows_of_one_file_that_name_the_same_new_person_unite(services: Services) -> None:
    take(
        services,
        conviction("R1"),
        conviction("R2", **SHANGHAI),
        conviction("R3", charge="生产、销售不符合安全标准的食品罪"),
    )
    (subject,) = listed(services)
    assert len(subject.faces) == 3


def test_several_counts_of_one_judgment_share_a_basis(services: Services) -> None:
    take(
        services,
        conviction("R1", id_type="", id_number=""),
        conviction("R2", id_type="", id_number="", sentence_months="8"),
    )
    (subject,) = listed(services)
    (held,) = subject.bases
    assert [link.record_no for link in held.records] == ["R1", "R2"]


def test_a_convicted_person_and_a_responsible_person_may_be_one(services: Services) -> None:
    take(services, conviction())
    take(services, revocation(name="王建国", id_number=id_number(), birth_date="1976-03-09"))
    person = next(subject for subject in listed(services) if len(subject.faces) == 2)
    assert {held.basis.provision for held in person.bases} == {"fsl-135-1", "fsl-135-2"}


def test_namesakes_with_numbers_of_their_own_stay_two(services: Services) -> None:
    take(services, conviction("R1"), conviction("R2", id_number=id_number(sequence="403")))
    assert names(services) == [{"王建国"}, {"王建国"}]


def test_without_numbers_the_same_name_in_another_document_stays_two(services: Services) -> None:
    take(services, conviction("R1", id_type="", id_number="", birth_date=""))
    take(services, conviction("R2", id_type="", id_number="", birth_date="", **SHANGHAI))
    assert names(services) == [{"王建国"}, {"王建国"}]


def test_a_row_that_could_be_either_of_two_namesakes_is_united_with_neither(services: Services) -> None:
    twin = id_number(sequence="403")
    take(services, conviction("R1"), conviction("R2", id_number=twin))
    take(services, conviction("R3", id_type="", id_number=""))
    assert len(listed(services)) == 3


def test_wrong_check_characters_and_masks_do_not_unite(services: Services) -> None:
    wrong = id_number()[:-1] + ("1" if id_number()[-1] != "1" else "2")
    for number in (wrong, "339900********" + id_number()[-4:]):
        take(
            services, conviction(f"A{number[-1]}", id_number=number, birth_date="", document_no="（2021）浙0106刑初1号")
        )
        take(
            services, conviction(f"B{number[-1]}", id_number=number, birth_date="", document_no="（2022）浙0106刑初2号")
        )
    assert len(listed(services)) == 4


def test_an_organisation_is_one_across_documents_by_its_credit_code(services: Services) -> None:
    nobody = {"name": "", "role": "", "id_type": "", "id_number": "", "sex": "", "birth_date": ""}
    take(services, revocation("P1", uscc="91339900M8B77FPM4E", **nobody))
    take(
        services,
        revocation(
            "P2",
            uscc="91339900M8B77FPM4E",
            organisation="浙江示例新名食品有限公司",
            licence_no="SC10133990000023",
            document_no="杭西市监处罚〔2024〕99002号",
            **nobody,
        ),
    )
    (subject,) = listed(services)
    assert len(subject.bases) == 2
    assert sorted(len(face.identity.documents) for face in subject.faces) == [1, 2]
