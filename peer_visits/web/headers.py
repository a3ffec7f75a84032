"""Security headers. Static files get the same from the static server."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)

# A page that shows another of ours in a frame, and the page in the frame.
FRAMING_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
FRAMED_POLICY = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")

# A page that other sites may show in a frame: it runs nothing, sends nothing and knows nobody.
EMBEDDED_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors *",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}

PUBLIC = "public, max-age=300"
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def framing(response: Response) -> Response:
    """Let this page show another page of ours in a frame."""
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


def framed(response: Response) -> Response:
    """Let this page be shown in a frame of ours, and of nobody else's."""
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def embedded(response: Response) -> Response:
    """Let other sites show this page in a frame; the page is the same for everybody."""
    response.headers["Content-Security-Policy"] = EMBEDDED_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = PUBLIC
    return response


def open_to_programs(response: Response) -> Response:
    """Let programs on other sites read this answer, which is the same for everybody; nothing new is not sent again."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = PUBLIC
    response.add_etag()
    response.make_conditional(request)
    return response


def register_headers(app: Flask, *, https: bool) -> None:
    """Set the headers on every answer of the application."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers["Content-Security-Policy"] == EMBEDDED_POLICY:
            del response.headers["X-Frame-Options"]  # it knows no "everybody"
        if https:
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        # A page may hold what only this person may see; a shared cache must not keep it.
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
            response.vary.add("Cookie")
        return response
