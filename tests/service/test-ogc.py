#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OGC API - Features: what a GIS relies on, asked of a real service with the demonstration district and some things of our own."""

import base64
import json
import random
import time
import urllib.parse

import kit
from kit import check

SECRETS = ("phone", "contacts", "caller", "crew", "recording", "video", "100-0000-", "0472-555-")


class Gis:
    def __init__(self, folder, *arguments):
        self.service = kit.Service(folder / "data", *arguments)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.service.stop()

    def get(self, path, status=200, **headers):
        got, received, body = self.service.request("GET", path, headers=headers)
        check(got == status, f"{path}: {got} instead of {status}: {body[:300]}")
        return json.loads(body), received

    def items(self, collection, **query):
        return self.get(f"/ogc/collections/{collection}/items?{urllib.parse.urlencode(query)}")[0]

    def ids(self, collection, **query):
        return [feature["id"] for feature in self.items(collection, limit=10000, **query)["features"]]

    def refused(self, collection, field, **query):
        problem = self.get(f"/ogc/collections/{collection}/items?{urllib.parse.urlencode(query)}", 400)[0]
        check(problem["field"] == field, problem)

    def pages(self, page):
        """All pages from this one on, by their next links."""
        while True:
            yield page
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]
            if not following:
                return
            page = self.get(following[0].split(f":{self.service.port}", 1)[1])[0]


def link(document, rel):
    found = [row["href"] for row in document["links"] if row["rel"] == rel]
    check(len(found) == 1, f"{rel}: {found}")
    return found[0]


def put(gis, kind, things):
    for i in range(0, len(things), 1000):
        gis.service.accept("registry.put", {"entities": [{"kind": kind, "id": name, "fields": fields}
                                                         for name, fields in things[i:i + 1000]]})


def test_demonstration_district():
    """What only reads shares one service, since seeding takes its time."""
    with kit.Folder() as folder, Gis(folder, "--seed", str(kit.SOURCE / "data/demo")) as gis:
        links_lead_on(gis)
        nobody_is_given_away(gis)
        filters_by_property(gis)


def links_lead_on(gis):
    """From the landing page a program finds everything by links, as the standard wants."""
    def follow(href):
        check(href.startswith(f"http://127.0.0.1:{gis.service.port}/"), href)
        return gis.get(href.split(f":{gis.service.port}", 1)[1])[0]

    landing = gis.get("/ogc/")[0]
    check(follow(link(landing, "self")) == landing)
    check(follow(link(landing, "service-desc"))["openapi"] == "3.0.3")
    classes = follow(link(landing, "conformance"))["conformsTo"]
    for name in ("core", "geojson", "oas30"):
        check(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in classes, classes)
    listed = follow(link(landing, "data"))
    check(follow(link(listed, "self")) == listed)
    check({"incident", "team", "unit", "depot", "expert", "hazard_source", "shelter", "hospital"} <=
          {collection["id"] for collection in listed["collections"]})
    for collection in listed["collections"]:
        check(follow(link(collection, "self")) == collection)
        page = follow(link(collection, "items"))
        check(follow(link(page, "collection")) == collection)
        if page["features"]:
            feature = gis.get(f"/ogc/collections/{collection['id']}/items/{page['features'][0]['id']}")[0]
            check(follow(link(feature, "self")) == feature)
            west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
            for row in page["features"]:
                longitude, latitude = row["geometry"]["coordinates"]
                check(west <= longitude <= east and south <= latitude <= north, row)


def nobody_is_given_away(gis):
    """Telephones, callers, crews and video links are in no feature and no collection."""
    for collection in gis.get("/ogc/collections")[0]["collections"]:
        text = json.dumps(gis.items(collection["id"], limit=10000)["features"])
        for secret in SECRETS:
            check(secret not in text, f"{collection['id']} tells of {secret}")
    experts = gis.items("expert", limit=1)["features"]
    check("name" in experts[0]["properties"] and "specialities" in experts[0]["properties"])


def test_boxes_find_what_is_in_them():
    """Boxes of any size, over the antimeridian and to the poles, against a plain look at every point."""
    chance = random.Random(7)
    points = {f"water-{i:05}": [round(chance.uniform(-180, 180), 6), round(chance.uniform(-90, 90), 6)] for i in range(3000)}
    points |= {f"water-{i:05}": [round(chance.gauss(109.7, 0.2), 6), round(chance.gauss(40.6, 0.1), 6)] for i in range(3000, 5000)}
    points |= {"water-west": [-180, 0], "water-east": [180, 0], "water-pole": [12, 90]}
    with kit.Folder() as folder, Gis(folder) as gis:
        put(gis, "water_source", [(name, {"name": name, "location": place}) for name, place in points.items()])
        boxes = [(-180, -90, 180, 90), (109.6, 40.5, 109.8, 40.7), (170, -90, -170, 90), (179.9, -1, -179.9, 1), (12, 90, 12, 90)]
        for _ in range(60):
            west, south = chance.uniform(-180, 180), chance.uniform(-90, 89)
            size = chance.choice([0.01, 0.5, 5, 40])
            boxes.append((west, south, chance.choice([min(west + size, 180), ((west + size + 180) % 360) - 180]), min(south + size, 90)))
        for box in boxes:
            west, south, east, north = box
            inside = [name for name, (lon, lat) in points.items() if south <= lat <= north and
                      (west <= lon <= east if west <= east else lon >= west or lon <= east)]
            page = gis.items("water_source", bbox=",".join(map(str, box)), limit=10000)
            check(sorted(feature["id"] for feature in page["features"]) == sorted(inside), f"{box}: {page['numberMatched']}, {len(inside)}")
            check(page["numberMatched"] == page["numberReturned"] == len(inside))
        flat = gis.ids("water_source", bbox="109.6,40.5,109.8,40.7")
        check(flat == gis.ids("water_source", bbox="109.6,40.5,-100,109.8,40.7,100") and len(flat) > 10)
        for wrong in ("1,2,3", "1,2,3,4,5", "a,0,1,1", "0,1,1,0", "-190,0,1,1", "0,-91,1,1", "0,0,1,nan", "0,0,1,1e999", "", "0,0,,1"):
            gis.refused("water_source", "bbox", bbox=wrong)


def test_pages_are_stable():
    """Pages bring each feature once in an order that holds while others come, and over a restart."""
    with kit.Folder() as folder:
        with Gis(folder) as gis:
            put(gis, "camera", [(f"camera-{i:04}", {"name": f"C{i}", "location": [i / 100, 10 + i % 7]}) for i in range(500)])
            put(gis, "camera", [("aaa-later", {"name": "first by name, last made", "location": [1, 11]})])
            whole = gis.ids("camera")
            check(len(whole) == len(set(whole)) == 501 and whole[-1] == "aaa-later")

            pages = gis.pages(gis.items("camera", limit=7, bbox="0,10,5,12"))
            found = [feature["id"] for feature in next(pages)["features"]]
            put(gis, "camera", [("bbb-last", {"name": "while it is being read", "location": [0, 11]}),
                                ("camera-0000", {"name": "renamed", "location": [0, 10]})])
            for page in pages:
                check(page["numberReturned"] == len(page["features"]) <= 7)
                found += [feature["id"] for feature in page["features"]]
            inside = [name for name in gis.ids("camera") if name in set(gis.ids("camera", bbox="0,10,5,12"))]
            check(found == inside and found[-1] == "bbb-last", found)
            check(gis.items("camera", limit=20000)["numberReturned"] == 502)
            check(gis.items("camera")["numberReturned"] == 10)
            for wrong in ("0", "-1", "1.5", "x", "", "99999999999"):
                gis.refused("camera", "limit", limit=wrong)
            gis.refused("camera", "after", after="no-such-camera")
            gis.refused("camera", "after", after="/")
            before = gis.ids("camera")
        with Gis(folder) as gis:
            check(gis.ids("camera") == before, "another order after a restart")
            check(gis.ids("camera", after="camera-0498") == ["camera-0499", "aaa-later", "bbb-last"])


def filters_by_property(gis):
    """Properties as parameters: one, several, lists, numbers, times, and what is refused."""
    teams = gis.items("team", limit=10000)["features"]
    state = {feature["id"] for feature in teams if feature["properties"]["state"] == "standby"}
    check(set(gis.ids("team", state="standby")) == state and 0 < len(state) < len(teams))
    able = {feature["id"] for feature in teams if "fire.rescue" in (feature["properties"]["capabilities"] or [])}
    check(set(gis.ids("team", capabilities="fire.rescue", state="standby")) == able & state)
    strength = teams[0]["properties"]["strength"]
    check(teams[0]["id"] in gis.ids("team", strength=strength))
    check(gis.ids("team", name=teams[3]["properties"]["name"]) == [teams[3]["id"]])
    check(gis.ids("team", checked_at="2001-01-01T00:00:00Z") == [])
    west, south, east, north = gis.get("/ogc/collections/team")[0]["extent"]["spatial"]["bbox"][0]
    middle = (west + east) / 2
    page = gis.items("team", state="standby", bbox=f"{west},{south},{middle},{north}", limit=2)
    found = [feature["id"] for part in gis.pages(page) for feature in part["features"]]
    check(set(found) == {f["id"] for f in teams if f["id"] in state and f["geometry"]["coordinates"][0] <= middle})
    check(page["numberMatched"] == len(found))
    gis.refused("team", "state", state="asleep")
    gis.refused("team", "strength", strength="many")
    gis.refused("team", "contacts", contacts="x")
    gis.refused("team", "location", location="1,2")
    gis.get("/ogc/collections/team/items?state=standby&state=resting", 400)
    check(set(gis.ids("expert", on_call="true")) | set(gis.ids("expert", on_call="false")) <= set(gis.ids("expert")))
    gis.refused("expert", "on_call", on_call="perhaps")


def test_time():
    """An incident is there from its report until it was stood down; what says nothing of time is always there."""
    with kit.Folder() as folder, Gis(folder) as gis:
        for name, start in (("old", "2026-01-01T00:00:00.000Z"), ("new", "2026-06-01T00:00:00.000Z")):
            gis.service.accept("incident.report", {"incident": name, "title": name, "t0": start, "location": [109, 40]})
        put(gis, "camera", [("camera", {"name": "C", "location": [1, 1]})])
        check(gis.ids("incident", datetime="2026-03-01T00:00:00Z") == ["old"])
        check(gis.ids("incident", datetime="2025-03-01T00:00:00Z/..") == ["old", "new"])
        check(gis.ids("incident", datetime="../2025-12-31T23:59:59Z") == [])
        check(gis.ids("incident", datetime="/2026-02-01T08:00:00+08:00") == ["old"])
        check(gis.ids("incident", datetime="2026-05-01T00:00:00Z/2026-07-01T00:00:00Z") == ["old", "new"])
        check(gis.ids("camera", datetime="2001-01-01T00:00:00Z") == ["camera"])
        for wrong in ("today", "2026-01-01", "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z", "a/b", "", "../../.."):
            gis.refused("incident", "datetime", datetime=wrong)
        extent = gis.get("/ogc/collections/incident")[0]["extent"]["temporal"]["interval"]
        check(extent == [["2026-01-01T00:00:00.000Z", None]], extent)


def test_drawings():
    """What is drawn on the map is a line or an area, a circle too; it is there from when it holds until it is struck."""
    with kit.Folder() as folder, Gis(folder) as gis:
        corners = [[109.8, 40.6], [109.8, 40.7], [109.9, 40.7]]
        gis.service.accept("plot.draw", {"plot": "area", "type": "polygon", "points": corners, "label": "Search"})
        gis.service.accept("plot.draw", {"plot": "front", "type": "fire_line", "points": corners})
        gis.service.accept("plot.draw", {"plot": "core", "type": "danger_zone", "points": [[109.8, 40.6]], "radius_m": 500,
                                         "danger": "high", "from": "2026-01-01T00:00:00.000Z"})
        gis.service.accept("plot.draw", {"plot": "mark", "type": "point", "points": [[109.8, 40.6]]})
        shapes = {name: gis.get(f"/ogc/collections/plot/items/{name}")[0] for name in ("area", "front", "core", "mark")}
        # Against the clock, and closed, as GeoJSON wants it.
        check(shapes["area"]["geometry"] == {"type": "Polygon", "coordinates": [[*corners[::-1], corners[-1]]]}, shapes["area"])
        check(shapes["front"]["geometry"] == {"type": "LineString", "coordinates": corners})
        check(shapes["mark"]["geometry"] == {"type": "Point", "coordinates": [109.8, 40.6]})
        ring = shapes["core"]["geometry"]["coordinates"][0]
        check(len(ring) == 73 and ring[0] == ring[-1], ring)
        check(shapes["core"]["properties"]["danger"] == "high" and shapes["area"]["properties"]["label"] == "Search")
        check("note" not in shapes["area"]["properties"])
        check(gis.ids("plot", datetime="2026-01-02T00:00:00Z") == ["core"])
        gis.service.accept("plot.strike", {"plot": "core", "reason": "over"})
        check("core" not in gis.ids("plot", datetime="2100-01-01T00:00:00Z/.."))
        check(gis.ids("plot", type="fire_line") == ["front"])


def test_bodies():
    """Two centres with the same story name no body alike, but for what both know by its credit code."""
    code, other = "9144030071526726XG", "91110000802100433B"
    named = []
    for _ in range(2):
        with kit.Folder() as folder, Gis(folder, "--seed", str(kit.SOURCE / "data/demo")) as gis:
            put(gis, "firm", [("firm-known", {"name": "Known", "location": [109.9, 40.6], "credit_code": code})])
            names = {}
            for kind in ("organisation", "firm"):
                for feature in gis.items(kind, limit=10000)["features"]:
                    names[feature["properties"]["uid"]] = feature["id"]
                    check(gis.ids(kind, uid=feature["properties"]["uid"]) == [feature["id"]], feature)
            check(len(names) > 20, names)
            for wrong in (code[:-1] + "H", code.lower(), "12345", other.replace("B", "O")):
                status, refusal = gis.service.command("registry.put", {"entities": [
                    {"kind": "organisation", "id": "org-wrong", "fields": {"name": "Wrong", "credit_code": wrong}}]})
                check(status == 422 and refusal["field"].endswith("credit_code"), f"{wrong}: {refusal}")
            named.append(names)
    one, two = named
    check(set(one.values()) == set(two.values()), "not the same story")
    check(set(one) & set(two) == {"urn:watchfire:body:uscc:" + code}, set(one) & set(two))


def test_follows_what_happens():
    """What is put, moved and reported is seen by the next question; a drill is not."""
    with kit.Folder() as folder, Gis(folder) as gis:
        put(gis, "unit", [("unit-1", {"name": "U", "type": "rescue", "state": "standby"})])
        check(gis.ids("unit") == [], "a unit without a place")
        put(gis, "unit", [("unit-1", {"name": "U", "type": "rescue", "state": "standby", "location": [109.5, 40.5]})])
        check(gis.ids("unit", bbox="109,40,110,41") == ["unit-1"])
        position = {"unit": "unit-1", "at": kit.now(), "location": [120.25, 30.5], "heading": 90, "speed": 20}
        gis.service.accept("exercise.open", {"name": "Drill"}, scope="exercise-1")
        for scope in ("exercise-1", "live"):
            body = json.dumps({"scope": scope, "positions": [{**position, "location": [120.25 if scope == "live" else 5, 30.5]}]})
            check(gis.service.request("POST", "/api/v1/telemetry", body.encode())[0] == 200)
        check(gis.ids("unit", bbox="109,40,110,41") == [] and gis.ids("unit", bbox="120,30,121,31") == ["unit-1"])
        feature = gis.get("/ogc/collections/unit/items/unit-1")[0]
        check(feature["geometry"] == {"type": "Point", "coordinates": [120.25, 30.5]}, feature)
        check(feature["properties"]["heading"] == 90 and feature["properties"]["speed"] == 20)
        check(feature["properties"]["position_at"] == position["at"])

        # How old it is, and whether one may go by it, as the centre has set it for such units.
        check(feature["properties"]["position_lasts"] == 30 and feature["properties"]["position_age"] >= 0, feature)
        put(gis, "telemetry", [("rescue", {"stale_seconds": 1})])
        time.sleep(2.5)
        feature = gis.get("/ogc/collections/unit/items/unit-1")[0]["properties"]
        check(feature["position_stale"] is True and feature["position_lasts"] == 1 and feature["position_age"] >= 2, feature)
        check(gis.ids("unit", position_stale="true") == ["unit-1"] and gis.ids("unit", position_stale="false") == [])
        put(gis, "telemetry", [("rescue", {"stale_seconds": 3600})])
        check(gis.ids("unit", position_stale="false") == ["unit-1"] and gis.ids("unit", position_stale="true") == [])
        gis.service.accept("exercise.open", {"name": "Drill"}, scope="exercise-2")
        gis.service.accept("incident.report", {"incident": "drilled", "title": "Drill", "t0": kit.now(), "location": [109, 40]},
                           scope="exercise-2")
        gis.service.accept("incident.report", {"incident": "real", "title": "Real", "t0": kit.now(), "location": [109, 40]})
        check(gis.ids("incident") == ["real"])
        gis.get("/ogc/collections/incident/items/drilled", 404)
    with kit.Folder() as folder:
        with Gis(folder) as gis:
            put(gis, "unit", [("unit-1", {"name": "U", "type": "rescue", "state": "standby", "location": [109.5, 40.5]})])
            check(gis.service.request("POST", "/api/v1/telemetry", json.dumps({"scope": "live", "positions": [position]}).encode())[0] == 200)
        with Gis(folder) as gis:
            check(gis.ids("unit", bbox="120,30,121,31") == ["unit-1"], "the last position is lost over a restart")


def before(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - seconds))


def read_sensors(gis, at, *readings, scope="live"):
    body = {"scope": scope, "readings": [{"source": s, "quantity": q, "at": at, "value": v} for s, q, v in readings]}
    status, _, answer = gis.service.request("POST", "/api/v1/telemetry", json.dumps(body).encode())
    check(status == 200 and json.loads(answer)["accepted"] == len(readings), answer)


def test_readings():
    """The newest of what each sensor has read is a feature, where its source was, and no drill's."""
    with kit.Folder() as folder:
        with Gis(folder) as gis:
            put(gis, "reservoir", [("dam", {"name": "Dam", "location": [109.5, 40.5]})])
            put(gis, "unit", [("gas-1", {"name": "Gas car", "type": "gas_analysis", "state": "standby", "location": [110, 41]})])
            gis.service.accept("exercise.open", {"name": "Drill"}, scope="exercise-1")
            early, between, late = before(30), before(20), before(10)
            read_sensors(gis, early, ("dam", "water_level", 1.5), ("dam", "flow", 7), ("gas-1", "ammonia", 12), ("nowhere", "rain", 1))
            read_sensors(gis, early, ("dam", "water_level", 99), scope="exercise-1")
            read_sensors(gis, late, ("dam", "water_level", 2.25))
            check(gis.items("reading")["numberMatched"] == 3, gis.items("reading"))
            found = gis.items("reading", quantity="water_level")["features"]
            check(len(found) == 1 and found[0]["geometry"]["coordinates"] == [109.5, 40.5], found)
            about = found[0]["properties"]
            check(about["value"] == 2.25 and about["unit"] == "m" and about["source"] == "dam" and about["source_name"] == "Dam", about)
            check(about["reading_lasts"] == 900 and about["reading_stale"] is False and about["reading_age"] >= 10, about)
            check([f["properties"]["quantity"] for f in gis.items("reading", bbox="109.9,40.9,110.1,41.1")["features"]] == ["ammonia"])
            check(gis.ids("reading", datetime=f"{between}/..") == [found[0]["id"]])
            check(gis.items("reading", datetime=f"../{between}")["numberMatched"] == 2)
            check(gis.get(f"/ogc/collections/reading/items/{found[0]['id']}")[0]["properties"]["value"] == 2.25)
            put(gis, "telemetry", [("ammonia", {"stale_seconds": 1})])
            check([f["properties"]["source"] for f in gis.items("reading", reading_stale="true")["features"]] == ["gas-1"])
            interval = gis.get("/ogc/collections/reading")[0]["extent"]["temporal"]["interval"][0]
            check(interval == [early, late], interval)
        with Gis(folder) as gis:
            check([(f["properties"]["source"], f["properties"]["value"]) for f in gis.items("reading")["features"]] ==
                  [("dam", 7), ("dam", 2.25), ("gas-1", 12)])


def test_tokens_and_forms():
    """A GIS signs in with a header or with any name and the token as its password; it gets the form that it asks for."""
    with kit.Folder() as folder, Gis(folder) as gis:
        put(gis, "camera", [("camera", {"name": "C", "location": [1, 1]})])
        path = "/ogc/collections/camera/items"

        def basic(text):
            return "Basic " + base64.b64encode(text.encode()).decode()

        gis.get(path, 200, Authorization=basic(f"qgis:{kit.TOKEN}"))
        gis.get(path, 200, Authorization=basic(f":{kit.TOKEN}"))
        for wrong in (basic("qgis:nobody"), basic(kit.TOKEN), basic("a:b\0c"), "Basic !!!", "Basic", "Digest x"):
            received = gis.get(path, 401, Authorization=wrong)[1]
            check("Basic" in received["WWW-Authenticate"] and "Bearer" in received["WWW-Authenticate"])
        gis.get("/api/v1/session", 401, Authorization=basic(f"qgis:{kit.TOKEN}"))

        for accept, kind in ((None, "application/geo+json"), ("*/*", "application/geo+json"), ("application/json", "application/json"),
                             ("application/geo+json;q=0.5, application/json", "application/json"),
                             ("text/html, application/*;q=0.1", "application/geo+json"),
                             ("application/geo+json;q=0, */*", "application/json")):
            headers = {"Accept": accept} if accept else {}
            check(gis.get(path, 200, **headers)[1]["Content-Type"] == kind, accept)
        check(gis.get(path + "?f=geojson", 200, Accept="text/html")[1]["Content-Type"] == "application/geo+json")
        gis.get(path, 406, Accept="text/html")

        # Each form knows the other, of a page and of a feature alike, and keeps what was asked.
        for start in (path + "?limit=5", path + "/camera"):
            page, headers = gis.get(start)
            there, kind = gis.get(link(page, "alternate").split(f":{gis.service.port}", 1)[1])
            check(kind["Content-Type"] == "application/json" and "f=json" in link(there, "self"), there["links"])
            back, kind = gis.get(link(there, "alternate").split(f":{gis.service.port}", 1)[1])
            check(kind["Content-Type"] == "application/geo+json" == headers["Content-Type"], back["links"])
            for one in (page, there, back):
                one.pop("links")
                one.pop("timeStamp", None)
            check(page == there == back)
            check("limit=5" in start or "geometry" in page)
        gis.get(path + "?f=xml", 400)
        chinese = gis.get("/ogc/collections/camera", 200, **{"Accept-Language": "zh-CN,zh;q=0.9"})[0]
        check(chinese["title"] == "摄像头" and gis.get("/ogc/collections/camera")[0]["title"] == "Cameras")


kit.run(test_demonstration_district, test_boxes_find_what_is_in_them, test_pages_are_stable, test_time, test_drawings,
        test_follows_what_happens, test_bodies, test_readings, test_tokens_and_forms)
