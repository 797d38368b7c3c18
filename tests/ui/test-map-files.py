# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Malformed map packs and MBTiles, given to the real programs: watchfirectl says which field is wrong and why, and watchfire
goes on without the file. Neither changes the file or anything else.

  test-map-files.py WATCHFIRECTL DATA [WATCHFIRE WATCHFIRED]
"""

import gzip
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zlib

PNG = (b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0)),
                       (b"IDAT", zlib.compress((b"\x00" + b"\x80" * 256) * 256)), (b"IEND", b""))))
COUNT = 0


def tell(good, name):
    global COUNT
    COUNT += 1
    print(f"{'ok' if good else 'not ok'} {COUNT} {name}", flush=True)


def change(path, *statements):
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(*statement) if isinstance(statement, tuple) else database.execute(statement)
    database.close()


def make_mbtiles(path, *statements):
    change(path, "CREATE TABLE metadata (name TEXT, value TEXT)",
           "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)",
           "INSERT INTO metadata VALUES ('name', 'T'), ('format', 'png'), ('minzoom', '0'), ('maxzoom', '2'),"
           " ('bounds', '100,30,120,50')",
           ("INSERT INTO tiles VALUES (0, 0, 0, ?)", (PNG,)), *statements)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def cut(path, share):
    os.truncate(path, int(os.path.getsize(path) * share))


def cases(folder, data):
    """Yields (path, words that the refusal must have), the good ones with None."""
    pack = os.path.join(data, "basemap", "jiuyuan.wfmap")

    def copy(name, *statements):
        path = os.path.join(folder, name)
        shutil.copyfile(pack, path)
        change(path, *statements)
        return path

    def tiles(name, *statements):
        path = os.path.join(folder, name)
        make_mbtiles(path, *statements)
        return path

    def noise(name, head=b""):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(head + random.Random(name).randbytes(20000))
        return path

    yield copy("good.wfmap"), None
    yield tiles("good.mbtiles"), None
    truncated = copy("truncated.wfmap")
    cut(truncated, 0.6)
    yield truncated, ["cut off"]
    truncated = tiles("truncated.mbtiles")
    cut(truncated, 0.5)
    yield truncated, ["cut off"]
    yield noise("random.wfmap"), ["not a map file"]
    yield noise("random.mbtiles"), ["not a map file"]
    yield noise("lying-head.mbtiles", b"SQLite format 3\0"), []
    yield os.path.join(folder, "missing.wfmap"), []
    yield copy("bbox.wfmap", "UPDATE metadata SET value = '120,50,100,30' WHERE name = 'bbox'"), ["bbox", "turned round"]
    yield copy("zoom.wfmap", "DELETE FROM metadata WHERE name = 'min_zoom'"), ["min_zoom", "missing"]
    yield copy("version.wfmap", "PRAGMA user_version = 9"), ["version"]
    yield copy("class.wfmap", "UPDATE feature SET class = 9999 WHERE id = (SELECT MAX(id) FROM feature)"), ["class", "unknown"]
    yield copy("geometry.wfmap", "UPDATE feature SET geometry = x'0102ffffffff0f' WHERE id = (SELECT MIN(id) FROM feature)"), \
        ["geometry"]
    yield tiles("vector.mbtiles", "UPDATE metadata SET value = 'pbf' WHERE name = 'format'"), ["maxzoom", "no tile"]
    yield tiles("picture.mbtiles", "UPDATE metadata SET value = 'pbf' WHERE name = 'format'",
                "UPDATE metadata SET value = '0' WHERE name = 'maxzoom'"), ["tile_data", "no vector tile"]
    yield tiles("bomb.mbtiles", "UPDATE metadata SET value = 'pbf' WHERE name = 'format'",
                "UPDATE metadata SET value = '0' WHERE name = 'maxzoom'",
                ("UPDATE tiles SET tile_data = ?", (gzip.compress(bytes(100_000_000)),))), ["tile_data", "16 MB"]
    yield tiles("empty.mbtiles", "UPDATE metadata SET value = 'pbf' WHERE name = 'format'",
                "UPDATE metadata SET value = '0' WHERE name = 'maxzoom'", "UPDATE tiles SET tile_data = x''"), None
    yield tiles("scheme.mbtiles", "INSERT INTO metadata VALUES ('scheme', 'xyz')"), ["scheme", "upside down"]
    yield tiles("bounds.mbtiles", "UPDATE metadata SET value = '1,2,3' WHERE name = 'bounds'"), ["bounds", "four numbers"]
    yield tiles("place.mbtiles", ("INSERT INTO tiles VALUES (1, 7, 0, ?)", (PNG,))), ["tile_column", "no such place"]
    yield tiles("image.mbtiles", "INSERT INTO tiles VALUES (1, 0, 0, x'474946383961')"), ["tile_data", "not a PNG"]
    yield tiles("other.mbtiles", "INSERT INTO tiles VALUES (1, 0, 0, x'FFD8FFC00011080010001003')"), ["tile_data", "format"]
    yield tiles("no-tiles.mbtiles", "DROP TABLE tiles"), ["tiles", "missing"]


def check_ctl(ctl, path, words):
    before = digest(path) if os.path.exists(path) else None
    result = subprocess.run([ctl, "map", "check", path], capture_output=True, text=True, timeout=60, check=False)
    after = digest(path) if os.path.exists(path) else None
    if words is None:
        good = result.returncode == 0
    else:
        good = (result.returncode == 1 and os.path.basename(path) in result.stderr
                and all(word in result.stderr for word in words))
    if not good:
        print(f"# {path}: {result.returncode} {result.stdout!r} {result.stderr!r}")
    tell(good and before == after, "watchfirectl: " + os.path.basename(path))


def wait_for(check, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.1)
    return False


def check_window(watchfire, watchfired, data, folder):
    """The real program with a district's pack that is cut off and one that lies about a shape: it says so, and stays."""
    own = os.path.join(folder, "data")
    shutil.copytree(data, own)
    district = os.path.join(own, "basemap", "jiuyuan.wfmap")
    cut(district, 0.6)
    overview = os.path.join(own, "basemap", "overview.wfmap")
    change(overview, "UPDATE feature SET geometry = x'0102ffffffff0f'")
    before = digest(district), digest(overview)
    log = os.path.join(folder, "log")
    environment = dict(os.environ, WATCHFIRE_DATADIR=own, WATCHFIRE_LIBEXEC=os.path.dirname(watchfired), GTK_A11Y="none",
                       GSK_RENDERER="cairo", LC_ALL="C.UTF-8")
    with open(log, "w", encoding="utf-8") as file:
        process = subprocess.Popen([watchfire, "--data", os.path.join(folder, "profile")], env=environment, stdout=file,
                                   stderr=file)
    try:
        def said(*words):
            with open(log, encoding="utf-8", errors="replace") as text:
                return any("A map file is not used" in line and all(word in line for word in words) for line in text)

        tell(wait_for(lambda: said("jiuyuan.wfmap", "cut off"), 60), "watchfire: a pack that is cut off is refused")
        tell(wait_for(lambda: said("overview.wfmap", "geometry"), 60), "watchfire: a pack with a shape that lies is refused")
        time.sleep(1)
        with open(log, encoding="utf-8", errors="replace") as text:
            told = sum("A map file is not used" in line for line in text)
        tell(process.poll() is None and told == 2, "watchfire: it goes on, and has said each once")
        tell(before == (digest(district), digest(overview)), "watchfire: the files are as they were")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with open(log, encoding="utf-8", errors="replace") as text:
            for line in text.readlines()[-20:]:
                print("# " + line.rstrip())


def main():
    ctl, data = sys.argv[1:3]
    folder = tempfile.mkdtemp(prefix="watchfire-maps-")
    try:
        for path, words in cases(folder, data):
            check_ctl(ctl, path, words)
        if len(sys.argv) > 3:
            check_window(sys.argv[3], sys.argv[4], data, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"1..{COUNT}")


if __name__ == "__main__":
    main()
