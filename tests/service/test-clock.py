# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real service on a machine whose clock is set while it runs: what it records, what /health says, and what ends with time."""

import datetime
import json
import mmap
import os
import time

import kit
import outside
from kit import check
from people import People, wait_for

HOUR = 3600.0


class Machine(People):
    """A service that sees a clock which is set from here; watchfirectl on the same machine sees it too."""

    def __init__(self, folder):
        path = folder / "clock"
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self.clock = mmap.mmap(file.fileno(), 8)
        sanitizer = os.environ.get("ASAN_OPTIONS")
        self.environment = {**os.environ, "LD_PRELOAD": os.environ["SET_CLOCK"], "WATCHFIRE_SET_CLOCK": str(path)}
        if sanitizer is not None:
            self.environment["ASAN_OPTIONS"] = sanitizer + ":verify_asan_link_order=0"
        super().__init__(folder)

    def start(self):
        self.service = kit.Service(self.data, environment=self.environment)
        self.url = f"http://127.0.0.1:{self.service.port}"

    def set(self, hours):
        """By how much it is ahead of the real one."""
        self.clock[:] = int(hours * HOUR * 1000).to_bytes(8, "little", signed=True)

    def recorded(self):
        return [entry["header"]["recorded_at"] for entry in self.service.entries()]

    def health(self):
        status, health = self.service.get("/health")
        check(status == 200 and health["ready"] is True, health)
        return {reason["kind"]: reason["text"] for reason in health["reasons"]}

    def lead(self):
        text = self.service.request("GET", "/metrics")[2].decode()
        return float(next(line.split()[1] for line in text.splitlines() if line.startswith("watchfire_clock_lead_seconds ")))


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc).timestamp()


def set_back():
    """Times in the journal never go back, also over a restart; whoever watches the service is told; and it passes."""
    with kit.Folder() as folder:
        machine = Machine(folder)
        check("clock-back" not in machine.health())
        machine.service.note("on time")
        on_time = time.time()
        machine.set(-1)
        machine.service.note("an hour back")
        check("time server" in machine.health().get("clock-back", ""), machine.health())
        check(abs(machine.lead() - HOUR) < 120, machine.lead())
        machine.restart()
        machine.service.note("still back")
        check("clock-back" in machine.health() and machine.lead() > HOUR - 120)
        times = machine.recorded()
        check(len(times) == 3 and times == sorted(times), times)
        check(all(abs(moment(text) - on_time) < 120 for text in times), times)

        # Positions that units report by right clocks are taken all the same.
        position = {"unit": "u-1", "at": outside.stamp(), "location": [109.9, 40.6]}
        status, _, answer = machine.service.request("POST", "/api/v1/telemetry", json.dumps({
            "scope": "live", "positions": [position]}).encode())
        check(status == 200 and json.loads(answer)["accepted"] == 1, answer)

        machine.set(0)
        machine.service.note("put right")
        wait_for(lambda: "clock-back" not in machine.health() and machine.lead() == 0)
        times = machine.recorded()
        check(times == sorted(times) and abs(moment(times[-1]) - time.time()) < 120, times)
        check(machine.service.stop() == 0)
        done = kit.ctl("verify", machine.data)
        check(done.returncode == 0, done.stdout)


def sign_in_ends():
    """A sign-in is good for 14 hours and no longer: no request, no feed; and no clock that is set back brings it back."""
    with kit.Folder() as folder:
        machine = Machine(folder)
        machine.add("zhao", "operator")
        status, _, answer = machine.sign_in("zhao")
        check(status == 200, answer)
        token = answer["token"]
        check(abs(moment(answer["expires_at"]) - moment(answer["now"]) - 14 * HOUR) < 2, answer)

        machine.set(13.9)
        check(machine.note(token)[0] == 200)
        feed = outside.WebSocket(machine, "/api/v1/changes?since=0", token=token)
        feed.until("hello")

        machine.set(14.1)
        status, answer = machine.note(token)
        check(status == 401 and answer["type"] == "urn:watchfire:problem:unauthorized", answer)
        check(machine.ask(token, "GET", "/api/v1/snapshot")[0] == 401)
        while feed.frame() is not None:
            pass
        check(feed.closed == 1008, feed.closed)
        feed.close()
        check(len(machine.recorded()) == 2, "what came too late was recorded")

        machine.service.note("in time")
        machine.set(0)
        check(machine.ask(token, "GET", "/api/v1/session")[0] == 401, "the clock was set back, and the sign-in with it")
        machine.restart()
        check(machine.ask(token, "GET", "/api/v1/session")[0] == 401, "after a restart it is good again")
        check(machine.sign_in("zhao")[0] == 200)
        machine.service.stop()


def wait_ends():
    """Whoever mistyped too often waits as long as they were told, and is then let in."""
    with kit.Folder() as folder:
        machine = Machine(folder)
        machine.add("zhao", "operator")
        while (answer := machine.sign_in("zhao", "guessed"))[0] == 401:
            pass
        check(answer[0] == 429, answer)
        # As after a good deal of guessing.
        ahead = 0.0
        for _ in range(6):
            ahead += (int(answer[1]["Retry-After"]) + 1) / HOUR
            machine.set(ahead)
            check(machine.sign_in("zhao", "guessed again")[0] == 401)
            answer = machine.sign_in("zhao")
            check(answer[0] == 429 and answer[2]["rule"] == "session.wait", answer)
        wait = int(answer[1]["Retry-After"])
        check(wait > 30, wait)
        machine.set(ahead + (wait - 10) / HOUR)
        check(machine.sign_in("zhao")[0] == 429)
        machine.set(ahead + (wait + 1) / HOUR)
        check(machine.sign_in("zhao")[0] == 200, "still kept out")
        machine.service.stop()


kit.run(set_back, sign_in_ends, wait_ends)
