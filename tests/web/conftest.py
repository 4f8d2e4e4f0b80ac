from tests.api.conftest import archive, client, empty

__all__ = ["archive", "client", "empty"]
