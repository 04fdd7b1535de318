"""The application of the public doors: bare routes, described by a document of their own.

Next: doors.py for what they do, document.py for what they promise.
"""

from importlib.metadata import version

from fastapi import FastAPI

from profile_projection.entrypoints.document import describe
from profile_projection.entrypoints.doors import Doors
from servicekit.health import Health
from servicekit.http import create_app

TITLE = "profile-projection"
DESCRIPTION = "What the public sees of accounts and clients."


def public_app(doors: Doors, health: Health) -> FastAPI:
    """The application to serve."""
    app = create_app(TITLE, version("profile-projection-service"), health, description=DESCRIPTION)
    app.router.routes.extend(doors.routes())
    app.openapi_schema = described_app().openapi()
    return app


def described_app() -> FastAPI:
    """An application that answers nothing, for its document alone."""
    app = create_app(TITLE, version("profile-projection-service"), Health(), description=DESCRIPTION)
    describe(app)
    return app
