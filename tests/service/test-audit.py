#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who read what: recorded by a real service without anybody waiting for it, and shown to whoever looks after the machine."""

import json
import os
import re
import socket
import time

import kit
import outside
from kit import check


def token_of(folder, actor, role):
    done = kit.ctl("token", "add", folder / "data", "--actor", actor, "--name", actor, "--role", role)
    check(done.returncode == 0, done.stderr)
    return {"Authorization": f"Bearer {done.stdout.strip()}"}


def wait_for_token(service, who):
    end = time.monotonic() + 60
    while service.request("GET", "/api/v1/session", headers=who)[0] != 200:
        check(time.monotonic() < end, "the new token is not known")
        time.sleep(0.1)


def audit(folder, *arguments):
    done = kit.ctl("audit", folder / "data", *arguments)
    check(done.returncode == 0, done.stderr)
    return done.stdout.splitlines()[:-1]


def audit_until(folder, n, *arguments):
    """What is read is written within a second or so."""
    end = time.monotonic() + 60
    while True:
        lines = audit(folder, *arguments)
        if len(lines) >= n:
            return lines
        check(time.monotonic() < end, f"only {lines}")
        time.sleep(0.2)


def expert(name, pool="pool-1"):
    return {"kind": "expert", "id": name, "fields": {"name": "Somebody", "pool": pool, "state": "standby",
                                                     "contacts": [{"name": "Somebody", "phone": "13900000000"}]}}


def test_who_read():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        try:
            li, wang = token_of(folder, "li", "operator"), token_of(folder, "wang", "viewer")
            wait_for_token(service, wang)
            service.accept("registry.put", {"entities": [{"kind": "pool", "id": "pool-1", "fields": {"name": "Chemists", "speciality": "chem"}}]})
            service.report("i-1", caller={"name": "Caller", "phone": "13800000000"})
            before = service.entries()[-1]["header"]["position"]
            check(service.request("GET", f"/api/v1/changes?since=0&limit={before}", headers=li)[0] == 200)
            service.accept("registry.put", {"entities": [expert("expert-1")]})
            digest = service.put_medium(b"\x89PNG\r\n\x1a\n" + b"face" * 100)
            service.accept("medium.attach", {"medium": "m-1", "incident": "i-1", "digest": digest, "name": "face.png",
                                             "type": "image/png", "size": 408})

            # Wang reads the expert's entry, one story, and a picture; Li only what was before the expert.
            check(service.request("GET", f"/api/v1/changes?since={before}", headers=wang)[0] == 200)
            check(service.request("GET", "/api/v1/journal?scope=live&subject=i-1", headers=wang)[0] == 200)
            check(service.request("GET", f"/api/v1/media/{digest}", headers=wang)[0] == 200)
            check(service.request("GET", "/api/v1/changes?since=0&limit=1", headers={"Authorization": "Bearer nobody"})[0] == 401)

            lines = audit_until(folder, 3, "--actor", "wang")
            check(len(lines) == 3, lines)
            check(any(re.search(rf"wang \(viewer\) changes entries {before + 1}–\d+ from 127.0.0.1$", line) for line in lines), lines)
            check(any("journal of live i-1" in line for line in lines), lines)
            check(any(f"medium {digest}" in line for line in lines), lines)
            check(not any("nobody" in line for line in audit(folder)))

            # Who read the expert's data, who the incident's (with its caller and its picture)?
            lines = [line for line in audit_until(folder, 1, "expert-1") if "desk-1" not in line]
            check(len(lines) == 1 and " wang " in lines[0], lines)
            lines = [line for line in audit(folder, "i-1") if "desk-1" not in line]
            check(len([line for line in lines if " wang " in line]) == 3 and any(" li " in line for line in lines), lines)

            # A snapshot has everybody in it.
            check(service.request("GET", "/api/v1/snapshot", headers=li)[0] == 200)
            lines = audit_until(folder, 2, "expert-1")
            check(any(" li (operator) snapshot " in line for line in lines), lines)

            # The same over and over is not a line each.
            for _ in range(200):
                service.request("GET", "/api/v1/journal?scope=live&subject=i-1", headers=li)
            time.sleep(2.5)
            lines = [line for line in audit(folder, "--actor", "li") if "journal of live i-1" in line]
            check(0 < len(lines) < 100, f"{len(lines)} lines")
            check(sum(int((re.search(r"\((\d+) times\)", line) or [0, 1])[1]) for line in lines) == 200, lines)
        finally:
            check(service.stop() == 0)


def test_days():
    """Half a line where the machine failed does no harm; a backup has the days, and proves that nobody changed them."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        service.note("One")
        service.entries()
        audit_until(folder, 1)
        check(service.stop() == 0)
        reads = folder / "data" / "reads"
        today = next(reads.iterdir())
        with today.open("a", encoding="utf-8") as file:
            file.write('{"at":"2026-')
        old = reads / "2020-01-01.ndjson"
        old.write_text(json.dumps({"at": "2020-01-01T10:00:00.000Z", "actor": "ghost", "what": "snapshot", "first": 0, "last": 9, "n": 1}) + "\n")
        check(any("ghost" in line for line in audit(folder)))
        check("reads: 1095 days" in kit.ctl("retention", folder / "data").stdout)

        # They go along in a backup, and with them the proof that nobody changed them.
        done = kit.ctl("backup", folder / "data", folder / "backup")
        check(done.returncode == 0, done.stderr)
        check((folder / "backup" / "reads" / old.name).read_bytes() == old.read_bytes())
        (folder / "backup" / "reads" / old.name).write_text("{}\n")
        done = kit.ctl("restore", folder / "backup", folder / "restored")
        check(done.returncode != 0 and old.name in done.stderr, done.stderr)


def test_over_the_wire():
    """An administrator asks the service itself, and is told what the machine would tell; that they asked is recorded too."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        li, root = token_of(folder, "li", "operator"), token_of(folder, "root", "administrator")
        wait_for_token(service, root)
        service.report("i-1", caller={"name": "Caller", "phone": "13800000000"})
        for path in ("/api/v1/journal?scope=live&subject=i-1", "/api/v1/snapshot", "/api/v1/changes?since=0"):
            check(service.request("GET", path, headers=li)[0] == 200)
        check(service.request("GET", "/api/v1/session", headers=li)[0] == 200)

        def ask(question="", who=root):
            status, _, answer = service.request("GET", "/api/v1/audit" + question, headers=who)
            return status, json.loads(answer)

        end = time.monotonic() + 60
        while len(ask("?actor=li")[1].get("reads", [])) < 3:
            check(time.monotonic() < end, ask("?actor=li"))
            time.sleep(0.3)
        status, answer = ask("?actor=li")
        check(status == 200 and answer["next"] is None, answer)
        check({read["what"] for read in answer["reads"]} == {"journal", "snapshot", "changes"}, answer)
        check(all(read["role"] == "operator" and read["address"] == "127.0.0.1" for read in answer["reads"]), answer)

        # The same as the program on the machine says, line for line.
        lines = audit(folder, "i-1", "--actor", "li")
        reads = ask("?person=i-1&actor=li")[1]["reads"]
        check(len(lines) == len(reads) == 3, f"{lines} {reads}")
        check(all(line.startswith(f"{read['at']} li (operator) {read['what']}") for line, read in zip(lines, reads)), lines)
        check(ask("?person=nobody&actor=li")[1]["reads"] == [])

        # So does the program from another machine, with an administrator's token and no other.
        def from_afar(who, *arguments):
            token = who["Authorization"].removeprefix("Bearer ")
            return kit.ctl("audit", f"http://127.0.0.1:{service.port}", *arguments, env={**os.environ, "WATCHFIRE_TOKEN": token})
        done = from_afar(root, "i-1", "--actor", "li")
        check(done.returncode == 0 and done.stdout.splitlines()[:-1] == lines, f"{done} {lines}")
        done = from_afar(li)
        check(done.returncode == 1 and "rights.role" in done.stderr, done)

        # A piece at a time, and from when to when.
        first, rest = ask("?actor=li&limit=2")[1], ask("?actor=li&limit=2&skip=2")[1]
        check(first["next"] == 2 and rest["next"] is None and first["reads"] + rest["reads"] == reads, f"{first} {rest}")
        check(ask(f"?actor=li&from={reads[-1]['at']}")[1]["reads"][-1:] == reads[-1:])
        check(ask(f"?actor=li&to={reads[0]['at']}")[1]["reads"] == [])

        # Only administrators; nonsense is refused by name; who asked is on record.
        status, refusal = ask(who=li)
        check(status == 403 and refusal["rule"] == "rights.role" and refusal["detail"] == "administrator", refusal)
        for question, field in (("?from=yesterday", "from"), ("?limit=0", "limit"), ("?who=li", "?"), ("?limit=20000", "limit")):
            status, refusal = ask(question)
            check(status == 400 and refusal["field"] == field, f"{question}: {refusal}")
        end = time.monotonic() + 60
        while not any(read["what"] == "audit" and read.get("subject") == "i-1" for read in ask("?actor=root")[1]["reads"]):
            check(time.monotonic() < end, "nobody knows who asked")
            time.sleep(0.3)
        check(service.stop() == 0)


# What of the service's routes gives data in which there may be persons, and as what that is recorded; and what does not.
RECORDED = {"/api/v1/changes": "changes", "/api/v1/snapshot": "snapshot", "/api/v1/journal": "journal", "/api/v1/tracks": "track",
            "/api/v1/own": "own", "/api/v1/media/{sha256}": "medium", "/api/v1/audit": "audit"}
IMPERSONAL = {"/health", "/metrics", "/api/v1/session", "/api/v1/openapi.json", "/api/v1/readings"}


def test_every_way():
    """There is no way to read of persons that leaves no trace: each route is tried, and a new one has to be put into a list."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        li = token_of(folder, "li", "administrator")
        wait_for_token(service, li)
        service.report("i-1", caller={"name": "Caller", "phone": "13800000000"})
        digest = service.put_medium(b"\x89PNG\r\n\x1a\n" + b"face" * 100)
        service.accept("medium.attach", {"medium": "m-1", "incident": "i-1", "digest": digest, "name": "face.png", "type": "image/png",
                                         "size": 408})
        paths = {path for path, operations in json.loads(service.request("GET", "/api/v1/openapi.json")[2])["paths"].items()
                 if "get" in operations and not path.startswith(("/ogc", "/tiles"))}
        check(paths == set(RECORDED) | IMPERSONAL, f"in neither list: {paths - set(RECORDED) - IMPERSONAL}")

        questions = {"/api/v1/changes": "?since=0", "/api/v1/journal": "?scope=live", "/api/v1/tracks": "?scope=live&unit=u-1",
                     "/api/v1/own": "?scope=live", "/api/v1/readings": "?scope=live"}
        for path in sorted(RECORDED) + sorted(IMPERSONAL):
            status = service.request("GET", path.replace("{sha256}", digest) + questions.get(path, ""), headers=li)[0]
            check(status == 200, f"{path}: {status}")
            if path in RECORDED:
                lines = audit_until(folder, 1, "--actor", "li")
                end = time.monotonic() + 60
                while not any(f"li (administrator) {RECORDED[path]} " in line + " " for line in lines):
                    check(time.monotonic() < end, f"{path} is not recorded: {lines}")
                    time.sleep(0.2)
                    lines = audit(folder, "--actor", "li")
        check(len(audit(folder, "--actor", "li")) == len(RECORDED), audit(folder, "--actor", "li"))

        # A part of a medium is that medium; and whoever follows by WebSocket is recorded as whoever asks for pages is.
        wang = token_of(folder, "wang", "viewer")
        wait_for_token(service, wang)
        check(service.request("GET", f"/api/v1/media/{digest}", headers={**wang, "Range": "bytes=0-3"})[0] == 206)
        check(any(f"medium {digest}" in line for line in audit_until(folder, 1, "--actor", "wang")))
        service.socket = lambda _port: socket.create_connection(("127.0.0.1", service.port), timeout=60)
        follower = outside.WebSocket(service, "/api/v1/changes?since=0", token=wang["Authorization"].removeprefix("Bearer "))
        check(follower.entries())
        lines = audit_until(folder, 2, "--actor", "wang")
        check(any(re.search(r"wang \(viewer\) changes entries 1–\d+ from 127.0.0.1$", line) for line in lines), lines)
        follower.close()
        check(service.stop() == 0)


kit.run(test_who_read, test_days, test_over_the_wire, test_every_way)
