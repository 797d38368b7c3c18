# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real watchfired, looked at from outside: over plain sockets, so that a test can be slow, rude, cut off or silent."""

import base64
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

from kit import Skip, run  # noqa: F401  (tests take them from here)

WATCHFIRED = os.path.join(os.environ.get("WATCHFIRE_BUILDDIR", "."), "src/service/watchfired")
LIMIT = 60.0


def wait_until(condition, what, limit=LIMIT):
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit:.0f} s in vain for {what}")
        time.sleep(0.02)


def stamp(ahead=0.0):
    now = time.time() + ahead
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"


def new_id(ahead=0.0):
    """A UUIDv7, as workstations make them."""
    ms = int((time.time() + ahead) * 1000)
    value = (ms << 80) | (7 << 76) | (random.getrandbits(12) << 64) | (2 << 62) | random.getrandbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def log_command(text="text", scope="live", **more):
    key = new_id()
    return {"id": key, "type": "log.add", "scope": scope, "occurred_at": stamp(),
            "payload": {"log": "log-" + key, "kind": "note", "text": text}, **more}


class Service:
    """A service on a data folder of its own; --embedded unless it is told where to listen."""

    TOKEN = "test-token-0123456789abcdef"

    def __init__(self, *arguments, folder=None, listen=None, environment=None):
        self.folder = folder or tempfile.mkdtemp(prefix="wf-outside-")
        self.keep = folder is not None
        self.arguments, self.listen, self.environment = list(arguments), listen, environment
        self.tls, self.process = None, None
        self.start()

    def start(self):
        command = [WATCHFIRED, "--data", self.folder] + self.arguments
        command += ["--listen", self.listen] if self.listen else ["--embedded"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=dict(os.environ, **(self.environment or {})))
        if not self.listen:
            greeting = {"token": self.TOKEN, "actor": "desk-1", "name": "Desk One", "post": "duty"}
            self.process.stdin.write(json.dumps(greeting).encode() + b"\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"watchfired ended with {self.process.wait()}")
        self.port = json.loads(line)["port"]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(LIMIT)

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            if self.listen:
                self.process.terminate()
            code = self.process.wait(LIMIT)
            assert code == 0, f"watchfired ended with {code}"
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT)
        self.stop() if kind is None else None if self.keep else shutil.rmtree(self.folder, ignore_errors=True)

    def socket(self, port=None):
        plain = socket.create_connection(("127.0.0.1", port or self.port), timeout=LIMIT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.tls.wrap_socket(plain, server_hostname="localhost") if self.tls else plain

    def request(self, method, path, body=None, headers=None, port=None, token=None):
        """Returns status, headers (in lower case), body."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=LIMIT)
        connection.sock = self.socket(port)
        all_headers = {"Authorization": f"Bearer {token or self.TOKEN}"}
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            all_headers["Content-Type"] = "application/json"
        all_headers.update(headers or {})
        try:
            connection.request(method, path, body, all_headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path, **more):
        status, _, body = self.request("GET", path, **more)
        return status, json.loads(body) if body else None

    def post(self, path, body, **more):
        status, _, answer = self.request("POST", path, body, **more)
        return status, json.loads(answer) if answer else None

    def command(self, command, **more):
        return self.post("/api/v1/commands", command, **more)

    def metrics(self):
        _, _, body = self.request("GET", "/metrics")
        return {line.split()[0]: float(line.split()[1]) for line in body.decode().splitlines() if line[0] != "#"}

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class WebSocket:
    """As much of RFC 6455 as a client needs."""

    def __init__(self, service, path, port=None, token=None, receive_buffer=None):
        self.service = service
        self.sock = service.socket(port)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.data, self.closed, self.pongs = b"", None, True
        self.position, self.beats = 0, True
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall((f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token or service.TOKEN}\r\n"
                           f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: watchfire.v1\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.sock.recv(4096)
            if not piece:
                raise ConnectionError("no answer to the upgrade")
            head += piece
        head, self.data = head.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def send(self, value, opcode=1):
        payload = json.dumps(value).encode() if not isinstance(value, bytes) else value
        mask = os.urandom(4)
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0xFE]) + struct.pack(">H", len(payload))
        self.sock.sendall(bytes([0x80 | opcode]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def _take(self, size):
        while len(self.data) < size:
            piece = self.sock.recv(max(65536, size - len(self.data)))
            if not piece:
                raise ConnectionError("the other end is gone")
            self.data += piece
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def frame(self, limit=LIMIT):
        """The next frame; None where the service closed. Answers pings and beats unless told not to."""
        while True:
            self.sock.settimeout(limit)
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._take(8))[0]
            payload = self._take(size)
            opcode = first & 0x0F
            if opcode == 9:
                if self.pongs:
                    self.send(payload, 10)
            elif opcode == 8:
                self.closed = struct.unpack(">H", payload[:2])[0] if size >= 2 else 1005
                return None
            elif opcode == 1:
                value = json.loads(payload)
                if self.beats and "beat" in value:
                    self.send({"beat": value["beat"]})
                return value

    def until(self, kind, limit=LIMIT):
        end = time.monotonic() + limit
        while True:
            frame = self.frame(max(end - time.monotonic(), 0.1))
            if frame is None:
                raise AssertionError(f"closed with {self.closed} while waiting for {kind}")
            if frame["kind"] == kind:
                return frame

    def entries(self, limit=LIMIT):
        frame = self.until("entries", limit)
        self.send({"ack": frame["next"]})
        return frame["entries"]

    def close(self):
        self.sock.close()


class Proxy:
    """Between a client and the service; what it does to the bytes can be changed while it runs."""

    def __init__(self, port):
        self.target = port
        self.delay, self.jitter = 0.0, 0.0          # seconds, of each piece
        self.piece = 65536                          # how many bytes go on at a time
        self.request_hook = None                    # bytes of a first request → None to go on, or bytes to answer
        self.alter = None                           # what comes back is altered by it: bytes → bytes
        self.drop_answer = None                     # predicate on what was asked: its answer is lost
        self.silent = False                         # nothing goes on, nothing is closed
        self.asked = []
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            state = {"drop": False}
            self.pairs.append((client, server))
            threading.Thread(target=self._pump, args=(client, server, state, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, state, False), daemon=True).start()

    def _pump(self, source, sink, state, asking):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if asking and self.drop_answer and self.drop_answer(data):
                    state["drop"] = True
                if asking and data[:4] in (b"GET ", b"POST", b"PUT "):
                    self.asked.append(data)
                    answer = self.request_hook(data) if self.request_hook else None
                    if answer is not None:
                        if answer:
                            source.sendall(answer)
                        break
                if not asking and self.alter:
                    data = self.alter(data)
                if not asking and state["drop"]:
                    break
                for at in range(0, len(data), self.piece):
                    if self.delay or self.jitter:
                        time.sleep(self.delay + random.random() * self.jitter)
                    while self.silent:
                        time.sleep(0.05)
                    sink.sendall(data[at:at + self.piece])
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs.clear()

    def close(self):
        self.listener.close()
        self.cut()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def client_tls(authority=None, certificate=None, key=None):
    context = ssl.create_default_context(cafile=authority)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
