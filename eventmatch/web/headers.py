"""Headers every answer carries."""

from functools import partial

from flask import Flask, Response, request

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
NEVER_KEPT = ("Cache-Control", "no-store")
WITH_CAMERA = {"checkin.door", "kiosk.page"}
OTHERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(partial(add, usual=usual(app), with_camera=_written(app, SCANNER)))


def usual(app: Flask) -> Written:
    """Return what every answer carries that lends no camera."""
    return _written(app, POLICY)


def _written(app: Flask, policy: dict[str, str]) -> Written:
    """Write headers down once, for all answers under one policy."""
    insists = app.config["INSIST_ON_HTTPS"]
    safely = (("Strict-Transport-Security", insists),) if insists else ()
    words = "; ".join(f"{name} {value}" for name, value in policy.items())
    return ("Content-Security-Policy", words), *OTHERS, *safely


def add(answer: Response, *, usual: Written, with_camera: Written) -> Response:
    """Allow our own scripts, styles and pictures, and nothing else from anywhere."""
    endpoint = request.endpoint
    answer.headers.extend(with_camera if endpoint in WITH_CAMERA else usual)
    if endpoint != "static":
        answer.headers.set(*NEVER_KEPT)
    return answer
