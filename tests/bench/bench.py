# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks that start whole programs. Each prints JSON objects, one a line; see build-aux/bench."""

import argparse
import json
import mmap
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "walk"))
import desk  # noqa: E402
import bbox_bench  # noqa: E402
import map_bench  # noqa: E402
import search_bench  # noqa: E402
import service_bench  # noqa: E402
import video_bench  # noqa: E402

ROUNDS = 7
WATCH_SECONDS = 6.0
SETTLED_SECONDS = 1.5


def tell(name, value, unit, better, peer=None, peer_value=None, goal=None, **more):
    line = {"name": name, "value": round(value, 3), "unit": unit, "better": better, "peer": peer,
            "peer_value": round(peer_value, 3) if peer_value else None,
            "ratio": round(value / peer_value, 3) if peer_value else None, "goal": goal}
    line.update(more)
    print(json.dumps(line, ensure_ascii=False), flush=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Eyes:
    """Looks at the whole screen many times a second and keeps every 16th pixel of every 8th line. They read the memory of the
    X server: pictures asked of it kept it busy for half of the time, so that what was measured waited for its own measuring."""

    def __init__(self, folder, width):
        self.width = width
        with open(os.path.join(folder, "Xvfb_screen0"), "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        fields = struct.unpack(">25I", self.memory[:100])
        # The header of an XWD file: its own length, then among others the height, the bytes of a line, the colours listed after it.
        self.start, self.height, self.stride = fields[0] + 12 * fields[19], fields[5], fields[12]

    def look(self):
        lines = []
        for y in range(0, self.height, 8):
            raw = self.memory[self.start + y * self.stride:self.start + y * self.stride + self.width * 4]
            lines.append(raw[0::64] + raw[1::64] + raw[2::64])
        return b"".join(lines)


def same_share(a, b, places=None):
    """How much of two pictures is the same, of all places or of those given."""
    if places is None:
        places = range(min(len(a), len(b)))
    equal = sum(1 for i in places if abs(a[i] - b[i]) < 12)
    return equal / max(len(places), 1)


def still_places(frames, final, across):
    """The places of a picture that do not move any more: in squares of 64 pixels, those without a change since the frames
    given. Live video and running clocks never stand still, and say nothing about a program's start."""
    channel = across // 16
    line = channel * 3
    moving = set()
    for frame in frames:
        if frame == final:
            continue
        for i, (x, y) in enumerate(zip(frame, final)):
            if x != y:
                moving.add((i // line // 8, i % line % channel // 4))
    return [i for i in range(len(final)) if (i // line // 8, i % line % channel // 4) not in moving]


def time_to_picture(eyes, command, environment):
    """Starts a program. Returns the seconds until the screen shows 97 % of what stands still on it in the end, the seconds
    until it shows 97 % of everything, the share that stands still, and the process."""
    empty = eyes.look()
    frames = []
    with open(os.devnull, "w", encoding="ascii") as nothing:
        begin = time.monotonic()
        process = desk.start(command, environment, nothing)
        while time.monotonic() - begin < WATCH_SECONDS:
            frames.append((time.monotonic() - begin, eyes.look()))
            time.sleep(0.008)
    final = frames[-1][1]
    if same_share(empty, final) > 0.9:
        desk.stop(process)
        raise RuntimeError(f"{command[0]} showed nothing in {WATCH_SECONDS} s")
    changes = [frame for i, frame in enumerate(frames) if i == 0 or frame[1] != frames[i - 1][1]]
    late = [frame for at, frame in changes if at > WATCH_SECONDS - SETTLED_SECONDS]
    places = still_places(late, final, eyes.width)
    usable = next(at for at, frame in changes if same_share(frame, final, places) >= 0.97)
    whole = next(at for at, frame in changes if same_share(frame, final) >= 0.97)
    return usable, whole, len(places) / len(final), process


def write_tile(path, seed):
    """A picture as a tile server has it: 256 pixels square, with land, water, roads and no long runs of one colour."""
    rows = bytearray()
    for y in range(256):
        rows.append(0)
        for x in range(256):
            if (x * 3 + y * 2 + seed * 37) % 97 < 3 or (x * 2 - y * 5 + seed * 11) % 131 < 2:
                rows += b"\xff\xfa\xe6"
            elif (x - 128) ** 2 + (y - seed * 29 % 256) ** 2 < 3600:
                rows += bytes((170, 206, 226 + (x + y) % 3))
            else:
                rows += bytes((226 + (x ^ y) % 4, 232 - (x * y + seed) % 4, 216))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + chunk(b"IEND", b""))


def make_tiles(folder):
    """The tiles of the whole world, zoom 0 to 4, in the folders that gnome-maps reads with --local."""
    kinds = [os.path.join(folder, f"kind{i}.png") for i in range(4)]
    for i, path in enumerate(kinds):
        write_tile(path, i)
    tiles = os.path.join(folder, "tiles")
    for z in range(5):
        for x in range(2 ** z):
            os.makedirs(os.path.join(tiles, str(z), str(x)))
            for y in range(2 ** z):
                os.link(kinds[(x + 2 * y) % 4], os.path.join(tiles, str(z), str(x), f"{y}.png"))
    return tiles


def proportional_memory(pid):
    """PSS of a process in MB: shared pages are counted by their share."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Starts:
    """What was seen of one program's starts."""

    def __init__(self, command, environment):
        self.command, self.environment = command, environment
        self.usable, self.whole, self.memory, self.service_memory, self.still = [], [], [], [], []

    def once(self, eyes):
        usable, whole, still, process = time_to_picture(eyes, self.command, self.environment)
        self.usable.append(usable)
        self.whole.append(whole)
        self.still.append(still)
        self.memory.append(proportional_memory(process.pid))
        for pid, name in desk.children_of(process.pid):
            if name.startswith("watchfired"):
                self.service_memory.append(proportional_memory(pid))
        desk.stop(process)
        time.sleep(1)


def bench_start(options):
    """Start to the first usable picture, warm, beside gnome-maps, without a map (as it comes up without the internet) and with
    one (tiles on its disk), and beside an empty window; memory of both."""
    folder = tempfile.mkdtemp(prefix="watchfire-bench-")
    screen = desk.Screen(1600, 900, folder)
    environment = dict(os.environ, XDG_DATA_HOME=os.path.join(folder, "data"), XDG_CONFIG_HOME=os.path.join(folder, "config"),
                       XDG_CACHE_HOME=os.path.join(folder, "cache"), GSETTINGS_BACKEND="keyfile", GSK_RENDERER="cairo",
                       LIBGL_ALWAYS_SOFTWARE="1", NO_AT_BRIDGE="1", GTK_A11Y="none")
    try:
        eyes = Eyes(folder, screen.width)
        # The first start seeds the demonstration district; it is not what a person waits for each morning.
        with open(os.path.join(folder, "first.log"), "w", encoding="utf-8") as log:
            first = desk.start([os.path.join(options.prefix, "bin", "watchfire")], environment, log)
            time.sleep(15)
            desk.stop(first)
        ours = Starts([os.path.join(options.prefix, "bin", "watchfire")], environment)
        empty = Starts([os.path.join(options.build, "tests", "bench", "bench-window")], environment)
        written = Starts([os.path.join(options.build, "tests", "bench", "bench-window"), "written"], environment)
        programs = [ours, empty, written]
        theirs = with_map = None
        if desk.have("gnome-maps"):
            theirs = Starts(["gnome-maps"], environment)
            with_map = Starts(["gnome-maps", "--local", make_tiles(folder), "--local-tile-size=256"], environment)
            programs += [theirs, with_map]
        else:
            say("gnome-maps cannot be had here: the figures stand alone")
        for _ in range(ROUNDS):
            for program in programs:
                program.once(eyes)
        tell_starts(ours, empty, theirs, with_map)
        tell("start-written-window", statistics.median(written.usable), "s", "lower",
             "gnome-maps with tiles on its disk" if with_map else None, statistics.median(with_map.usable) if with_map else None)
    finally:
        screen.close()
        shutil.rmtree(folder, ignore_errors=True)


def tell_starts(ours, empty, theirs, with_map):
    median = statistics.median
    value = median(ours.usable)
    more = {"rounds": ROUNDS, "worst": round(max(ours.usable), 3), "still": round(median(ours.still), 3)}
    peer = median(theirs.usable) if theirs else None
    tell("start", value, "s", "lower", "gnome-maps without a map" if theirs else None, peer, 0.7, **more)
    if with_map:
        tell("start-with-map", value, "s", "lower", "gnome-maps with tiles on its disk", median(with_map.usable), 0.7, **more)
    tell("start-everything", median(ours.whole), "s", "lower", "gnome-maps without a map" if theirs else None,
         median(theirs.whole) if theirs else None, None, rounds=ROUNDS, worst=round(max(ours.whole), 3))
    tell("start-empty-window", median(empty.usable), "s", "lower", "gnome-maps without a map" if theirs else None, peer, None)
    tell("start-memory", median(ours.memory), "MB", "lower", "gnome-maps" if theirs else None,
         median(with_map.memory) if with_map else None, None)
    tell("start-empty-window-memory", median(empty.memory), "MB", "lower")
    if ours.service_memory:
        tell("start-memory-service", median(ours.service_memory), "MB", "lower")


def bench_sync(options):
    """From a command on one workstation to the frame that shows it on another."""
    screen = desk.Screen(1600, 900)
    try:
        environment = dict(os.environ, GSK_RENDERER="cairo", GTK_A11Y="none",
                           WATCHFIRE_LIBEXEC=os.path.join(options.prefix, "bin"),
                           WATCHFIRE_DATADIR=os.path.join(options.prefix, "share", "watchfire"))
        subprocess.run([os.path.join(options.build, "tests", "bench", "bench-sync")], env=environment, check=True, timeout=300)
    finally:
        screen.close()


BENCHES = {"start": bench_start, "sync": bench_sync}
BENCHES.update({name: (lambda options, bench=bench: bench(options, tell))
                for name, bench in {**service_bench.BENCHES, **bbox_bench.BENCHES, **map_bench.BENCHES, **search_bench.BENCHES,
                        **video_bench.BENCHES}.items()})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--long", action="store_true", help="soak for an hour, not for ten minutes")
    parser.add_argument("--soak", type=int, metavar="SECONDS", help="or for so long")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(BENCHES)}")
    desk.under_a_session_bus()
    for name in options.names or BENCHES:
        say(f"== {name}")
        BENCHES[name](options)


if __name__ == "__main__":
    main()
