# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real programs, driven from outside: a service on loopback, watchfirectl, and tests that speak TAP."""

import contextlib
import ctypes
import hashlib
import json
import os
import pathlib
import select
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request
import uuid
import zlib

BUILD = pathlib.Path(os.environ.get("WATCHFIRE_BUILDDIR", "."))
SOURCE = pathlib.Path(os.environ.get("G_TEST_SRCDIR", pathlib.Path(__file__).resolve().parent.parent)).parent
TOKEN = "test-token-0123456789abcdef"
CTL = BUILD / "src/tools/watchfirectl"
SERVICE = BUILD / "src/service/watchfired"


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def ctl(*arguments, **options):
    return subprocess.run([str(CTL), *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options)


class Service:
    """watchfired, as an application starts it; ends with this program."""

    def __init__(self, folder, *arguments, environment=None, greeting=None):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(SERVICE), "--embedded", "--data", str(folder), *arguments],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        env=environment)
        line = greeting or {"token": TOKEN, "actor": "desk-1", "name": "Desk One", "post": "duty"}
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], 240)[0]:
            raise RuntimeError("the service does not say that it is ready")
        ready = self.process.stdout.readline()
        if not ready:
            raise RuntimeError("the service ended: " + self.errors())
        self.port = json.loads(ready)["port"]
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode()

    def request(self, method, path, body=None, headers=None):
        """Status, headers and bytes of the answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, method=method,
                                         headers={"Authorization": f"Bearer {TOKEN}", **(headers or {})})
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()

    def get(self, path):
        status, _, body = self.request("GET", path)
        return status, json.loads(body)

    def command(self, kind, payload, scope="live", command=None):
        body = {"id": command or str(uuid.uuid4()), "type": kind, "scope": scope, "occurred_at": now(), "payload": payload}
        status, _, answer = self.request("POST", "/api/v1/commands", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        return status, json.loads(answer)

    def accept(self, kind, payload, **options):
        status, answer = self.command(kind, payload, **options)
        if status != 200:
            raise AssertionError(f"{kind}: {status} {answer}")
        return answer["results"][0]["events"]

    def put_medium(self, data, media_type="image/png"):
        digest = hashlib.sha256(data).hexdigest()
        status, _, body = self.request("PUT", f"/api/v1/media/{digest}", data, {"Content-Type": media_type})
        if status not in (200, 201):
            raise AssertionError(f"medium: {status} {body}")
        return digest

    def report(self, incident, **fields):
        return self.accept("incident.report", {"incident": incident, "title": "Leak", "t0": now(), **fields})

    def note(self, text, incident=None):
        payload = {"log": str(uuid.uuid4()), "kind": "note", "text": text}
        if incident is not None:
            payload["incident"] = incident
        return self.accept("log.add", payload)

    def entries(self, since=0):
        found = []
        while True:
            status, page = self.get(f"/api/v1/changes?since={since}&limit=500")
            if status != 200:
                raise AssertionError(f"changes: {status} {page}")
            found += page["entries"]
            if not page["entries"]:
                return found
            since = page["next"]

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(timeout=60)
        self.process.stdout.close()
        return self.process.returncode


class Folder:
    """A temporary folder that goes."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="wf-test-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 0x40000, 2


class OwnDisk:
    """A disk of its own at @path, so small that a test can fill it. Nobody else sees it, and it ends with this program."""

    def __init__(self, path, size):
        self.path = pathlib.Path(path)
        self.libc = ctypes.CDLL(None, use_errno=True)
        os.makedirs(path, exist_ok=True)
        for done in (lambda: self.libc.unshare(CLONE_NEWNS), lambda: self.libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None),
                     lambda: self.libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", 0, f"size={size},mode=0700".encode())):
            if done() != 0:
                raise Skip(f"no disk can be made: {os.strerror(ctypes.get_errno())}")

    def fill(self):
        """Takes all room that there is."""
        with open(self.path / "ballast", "ab", buffering=0) as file:
            for size in (65536, 1024, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def free(self):
        os.unlink(self.path / "ballast")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.libc.umount2(os.fsencode(self.path), MNT_DETACH)


def check(condition, words=""):
    if not condition:
        raise AssertionError(words)


class Skip(Exception):
    """Why something cannot be tried here."""


def make_png(colour=(255, 0, 0), side=256):
    """A picture of one colour."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = (b"\0" + bytes(colour) * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make_tiles(path, zooms=(0, 1, 2), tile=None, **metadata):
    """A raster MBTiles file."""
    rows = {"name": "Streets", "format": "png", "minzoom": str(min(zooms)), "maxzoom": str(max(zooms)), "attribution": "Survey",
            "bounds": "-180,-85,180,85", **metadata}
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        database.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", rows.items())
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [
            (z, x, y, tile or make_png((z * 60, x * 60, y * 60))) for z in zooms for x in range(2 ** z) for y in range(2 ** z)])
    database.close()


def run(*tests):
    """Runs tests one after another and prints TAP: those named on the command line, or all."""
    chosen = [test for test in tests if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]]
    print(f"1..{len(chosen)}", flush=True)
    failed = 0
    for number, test in enumerate(chosen, 1):
        name = test.__name__.removeprefix("test_").replace("_", "-")
        try:
            test()
            print(f"ok {number} {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} {name} # SKIP {reason}", flush=True)
        except Exception:  # whatever it is, the rest is still tried
            failed += 1
            for line in traceback.format_exc().splitlines():
                # meson shows only what goes to stderr.
                print("#", line, file=sys.stderr)
            print(f"not ok {number} {name}", flush=True)
    sys.exit(1 if failed else 0)
