# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A million names, found while one types: our index beside SQLite's FTS5 with its trigram tokenizer, on the same keystrokes."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

from bbox_bench import fetch_places

NAMES = 1_000_000
TYPED = 90
DIVISIONS = "china-division@2.7.0"


def fetch_divisions(folder):
    """Names of villages and towns of China. MIT; fetched anew each time and not kept."""
    os.mkdir(folder)
    subprocess.run(["npm", "pack", DIVISIONS, "--silent"], cwd=folder, check=True, timeout=300, stdout=subprocess.DEVNULL)
    archive = next(name for name in os.listdir(folder) if name.endswith(".tgz"))
    subprocess.run(["tar", "xzf", archive], cwd=folder, check=True)
    names = []
    for file_name in ("streets.json", "villages.json"):
        path = os.path.join(folder, "package", "dist", file_name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                names.extend(row["name"] for row in json.load(file))
    return names


def make_names(folder):
    names = []
    try:
        names += [place[1] for place in fetch_places(folder)]
        names += fetch_divisions(os.path.join(folder, "divisions"))
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        print(f"real names cannot be had here ({error}): what is missing is made up", file=sys.stderr, flush=True)
    chance = random.Random(3)
    real = names or ["东河村", "西山镇", "新桥", "石泉", "Springfield", "Riverside"]
    while len(names) < NAMES:
        names.append(f"{real[chance.randrange(len(real))]}{chance.randrange(1, 30)}组")
    return names[:NAMES]


def make_keystrokes(names):
    """What is in the field after each key, for names typed from their beginning or from somewhere inside."""
    chance = random.Random(4)
    typed = []
    for i in range(TYPED):
        name = names[chance.randrange(len(names))]
        if i % 3 == 0 and len(name) > 3:
            name = name[chance.randrange(1, len(name) - 2):].lstrip()
        typed += [name[:n] for n in range(1, min(len(name), 9) + 1)]
    return typed


def bench_search(options, tell):
    folder = tempfile.mkdtemp(prefix="watchfire-bench-")
    try:
        names = make_names(folder)
        names_path, typed_path = os.path.join(folder, "names"), os.path.join(folder, "typed")
        with open(names_path, "w", encoding="utf-8") as file:
            file.write("\n".join(names))
        with open(typed_path, "w", encoding="utf-8") as file:
            file.write("\n".join(make_keystrokes(names)))
        answer = subprocess.run([os.path.join(options.build, "tests", "bench", "bench-search"), names_path, typed_path], check=True,
                                timeout=600, capture_output=True, text=True)
        seen = json.loads(answer.stdout)
        tell("map-search", seen["p99_ms"], "ms", "lower", "SQLite FTS5 trigram, by rank", seen["peer_p99_ms"], 0.5,
             names=seen["names"], keystrokes=seen["keystrokes"], median=seen["median_ms"], peer_median=seen["peer_median_ms"],
             worst=seen["worst_ms"], found=seen["found"], peer_found=seen["peer_found"])
        tell("map-search-build", seen["build_ms"] + seen["key_ms"], "ms", "lower", keys_ms=seen["key_ms"])
        tell("map-search-memory", seen["bytes"] / 1e6, "MB", "lower")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


BENCHES = {"map-search": bench_search}
