# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service with accounts, as an administrator keeps them: for tests of who may do and see what."""

import json
import os
import socket
import time
import uuid

import kit
from kit import check

PASSWORD = "correct horse 电池 staple"


class People:
    """A service on a folder of its own, with some accounts."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.start()

    def start(self):
        self.service = kit.Service(self.data)
        self.url = f"http://127.0.0.1:{self.service.port}"

    def restart(self):
        self.service.stop()
        self.start()

    def ctl(self, *arguments, token=kit.TOKEN, **options):
        done = kit.ctl(*arguments, env={**os.environ, "WATCHFIRE_TOKEN": token}, **options)
        check(done.returncode == 0, f"{arguments}: {done.stderr}")
        return done.stdout

    def add(self, user, role, *options, password=PASSWORD):
        self.ctl("user", "add", self.url, user, "--name", user.title(), "--role", role, *options)
        self.ctl("user", "passwd", self.data, user, input=password + "\n")

    def sign_in(self, user, password=PASSWORD):
        body = json.dumps({"user": user, "password": password}).encode()
        status, headers, answer = self.service.request("POST", "/api/v1/session", body, {"Authorization": ""})
        return status, headers, json.loads(answer)

    def ask(self, token, method, path, body=None):
        status, _, answer = self.service.request(method, path, body, {"Authorization": f"Bearer {token}"})
        return status, answer

    def note(self, token, **more):
        body = {"id": str(uuid.uuid4()), "type": "log.add", "scope": "live", "occurred_at": kit.now(),
                "payload": {"log": str(uuid.uuid4()), "kind": "note", "text": "x"}, **more}
        status, answer = self.ask(token, "POST", "/api/v1/commands", json.dumps(body).encode())
        return status, json.loads(answer)

    def socket(self, _port=None):
        return socket.create_connection(("127.0.0.1", self.service.port), timeout=60)

    def role_token(self, actor, role):
        token = self.ctl("token", "add", self.data, "--actor", actor, "--name", actor, "--role", role).strip()
        wait_for(lambda: self.ask(token, "GET", "/api/v1/session")[0] == 200)
        return token


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, "it does not come")
        time.sleep(0.1)
