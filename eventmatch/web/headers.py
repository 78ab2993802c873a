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
WITH_CAMERA = {"checkin.door", "kiosk.page"}
OTHERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    insists = app.config["INSIST_ON_HTTPS"]
    app.after_request(partial(add, usual=_written(POLICY, insists), with_camera=_written(SCANNER, insists)))


def _written(policy: dict[str, str], insists: str) -> Written:
    """Write headers down once, for all answers under one policy."""
    safely = (("Strict-Transport-Security", insists),) if insists else ()
    words = "; ".join(f"{name} {value}" for name, value in policy.items())
    return ("Content-Security-Policy", words), *OTHERS, *safely


def add(answer: Response, *, usual: Written, with_camera: Written) -> Response:
    """Allow our own scripts, styles and pictures, and nothing else from anywhere."""
    endpoint = request.endpoint
    answer.headers.extend(with_camera if endpoint in WITH_CAMERA else usual)
    if endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    return answer
