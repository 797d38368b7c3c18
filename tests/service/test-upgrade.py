# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two versions side by side: an older program leaves a newer one's folder alone and says so; the newer one goes on with it."""

import json
import pathlib
import sqlite3
import subprocess

import kit
from kit import check


def content(folder):
    """Every file, byte for byte, but for the lock, which says nothing."""
    return {path.relative_to(folder): path.read_bytes() for path in pathlib.Path(folder).rglob("*")
            if path.is_file() and path.name != "lock"}


def form(data, number=None):
    with sqlite3.connect(data / "watchfire.db") as database:
        if number is not None:
            database.execute(f"PRAGMA user_version = {number}")
        found = database.execute("PRAGMA user_version").fetchone()[0]
    database.close()
    return found


def start(data):
    greeting = json.dumps({"token": kit.TOKEN, "actor": "desk-1", "name": "Desk", "post": "duty"}) + "\n"
    return subprocess.run([str(kit.SERVICE), "--embedded", "--data", str(data)], input=greeting, capture_output=True, text=True,
                          timeout=120, check=False)


def older_program():
    """What a newer program has written is refused by all programs, with what to do, and not touched."""
    with kit.Folder() as folder:
        data = folder / "data"
        service = kit.Service(data)
        service.report("i-1")
        service.put_medium(b"\x89PNG\r\n\x1a\nx")
        service.note("before the upgrade")
        check(service.stop() == 0)
        backup = kit.ctl("backup", data, folder / "backup")
        check(backup.returncode == 0, backup.stderr)
        ours = form(data)
        form(data, ours + 1)
        before = content(data)

        done = start(data)
        check(done.returncode != 0 and '"ready"' not in done.stdout, done)
        check("newer Watchfire" in done.stderr and "update this program" in done.stderr, done.stderr)
        for arguments in (("verify", data), ("backup", data, folder / "second"), ("export", data, "i-1", folder / "out"),
                          ("put", data, kit.SOURCE / "data/demo/20-centre.json"), ("user", "passwd", data, "zhao")):
            done = kit.ctl(*arguments, input="correct horse battery\n")
            check(done.returncode == 1 and done.stderr.strip() and "CRITICAL" not in done.stderr, f"{arguments}: {done}")
            check(content(data) == before, f"{arguments} touched the folder")
        check(not (folder / "second").exists() and not (folder / "out").exists(), "something was made of it")

        # The newer program, and the older one on the backup of before, go on from there.
        form(data, ours)
        for place in (data, folder / "restored"):
            if place != data:
                done = kit.ctl("restore", folder / "backup", place)
                check(done.returncode == 0, done.stderr)
            service = kit.Service(place)
            service.note("after it")
            check(len(service.entries()) == 3)
            check(service.stop() == 0)


def versions_told():
    """Whoever asks, is told which versions a service speaks, before and after signing in."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        for path in ("/health", "/api/v1/session"):
            status, answer = service.get(path)
            check(status == 200 and 1 <= answer["protocol_oldest"] <= answer["protocol"], answer)
        # Another version of the feed is refused by name, so that a workstation can say which of the two is to be updated.
        status, _, body = service.request("GET", "/api/v1/changes?since=0", headers={
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "watchfire.v9"})
        check(status == 400 and json.loads(body)["rule"] == "protocol.version", body)
        check(service.stop() == 0)


kit.run(older_program, versions_told)
