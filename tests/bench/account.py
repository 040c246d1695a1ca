"""An account at a real sparekey-server for benchmarks: the server, a login provider of OAuth 2.0 alone that knows
everybody by the name in the code, a person who signs in there, and a proxy that counts what a sync says."""
import http.client
import http.server
import json
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_listens(port):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"bench: nothing listens on port {port}")


class Provider(http.server.BaseHTTPRequestHandler):
    """The code is the person's name, the token too."""

    def answer(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer({"token_type": "bearer", "access_token": form["code"][0]})

    def do_GET(self):
        name = self.headers["Authorization"].split()[1]
        self.answer({"id": name, "name": name})

    def log_message(self, *_):
        pass


class Server:
    """Reached at `origin`: by itself, or through a Proxy while it counts. Speaks TLS if it has an authority."""

    def __init__(self, program, folder, authority=None):
        self.program, self.folder, self.authority = program, folder, authority
        self.port, self.hidden_port = free_port(), free_port()
        self.origin = f"{'https' if authority else 'http'}://127.0.0.1:{self.port}"
        self.provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        threading.Thread(target=self.provider.serve_forever, daemon=True).start()
        self.process, self.proxy = None, None

    def configure(self, port):
        issuer = f"http://127.0.0.1:{self.provider.server_port}"
        path = self.folder / "server.toml"
        path.write_text(
            f'listen = "127.0.0.1:{port}"\npublic_url = "{self.origin}"\n'
            f'store = "sqlite:{self.folder}/server.db"\nsignup = "open"\nrequests_per_second = 0\nquota_pushes = 0\n'
            '[[provider]]\nid = "corp"\nname = "Example Corp"\ntype = "oauth2"\nclient_id = "client"\n'
            'client_secret = "secret"\nid_field = "id"\nname_field = "name"\n'
            f'authorization_endpoint = "{issuer}/authorize"\ntoken_endpoint = "{issuer}/token"\n'
            f'user_endpoint = "{issuer}/user"\n{self.authority.lines() if self.authority else ""}')
        path.chmod(0o600)
        return path

    def start(self, counted=False):
        port = self.hidden_port if counted else self.port
        self.process = subprocess.Popen(
            [self.program, "serve", "--config", self.configure(port)], stderr=subprocess.DEVNULL)
        wait_until_it_listens(port)
        self.proxy = Proxy(self.port, port) if counted else None
        return self.proxy

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
            self.process = None
        if self.proxy is not None:
            self.proxy.close()
            self.proxy = None


class Person:
    """A browser without scripts, for one login."""

    def __init__(self, server, name):
        self.origin, self.name, self.cookies = server.origin, name, {}
        self.context = server.authority and server.authority.context

    def fetch(self, url, form=None):
        """Where it leads, and the page."""
        parts = urllib.parse.urlsplit(url)
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()),
                   "Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(parts.netloc, timeout=30, context=self.context)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection.request("POST" if form else "GET", parts._replace(scheme="", netloc="").geturl(),
                           form and urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        for cookie in answer.msg.get_all("Set-Cookie") or []:
            key, _, rest = cookie.partition("=")
            self.cookies[key] = rest.partition(";")[0]
        to = answer.getheader("Location")
        return to and urllib.parse.urljoin(url, to), answer.read().decode()

    def follow(self, to, page):
        while to and to.startswith(self.origin + "/"):
            to, page = self.fetch(to)
        return page

    def paste_code(self, address):
        """Signs in where a device leads to, and brings back the code for it."""
        self.follow(*self.fetch(address))
        leaving, _ = self.fetch(self.origin + "/login/provider/corp")
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(leaving).query)["state"][0]
        page = self.follow(*self.fetch(
            f"{self.origin}/login/callback/corp?state={state}&code={self.name}"))
        token = re.search('name="token" value="([^"]*)"', page)[1]
        page = self.follow(*self.fetch(self.origin + "/login/confirm",
                                       {"token": token, "answer": "approve"}))
        return re.search('id="paste-code"[^>]*>([^<]*)<', page)[1]


class Proxy:
    """Carries bytes both ways, and counts them. What an /oauth/ request says and gets is counted apart."""

    def __init__(self, port, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", port))
        self.ended = False
        self.refused = None  # a part of requests that are not let through
        self.lock = threading.Lock()
        self.clear()
        threading.Thread(target=self.accept, daemon=True).start()

    def clear(self):
        self.up, self.down, self.trips = 0, 0, 0
        self.apart = 0

    def accept(self):
        while True:
            try:
                device, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                device.close()
                continue
            talk = {"asks": False, "apart": False}
            for ends in ((device, server, True), (server, device, False)):
                threading.Thread(target=self.carry, args=(*ends, talk), daemon=True).start()

    def carry(self, source, sink, asks, talk):
        try:
            while data := source.recv(1 << 16):
                if asks and self.refused and self.refused in data:
                    break
                self.count(data, asks, talk)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def count(self, data, asks, talk):
        with self.lock:
            if asks and not talk["asks"]:
                talk["apart"] = b" /oauth/" in data.split(b"\r\n", 1)[0]
                self.trips += not talk["apart"]
            talk["asks"] = asks
            if talk["apart"]:
                self.apart += len(data)
            elif asks:
                self.up += len(data)
            else:
                self.down += len(data)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
