"""A WSGI application under wsgiref's CGI handler."""

import sys
from urllib.parse import parse_qs
from wsgiref.handlers import CGIHandler

SHOWN = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_COOKIE")


def echo(environ):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    lines = [f"{name}={environ[name]}" for name in SHOWN if environ.get(name)]
    lines.append(f"query {sorted(parse_qs(environ['QUERY_STRING']).items())}")
    lines.append(f"form {sorted(parse_qs(body.decode('latin-1')).items())}")
    lines.append(f"{len(body)} bytes, sum {sum(body)}")
    return "200 OK", [("Content-Type", "text/plain")], ["\n".join(lines).encode() + b"\n"]


def cookies(environ):
    return "200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")], [b"two\n"]


def redirect(environ):
    return "303 See Other", [("Location", "http://example.test/elsewhere")], [b""]


def big(environ):
    pieces = (bytes([ord("a") + i % 26]) * 1000 for i in range(3000))
    return "200 OK", [("Content-Type", "application/octet-stream")], pieces


PAGES = {"/echo": echo, "/cookies": cookies, "/redirect": redirect, "/big": big}


def app(environ, start_response):
    page = PAGES.get(environ["PATH_INFO"])
    if page is None:
        status, headers, body = "404 Not Found", [("Content-Type", "text/plain")], [b"no such page\n"]
    else:
        status, headers, body = page(environ)
    start_response(status, headers)
    return body


CGIHandler().run(app)
