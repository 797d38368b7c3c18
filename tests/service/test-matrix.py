# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do and read what, through the real service: every role and organisation × every command and every route."""

import functools
import json
import re
import uuid

import kit
import outside
from kit import check
from people import People, wait_for

LETTERS = {"v": "viewer", "d": "duty_officer", "o": "operator", "c": "commander", "r": "drill_coordinator",
           "a": "administrator", "u": "unit", "D": "desk"}

# Operators of these; a centre's own have no organisation. A city stands above its district, and reads what is there.
BODIES = {"of-city": "city", "of-district": "district", "of-town": "township", "of-firm": "firm"}
OUTSIDE = ("of-town", "of-firm", "unit")

# What is theirs to do who are not of the centre: about anything, or about what is their own.
ABOUT_ANYTHING = {"incident.report", "log.add", "medium.attach"}
ABOUT_OWN = {"order.step", "registry.put", "task.acknowledge", "task.feedback"}

CENTRE = set(LETTERS.values()) - {"unit"} | {"of-city", "of-district"}
EVERYBODY = CENTRE | set(OUTSIDE)

# What changes something and stands in no row below: commands are tried one by one, a session is its owner's.
ELSEWHERE = {"POST /api/v1/commands", "POST /api/v1/session", "DELETE /api/v1/session"}

# Route → who may ask it. Of what is read of media see test-sight.
ROUTES = {
    "GET /health": EVERYBODY,
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /api/v1/session": EVERYBODY,
    "GET /metrics": CENTRE,
    "GET /api/v1/changes?since=0": CENTRE,
    "GET /api/v1/snapshot": CENTRE,
    "GET /api/v1/journal?scope=live&subject=i-1": CENTRE,
    "GET /api/v1/tracks?scope=live&unit=truck": CENTRE | {"unit"},
    "GET /api/v1/tracks?scope=live&unit=other": CENTRE,
    "GET /api/v1/own?scope=live": EVERYBODY,
    "GET /api/v1/readings?scope=live": CENTRE,
    "GET /api/v1/readings?scope=live&source=truck": CENTRE | {"unit"},
    "GET /api/v1/readings?scope=live&source=truck&quantity=flow": CENTRE | {"unit"},
    "GET /api/v1/readings?scope=live&source=other": CENTRE,
    "GET /api/v1/audit": {"administrator", "desk"},
    "GET /tiles": CENTRE,
    "GET /tiles/streets/2/3/0": CENTRE,
    "GET /ogc/": CENTRE,
    "GET /ogc": CENTRE,
    "GET /ogc/conformance": CENTRE,
    "GET /ogc/collections": CENTRE,
    "GET /ogc/collections/team": CENTRE,
    "GET /ogc/collections/team/items": CENTRE,
    "GET /ogc/collections/team/items/town-team": CENTRE,
    "GET /ogc/collections/incident/items": CENTRE,
    "POST /api/v1/telemetry": CENTRE - {"viewer"} | {"unit"},
    "POST /api/v1/telemetry of another": CENTRE - {"viewer"},
    "POST /api/v1/telemetry of a sensor": CENTRE - {"viewer"},
    "POST /api/v1/sketches": CENTRE - {"viewer", "administrator"},
    "PUT /api/v1/media/": EVERYBODY - {"viewer"},
}


def matrix():
    """The table that tests/rules/test-rights.c has, written there by hand beside the rules' own."""
    text = (kit.SOURCE / "tests/rules/test-rights.c").read_text()
    found = dict(re.findall(r'^  \{ "([a-z_]+\.[a-z_]+)", "([a-zA-Z]*\|[a-zA-Z]*)" \},$', text, re.M))
    check(len(found) > 40, f"{len(found)}")
    return {kind: [{LETTERS[letter] for letter in part} for part in may.split("|")] for kind, may in found.items()}


class Payloads:
    """For each command one that fits its form, from the document of the service; it speaks of nothing that is there."""

    SYSTEM = {
        "crossing.raise": {"crossing": "none", "plot": "none", "unit": "none", "way": "entered", "location": [109.9, 40.6],
                           "seen_at": "2026-01-01T00:00:00.000Z"},
        "order.overdue": {"order": "none", "due": "2026-01-01T00:00:00.000Z"},
        "report.overdue": {"report": "none", "due": "2026-01-01T00:00:00.000Z"},
        "task.overdue": {"task": "none", "due": "2026-01-01T00:00:00.000Z"},
        "track.close": {"segments": [{"unit": "none", "until": "2026-01-01T00:00:00.000Z", "points": 1, "digest": "0" * 64}]},
    }

    def __init__(self, document):
        self.schemas = document["components"]["schemas"]

    def kinds(self):
        found = {name.removeprefix("Command.") for name in self.schemas if name.startswith("Command.")}
        return found | set(self.SYSTEM)

    def of(self, kind):
        if kind in self.SYSTEM:
            return self.SYSTEM[kind]
        # Of the registry what is not for administrators alone.
        if kind == "registry.put":
            return {"entities": [self.least(self.schemas["RegistryEntity.team"])]}
        return self.least(self.schemas["Command." + kind]["properties"]["payload"])

    def least(self, schema):
        """The least that a schema takes."""
        if "$ref" in schema:
            return self.least(self.schemas[schema["$ref"].rsplit("/", 1)[1]])
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.least(schema[choice][0])
        if "enum" in schema:
            return schema["enum"][0]
        if schema["type"] == "object":
            return {key: self.least(schema["properties"][key]) for key in schema.get("required", [])}
        if schema["type"] == "array":
            least = max(schema.get("minItems", 0), 0 if schema["items"].get("type") == "string" else 1)
            return [self.least(schema["items"]) for _ in range(least)]
        if schema["type"] == "string":
            if schema.get("format") == "date-time":
                return kit.now()
            return "0" * 64 if "{64}" in schema.get("pattern", "") else "x" + uuid.uuid4().hex[:12]
        return {"boolean": True}.get(schema["type"], max(schema.get("minimum", 1), 0))


class World(People):
    """Everybody who may have a token, signed in."""

    def __init__(self, folder):
        super().__init__(folder)
        (self.data / "tiles").mkdir()
        kit.make_tiles(self.data / "tiles/streets.mbtiles")
        put = [("organisation", key, {"name": key.title(), "tier": tier}) for key, tier in
               (("city", "city"), ("district", "district"), ("town", "township"))]
        put += [("firm", "firm", {"name": "Firm"}),
                ("unit", "truck", {"name": "Truck", "type": "rescue", "state": "standby"}),
                ("team", "town-team", {"name": "Town team", "nature": "reserve", "state": "standby", "organisation": "Town",
                                       "location": [109.9, 40.6]}),
                ("team", "firm-team", {"name": "Firm team", "nature": "firm", "state": "standby", "organisation": "firm"}),
                ("team", "fire-team", {"name": "Fire", "nature": "national", "state": "standby"})]
        self.put(put)
        bodies = {"of-city": "city", "of-district": "district", "of-town": "town", "of-firm": "firm"}
        for user, body in bodies.items():
            self.service.accept("user.add", {"user": user, "name": user, "role": "operator", "organisation": body})
        roles = {role: role for role in LETTERS.values() if role not in ("unit", "desk")} | {user: "operator" for user in bodies}
        self.tokens = {who: self.ctl("token", "add", self.data, "--actor", who, "--name", who, "--role", role).strip()
                       for who, role in roles.items()}
        self.tokens["unit"] = self.ctl("token", "add", self.data, "--actor", "truck", "--name", "t", "--role", "unit").strip()
        self.tokens["desk"] = kit.TOKEN
        for token in self.tokens.values():
            wait_for(lambda t=token: self.ask(t, "GET", "/api/v1/session")[0] == 200)
        check(set(self.tokens) == EVERYBODY)
        self.service.report("i-1", location=[109.9, 40.6])
        self.document = json.loads(self.service.request("GET", "/api/v1/openapi.json")[2])

    def put(self, things):
        self.service.accept("registry.put", {"entities": [{"kind": kind, "id": key, "fields": fields}
                                                          for kind, key, fields in things]})

    def give(self, who, commands):
        """What is said of each: the rule that refused it for want of rights, or None."""
        body = {"commands": [{"id": str(uuid.uuid4()), "type": kind, "scope": scope, "occurred_at": kit.now(), "payload": payload}
                             for kind, scope, payload in commands]}
        status, answer = self.ask(self.tokens[who], "POST", "/api/v1/commands", json.dumps(body).encode())
        check(status == 200, f"{who}: {status} {answer}")
        results = json.loads(answer)["results"]
        check(len(results) == len(commands))
        for result in results:
            problem = result.get("problem", {})
            check(problem.get("rule") != "command.form", f"the test's own fault: {problem}")
        return [result.get("problem", {}).get("rule") if result.get("problem", {}).get("type", "").endswith(":rights") else None
                for result in results]


def test_roles(world):
    """Every role × every command, in the real thing and in an exercise."""
    payloads, table = Payloads(world.document), matrix()
    check(payloads.kinds() == set(table), payloads.kinds() ^ set(table))
    # What ends an exercise comes last.
    kinds = sorted(table, key=lambda kind: (kind.startswith("exercise."), kind))
    asked = 0
    for number, role in enumerate(LETTERS.values()):
        drill = f"drill-{number}"
        world.service.accept("exercise.open", {"name": drill}, scope=drill)
        for place, scope in enumerate(("live", drill)):
            said = world.give(role, [(kind, scope, payloads.of(kind)) for kind in kinds])
            for kind, rule in zip(kinds, said):
                check((rule is None) == (role in table[kind][place]), f"{role}, {kind}, {scope}: {rule}")
                check(rule in (None, "command.system-only" if kind in Payloads.SYSTEM else "rights.role"),
                      f"{role}, {kind}, {scope}: {rule}")
            asked += len(said)
    check(asked == len(LETTERS) * 2 * len(table))


def test_organisations(world):
    """A city and its district have the rights of their role; a township, a firm and a unit only for what is theirs."""
    payloads, table = Payloads(world.document), matrix()
    kinds = sorted(kind for kind in table if not kind.startswith("exercise."))
    for who in (*BODIES, "unit"):
        role = "unit" if who == "unit" else "operator"
        said = world.give(who, [(kind, "live", payloads.of(kind)) for kind in kinds])
        for kind, rule in zip(kinds, said):
            if kind in Payloads.SYSTEM:
                expected = "command.system-only"
            elif role not in table[kind][0]:
                expected = "rights.role"
            elif who not in OUTSIDE or kind in ABOUT_ANYTHING:
                expected = None
            elif kind == "registry.put":
                expected = "rights.organisation"
            else:
                # Of what is not there nobody says whose it is.
                expected = None if kind in ABOUT_OWN else "rights.centre-only"
            check(rule == expected, f"{who}, {kind}: {rule}")

    # What is there is theirs or somebody else's.
    forces = {"town": ("team", "town-team"), "firm": ("team", "firm-team"), "fire": ("team", "fire-team"),
              "truck": ("unit", "truck")}
    for key, (kind, force) in forces.items():
        world.service.accept("order.issue", {"order": "o-" + key, "incident": "i-1", "kind": "directive", "force_kind": kind,
                                             "force": force, "text": "Go"})
    for key, group in (("town", "Town"), ("firm", "Firm"), ("truck", "Truck"), ("fire", "Watch")):
        for what in ("ack", "back"):
            world.service.accept("task.add", {"task": f"t-{what}-{key}", "incident": "i-1", "text": "Look", "group": group})
    whose = {"of-town": "town", "of-firm": "firm", "unit": "truck"}
    for who in (*BODIES, "unit"):
        for key in forces:
            own = whose.get(who) == key
            tried = [("order.step", "live", {"order": "o-" + key, "step": "acknowledged"}),
                     ("task.acknowledge", "live", {"task": "t-ack-" + key}),
                     ("task.feedback", "live", {"task": "t-back-" + key, "result": {"text": "done"}})]
            if who != "unit" and key != "truck":
                # As it stands, so that it stays whose it is.
                fields = {"name": key, "nature": "reserve", "state": "standby"}
                fields |= {"town": {"organisation": "Town", "location": [109.9, 40.6]}, "firm": {"organisation": "firm"}}.get(key, {})
                tried.append(("registry.put", "live", {"entities": [{"kind": "team", "id": forces[key][1], "fields": fields}]}))
            for (kind, _, _), rule in zip(tried, world.give(who, tried)):
                expected = None if own or who not in OUTSIDE else "rights.organisation"
                check(rule == expected, f"{who}, {kind} of {key}: {rule}")


def own(world, who, scope="live"):
    """Kind and id of what somebody's own organisation is told of, with the fields."""
    status, answer = world.ask(world.tokens[who], "GET", "/api/v1/own?scope=" + scope)
    check(status == 200, answer)
    found = {(one["entity"], one["id"]): one["fields"] for one in json.loads(answer)["entities"]}
    check(all(one["scope"] == scope for one in json.loads(answer)["entities"]), answer)
    return found


def test_own(world):
    """People of a township or a firm, and a unit, read what is theirs and nothing else, in an exercise too."""
    world.put([("depot", "town-depot", {"name": "Depot", "tier": "township", "organisation": "Town", "location": [109.9, 40.6]}),
               ("stock", "town-stock", {"name": "Boats", "depot": "town-depot", "quantity": 4, "unit": "pieces"}),
               ("depot", "other-depot", {"name": "Other", "tier": "district", "organisation": "District", "location": [109.9, 40.6]}),
               ("unit", "town-car", {"name": "Car", "type": "rescue", "state": "standby", "team": "town-team"})])
    world.service.accept("exercise.open", {"name": "Own"}, scope="drill-own")
    world.service.accept("incident.report", {"incident": "i-9", "title": "Secret", "t0": kit.now(), "location": [109.9, 40.6],
                                             "caller": {"name": "Caller", "phone": "13900000000"}, "summary": "Secret"})
    both = {"of-town": {("organisation", "town"), ("team", "town-team"), ("depot", "town-depot"), ("stock", "town-stock"),
                        ("unit", "town-car")},
            "of-firm": {("firm", "firm"), ("team", "firm-team")}, "unit": {("unit", "truck")}}
    task = {"of-town": "town", "of-firm": "firm", "unit": "truck"}
    for who, things in both.items():
        key = task[who]
        work = {("order", "o-" + key), ("task", "t-ack-" + key), ("task", "t-back-" + key), ("incident", "i-1")}
        for scope in ("live", "drill-own"):
            found = own(world, who, scope)
            check(set(found) == things | work, f"{who}, {scope}: {set(found) ^ (things | work)}")
            check(set(found["incident", "i-1"]) <= {"title", "state", "place", "location", "t0", "category", "class"}, found)

    # What is ordered there stays there, and what somebody has to do with an incident tells of that one.
    world.service.accept("task.add", {"task": "t-9", "incident": "i-9", "text": "Look", "group": "Town"}, scope="live")
    found = own(world, "of-town")
    check(("task", "t-9") in found and found["incident", "i-9"]["title"] == "Secret", found)
    check("caller" not in found["incident", "i-9"] and "summary" not in found["incident", "i-9"], found)
    check(("task", "t-9") not in own(world, "of-town", "drill-own") and ("task", "t-9") not in own(world, "of-firm"))
    check(not any(kind == "depot" and key == "town-depot" for kind, key in own(world, "of-district")))
    status, answer = world.ask(world.tokens["of-town"], "GET", "/api/v1/own?scope=none")
    check(status == 404 and json.loads(answer)["rule"] == "scope.unknown", answer)


def ask(world, who, route):
    """Status of a request."""
    method, path = route.split(" ", 1)
    body, headers = None, {"Authorization": f"Bearer {world.tokens[who]}"}
    if method == "POST":
        path, _, whose = path.partition(" of ")
        body = {"scope": "live", "positions": [{"unit": "other" if whose else "truck", "at": kit.now(), "location": [109.9, 40.6]}]}
        if path == "/api/v1/sketches":
            body = {"desk": who, "sketch": {"scope": "live", "type": "point", "points": [[109.9, 40.6]]}}
        if whose == "a sensor":
            body = {"scope": "live", "readings": [{"source": "gauge", "quantity": "ammonia", "at": kit.now(), "value": 300}]}
        body = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    elif method == "PUT":
        body = ("of " + who).encode()
        path += outside.sha256(body)
        headers["Content-Type"] = "text/plain"
    return world.service.request(method, path, body, headers)


def test_routes(world):
    """Every route × everybody; whoever follows by WebSocket, too; and without a token only what anybody may know."""

    # The table has every route.
    plain = {route.split(" ", 1)[1].split("?")[0] for route in ROUTES if route.startswith("GET ")}
    for template, operations in world.document["paths"].items():
        path = template.format(sha256="", collectionId="team", featureId="town-team", set="streets", z=2, x=3, y=0)
        known = path in plain or path.startswith(("/x-", "/api/v1/media/", "/ogc/collections/"))
        check("get" not in operations or known, f"{template} is in no row")
        for method in {"post", "put", "delete", "patch"} & set(operations):
            row = f"{method.upper()} {path}"
            check(row in ELSEWHERE or row in ROUTES, f"{row} is in no row")
    for route, may in ROUTES.items():
        for who in world.tokens:
            status, _, answer = ask(world, who, route)
            if who in may:
                check(status in (200, 201), f"{who}, {route}: {status} {answer[:300]}")
                continue
            check(status == 403 and json.loads(answer)["type"].endswith(":rights"), f"{who}, {route}: {status} {answer[:300]}")
            check(b"i-1" not in answer and b"town-team" not in answer, f"{who}, {route}: {answer}")

    for who, token in world.tokens.items():
        follower = outside.WebSocket(world, "/api/v1/changes?since=0", token=token)
        check(follower.status == (101 if who in CENTRE else 403), f"{who} follows: {follower.status}")
        if follower.status == 101:
            follower.until("hello")
        follower.close()

    world.tokens = {"nobody": "wrong-token-0123456789"}
    for route in ROUTES:
        status = ask(world, "nobody", route)[0]
        check(status == (200 if route in ("GET /health", "GET /api/v1/openapi.json") else 401), f"nobody, {route}: {status}")


with kit.Folder() as shared:
    everybody = World(shared)
    # The last one leaves nobody signed in.
    kit.run(*(functools.update_wrapper(functools.partial(test, everybody), test)
              for test in (test_roles, test_organisations, test_own, test_routes)))
