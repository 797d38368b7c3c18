#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI document is true: what a real service answers, on every route and with every kind of refusal, is as it says.

A route that the document does not have, a route of the document that nothing here asks, and a status that it promises but
nobody has seen make this fail: whoever adds a route writes it into data/openapi.json and asks it in exercise()."""

import base64
import functools
import hashlib
import http.client
import json
import os
import re
import resource
import sqlite3
import time
import uuid
import warnings

import jsonschema

import kit
from kit import check

# Debian 12 has no successor of RefResolver yet.
warnings.simplefilter("ignore", DeprecationWarning)

METHODS = {"get", "put", "post", "delete", "patch", "head"}

# What only a service says of which too much is asked at once.
UNSEEN = re.compile(r"GET (/api/v1/(audit|own|snapshot)|/ogc/collections.*) 503$")


class Document:
    """The document, its schemas turned into those of JSON Schema, and what of it has been seen."""

    def __init__(self, raw):
        self.whole = json.loads(raw, object_pairs_hook=unique_keys)
        self.plain = plain_schema(self.whole)
        self.resolver = jsonschema.RefResolver("", self.plain)
        self.resolver.resolve = functools.lru_cache(None)(self.resolver.resolve)
        self.seen = set()
        self.types = set()
        self.patterns = []
        for template, path in self.whole["paths"].items():
            expression = "".join(part if i % 2 == 0 else "[^/]+" for i, part in
                                 enumerate(re.split(r"(\{\w+\})", re.sub(r"([.+])", r"\\\1", template))))
            self.patterns.append((re.compile(expression + "$"), template, path))
        # A path without a variable goes before one with.
        self.patterns.sort(key=lambda row: row[1].count("{"))
        self.checks = jsonschema.FormatChecker(formats=())
        self.checks.checks("date-time")(is_moment)

    def operation(self, method, path):
        for pattern, template, operations in self.patterns:
            if pattern.match(path) and method.lower() in operations:
                return template, operations[method.lower()]
        return None, None

    def resolve(self, value):
        return self.resolver.resolve(value["$ref"])[1] if "$ref" in value else value

    def validate(self, schema, value, where):
        if schema.get("$ref") == "#/components/schemas/Entry":
            schema = self.entry_schema(value)
        validator = jsonschema.Draft4Validator(schema, resolver=self.resolver, format_checker=self.checks)
        fault = jsonschema.exceptions.best_match(validator.iter_errors(value))
        if fault is not None:
            raise AssertionError(f"{where}: {'/'.join(map(str, fault.absolute_path))}: {fault.message[:600]}")

    def entry_schema(self, entry):
        """The one of the many that says its type, so that a fault is told as what it is."""
        kind, version = entry["header"]["type"], entry["header"]["type_version"]
        for name in (f"Entry.{kind}.v{version}", f"Entry.{kind}"):
            if name in self.plain["components"]["schemas"]:
                return {"$ref": f"#/components/schemas/{name}"}
        raise AssertionError(f"there is no schema for the event {kind}")

    def answer(self, method, path, status, headers, body):
        """Holds one answer against the document."""
        template, operation = self.operation(method, path.split("?")[0])
        where = f"{method} {path} {status}"
        kind = (headers.get("Content-Type") or "").split(";")[0]
        if kind == "application/problem+json" and body:
            self.types.add(json.loads(body)["type"])
        if method == "HEAD" and operation is not None:
            check(str(status) in operation["responses"], f"{where}: the document has no such status")
            self.seen.add((method.lower(), template, str(status)))
            return
        if operation is None or str(status) in ("404", "405", "429") and str(status) not in operation["responses"]:
            check(status in (401, 404, 405, 429), f"{where}: not in the document")
            self.validate({"$ref": "#/components/schemas/Problem"}, json.loads(body, object_pairs_hook=unique_keys), where)
            check(kind == "application/problem+json", f"{where}: {kind}")
            return
        check(str(status) in operation["responses"], f"{where}: the document has no such status")
        self.seen.add((method.lower(), template, str(status)))
        response = self.resolve(self.plain["paths"][template][method.lower()]["responses"][str(status)])
        content = response.get("content")
        if content is None:
            check(body == b"" or status == 416, f"{where}: a body that the document does not have")
            return
        check(kind in content or "*/*" in content, f"{where}: {kind} instead of {list(content)}")
        form = content.get(kind, content.get("*/*"))
        if "x-line" in form:
            self.lines(body, where)
        elif kind.endswith("json") and "*/*" not in content:
            value = json.loads(body, object_pairs_hook=unique_keys)
            if "status" in value and status >= 400 and kind == "application/problem+json":
                check(value["status"] == status, f"{where}: the problem says {value['status']}")
            entries = value.pop("entries", None) if isinstance(value, dict) else None
            if entries is not None:
                for entry in entries:
                    self.validate({"$ref": "#/components/schemas/Entry"}, entry, where)
                value["entries"] = []
            for result in value.get("results", []) if isinstance(value, dict) else []:
                for entry in result.get("events", []):
                    self.validate({"$ref": "#/components/schemas/Entry"}, entry, where)
                if "events" in result:
                    result["events"] = []
            self.validate(form["schema"], value, where)

    def lines(self, body, where):
        names = {"snapshot": "SnapshotHead", "entry": "SnapshotEntry", "position": "SnapshotPosition", "end": "SnapshotEnd"}
        kinds = set()
        for line in body.decode().splitlines():
            value = json.loads(line, object_pairs_hook=unique_keys)
            kinds.add(value["kind"])
            if value["kind"] == "entity":
                name = f"SnapshotEntity.{value['entity']}"
            else:
                name = names[value["kind"]]
            if name == "SnapshotEntry":
                self.validate({"$ref": "#/components/schemas/Entry"}, value["entry"], where)
                check(set(value) == {"kind", "entry"})
            else:
                self.validate({"$ref": f"#/components/schemas/{name}"}, value, where)
        check(kinds >= {"snapshot", "entity", "entry", "position", "end"}, f"{where}: only {kinds}")


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    check(len(keys) == len(set(keys)), f"a key twice: {[key for key in keys if keys.count(key) > 1]}")
    return dict(pairs)


def plain_schema(value):
    """OpenAPI 3.0 says `nullable` where JSON Schema names the type null."""
    if isinstance(value, list):
        return [plain_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: plain_schema(item) for key, item in value.items()}
    if value.get("nullable") is True and "type" in value:
        del value["nullable"]
        return {"anyOf": [value, {"type": "null"}]}
    return value


def is_moment(text):
    return not isinstance(text, str) or re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", text) is not None


class Asker:
    """Asks a service and holds what it says against the document."""

    def __init__(self, service, document):
        self.service, self.document = service, document

    def __call__(self, status, method, path, body=None, **headers):
        headers = {key.replace("_", "-"): value for key, value in headers.items()}
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        got, received, answer = self.service.request(method, path, body, headers)
        check(got == status, f"{method} {path}: {got} instead of {status}: {answer[:300]}")
        self.document.answer(method, path, got, received, answer)
        return received, answer

    def too_much(self, method, path):
        """A body that is larger than the route takes, whatever that is."""
        for size in (1, (1 << 20) + 1, (8 << 20) + 1, (64 << 20) + 1):
            status, headers, answer = self.service.request(method, path, bytes(size), {"Content-Type": "text/plain"})
            self.document.answer(method, path, status, headers, answer)
            if status == 413:
                return
        raise AssertionError(f"{method} {path} takes a body of any size")

    def upgrade(self, path, **headers):
        """A request that becomes a WebSocket."""
        self.handshake(101, path, **headers)

    def handshake(self, status, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        connection.putrequest("GET", path)
        for key, value in {"Authorization": f"Bearer {kit.TOKEN}", **headers}.items():
            connection.putheader(key, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read() if status != 101 else b""
        check(answer.status == status, f"{path}: {answer.status} instead of {status}: {body}")
        self.document.answer("GET", path, answer.status, answer.headers, body)
        connection.close()
        return answer.headers, body


def command(kind, payload, scope="live", **more):
    return {"id": str(uuid.uuid4()), "type": kind, "scope": scope, "occurred_at": kit.now(), "payload": payload, **more}


def exercise_everywhere(ask):
    """What every route refuses alike."""
    for template, operations in ask.document.whole["paths"].items():
        path = template.format(sha256="0" * 64, collectionId="team", featureId="team-001", set="streets", z=0, x=0, y=0)
        for method in METHODS & set(operations):
            operation = operations[method]
            if operation.get("security") != []:
                ask(401, method.upper(), path, **{"Authorization": "Bearer nobody"})
            ask.too_much(method.upper(), path)
        ask(405, "PATCH", path)
    ask(404, "GET", "/nothing")
    ask(404, "GET", "/ogc/nothing")
    ask(401, "GET", "/nothing", **{"Authorization": "Basic " + base64.b64encode(b"gis:nobody").decode()})


def exercise_rights(ask, folder):
    """What somebody may not ask: a unit reads nothing, a viewer sends nothing."""
    tokens = {}
    for role in ("unit", "viewer"):
        done = kit.ctl("token", "add", folder / "data", "--actor", f"some-{role}", "--name", role, "--role", role)
        check(done.returncode == 0, done.stderr)
        tokens[role] = f"Bearer {done.stdout.strip()}"
    # The service looks for new tokens every two seconds.
    end = time.monotonic() + 60
    while any(ask.service.request("GET", "/api/v1/session", headers={"Authorization": token})[0] != 200 for token in tokens.values()):
        check(time.monotonic() < end, "the new tokens are not known")
        time.sleep(0.1)

    note = command("log.add", {"log": str(uuid.uuid4()), "kind": "note", "text": "One"})
    # A unit is told of itself, which has to be said.
    others = {"/api/v1/tracks": "?scope=live&unit=other", "/api/v1/readings": "?scope=live"}
    for template, operations in ask.document.whole["paths"].items():
        path = template.format(sha256="0" * 64, collectionId="team", featureId="team-001", set="streets", z=0, x=0, y=0)
        path += others.get(template, "")
        for method in METHODS & set(operations):
            if "403" in operations[method]["responses"]:
                sends = method in ("put", "post")
                ask(403, method.upper(), path, note if sends else None, Authorization=tokens["viewer" if sends else "unit"])


def exercise_session(ask, folder):
    path = "/api/v1/session"
    url = f"http://127.0.0.1:{ask.service.port}"
    added = kit.ctl("user", "add", url, "zhao", "--name", "Zhao", "--role", "viewer", env={**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN})
    check(added.returncode == 0, added.stderr)
    check(kit.ctl("user", "passwd", folder / "data", "zhao", input="correct horse battery\n").returncode == 0)
    ask(400, "POST", path, b"{")
    ask(422, "POST", path, {"user": "zhao"})
    token = json.loads(ask(200, "POST", path, {"user": "zhao", "password": "correct horse battery"})[1])["token"]
    ask(200, "GET", path, Authorization=f"Bearer {token}")
    ask(204, "DELETE", path, Authorization=f"Bearer {token}")
    ask(401, "GET", path, Authorization=f"Bearer {token}")
    # After some failures one has to wait.
    for _ in range(40):
        status, headers, answer = ask.service.request("POST", path, b'{"user": "zhao", "password": "guessed"}')
        ask.document.answer("POST", path, status, headers, answer)
        if status == 429:
            return
        check(status == 401, answer)
    raise AssertionError("one may guess as often as one likes")


def exercise_small(ask):
    ask(200, "GET", "/health")
    ask(200, "GET", "/metrics")
    ask(200, "GET", "/api/v1/session")
    ask(200, "GET", "/api/v1/openapi.json")
    ask(400, "GET", "/api/v1/openapi.json?page=2")
    ask(400, "GET", "/api/v1/audit?limit=0")
    end = time.monotonic() + 60
    while not json.loads(ask(200, "GET", "/api/v1/audit?actor=desk-1")[1])["reads"]:
        check(time.monotonic() < end, "nothing that was read is recorded")
        ask(200, "GET", "/api/v1/changes?since=0")
        time.sleep(0.3)


def exercise_commands(ask):
    path = "/api/v1/commands"
    report = command("incident.report", {"incident": "incident-api", "title": "Leak", "t0": kit.now()})
    ask(200, "POST", path, report)
    ask(200, "POST", path, report)
    ask(200, "POST", "/api/v1/telemetry", {"scope": "live", "positions": [{"unit": "unit-ambulance-02", "at": kit.now(), "location": [109.815, 40.605]}]})
    ask(200, "POST", "/api/v1/telemetry", {"scope": "live", "readings": [
        {"source": "unit-ambulance-02", "quantity": "temperature", "at": kit.now(), "value": 21.5}]})
    ask(200, "GET", "/api/v1/own?scope=live")
    ask(404, "GET", "/api/v1/own?scope=exercise-none")
    ask(400, "GET", "/api/v1/own")
    ask(200, "POST", path, command("plot.draw", {"plot": "plot-api", "incident": "incident-api", "type": "polygon", "points": [
        [109.80, 40.60], [109.82, 40.60], [109.82, 40.62]]}))
    end = time.monotonic() + 60
    while b"plot-api" not in ask(200, "GET", "/ogc/collections/crossing/items")[1]:
        check(time.monotonic() < end, "the area was drawn around a unit, and nobody has noticed")
        time.sleep(0.1)
    ask(409, "POST", path, {**report, "payload": {**report["payload"], "title": "Another"}})
    ask(409, "POST", path, {**report, "id": str(uuid.uuid4())})
    ask(404, "POST", path, command("incident.correct", {"incident": "incident-none", "title": "Leak"}))
    ask(422, "POST", path, command("incident.report", {"incident": "incident-api-2"}))
    ask(422, "POST", path, command("incident.unheard", {}))
    ask(400, "POST", path, b"{'a': 1}")
    _, answer = ask(200, "POST", path, {"commands": [
        command("log.add", {"log": str(uuid.uuid4()), "kind": "note", "text": "One"}), command("log.add", {}), {"id": "x"}]})
    check([result["status"] for result in json.loads(answer)["results"]] == ["accepted", "refused", "refused"], answer)


def exercise_journal(ask):
    position = 0
    while True:
        _, answer = ask(200, "GET", f"/api/v1/changes?since={position}&limit=1000")
        page = json.loads(answer)
        if page["next"] == position:
            break
        position = page["next"]
    ask(200, "GET", f"/api/v1/changes?since={position}&wait=1")
    moved = json.loads(ask(200, "GET", f"/api/v1/changes?since={position}&moved=0&scope=live&kind=position")[1])
    check(moved["positions"][0]["positions"][0]["unit"] == "unit-ambulance-02", moved)
    ask(200, "GET", "/api/v1/changes?since=0&kind=incident,task&area=109,40,110,41")
    ask(400, "GET", "/api/v1/changes")
    ask(400, "GET", "/api/v1/changes?since=0&limit=0")
    ask(410, "GET", f"/api/v1/changes?since={position + 1000}")
    ask.upgrade(f"/api/v1/changes?since={position}", **UPGRADE)
    # A handshake that is none is told so like everything else.
    for name, wrong in (("Sec-WebSocket-Version", "12"), ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Protocol", "watchfire.v2")):
        _, answer = ask.handshake(400, f"/api/v1/changes?since={position}", **{**UPGRADE, name: wrong})
        check(json.loads(answer)["rule"] == ("protocol.version" if "v2" in wrong else "request.websocket"), answer)
    ask(200, "GET", "/api/v1/journal?scope=live&limit=1000")
    ask(200, "GET", "/api/v1/journal?scope=live&subject=incident-api")
    ask(400, "GET", "/api/v1/journal")
    ask(200, "GET", "/api/v1/snapshot")
    ask(400, "GET", "/api/v1/snapshot?since=1")


UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode(), "Sec-WebSocket-Protocol": "watchfire.v1"}


def exercise_telemetry(ask):
    path = "/api/v1/telemetry"
    position = {"unit": "unit-ambulance-02", "at": kit.now(), "location": [109.9, 40.6], "heading": 90, "speed": 12.5}
    ask(200, "POST", path, {"scope": "live", "positions": [position]})
    ask(400, "POST", path, b"[")
    ask(422, "POST", path, {"scope": "live", "positions": [{**position, "location": [200, 0]}]})
    ask(413, "POST", path, {"scope": "live", "positions": [position] * 1001})
    ask(404, "POST", path, {"scope": "drill-none", "positions": [position]})
    ask(200, "POST", "/api/v1/commands", command("exercise.open", {"name": "Drill"}, "drill-api"))
    ask(200, "POST", "/api/v1/commands", command("exercise.end", {"reason": "Over"}, "drill-api"))
    ask(409, "POST", path, {"scope": "drill-api", "positions": [position]})
    reading = {"source": "station-1", "quantity": "water_level", "at": kit.now(), "value": 998.25}
    ask(200, "POST", path, {"scope": "live", "readings": [reading]})
    ask(422, "POST", path, {"scope": "live", "readings": [{**reading, "quantity": "mood"}]})
    end = time.monotonic() + 60
    while not json.loads(ask(200, "GET", "/api/v1/readings?scope=live")[1])["readings"]:
        check(time.monotonic() < end, "the reading does not come")
        time.sleep(0.3)
    ask(200, "GET", "/api/v1/readings?scope=live&source=station-1&quantity=water_level")
    ask(400, "GET", "/api/v1/readings?scope=live&quantity=water_level")
    ask(200, "GET", "/api/v1/tracks?scope=live&unit=unit-ambulance-02")
    ask(400, "GET", "/api/v1/tracks?scope=live")


def exercise_sketches(ask):
    path = "/api/v1/sketches"
    sketch = {"scope": "live", "type": "circle", "points": [[109.8, 40.6]], "radius_m": 250}
    ask(200, "POST", path, {"desk": "desk-1", "sketch": sketch})
    check(len(json.loads(ask(200, "GET", "/api/v1/changes?since=0&moved=0")[1])["sketches"]) == 1)
    ask(400, "POST", path, b"[")
    ask(422, "POST", path, {"desk": "desk-1", "sketch": {**sketch, "points": [[200, 0]]}})
    ask(422, "POST", path, {"desk": "desk-1"})
    # Faster than a hand moves.
    body, headers = json.dumps({"desk": "desk-1", "sketch": sketch}).encode(), {"Content-Type": "application/json"}
    end, status = time.monotonic() + 60, 0
    while status != 429:
        check(time.monotonic() < end, "sketches are taken as fast as they come")
        status, received, answer = ask.service.request("POST", path, body, headers)
    ask.document.answer("POST", path, status, received, answer)
    ask(200, "POST", path, {"desk": "desk-1", "sketch": {**sketch, "points": []}})
    # One person has eight desks and no more.
    for number in range(1, 9):
        ask(200, "POST", path, {"desk": f"other-{number}", "sketch": sketch})
    ask(503, "POST", path, {"desk": "other-9", "sketch": sketch})
    for number in range(1, 9):
        ask(200, "POST", path, {"desk": f"other-{number}", "sketch": {**sketch, "points": []}})


def exercise_media(ask, folder):
    data = b"\x89PNG\r\n\x1a\n" + bytes(100)
    digest = hashlib.sha256(data).hexdigest()
    path = f"/api/v1/media/{digest}"
    ask(404, "GET", path)
    ask(404, "HEAD", path)
    ask(202, "PUT", path, data[:50], **{"Content-Type": "image/png", "Content-Range": f"bytes 0-49/{len(data)}"})
    ask(409, "PUT", path, data[60:], **{"Content-Type": "image/png", "Content-Range": f"bytes 60-{len(data) - 1}/{len(data)}"})
    ask(400, "PUT", path, data, **{"Content-Type": "image/png", "Content-Range": "lines 1-2"})
    check(ask(404, "HEAD", path)[0]["Upload-Offset"] == "50")
    ask(201, "PUT", path, data, **{"Content-Type": "image/png"})
    ask(200, "HEAD", path)
    ask(200, "PUT", path, data, **{"Content-Type": "image/png"})
    ask(422, "PUT", f"/api/v1/media/{'1' * 64}", data, **{"Content-Type": "image/png"})
    ask(422, "PUT", "/api/v1/media/short", data, **{"Content-Type": "image/png"})
    ask(200, "GET", path)
    headers, body = ask(206, "GET", path, Range="bytes=1-3")
    check(body == b"PNG" and headers["Content-Range"] == f"bytes 1-3/{len(data)}")
    ask(416, "GET", path, Range="bytes=1000-2000")
    for file in folder.rglob(f"*{digest[2:]}*"):
        file.unlink()
    ask(410, "GET", path)
    ask(410, "HEAD", path)


def exercise_tiles(ask, folder):
    ask(200, "GET", "/tiles")
    ask(404, "GET", "/tiles/streets/1/0/0")
    (folder / "data/tiles").mkdir()
    kit.make_tiles(folder / "data/tiles/streets.mbtiles")
    check(len(json.loads(ask(200, "GET", "/tiles")[1])["sets"]) == 1)
    ask(400, "GET", "/tiles?page=1")
    headers, _ = ask(200, "GET", "/tiles/streets/1/0/0")
    ask(304, "GET", "/tiles/streets/1/0/0", **{"If-None-Match": headers["ETag"]})
    ask(400, "GET", "/tiles/streets/1/2/0")


def exercise_features(ask):
    for path in ("/ogc/", "/ogc/conformance", "/ogc/collections", "/ogc/collections/team"):
        ask(200, "GET", path)
        ask(200, "GET", path + "?f=json")
        ask(400, "GET", path + "?f=html")
        ask(400, "GET", path + "?bbox=1,2,3,4")
        ask(406, "GET", path, Accept="text/html")
    ask(404, "GET", "/ogc/collections/task")
    ask(404, "GET", "/ogc/collections/task/items")

    with_features = 0
    for collection in json.loads(ask(200, "GET", "/ogc/collections")[1])["collections"]:
        items = f"/ogc/collections/{collection['id']}/items"
        check(ask.document.operation("GET", items)[0] == items, f"{items} is not a path of the document")
        ask(200, "GET", items + "?limit=10000")
        ask(200, "GET", items + "?f=json")
        ask(400, "GET", items + "?nothing=1")
        ask(406, "GET", items, Accept="text/html, image/png")
        features = json.loads(ask(200, "GET", items)[1])["features"]
        feature = items + "/" + (features[0]["id"] if features else "none")
        with_features += bool(features)
        ask(200 if features else 404, "GET", feature)
        ask(404, "GET", items + "/nothing-of-that-name")
        ask(400, "GET", feature + "?limit=1")
        ask(406, "GET", feature, Accept="text/html")
    check(with_features >= 19, f"only {with_features} collections have features")


def keep_person(service, folder):
    """Somebody who may sign in; returns how."""
    url = f"http://127.0.0.1:{service.port}"
    added = kit.ctl("user", "add", url, "li", "--name", "Li", "--role", "viewer", env={**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN})
    check(added.returncode == 0, added.stderr)
    check(kit.ctl("user", "passwd", folder, "li", input="correct horse battery\n").returncode == 0)
    return {"user": "li", "password": "correct horse battery"}


def exercise_failing(document):
    """Of a service whose disk takes nothing."""
    with kit.Folder() as folder:
        service = kit.Service(folder)
        ask = Asker(service, document)
        person = keep_person(service, folder)
        token = json.loads(ask(200, "POST", "/api/v1/session", person)[1])["token"]
        medium = os.urandom(20_000)
        before = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        ask(503, "POST", "/api/v1/commands", command("log.add", {"log": "l-1", "kind": "note", "text": "One"}))
        ask(503, "GET", "/health")
        ask(503, "PUT", f"/api/v1/media/{hashlib.sha256(medium).hexdigest()}", medium)
        ask(503, "POST", "/api/v1/session", person)
        ask(503, "DELETE", "/api/v1/session", Authorization=f"Bearer {token}")
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, before)
        check(service.stop() == 0)


def exercise_full(document):
    """Of one without room. Returns what could not be tried."""
    try:
        with kit.Folder() as folder, kit.OwnDisk(folder / "disk", 16 << 20) as disk:
            service = kit.Service(disk.path / "data")
            ask = Asker(service, document)
            disk.fill()
            medium = os.urandom(200_000)
            ask(507, "PUT", f"/api/v1/media/{hashlib.sha256(medium).hexdigest()}", medium)
            for _ in range(1000):
                note = json.dumps(command("log.add", {"log": str(uuid.uuid4()), "kind": "note", "text": "x" * 3000})).encode()
                status, headers, answer = service.request("POST", "/api/v1/commands", note)
                document.answer("POST", "/api/v1/commands", status, headers, answer)
                if status != 200:
                    break
            check(status == 507, answer)
            disk.free()
            check(service.stop() == 0)
        return set()
    except kit.Skip:
        return {"PUT /api/v1/media/{sha256} 507", "POST /api/v1/commands 507"}


def first_page(path, table):
    """The leaf of a table that has its oldest rows."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = database.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)).fetchall()
    database.close()
    return pages[0][0]


def exercise_damaged(document):
    """Of one whose database has pages that go bad while it works."""
    with kit.Folder() as folder:
        service = kit.Service(folder)
        ask = Asker(service, document)
        for _ in range(40):
            service.note("x" * 3000)
        digest = service.put_medium(b"\x89PNG\r\n\x1a\n" + bytes(100))
        begin = time.time() - 50_000
        ask(200, "POST", "/api/v1/telemetry", {"scope": "live", "readings": [
            {"source": "u-1", "quantity": "flow", "at": kit.now(), "value": 3}], "positions": [
            {"unit": "u-1", "at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(begin + 20 * i)), "location": [109.9, 40.6]}
            for i in range(900)]})
        check(service.stop() == 0)
        pages = [first_page(folder / "watchfire.db", table) for table in ("journal", "track", "reading_series", "medium_sender")]

        service = kit.Service(folder)
        ask = Asker(service, document)
        with open(folder / "watchfire.db", "r+b") as file:
            for page in pages:
                file.seek((page - 1) * 4096)
                file.write(b"\xa5" * 4096)
        ask(503, "GET", "/api/v1/changes?since=0")
        ask(503, "GET", "/api/v1/journal?scope=live")
        ask(503, "GET", "/api/v1/tracks?scope=live&unit=u-1")
        ask(503, "GET", "/api/v1/readings?scope=live&source=u-1&quantity=flow")
        ask(503, "GET", f"/api/v1/media/{digest}")
        ask(503, "HEAD", f"/api/v1/media/{digest}")
        service.stop()


def routes_of_the_service():
    """What the route tables in the sources have."""
    found = set()
    for file in (kit.SOURCE / "src/service").glob("*.c"):
        found |= set(re.findall(r'\{ "(GET|PUT|POST|DELETE|PATCH|HEAD)", "(/[^"]*)"', file.read_text(encoding="utf-8")))
    check(len(found) >= 14, f"only {len(found)} routes found")
    return found


def test_is_whole():
    """References resolve, names are used once, and every schema is one."""
    document = Document(DOCUMENT)
    whole = document.whole
    check(whole["openapi"] == "3.0.3")
    ids = [operation["operationId"] for path in whole["paths"].values() for key, operation in path.items() if key in METHODS]
    check(len(ids) == len(set(ids)), "an operationId twice")
    for reference in set(re.findall(r'"\$ref": ?"([^"]+)"', DOCUMENT.decode())):
        document.resolver.resolve(reference)
    for reference in set(re.findall(r'"(#/components/[^"]+)"', DOCUMENT.decode())):
        document.resolver.resolve(reference)
    for name, schema in document.plain["components"]["schemas"].items():
        check(re.match(r"[A-Za-z0-9._-]+$", name), name)
        jsonschema.Draft4Validator.check_schema(schema)
    for template, path in whole["paths"].items():
        check(template.startswith("/"), template)
        for operation in [path[method] for method in METHODS & set(path)]:
            names = [document.resolve(parameter)["name"] for parameter in
                     path.get("parameters", []) + operation.get("parameters", [])]
            check(len(names) == len(set(names)), f"{template}: a parameter twice")
            check(set(re.findall(r"\{(\w+)\}", template)) <= set(names), f"{template}: a variable that is no parameter")


def test_has_every_route():
    """Every route of the service is in the document, and every path of the document is a route of the service."""
    paths = {(method.upper(), path) for path, operations in json.loads(DOCUMENT)["paths"].items()
             for method in METHODS & set(operations)}
    routes = routes_of_the_service()
    for method, route in routes:
        check(any(m == method and (p.startswith(route) if route.endswith("/") else p == route or p == route + "/") for m, p in paths),
              f"{method} {route} is not in data/openapi.json")
    for method, path in paths:
        check(any(m == method and (path.startswith(r) if r.endswith("/") else path == r) for m, r in routes),
              f"{method} {path} is no route of the service")


def test_has_every_parameter():
    """What the sources read from behind the question mark is in the document."""
    document = Document(DOCUMENT)
    told = {document.resolve(parameter)["name"] for path in document.whole["paths"].values()
            for parameter in path.get("parameters", []) + [row for method in METHODS & set(path)
                                                           for row in path[method].get("parameters", [])]}
    read = set()
    for file in (kit.SOURCE / "src/service").glob("*.c"):
        text = file.read_text(encoding="utf-8")
        read |= set(re.findall(r'\{ "(\w+)", (?:TRUE|FALSE), \'\w\' \}', text)) | set(re.findall(r'strcmp \(key, "(\w+)"\)', text))
    check({"since", "scope", "bbox", "limit"} <= read, read)
    check(read <= told, f"not in data/openapi.json: {', '.join(sorted(read - told))}")


def test_says_the_truth():
    """Every answer of every route is as the document says, and all that it says has been seen."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data", "--seed", str(kit.SOURCE / "data/demo"))
        document = Document(DOCUMENT)
        ask = Asker(service, document)
        exercise_small(ask)
        exercise_commands(ask)
        exercise_telemetry(ask)
        exercise_sketches(ask)
        exercise_media(ask, folder)
        exercise_tiles(ask, folder)
        exercise_journal(ask)
        exercise_features(ask)
        exercise_everywhere(ask)
        exercise_rights(ask, folder)
        exercise_session(ask, folder)
        check(service.stop() == 0)
    exercise_failing(document)
    exercise_damaged(document)
    untried = exercise_full(document)

    missing = []
    for template, operations in document.whole["paths"].items():
        for method in METHODS & set(operations):
            seen = {status for m, t, status in document.seen if m == method and t == template}
            promised = set(operations[method]["responses"])
            missing += [f"{method.upper()} {template} {status}" for status in sorted(promised - seen)]
    missing = [row for row in missing if row not in KNOWN_MISSING | untried and not UNSEEN.match(row)]
    check(not missing, "nobody has seen: " + ", ".join(missing))

    # Whoever writes a program against the service goes by the types: those that are told, and all of them.
    protocol = (kit.SOURCE / "doc/protocol.md").read_text(encoding="utf-8")
    told = re.search(r"`urn:watchfire:problem:KIND` with KIND one of (.*?; a person must act\))", protocol, re.S).group(1)
    told = {"urn:watchfire:problem:" + kind for kind in re.findall(r"`([a-z-]+)`", told)}
    check(set(document.plain["components"]["schemas"]["ProblemType"]["enum"]) == told, "doc/protocol.md tells of other types")
    unseen = told - document.types - {"urn:watchfire:problem:full" for _ in untried}
    check(not unseen, f"nobody has seen a problem of the type {unseen}")


# The demonstration district has no pictures on its map.
KNOWN_MISSING = {
    "GET /ogc/collections/medium/items/{featureId} 200",
}


def test_notices_lies():
    """What is not as the document says is found: the checks themselves are checked."""
    document = Document(DOCUMENT)
    headers = {"Content-Type": "application/json"}
    lies = [
        ("GET", "/api/v1/session", 200, {"actor": "a"}),
        ("GET", "/api/v1/session", 200, {"actor": "a", "name": "n", "protocol": 1, "service": "s", "now": "today"}),
        ("GET", "/api/v1/session", 418, {}),
        ("GET", "/api/v2/session", 200, {}),
        ("GET", "/health", 200, {"status": "ok", "version": "1", "protocol": 1, "service": "s", "secret": 1}),
    ]
    for method, path, status, value in lies:
        try:
            document.answer(method, path, status, headers, json.dumps(value).encode())
        except AssertionError:
            continue
        raise AssertionError(f"{method} {path} {value} was taken for true")


def read_document():
    with kit.Folder() as folder:
        service = kit.Service(folder)
        status, headers, body = service.request("GET", "/api/v1/openapi.json", headers={"Authorization": ""})
        check(status == 200 and headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0", headers)
        service.stop()
        return body


DOCUMENT = read_document()
kit.run(test_is_whole, test_has_every_route, test_has_every_parameter, test_notices_lies, test_says_the_truth)
