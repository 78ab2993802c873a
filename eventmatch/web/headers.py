"""Headers every answer carries."""

from functools import partial

from flask import Flask, Response, request

from eventmatch.domain.addresses import API

Written = tuple[tuple[str, str], ...]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
SCANNER = POLICY | {"script-src": "'self' 'wasm-unsafe-eval'", "worker-src": "'self'", "media-src": "'self' blob:"}
DATA = {"default-src": "'none'", "frame-ancestors": "'none'"}
NEVER_KEPT = ("Cache-Control", "no-store")
WITH_CAMERA = {"checkin.door", "kiosk.page"}
ALWAYS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))
OF_PAGES = (
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    pages, with_camera = (_written(app, policy, OF_PAGES) for policy in (POLICY, SCANNER))
    app.after_request(partial(add, pages=pages, with_camera=with_camera, data=of_data(app)))


def of_data(app: Flask) -> Written:
    """Return what an answer to a program carries: nobody makes a page of it, and every scan is one."""
    return _written(app, DATA, ())


def _written(app: Flask, policy: dict[str, str], others: Written) -> Written:
    """Write headers down once, for all answers under one policy."""
    insists = app.config["INSIST_ON_HTTPS"]
    safely = (("Strict-Transport-Security", insists),) if insists else ()
    words = "; ".join(f"{name} {value}" for name, value in policy.items())
    return ("Content-Security-Policy", words), *ALWAYS, *others, *safely


def add(answer: Response, *, pages: Written, with_camera: Written, data: Written) -> Response:
    """Allow our own scripts, styles and pictures, and nothing else from anywhere."""
    endpoint = request.endpoint
    if request.path.startswith(API):
        answer.headers.extend(data)
    else:
        answer.headers.extend(with_camera if endpoint in WITH_CAMERA else pages)
    if endpoint != "static":
        answer.headers.set(*NEVER_KEPT)
    return answer
