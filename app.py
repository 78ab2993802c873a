"""The WSGI application: `flask --app app …` and every server start here."""

from eventmatch.factory import create_app

app = create_app()
