# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The map: its cluster index beside npm's supercluster."""

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


BENCHES = {"geo-cluster": bench_cluster}
