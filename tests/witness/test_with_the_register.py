"""A witness and a real register: what was answered is found in a log that the witness has cosigned."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from api.cli.main import main
from api.rest.app import create_app
from registry.clock import FixedClock
from registry.services.add_client import add_client
from registry.services.add_witness import add_witness
from registry.services.context import Services
from registry.services.publish_keys import publish_keys
from registry.services.sequence_log import sequence_log
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id, report_fresh

BODY = application(applicant("赵无关", invented_id(77)))


@pytest.fixture
def caller(services: Services, clock: FixedClock) -> Caller:
    """A licensing system; the register's clock is the witness's, whose signature may not be from the future."""
    clock.advance(datetime.datetime.now(datetime.UTC) - clock.now())
    report_fresh(services)
    return Caller(create_app(services), add_client(services, "licensing 33", ClientRole.LICENSING, "33", "test").key)


@pytest.fixture
def address(caller: Caller) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, caller.app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], env={"REGISTRY_HOME": "/nonexistent"})


def configured(path: Path, address: str, services: Services) -> Path:
    """Return the configuration of a witness that was told the register's public keys."""
    keys = json.dumps([key["verifier"] for key in publish_keys(services.store)["keys"]])
    path.write_text(
        f'log_address = "{address}"\nlog_keys = {keys}\nkey_file = "witness.key"\nstate_file = "last-seen"\n'
    )
    return path


def test_an_answers_receipt_is_proven_to_stand_in_a_cosigned_log(
    services: Services, caller: Caller, address: str, tmp_path: Path
) -> None:
    config = configured(tmp_path / "witness.toml", address, services)
    made = run("witness", "init", config, "--name", "zhejiang.example")
    add_witness(services, "zhejiang.example", made.stdout.strip(), "test")
    answer: dict[str, Any] = {}
    for _ in range(3):  # three heads, each grown out of the one before
        answer = caller.post("/v1/checks", BODY).get_json()
        sequence_log(services.store)
        looked = run("witness", "once", config)
        assert looked.exit_code == 0, looked.stderr
    proof = caller.get(f"/v1/log/inclusion?check_no={answer['check_no']}").get_json()["proof"]
    files = {"answer": answer, "request": BODY, "keys": caller.get("/v1/log/keys").get_json()}
    for name, document in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "proof").write_text(proof, "utf-8")
    stated: list[str | Path] = [
        "--keys",
        tmp_path / "keys.json",
        "--request",
        tmp_path / "request.json",
        "--proof",
        tmp_path / "proof",
    ]
    verified = run("receipt", "verify", tmp_path / "answer.json", *stated)
    assert verified.exit_code == 0, verified.stderr
    assert "NOT SHOWN" not in verified.stdout
    assert "cosigned by zhejiang.example" in verified.stdout
