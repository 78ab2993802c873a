"""Headers every answer carries."""

from flask import Flask, Response, current_app, request

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


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(add)


def add(answer: Response) -> Response:
    """Allow our own scripts, styles and pictures, and nothing else from anywhere."""
    policy = SCANNER if request.endpoint in WITH_CAMERA else POLICY
    answer.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    if insists := current_app.config["INSIST_ON_HTTPS"]:
        answer.headers["Strict-Transport-Security"] = insists
    return answer
