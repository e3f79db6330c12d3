"""The policy is read strictly: what is wrong, missing or unknown is named."""

from __future__ import annotations

import datetime
from importlib import resources
from pathlib import Path

import pytest

from registry.errors import SettingsError
from registry.law.policy import Handling, Policy, TransportPermit, WhenFlagged, WhenNotBarred, WhenStale
from registry.law.provisions import Law
from registry.law.roles import Purpose, Region

SHIPPED = resources.files("registry.law").joinpath("policy.toml").read_text(encoding="utf-8")
QUESTIONS_DOCUMENT = Path(__file__).parents[3] / "docs" / "legal-questions.md"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The shipped policy with one passage replaced."""
    assert old in SHIPPED
    path = tmp_path / "policy.toml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_shipped_policy_takes_the_stricter_side_of_open_questions() -> None:
    policy = Policy.load()
    assert policy.when_ban_does_not_bar is WhenNotBarred.NO_MATCH
    assert policy.questions.suspended_imprisonment is Handling.BAR
    assert policy.questions.undecided_food_charge is Handling.WAITING
    assert policy.questions.lost_transport_permit is TransportPermit.REVIEW
    assert {each.valid_until for each in policy.freshness.values()} == {datetime.timedelta(days=7)}
    assert {each.when_stale for each in policy.freshness.values()} == {WhenStale.REVIEW}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('version = "2026.3"', "version = 7", "policy.toml.version"),
        ('version = "2026.3"', 'version = " "', "policy.toml.version"),
        ("pardon = ", "pardons = ", "policy.toml.questions.pardon: is missing"),
        ('several_counts = "own_sentence"', 'several_counts = "total"', "policy.toml.questions.several_counts"),
        ("valid_until_days = 7", "valid_until_days = 0", "policy.toml.freshness.31.valid_until_days"),
        ("valid_until_days = 7", "valid_until_days = 9999999999", "policy.toml.freshness.31.valid_until_days"),
        ("valid_until_days = 7", "valid_until_days = true", "policy.toml.freshness.31.valid_until_days"),
        ("[freshness.34]", "[freshness.35]", "policy.toml.freshness.34: is missing"),
        ("review_millibits = ", "review_millibit = ", "policy.toml.thresholds.review_millibits: is missing"),
        (
            "review_expected_coincidences = ",
            'review_expected_coincidences = "x" #',
            "review_expected_coincidences: must be a number",
        ),
        ("[thresholds]", "[thresholds.cooking]\n[thresholds]", "policy.toml.thresholds.cooking: is not a purpose"),
        (
            "plausible_age_to = 100",
            "plausible_age_to = 100\nsomething = 1",
            "policy.toml.questions.something: is not an entry",
        ),
        ("\n[questions]\n", "\n[questions\n", "policy.toml: is not valid TOML"),
    ],
)
def test_a_wrong_policy_names_the_entry(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Policy.load(changed(tmp_path, old, new))
    assert named in str(raised.value)


def test_a_policy_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        Policy.load(tmp_path / "nowhere.toml")


def test_a_purpose_may_have_a_threshold_of_its_own(tmp_path: Path) -> None:
    own = (
        "[thresholds.inspection_staff]\nreview_expected_coincidences = 0.25\nreview_millibits = 9000\n\n[freshness.31]"
    )
    policy = Policy.load(changed(tmp_path, "[freshness.31]", own))
    assert policy.threshold(Purpose.INSPECTION_STAFF).expected_coincidences == 0.25
    assert policy.threshold(Purpose.INSPECTION_STAFF).millibits == 9000
    assert policy.least_millibits == 9000
    assert policy.threshold(Purpose.FOOD_FILING) == policy.default_threshold


def test_a_region_may_have_its_own_freshness(tmp_path: Path) -> None:
    policy = Policy.load(changed(tmp_path, "valid_until_days = 7", "valid_until_days = 3"))
    assert policy.freshness[Region.SHANGHAI].valid_until == datetime.timedelta(days=3)
    assert policy.freshness[Region.ANHUI].valid_until == datetime.timedelta(days=7)


def test_the_law_is_loaded_with_the_policy_it_is_given(tmp_path: Path) -> None:
    policy = Policy.load(changed(tmp_path, 'version = "2026.3"', 'version = "another"'))
    assert Law.load(policy).policy.version == "another"


def test_every_open_question_is_put_to_the_legal_office() -> None:
    document = QUESTIONS_DOCUMENT.read_text(encoding="utf-8")
    asked = [name for name in Policy.load().questions.__slots__ if f"`{name}`" not in document]
    assert asked == []


def test_a_policy_kept_before_flagged_clients_could_be_refused_went_on_answering() -> None:
    kept = SHIPPED.replace('when_client_flagged = "answer"\n', "", 1)
    assert kept != SHIPPED
    assert Policy.parse(kept).when_client_flagged is WhenFlagged.ANSWER
    assert Policy.parse(SHIPPED.replace('= "answer"', '= "refuse"', 1)).when_client_flagged is WhenFlagged.REFUSE
