# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may see what: a medium through an entry that refers to it, and what is meant for some roles only."""

import hashlib
import json
import os
import sqlite3
import uuid

import kit
import outside
from kit import check
from people import People, wait_for

READERS = ("viewer", "duty_officer", "operator", "commander", "drill_coordinator", "administrator")


def picture(words):
    return b"\x89PNG\r\n\x1a\n" + words.encode() * 50


class Sight(People):
    """Everybody who may have a token: one of each role of the centre, a unit, and two of a township."""

    def __init__(self, folder):
        super().__init__(folder)
        self.service.accept("registry.put", {"entities": [
            {"kind": "organisation", "id": "town", "fields": {"name": "Town", "tier": "township"}},
            {"kind": "unit", "id": "truck", "fields": {"name": "Truck", "type": "rescue", "state": "standby"}}]})
        for name in ("town-1", "town-2"):
            self.ctl("user", "add", self.url, name, "--name", name.title(), "--role", "operator", "--organisation", "town")
        self.tokens = {role: self.role_token("of-" + role, role) for role in READERS}
        self.tokens["unit"] = self.role_token("truck", "unit")
        self.tokens["other-unit"] = self.role_token("truck-2", "unit")
        for name in ("town-1", "town-2"):
            self.tokens[name] = self.role_token(name, "operator")

    def put(self, who, data):
        digest = hashlib.sha256(data).hexdigest()
        status, _, answer = self.service.request("PUT", f"/api/v1/media/{digest}", data, {
            "Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "image/png"})
        check(status in (200, 201), f"{who}: {status} {answer}")
        return digest

    def do(self, who, kind, payload, scope="live"):
        body = {"id": str(uuid.uuid4()), "type": kind, "scope": scope, "occurred_at": kit.now(), "payload": payload}
        status, answer = self.ask(self.tokens[who], "POST", "/api/v1/commands", json.dumps(body).encode())
        check(status == 200, f"{who} {kind}: {answer}")
        return json.loads(answer)["results"][0]["events"]

    def attach(self, who, digest, scope="live", **more):
        return self.do(who, "medium.attach", {"medium": str(uuid.uuid4()), "digest": digest, "type": "image/png", "size": 1,
                                              **more}, scope)

    def given(self, digest):
        """Whom it is handed to; whoever it is not handed to must not be able to tell that it is there."""
        path = f"/api/v1/media/{digest}"
        nothing = "/api/v1/media/" + "0" * 64
        found = set()
        for who, token in self.tokens.items():
            bearer = {"Authorization": f"Bearer {token}"}
            got = self.service.request("GET", path, headers=bearer)
            part = self.service.request("GET", path, headers={**bearer, "Range": "bytes=0-3"})
            head = self.service.request("HEAD", path, headers=bearer)
            if got[0] == 200:
                check(hashlib.sha256(got[2]).hexdigest() == digest, "other bytes")
                check(part[0] == 206 and part[2] == got[2][:4] and head[0] == 200, f"{who}: {part} {head}")
                found.add(who)
                continue
            for answer, headers in ((got, {}), (part, {"Range": "bytes=0-3"})):
                none = self.service.request("GET", nothing, headers={**bearer, **headers})
                check((answer[0], answer[2], sorted(answer[1].keys())) == (none[0], none[2], sorted(none[1].keys())),
                      f"{who} can tell: {answer} {none}")
            none = self.service.request("HEAD", nothing, headers=bearer)
            check((head[0], head[1].get("Upload-Offset")) == (none[0], none[1].get("Upload-Offset")) == (404, "0"), who)
        check(self.service.request("GET", path, headers={"Authorization": ""})[0] == 401, "anybody at all")
        return found


def media():
    with kit.Folder() as folder:
        sight = Sight(folder)
        readers = set(READERS)
        sight.service.report("i-1")

        # What nobody has referred to is its sender's alone, and another sender's who has the same bytes.
        data = picture("fire")
        digest = sight.put("unit", data)
        check(sight.given(digest) == {"unit"}, sight.given(digest))
        sight.put("town-1", data)
        check(sight.given(digest) == {"unit", "town-1"}, sight.given(digest))

        # Referred to, whoever may read that may read it; of those who only send, whoever did it.
        number = sight.attach("unit", digest, incident="i-1")[0]["header"]["number"]
        check(sight.given(digest) == readers | {"unit"}, sight.given(digest))

        # Naming what another has sent does not make it one's own.
        secret = sight.put("operator", picture("secret"))
        sight.attach("other-unit", secret)
        check("other-unit" not in sight.given(secret) and "unit" not in sight.given(secret), sight.given(secret))

        # By what came back for a task, and in an exercise.
        answer = sight.put("town-2", picture("answer"))
        check(sight.given(answer) == {"town-2"}, sight.given(answer))
        task = sight.do("operator", "task.add", {"incident": "i-1", "task": str(uuid.uuid4()), "text": "Look", "group": "Town",
                                                 "returns": "photo", "minutes": 10})[0]["payload"]["task"]["id"]
        sight.do("town-2", "task.feedback", {"task": task, "result": {"media": answer, "text": "seen"}})
        check(sight.given(answer) == readers | {"town-2"}, sight.given(answer))
        sight.do("drill_coordinator", "exercise.open", {"name": "Night"}, "drill-1")
        drill = sight.put("town-1", picture("drill"))
        sight.attach("town-1", drill, "drill-1")
        check(sight.given(drill) == readers | {"town-1"}, sight.given(drill))

        # Once the only entry is erased, nobody has it, not its senders either; over a restart too.
        sight.do("administrator", "journal.erase", {"entries": [{"number": number}], "reason": "by law", "authority": "court"})
        check(sight.given(digest) == set(), sight.given(digest))
        sight.restart()
        check(sight.given(digest) == set() and sight.given(answer) == readers | {"town-2"}, "after the restart")
        sight.service.stop()


def whole(people, token):
    status, answer = people.ask(token, "GET", "/api/v1/snapshot")
    check(status == 200, answer)
    return [json.loads(line) for line in answer.decode().splitlines()]


def chain_holds(entries):
    """As a workstation checks it, from the headers alone."""
    last = {}
    for entry in entries:
        header = entry["header"]
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
        check(hashlib.sha256(text.encode()).hexdigest() == entry["hash"], header)
        number, before = last.get(header["scope"], (0, "0" * 64))
        check((header["number"], header["previous"]) == (number + 1, before), header)
        last[header["scope"]] = (header["number"], entry["hash"])


def state_digest(lines, scope="live"):
    digest = bytes(32)
    for line in lines:
        if line["kind"] == "entity" and line["scope"] == scope:
            fields = json.dumps(line["fields"], ensure_ascii=False, separators=(",", ":"))
            text = f"{line['entity']}\n{line['id']}\n{line['number']}\n{fields}"
            digest = bytes(a ^ b for a, b in zip(digest, hashlib.sha256(text.encode()).digest()))
    return digest.hex()


def accounts():
    """What is recorded of accounts is for administrators; everybody else gets the headers, and the chain holds."""
    with kit.Folder() as folder:
        people = People(folder)
        people.add("zhao", "operator", "--phone", "0472-1234567")
        people.ctl("user", "add", people.url, "root", "--name", "Root", "--role", "administrator")
        people.ctl("user", "add", people.url, "qian", "--name", "Qian", "--role", "viewer", "--phone", "0472-7654321")
        people.service.note("for everybody")
        tokens = {role: people.role_token("of-" + role, role) for role in READERS}
        zhao = people.sign_in("zhao")[2]["token"]

        for role, token in [*tokens.items(), ("operator", zhao)]:
            told = role == "administrator"
            status, answer = people.ask(token, "GET", "/api/v1/changes?since=0&limit=500")
            check(status == 200, answer)
            entries = json.loads(answer)["entries"]
            chain_holds(entries)
            account = [entry for entry in entries if entry["header"]["type"].startswith("user.")]
            check(len(account) == 3 and all(entry["header"]["audience"] == "administrator" for entry in account), account)
            check(all(("payload" in entry) == told for entry in account), f"{role}: {account}")
            check(all("payload" in entry for entry in entries if entry not in account), role)
            check((b"0472-1234567" in answer) == told, role)

            status, answer = people.ask(token, "GET", "/api/v1/journal?scope=live&subject=zhao")
            check(status == 200 and (b"0472-1234567" in answer) == told and b'"user.added"' in answer, answer)

            lines = whole(people, token)
            check(("user" in {line.get("entity") for line in lines}) == told, role)
            check(("0472-7654321" in json.dumps(lines)) == told, role)
            check(lines[-1]["digests"]["live"] == state_digest(lines), role)

        # Live, by two who follow side by side; and what was recorded while all could see it.
        since = people.service.entries()[-1]["header"]["position"]
        followers = {role: outside.WebSocket(people, f"/api/v1/changes?since={since}", token=tokens[role])
                     for role in ("viewer", "administrator")}
        for client in followers.values():
            client.until("hello")
        people.ctl("user", "change", people.url, "qian", "--phone", "0472-9999999")
        for role, client in followers.items():
            entry = client.entries()[0]
            check(entry["header"]["type"] == "user.changed" and ("payload" in entry) == (role == "administrator"), entry)
            client.close()

        # Another role, another sight: whoever follows is sent away and comes back.
        client = outside.WebSocket(people, f"/api/v1/changes?since={since}", token=zhao)
        client.until("entries")
        people.ctl("user", "change", people.url, "zhao", "--role", "administrator")
        while client.frame() is not None:
            pass
        check(client.closed == 1008, client.closed)
        client.close()
        wait_for(lambda: "0472-9999999" in json.dumps(whole(people, zhao)))

        people.service.stop()
        done = kit.ctl("verify", people.data)
        check(done.returncode == 0, done.stderr)


def older():
    """A folder of the time before: its references are found, and its accounts are no longer everybody's to see."""
    with kit.Folder() as folder:
        sight = Sight(folder)
        digest = sight.put("operator", picture("old"))
        sight.attach("operator", digest)
        sight.service.stop()
        with sqlite3.connect(sight.data / "watchfire.db") as database:
            database.executescript("DROP TABLE medium_sender; DROP TABLE medium_reference; DROP TABLE reading;"
                                   "DROP TABLE reading_series; PRAGMA user_version = 2")
        database.close()
        sight.start()
        check(sight.given(digest) == set(READERS), sight.given(digest))
        sight.service.stop()


kit.run(media, accounts, older)
