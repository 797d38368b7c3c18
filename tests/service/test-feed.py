#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The feed from outside: resuming, filters, those who stall, those who are gone without a word, and 10,000 connects."""

import socket
import tempfile
import threading
import time

from outside import Service, WebSocket, log_command, new_id, run, stamp, wait_until


def incident(where, key):
    return {"id": new_id(), "type": "incident.report", "scope": "live", "occurred_at": stamp(),
            "payload": {"incident": key, "title": "Fire " + key, "location": where, "t0": stamp(-60)}}


def report(service, where, key):
    status, answer = service.command(incident(where, key))
    assert status == 200, answer
    return answer["results"][0]["events"]


def move(service, unit, where, scope="live", ahead=0.0):
    status, answer = service.post("/api/v1/telemetry", {"scope": scope, "positions": [
        {"unit": unit, "at": stamp(ahead), "location": where}]})
    assert status == 200 and answer["accepted"] == 1, answer


def test_resume():
    """From every number that is held one gets exactly what follows; from one that is not, the word to take a snapshot."""
    with Service() as service:
        for i in range(30):
            assert service.command(log_command(f"entry {i}"))[0] == 200
        for since in range(0, 31):
            status, page = service.get(f"/api/v1/changes?since={since}&limit=1000")
            assert status == 200 and page["next"] == 30
            assert [e["header"]["position"] for e in page["entries"]] == list(range(since + 1, 31))
        for since in (0, 7, 29):
            follower = WebSocket(service, f"/api/v1/changes?since={since}")
            got = []
            while len(got) < 30 - since:
                got += [e["header"]["position"] for e in follower.entries()]
            assert got == list(range(since + 1, 31)), got
            follower.close()
        status, problem = service.get("/api/v1/changes?since=31")
        assert status == 410 and problem["type"] == "urn:watchfire:problem:gone", problem
        ahead = WebSocket(service, "/api/v1/changes?since=31")
        while ahead.frame() is not None:
            pass
        assert ahead.closed == 4410, ahead.closed


def test_filters():
    with Service() as service:
        inside, outside = [109.9, 40.6], [109.5, 40.5]
        area = "109.8,40.55,110.0,40.7"
        everything = WebSocket(service, "/api/v1/changes?since=0")
        here = WebSocket(service, f"/api/v1/changes?since=0&area={area}")
        logs = WebSocket(service, "/api/v1/changes?since=0&kind=log,position")
        drill = WebSocket(service, "/api/v1/changes?since=0&scope=drill-1")
        report(service, inside, "inc-in")
        report(service, outside, "inc-out")
        assert service.command(log_command("no place"))[0] == 200
        for key in ("inc-in", "inc-out"):
            command = log_command("of " + key)
            command["payload"]["incident"] = key
            assert service.command(command)[0] == 200
        head = service.get("/api/v1/changes?since=0&limit=1")[1]["head"]

        def collect(follower, enough):
            got = []
            while not enough(got):
                got += follower.entries()
            return got

        all_of_it = collect(everything, lambda got: len(got) == head)
        seen = collect(here, lambda got: got and got[-1]["payload"].get("text") == "of inc-in")
        assert {e["header"].get("subject") for e in seen} == {"inc-in", None}, seen
        assert any(e["payload"].get("text") == "no place" for e in seen)
        assert len(seen) < len(all_of_it)
        seen = collect(logs, lambda got: len(got) == 3)
        assert {e["header"]["type"] for e in seen} == {"log.added"}

        # The same by polling; and an empty part of the journal is no reason to wait for more of it.
        _, page = service.get(f"/api/v1/changes?since=0&limit=1000&area={area}")
        assert page["next"] == head and {e["header"].get("subject") for e in page["entries"]} == {"inc-in", None}
        _, page = service.get("/api/v1/changes?since=0&limit=1&wait=1&kind=log")
        assert len(page["entries"]) == 1 and page["entries"][0]["header"]["type"] == "log.added"
        _, page = service.get("/api/v1/changes?since=0&limit=1000&scope=drill-1")
        assert page["entries"] == [] and page["next"] == head

        # Units: one that leaves the area is told of once more, and then no longer.
        move(service, "u1", inside)
        assert here.until("positions")["positions"][0]["location"] == inside
        time.sleep(0.01)
        move(service, "u1", outside)
        assert here.until("positions")["positions"][0]["location"] == outside
        time.sleep(0.01)
        move(service, "u1", [109.51, 40.51])
        move(service, "u2", inside)
        assert [p["unit"] for p in here.until("positions")["positions"]] == ["u2"]
        assert logs.until("positions")["positions"]
        for follower in (everything, here, logs, drill):
            follower.close()

        for wrong, field in (("kind=gossip", "kind"), ("area=1,2,3", "area"), ("area=0,10,1,5", "area"),
                             ("area=0,0,nan,1", "area"), ("rate=0", "rate"), ("rate=11", "rate"), ("kind=", "kind")):
            status, problem = service.get("/api/v1/changes?since=0&" + wrong)
            assert status == 400 and problem["field"] == field, (wrong, problem)


def test_moves_by_poll():
    """Where there are no WebSockets, units still move."""
    with Service() as service:
        move(service, "u1", [109.9, 40.6])
        _, page = service.get("/api/v1/changes?since=0&wait=20&moved=0")
        assert page["positions"][0]["scope"] == "live" and page["positions"][0]["positions"][0]["unit"] == "u1", page
        threading.Timer(0.3, lambda: move(service, "u2", [109.8, 40.6])).start()
        _, more = service.get(f"/api/v1/changes?since=0&wait=20&moved={page['moved']}")
        assert [p["unit"] for p in more["positions"][0]["positions"]] == ["u2"] and more["moved"] > page["moved"]
        # A number of a service that has been started again since: from the beginning.
        _, again = service.get("/api/v1/changes?since=0&moved=999999")
        assert {p["unit"] for p in again["positions"][0]["positions"]} == {"u1", "u2"}


def read(service, source, scope="live", **values):
    at = stamp()
    status, answer = service.post("/api/v1/telemetry", {"scope": scope, "readings": [
        {"source": source, "quantity": quantity, "at": at, "value": value} for quantity, value in values.items()]})
    assert status == 200 and answer["accepted"] == len(values), answer
    time.sleep(0.002)


def told(frame):
    return {(row["source"], row["quantity"]): row["value"] for row in frame["readings"]}


def test_readings():
    """What sensors read goes the way of positions: the newest of each, by WebSocket and by page, also after a restart."""
    with tempfile.TemporaryDirectory(prefix="wf-readings-") as folder, Service(folder=folder) as service:
        everything = WebSocket(service, "/api/v1/changes?since=0")
        only = WebSocket(service, "/api/v1/changes?since=0&kind=reading")
        logs = WebSocket(service, "/api/v1/changes?since=0&kind=log,position&rate=10")
        for follower in (everything, only, logs):
            follower.until("hello")
        read(service, "gauge-1", water_level=3.5, flow=20)
        for follower in (everything, only):
            frame = follower.until("readings")
            assert frame["scope"] == "live" and told(frame) == {("gauge-1", "water_level"): 3.5, ("gauge-1", "flow"): 20}, frame
        move(service, "gauge-1", [109.9, 40.6])
        assert everything.until("positions")["positions"][0]["unit"] == "gauge-1"

        # Who wants positions only is told of those: the frame of readings would have come first.
        while True:
            frame = logs.frame()
            assert frame["kind"] != "readings", frame
            if frame["kind"] == "positions":
                break

        # What is not newer is told to nobody; of what comes between two turns the newest is.
        status, answer = service.post("/api/v1/telemetry", {"scope": "live", "readings": [
            {"source": "gauge-1", "quantity": "flow", "at": stamp(-60), "value": 1}]})
        assert status == 200 and answer["accepted"] == 0, answer
        for value in (21, 22, 23):
            read(service, "gauge-1", flow=value)
        values = []
        while 23 not in values:
            values += told(everything.until("readings")).values()
        assert values in ([23], [21, 23], [22, 23], [21, 22, 23]), values

        _, page = service.get("/api/v1/changes?since=0&moved=0&kind=reading")
        assert page["positions"] == [] and page["readings"][0]["scope"] == "live", page
        assert told(page["readings"][0]) == {("gauge-1", "water_level"): 3.5, ("gauge-1", "flow"): 23}, page
        threading.Timer(0.3, lambda: read(service, "gauge-2", wind_speed=8)).start()
        _, more = service.get(f"/api/v1/changes?since=0&wait=20&moved={page['moved']}")
        assert told(more["readings"][0]) == {("gauge-2", "wind_speed"): 8}, more
        for follower in (everything, only, logs):
            follower.close()

        service.stop()
        service.start()
        again = WebSocket(service, "/api/v1/changes?since=0")
        assert told(again.until("readings")) == {("gauge-1", "water_level"): 3.5, ("gauge-1", "flow"): 23,
                                                 ("gauge-2", "wind_speed"): 8}
        again.close()


def draw(service, desk, n, **more):
    points = [[109.8 + 0.01 * i, 40.6] for i in range(n)]
    sketch = {"scope": "live", "type": "cordon", "points": points, **more}
    return service.post("/api/v1/sketches", {"desk": desk, "sketch": sketch})


def test_posted_sketches():
    """Who has no WebSocket posts what is drawn: all others are told, by frame and by page, and that it is over, also where
    nobody says so."""
    with Service("--silence", "4") as service:
        follower = WebSocket(service, "/api/v1/changes?since=0")
        follower.until("hello")
        status, answer = draw(service, "desk-a", 2)
        assert status == 200 and answer["desk"] > 0, answer
        desk = answer["desk"]
        sketch = follower.until("sketch")["sketch"]
        assert sketch["desk"] == desk and len(sketch["points"]) == 2 and sketch["actor"] and sketch["type"] == "cordon", sketch
        _, page = service.get("/api/v1/changes?since=0&moved=0")
        assert page["sketches"] == [sketch], page
        time.sleep(0.06)
        assert draw(service, "desk-a", 3, radius_m=5) == (200, {"desk": desk})
        assert len(follower.until("sketch")["sketch"]["points"]) == 3

        # It is over when it is said so, and then nobody draws there.
        assert draw(service, "desk-a", 0) == (200, {"desk": desk})
        assert follower.until("sketch")["sketch"]["points"] == []
        assert draw(service, "desk-a", 0) == (200, {"desk": 0})
        _, page = service.get("/api/v1/changes?since=0&moved=0")
        assert page["sketches"] == [], page

        # What is wrong is refused with its field and told to nobody.
        for wrong, field in (({"radius_m": -1}, "sketch.radius_m"), ({"type": "scribble"}, "sketch.type"),
                             ({"colour": 1}, "sketch.colour"), ({"points": [[200, 0]]}, "sketch.points"),
                             ({"scope": "no such"}, "sketch.scope")):
            status, problem = draw(service, "desk-a", 1, **wrong)
            assert status == 422 and problem["field"].startswith(field), (wrong, problem)
        for body in ({"desk": "a b", "sketch": {}}, {"desk": "a"}, {"desk": "a", "sketch": {}, "more": 1}, {}, []):
            status, problem = service.post("/api/v1/sketches", body)
            assert status == 422, (body, problem)

        # One person draws at so many desks at once, and no more; what is not said again is over by itself.
        desks = {draw(service, f"desk-{i}", 2)[1]["desk"] for i in range(8)}
        assert len(desks) == 8
        status, problem = draw(service, "desk-8", 2)
        assert status == 503 and problem["type"] == "urn:watchfire:problem:unavailable", problem
        told = []
        while len(told) < 8:
            sketch = follower.until("sketch")["sketch"]
            told += [sketch["desk"]] if sketch["points"] else []
        assert set(told) == desks
        over = set()
        while over != desks:
            sketch = follower.until("sketch")["sketch"]
            assert sketch["points"] == [], sketch
            over.add(sketch["desk"])
        assert draw(service, "desk-8", 2)[0] == 200
        follower.close()


def test_stop_while_somebody_waits():
    """The service ends in order while somebody polls, or has just hung up."""
    for hangs_up in (False, True):
        with Service() as service:
            waits = service.socket()
            waits.sendall(b"GET /api/v1/changes?since=0&wait=25&moved=0 HTTP/1.1\r\nHost: x\r\n"
                          b"Authorization: Bearer " + service.TOKEN.encode() + b"\r\n\r\n")
            # It has been read when another, sent after it, has been answered.
            assert service.get("/api/v1/session")[0] == 200
            if hangs_up:
                waits.close()


def test_stalled():
    """Some read nothing at all. The others are served meanwhile, the memory stays bounded, and the stalled are sent away."""
    with Service("--silence", "6") as service:
        quick = WebSocket(service, "/api/v1/changes?since=0")
        quick.until("hello")
        stalled = [WebSocket(service, "/api/v1/changes?since=0", receive_buffer=4096) for _ in range(20)]
        before = service.memory()
        text = "x" * 3900
        sent = got = 0
        for _ in range(30):
            batch = [log_command(text) for _ in range(100)]
            status, answer = service.post("/api/v1/commands", {"commands": batch})
            assert status == 200
            sent += sum(r["status"] == "accepted" for r in answer["results"])
            while got < sent:
                got += len(quick.entries())
        assert got == sent == 3000
        # 13 MB went out to whoever reads; twenty that do not read may cost 4 MiB each and not 13.
        grown = service.memory() - before
        assert grown < 20 * 4 * 2**20 + 60 * 2**20, grown

        def only_quick():
            try:
                quick.frame(0.2)  # answers pings
            except TimeoutError:
                pass
            return service.metrics()["watchfire_subscribers"] == 1
        wait_until(only_quick, "the stalled to be sent away")
        assert service.command(log_command("after"))[0] == 200
        assert quick.entries()[-1]["payload"]["text"] == "after"
        for follower in stalled:
            follower.close()


def test_newest_survives_a_stall():
    """Positions that could not be given are made up for by the newest of each unit."""
    with Service("--silence", "300") as service:
        slow = WebSocket(service, "/api/v1/changes?since=0&rate=2", receive_buffer=4096)
        slow.beats = False  # never says that anything arrived
        other = WebSocket(service, "/api/v1/changes?since=0")
        units = [f"unit-{i}-{'x' * 40}" for i in range(800)]
        rounds, newest = 40, None
        for turn in range(rounds):
            newest = [109.5 + turn / 1000, 40.5]
            at = stamp()
            status, _ = service.post("/api/v1/telemetry", {"scope": "live", "positions": [
                {"unit": unit, "at": at, "location": newest} for unit in units]})
            assert status == 200
            time.sleep(0.03)
        # It reads at last, and says so: what it then has of each unit is the newest.
        slow.beats = True
        for follower in (slow, other):
            last, frames = {}, 0
            while len(last) < len(units) or any(where != newest for where in last.values()):
                frame = follower.until("positions")
                frames += 1
                for position in frame["positions"]:
                    last[position["unit"]] = position["location"]
            assert frames < rounds * 12, frames
            follower.close()


def test_rate():
    """Never more than so many a second, and the newest at the end."""
    with Service() as service:
        desk = WebSocket(service, "/api/v1/changes?since=0&rate=2")
        desk.until("hello")
        stop = threading.Event()
        sent = []

        def drive():
            while not stop.is_set():
                sent.append([round(109.5 + len(sent) / 10000, 4), 40.5])
                move(service, "u1", sent[-1])
                stop.wait(0.02)
        driver = threading.Thread(target=drive)
        begin = time.monotonic()
        driver.start()
        frames = []
        while len(frames) < 6:
            frames.append(desk.until("positions"))
        seconds = time.monotonic() - begin
        stop.set()
        driver.join()
        assert seconds > 5 / 2 * 0.8, seconds
        while frames[-1]["positions"][0]["location"] != sent[-1]:
            frames.append(desk.until("positions"))


def test_half_open():
    """The other end is gone without a word: nothing says so but its silence."""
    with Service("--silence", "4") as service:
        alive = WebSocket(service, "/api/v1/changes?since=0")
        gone = WebSocket(service, "/api/v1/changes?since=0")
        gone.pongs = gone.beats = False
        assert service.metrics()["watchfire_subscribers"] == 2
        reader = threading.Thread(target=lambda: all(iter(gone.frame, None)), daemon=True)
        reader.start()

        def one_left():
            try:
                alive.frame(0.2)
            except TimeoutError:
                pass
            return service.metrics()["watchfire_subscribers"] == 1
        wait_until(one_left, "the silent one to be found out")
        reader.join(10)
        assert gone.closed == 4408
        assert alive.closed is None


def test_ten_thousand_connects():
    """10,000 connects, hundreds at a time and many more than may be open: the service answers afterwards as before."""
    with Service("--connections", "400", "--connections-per-address", "1000") as service:
        service.get("/api/v1/session")
        files, memory = service.files(), service.memory()
        made = 0
        while made < 10000:
            wave = []
            for _ in range(500):
                try:
                    sock = socket.create_connection(("127.0.0.1", service.port), timeout=10)
                except OSError:
                    continue
                wave.append(sock)
                made += 1
            assert service.files() < 400 + files + 50
            for i, sock in enumerate(wave):
                if i % 3 == 0:
                    try:
                        sock.sendall(b"GET /health HTTP/1.1\r\n")
                    except OSError:
                        pass
                sock.close()
        wait_until(lambda: service.files() < files + 20, "the connections to be closed")
        status, answer = service.get("/api/v1/session")
        assert status == 200 and answer["actor"] == "desk-1"
        assert service.metrics()["watchfire_connections"] <= 3
        assert service.memory() - memory < 40 * 2**20, service.memory() - memory


def test_malformed_frames():
    with Service() as service:
        for wrong in (b"{", b"[]", b'{"ack":1}', b'{"ack":-1}', b'{"ack":0,"beat":0}', b'{"beat":9}', b'{"ack":"0"}'):
            follower = WebSocket(service, "/api/v1/changes?since=0")
            follower.until("hello")
            follower.send(wrong)
            while follower.frame() is not None:
                pass
            assert follower.closed == 1008, (wrong, follower.closed)
            follower.close()


if __name__ == "__main__":
    run(test_resume, test_filters, test_moves_by_poll, test_readings, test_posted_sketches,
        test_stop_while_somebody_waits, test_stalled, test_newest_survives_a_stall, test_rate, test_half_open,
        test_ten_thousand_connects, test_malformed_frames)
