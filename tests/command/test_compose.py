"""compose.yaml and Dockerfile, held to what the archive really has: settings, commands, addresses, paths, rights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sqlalchemy import make_url

from archive_api.app import create_app
from archive_api.index.elastic_address import parse_address
from archive_api.settings import Settings
from scheduler.cli import cli
from tests.elasticsearch.nodes import ROLES

ROOT = Path(__file__).parents[2]
SECRETS = {"ELASTIC_PASSWORD", "INDEX_PASSWORD", "POSTGRES_PASSWORD"}
OURS = ("api", "scheduler")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    named = {name for service in loaded["services"].values() for name in volumes_of(service)}
    assert named == set(loaded["volumes"])
    services: dict[str, Any] = loaded["services"]
    return services


def volumes_of(service: dict[str, Any]) -> set[str]:
    return {volume.partition(":")[0] for volume in service.get("volumes", [])}


def told(text: str) -> str:
    """With its secrets, and with its defaults, as compose puts them in."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}", lambda match: f"{match[1]}1" if match[2] is None else match[2], text
    )


def commands(services: dict[str, Any]) -> Iterator[list[str]]:
    for name in OURS:
        yield services[name]["command"]
        if (test := services[name]["healthcheck"]["test"])[1] == "league":
            yield test[2:]


def test_every_variable_is_a_setting_and_every_address_is_understood(services: dict[str, Any]) -> None:
    for name in OURS:
        environment = services[name]["environment"]
        assert {key.removeprefix("LEAGUE_").lower() for key in environment} <= set(Settings.model_fields)
        index = parse_address(told(environment["LEAGUE_INDEX"]))
        assert (index.shown, str(index.ca)) == ("https://es01:9200/league", "/certs/ca/ca.crt")
        store = make_url(told(environment["LEAGUE_STORE"]))
        assert (store.drivername, store.host, store.password) == (
            "postgresql+psycopg",
            "postgres",
            "POSTGRES_PASSWORD1",
        )


def test_every_command_is_one_of_ours(services: dict[str, Any]) -> None:
    found = list(commands(services))
    assert {command[0] for command in found} == {"serve", "schedule", "status"}
    for name, *arguments in found:
        command = cli.get_command(click.Context(cli), name)
        assert command, name
        command.make_context(name, [*arguments])


def test_the_pages_are_asked_where_they_are_served_and_only_by_this_machine(services: dict[str, Any]) -> None:
    api = services["api"]
    port = api["command"][api["command"].index("--port") + 1]
    assert api["ports"] == [f"127.0.0.1:{port}:{port}"]
    address = re.search(r"http://127\.0\.0\.1:(\d+)(/[^']*)", api["healthcheck"]["test"][-1])
    assert address
    assert address[1] == port
    assert address[2] in create_app(Settings()).openapi()["paths"]
    assert [name for name, service in services.items() if "ports" in service] == ["api"]


def test_images_are_pinned_and_what_is_waited_for_can_be_told(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"[a-z-]+:\d+\.\d+[\w.-]*", service["image"]), name
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
            else:
                assert wanted["condition"] == "service_completed_successfully"
                assert "restart" not in services[other]
    assert {"es01", "es02", "es03"} <= set(services)
    assert services["es02"]["profiles"] == services["es03"]["profiles"] == ["cluster"]
    from_ = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert all(re.fullmatch(r"python:3\.11\.\d+-[\w-]+", image) for image in from_)


def test_secrets_come_from_outside_and_are_wanted() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+):\?", text)) == SECRETS
    assert SECRETS.isdisjoint(re.findall(r"\$\{(\w+)(?::-|\})", text))
    assert (ROOT / "docs" / "elasticsearch.md").read_text(encoding="utf-8").count("_PASSWORD=") >= len(SECRETS)


def test_the_accounts_get_the_rights_that_the_tests_of_a_restricted_user_have(services: dict[str, Any]) -> None:
    role = re.search(r"put role/league_writer '(.*)'", services["accounts"]["command"][-1])
    assert role
    (granted,) = json.loads(role[1])["indices"]
    (tested,) = yaml.safe_load(ROLES)["league_writer"]["indices"]
    assert sorted(granted["privileges"]) == sorted(tested["privileges"])
    assert granted["names"] == ["league", "league-*"]


def test_the_image_is_made_by_the_makefiles_steps_of_files_that_are_sent_along() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for lock in ("requirements.lock", "requirements-build.lock"):
        step = f"install --require-hashes -r {lock}"
        assert step in makefile
        assert step in dockerfile.replace("--no-cache-dir ", "")
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE) for name in line.split()]
    assert set(copied) == sent
    assert all((ROOT / name).exists() for name in copied)
