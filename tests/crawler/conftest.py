"""Makes `tests/crawler/server.py` importable as `loopback`: test folders are not packages."""

import importlib.util
import sys
from pathlib import Path

if "loopback" not in sys.modules:
    spec = importlib.util.spec_from_file_location("loopback", Path(__file__).with_name("server.py"))
    assert spec is not None
    assert spec.loader is not None
    sys.modules["loopback"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["loopback"])
