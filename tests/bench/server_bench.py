#!/usr/bin/python3
"""What a running sparekey-server costs: from its start to the first answer, its memory then, and what 500 slow peers
take from an honest one (H-02: its p99 at most twice what it is without them, none of its requests refused).

A start is timed beside a static hello's, in turns, so that other load meets both alike. A slow peer sends a head byte
by byte, one a second, from an address of its own, and comes again when it is cut.

usage: server_bench.py [SPAREKEY-SERVER] [BENCH_HELLO_STATIC]
"""
import http.client
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PORT = 18930
STARTS = 15
REQUESTS = 1000
SLOW_PEERS = 500


def configure(folder):
    path = pathlib.Path(folder, "server.toml")
    path.write_text(f'listen = "127.0.0.1:{PORT}"\npublic_url = "http://127.0.0.1:{PORT}"\n'
                    f'store = "sqlite:{folder}/server.db"\nsignup = "closed"\nrequests_per_second = 0\nquota_pushes = 0\n')
    return path


def ask(connection):
    """The milliseconds of one answer; None for one that is not 200."""
    begun = time.perf_counter()
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    answer.read()
    return (time.perf_counter() - begun) * 1e3 if answer.status == 200 else None


def start(program, config):
    """The process, and the milliseconds until it answered."""
    begun = time.perf_counter()
    process = subprocess.Popen([program, "serve", "--config", config], stderr=subprocess.DEVNULL)
    while True:
        try:
            ask(http.client.HTTPConnection("127.0.0.1", PORT, timeout=5))
            return process, (time.perf_counter() - begun) * 1e3
        except OSError:
            time.sleep(0.0005)


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait()


def memory_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure_starts(program, hello, config):
    ours, hellos = [], []
    for _ in range(STARTS):
        begun = time.perf_counter()
        subprocess.run([hello], stdout=subprocess.DEVNULL, check=True)
        hellos.append((time.perf_counter() - begun) * 1e3)
        process, took = start(program, config)
        ours.append(took)
        memory = memory_mib(process)
        stop(process)
    print(f"start to first answer {statistics.median(ours):.0f} ms ({min(ours):.0f}–{max(ours):.0f}); a static hello "
          f"{statistics.median(hellos):.1f} ms ({min(hellos):.1f}–{max(hellos):.1f}); {memory:.1f} MiB resident")


class SlowPeers:
    """They go on in a thread of their own until they are told to end."""

    def __init__(self):
        self.ends = threading.Event()
        self.peers = [None] * SLOW_PEERS
        self.came = 0
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()

    def connect(self, i):
        peer = socket.socket()
        peer.bind((f"127.0.{1 + i // 250}.{1 + i % 250}", 0))
        peer.connect(("127.0.0.1", PORT))
        peer.setblocking(False)
        self.came += 1
        return peer

    def drip(self):
        head = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "
        step = 0
        while not self.ends.is_set():
            for i in range(SLOW_PEERS):
                try:
                    self.peers[i] = self.peers[i] or self.connect(i)
                    self.peers[i].send(head[step % len(head):][:1])
                except OSError:
                    self.peers[i] = None
            step += 1
            self.ends.wait(1)

    def stop(self):
        self.ends.set()
        self.thread.join()
        for peer in filter(None, self.peers):
            peer.close()


def honest():
    """p50 and p99 in milliseconds, and how many requests were refused or cut."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    times, refused = [], 0
    for _ in range(REQUESTS):
        try:
            took = ask(connection)
        except (OSError, http.client.HTTPException):
            took = None
            connection.close()
        if took is None:
            refused += 1
        else:
            times.append(took)
        time.sleep(0.002)
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100], refused


def measure_slow_peers(program, config):
    process, _ = start(program, config)
    before = honest()
    idle = memory_mib(process)
    peers = SlowPeers()
    time.sleep(3)
    during = honest()
    loaded = memory_mib(process)
    peers.stop()
    after = honest()
    stop(process)
    for name, (p50, p99, refused) in (("without", before), ("with", during), ("after", after)):
        print(f"{name:8} {SLOW_PEERS} slow peers: p50 {p50:.2f} ms, p99 {p99:.2f} ms, {refused} of {REQUESTS} refused")
    base = (before[1] + after[1]) / 2
    print(f"p99 {during[1] / base:.2f} of that without; {peers.came} slow connections; memory {idle:.1f} MiB without, "
          f"{loaded:.1f} MiB with")


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    program = sys.argv[1] if len(sys.argv) > 1 else root / "build/release/bin/sparekey-server"
    hello = sys.argv[2] if len(sys.argv) > 2 else root / "build/release/bin/bench_hello_static"
    with tempfile.TemporaryDirectory() as folder:
        config = configure(folder)
        measure_starts(program, hello, config)
        measure_slow_peers(program, config)


if __name__ == "__main__":
    main()
