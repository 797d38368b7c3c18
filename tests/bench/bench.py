# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks that start whole programs. Each prints JSON objects, one a line; see build-aux/bench."""

import argparse
import ctypes
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "walk"))
import desk  # noqa: E402
import bbox_bench  # noqa: E402
import map_bench  # noqa: E402
import service_bench  # noqa: E402

ROUNDS = 7
WATCH_SECONDS = 6.0


def tell(name, value, unit, better, peer=None, peer_value=None, goal=None, **more):
    line = {"name": name, "value": round(value, 3), "unit": unit, "better": better, "peer": peer,
            "peer_value": round(peer_value, 3) if peer_value else None,
            "ratio": round(value / peer_value, 3) if peer_value else None, "goal": goal}
    line.update(more)
    print(json.dumps(line, ensure_ascii=False), flush=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


class XImage(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.POINTER(ctypes.c_char)), ("byte_order", ctypes.c_int), ("bitmap_unit", ctypes.c_int),
                ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int), ("depth", ctypes.c_int),
                ("bytes_per_line", ctypes.c_int)]


class Eyes:
    """Looks at the whole screen many times a second and keeps every 16th pixel of every 8th line."""

    def __init__(self, screen):
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        x11.XGetImage.restype = ctypes.POINTER(XImage)
        x11.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                                  ctypes.c_ulong, ctypes.c_int]
        x11.XDestroyImage.argtypes = [ctypes.POINTER(XImage)]
        self.x11 = x11
        self.display = x11.XOpenDisplay(screen.display.encode())
        self.root = x11.XDefaultRootWindow(self.display)
        self.width, self.height = screen.width, screen.height

    def look(self):
        image = self.x11.XGetImage(self.display, self.root, 0, 0, self.width, self.height, 0xFFFFFFFF, 2)
        lines = []
        try:
            stride = image.contents.bytes_per_line
            base = ctypes.addressof(image.contents.data.contents)
            for y in range(0, self.height, 8):
                raw = ctypes.string_at(base + y * stride, self.width * 4)
                lines.append(raw[0::64] + raw[1::64] + raw[2::64])
        finally:
            self.x11.XDestroyImage(image)
        return b"".join(lines)


def same_share(a, b):
    equal = sum(1 for x, y in zip(a, b) if abs(x - y) < 12)
    return equal / max(len(a), 1)


def time_to_picture(eyes, command, environment):
    """Starts a program and returns the seconds until the screen shows 97 % of what it shows in the end, and its pid's group."""
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
    seconds = next(at for at, frame in frames if same_share(frame, final) >= 0.97)
    return seconds, process


def proportional_memory(pid):
    """PSS of a process in MB: shared pages are counted by their share."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def bench_start(options):
    """Start to the first usable picture, warm, beside gnome-maps; memory of both."""
    screen = desk.Screen(1600, 900)
    folder = tempfile.mkdtemp(prefix="watchfire-bench-")
    environment = dict(os.environ, XDG_DATA_HOME=os.path.join(folder, "data"), XDG_CONFIG_HOME=os.path.join(folder, "config"),
                       XDG_CACHE_HOME=os.path.join(folder, "cache"), GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo",
                       LIBGL_ALWAYS_SOFTWARE="1", NO_AT_BRIDGE="1", GTK_A11Y="none")
    try:
        eyes = Eyes(screen)
        # The first start seeds the demonstration district; it is not what a person waits for each morning.
        with open(os.path.join(folder, "first.log"), "w", encoding="utf-8") as log:
            first = desk.start([os.path.join(options.prefix, "bin", "watchfire")], environment, log)
            time.sleep(15)
            desk.stop(first)
        ours, theirs, ours_memory, service_memory, their_memory = [], [], [], [], []
        peer = desk.have("gnome-maps")
        for _ in range(ROUNDS):
            seconds, process = time_to_picture(eyes, [os.path.join(options.prefix, "bin", "watchfire")], environment)
            ours.append(seconds)
            ours_memory.append(proportional_memory(process.pid))
            for pid, name in desk.children_of(process.pid):
                if name.startswith("watchfired"):
                    service_memory.append(proportional_memory(pid))
            desk.stop(process)
            time.sleep(1)
            if peer:
                seconds, process = time_to_picture(eyes, ["gnome-maps"], environment)
                theirs.append(seconds)
                their_memory.append(proportional_memory(process.pid))
                desk.stop(process)
                time.sleep(1)
        if not peer:
            say("gnome-maps cannot be had here: the figures stand alone")
        median = statistics.median
        tell("start", median(ours), "s", "lower", "gnome-maps" if peer else None, median(theirs) if peer else None, 0.7,
             rounds=ROUNDS, worst=round(max(ours), 3))
        tell("start-memory", median(ours_memory), "MB", "lower", "gnome-maps" if peer else None,
             median(their_memory) if peer else None, None)
        if service_memory:
            tell("start-memory-service", median(service_memory), "MB", "lower")
    finally:
        screen.close()
        shutil.rmtree(folder, ignore_errors=True)


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
                for name, bench in {**service_bench.BENCHES, **bbox_bench.BENCHES, **map_bench.BENCHES}.items()})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--build", required=True)
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
