"""Looking into a cluster, and cleaning up in it, past the engine."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from archive_api.index.elastic_address import parse_address


def client_of(address: str) -> Elasticsearch:
    return parse_address(address).client()


def name_of(address: str) -> str:
    """The alias of an address."""
    return parse_address(address).name


def indexes_of(address: str) -> list[str]:
    """The names of the indexes behind an address, old and half-filled ones too."""
    with client_of(address) as client:
        return sorted(client.indices.get_alias(index=f"{parse_address(address).name}-m*"))


def drop(address: str) -> None:
    """Remove all that was made for an address."""
    with client_of(address) as client:
        for name in [*client.indices.get_alias(index=f"{parse_address(address).name}*")]:
            client.options(ignore_status=404).indices.delete(index=name)
