from pathlib import Path

import pytest

from archive_api.errors import SettingsError
from archive_api.index import open_index
from archive_api.index.elastic_address import parse_address


def test_the_parts_of_an_address_may_be_percent_encoded_and_its_secret_is_not_shown() -> None:
    address = parse_address("https://league:%E4%BA%91%2F%40+@[::1]/youth.1?ca=/etc/ca%20file.pem&shards=3")
    assert (address.nodes, address.name, address.shards) == (("https://[::1]:9200",), "youth.1", 3)
    assert address.ca == Path("/etc/ca file.pem")
    assert address.authorization == "Basic bGVhZ3VlOuS6kS9AKw=="  # league:云/@+
    assert "bGVh" not in repr(address)


def test_an_address_may_name_several_nodes() -> None:
    address = parse_address("https://u:se,cret@es1:9201,es2,[::1]:9203/league")
    assert address.nodes == ("https://es1:9201", "https://es2:9200", "https://[::1]:9203")
    assert address.shown == "https://es1:9201,es2:9200,[::1]:9203/league"


def test_an_api_key_goes_as_it_is() -> None:
    assert parse_address("http://es:9201/league?api_key=VnVh+Q/x==").authorization == "ApiKey VnVh+Q/x=="
    assert parse_address("http://es/league").authorization is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://u:geheim@host:9200/", "the path must be"),
        ("https://u:geheim@host/League", "the path must be"),
        ("https://u:geheim@host/a/b", "the path must be"),
        ("https://u:geheim@host:99999/league", "no valid host and port"),
        ("https://:9200/league", "names no host"),
        ("https://u:geheim@es1,/league", "names no host"),
        ("https://u:geheim@es1,es2:x/league", "no valid host and port"),
        ("https://geheim@host/league", "the user has no secret"),
        ("https://u:geheim@host/league?api_key=geheim", "not both"),
        ("https://host/league?api_key=geheim%0A", "not an encoded API key"),
        ("https://u:geheim@host/league?verify=no", "only api_key, ca, shards"),
        ("https://u:geheim@host/league?ca=", "only api_key, ca, shards"),
        ("https://u:geheim@host/league?shards=0", "shards must be between"),
        ("http://u:geheim@host/league?ca=/ca.pem", "ca is for https"),
        ("https://u:geheim@host/league?ca=/nowhere/ca.pem", "/nowhere/ca.pem cannot be read: No such file"),
        ("elastic://u:geheim@host/league", "is not understood"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_secret(url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        open_index(url)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_opening_asks_nothing_of_the_cluster() -> None:
    open_index("http://127.0.0.1:9/league").close()
