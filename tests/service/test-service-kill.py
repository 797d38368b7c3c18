#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the real service under load, at random moments.

Clients send commands over HTTP and write every answer down in a log of their own; whatever had no answer when the service
died is sent again, with the same id. That log is the judge: what was answered is in the journal, as it was answered, once;
the same id gets the same first answer, and with another body a 409; the numbers have no gap; the chain holds.

usage: test-service-kill.py WATCHFIRED WATCHFIRECTL DATA
WATCHFIRE_KILLS says how often (5), WATCHFIRE_KILL_SEED which moments and commands (printed).
"""

import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

CLIENTS = 6
TEAMS = 30
STOCKS = 4
TOKEN = "kill-test-0123456789abcdef"
DRILL = "drill-kill"
LIMIT = 60       # no answer takes longer, in seconds
PATIENCE = 300   # nor does a verification, for which the clients wait
UNDER_LOAD = 0.3  # a kill comes at most so long after the first new answer
VERIFY_EVERY = 10


def now(offset=0.0):
    moment = time.time() + offset
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def essence(result):
    """What must be the same each time that an id is answered."""
    if result["status"] == "accepted":
        return "accepted " + hashlib.sha256(canonical(result["events"]).encode()).hexdigest()
    problem = result["problem"]
    return "refused " + canonical([problem["type"], problem.get("rule"), problem.get("field"), problem.get("detail")])


def environment():
    """What is killed cannot say what leaked; then ASan's unwinder that is ten times as fast does."""
    changed = dict(os.environ)
    if "ASAN_OPTIONS" in changed:
        changed["ASAN_OPTIONS"] += ":detect_leaks=0:fast_unwind_on_malloc=1"
    return changed


class Gone(Exception):
    """No answer came."""


class Connection:
    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)

    def close(self):
        self.http.close()

    def ask(self, method, path, body=None, read=True):
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        try:
            self.http.request(method, path, None if body is None else json.dumps(body).encode(), headers)
            if not read:
                self.http.close()
                raise Gone("not listened")
            answer = self.http.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.http.close()
            raise Gone(str(error)) from error
        if answer.status >= 500:
            raise Gone(f"{answer.status} {text!r}")
        return answer.status, json.loads(text)

    def submit(self, commands, read=True):
        """The results, in the form that they have in a batch."""
        if len(commands) > 1:
            status, answer = self.ask("POST", "/api/v1/commands", {"commands": commands}, read)
            assert status == 200, (status, answer)
            results = answer["results"]
        else:
            status, answer = self.ask("POST", "/api/v1/commands", commands[0], read)
            results = answer["results"] if status == 200 else [{"id": commands[0]["id"], "status": "refused", "problem": answer}]
        assert [r["id"] for r in results] == [c["id"] for c in commands], results
        return results


class Service:
    """The program, over one data folder; each start is a new process."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.process = self.port = None

    def spawn(self):
        self.process = subprocess.Popen([self.program, "--embedded", "--data", self.folder],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
        greeting = {"token": TOKEN, "actor": "desk-1", "name": "Desk One", "post": "duty"}
        try:
            self.process.stdin.write(json.dumps(greeting).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the line that is not there will say so

    def wait_ready(self):
        timer = threading.Timer(LIMIT, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        assert line, f"the service did not start: {self.process.wait()}"
        self.port = json.loads(line)["port"]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(LIMIT) == -signal.SIGKILL, "it had ended before it was killed"

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(LIMIT) == 0
        self.process.stdout.close()


class Log:
    """The clients' own record, outside the service."""

    def __init__(self, path):
        self.path = path
        self.file = open(path, "w", encoding="utf-8")
        self.lock = threading.Lock()
        self.fresh = threading.Event()  # something was answered since the last start

    def write(self, command, result):
        line = {"id": command["id"], "type": command["type"], "scope": command["scope"], "essence": essence(result),
                "at": [[e["header"]["position"], e["hash"]] for e in result.get("events", [])], "command": command}
        with self.lock:
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()
        self.fresh.set()

    def read(self):
        with open(self.path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]


class Desk(threading.Thread):
    """A client with a connection of its own, working on incidents of its own with forces and stock that all share."""

    def __init__(self, number, seed, stage, log):
        super().__init__(name=f"desk-{number}")
        self.random = random.Random(f"{seed}/{number}")
        self.stage, self.log = stage, log
        self.waiting = []   # commands that were sent and have no answer
        self.answered = []  # (command, essence) of this desk
        self.repeated = self.reused = self.lost = 0
        self.incidents, self.tasks, self.orders, self.reservations, self.logs = [], [], [], [], []
        self.error = None

    # --- what a desk sends ---

    def id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def command(self, type, scope="live", **payload):
        return {"id": self.id(), "type": type, "scope": scope, "occurred_at": now(), "payload": payload}

    def casualties(self):
        return {"deaths": self.random.randrange(3), "missing": 0, "trapped": self.random.randrange(5), "serious": 1,
                "light": 2, "source": "120", "at": now()}

    def report(self):
        incident = self.id()
        self.incidents.append(incident)
        return self.command("incident.report", incident=incident, title=f"氨气泄漏 {incident[:4]}", t0=now(), category="accident",
                            place="哈业胡同", location=[109.7, 40.6], casualties=self.casualties())

    def grade(self):
        return self.command("incident.grade", incident=self.pick(self.incidents), grade="ordinary", plan="plan-hazchem", level=4,
                            **{"class": "accident.hazchem.leak"})

    def activate(self):
        """One command, a dozen events: all of them or none."""
        return self.command("response.activate", incident=self.pick(self.incidents), plan="plan-hazchem", level=4, matter="泄漏",
                            expected_hours=8, measures="警戒",
                            approval={"way": "phone", "requested_by": "甲", "approved_by": "乙", "at": now()})

    def add_task(self):
        self.tasks.append(self.id())
        return self.command("task.add", task=self.tasks[-1], incident=self.pick(self.incidents), text="设置警戒", minutes=600)

    def issue(self):
        self.orders.append(self.id())
        return self.command("order.issue", order=self.orders[-1], incident=self.pick(self.incidents), kind="directive",
                            force_kind="team", force=f"team-{self.random.randrange(TEAMS)}", text="前往现场")

    def step(self):
        return self.command("order.step", order=self.pick(self.orders), by="队长", text="依令",
                            step=self.random.choice(["acknowledged", "under_way", "on_scene", "released", "back", "recalled"]))

    def reserve(self):
        self.reservations.append(self.id())
        return self.command("stock.reserve", reservation=self.reservations[-1], incident=self.pick(self.incidents),
                            stock=f"stock-{self.random.randrange(STOCKS)}", quantity=self.random.randrange(1, 20))

    def note(self, scope="live"):
        if scope == "live":
            self.logs.append(self.id())
        return self.command("log.add", scope, log=self.logs[-1] if scope == "live" else self.id(), kind="note", text="记录 " * 20)

    def pick(self, things):
        return self.random.choice(things[-8:])

    def next(self):
        if not self.incidents or self.random.random() < 0.05:
            return self.report()
        choices = [self.add_task, self.issue, self.reserve, self.note, lambda: self.note(DRILL), self.grade, self.activate,
                   lambda: self.command("incident.verify", incident=self.pick(self.incidents), outcome="true", source="119"),
                   lambda: self.command("incident.casualties", incident=self.pick(self.incidents), casualties=self.casualties())]
        if self.tasks:
            choices += [lambda: self.command("task.acknowledge", task=self.pick(self.tasks), by="丙"),
                        lambda: self.command("task.feedback", task=self.pick(self.tasks), result={"text": "已到位"}, done=True),
                        lambda: self.command("task.strike", task=self.pick(self.tasks), reason="重复")]
        if self.orders:
            choices += [self.step] * 3
        if self.reservations:
            choices += [lambda: self.command("stock.release", reservation=self.pick(self.reservations), reason="不需要")]
        if self.logs:
            choices += [lambda: self.command("log.strike", log=self.pick(self.logs), reason="误记")]
        return self.random.choice(choices)()

    # --- how it sends ---

    def send(self, connection, commands):
        """All of them have an answer when this returns; otherwise they wait."""
        self.waiting = commands + [c for c in self.waiting if c not in commands]
        sent = now()
        # Sometimes a line breaks just after the sending: the answer is lost though the service lives.
        results = connection.submit(commands, read=self.random.random() > 0.01)
        for command, result in zip(commands, results):
            self.log.write(command, result)
            self.answered.append((command, essence(result)))
            self.waiting.remove(command)
            self.lost += any(e["header"]["recorded_at"] < sent for e in result.get("events", []))

    def send_waiting(self, connection):
        """In another order and other batches than before."""
        while self.waiting:
            n = self.random.randrange(1, 5)
            self.send(connection, self.random.sample(self.waiting, min(n, len(self.waiting))))

    def send_again(self, connection):
        command, first = self.random.choice(self.answered)
        result, = connection.submit([command])
        assert essence(result) == first, f"{command} was answered {first}, and now {result}"
        self.repeated += 1

    def send_other(self, connection):
        """Another body under an id that was used."""
        command, _ = self.random.choice(self.answered)
        status, problem = connection.ask("POST", "/api/v1/commands", dict(command, occurred_at=now(-3600)))
        assert status == 409 and problem["type"] == "urn:watchfire:problem:id-reused", (status, problem)
        self.reused += 1

    def work(self, connection):
        self.send_waiting(connection)
        while not self.stage.ending.is_set():
            dice = self.random.random()
            if self.answered and dice < 0.08:
                self.send_again(connection)
            elif self.answered and dice < 0.12:
                self.send_other(connection)
            else:
                self.send(connection, [self.next() for _ in range(1 if dice < 0.7 else self.random.randrange(2, 8))])

    def run(self):
        try:
            while not (self.stage.ending.is_set() and not self.waiting):
                port = self.stage.wait_up()
                connection = Connection(port)
                try:
                    self.work(connection)
                except Gone:
                    self.stage.wait_a_little(port)
                finally:
                    connection.close()
        except Exception as error:  # told by the main thread, which otherwise would wait for answers
            self.error = error
            self.log.fresh.set()


class Stage:
    """What the threads share: where the service is, and whether the end has come."""

    def __init__(self):
        self.condition = threading.Condition()
        self.port = None
        self.ending = threading.Event()

    def set_port(self, port):
        with self.condition:
            self.port = port
            self.condition.notify_all()

    def wait_up(self):
        with self.condition:
            assert self.condition.wait_for(lambda: self.port is not None, PATIENCE), "the service does not come back"
            return self.port

    def wait_a_little(self, port):
        """A broken line is tried again at once when the service has moved, and soon when it has not."""
        with self.condition:
            self.condition.wait_for(lambda: self.port not in (None, port), 0.02)


class Run:
    def __init__(self, watchfired, watchfirectl, data):
        self.watchfirectl, self.data = watchfirectl, data
        self.kills = int(os.environ.get("WATCHFIRE_KILLS") or 5)
        self.seed = os.environ.get("WATCHFIRE_KILL_SEED") or str(random.randrange(1 << 32))
        self.random = random.Random(self.seed)
        self.folder = tempfile.mkdtemp(prefix="wf-kill-")
        self.service = Service(watchfired, os.path.join(self.folder, "data"))
        self.log = Log(os.path.join(self.folder, "answers"))
        self.stage = Stage()
        self.desks = [Desk(i, self.seed, self.stage, self.log) for i in range(CLIENTS)]
        self.journal = []

    def registry(self):
        """The codes and one plan as they ship, and a few forces and stock lines to fight about."""
        commands = []
        for name in ("codes/capabilities.json", "codes/grade-tables.json", "codes/incident-classes.json", "plans/10-hazchem.json"):
            with open(os.path.join(self.data, name), encoding="utf-8") as file:
                commands += [c["payload"]["entities"] for c in json.load(file)["commands"]]
        commands.append(
            [{"kind": "team", "id": f"team-{i}", "fields": {"name": f"队 {i}", "nature": "professional", "state": "standby",
                                                          "capabilities": ["fire.rescue"]}} for i in range(TEAMS)]
            + [{"kind": "depot", "id": "depot-1", "fields": {"name": "库", "tier": "district"}}]
            + [{"kind": "stock", "id": f"stock-{i}", "fields": {"depot": "depot-1", "code": f"S{i}", "name": "防化服", "unit": "套",
                                                              "quantity": 1000}} for i in range(STOCKS)])
        commands = [{"id": f"registry-{i}", "type": "registry.put", "scope": "live", "occurred_at": now(),
                     "payload": {"entities": entities}} for i, entities in enumerate(commands)]
        return commands + [{"id": "open-drill", "type": "exercise.open", "scope": DRILL, "occurred_at": now(),
                            "payload": {"name": "演练"}}]

    def fill(self):
        self.start()
        connection = Connection(self.service.port)
        for command in self.registry():
            result, = connection.submit([command])
            assert result["status"] == "accepted", result
            self.log.write(command, result)
        connection.close()

    def start(self):
        self.service.spawn()
        self.service.wait_ready()

    def verify(self):
        found = subprocess.run([self.watchfirectl, "verify", self.service.folder], env=environment(), capture_output=True, text=True,
                               timeout=PATIENCE)
        assert found.returncode == 0, found.stdout + found.stderr

    def one_round(self, number):
        if number % 5 == 4:
            # While it starts: it may be reading, or migrating, or have nothing open yet.
            self.service.spawn()
            time.sleep(self.random.uniform(0, 0.4))
            self.service.kill()

        self.start()
        self.log.fresh.clear()
        self.stage.set_port(self.service.port)
        assert self.log.fresh.wait(LIMIT), "nothing is answered any more"
        time.sleep(self.random.uniform(0, UNDER_LOAD))
        self.stage.set_port(None)
        self.service.kill()
        for desk in self.desks:
            if desk.error is not None:
                raise desk.error
        if number % VERIFY_EVERY == VERIFY_EVERY - 1:
            self.verify()

    def kill_often(self):
        print(f"# seed {self.seed}, {self.kills} kills", flush=True)
        self.fill()
        self.service.kill()
        for desk in self.desks:
            desk.start()
        for number in range(self.kills):
            self.one_round(number)

        # Everybody gets an answer in the end.
        self.start()
        self.stage.ending.set()
        self.stage.set_port(self.service.port)
        for desk in self.desks:
            desk.join(LIMIT)
            assert not desk.is_alive(), "a client has no answer yet"
            if desk.error is not None:
                raise desk.error

    # --- the judge ---

    def read_journal(self):
        connection = Connection(self.service.port)
        since, head = 0, 1
        while since < head:
            status, page = connection.ask("GET", f"/api/v1/changes?since={since}&limit=500")
            assert status == 200, page
            assert page["entries"], page
            self.journal += page["entries"]
            since, head = page["next"], page["head"]
        connection.close()
        self.by_position = {e["header"]["position"]: e for e in self.journal}
        self.by_cause = {}
        for entry in self.journal:
            self.by_cause.setdefault(entry["header"].get("cause"), []).append(entry)

    def test_the_service_comes_back_each_time(self):
        self.kill_often()
        self.read_journal()
        answers = self.log.read()
        lost = sum(d.lost for d in self.desks)
        print(f"# {len(answers)} answers, {sum(1 for a in answers if a['at'])} accepted, {len(self.journal)} entries, "
              f"{sum(d.repeated for d in self.desks)} asked again, {sum(d.reused for d in self.desks)} with another body, {lost} answers lost", flush=True)
        assert len(answers) > self.kills
        assert lost > 0 or self.kills < 20, "no answer was ever lost: what this test is for did not happen"

    def test_nothing_answered_is_lost(self):
        for answer in self.log.read():
            for position, digest in answer["at"]:
                assert position in self.by_position and self.by_position[position]["hash"] == digest, answer

    def test_nothing_happened_twice(self):
        answers = self.log.read()
        assert len({a["id"] for a in answers}) == len(answers), "an id is in the log of answers twice"
        for answer in answers:
            there = [[e["header"]["position"], e["hash"]] for e in self.by_cause.get(answer["id"], [])]
            assert there == answer["at"], (answer, there)

    def test_nothing_happened_that_nobody_asked_for(self):
        known = {a["id"] for a in self.log.read()}
        for entry in self.journal:
            assert entry["header"]["cause"] in known or entry["header"]["actor"] == "system", entry

    def test_the_numbers_have_no_gap(self):
        numbers = {}
        for position, entry in enumerate(self.journal, 1):
            header = entry["header"]
            assert header["position"] == position
            numbers[header["scope"]] = numbers.get(header["scope"], 0) + 1
            assert header["number"] == numbers[header["scope"]], header
        assert set(numbers) == {"live", DRILL}

    def test_the_chain_holds_for_an_outsider(self):
        previous = {}
        for entry in self.journal:
            header = entry["header"]
            assert header["previous"] == previous.get(header["scope"], "0" * 64), header
            assert hashlib.sha256(canonical(header).encode()).hexdigest() == entry["hash"], header
            previous[header["scope"]] = entry["hash"]

    def test_the_same_id_gets_the_same_answer(self):
        answers = [a for a in self.log.read()]
        connection = Connection(self.service.port)
        for first in range(0, len(answers), 50):
            some = answers[first:first + 50]
            for answer, result in zip(some, connection.submit([a["command"] for a in some])):
                assert essence(result) == answer["essence"], (answer, result)
        connection.close()

    def test_the_state_is_what_the_answers_add_up_to(self):
        accepted = [a for a in self.log.read() if a["at"]]
        held, logs = {}, set()
        for answer in accepted:
            payload = answer["command"]["payload"]
            if answer["type"] == "stock.reserve":
                held[payload["reservation"]] = (payload["stock"], payload["quantity"])
            elif answer["type"] == "log.add" and answer["scope"] == "live":
                logs.add(payload["log"])
        for answer in accepted:
            if answer["type"] == "stock.release":
                del held[answer["command"]["payload"]["reservation"]]

        connection = Connection(self.service.port)
        connection.http.request("GET", "/api/v1/snapshot", headers={"Authorization": f"Bearer {TOKEN}"})
        lines = [json.loads(line) for line in connection.http.getresponse().read().decode().splitlines()]
        connection.close()
        assert lines[-1]["kind"] == "end"
        live = [line for line in lines if line["kind"] == "entity" and line["scope"] == "live"]

        assert {line["id"] for line in live if line["entity"] == "log"} == logs
        for line in live:
            if line["entity"] == "stock":
                wanted = sum(quantity for stock, quantity in held.values() if stock == line["id"])
                assert line["fields"].get("reserved", 0) == wanted, (line, wanted)

    def test_the_folder_verifies(self):
        self.service.stop()
        self.verify()


def main():
    run = Run(*sys.argv[1:4])
    tests = [name for name in dir(Run) if name.startswith("test_")]
    order = list(Run.__dict__)
    tests.sort(key=order.index)
    print(f"1..{len(tests)}", flush=True)
    failed = False
    for number, name in enumerate(tests, 1):
        words = name.removeprefix("test_").replace("_", " ")
        if failed and not run.journal:
            print(f"not ok {number} - {words}\n# there is no journal to judge", flush=True)
            continue
        try:
            getattr(run, name)()
            print(f"ok {number} - {words}", flush=True)
        except Exception as error:  # whatever it is, it is a failure of this case
            failed = True
            print(f"not ok {number} - {words}\n# {type(error).__name__}: {str(error)[:2000]}", flush=True)
    run.stage.ending.set()
    if run.service.process is not None and run.service.process.poll() is None:
        run.service.process.kill()
        run.service.process.wait()
    if failed:
        print(f"# kept: {run.folder}", flush=True)
    else:
        shutil.rmtree(run.folder)
    os._exit(1 if failed else 0)  # a client that waits for a service that is gone holds nobody up


if __name__ == "__main__":
    main()
