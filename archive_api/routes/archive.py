"""How a route gets at the archive."""

from typing import Annotated, cast

from fastapi import Depends, Request

from archive_api.reading import Reading


def archive(request: Request) -> Reading:
    """The Reading that the application opened."""
    return cast("Reading", request.app.state.reading)


Archive = Annotated[Reading, Depends(archive)]
