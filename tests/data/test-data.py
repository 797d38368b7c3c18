#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ships as data is whole: it fits the program's tables, its references resolve, and its places lie where they should."""

import filecmp
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
import tempfile

from tables import Tables, Wrong, seconds

ROOT = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", ".."))
DATA = os.path.join(ROOT, "data")
WEST, SOUTH, EAST, NORTH = 109.39, 40.47, 110.05, 40.75
COUNTED = {"deaths", "serious", "missing", "trapped", "light", "at_risk", "loss_yuan", "evacuate"}

tables = Tables(os.path.join(ROOT, "src/model/wf-kind.c"), os.path.join(ROOT, "src/rules/wf-command-types.c"))


def unique_keys(pairs):
    keys = [k for k, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key twice: {keys}"
    return dict(pairs)


def files_of(folder):
    for name in sorted(os.listdir(os.path.join(DATA, folder))):
        if name.endswith(".json"):
            with open(os.path.join(DATA, folder, name), encoding="utf-8") as file:
                yield name, json.load(file, object_pairs_hook=unique_keys)


def commands_of(folder):
    for name, content in files_of(folder):
        for i, command in enumerate(content["commands"]):
            yield name, i, command


def entities_of(folder):
    return [e for _, _, c in commands_of(folder) if c["type"] == "registry.put" for e in c["payload"]["entities"]]


demo = entities_of("demo")
by_id = {(e["kind"], e["id"]): e["fields"] for e in demo}
plans = {e["id"]: e["fields"] for e in demo if e["kind"] == "plan"}
classes = {e["id"] for e in demo if e["kind"] == "incident_class"}
capabilities = {e["id"] for e in demo if e["kind"] == "capability"}
happened = [c for _, _, c in commands_of("demo") if c["type"] != "registry.put"]


def of(kind):
    return {id: fields for (k, id), fields in by_id.items() if k == kind}


def metres(a, b):
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1]) * 111195


def covers(pattern, code):
    return code.startswith(pattern) if pattern.endswith(".") else code == pattern


def test_every_command_fits_its_table():
    for folder in ("codes", "plans", "demo"):
        for name, content in files_of(folder):
            assert set(content) == {"commands"}, name
            before = None
            for i, command in enumerate(content["commands"]):
                at = f"{folder}/{name} command {i}"
                assert set(command) <= {"id", "type", "actor", "occurred_at", "payload"}, at
                fields, system = tables.commands[command["type"]]
                assert not system, at
                tables.check(fields, command["payload"], at)
                now = seconds(command["occurred_at"])
                assert now is not None and now <= 0 and (before is None or now >= before), f"{at}: {command['occurred_at']} goes backwards"
                before = now


def test_the_tables_were_read():
    assert len(tables.kinds) > 25 and len(tables.commands) > 30
    good = {"kind": "pool", "id": "pool-1", "fields": {"name": "x", "speciality": "y"}}
    tables.check_entity(good, "good")
    for bad in ({**good, "id": "-1"}, {**good, "kind": "task"}, {**good, "fields": {"name": "x"}}, {**good, "fields": {**good["fields"], "nmae": 1}},
                {"kind": "team", "id": "t", "fields": {"name": "x", "nature": "other", "state": "standby"}},
                {"kind": "plan", "id": "p", "fields": {"title": "x", "kind": "special", "version": "1", "levels": [{"level": 5}]}}):
        try:
            tables.check_entity(bad, "bad")
        except Wrong:
            continue
        raise AssertionError(f"was let through: {bad}")


def test_ids_are_unique():
    keys = [(e["kind"], e["id"]) for e in demo]
    assert len(keys) == len(set(keys))


def test_counts():
    least = {"team": 40, "depot": 25, "stock": 1500, "pool": 8, "expert": 60, "unit": 12, "hazard_source": 22, "firm": 15, "shelter": 10, "hospital": 5,
             "fire_station": 4, "water_source": 8, "watchtower": 4, "helipad": 3, "camera": 10, "flood_section": 4, "reservoir": 3, "person": 80,
             "organisation": 30, "shift": 1, "centre": 1, "plan": 4}
    for kind, count in least.items():
        assert len(of(kind)) >= count, f"{kind}: {len(of(kind))}"
    assert {f["nature"] for f in of("team").values()} == set(tables.choices["team_natures"])
    assert {f["tier"] for f in of("depot").values()} == set(tables.choices["depot_tiers"])
    assert len({f["speciality"] for f in of("pool").values()}) == len(of("pool"))
    posts = [p["post"] for p in by_id["shift", "shift-today"]["posts"]]
    assert {"带班领导", "值班长", "值班员", "协调调度", "综合信息", "技术保障"} <= set(posts)


def test_references_resolve():
    for (kind, id), fields in by_id.items():
        for key, target in (("team", "team"), ("depot", "depot"), ("pool", "pool"), ("firm", "firm")):
            if key in fields:
                assert (target, fields[key]) in by_id, f"{kind} {id}: no {target} {fields[key]}"
        for code in [*fields.get("capabilities", []), *fields.get("specialities", []), *([fields["speciality"]] if kind == "pool" else [])]:
            assert code in capabilities, f"{kind} {id}: no name for {code}"


def test_stock_is_lifelike():
    lots = of("stock").values()
    assert any(f["quantity"] < f["minimum"] for f in lots)
    assert any(0 < seconds(f["expires"]) < 30 * 86400 for f in lots if "expires" in f)
    assert any(seconds(f["expires"]) < 0 for f in lots if "expires" in f)
    assert all(seconds(f["made"]) < 0 for f in lots)


def test_places_lie_in_the_district():
    for (kind, id), fields in by_id.items():
        if "location" in fields:
            lon, lat = fields["location"]
            assert WEST <= lon <= EAST and SOUTH <= lat <= NORTH, f"{kind} {id}: {lon} {lat}"
    for kind in ("team", "unit", "depot", "expert", "hazard_source", "firm", "shelter", "hospital", "flood_section"):
        assert all("location" in fields for fields in of(kind).values()), kind
    for command in happened:
        for key in ("location", "rendezvous"):
            if key in command["payload"]:
                lon, lat = command["payload"][key]
                assert WEST <= lon <= EAST and SOUTH <= lat <= NORTH, command


def the_map():
    path = os.path.join(ROOT, "build-aux", "make-mappack.py")
    spec = importlib.util.spec_from_file_location("mappack", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_places_fit_the_map():
    chart = the_map()
    _, _, west, south, east, north = next(a for a in chart.INDUSTRY_AREAS if a[0] == "化工园区")
    corners = [chart.warp(u, v) for u in (west, east) for v in (south, north)]
    for (kind, id), fields in by_id.items():
        if "location" not in fields:
            continue
        lon, lat = fields["location"]
        away = abs(lat - chart.river_line(lon)) - chart.river_width(lon)
        assert away > 0, f"{kind} {id} stands in the river"
        if kind == "flood_section":
            assert away * 111195 < 500, f"{id} is {away * 111195:.0f} m from the river"
        if kind == "hazard_source" and fields["area"] == "化工园区":
            assert min(c[0] for c in corners) <= lon <= max(c[0] for c in corners), id
            assert min(c[1] for c in corners) <= lat <= max(c[1] for c in corners), id


def test_plans():
    names = {e["fields"]["name"] for e in demo if e["kind"] == "stock"}
    phones = {f["name"]: f["contacts"][0]["phone"] for f in of("organisation").values()}
    assert [p["kind"] for p in plans.values()].count("common") == 1
    for id, plan in plans.items():
        facts = {f["name"] for f in plan.get("facts", [])}
        groups = [g["name"] for g in plan["groups"]]
        assert len(groups) == len(set(groups)) and not facts & COUNTED, id
        for code in plan.get("classes", []):
            assert code in classes, f"{id}: {code}"
        if plan["kind"] != "common":
            assert sorted(level["level"] for level in plan["levels"]) == [1, 2, 3, 4], id
        stages = [plan, *sorted(plan.get("levels", []), key=lambda level: -level["level"])]
        seen = []
        for stage in stages:
            if stage is not plan:
                for key in ("tasks", "conditions", "needs", "reports", "conditions_text", "measures"):
                    assert stage.get(key), f"{id} level {stage['level']}: no {key}"
            for name in stage.get("groups", []) if stage is not plan else []:
                assert name in groups, f"{id}: {name}"
            for task in stage.get("tasks", []):
                assert task["group"] in groups, f"{id} {task['code']}: {task['group']}"
                seen.append(task["code"])
                on = task["trigger"]["on"]
                assert on in ("manual", "event") or "minutes" in task, f"{id} {task['code']}: no time"
                assert on != "after" or task["trigger"]["after"] in seen, f"{id} {task['code']}"
                assert on != "event" or re.match(r"[a-z]+\.[a-z_]+\Z", task["trigger"]["event"]), task
                assert task["returns"] == "none" or task.get("returns_text"), task["code"]
            for condition in stage.get("conditions", []):
                assert condition["fact"] in facts | COUNTED, f"{id}: {condition['fact']}"
                assert ("min" in condition) != condition.get("yes", False), condition
                assert condition.get("with", condition["fact"]) in facts | COUNTED, condition
            for need in stage.get("needs", []):
                assert ("capability" in need) != ("item" in need), need
                assert need.get("capability", "fire.rescue") in capabilities, need
                assert need.get("item", "棉被") in names, f"no store has {need.get('item')}"
            for report in stage.get("reports", []):
                assert phones[report["recipient"]] == report["phone"], report
            for thing in stage.get("tasks", []) + stage.get("reports", []):
                for pattern in thing.get("classes", []):
                    assert any(covers(pattern, code) for code in classes), pattern
        assert len(seen) == len(set(seen)), f"{id}: a code twice"
    common = next(p for p in plans.values() if p["kind"] == "common")
    assert [t["code"] for t in common["tasks"]] == [f"G{i:02d}" for i in range(1, 11)]
    assert {(r["recipient"], r["medium"], r["minutes"]) for r in common["reports"]} == {
        (who, medium, minutes) for who in ("区委值班室", "区政府总值班室", "市应急局值班室") for medium, minutes in (("phone", 20), ("written", 40))}


def test_every_need_can_be_met():
    able = {c for kind in ("team", "unit", "expert") for f in of(kind).values() for c in f.get("capabilities", []) + f.get("specialities", [])}
    for id, plan in plans.items():
        for level in plan.get("levels", []):
            for need in level["needs"]:
                assert need.get("capability", "fire.rescue") in able, f"{id}: nobody can {need['capability']}"


def test_grade_tables():
    work = by_id["grade_table", "grade-work-safety"]
    rows = {(r["fact"], r["grade"]): r["min"] for r in work["rows"]}
    assert [rows["deaths", g] for g in ("extraordinary", "major", "larger")] == [30, 10, 3]
    assert [rows["serious", g] for g in ("extraordinary", "major", "larger")] == [100, 50, 10]
    assert [rows["loss_yuan", g] for g in ("extraordinary", "major", "larger")] == [100000000, 50000000, 10000000]
    for code in classes:
        found = [id for id, table in of("grade_table").items() if any(covers(p, code) for p in table["classes"])]
        assert len(found) <= 1, f"{code}: {found}"
        assert not code.startswith("natural.flood") or not found
    assert all(not f["checked"] and f["source"] for kind in ("incident_class", "capability") for f in of(kind).values())


def test_the_incidents_hang_together():
    reported = {c["payload"]["incident"]: c for c in happened if c["type"] == "incident.report"}
    assert len(reported) == 4
    plan_of, orders, busy = {}, {}, {}
    for command in happened:
        payload = command["payload"]
        if "incident" in payload:
            assert payload["incident"] in reported, command
        if command["type"] == "incident.report":
            assert payload.get("class", "natural.flood") in classes and payload.get("firm", "firm-01") in of("firm")
        if command["type"] in ("incident.grade", "response.activate"):
            assert payload["plan"] in plans
            plan_of[payload["incident"]] = payload["plan"]
        for value in payload.values():
            if isinstance(value, str) and value.startswith("@"):
                sign, incident, rest = value.split(":", 2)
                stages = [plans["plan-common"]]
                if incident in plan_of:
                    stages += [plans[plan_of[incident]], *plans[plan_of[incident]]["levels"]]
                if sign == "@task":
                    assert any(t["code"] == rest for stage in stages for t in stage.get("tasks", [])), value
                else:
                    recipient, medium = rest.split(":")
                    assert any((r["recipient"], r["medium"]) == (recipient, medium) for stage in stages for r in stage.get("reports", [])), value
        if command["type"] == "order.issue":
            force = (payload["force_kind"], payload["force"])
            assert force in by_id and force not in busy, command
            assert by_id[force].get("state", "standby") == "standby", command
            orders[payload["order"]] = busy[force] = payload["incident"]
            for item in payload.get("items", []):
                assert by_id["stock", item["stock"]]["depot"] == payload["force"], item
        if command["type"] == "order.step":
            assert payload["order"] in orders, command
    levels = [c["payload"]["level"] for c in happened if c["type"].startswith("response.") and c["payload"]["incident"] == "incident-demo-ammonia"]
    assert levels == [3, 2]
    assert not any(c["type"] == "incident.verify" and c["payload"]["incident"] == "incident-demo-tunnel" for c in happened)

    site = reported["incident-demo-ammonia"]["payload"]["location"]
    needed = {need["capability"] for level in plans["plan-hazchem"]["levels"] for need in level["needs"] if "capability" in need}
    free = {id for id, f in of("team").items() if f["state"] == "standby" and ("team", id) not in busy and needed & set(f["capabilities"])
            and metres(site, f["location"]) < 20000}
    assert len(free) >= 15, len(free)
    shown = {f["team"] for id, f in of("unit").items() if f.get("video") and "team" in f and ("unit", id) not in busy}
    assert any("hazmat.rescue" in by_id["team", id]["capabilities"] for id in free & shown)


def test_nobody_can_be_called():
    text = json.dumps([*demo, *happened], ensure_ascii=False)
    numbers = set(re.findall(r'"(?:phone|mobile)": "([^"]*)"', text))
    assert len(numbers) > 150
    for number in numbers:
        assert re.match(r"(0472-555-01\d\d( 转\d+)?|100-0000-\d{4}|119)\Z", number), number
    mobiles = [f["mobile"] for f in of("person").values()]
    assert len(mobiles) == len(set(mobiles))


def test_the_demo_has_the_codes_and_plans():
    assert [e for e in demo if e["kind"] in ("capability", "grade_table", "incident_class")] == entities_of("codes")
    assert [e for e in demo if e["kind"] == "plan"] == entities_of("plans")


def test_the_script_makes_the_same_again():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", os.path.join(ROOT, "build-aux", "make-demo.py"), "-o", folder], check=True, stdout=subprocess.DEVNULL)
        names = [n for n in sorted(os.listdir(os.path.join(DATA, "demo"))) if n.endswith(".json")]
        assert sorted(os.listdir(folder)) == names
        _, wrong, missing = filecmp.cmpfiles(folder, os.path.join(DATA, "demo"), names, shallow=False)
        assert not wrong and not missing, f"made otherwise: {wrong + missing}"


def main():
    sys.dont_write_bytecode = True
    tests = [(n, f) for n, f in globals().items() if n.startswith("test_")]
    needs_map = {"test_places_fit_the_map", "test_the_script_makes_the_same_again"}
    print(f"1..{len(tests)}")
    failed = False
    for number, (name, test) in enumerate(tests, 1):
        words = name.removeprefix("test_").replace("_", " ")
        if name in needs_map and not os.path.exists(os.path.join(ROOT, "build-aux", "make-mappack.py")):
            print(f"ok {number} - {words} # SKIP build-aux/make-mappack.py is not here")
            continue
        try:
            test()
            print(f"ok {number} - {words}")
        except (AssertionError, KeyError, TypeError, ValueError, StopIteration, Wrong, subprocess.CalledProcessError) as error:
            failed = True
            print(f"not ok {number} - {words}\n# {type(error).__name__}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
