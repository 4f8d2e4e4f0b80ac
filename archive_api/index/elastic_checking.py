"""Whether what lies in the cluster is what was written: the mapping, the shards, and each entry's version."""

from __future__ import annotations

from collections.abc import Iterator

from elasticsearch import ApiError, Elasticsearch

from archive_api.index.elastic_entries import CURSOR, mapping

_BATCH = 5000
_KEPT_ALIVE = "5m"
_UNAVAILABLE = 503


def problems_of(client: Elasticsearch, index: str) -> list[str]:
    """What is wrong with one index, a line each. It needs no right but to read it and to see its mapping.

    Whoever changes an entry by hand also moves its version, which is its seq if we wrote it. What was deleted by hand
    is not told here: it takes a look into the store.
    """
    held = client.indices.get_mapping(index=index)[index]["mappings"]
    lines = [f"the mapping of {index} was changed by hand"] if held != mapping() else []
    try:
        changed = [key for key, is_ours in _entries(client, index) if not is_ours]
    except ApiError as error:
        if error.status_code != _UNAVAILABLE:
            raise
        return [*lines, f"shards of {index} are missing"]
    if changed:
        lines.append(f"{len(changed)} entries of {index} were written by hand, first {changed[0]}")
    return lines


def _entries(client: Elasticsearch, index: str) -> Iterator[tuple[str, bool]]:
    """Each entry's id, and whether it is as we wrote it."""
    point = client.open_point_in_time(index=index, keep_alive=_KEPT_ALIVE)["id"]
    after = None
    try:
        while True:
            hits = client.search(
                pit={"id": point, "keep_alive": _KEPT_ALIVE},
                sort=["_shard_doc"],
                search_after=after,
                size=_BATCH,
                track_total_hits=False,
                allow_partial_search_results=False,
                source=False,
                version=True,
                docvalue_fields=[{"field": "seq"}, {"field": "cursor"}],
            )["hits"]["hits"]
            for hit in hits:
                name = "cursor" if hit["_id"] == CURSOR else "seq"
                yield hit["_id"], hit.get("fields") == {name: [hit["_version"]]}
            if len(hits) < _BATCH:
                return
            after = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=point)
