#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in from outside: TLS, certificates of units, limits, those who are slow on purpose, and the system service."""

import contextlib
import hashlib
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import outside
from outside import LIMIT, Service, Skip, WATCHFIRED, WebSocket, client_tls, log_command, run, stamp, wait_until

BUILD = os.environ.get("WATCHFIRE_BUILDDIR", ".")
CTL = os.path.join(BUILD, "src/tools/watchfirectl")


class Authority:
    """Certificates as a centre makes them, with openssl."""

    def __init__(self):
        if not shutil.which("openssl"):
            raise Skip("openssl is not here")
        self.folder = tempfile.mkdtemp(prefix="wf-tls-")
        self.certificate = self._path("ca.pem")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                      "-subj", "/CN=Centre", "-keyout", self._path("ca.key"), "-out", self.certificate)

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=LIMIT, cwd=self.folder)

    def make(self, name, subject, names=None):
        key, request, certificate = self._path(name + ".key"), self._path(name + ".csr"), self._path(name + ".pem")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
                      "-keyout", key, "-out", request)
        extra = []
        if names:
            with open(self._path(name + ".ext"), "w", encoding="ascii") as file:
                file.write(f"subjectAltName={names}\n")
            extra = ["-extfile", self._path(name + ".ext")]
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._path("ca.key"), "-days", "30",
                      "-CAcreateserial", "-out", certificate, *extra)
        return certificate, key

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


def tls_service(authority, *arguments):
    certificate, key = authority.make("service", "/CN=localhost", "DNS:localhost,IP:127.0.0.1")
    folder = tempfile.mkdtemp(prefix="wf-outside-")
    service = Service("--certificate", certificate, "--key", key, *arguments, folder=folder, listen="127.0.0.1:0")
    service.keep = False
    made = subprocess.run([CTL, "token", "add", folder, "--actor", "desk-1", "--name", "Desk"], capture_output=True, text=True,
                          check=True, timeout=LIMIT)
    service.TOKEN = made.stdout.split()[-1]
    service.tls = client_tls(authority.certificate)
    wait_until(lambda: service.request("GET", "/api/v1/session")[0] == 200, "the token to be known")
    return service


def test_tls():
    with Authority() as authority, tls_service(authority) as service:
        status, answer = service.command(log_command("by TLS"))
        assert status == 200, answer
        follower = WebSocket(service, "/api/v1/changes?since=0")
        assert follower.entries()[0]["payload"]["text"] == "by TLS"
        assert follower.sock.version() in ("TLSv1.2", "TLSv1.3")
        data = os.urandom(3_000_000)
        path = "/api/v1/media/" + hashlib.sha256(data).hexdigest()
        assert service.request("PUT", path, data, {"Content-Type": "application/octet-stream"})[0] == 201
        assert service.request("GET", path)[2] == data
        follower.close()

        # Plain HTTP gets nothing, another authority's client goes away, old protocols are refused.
        plain = socket.create_connection(("127.0.0.1", service.port), timeout=LIMIT)
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            answer = plain.recv(4096)
        except ConnectionError:
            answer = b""
        assert b"HTTP/" not in answer, answer
        plain.close()
        service.tls = client_tls()
        try:
            service.get("/health")
            raise AssertionError("a certificate of nobody we know was taken")
        except ssl.SSLCertVerificationError:
            pass
        service.tls = client_tls(authority.certificate)
        assert service.get("/health")[0] in (200, 503)


def test_plain_only_on_loopback():
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:7480"):
        folder = tempfile.mkdtemp(prefix="wf-outside-")
        done = subprocess.run([WATCHFIRED, "--data", folder, "--listen", address], capture_output=True, text=True, timeout=LIMIT,
                              check=False)
        shutil.rmtree(folder)
        assert done.returncode == 1 and "TLS" in done.stderr, (address, done)
    done = subprocess.run([WATCHFIRED, "--data", tempfile.gettempdir() + "/wf-none", "--certificate", "/nowhere.pem", "--listen",
                           "127.0.0.1:0"], capture_output=True, text=True, timeout=LIMIT, check=False)
    shutil.rmtree(tempfile.gettempdir() + "/wf-none", ignore_errors=True)
    assert done.returncode == 1 and "/nowhere.pem" in done.stderr, done.stderr


def test_renewed_certificate():
    """A new certificate is read again without a restart; who follows stays."""
    with Authority() as authority, tls_service(authority) as service:
        follower = WebSocket(service, "/api/v1/changes?since=0")
        follower.until("hello")

        def serial():
            with service.socket() as sock:
                return sock.getpeercert()["serialNumber"]
        before = serial()
        authority.make("service", "/CN=localhost", "DNS:localhost")
        service.process.send_signal(1)
        wait_until(lambda: serial() != before, "the new certificate")
        assert service.command(log_command("after"))[0] == 200
        assert follower.entries()[0]["payload"]["text"] == "after"
        follower.close()


def test_watchfirectl():
    """The administrator's program believes what workstations believe, and gives its token to nobody else."""
    with Authority() as authority, Authority() as stranger, tls_service(authority) as service:
        def ctl(*arguments, uri=f"https://localhost:{service.port}"):
            return subprocess.run([CTL, *arguments[:2], uri, *arguments[2:]], capture_output=True, text=True, timeout=LIMIT, check=False,
                                  env={**os.environ, "WATCHFIRE_TOKEN": service.TOKEN})
        own = subprocess.run(["openssl", "x509", "-in", os.path.join(authority.folder, "service.pem"), "-noout", "-fingerprint",
                              "-sha256"], capture_output=True, text=True, check=True, timeout=LIMIT).stdout.split("=")[1].strip()
        wrong = own.translate(str.maketrans("0123456789ABCDEF", "123456789ABCDEF0"))
        for number, (trust, good) in enumerate(((("--ca", authority.certificate), True), (("--pin", own), True),
                                                (("--ca", stranger.certificate), False), (("--pin", wrong), False),
                                                (("--pin", wrong, "--ca", authority.certificate), False), ((), False))):
            done = ctl("user", "add", f"zhao-{number}", "--name", "Zhao", "--role", "viewer", *trust)
            assert (done.returncode == 0) == good, (trust, done)
            assert good or "cannot be reached" in done.stderr, (trust, done)
        users = subprocess.run([CTL, "user", "list", service.folder], capture_output=True, text=True, check=True, timeout=LIMIT).stdout
        assert "zhao-0" in users and "zhao-1" in users and users.count("zhao-") == 2, users

        # Who read what is told over the wire as well.
        assert service.request("GET", "/api/v1/snapshot")[0] == 200
        wait_until(lambda: "snapshot" in subprocess.run([CTL, "audit", service.folder], capture_output=True, text=True, check=True,
                                                        timeout=LIMIT).stdout, "the reading to be recorded")
        done = subprocess.run([CTL, "audit", f"https://localhost:{service.port}", "--ca", authority.certificate], capture_output=True,
                              text=True, timeout=LIMIT, check=False, env={**os.environ, "WATCHFIRE_TOKEN": service.TOKEN})
        assert done.returncode == 0 and "desk-1" in done.stdout and "snapshot" in done.stdout, done

        # In the clear nothing is sent to another machine; a fingerprint that is none is refused before anybody is asked.
        done = ctl("user", "add", "qian", "--name", "Qian", "--role", "viewer", uri="http://192.0.2.1:7480")
        assert done.returncode == 1 and "is not sent to" in done.stderr, done
        done = ctl("user", "add", "qian", "--name", "Qian", "--role", "viewer", "--pin", "12:34")
        assert done.returncode == 2 and "--pin" in done.stderr, done


def test_certificates_of_units():
    with Authority() as authority, Authority() as stranger:
        with tls_service(authority, "--client-ca", authority.certificate) as service:
            def ask(context, method, path, body=None):
                service.tls = context
                sock = service.socket()
                data = json.dumps(body).encode() if body else b""
                sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n"
                             "Connection: close\r\n\r\n".encode() + data)
                answer = b""
                while True:
                    piece = sock.recv(65536)
                    if not piece:
                        break
                    answer += piece
                sock.close()
                return int(answer.split()[1]), answer
            unit = client_tls(authority.certificate, *authority.make("unit", "/O=Centre/CN=unit-7"))
            own = {"scope": "live", "positions": [{"unit": "unit-7", "at": stamp(), "location": [109.9, 40.6]}]}
            other = {"scope": "live", "positions": [{"unit": "unit-8", "at": stamp(), "location": [109.9, 40.6]}]}
            status, answer = ask(unit, "GET", "/api/v1/session")
            assert status == 200 and b'"actor":"unit-7"' in answer, answer
            assert ask(unit, "POST", "/api/v1/telemetry", own)[0] == 200
            assert ask(unit, "POST", "/api/v1/telemetry", other)[0] == 403
            assert ask(unit, "GET", "/api/v1/snapshot")[0] == 403
            # Who chooses how their firm is called does not choose as which unit they come.
            for subject in ("/CN=unit-9/O=Firm,CN=unit-7", "/O=Firm,CN=unit-7/CN=unit-9"):
                firm = client_tls(authority.certificate, *authority.make("firm", subject))
                status, answer = ask(firm, "GET", "/api/v1/session")
                assert status == 200 and b'"actor":"unit-9"' in answer, answer
            assert ask(client_tls(authority.certificate), "GET", "/api/v1/session")[0] == 401
            status, answer = ask(client_tls(authority.certificate, *stranger.make("unit", "/CN=unit-7")), "GET", "/api/v1/session")
            assert status == 401 and b'"rule":"certificate.' in answer, answer
            service.tls = client_tls(authority.certificate)


def gone(sock):
    """Whether the service has hung up, with or without a word."""
    try:
        while True:
            if not sock.recv(65536):
                return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_no_http():
    """What is no HTTP gets a status of the library without a word more, the line is closed, and everybody else is served."""
    with Service() as service:
        bearer = f"Host: x\r\nAuthorization: Bearer {service.TOKEN}\r\n"
        for text in ("NONSENSE\r\n\r\n", "GET  HTTP/1.1\r\nHost: x\r\n\r\n", "GET /health HTTP/1.1\r\n\r\n",
                     "GET /health HTTP/9.9\r\nHost: x\r\n\r\n", "GET /health HTTP/1.1\r\nHost x\r\n\r\n", "GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
                     f"GET /%00 HTTP/1.1\r\n{bearer}\r\n", f"POST /api/v1/commands HTTP/1.1\r\n{bearer}Content-Length: abc\r\n\r\n{{}}",
                     f"POST /api/v1/commands HTTP/1.1\r\n{bearer}Transfer-Encoding: gzip\r\n\r\n{{}}", "\0" * 1000 + "\r\n\r\n"):
            sock = service.socket()
            sock.sendall(text.encode())
            answer = b""
            while piece := sock.recv(4096):
                answer += piece
            sock.close()
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.split()[1] in (b"400", b"501", b"505") and body == b"", (text[:40], answer)
            assert service.get("/health")[0] == 200
        # Said twice, how long a body is, it is what its pieces say (RFC 9112, 6.3), and what comes behind is a request of its own.
        sock = service.socket()
        sock.sendall(f"POST /api/v1/commands HTTP/1.1\r\n{bearer}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "2\r\n{}\r\n0\r\n\r\n".encode())
        assert b" 422 " in sock.recv(4096)
        sock.close()


def drip(sock, ended, piece=b"x" * 50):
    """Sends a little again and again, which is not to help."""
    sock.settimeout(0.05)
    try:
        sock.sendall(piece)
    except OSError:
        ended.add(sock)
    else:
        if gone(sock):
            ended.add(sock)


def test_slow_on_purpose():
    """Headers that never end, handshakes and bodies that do not come, answers that nobody takes, connections on which nothing is
    asked any more: all are dropped, while others are served."""
    with Service("--patience", "1") as service:
        medium = os.urandom(30_000_000)
        path = "/api/v1/media/" + hashlib.sha256(medium).hexdigest()
        assert service.request("PUT", path, medium, {"Content-Type": "application/octet-stream"})[0] == 201
        bearer = f"Host: x\r\nAuthorization: Bearer {service.TOKEN}\r\n"

        def say(text):
            sock = service.socket()
            sock.sendall(text.encode())
            return sock

        headers, silent = say("GET /health HTTP/1.1\r\n"), service.socket()
        body = say(f"POST /api/v1/commands HTTP/1.1\r\n{bearer}Content-Type: application/json\r\nContent-Length: 500000\r\n\r\n{{")
        chunked = say(f"POST /api/v1/commands HTTP/1.1\r\n{bearer}Content-Type: application/json\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
        upload = say(f"PUT /api/v1/media/{'0' * 64} HTTP/1.1\r\n{bearer}Content-Type: text/plain\r\nContent-Length: 500000\r\n\r\nx")
        answer = socket.socket()
        answer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        answer.connect(("127.0.0.1", service.port))
        answer.sendall(f"GET {path} HTTP/1.1\r\n{bearer}\r\n".encode())
        idle = say(f"GET /health HTTP/1.1\r\n{bearer}\r\n")
        assert b" 200 " in idle.recv(65536)

        begin, ended, at = time.monotonic(), set(), {}
        everybody = {"headers": headers, "silent": silent, "body": body, "chunked": chunked, "upload": upload, "idle": idle}
        dripping = {headers: b"X-More: 1\r\n", body: b" " * 50, chunked: b"1\r\n \r\n", upload: b"x" * 50}
        taken = 0
        while len(at) < len(everybody) and time.monotonic() - begin < 40:
            for name, sock in everybody.items():
                if sock not in ended and sock in dripping:
                    drip(sock, ended, dripping[sock])
                elif sock not in ended:
                    sock.settimeout(0.05)
                    if gone(sock):
                        ended.add(sock)
                if sock in ended:
                    at.setdefault(name, time.monotonic() - begin)
            # The answer is taken at some kilobytes a second: too slowly, though something is always under way.
            answer.settimeout(0.05)
            try:
                taken += len(answer.recv(1000))
            except (TimeoutError, ConnectionError):
                pass
            assert service.get("/health")[0] == 200
        assert len(at) == len(everybody), at
        # Nobody before their time, and who says least is dropped first.
        assert min(at.values()) > 0.5 and at["idle"] > 10, at
        assert max(at[name] for name in ("headers", "silent")) < max(at["idle"], 12), at

        # By now it is as long as an answer may take that is not taken; what comes of it yet lay in the kernel already.
        answer.settimeout(LIMIT)
        with contextlib.suppress(ConnectionError):
            while piece := answer.recv(1 << 20):
                taken += len(piece)
        assert 0 < taken < len(medium) - 5_000_000, taken
        for sock in (*everybody.values(), answer):
            sock.close()

        # One that is taken at once comes whole, and one that is sent slowly but not too slowly is waited for.
        assert service.request("GET", path)[2] == medium
        steady = say(f"PUT /api/v1/media/{hashlib.sha256(medium[:100_000]).hexdigest()} HTTP/1.1\r\n{bearer}"
                     "Content-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n")
        for at_byte in range(0, 100_000, 10_000):
            steady.sendall(medium[at_byte:at_byte + 10_000])
            time.sleep(0.5)
        assert b" 201 " in steady.recv(4096)
        steady.close()
        wait_until(lambda: service.metrics()["watchfire_connections"] <= 4, "the others to be let go of")


def test_headers_and_rates():
    with Service("--requests-per-second", "20") as service:
        sock = service.socket()
        sock.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        try:
            for _ in range(4000):
                sock.sendall(b"X-Long: " + b"x" * 1000 + b"\r\n")
            sock.sendall(b"\r\n")
            answer = sock.recv(4096)
        except ConnectionError:
            answer = b""
        assert b" 200 " not in answer, answer
        sock.close()

        begin = time.monotonic()
        statuses = [service.get("/api/v1/session")[0] for _ in range(150)]
        if time.monotonic() - begin < 4:  # otherwise this machine is too slow to ask too often
            assert 429 in statuses, statuses
            assert statuses[:20] == [200] * 20
        time.sleep(1)
        status, headers, body = service.request("GET", "/api/v1/session")
        assert status == 200, body
        # Whoever has no token is slowed down by address, and does no harm to those who have one.
        statuses = [service.request("GET", "/api/v1/session", token="wrong-wrong-wrong-wrong")[0] for _ in range(400)]
        assert set(statuses) <= {401, 429}
        assert service.get("/api/v1/session")[0] == 200


def test_connections_per_address():
    with Service("--connections-per-address", "5") as service:
        held = [socket.create_connection(("127.0.0.1", service.port), timeout=5) for _ in range(5)]
        time.sleep(0.2)
        extra = socket.create_connection(("127.0.0.1", service.port), timeout=5)
        assert gone(extra)
        held.pop().close()
        wait_until(lambda: not refused(service), "a place to become free")
        for sock in held:
            sock.close()


def test_connections_are_let_go():
    """Connections that end between two requests leave nothing behind, however many come; those who stay are served on."""
    with Service("--requests-per-second", "1000000") as service:
        def come_and_go(times):
            for _ in range(times):
                assert service.get("/health")[0] == 200
            wait_until(lambda: service.metrics()["watchfire_connections"] <= 4, "the connections to be let go")
            return service.memory()

        staying = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LIMIT)
        staying.request("GET", "/health")
        assert staying.getresponse().read()
        files = service.files()
        first = come_and_go(2500)
        later = come_and_go(2500)
        staying.request("GET", "/health")
        answer = staying.getresponse()
        assert answer.status == 200 and answer.getheader("Connection") == "close" and answer.read()
        staying.close()
        wait_until(lambda: service.files() < files + 20, "the files to be closed")
        # A sanitizer's marks around it make 40 kB of what libsoup 3.2 keeps of one: 100 MB in all.
        assert later - first < 25 * 2**20, (first, later)


def refused(service):
    try:
        return service.get("/health")[0] != 200
    except (ConnectionError, OSError):
        return True


def test_notify():
    """systemd is told when the service is ready, that it lives, and that it stops."""
    folder = tempfile.mkdtemp(prefix="wf-notify-")
    path = os.path.join(folder, "notify")
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(path)
    told.settimeout(LIMIT)
    service = Service(environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"})
    assert told.recv(100) == b"READY=1"
    assert told.recv(100) == b"WATCHDOG=1" and told.recv(100) == b"WATCHDOG=1"
    service.stop()
    while told.recv(100) != b"STOPPING=1":
        pass
    told.close()
    shutil.rmtree(folder)


@contextlib.contextmanager
def filtered_program():
    """The program as the unit file's sandbox lets it be, as far as that can be tried without systemd."""
    here = os.path.dirname(os.path.abspath(__file__))
    unit = os.path.join(BUILD, "data", "watchfired.service")
    command = ["/usr/bin/python3", "-B", os.path.join(here, "filtered.py"), unit]
    if not shutil.which("systemd-analyze") or subprocess.run([*command, "/bin/true"], capture_output=True, timeout=LIMIT,
                                                             check=False).returncode != 0:
        raise Skip("systemd-analyze or python3-seccomp is not here, or nothing may be filtered")
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "watchfired")
        with open(script, "w", encoding="utf-8") as file:
            # The sanitizer looks for leaks as a debugger does, which is shut off.
            file.write("#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec " + shlex.join([*command, WATCHFIRED]) + ' "$@"\n')
        os.chmod(script, 0o755)
        outside.WATCHFIRED = script
        try:
            yield command
        finally:
            outside.WATCHFIRED = WATCHFIRED


def test_sandbox():
    """What the unit file shuts off is not missed: TLS, commands, media, passwords, positions, renewed certificates, the end."""
    with filtered_program() as command, Authority() as authority:
        # The filter is there at all.
        done = subprocess.run([*command, "/usr/bin/python3", "-c", "import os; os.setpriority(os.PRIO_PROCESS, 0, 5)"],
                              capture_output=True, text=True, timeout=LIMIT, check=False)
        assert done.returncode != 0 and "PermissionError" in done.stderr, done.stderr

        with tls_service(authority) as service:
            follower = WebSocket(service, "/api/v1/changes?since=0")
            status, answer = service.command(log_command("in the sandbox"))
            assert status == 200, answer
            assert follower.entries()[0]["payload"]["text"] == "in the sandbox"
            data = os.urandom(300_000)
            path = "/api/v1/media/" + hashlib.sha256(data).hexdigest()
            assert service.request("PUT", path, data, {"Content-Type": "application/octet-stream"})[0] == 201
            assert service.request("GET", path)[2] == data
            place = {"unit": "u-1", "at": stamp(), "location": [109.8, 40.6]}
            assert service.request("POST", "/api/v1/telemetry", {"scope": "live", "positions": [place]})[0] == 200

            status, answer = service.command({**log_command(), "type": "user.add", "payload": {
                "user": "li", "name": "Li", "role": "duty_officer"}})
            assert status == 200, answer
            subprocess.run([CTL, "user", "passwd", service.folder, "li"], input="correct horse battery\n", text=True, check=True,
                           capture_output=True, timeout=LIMIT)
            sign_in = {"user": "li", "password": "correct horse battery"}
            assert service.request("POST", "/api/v1/session", sign_in)[0] == 200

            service.process.send_signal(signal.SIGHUP)
            assert service.command(log_command("after SIGHUP"))[0] == 200
            assert json.loads(service.request("GET", "/health")[2])["ready"] is True
            assert b"watchfire_ready 1" in service.request("GET", "/metrics")[2]
            follower.close()


def test_unit_file():
    """The unit file is sound, and what it shuts off is nearly everything."""
    tool = shutil.which("systemd-analyze")
    unit = os.path.join(BUILD, "data", "watchfired.service")
    if not tool:
        raise Skip("systemd-analyze is not here")
    with tempfile.TemporaryDirectory() as folder:
        # The program is not installed while this is tested.
        with open(unit, encoding="utf-8") as source:
            text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", source.read(), flags=re.M)
        copy = os.path.join(folder, "watchfired.service")
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([tool, "verify", "--man=no", copy], capture_output=True, text=True, timeout=LIMIT, check=False)
        ours = [line for line in done.stderr.splitlines() if "watchfired.service" in line]
        assert not ours, ours
        done = subprocess.run([tool, "security", "--offline=true", "--no-pager", copy], capture_output=True, text=True,
                              timeout=LIMIT, check=False)
        found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
        if not found:
            raise Skip("this systemd-analyze cannot judge a file: " + done.stderr.strip()[:200])
        assert float(found.group(1)) <= 2.5, done.stdout[-3000:]


if __name__ == "__main__":
    run(test_tls, test_plain_only_on_loopback, test_renewed_certificate, test_watchfirectl, test_no_http,
        test_certificates_of_units, test_slow_on_purpose,
        test_headers_and_rates, test_connections_per_address, test_connections_are_let_go,
        test_notify, test_sandbox, test_unit_file)
