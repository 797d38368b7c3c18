#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad networks between clients and the real service: nothing acknowledged is lost, nothing is done twice."""

import calendar
import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from outside import LIMIT, Proxy, Service, Skip, WebSocket, log_command, new_id, run, stamp


def journal(service, port=None):
    found, since = [], 0
    while True:
        status, page = service.get(f"/api/v1/changes?since={since}&limit=1000", port=port)
        assert status == 200, page
        found += page["entries"]
        if not page["entries"]:
            return found
        since = page["next"]


def send_until_answered(service, command, port, limit=LIMIT):
    """What a workstation does: the same command, with the same id, until there is an answer."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            return service.command(command, port=port)
        except (OSError, ValueError, EOFError):
            time.sleep(0.02)
        except Exception as error:  # http.client has a family of its own
            if type(error).__module__ != "http.client":
                raise
            time.sleep(0.02)
    raise AssertionError("no answer")


def check_once(service, acknowledged):
    """Each acknowledged command stands in the journal exactly once; the chain has no gap."""
    entries = journal(service)
    causes = [entry["header"]["cause"] for entry in entries]
    for key in acknowledged:
        assert causes.count(key) == 1, (key, causes.count(key))
    numbers = [entry["header"]["number"] for entry in entries if entry["header"]["scope"] == "live"]
    assert numbers == list(range(1, len(numbers) + 1))
    for before, after in zip(entries, entries[1:]):
        assert after["header"]["previous"] == before["hash"]
    return entries


def test_answer_lost_after_the_commit():
    with Service() as service:
        proxy = Proxy(service.port)
        lost = set()

        def drop(request):
            # The first answer to each command is lost.
            mark = request[request.find(b'"id"'):][:60] if b'"id"' in request else None
            if mark is not None and mark not in lost:
                lost.add(mark)
                return True
            return False
        proxy.drop_answer = drop
        acknowledged = []
        for i in range(20):
            command = log_command(f"once {i}")
            status, answer = send_until_answered(service, command, proxy.port)
            assert status == 200 and answer["results"][0]["status"] == "accepted", answer
            acknowledged.append(command["id"])
        assert len(lost) == 20
        entries = check_once(service, acknowledged)
        assert len(entries) == 20
        proxy.close()


def test_cuts_delay_and_odd_pieces():
    """Pieces of any size, late and unevenly, on lines that are cut at any moment, while three desks give commands."""
    with Service() as service:
        proxy = Proxy(service.port)
        proxy.delay, proxy.jitter, proxy.piece = 0.0005, 0.004, 97
        acknowledged, faults, stop = [], [], threading.Event()

        def desk(number):
            try:
                for i in range(15):
                    command = log_command(f"desk {number} {i}")
                    status, _ = send_until_answered(service, command, proxy.port)
                    assert status == 200
                    acknowledged.append(command["id"])
            except Exception as error:  # told by the thread that waits
                faults.append(error)

        def cutter():
            while not stop.wait(random.uniform(0.05, 0.3)):
                proxy.cut()
        desks = [threading.Thread(target=desk, args=(n,)) for n in range(3)]
        cutting = threading.Thread(target=cutter)
        for thread in desks + [cutting]:
            thread.start()
        for thread in desks:
            thread.join(LIMIT * 2)
        stop.set()
        cutting.join()
        assert not faults, faults
        assert len(acknowledged) == 45
        check_once(service, acknowledged)
        proxy.close()


def test_follower_over_cuts():
    """Somebody who follows over a line that is cut again and again sees each entry once and in order."""
    with Service() as service:
        proxy = Proxy(service.port)
        proxy.piece, proxy.jitter = 211, 0.001
        sent = 120

        def give():
            for i in range(sent):
                assert service.command(log_command(f"entry {i}"))[0] == 200
        giver = threading.Thread(target=give)
        giver.start()
        seen, cuts, end = [], 0, time.monotonic() + LIMIT * 2
        while len(seen) < sent and time.monotonic() < end:
            try:
                follower = WebSocket(service, f"/api/v1/changes?since={len(seen)}", port=proxy.port)
                until = len(seen) + random.randint(5, 20)
                while len(seen) < min(until, sent):
                    for entry in follower.entries():
                        seen.append(entry["header"]["position"])
                follower.sock.settimeout(1)
            except (OSError, ConnectionError):
                pass
            proxy.cut()
            cuts += 1
        giver.join()
        assert seen == list(range(1, sent + 1)), seen[:50]
        assert cuts > 3
        proxy.close()


def test_replayed_reordered_duplicated():
    """The same commands from several at once, in any order, more than once: each is done once, all get the same answer."""
    with Service() as service:
        commands = [log_command(f"text {i}") for i in range(30)]
        answers, faults = {}, []

        def desk(seed):
            order = commands * 2
            random.Random(seed).shuffle(order)
            for command in order:
                status, answer = service.command(command)
                if status != 200:
                    faults.append(answer)
                    continue
                entry = answer["results"][0]["events"][0]
                answers.setdefault(command["id"], set()).add((entry["hash"], entry["header"]["number"]))
        desks = [threading.Thread(target=desk, args=(n,)) for n in range(4)]
        for thread in desks:
            thread.start()
        for thread in desks:
            thread.join(LIMIT)
        assert not faults, faults[:3]
        assert all(len(found) == 1 for found in answers.values()) and len(answers) == 30
        assert len(check_once(service, [command["id"] for command in commands])) == 30

        # Another body under an id that is taken is refused, and changes nothing.
        forged = json.loads(json.dumps(commands[0]))
        forged["payload"]["text"] = "something else"
        status, problem = service.command(forged)
        assert status == 409 and problem["type"] == "urn:watchfire:problem:id-reused", problem
        assert len(journal(service)) == 30


def test_wrong_clocks():
    """A client whose clock is years off gets through; when it was recorded is the service's own time."""
    with Service() as service:
        for ahead in (-20 * 365 * 86400, -3600, 3600, 20 * 365 * 86400):
            key = new_id(ahead)
            command = {"id": key, "type": "log.add", "scope": "live", "occurred_at": stamp(ahead),
                       "payload": {"log": "log-" + key, "kind": "note", "text": f"{ahead} s"}}
            status, answer = service.command(command)
            # What was done, was done: when that was is what its author says, and beside it stands the service's own time.
            again = service.command(command)
            assert status == 200 and again == (status, answer), (ahead, answer, again)
            header = answer["results"][0]["events"][0]["header"]
            assert header["occurred_at"] == command["occurred_at"], header
            recorded = calendar.timegm(time.strptime(header["recorded_at"][:19], "%Y-%m-%dT%H:%M:%S"))
            assert abs(time.time() - recorded) < 120, header
        now = {"unit": "u1", "location": [109.9, 40.6]}
        status, answer = service.post("/api/v1/telemetry", {"scope": "live", "positions": [dict(now, at=stamp(86400))]})
        assert status == 200 and answer["accepted"] == 0, "a position from tomorrow was believed"
        status, answer = service.post("/api/v1/telemetry", {"scope": "live", "positions": [dict(now, at=stamp())]})
        assert status == 200 and answer["accepted"] == 1, "a wrong clock has spoilt the unit for good"


def command_or_skip(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT, check=False)
    if done.returncode != 0:
        raise Skip(f"{' '.join(arguments[:4])}: {done.stderr.strip()[:120]}")


def test_narrow_line_with_losses():
    """A network namespace with a narrow line (tbf) on which packets are dropped at random (nft)."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise Skip("network namespaces want root and iproute2")
    name = f"wf{os.getpid() % 100000}"
    try:
        command_or_skip("ip", "netns", "add", name)
        command_or_skip("ip", "link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        command_or_skip("ip", "addr", "add", "198.18.77.1/30", "dev", f"{name}a")
        command_or_skip("ip", "link", "set", f"{name}a", "up")
        command_or_skip("ip", "-n", name, "addr", "add", "198.18.77.2/30", "dev", f"{name}b")
        command_or_skip("ip", "-n", name, "link", "set", f"{name}b", "up")
        command_or_skip("ip", "netns", "exec", name, "tc", "qdisc", "add", "dev", f"{name}b", "root", "tbf", "rate", "256kbit",
                        "burst", "8kb", "latency", "300ms")
        if shutil.which("nft"):
            rules = ("add table ip wf; add chain ip wf in { type filter hook input priority 0; }; "
                     "add rule ip wf in numgen random mod 100 < 8 counter drop")
            command_or_skip("ip", "netns", "exec", name, "nft", rules)
        with Service() as service:
            # The service is on loopback; what stands in the namespace's way is a proxy on the near end.
            proxy = Proxy(service.port)
            proxy.listener.close()
            proxy.listener = socket.create_server(("198.18.77.1", 0))
            proxy.port = proxy.listener.getsockname()[1]
            threading.Thread(target=proxy._accept, daemon=True).start()  # pylint: disable=protected-access
            script = os.path.join(tempfile.mkdtemp(prefix="wf-narrow-"), "give.py")
            with open(script, "w", encoding="utf-8") as file:
                file.write("import http.client, sys, json\n"
                           "for line in sys.stdin:\n"
                           "    for attempt in range(50):\n"
                           "        try:\n"
                           f"            c = http.client.HTTPConnection('198.18.77.1', {proxy.port}, timeout=10)\n"
                           "            c.request('POST', '/api/v1/commands', line.strip(), {'Content-Type': 'application/json',\n"
                           f"                      'Authorization': 'Bearer {service.TOKEN}'}})\n"
                           "            a = c.getresponse(); a.read(); print(a.status, flush=True); break\n"
                           "        except Exception:\n"
                           "            continue\n")
            commands = [log_command("x" * 1500) for _ in range(15)]
            done = subprocess.run(["ip", "netns", "exec", name, "python3", "-B", script],
                                  input="\n".join(json.dumps(c) for c in commands) + "\n", capture_output=True, text=True,
                                  timeout=240, check=False)
            shutil.rmtree(os.path.dirname(script))
            assert done.stdout.split() == ["200"] * 15, (done.stdout, done.stderr[-500:])
            check_once(service, [command["id"] for command in commands])
            proxy.close()
    finally:
        subprocess.run(["ip", "link", "del", f"{name}a"], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


if __name__ == "__main__":
    run(test_answer_lost_after_the_commit, test_cuts_delay_and_odd_pieces, test_follower_over_cuts,
        test_replayed_reordered_duplicated, test_wrong_clocks, test_narrow_line_with_losses)
