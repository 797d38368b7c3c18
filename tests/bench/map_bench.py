# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The map: its cluster index beside npm's supercluster, and how it pans beside libshumate's own layer."""

import array
import json
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

import desk

ROUNDS = 5
POINTS = 1_000_000
VIEWS = 2_000
PEER = "supercluster@9.1.0"

# Our cells are squares of 64 pixels; a circle of this radius covers as much.
RADIUS = 36


def make_points(path):
    """Half around two thousand towns, half all over the country: longitude and latitude in turn."""
    chance = random.Random(1)
    towns = [(chance.uniform(80, 128), chance.uniform(22, 48)) for _ in range(2000)]
    values = array.array("d")
    for i in range(POINTS):
        if i % 2:
            lon, lat = towns[i // 2 % len(towns)]
            values.extend((lon + chance.gauss(0, 0.05), lat + chance.gauss(0, 0.04)))
        else:
            values.extend((chance.uniform(75, 133), chance.uniform(20, 50)))
    with open(path, "wb") as file:
        values.tofile(file)
    return values


def make_views(path, points):
    """What a window of 1600 x 900 shows at a zoom, around one of the points."""
    chance = random.Random(2)
    values = array.array("d")
    for _ in range(VIEWS):
        zoom = chance.randint(5, 16)
        at = chance.randrange(POINTS)
        lon, lat = points[2 * at], points[2 * at + 1]
        wide = 1600 * 360 / (256 * 2 ** zoom)
        high = 900 * 360 / (256 * 2 ** zoom) * math.cos(math.radians(lat))
        values.extend((zoom, lon - wide / 2, max(lat - high / 2, -85.0), lon + wide / 2, min(lat + high / 2, 85.0)))
    with open(path, "wb") as file:
        values.tofile(file)


def run(command):
    return json.loads(subprocess.run(command, check=True, timeout=200, capture_output=True, text=True).stdout)


def bench_cluster(options, tell):
    folder = tempfile.mkdtemp(prefix="watchfire-bench-")
    try:
        points, views = os.path.join(folder, "points"), os.path.join(folder, "views")
        make_views(views, make_points(points))
        peer = None
        try:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, PEER], check=True,
                           timeout=180, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            peer = f"npm {PEER}"
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{PEER} cannot be had here ({error}): the figures stand alone", file=sys.stderr, flush=True)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(run([os.path.join(options.build, "tests", "bench", "bench-geo"), points, views]))
            if peer:
                theirs.append(run(["node", "--expose-gc", "--max-old-space-size=4096",
                                   os.path.join(os.path.dirname(os.path.abspath(__file__)), "supercluster.js"),
                                   os.path.join(folder, "node_modules", "supercluster", "index.js"), points, views, str(RADIUS)]))

        def row(name, key, factor, unit, goal, **more):
            value = statistics.median(r[key] for r in ours) * factor
            other = statistics.median(r[key] for r in theirs) * factor if theirs else None
            tell(name, value, unit, "lower", peer, other, goal, points=POINTS, **more)

        row("geo-cluster-build", "build_ms", 1, "ms", 0.25)
        row("geo-cluster-memory", "bytes", 1e-6, "MB", 0.25,
            **({"peer_with_features": round(theirs[0]["bytes_with_features"] / 1e6, 1)} if theirs else {}))
        row("geo-cluster-query", "query_us", 1, "us", 0.333, clusters=round(ours[0]["clusters"], 1),
            **({"peer_clusters": round(theirs[0]["clusters"], 1)} if theirs else {}))
        tell("geo-cluster-move", statistics.median(r["move_us"] for r in ours), "us", "lower")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


PANS = {
    "stock": ("stock", 0, 0),
    "map-pan-bare": ("bare", 0, 0),
    "map-pan-base": ("ours", 0, 0),
    "map-pan-100k": ("ours", 100_000, 0),
    "map-pan-1m": ("ours", 1_000_000, 0),
    "map-moving": ("ours", 100_000, 5_000),
}

# What each is measured by, and the ratio to reach.
GOALS = {"map-pan-base": ("stock", 1.8), "map-pan-100k": ("map-pan-base", 0.8), "map-pan-1m": ("map-pan-base", 0.75),
         "map-moving": ("map-pan-base", 0.7)}

PAN_ROUNDS = 3
PAN_SECONDS = 5

# Here things have their names under them.
PAN_ZOOM = 15


def bench_pan(options, tell):
    """Each in turn, three rounds; the median of each."""
    screen = desk.Screen(1600, 900)
    seen = {name: [] for name in PANS}
    try:
        environment = dict(os.environ, GSK_RENDERER="cairo", GTK_A11Y="none", GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1",
                           WATCHFIRE_DATADIR=os.path.join(options.prefix, "share", "watchfire"))
        for _ in range(PAN_ROUNDS):
            for name, (what, things, units) in PANS.items():
                done = subprocess.run([os.path.join(options.build, "tests", "map", "bench-map"), what, str(things), str(units),
                                       str(PAN_SECONDS), str(PAN_ZOOM)], env=environment, check=True, timeout=120, capture_output=True,
                                      text=True)
                seen[name].append(json.loads(done.stdout.splitlines()[-1]))
    finally:
        screen.close()

    def median(name, key):
        return statistics.median(r[key] for r in seen[name])

    # One picture moved by the same hand: more than this no map can reach here.
    tell("map-pan-bare", median("map-pan-bare", "fps"), "frames/s", "higher", p95_ms=median("map-pan-bare", "p95_ms"),
         cpu_ms=median("map-pan-bare", "cpu_ms"))
    for name, (peer, goal) in GOALS.items():
        tell(name, median(name, "fps"), "frames/s", "higher", "ShumateMapLayer" if peer == "stock" else peer, median(peer, "fps"), goal,
             p95_ms=median(name, "p95_ms"), cpu_ms=median(name, "cpu_ms"), peer_cpu_ms=median(peer, "cpu_ms"))


def bench_tile(options, tell):
    """Squares of the ground, and jumps to where nothing was drawn yet: three rounds, medians."""
    screen = desk.Screen(1600, 900)
    try:
        environment = dict(os.environ, GSK_RENDERER="cairo", GTK_A11Y="none", GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1",
                           WATCHFIRE_DATADIR=os.path.join(options.prefix, "share", "watchfire"))
        rounds = [json.loads(subprocess.run([os.path.join(options.build, "tests", "map", "bench-map"), "tile", "0", "0", "1", "12"],
                                            env=environment, check=True, timeout=120, capture_output=True,
                                            text=True).stdout.splitlines()[-1]) for _ in range(PAN_ROUNDS)]
    finally:
        screen.close()

    def median(key):
        return statistics.median(r[key] for r in rounds)

    tell("map-tile", median("tile_p95_ms"), "ms", "lower", goal=10, median_ms=median("tile_ms"))
    tell("map-jump", median("jump_worst_ms"), "ms", "lower", goal=300, median_ms=median("jump_ms"))
    bench_vector(options, tell, environment)


def bench_vector(options, tell, environment):
    """The same of real streets in vector tiles, which only WATCHFIRE_TEST_DATA has."""
    path = os.path.join(os.environ.get("WATCHFIRE_TEST_DATA", ""), "osm", "liechtenstein.vector.mbtiles")
    if not os.path.exists(path):
        print("map-tile-vector: WATCHFIRE_TEST_DATA has no vector tiles to draw", file=sys.stderr)
        return
    rounds = [json.loads(subprocess.run([os.path.join(options.build, "tests", "map", "bench-map"), "vector", path], env=environment,
                                        check=True, timeout=120, capture_output=True, text=True).stdout.splitlines()[-1])
              for _ in range(PAN_ROUNDS)]
    tell("map-tile-vector", statistics.median(r["tile_p95_ms"] for r in rounds), "ms", "lower", goal=10,
         median_ms=statistics.median(r["tile_ms"] for r in rounds))


BENCHES = {"geo-cluster": bench_cluster, "map-pan": bench_pan, "map-tile": bench_tile}
