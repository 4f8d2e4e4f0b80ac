"""A cluster that is away, or refuses us, is the server's fault: readers are told nothing of its address."""

from pathlib import Path

import httpx
import pytest

from archive_api.settings import Settings
from tests.elasticsearch.answering import answering
from tests.serving import served

REFUSAL = {"error": {"type": "security_exception", "reason": "unable to authenticate user [league]"}}


@pytest.mark.parametrize("path", ["/api/v1/search?q=x", "/api/v1/health", "/?q=x"])
@pytest.mark.parametrize(("status", "expected"), [(401, 500), (403, 500), (None, 507)])
def test_readers_get_an_error_of_the_server_without_its_words(
    tmp_path: Path, path: str, status: int | None, expected: int
) -> None:
    with answering(lambda *_: (status, REFUSAL) if status else None) as url:
        settings = Settings(home=tmp_path, index=url.replace("//", "//league:geheim@"))
        with served(settings) as address:
            answer = httpx.get(address + path)
    assert answer.status_code == expected
    assert not [word for word in ("geheim", "league:", "security_exception", "league]") if word in answer.text]
