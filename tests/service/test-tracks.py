#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks of a real service: sealed into the chain, shown unaltered by somebody who knows only the protocol, and a track that
was changed on the disk is found."""

import datetime
import hashlib
import json
import sqlite3
import time

import kit
from kit import check


def moment(seconds_ago):
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return then.strftime("%Y-%m-%dT%H:%M:%S.") + f"{then.microsecond // 1000:03d}Z"


def tell(service, unit, positions, scope="live"):
    body = {"scope": scope, "positions": [{"unit": unit, "at": at, "location": place, "heading": 12.5, "speed": 7} for at, place in positions]}
    status, _, answer = service.request("POST", "/api/v1/telemetry", json.dumps(body).encode(), {"Content-Type": "application/json"})
    check(status == 200, answer)
    return json.loads(answer)["accepted"]


def segments(service):
    return [(entry["header"], segment) for entry in service.entries() if entry["header"]["type"] == "track.closed"
            for segment in entry["payload"]["segments"]]


def wait_for_segments(service, n):
    end = time.monotonic() + 60
    while True:
        found = segments(service)
        if len(found) >= n:
            return found
        check(time.monotonic() < end, f"only {len(found)} pieces were sealed")
        time.sleep(0.2)


def digest(service, segment):
    """As doc/protocol.md has it."""
    _, answer = service.get(f"/api/v1/tracks?scope=live&unit={segment['unit']}")
    sha = hashlib.sha256()
    n = 0
    for position in answer["positions"]:
        if segment.get("after", "") < position["at"] <= segment["until"]:
            sha.update(json.dumps(position, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
            n += 1
    return sha.hexdigest(), n


def test_sealed():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data", "--track-length", "6")
        try:
            check(tell(service, "unit-1", [(moment(600 - 10 * i), [109.9 + 0.001 * i, 40.6]) for i in range(40)]) == 40)
            check(tell(service, "unit-2", [(moment(500 - 10 * i), [109.8, 40.6 + 0.001 * i]) for i in range(10)]) == 10)
            found = wait_for_segments(service, 2)
            check({segment["unit"] for _, segment in found} == {"unit-1", "unit-2"}, found)
            for header, segment in found:
                check(header["actor"] == "system", header)
                check(digest(service, segment) == (segment["digest"], segment["points"]), segment)

            # The next piece goes on where the first ended.
            first = next(segment for _, segment in found if segment["unit"] == "unit-1")
            tell(service, "unit-1", [(moment(100 - 10 * i), [109.95, 40.6 + 0.001 * i]) for i in range(5)])
            later = [segment for _, segment in wait_for_segments(service, 3) if segment["unit"] == "unit-1"][1]
            check(later["after"] == first["until"], later)
            check(digest(service, later) == (later["digest"], 5), later)
        finally:
            check(service.stop() == 0)

        done = kit.ctl("verify", folder / "data")
        check(done.returncode == 0 and "3 pieces of track as they were sealed" in done.stdout, done.stdout + done.stderr)

        with sqlite3.connect(folder / "data" / "watchfire.db") as database:
            database.execute("UPDATE track SET longitude = longitude + 0.0001 WHERE unit = 'unit-1' AND at ="
                             " (SELECT min(at) FROM track WHERE unit = 'unit-1')")
        database.close()
        done = kit.ctl("verify", folder / "data")
        check(done.returncode != 0 and "The track of unit-1" in done.stdout, done.stdout + done.stderr)


def test_scopes():
    """Where there is no exercise, or it has ended, nothing is taken; over a restart too."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")

        def send(scope):
            body = {"scope": scope, "positions": [{"unit": "truck-1", "at": moment(0), "location": [109.9, 40.6]}]}
            status, _, answer = service.request("POST", "/api/v1/telemetry", json.dumps(body).encode())
            return status, json.loads(answer)

        def refused(scope, status, rule):
            got, answer = send(scope)
            check(got == status and answer["rule"] == rule and answer["field"] == "scope" and answer["detail"], f"{scope}: {got} {answer}")

        refused("drill-1", 404, "scope.unknown")
        service.accept("exercise.open", {"name": "Drill"}, scope="drill-1")
        service.accept("exercise.open", {"name": "Drill"}, scope="drill-2")
        for scope in ("live", "drill-1", "drill-2"):
            check(send(scope) == (200, {"accepted": 1}), scope)
        service.accept("exercise.end", {"reason": "over"}, scope="drill-1")
        refused("drill-1", 409, "scope.ended")
        check(service.stop() == 0)
        service = kit.Service(folder / "data")
        refused("drill-1", 409, "scope.ended")
        refused("drill-3", 404, "scope.unknown")
        check(send("drill-2")[0] == 200 and send("live")[0] == 200)
        status, answer = service.get("/api/v1/tracks?scope=drill-3&unit=truck-1")
        check(status == 200 and answer == {"positions": []}, answer)
        service.stop()


def test_readings():
    """What a sensor reads: the last value, a thinned series, over a restart; nonsense is refused by its place."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")

        def send(readings, scope="live", **headers):
            body = json.dumps({"scope": scope, "readings": readings}).encode()
            status, _, answer = service.request("POST", "/api/v1/telemetry", body, headers)
            return status, json.loads(answer)

        def reading(ago, value, quantity="water_level", source="gauge-1"):
            return {"source": source, "quantity": quantity, "at": moment(ago), "value": value}

        def last(source=None):
            status, answer = service.get("/api/v1/readings?scope=live" + (f"&source={source}" if source else ""))
            check(status == 200, answer)
            return {(row["source"], row["quantity"]): row["value"] for row in answer["readings"]}

        def series(quantity="water_level"):
            status, answer = service.get(f"/api/v1/readings?scope=live&source=gauge-1&quantity={quantity}")
            check(status == 200, answer)
            return [row["value"] for row in answer["readings"]]

        def wait(condition):
            end = time.monotonic() + 60
            while not condition():
                check(time.monotonic() < end, f"{last()} {series()}")
                time.sleep(0.2)

        # Every two seconds for ten minutes; then it jumps. One a minute is kept, and the jump.
        steady = [reading(700 - 2 * i, 100 + i / 1000) for i in range(300)]
        check(send(steady) == (200, {"accepted": 300}))
        check(send([reading(20, 140), reading(19.5, 141)]) == (200, {"accepted": 2}))
        check(send([reading(60, 7), reading(400, 7), reading(-600, 7)])[1] == {"accepted": 0}, "older, and from the future")
        check(send([reading(5, 3.5, "wind_speed"), reading(5, 270, "wind_from"), reading(5, 12, "ammonia", "gauge-2")])[0] == 200)
        wait(lambda: len(last()) == 4)
        check(last("gauge-1") == {("gauge-1", "water_level"): 141, ("gauge-1", "wind_speed"): 3.5, ("gauge-1", "wind_from"): 270}, last())
        kept = series()
        check(kept[0] == 100 and kept[-1] == 140 and len(kept) == 11, kept)
        status, answer = service.get("/api/v1/readings?scope=drill-9")
        check(status == 200 and answer["readings"] == [], answer)

        for wrong, field in (({"quantity": "mood"}, "quantity"), ({"value": 1e7}, "value"), ({"value": "1"}, "value"), ({"at": "now"}, "at"),
                             ({"source": "a b"}, "source"), ({"unit": "m"}, "")):
            status, answer = send([reading(1, 1), {**reading(0, 1), **wrong}])
            check(status == 422 and answer["field"] == f"readings[1].{field}", f"{wrong}: {answer}")
        check(send([reading(1, 1)] * 1001)[0] == 413)
        check(send([reading(1, 1)], "drill-9")[1]["rule"] == "scope.unknown")

        # A unit tells what it reads itself, and no more than it may look where others are may it look at this.
        done = kit.ctl("token", "add", folder / "data", "--actor", "gauge-1", "--name", "Gauge", "--role", "unit")
        unit = {"Authorization": f"Bearer {done.stdout.strip()}"}
        wait(lambda: service.request("GET", "/api/v1/session", headers=unit)[0] == 200)
        check(send([reading(0, 142)], **unit) == (200, {"accepted": 1}))
        status, answer = send([reading(0, 1, source="gauge-2")], **unit)
        check(status == 403 and answer["field"] == "readings[0].source", answer)
        check(service.request("GET", "/api/v1/readings?scope=live", headers=unit)[0] == 403)

        check(service.stop() == 0)
        service = kit.Service(folder / "data")
        check(last()[("gauge-1", "water_level")] == 142 and series() == kept, "after the restart")
        check(send([reading(0, 143)])[1] == {"accepted": 1})
        service.stop()


kit.run(test_sealed, test_scopes, test_readings)
