"""Which penalties take a food licence away, and whom they reach."""

from __future__ import annotations

import datetime

import pytest

from matching.identity import Kind
from registry.law.ban import Bar
from registry.law.judgment import ResponsibleRole, RowOutcome
from registry.law.policy import TransportPermit
from registry.law.reasons import Reason
from registry.law.roles import Region, Role
from tests.registry.law.facts import bar, policy_with, revoked, terms


@pytest.mark.parametrize(
    ("penalty", "licence"),
    [
        ("吊销许可证", None),
        ("吊销许可证", "食品生产许可证"),
        ("吊销食品经营许可证", None),
        ("吊销《食品经营许可证》", None),
        ("罚款、没收违法所得、吊销餐饮服务许可证", None),
        ("吊销食品流通许可证；罚款人民币五万元", None),
        ("吊销营业执照和食品经营许可证", None),
        ("责令停产停业,吊销食品生产许可证", None),
        ("注销营业执照，吊销食品生产许可证", None),
        ("吊销小餐饮食品经营许可证", None),
        ("吊销食品经营许可证、某某资格", None),
    ],
)
def test_revoking_a_food_licence_founds_the_five_year_ban(penalty: str, licence: str | None) -> None:
    found = terms(revoked(penalty=penalty, licence_kind=licence))
    assert (found.outcome, [basis.provision for basis in found.bases]) == (RowOutcome.IN_FORCE, ["fsl-135-1"])


@pytest.mark.parametrize(
    "penalty",
    ["撤销食品经营许可证", "注销食品经营许可证", "撤回食品经营许可证", "责令停产停业", "罚款", "暂扣食品经营许可证"],
)
def test_taking_a_licence_back_otherwise_founds_nothing(penalty: str) -> None:
    found = terms(revoked(penalty=penalty))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.NO_LICENCE_REVOKED)


@pytest.mark.parametrize(
    ("penalty", "licence"),
    [
        ("吊销营业执照", None),
        ("吊销许可证", "药品经营许可证"),
        ("吊销许可证", "营业执照"),
        ("吊销营业执照，注销食品经营许可证", None),
        ("吊销化妆品生产许可证", None),
        ("吊销烟草专卖零售许可证", None),
    ],
)
def test_revoking_another_licence_founds_nothing(penalty: str, licence: str | None) -> None:
    found = terms(revoked(penalty=penalty, licence_kind=licence))
    assert (found.outcome, found.reason) == (RowOutcome.NO_BAN, Reason.OTHER_LICENCE_REVOKED)


@pytest.mark.parametrize(
    ("penalty", "licence"),
    [("吊销许可证", "某种许可证明"), ("吊销某某资格", None), ("吊销食品小作坊登记证", None)],
)
def test_a_licence_in_no_list_waits_until_a_person_has_decided(penalty: str, licence: str | None) -> None:
    facts = {"penalty": penalty, "licence_kind": licence}
    assert terms(revoked(**facts)).reason is Reason.LICENCE_NOT_KNOWN
    assert terms(revoked(**facts)).outcome is RowOutcome.WAITING
    assert terms(revoked(**facts, food_related=True)).outcome is RowOutcome.IN_FORCE
    assert terms(revoked(**facts, food_related=False)).outcome is RowOutcome.NO_BAN


def test_a_person_without_a_role_waits_and_the_organisation_does_not() -> None:
    found = terms(revoked(role=None))
    assert (found.outcome, found.reason) == (RowOutcome.WAITING, Reason.ROLE_NOT_STATED)
    assert terms(revoked(role=None, organisation=True)).outcome is RowOutcome.IN_FORCE


def test_losing_two_licences_founds_two_bases() -> None:
    found = terms(revoked(penalty="吊销食品经营许可证、生猪定点屠宰证书"))
    assert [basis.provision for basis in found.bases] == ["fsl-135-1", "psr-38-1"]


def test_losing_a_small_permit_outside_shanghai_founds_nothing_of_shanghai_law() -> None:
    cancelled = terms(revoked(region=Region.ANHUI, penalty="注销食品摊贩登记", licence_kind=None))
    assert (cancelled.outcome, cancelled.bases) == (RowOutcome.NO_BAN, ())


def test_losing_the_permit_for_bulk_transport_goes_to_a_person_unless_policy_says_otherwise() -> None:
    from_now = revoked(penalty="吊销准运证", licence_kind=None, decided_on=terms_day())
    (basis,) = terms(from_now, terms_day()).bases
    assert (basis.provision, bar([basis], day=terms_day())) == ("fsl-135-1-transport", Bar.REVIEW)
    block = terms(from_now, terms_day(), policy_with(lost_transport_permit=TransportPermit.BLOCK))
    assert [each.provision for each in block.bases] == ["fsl-135-1"]
    none = terms(from_now, terms_day(), policy_with(lost_transport_permit=TransportPermit.NO_BAN))
    assert none.outcome is RowOutcome.NO_BAN


def test_a_business_licence_is_noted_for_the_legal_representative_only() -> None:
    business = {"penalty": "吊销营业执照", "licence_kind": None}
    assert terms(revoked(**business)).noted == ("mer-12-licence",)
    assert terms(revoked(**business, role=ResponsibleRole.OTHER_RESPONSIBLE)).noted == ()


@pytest.mark.parametrize("role", list(Role))
def test_an_organisation_is_asked_as_an_organisation_whatever_its_role(role: Role) -> None:
    bases = terms(revoked(role=None, organisation=True)).bases
    assert bar(bases, role, kind=Kind.ORGANISATION) is Bar.BLOCK


def terms_day() -> datetime.date:
    return datetime.date(2026, 1, 15)
