#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Geofences of a real service: who enters and leaves is raised once, also over kill -9, in the scope where it happened."""

import datetime
import json
import sqlite3
import time

import kit
from kit import check

SQUARE = [[109.80, 40.60], [109.82, 40.60], [109.82, 40.62], [109.80, 40.62]]
METRE = 1 / 84500  # of longitude, there


def moment(seconds_ago=0.0):
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return then.strftime("%Y-%m-%dT%H:%M:%S.") + f"{then.microsecond // 1000:03d}Z"


def tell(service, unit, place, scope="live", seconds_ago=0.0):
    # Of the same millisecond as the one before it would not be newer.
    time.sleep(0.002)
    body = {"scope": scope, "positions": [{"unit": unit, "at": moment(seconds_ago), "location": place}]}
    status, _, answer = service.request("POST", "/api/v1/telemetry", json.dumps(body).encode(), {"Content-Type": "application/json"})
    check(status == 200 and json.loads(answer)["accepted"] == 1, answer)


def crossings(service, kind="crossing.raised"):
    return [entry for entry in service.entries() if entry["header"]["type"] == kind]


def ways(service, unit):
    return [entry["payload"]["way"] for entry in crossings(service) if entry["payload"]["unit"] == unit]


def wait_for(service, unit, expected):
    end = time.monotonic() + 60
    while ways(service, unit) != expected:
        check(time.monotonic() < end, f"{unit}: {ways(service, unit)} and not {expected}")
        time.sleep(0.1)


def settle(service, mark):
    """What was told before has been looked at when somebody who is told of later has crossed."""
    tell(service, mark, [109.81, 40.61])
    wait_for(service, mark, ["entered"])


def draw(service, plot, **fields):
    service.accept("plot.draw", {"plot": plot, "type": "danger_zone", "danger": "high", "points": SQUARE, "label": "Tank 3", **fields})


def test_once():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        service.report("i1")
        draw(service, "z1", incident="i1")
        service.accept("registry.put", {"entities": [{"kind": "unit", "id": "u1", "fields": {"name": "Engine 1", "type": "fire_engine", "state": "standby"}}]})
        tell(service, "u1", [109.70, 40.61])
        tell(service, "u1", [109.81, 40.61])
        wait_for(service, "u1", ["entered"])

        entry = crossings(service)[0]
        check(entry["header"]["actor"] == "system" and entry["header"]["subject"] == "i1", entry)
        check(entry["payload"]["unit_name"] == "Engine 1" and entry["payload"]["location"] == [109.81, 40.61], entry)
        check("at" in entry["payload"] and "seen_at" in entry["payload"], entry)

        # At the edge, to and fro, looked at once a second.
        for metres in (5, -8, 12, -3, 20):
            tell(service, "u1", [109.82 + metres * METRE, 40.61])
            time.sleep(1.1)
        settle(service, "mark-1")
        check(ways(service, "u1") == ["entered"], ways(service, "u1"))

        tell(service, "u1", [109.83, 40.61])
        wait_for(service, "u1", ["entered", "left"])

        # Answered, once.
        crossing = entry["payload"]["crossing"]
        status, answer = service.command("crossing.acknowledge", {"crossing": crossing, "seen_at": entry["payload"]["seen_at"]})
        check(status == 409 and answer["rule"] == "crossing.again", answer)
        service.accept("crossing.acknowledge", {"crossing": crossing, "by": "Zhao"})
        status, answer = service.command("crossing.acknowledge", {"crossing": crossing})
        check(status == 409 and answer["rule"] == "crossing.acknowledged-already", answer)
        status, answer = service.command("crossing.raise", {**{k: entry["payload"][k] for k in ("crossing", "plot", "unit", "way", "location", "seen_at")}})
        check(status == 403, answer)
        check(service.stop() == 0)
        done = kit.ctl("verify", folder / "data")
        check(done.returncode == 0, done.stdout + done.stderr)


def test_killed():
    """Who was inside when the service was killed is inside when it comes back, and nothing rings twice."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        draw(service, "z1")
        tell(service, "u1", [109.81, 40.61])
        wait_for(service, "u1", ["entered"])
        service.process.kill()
        service.process.wait(timeout=60)
        service = kit.Service(folder / "data")
        tell(service, "u1", [109.811, 40.61])
        settle(service, "mark-1")
        check(ways(service, "u1") == ["entered"], ways(service, "u1"))
        tell(service, "u1", [109.90, 40.61])
        wait_for(service, "u1", ["entered", "left"])
        check(service.stop() == 0)


def test_lost():
    """A position is kept before the crossing that follows from it: one that was lost in between is raised at the next start."""
    with kit.Folder() as folder:
        data = folder / "data"
        service = kit.Service(data)
        draw(service, "z1")
        service.accept("exercise.open", {"name": "Drill"}, scope="drill-1")
        check(service.stop() == 0)
        with sqlite3.connect(data / "watchfire.db") as database:
            now = int(time.time() * 1000)
            for scope, unit, at in (("live", "in", now - 1000), ("drill-1", "drilling", now - 1000), ("live", "long-ago", now - 3600000)):
                database.execute("INSERT INTO position VALUES (?, ?, ?, 109.81, 40.61, 0, 0)", (scope, unit, at))
        database.close()

        service = kit.Service(data)
        wait_for(service, "in", ["entered"])
        wait_for(service, "drilling", ["entered"])
        check("drawn" not in crossings(service)[0]["payload"], crossings(service))
        check(ways(service, "long-ago") == [], crossings(service))
        check(service.stop() == 0)
        service = kit.Service(data)
        settle(service, "mark-1")
        check(ways(service, "in") == ["entered"] and ways(service, "drilling") == ["entered"], crossings(service))
        check(service.stop() == 0)


def test_drawn_around():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        tell(service, "stands", [109.81, 40.61])
        tell(service, "elsewhere", [109.90, 40.61])
        tell(service, "long-ago", [109.81, 40.612], seconds_ago=3600)
        # What was told has been looked at when it has been written; only then is it an old position.
        end = time.monotonic() + 60
        while not service.get("/api/v1/tracks?scope=live&unit=long-ago")[1]["positions"]:
            check(time.monotonic() < end, "it is not written")
            time.sleep(0.1)
        draw(service, "z1")
        wait_for(service, "stands", ["entered"])
        check(crossings(service)[0]["payload"]["drawn"] is True, crossings(service))

        service.accept("plot.change", {"plot": "z1", "points": [[110.80, 40.60], [110.82, 40.60], [110.82, 40.62]]})
        wait_for(service, "stands", ["entered", "left"])
        check(ways(service, "elsewhere") == [] and ways(service, "long-ago") == [], crossings(service))
        check(service.stop() == 0)


def test_scopes():
    """An exercise sees the areas that were live when it was opened, and what crosses them there is its own."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        draw(service, "z1")
        tell(service, "real", [109.81, 40.61])
        wait_for(service, "real", ["entered"])
        service.accept("exercise.open", {"name": "Drill"}, scope="drill-1")
        tell(service, "u1", [109.81, 40.61], scope="drill-1")
        wait_for(service, "u1", ["entered"])
        check(crossings(service)[1]["header"]["scope"] == "drill-1", crossings(service))
        # Who is inside live is not inside there before it has come in there.
        _, _, body = service.request("GET", "/api/v1/snapshot")
        frozen = [json.loads(line) for line in body.decode().splitlines()]
        kinds = {line["entity"] for line in frozen if line["kind"] == "entity" and line["scope"] == "drill-1@base"}
        check("plot" in kinds and "crossing" not in kinds, kinds)
        tell(service, "real", [109.812, 40.61], scope="drill-1")
        wait_for(service, "real", ["entered", "entered"])
        tell(service, "u1", [109.70, 40.61])
        settle(service, "mark-1")
        check(ways(service, "u1") == ["entered"], ways(service, "u1"))
        check(service.stop() == 0)


def test_many():
    """Three hundred units at once: each is raised, once."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        draw(service, "z1")
        for _ in range(2):
            body = {"scope": "live", "positions": [{"unit": f"u{i}", "at": moment(), "location": [109.801 + i * 1e-5, 40.61]} for i in range(300)]}
            status, _, answer = service.request("POST", "/api/v1/telemetry", json.dumps(body).encode(), {"Content-Type": "application/json"})
            check(status == 200, answer)
            time.sleep(1.2)
        end = time.monotonic() + 60
        while len(crossings(service)) < 300:
            check(time.monotonic() < end, f"{len(crossings(service))} crossings")
            time.sleep(0.2)
        settle(service, "mark-1")
        check(len(crossings(service)) == 301, len(crossings(service)))
        check(len({entry["payload"]["unit"] for entry in crossings(service)}) == 301)
        check(service.stop() == 0)


kit.run(test_once, test_killed, test_lost, test_drawn_around, test_scopes, test_many)
