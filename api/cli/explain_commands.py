"""`registry explain`: the whole reckoning between two identities, line by line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from api.cli.operation import open_services, operator
from api.cli.stated_identity import from_file, from_options, identity_options
from api.cli.waterfall import show_reckoning
from matching.identity import Identity
from matching.model import DEFAULT
from registry.errors import KeysMissingError
from registry.law.policy import Policy
from registry.law.roles import Purpose
from registry.services.context import Services
from registry.services.explain_evidence import Language
from registry.services.explain_record import ExplainedMatch, explain_ban, explain_check
from registry.services.reckon_match import Measure, Reckoning, reckon_match
from registry.settings import Settings

_PURPOSES = click.Choice([purpose.value for purpose in Purpose])
_LANGUAGES = click.Choice([language.value for language in Language])


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@identity_options("", "Applicant:")
@identity_options("listed-", "Listed person:")
@click.option("--ban", "ban_no", metavar="BAN_NO", help="The listed person is who this ban names (recorded).")
@click.option("--check", "check_no", metavar="CHECK_NO", help="Explain this decision's matches (recorded).")
@click.option("--purpose", type=_PURPOSES, default=Purpose.FOOD_OPERATION_LICENCE.value, show_default=True)
@click.option(
    "--lang", type=_LANGUAGES, default=Language.EN.value, show_default=True, help="Language of the sentences."
)
@click.option("--json", "as_json", is_flag=True, help="Print the reckoning as JSON, sentences in both languages.")
@click.pass_context
def explain(ctx: click.Context, /, file: Path | None, *, purpose: str, lang: str, as_json: bool, **stated: Any) -> None:
    """Show how the evidence between an applicant and a listed person adds up, and what the policy makes of it.

    Two identities as options, or FILE: a JSON object with `applicant` and `listed`, each with the fields of a
    check's subject (and `domicile_code`). What stands on a command line may stay in the shell's history: for real
    people use a file.
    """
    ban_no, check_no = stated.pop("ban_no"), stated.pop("check_no")
    if sum(way is not None for way in (file, ban_no, check_no)) > 1:
        raise click.UsageError("give one of FILE, --ban and --check")
    if check_no is not None:
        _explain_check(ctx, check_no, Language(lang), as_json=as_json)
    elif ban_no is not None:
        services = _opened(ctx)
        _say(explain_ban(services, from_options(stated), ban_no, Purpose(purpose), operator()), lang, as_json=as_json)
    else:
        both = from_file(file) if file else (from_options(stated), from_options(stated, "listed_"))
        _say(_between(ctx, *both, Purpose(purpose)), lang, as_json=as_json)


def _between(ctx: click.Context, applicant: Identity, listed: Identity, purpose: Purpose) -> Reckoning:
    for side, identity in (("applicant", applicant), ("listed person", listed)):
        if identity == Identity(identity.kind):
            raise click.UsageError(f"nothing is stated of the {side}")
    return reckon_match(_measure(ctx, purpose), applicant, listed)


def _measure(ctx: click.Context, purpose: Purpose) -> Measure:
    """Measure as this register does; where there is none yet, as the program is shipped."""
    try:
        services = _opened(ctx)
    except KeysMissingError:
        click.echo("There is no register here: measured by the shipped model and policy.", err=True)
        settings = Settings.from_environment(os.environ)
        return Measure(DEFAULT, Policy.load(settings.policy), purpose)
    return Measure(services.model, services.policy, purpose)


def _explain_check(ctx: click.Context, check_no: str, language: Language, *, as_json: bool) -> None:
    matches = explain_check(_opened(ctx), check_no, operator())
    if as_json:
        click.echo(json.dumps([_match_json(match) for match in matches], ensure_ascii=False))
        return
    if not matches:
        click.echo("The answer to this check has no matches.")
    for match in matches:
        click.echo(f"\nSubject {match.subject_no} beside ban {match.ban_no}: {_compared(match)}")
        if match.reckoning is not None:
            show_reckoning(match.reckoning, language)


def _compared(match: ExplainedMatch) -> str:
    if match.reckoning is None:
        return "nothing of it is in force any more"
    return "reckoned again, equal to the answer" if match.equal else "reckoned again, it DIFFERS from the answer"


def _match_json(match: ExplainedMatch) -> dict[str, Any]:
    reckoning = None if match.reckoning is None else match.reckoning.as_json()
    return {"subject_no": match.subject_no, "ban_no": match.ban_no, "equal": match.equal, "reckoning": reckoning}


def _say(reckoning: Reckoning, language: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(reckoning.as_json(), ensure_ascii=False))
    else:
        show_reckoning(reckoning, Language(language))


def _opened(ctx: click.Context) -> Services:
    """Open the register until the command ends."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    return services
