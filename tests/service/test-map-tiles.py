#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiles that a service hands out of its centre's MBTiles files."""

import json
import pathlib

import kit
from kit import check


def sets(service):
    status, answer = service.get("/tiles")
    check(status == 200, answer)
    return {row["set"]: row for row in answer["sets"]}


def refused(service, path, status, rule, field=None):
    got, _, body = service.request("GET", path)
    answer = json.loads(body)
    check(got == status and answer["rule"] == rule and answer.get("field") == field, f"{path}: {got} {answer}")


def test_handed_out():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        check(sets(service) == {})
        tiles = folder / "data/tiles"
        tiles.mkdir()
        kit.make_tiles(tiles / "streets.mbtiles")
        kit.make_tiles(tiles / "amap.gcj02.mbtiles", zooms=(0,))
        (tiles / "broken.mbtiles").write_bytes(b"this is no database" * 100)
        found = sets(service)
        check(set(found) == {"streets", "amap.gcj02"}, found)
        check(found["streets"]["datum"] == "wgs84" and found["amap.gcj02"]["datum"] == "gcj02", found)
        check(found["streets"]["attribution"] == "Survey" and found["streets"]["max_zoom"] == 2, found)

        # Rows are counted from the north here, and from the south in the file.
        status, headers, body = service.request("GET", "/tiles/streets/2/3/0")
        check(status == 200 and headers["Content-Type"] == "image/png" and body == kit.make_png((120, 180, 180)), headers)
        check("max-age" in headers["Cache-Control"] and headers["X-Content-Type-Options"] == "nosniff", headers)
        etag = headers["ETag"]
        status, headers, body = service.request("GET", "/tiles/streets/2/3/0", headers={"If-None-Match": etag})
        check(status == 304 and body == b"" and headers["ETag"] == etag, headers)
        status, headers, body = service.request("GET", "/tiles/streets/2/3/1", headers={"If-None-Match": etag})
        check(status == 200 and headers["ETag"] != etag, headers)
        check(service.stop() == 0)


def test_refused():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        tiles = folder / "data/tiles"
        tiles.mkdir()
        kit.make_tiles(tiles / "streets.mbtiles", zooms=(1, 2))
        kit.make_tiles(tiles / "lies.mbtiles", tile=b"<html>" * 100)
        (folder / "secret.mbtiles").write_bytes((tiles / "streets.mbtiles").read_bytes())
        refused(service, "/tiles/nowhere/0/0/0", 404, "tile.unknown")
        refused(service, "/tiles/streets/0/0/0", 404, "tile.unknown")
        refused(service, "/tiles/streets/7/0/0", 404, "tile.unknown")
        refused(service, "/tiles/streets/1/0", 404, "tile.unknown")
        refused(service, "/tiles/streets/1/0/0/0", 404, "tile.unknown")
        # Some of these libsoup refuses before anybody else sees them.
        for name in ("..%2f..%2fsecret", "..", "%2e%2e", ".hidden", "a" * 65):
            status, _, body = service.request("GET", f"/tiles/{name}/1/0/0")
            check(status in (400, 404) and b"PNG" not in body, f"{name}: {status} {body}")
        refused(service, "/tiles/streets/23/0/0", 400, "tile.range", "z")
        refused(service, "/tiles/streets/-1/0/0", 400, "tile.range", "z")
        refused(service, "/tiles/streets/1/2/0", 400, "tile.range", "x")
        refused(service, "/tiles/streets/1/0/2", 400, "tile.range", "y")
        refused(service, "/tiles/streets/1/0/99999999999999999999", 400, "tile.range", "y")
        refused(service, "/tiles/streets/1/0/0x1", 400, "tile.range", "y")
        refused(service, "/tiles/lies/1/0/0", 404, "tile.unusable")
        refused(service, "/tiles/streets/1/0/0?x=1", 400, "request.query", "?")
        status, _, _ = service.request("GET", "/tiles/streets/1/0/0", headers={"Authorization": "Bearer nobody-0123456789"})
        check(status == 401, status)

        # A unit only sends: its token is none for reading.
        done = kit.ctl("token", "add", folder / "data", "--actor", "u1", "--name", "Unit", "--role", "unit")
        check(done.returncode == 0, done.stderr)
        status, _, body = service.request("GET", "/tiles/streets/1/0/0", headers={"Authorization": f"Bearer {done.stdout.strip()}"})
        check(status == 401, body)
        check(service.stop() == 0)


def test_exchanged():
    """A file that is put in the place of another is handed out without a restart; one that is cut off is not."""
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        tiles = folder / "data/tiles"
        tiles.mkdir()
        kit.make_tiles(tiles / "streets.mbtiles", zooms=(0,))
        check(service.request("GET", "/tiles/streets/0/0/0")[2] == kit.make_png((0, 0, 0)))
        kit.make_tiles(folder / "new", zooms=(0, 1), tile=kit.make_png((1, 2, 3)))
        pathlib.Path(folder / "new").rename(tiles / "streets.mbtiles")
        check(service.request("GET", "/tiles/streets/0/0/0")[2] == kit.make_png((1, 2, 3)))
        whole = (tiles / "streets.mbtiles").read_bytes()
        (tiles / "streets.mbtiles").write_bytes(whole[:len(whole) // 3])
        status, _, body = service.request("GET", "/tiles/streets/1/1/1")
        check(status == 404, body)
        check(service.get("/health")[0] == 200)
        check(service.stop() == 0)


kit.run(test_handed_out, test_refused, test_exchanged)
