"""How answers are written as JSON."""

import json

from fastapi.responses import JSONResponse


class Json(JSONResponse):
    """JSON in UTF-8. Half a surrogate pair, which a page may hold and UTF-8 cannot, is written as its JSON escape."""

    def render(self, content: object) -> bytes:
        """The content as bytes."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")
