#!/usr/bin/python3
"""What the server's own machinery costs: one small answer by nginx (one worker), by the least that Beast
needs, and by sync/server/http, each under wrk with 64 kept connections, over http and https, in turns.
Beside the rate stands the processor time of the server for one request, which other work on the machine
disturbs less.

usage: http_bench.py BENCH_HTTP_HELLO [SECONDS] [ROUNDS]
"""
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

NGINX = """daemon off; master_process off; pid {0}/pid; error_log {0}/error;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000;
  client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d;
  scgi_temp_path {0}/e;
  server {{ listen 127.0.0.1:{1}{2}; location / {{ default_type text/plain; return 200 "{3}"; }} }} }}"""


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-days", "9", "-subj", "/CN=bench", "-keyout", f"{folder}/key", "-out",
                    f"{folder}/certificate"], check=True, capture_output=True)
    return [f"{folder}/certificate", f"{folder}/key"]


def start_nginx(folder, files, port):
    tls = f" ssl; ssl_protocols TLSv1.3; ssl_certificate {files[0]}; ssl_certificate_key {files[1]}" if files else ""
    path = pathlib.Path(folder, "nginx.conf")
    path.write_text(NGINX.format(folder, port, tls, "x" * 200))
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", path], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    return process, f"127.0.0.1:{port}"


def start_ours(program, which, files):
    process = subprocess.Popen([program, which, *files], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def processor_time(process):
    """Seconds, user and system, in hundredths."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def measure(process, where, scheme, seconds):
    before = processor_time(process)
    text = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", f"{scheme}://{where}/"],
                          capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), re.search(r"99%\s+(\S+)", text).group(1),
            (processor_time(process) - before) / requests * 1e6)


def main():
    program = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        for scheme, files in (("http", []), ("https", certificate(folder))):
            servers = {"nginx": start_nginx(folder, files, 18080 if scheme == "http" else 18443),
                       "beast": start_ours(program, "beast", files), "ours": start_ours(program, "ours", files)}
            figures = {name: [] for name in servers}
            for _ in range(rounds):
                for name, (process, where) in servers.items():
                    figures[name].append(measure(process, where, scheme, seconds))
            best = statistics.median(rate for rate, _, _ in figures["nginx"])
            for name, measured in figures.items():
                rates = sorted(rate for rate, _, _ in measured)
                middle = statistics.median(rates)
                print(f"{scheme:6}{name:6} {middle:9.0f}/s ({rates[0]:.0f}–{rates[-1]:.0f})  "
                      f"{middle / best:4.0%} of nginx  p99 {measured[-1][1]}  "
                      f"{statistics.median(cost for _, _, cost in measured):.1f} us of processor", flush=True)
            for process, _ in servers.values():
                process.send_signal(signal.SIGTERM)
                process.wait()


if __name__ == "__main__":
    main()
