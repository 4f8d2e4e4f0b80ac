"""What a cluster says, in our words: one line each, without a secret."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from elastic_transport import TlsError
from elasticsearch import ApiError, TransportError, UnsupportedProductError
from elasticsearch.exceptions import ConnectionTimeout, SerializationError

from archive_api.errors import ArchiveError, SettingsError, StorageError, UserError

_TOO_MANY_CLAUSES = ("too_many_clauses", "too_many_nested_clauses", "maxClauseCount", "max_nested_depth")
_TOO_MANY_WORDS = "expanded to too many terms"
_UNAUTHORIZED, _FORBIDDEN, _NOT_ACCEPTABLE = 401, 403, 406


@contextlib.contextmanager
def speaking(shown: str) -> Iterator[None]:
    """Errors of the client and of the cluster become ours; `shown` is the index's address without secrets."""
    try:
        yield
    except UnsupportedProductError as error:
        raise SettingsError(f"index {shown}: what answers there is not Elasticsearch 9 or newer") from error
    except ApiError as error:
        raise _refused(shown, error) from error
    except TransportError as error:
        raise _unreached(shown, error) from error
    except SerializationError as error:
        raise StorageError(f"index {shown}: the answer is not Elasticsearch's: {_line(error)}") from error


def reason(error: ApiError) -> str:
    """What the cluster gives as the reason, on one line."""
    body = error.body
    if isinstance(body, dict) and isinstance(told := body.get("error"), dict):
        cause = (told.get("root_cause") or [told])[0]
        deeper = cause.get("caused_by") or told.get("caused_by") or {}
        words = [cause.get("type"), cause.get("reason"), deeper.get("reason")]
        return _cut(": ".join(str(word) for word in words if word))
    return _cut(str(error.message))


def is_blocked(text: str) -> bool:
    """Whether this is the cluster's way to say that its disks are full, or that it is set to be read only."""
    return "cluster_block_exception" in text


def full(shown: str, why: str) -> StorageError:
    """The error for a cluster that takes no writes."""
    return StorageError(
        f"index {shown}: the cluster takes no writes ({why}): free its disks or lift the block; "
        "what was not written comes with the next league index"
    )


def _refused(shown: str, error: ApiError) -> ArchiveError:
    why = reason(error)
    if is_blocked(why):
        return full(shown, why)
    if error.status_code == _UNAUTHORIZED:
        return SettingsError(f"index {shown}: the cluster refuses this user, secret or API key")
    if error.status_code == _FORBIDDEN:
        return SettingsError(f"index {shown}: this user may not do that: {why}")
    if error.status_code == _NOT_ACCEPTABLE or "media_type_header_exception" in why:
        return SettingsError(f"index {shown}: the cluster is older than Elasticsearch 9: upgrade it")
    return _too_large(why) or StorageError(f"index {shown}: the cluster answered {error.status_code}: {why}")


def _too_large(why: str) -> UserError | None:
    if _TOO_MANY_WORDS in why:
        return UserError(f"too many words begin so: write more before the * ({why}) / * 前多写几个字母")
    if any(sign in why for sign in _TOO_MANY_CLAUSES):
        return UserError(f"the query has more terms than the cluster takes: {why} / 查询词太多")
    return None


def _unreached(shown: str, error: TransportError) -> ArchiveError:
    if isinstance(error, TlsError) or any(isinstance(one, TlsError) for one in error.errors):
        return SettingsError(
            f"index {shown}: the certificate is not to be trusted: {_line(error)}: name its CA by ?ca="
        )
    if isinstance(error, ConnectionTimeout):
        return StorageError(f"index {shown}: the cluster did not answer in time; try again")
    return StorageError(f"index {shown}: no cluster answers there: {_line(error)}")


def _line(error: Exception) -> str:
    return _cut(str(getattr(error, "message", error)))


def _cut(text: str) -> str:
    return " ".join(text.split())[:300]
