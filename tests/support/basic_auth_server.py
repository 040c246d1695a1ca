#!/usr/bin/python3
"""Serves a folder over HTTP on loopback to who knows the name and password (RFC 7617).

usage: basic_auth_server.py FOLDER SECRET-FILE PORT-FILE

SECRET-FILE holds NAME:PASSWORD, read anew at each request. The port is written to PORT-FILE once the
server listens. Ends with its parent.
"""
import base64
import ctypes
import functools
import hmac
import http.server
import os
import pathlib
import signal
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    secret_file = ""

    def do_GET(self):
        wanted = pathlib.Path(self.secret_file).read_bytes().strip()
        header = "Basic " + base64.b64encode(wanted).decode()
        if hmac.compare_digest(self.headers.get("Authorization", ""), header):
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="test"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    folder, Handler.secret_file, port_file = sys.argv[1:]
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    written = port_file + ".new"
    pathlib.Path(written).write_text(str(server.server_port))
    os.rename(written, port_file)
    server.serve_forever()


main()
