# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the service says how it is: /health, /metrics, the log, and what it answers while the disk takes nothing."""

import hashlib
import json
import os
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import time

import kit
from kit import check


def health_of(service):
    status, health = service.get("/health")
    return status, health


def wait_until(condition, words, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, words)
        time.sleep(0.1)


def well():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        status, health = health_of(service)
        kinds = [reason["kind"] for reason in health["reasons"]]
        check(status == 200 and health["ready"] is True and set(kinds) <= {"disk-low"}, health)
        check(health["status"] == ("degraded" if kinds else "ok"), health)
        check(service.stop() == 0)


def lint(text):
    """What promtool would say of the form: a help and a type before each metric, names with units, buckets that add up."""
    kinds, values = {}, {}
    check(text.endswith("\n"))
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            check(words.endswith("."), line)
            continue
        if line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            check(name not in kinds, f"{name} twice")
            kinds[name] = kind
            check((kind == "counter") == name.endswith("_total"), line)
            check(re.fullmatch(r"[a-z][a-z_]*", name), line)
            continue
        match = re.fullmatch(r'([a-z_]+)(\{([a-z]+)="([^"]*)"\})? ([0-9.e+-]+)', line)
        check(match, line)
        name = re.sub(r"_(bucket|sum|count)$", "", match[1]) if match[1] not in kinds else match[1]
        check(name in kinds, line)
        values.setdefault(match[1], {})[match[4]] = float(match[5])
    for name, kind in kinds.items():
        if kind == "histogram":
            buckets = list(values[name + "_bucket"].values())
            check(buckets == sorted(buckets) and buckets[-1] == values[name + "_count"][None], name)
    return values


def metrics_count():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        for i in range(7):
            service.note(f"note {i}")
        body = {"log": "l-1", "kind": "note", "text": "once"}
        identity = "0191f0aa-0000-7000-8000-000000000001"
        stamp = kit.now()
        kit.now = lambda: stamp
        service.accept("log.add", body, command=identity)
        service.accept("log.add", body, command=identity)
        check(service.command("incident.archive", {"incident": "nowhere"})[0] == 404)
        check(service.command("no.such", {})[0] == 422)
        status, headers, text = service.request("GET", "/metrics")
        check(status == 200 and headers["Content-Type"].startswith("text/plain"))
        values = lint(text.decode())
        check(values["watchfire_commands_total"] ==
              {"accepted": 8, "refused": 1, "repeated": 1, "failed": 0, "malformed": 1}, values["watchfire_commands_total"])
        check(values["watchfire_journal_position"][None] == 8)
        check(values["watchfire_ready"][None] == 1)
        check(values["watchfire_command_duration_seconds_count"][None] == 10)
        check(values["watchfire_commit_commands_sum"][None] == 10)
        check(values["watchfire_database_bytes"][None] + values["watchfire_database_log_bytes"][None] > 4096, text)
        check(values["watchfire_disk_free_bytes"][None] > 0)
        check(values["process_resident_memory_bytes"][None] > 1e6)
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
            check(done.returncode == 0 and not done.stderr, done.stderr)
        service.stop()


def metrics_are_told():
    """Every number that the service gives is explained in the handbook, and the handbook tells of no other."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        text = service.request("GET", "/metrics")[2].decode()
        service.stop()
    given = set(re.findall(r"^# TYPE (\S+) ", text, re.M))
    handbook = (kit.SOURCE / "doc/handbook.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`((?:watchfire|process)_[a-z_]+)(?:\{\w+\})?`", handbook))
    check(given == told, f"not in doc/handbook.md: {given - told}; nowhere else: {told - given}")


def full_disk():
    """A disk without room: what cannot be kept is refused as such, what was answered is there, and it goes on when there is room."""
    with kit.Folder() as folder, kit.OwnDisk(folder / "disk", 24 << 20) as disk:
        service = kit.Service(disk.path / "data")
        answered = [service.note(f"note {i}")[0]["hash"] for i in range(5)]
        digest = service.put_medium(b"\x89PNG\r\n\x1a\n" + bytes(100_000))
        disk.fill()

        # Some pages are there already; then it is over.
        for i in range(1000):
            status, answer = service.command("log.add", {"log": f"full-{i}", "kind": "note", "text": "x" * 3000})
            if status != 200:
                break
            answered.append(answer["results"][0]["events"][0]["hash"])
        check(status == 507 and answer["type"] == "urn:watchfire:problem:full" and answer["rule"] == "store.full", answer)
        status, health = health_of(service)
        check(status == 503 and [reason["kind"] for reason in health["reasons"]] == ["disk-full"], health)
        medium = os.urandom(200_000)
        status, _, answer = service.request("PUT", "/api/v1/media/" + hashlib.sha256(medium).hexdigest(), medium)
        check(status == 507 and json.loads(answer)["rule"] == "store.full", answer)

        # Reading goes on.
        check([entry["hash"] for entry in service.entries()] == answered)
        check(service.request("GET", f"/api/v1/media/{digest}")[0] == 200)

        disk.free()
        wait_until(lambda: health_of(service)[0] == 200, "it does not recover by itself")
        answered.append(service.note("kept again")[0]["hash"])
        check(hashlib.sha256(medium).hexdigest() == service.put_medium(medium, "application/octet-stream"))
        check(service.stop() == 0)
        check(kit.ctl("verify", disk.path / "data").returncode == 0)

        # A start takes some room: without any it says so, and harms nothing.
        disk.fill()
        try:
            kit.Service(disk.path / "data")
            raise AssertionError("it started with no room at all")
        except RuntimeError as error:
            check("The disk is full" in str(error), str(error))
        disk.free()
        service = kit.Service(disk.path / "data")
        check([entry["hash"] for entry in service.entries()] == answered)
        check(service.stop() == 0)


def failing_disk():
    """No file may grow any more, which looks to the service like a disk that fails; then it may again."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        service.note("kept")
        pid = service.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        status, problem = service.command("log.add", {"log": "l-2", "kind": "note", "text": "not kept"})
        check(status in (503, 507), problem)
        check(problem["type"].rsplit(":", 1)[1] in ("unavailable", "full"), problem)
        check(problem["rule"] in ("store.failing", "store.full"), problem)
        status, health = health_of(service)
        check(status == 503 and health["ready"] is False and health["status"] == "degraded", health)
        check(health["reasons"][0]["kind"] in ("disk-failing", "disk-full"), health)
        check(len(service.entries()) == 1, "reading goes on")

        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        wait_until(lambda: health_of(service)[0] == 200, "it does not recover by itself")
        service.note("kept again")
        check(service.stop() == 0)
        check(kit.ctl("verify", folder / "data").returncode == 0)


def damaged_database():
    with kit.Folder() as folder:
        data = folder / "data"
        service = kit.Service(data)
        service.note("kept")
        service.stop()
        check(kit.ctl("backup", data, folder / "backup").returncode == 0)

        database = sqlite3.connect(data / "watchfire.db")
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'track'").fetchone()[0]
        database.close()
        with open(data / "watchfire.db", "r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(os.urandom(4096))

        service = kit.Service(data)
        status, health = health_of(service)
        check(status == 503 and health["reasons"][0]["kind"] == "database-damaged", health)
        check("watchfirectl restore" in health["reasons"][0]["text"], health)
        status, problem = service.command("log.add", {"log": "l-2", "kind": "note", "text": "not kept"})
        check(status == 503 and problem["type"] == "urn:watchfire:problem:damaged" and problem["rule"] == "store.damaged", problem)
        check(len(service.entries()) == 1, "reading goes on")
        service.stop()
        check(kit.ctl("backup", data, folder / "bad").returncode == 1, "a damaged database was backed up")

        check(kit.ctl("restore", folder / "backup", folder / "new").returncode == 0)
        service = kit.Service(folder / "new")
        check(health_of(service)[0] == 200)
        service.note("goes on")
        service.stop()


def log_in_json():
    with kit.Folder() as folder:
        environment = {**os.environ, "G_MESSAGES_DEBUG": "wf-service"}
        service = kit.Service(folder / "data", "--log", "json", environment=environment)
        service.report("i-1", summary="nobody else's business")
        service.command("incident.archive", {"incident": "nowhere"})
        service.stop()
        lines = [json.loads(line) for line in service.errors().splitlines()]
        check(all({"time", "level", "domain", "message"} <= set(line) for line in lines), lines)
        results = [line["result"] for line in lines if line.get("command")]
        check(results == ["accepted", "refused"], lines)
        check(all(line["actor"] == "desk-1" for line in lines if line.get("command")), lines)
        check("business" not in service.errors() and kit.TOKEN not in service.errors(), "what people write is no log")

        done = subprocess.run([str(kit.SERVICE), "--data", str(folder / "data"), "--log", "xml"], capture_output=True, check=False)
        check(done.returncode == 2)


def fields_of(datagram):
    """What one message to systemd's journal has, as its protocol writes it."""
    found, at = {}, 0
    while at < len(datagram):
        end = datagram.index(b"\n", at)
        key, equals, value = datagram[at:end].partition(b"=")
        at = end + 1
        if not equals:
            size = int.from_bytes(datagram[at:at + 8], "little")
            value, at = datagram[at + 8:at + 8 + size], at + 8 + size + 1
        found[key.decode()] = value.decode()
    return found


def log_in_journal():
    """Under systemd the fields go to its journal, by the names that the handbook tells."""
    with kit.Folder() as folder, kit.OwnDisk("/run", 1 << 20) as run:
        journal = run.path / "systemd/journal"
        journal.mkdir(parents=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(str(journal / "socket"))
            listener.settimeout(30)
            environment = {**os.environ, "G_MESSAGES_DEBUG": "wf-service"}
            service = kit.Service(folder / "data", "--log", "journal", environment=environment)
            service.report("i-1", summary="nobody else's business")
            service.command("incident.archive", {"incident": "nowhere"})
            told = []
            while sum("WATCHFIRE_RESULT" in fields for fields in told) < 2:
                told.append(fields_of(listener.recv(1 << 16)))
            service.stop()
        results = [fields for fields in told if "WATCHFIRE_COMMAND" in fields]
        check([fields["WATCHFIRE_RESULT"] for fields in results] == ["accepted", "refused"], told)
        check(all(fields["WATCHFIRE_ACTOR"] == "desk-1" and fields["MESSAGE"] and fields["PRIORITY"] for fields in results), told)
        check(not any("business" in text or kit.TOKEN in text for fields in told for text in fields.values()), told)


if __name__ == "__main__":
    kit.run(well, metrics_count, metrics_are_told, full_disk, failing_disk, damaged_database, log_in_json,
            log_in_journal)
