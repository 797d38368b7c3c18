# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of other programs, good and bad, made into map packs by the real watchfirectl: what is imported is there, what is wrong is mended, left
out or refused with its reason, and nothing half-done stays.

  test-map-import.py WATCHFIRECTL
"""

import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

COUNT = 0


def tell(good, name, why=""):
    global COUNT
    COUNT += 1
    print(f"{'ok' if good else 'not ok'} {COUNT} {name}", flush=True)
    if not good:
        print(f"# {why}", flush=True)


def square(west, south, size=0.1):
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]


def feature(kind, coordinates, **properties):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def write_json(path, *features):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection", "features": features}, file)


def write_shapefile(stem, names, encoding, cpg=None, prj=True, dbf=True, rings=None):
    """Polygons, by the white paper of 1998 and not by GDAL."""
    rings = rings or [square(109.4 + i * 0.1, 40.5) for i in range(len(names))]
    records, index, offset = b"", b"", 50
    for number, ring in enumerate(rings, 1):
        # Outer rings are clockwise in a Shapefile.
        points = list(reversed(ring))
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        body = struct.pack("<i4dii", 5, min(xs), min(ys), max(xs), max(ys), 1, len(points)) + struct.pack("<i", 0)
        body += b"".join(struct.pack("<2d", *p) for p in points)
        records += struct.pack(">ii", number, len(body) // 2) + body
        index += struct.pack(">ii", offset, len(body) // 2)
        offset += 4 + len(body) // 2
    every = [p for ring in rings for p in ring]
    box = struct.pack("<4d", min(p[0] for p in every), min(p[1] for p in every), max(p[0] for p in every), max(p[1] for p in every))

    def head(length):
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length // 2) + struct.pack("<2i", 1000, 5) + box + struct.pack("<4d", 0, 0, 0, 0)

    with open(stem + ".shp", "wb") as file:
        file.write(head(100 + len(records)) + records)
    with open(stem + ".shx", "wb") as file:
        file.write(head(100 + len(index)) + index)
    if dbf:
        with open(stem + ".dbf", "wb") as file:
            file.write(struct.pack("<BBBBIHH20x", 3, 126, 1, 1, len(names), 65, 21))
            file.write(struct.pack("<11sc4xBB14x", b"NAME", b"C", 20, 0) + b"\r")
            for name in names:
                file.write(b" " + name.encode(encoding)[:20].ljust(20))
            file.write(b"\x1a")
    if cpg:
        with open(stem + ".cpg", "w", encoding="ascii") as file:
            file.write(cpg)
    if prj:
        with open(stem + ".prj", "w", encoding="ascii") as file:
            file.write('GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
                       'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')


class Desk:
    def __init__(self, ctl, folder):
        self.ctl, self.folder = ctl, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words):
        return subprocess.run([self.ctl, "map", *words], capture_output=True, text=True, timeout=120, check=False)

    def plan(self, layers=("division:NAME",), pack="name=九原\nsource=局\nattribution=© 局\nreview-number=蒙S(2024)001号", file=""):
        text = f"[file]\n{file}\n\n[pack]\n{pack}\n"
        for number, layer in enumerate(layers):
            kind, _, name = layer.partition(":")
            text += f"\n[layer-{number}]\nkind={kind}\nname={name}\n"
        path = self.path("plan.ini")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def make(self, source, target="made.wfmap", **plan):
        """Returns (result, names of the pack, its metadata)."""
        path = self.path(target)
        if os.path.exists(path):
            os.unlink(path)
        result = self.run("import", self.path(source), self.plan(**plan), path)
        if result.returncode != 0:
            left = [name for name in os.listdir(self.folder) if "wfmap" in name]
            return result, left, None
        check = self.run("check", path)
        with sqlite3.connect(path) as database:
            names = [row[0] for row in database.execute("SELECT name FROM feature WHERE name IS NOT NULL ORDER BY id")]
            metadata = dict(database.execute("SELECT name, value FROM metadata"))
        database.close()
        return (result if check.returncode == 0 else check), names, metadata


def good_files(desk):
    write_json(desk.path("one.geojson"), feature("Polygon", [square(109.5, 40.5)], NAME="九原区"),
               feature("MultiPolygon", [[square(110, 40.5)], [square(110.5, 40.5)]], NAME="东河区"))
    result, names, metadata = desk.make("one.geojson")
    tell(names == ["九原区", "东河区"], "GeoJSON: divisions with their names", f"{result} {names}")
    tell(metadata["review_number"] == "蒙S(2024)001号" and metadata["attribution"] == "© 局" and metadata["datum"] == "WGS 84",
         "GeoJSON: source and review number are in the pack", str(metadata))
    tell([round(float(v), 2) for v in metadata["bbox"].split(",")] == [109.5, 40.5, 110.6, 40.6], "GeoJSON: the extent", str(metadata))

    look = desk.run("look", desk.path("one.geojson"))
    tell("kind=division" in look.stdout or "kind=quarter" in look.stdout, "look: a plan is proposed", look.stdout)
    tell("name=NAME" in look.stdout and "2 features" in look.stdout, "look: fields and counts", look.stdout)

    for name, encoding, cpg in (("utf8", "utf-8", "UTF-8"), ("gbk", "gb18030", None), ("lying", "gb18030", "UTF-8"),
                                ("lying-too", "utf-8", "GBK")):
        write_shapefile(desk.path(name), ["九原区", "东河区"], encoding, cpg)
        result, names, _ = desk.make(name + ".shp")
        tell(names == ["九原区", "东河区"], f"Shapefile: {encoding} with .cpg {cpg}", f"{result} {names}")

    subprocess.run(["ogr2ogr", "-f", "GPKG", "-t_srs", "EPSG:4547", "-nln", "区划", desk.path("metres.gpkg"), desk.path("one.geojson")],
                   check=True, capture_output=True, timeout=60)
    subprocess.run(["ogr2ogr", "-update", "-nln", "roads", desk.path("metres.gpkg"), desk.path("road.geojson")], check=True,
                   capture_output=True, timeout=60)
    result, names, metadata = desk.make("metres.gpkg", layers=("division:NAME", "arterial:NAME"))
    tell(names == ["九原区", "东河区", "钢铁大街"], "GeoPackage: two layers", f"{result} {names}")
    tell(metadata and abs(float(metadata["bbox"].split(",")[0]) - 109.5) < 1e-4, "GeoPackage: a projection in metres is undone",
         str(metadata))

    result, names, metadata = desk.make("one.geojson", file="datum=GCJ-02")
    shift = 109.5 - float(metadata["bbox"].split(",")[0]) if metadata else 0
    tell(0.003 < shift < 0.01, "GCJ-02 is undone", f"{shift} {result}")


def strange_files(desk):
    write_json(desk.path("bow.geojson"), feature("Polygon", [[[109, 40], [110, 41], [110, 40], [109, 41], [109, 40]]], NAME="蝶"))
    result, names, _ = desk.make("bow.geojson")
    tell(names == ["蝶"] and "mended" in result.stdout and "feature 0" in result.stdout, "a polygon that crosses itself is mended",
         f"{result} {names}")

    write_json(desk.path("date.geojson"), feature("Polygon", [[[179, 50], [-179, 50], [-179, 52], [179, 52], [179, 50]]], NAME="界"))
    result, names, metadata = desk.make("date.geojson")
    tell(names == ["界"] and "antimeridian" in result.stdout and metadata["bbox"].startswith("-180"), "the antimeridian cuts a shape",
         f"{result} {metadata}")

    write_json(desk.path("mixed.geojson"), feature("Polygon", [square(109.5, 40.5)], NAME="好"),
               feature("Polygon", [square(40.5, 109.5)], NAME="反"), feature("Point", [500, 40], NAME="远"),
               {"type": "Feature", "properties": {"NAME": "空"}, "geometry": None})
    result, names, _ = desk.make("mixed.geojson")
    tell(names == ["好"] and "3 left out" in result.stdout and "swapped" in result.stdout and "no shape" in result.stdout,
         "what cannot be used is left out, with feature and reason", f"{result} {names}")

    write_json(desk.path("swapped.geojson"), feature("Polygon", [square(40.5, 109.5)], NAME="反"))
    result, left, _ = desk.make("swapped.geojson")
    tell(result.returncode == 1 and left == [], "a file of which nothing can be used is refused, and leaves nothing", f"{result} {left}")
    result, names, metadata = desk.make("swapped.geojson", file="swap=true")
    tell(names == ["反"] and metadata["bbox"].startswith("109.5"), "swapped axes can be put right", f"{result}")

    plan = desk.plan(file="district=109.5;40.5;109.6;40.6")
    write_json(desk.path("away.geojson"), feature("Polygon", [square(20, 50)], NAME="远"))
    look = desk.run("look", desk.path("away.geojson"), plan)
    tell("outside of the district" in look.stdout, "a file outside of the district is warned of", look.stdout)
    # As 109.5–109.6°E, 40.5–40.6°N is in GCJ-02.
    write_json(desk.path("gcj.geojson"), feature("Polygon", [[[109.50581, 40.50111], [109.60595, 40.50114], [109.60595, 40.60114],
                                                              [109.50581, 40.60111], [109.50581, 40.50111]]], NAME="偏"))
    look = desk.run("look", desk.path("gcj.geojson"), plan)
    tell("GCJ-02" in look.stdout, "a file that lies beside the district by the shift of GCJ-02 is warned of", look.stdout)

    metres = [[[x * 1000, y * 1000] for x, y in ring] for ring in [square(500, 4480, 10)]]
    write_shapefile(desk.path("no-prj"), ["米"], "utf-8", "UTF-8", prj=False, rings=metres)
    result, left, _ = desk.make("no-prj.shp")
    tell(result.returncode == 1 and left == [], "metres without .prj are refused", f"{result} {left}")
    look = desk.run("look", desk.path("no-prj.shp"))
    tell("coordinate system" in look.stderr, "… and the reason names the coordinate system", look.stderr)
    result, names, _ = desk.make("no-prj.shp", file="crs=EPSG:4547")
    tell(names == ["米"], "… which can be entered", f"{result} {names}")

    write_shapefile(desk.path("no-dbf"), ["无"], "utf-8", dbf=False)
    result, names, _ = desk.make("no-dbf.shp")
    tell(result.returncode == 0 and names == [], "a Shapefile without its .dbf has shapes and no names", f"{result} {names}")


def bad_files(desk):
    def write(name, data):
        with open(desk.path(name), "wb") as file:
            file.write(data)
        return name

    with open(desk.path("one.geojson"), "rb") as file:
        good = file.read()
    with open(desk.path("utf8.shp"), "rb") as file:
        shape = file.read()
    with open(desk.path("metres.gpkg"), "rb") as file:
        package = file.read()
    for suffix in ("shx", "dbf", "prj"):
        shutil.copyfile(desk.path("utf8." + suffix), desk.path("cut." + suffix))
    cases = [
        (write("cut.geojson", good[:len(good) * 2 // 3]), "GeoJSON cut off"),
        (write("cut.shp", shape[:len(shape) * 2 // 3]), "Shapefile cut off"),
        (write("cut.gpkg", package[:len(package) // 3]), "GeoPackage cut off"),
        (write("noise.geojson", os.urandom(4000)), "noise"),
        (write("empty.shp", b""), "an empty file"),
        (write("deep.geojson", b'{"type":' + b"[" * 200000), "brackets without end"),
        ("missing.geojson", "a file that is not there"),
        ("", "a folder"),
    ]
    for name, what in cases:
        result, left, _ = desk.make(name)
        tell(result.returncode == 1 and left == [] and len(result.stderr) > 20, f"refused, and nothing stays: {what}",
             f"{result.returncode} {result.stderr} {left}")

    for plan, word in ((dict(layers=("nonsense:NAME",)), "nonsense"), (dict(pack="name=x"), "source"), (dict(layers=()), "nothing"),
                       (dict(file="datum=Mars"), "Mars"), (dict(file="crs=EPSG:1"), "EPSG:1")):
        result, left, _ = desk.make("one.geojson", **plan)
        tell(result.returncode == 1 and left == [] and word in result.stderr, f"a plan that is wrong is refused: {word}",
             f"{result} {left}")

    with open(desk.path("huge.geojson"), "wb") as file:
        file.truncate(2 << 30)
    started = time.monotonic()
    result, left, _ = desk.make("huge.geojson")
    tell(result.returncode == 1 and "larger than" in result.stderr and time.monotonic() - started < 30, "2 GB are refused at once",
         result.stderr)
    os.unlink(desk.path("huge.geojson"))


def stopped(desk):
    """Whoever stops it has what was there before."""
    write_json(desk.path("many.geojson"), *(feature("Polygon", [square(100 + i % 200 / 20, 30 + i / 8000, 0.04)], NAME=f"块{i}")
                                            for i in range(20000)))
    desk.make("one.geojson", "old.wfmap")
    with open(desk.path("old.wfmap"), "rb") as file:
        before = file.read()
    process = subprocess.Popen([desk.ctl, "map", "import", desk.path("many.geojson"), desk.plan(), desk.path("old.wfmap")],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not os.path.exists(desk.path("old.wfmap.part")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    status = process.wait(60)
    process.communicate()
    with open(desk.path("old.wfmap"), "rb") as file:
        after = file.read()
    tell(status == 1 and before == after and not os.path.exists(desk.path("old.wfmap.part")), "stopped: what was there stays",
         f"{status} {len(before)} {len(after)}")


def main():
    desk = Desk(sys.argv[1], tempfile.mkdtemp(prefix="watchfire-import-"))
    try:
        write_json(desk.path("road.geojson"), feature("LineString", [[109.5, 40.5], [109.7, 40.55]], NAME="钢铁大街"))
        good_files(desk)
        strange_files(desk)
        bad_files(desk)
        stopped(desk)
    finally:
        shutil.rmtree(desk.folder, ignore_errors=True)
    print(f"1..{COUNT}")


if __name__ == "__main__":
    main()
