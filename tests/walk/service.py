# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service as any other program sees it: over HTTP."""

import json
import urllib.error
import urllib.request


class Service:
    def __init__(self, port, token):
        self.address = f"http://127.0.0.1:{port}"
        self.token = token
        # Nothing of the environment's proxies stands between us and loopback.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path):
        request = urllib.request.Request(self.address + path, headers={"Authorization": f"Bearer {self.token}"})
        with self.opener.open(request, timeout=20) as answer:
            return answer.read()

    def post(self, path, body):
        request = urllib.request.Request(self.address + path, data=json.dumps(body).encode(), method="POST",
                                         headers={"Authorization": f"Bearer {self.token}",
                                                  "Content-Type": "application/json"})
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())

    def health(self):
        return json.loads(self.get("/health"))

    def entities(self, kind=None):
        """What the service knows of a kind: {id: fields}."""
        found = {}
        lines = self.get("/api/v1/snapshot").decode().splitlines()
        for line in lines:
            thing = json.loads(line)
            if thing["kind"] == "entity" and thing["scope"] == "live" and kind in (None, thing["entity"]):
                found[thing["id"]] = thing["fields"]
        if json.loads(lines[-1])["kind"] != "end":
            raise RuntimeError("the snapshot has no end")
        return found

    def of_incident(self, kind, incident):
        return {key: fields for key, fields in self.entities(kind).items() if fields.get("incident") == incident}

    def positions(self):
        found = {}
        for line in self.get("/api/v1/snapshot").decode().splitlines():
            thing = json.loads(line)
            if thing["kind"] == "position":
                found[thing["position"]["unit"]] = thing["position"]
        return found

    def journal(self, incident):
        since, entries = 0, []
        while since is not None:
            page = json.loads(self.get(f"/api/v1/journal?scope=live&subject={incident}&since={since}&limit=500"))
            entries += page["entries"]
            since = page["next"] if page["entries"] else None
        return entries

    def media(self, digest):
        return self.get(f"/api/v1/media/{digest}")
