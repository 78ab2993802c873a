"""The WSGI application: `flask --app app …` and every server start here."""

import gc

gc.disable()  # what is loaded now stays, and looking for what could go takes a tenth of the start

from eventmatch.factory import create_app  # noqa: E402 - see above

app = create_app()
gc.enable()
