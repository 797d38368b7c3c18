# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""People: accounts, signing in and out, failed attempts, and what somebody may ask of the service."""

import json
import os
import pathlib
import sqlite3

import kit
from kit import check
from people import PASSWORD, People, wait_for


def in_and_out():
    with kit.Folder() as folder:
        people = People(folder)
        people.add("zhao", "operator", "--post", "值班员", "--phone", "0472-1")
        status, _, answer = people.sign_in("zhao")
        check(status == 200, answer)
        token = answer["token"]
        check((answer["actor"], answer["name"], answer["role"], answer["post"]) == ("zhao", "Zhao", "operator", "值班员"), answer)
        check(answer["expires_at"] > answer["now"], answer)

        # Whoever it is, is told by the token and never by the body.
        status, done = people.note(token, post="commander of all")
        check(status == 403 and done["rule"] == "command.other-post", done)
        status, done = people.note(token, post="值班员")
        check(status == 200, done)
        header = done["results"][0]["events"][0]["header"]
        check((header["actor"], header["post"]) == ("zhao", "值班员"), header)
        check(people.note(token, actor="root")[0] == 422, "an actor in the body was taken")
        check(people.note(token, role="administrator")[0] == 422, "a role in the body was taken")

        # Neither the password nor the token is written down anywhere.
        for path in pathlib.Path(people.data).rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                check(PASSWORD.encode() not in content and token.encode() not in content, path)
                check(path.stat().st_mode & 0o077 == 0, f"{path} is open to others")
        check("zhao" in people.ctl("token", "list", people.data), "the token is not listed")
        check("argon2id" not in people.service.errors() and token not in people.service.errors(), "a secret in the log")

        # It outlives the service, and ends when its owner says so; a second one does not.
        people.restart()
        second = people.sign_in("zhao")[2]["token"]
        check(people.ask(token, "GET", "/api/v1/session")[0] == 200, "the token is gone")
        check(people.ask(token, "DELETE", "/api/v1/session")[0] == 204, "signing out failed")
        check(people.ask(token, "GET", "/api/v1/session")[0] == 401, "the token still holds")
        people.restart()
        check(people.ask(token, "GET", "/api/v1/session")[0] == 401, "the token came back")
        check(people.ask(second, "GET", "/api/v1/session")[0] == 200, "another token ended too")

        # A new password ends what the old one gave.
        people.ctl("user", "passwd", people.data, "zhao", input="another password\n")
        wait_for(lambda: people.ask(second, "GET", "/api/v1/session")[0] == 401)
        check(people.sign_in("zhao")[0] == 401, "the old password still holds")
        check(people.sign_in("zhao", "another password")[0] == 200, "the new password does not hold")
        people.service.stop()


def refusals():
    with kit.Folder() as folder:
        people = People(folder)
        people.add("zhao", "operator")
        people.add("qian", "viewer")

        # Nobody learns whether there is such a person.
        wrong = people.sign_in("zhao", "not the password")
        nobody = people.sign_in("nobody", "not the password")
        check(wrong[0] == nobody[0] == 401 and wrong[2] == nobody[2], f"{wrong} {nobody}")
        check(wrong[2]["rule"] == "session.refused", wrong)

        # Failures are counted, for those who are there and those who are not.
        for _ in range(4):
            check({people.sign_in(user, "no")[0] for user in ("zhao", "nobody")} <= {401, 429}, "something else")
        people.service.stop()
        with sqlite3.connect(people.data / "watchfire.db") as database:
            counted = [row[0] for row in database.execute("SELECT failures FROM attempt ORDER BY failures")]
            check(len(counted) == 3 and 4 <= counted[0] <= counted[1] <= 5 < counted[2], counted)

            # A day of guessing.
            database.execute("UPDATE attempt SET failures = 13 WHERE failures <= 5")
        database.close()

        # Not even with the right password, and after a new start; others are let in.
        people.start()
        known, nobody = people.sign_in("zhao"), people.sign_in("nobody")
        check(known[0] == nobody[0] == 429 and known[2]["rule"] == nobody[2]["rule"] == "session.wait", known)
        check(60 < int(known[1]["Retry-After"]) <= 900, known[1])
        check(people.sign_in("qian")[0] == 200, "somebody else is kept out")
        people.ctl("user", "unlock", people.data, "zhao")
        check(people.sign_in("zhao")[0] == 200, "not unlocked")

        for body, status in ((b"{", 400), (b"{}", 422), (b'{"user": 1, "password": "x"}', 422), (b"x" * 10000, 413),
                             (json.dumps({"user": "zhao", "password": "x" * 2000}).encode(), 422),
                             (json.dumps({"user": "zhao", "password": PASSWORD, "role": "administrator"}).encode(), 422)):
            got = people.service.request("POST", "/api/v1/session", body, {"Authorization": ""})[0]
            check(got == status, f"{body[:60]}: {got}")

        short = kit.ctl("user", "passwd", people.data, "zhao", input="short\n")
        check(short.returncode == 1 and "10 characters" in short.stderr, short.stderr)
        ghost = kit.ctl("user", "passwd", people.data, "ghost", input=PASSWORD + "\n")
        check(ghost.returncode == 1 and "no user" in ghost.stderr, ghost.stderr)
        people.service.stop()


def closing():
    with kit.Folder() as folder:
        people = People(folder)
        people.add("root", "administrator")
        people.add("zhao", "operator")
        root = people.sign_in("root")[2]["token"]
        token = people.sign_in("zhao")[2]["token"]

        # An administrator keeps accounts over the wire, and does not command; an operator the other way round.
        check(people.note(root)[1]["rule"] == "rights.role", "an administrator commands")
        refused = kit.ctl("user", "add", people.url, "sun", "--name", "Sun", "--role", "viewer",
                          env={**os.environ, "WATCHFIRE_TOKEN": token})
        check(refused.returncode == 1 and "rights.role" in refused.stderr, refused.stderr)
        people.ctl("user", "add", people.url, "sun", "--name", "Sun", "--role", "viewer", token=root)

        people.ctl("user", "change", people.url, "zhao", "--role", "viewer", token=root)
        check(people.note(token)[1]["rule"] == "rights.role", "the old role still holds")
        people.ctl("user", "change", people.url, "zhao", "--role", "operator", token=root)
        check(people.note(token)[0] == 200, "the new role does not hold")

        people.ctl("user", "disable", people.url, "zhao", "left the bureau", token=root)
        status, answer = people.note(token)
        check(status == 401 or answer["rule"] == "rights.disabled", answer)
        wait_for(lambda: people.ask(token, "GET", "/api/v1/session")[0] == 401)
        check(people.sign_in("zhao")[0] == 401, "somebody who was disabled is let in")
        check("disabled" in people.ctl("user", "list", people.data), "the list does not tell")
        people.ctl("user", "enable", people.url, "zhao", token=root)
        check(people.sign_in("zhao")[0] == 200, "not let in again")

        last = kit.ctl("user", "disable", people.url, "root", "x", env={**os.environ, "WATCHFIRE_TOKEN": root})
        check("user.last-administrator" in last.stderr, last.stderr)
        people.service.stop()


def asking():
    with kit.Folder() as folder:
        people = People(folder)
        position = {"at": kit.now(), "location": [109.9, 40.6]}

        def tell(token, unit):
            body = json.dumps({"scope": "live", "positions": [{"unit": unit, **position}]}).encode()
            return people.ask(token, "POST", "/api/v1/telemetry", body)[0]

        viewer = people.role_token("viewer-1", "viewer")
        unit = people.role_token("unit-1", "unit")
        reading = ("/api/v1/snapshot", "/api/v1/changes?since=0", "/api/v1/journal?scope=live", "/metrics",
                   "/api/v1/tracks?scope=live&unit=unit-2")
        for path in reading:
            check(people.ask(viewer, "GET", path)[0] in (200, 404), path)
            check(people.ask(unit, "GET", path)[0] == 403, path)
            check(people.ask("no token at all", "GET", path)[0] == 401, path)
        for token in (viewer, unit):  # whose a medium is, is another question: tests/service/test-sight.py
            check(people.ask(token, "GET", "/api/v1/media/" + "0" * 64)[0] == 404, "a medium that is not there")
        check(people.note(viewer)[1]["rule"] == "rights.role", "a viewer writes")
        check(people.note(unit)[0] == 200, "a unit cannot write to the log")
        check(tell(viewer, "unit-1") == 403, "a viewer tells positions")
        check(tell(unit, "unit-1") == 200, "a unit cannot tell its position")
        check(tell(unit, "unit-2") == 403, "a unit tells another's position")
        check(people.ask(viewer, "PUT", "/api/v1/media/" + "0" * 64, b"x")[0] == 403, "a viewer uploads")
        people.service.stop()


kit.run(in_and_out, refusals, closing, asking)
