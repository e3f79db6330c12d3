"""Bringing judgments to the desk: many files at once, each with one message of what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from api.console.admission import signed_in
from api.console.error_pages import wants_json
from api.console.forms import Form
from api.console.judgment_pages import options
from api.console.judgment_papers import fate_in_words
from api.console.judgment_words import state_name
from api.console.language import t
from api.console.page import show
from api.console.texts import is_text
from registry.law.roles import Region
from registry.services.actor import Actor
from registry.services.certificate_fate import Fate
from registry.services.read_certificates import CertificateShown, read_certificate_shown
from registry.services.read_desk import read_document
from registry.services.receive_certificate import CertificateReception, ReceivedCertificate
from registry.services.receive_upload import ReceivedFile, UploadOutcome, receive_upload
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

judgment_upload = Blueprint("judgments_upload", __name__)

UPLOAD_BYTES: Final = (64 << 20) + (1 << 20)
_TONES: Final = {
    UploadOutcome.JUDGMENT: "good",
    UploadOutcome.SPREADSHEET: "good",
    UploadOutcome.KNOWN: "wait",
    UploadOutcome.CERTIFICATE: "good",
}


@dataclass(frozen=True, slots=True)
class Message:
    """What became of one file, in words, and where to go from there."""

    name: str
    tone: str
    says: str
    address: str = ""
    go: str = ""


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@judgment_upload.get("/judgments/upload")
@signed_in(UserRole.CLERK)
def show_form(actor: Actor) -> Response:
    """Show where files are chosen or dropped."""
    return _page(actor, [], Form())


@judgment_upload.post("/judgments/upload")
@signed_in(UserRole.CLERK, most_bytes=UPLOAD_BYTES)
def upload(actor: Actor) -> Response:
    """Receive files, and say of each what became of it."""
    files = [each for each in request.files.getlist("files") if each.filename]
    region = request.form.get("region", "")
    found = [
        _message(received, actor)
        for file in files
        for received in receive_upload(
            _services(),
            file.stream.read(),
            file.filename or "",
            actor=actor,
            region=region if region in list(Region) and actor.region is None else None,
            although_known=request.form.get("although_known") == "yes",
        )
    ]
    if wants_json():
        return jsonify(files=[asdict(each) for each in found])
    form = Form() if files else Form().at_fault("files", "judgments.upload_nothing")
    return _page(actor, found, form)


def _page(actor: Actor, results: list[Message], form: Form) -> Response:
    return show("judgment_upload.html", form=form, actor=actor, results=results, options=options("source_region"))


def _message(file: ReceivedFile, actor: Actor) -> Message:
    tone = _TONES.get(file.outcome, "bad")
    if file.outcome is UploadOutcome.JUDGMENT:
        return Message(file.name, tone, _read(file, actor), _address(file), t("judgments.upload_check"))
    if file.outcome is UploadOutcome.KNOWN and file.document_no:
        return Message(file.name, tone, _known(file), _address(file), t("judgments.upload_show_known"))
    if file.certificate is not None and file.outcome is UploadOutcome.CERTIFICATE:
        return _certificate(file.name, file.certificate, actor)
    if file.sheet_no:
        address = url_for("spreadsheets.show_one", sheet_no=file.sheet_no)
        return Message(file.name, tone, t("judgments.upload_spreadsheet"), address, t("judgments.upload_check"))
    if file.outcome is UploadOutcome.REFUSED:
        return Message(file.name, tone, t("judgments.upload_refused"))
    return Message(file.name, tone, _unreadable(file))


def _certificate(name: str, told: ReceivedCertificate, actor: Actor) -> Message:
    """Say which case and day a certificate states, what it is good for, and where to go on."""
    if told.certificate_no is None:
        says = t("certificates.fate_appealed", case=told.case_number) + " " + t("certificates.upload_appealed")
        address = url_for("judgments.show_one", document_no=(*told.rulings, told.document_no)[0])
        return Message(
            name, "bad", says, address, t("certificates.to_ruling" if told.rulings else "certificates.to_judgment")
        )
    shown = read_certificate_shown(_services(), told.certificate_no, actor)
    known = t("certificates.upload_known") if told.reception is CertificateReception.KNOWN else ""
    court, case = shown.court or "–", shown.case_number or t("judgments.case_unknown")
    read = t("certificates.upload_read", court=court, case=case)
    good = t("certificates.upload_filled", day=shown.effective_date) if told.filled else fate_in_words(shown)
    tone = "good" if told.filled or shown.fate in {Fate.OFFERED, Fate.AGREES} else "wait"
    return Message(name, tone, " ".join(filter(None, (known, read, good))), *_onwards(shown))


def _onwards(shown: CertificateShown) -> tuple[str, str]:
    if shown.document_no is None or shown.fate in {Fate.UNDATED, Fate.UNREAD}:
        address = url_for("judgments_certificates.show_one", certificate_no=shown.certificate_no)
        return address, t("certificates.to_certificate")
    if shown.fate is Fate.OFFERED:
        return url_for("judgments_steps.show_effect", document_no=shown.document_no), t("certificates.to_effect")
    return url_for("judgments.show_one", document_no=shown.document_no), t("certificates.to_judgment")


def _address(file: ReceivedFile) -> str:
    return url_for("judgments.show_one", document_no=file.document_no)


def _read(file: ReceivedFile, actor: Actor) -> str:
    """Say what was recognised, so that a wrong file is noticed at once."""
    content = read_document(_services(), file.document_no or "", actor).content or {"defendants": []}
    people = "、".join(
        each.get("name") or t("judgments.person", place=place) for place, each in enumerate(content["defendants"], 1)
    )
    says = [
        t(
            "judgments.upload_read",
            case=content.get("case_number") or t("judgments.case_unknown"),
            court=content.get("court") or "–",
            people=people or t("judgments.upload_nobody"),
        )
    ]
    received = file.received
    if content.get("effect_by") == "certificate":
        says.append(t("certificates.judgment_filled", day=content.get("effective_date")))
    if received is not None and received.warnings:
        says.append(t("judgments.upload_warned", count=len(received.warnings)))
    if received is not None and received.listed:
        says.append(t("judgments.upload_listed"))
    if received is not None and received.refused:
        says.append(t("judgments.upload_left_out"))
    return " ".join(says)


def _known(file: ReceivedFile) -> str:
    received = file.received
    first = received.known[0] if received is not None and received.known else None
    if first is None:
        return t("judgments.upload_listed")
    text = f"judgments.upload_known_{first.by.value}"
    return t(text, number=first.document_no, state=state_name(first.state))


def _unreadable(file: ReceivedFile) -> str:
    if file.outcome is UploadOutcome.FAULTY:
        return t("judgments.upload_faulty")
    text = f"judgments.unreadable_{file.code}"
    return t(text if is_text(text) else "judgments.unreadable_broken")
