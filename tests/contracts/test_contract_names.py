"""The names that other people's programs are written against are all there; more may be added, none renamed."""

from __future__ import annotations

import click
import pytest
from marshmallow import Schema

from api.cli.main import main
from api.rest import schemas
from registry.intake import applicant_file
from registry.intake.headings import OPTIONAL, REQUIRED, ListKind
from registry.law.judgment import RowOutcome
from registry.law.roles import Purpose, Role
from registry.services import verdict_file

CONVICTION = (
    "record_no name other_names sex birth_date id_type id_number domicile_code source_region document_no court charge "
    "sentence sentence_months judgment_date effective_date"
)
REVOCATION = (
    "record_no organisation uscc licence_no name role id_type id_number sex birth_date source_region document_no "
    "authority penalty decided_on"
)
EITHER = (
    "ethnic_group probation_months fine_yuan offence_from offence_to food_related capacity licence_kind ban_kind "
    "ban_years ban_text executed_on version operation withdraw_reason"
)
PURPOSES = (
    "food_production_licence food_operation_licence food_filing small_workshop staff_appointment platform_onboarding "
    "slaughter_licence inspection_staff licence_change licence_renewal"
)
ROLES = (
    "applicant operator legal_representative person_in_charge food_safety_director food_safety_officer technician "
    "inspector staff"
)
OUTCOMES = "in_force pending waiting no_ban known superseded withdrawn quarantined refused"

FIELDS: dict[type[Schema], str] = {
    schemas.CheckRequestSchema: "application_no purpose region subjects",
    schemas.SubjectSchema: "subject_no kind role name id_type id_number birth_date sex other_names",
    schemas.CheckAnswerSchema: "check_no verdict decided_at list subjects next_step receipt",
    schemas.StoredCheckSchema: "check_no verdict decided_at list subjects next_step receipt outcome",
    schemas.ListStateSchema: "version model policy coverage",
    schemas.CoverageSchema: "region as_of state",
    schemas.SubjectAnswerSchema: "subject_no verdict matches",
    schemas.MatchSchema: "ban_no verdict name id_number bases evidence expected_coincidences bits",
    schemas.BasisSchema: "provision article document_no bars from to",
    schemas.EvidenceSchema: "feature level bits says",
    schemas.NextStepSchema: "code says",
}

COMMANDS = [
    "init",
    "demo",
    "serve",
    "list import",
    "list decide",
    "list export",
    "screen",
    "client add",
    "worker",
    "log verify",
]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_promised_command_is_there(path: str) -> None:
    command: click.Command | None = main
    for name in path.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None


@pytest.mark.parametrize(("kind", "wanted"), [(ListKind.CONVICTION, CONVICTION), (ListKind.REVOCATION, REVOCATION)])
def test_list_files_have_the_promised_columns(kind: ListKind, wanted: str) -> None:
    assert list(REQUIRED[kind]) == wanted.split()
    assert set(EITHER.split()) <= set(OPTIONAL[kind])


def test_bulk_files_have_the_promised_columns() -> None:
    asked = "request_no purpose role name id_type id_number birth_date sex"
    assert [*applicant_file.COLUMNS] == asked.split()
    assert applicant_file.OPTIONAL == ("region",)
    answered = "request_no verdict ban_nos record_nos expected_coincidences reason"
    assert [*verdict_file.COLUMNS] == answered.split()


def test_purposes_roles_and_outcomes_are_the_promised_words() -> None:
    assert {purpose.value for purpose in Purpose} >= set(PURPOSES.split())
    assert {role.value for role in Role} >= set(ROLES.split())
    assert {outcome.value for outcome in RowOutcome} >= set(OUTCOMES.split())


@pytest.mark.parametrize("schema", FIELDS, ids=lambda schema: schema.__name__)
def test_http_bodies_have_the_promised_fields(schema: type[Schema]) -> None:
    names = {field.data_key or name for name, field in schema().fields.items()}
    assert set(FIELDS[schema].split()) <= names
