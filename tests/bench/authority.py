"""A certificate authority that the programs of a bench trust and nobody else: its certificate covers the system's, in
a mount namespace that the bench puts itself into."""
import os
import ssl
import subprocess
import sys

SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
INSIDE = "SPAREKEY_BENCH_NAMESPACE"
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")


def enter_namespace():
    """Starts this program again inside; False if the machine has none for us."""
    if os.environ.get(INSIDE):
        return True
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode != 0:
        return False
    os.environ[INSIDE] = "1"
    os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])


class Authority:
    """The certificate it gives is for 127.0.0.1."""

    def __init__(self, folder):
        self.certificate, self.key, self.file = (folder / name for name in ("server.pem", "server.key", "ca.pem"))
        self.make("-subj", "/CN=authority", "-keyout", folder / "ca.key", "-out", self.file)
        self.make("-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1",
                  "-addext", "basicConstraints=critical,CA:false", "-CA", self.file, "-CAkey", folder / "ca.key",
                  "-keyout", self.key, "-out", self.certificate)
        subprocess.run(["mount", "--bind", str(self.file), SYSTEM], check=True)
        self.context = ssl.create_default_context(cafile=self.file)

    @staticmethod
    def make(*arguments):
        subprocess.run(["openssl", "req", "-x509", *NEW_KEY, *(str(part) for part in arguments)],
                       check=True, capture_output=True)

    def lines(self):
        """Of the server's configuration; a table."""
        return f'[tls]\ncertificate = "{self.certificate}"\nkey = "{self.key}"\n'
