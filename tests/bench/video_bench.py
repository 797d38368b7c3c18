# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Video: what a wall of links costs beside gst-launch, how late a picture is on the screen beside mpv, how soon the first one
is there beside mpv and clapper, recovery, and whether anything is left over after many openings."""

import ctypes
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

WALL_ROUNDS = 3
WALL_SECONDS = 15
WARM_UP = 6
DELAY_SECONDS = 12
FRAME_MS = 40
OPENINGS = 9
SOAK_WARM_UP = 45
TICKS = os.sysconf("SC_CLK_TCK")
WIDTH, HEIGHT = 1280, 720


class Display:
    """An X server without a window manager: windows stand where they are put."""

    def __init__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):
            piece = os.read(read, 16)
            if not piece:
                raise RuntimeError("Xvfb did not start")
            number += piece
        os.close(read)
        self.name = ":" + number.decode().strip()

    def environment(self, **more):
        return dict(os.environ, DISPLAY=self.name, GDK_BACKEND="x11", GSK_RENDERER="cairo", GTK_A11Y="none", **more)

    def close(self):
        self.server.terminate()
        self.server.wait(10)


class Source:
    """Cameras that are sent from memory."""

    def __init__(self, options, width, height, number):
        self.process = subprocess.Popen(
            [os.path.join(options.build, "tests", "bench", "bench-video-source"), str(width), str(height), "25", str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = int(self.process.stdout.readline())
        self.uris = [f"rtsp://127.0.0.1:{port}/{i}" for i in range(number)]

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


class Unit:
    """The simulated unit, whose picture carries a clock."""

    def __init__(self, options):
        self.process = subprocess.Popen(
            [os.path.join(options.build, "src", "tools", "watchfire-unit"), "--stream-only", "--unit", "bench"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.uri = json.loads(self.process.stdout.readline())["uri"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def start_wall(options, display, uris):
    pairs = [part for i, uri in enumerate(uris) for part in (uri, f"camera {i + 1}")]
    # Its reports go into a file: nobody reads a pipe while it runs, and a full one would hold it up.
    reports = tempfile.TemporaryFile("w+", encoding="utf-8")
    process = subprocess.Popen([os.path.join(options.build, "tests", "video", "video-wall"), *pairs], stdin=subprocess.PIPE,
                               stdout=reports, stderr=subprocess.DEVNULL, text=True, env=display.environment())
    process.reports = reports
    return process


def end_wall(process):
    """Its reports: the last of each link."""
    process.stdin.close()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.reports.seek(0)
    text = process.reports.read()
    process.reports.close()
    last = {}
    for line in text.splitlines():
        try:
            report = json.loads(line)
        except ValueError:
            continue
        if "link" in report:
            last[report["link"]] = report
    return last


def main_thread(process):
    """Of a wall's main thread so far: processor seconds, and milliseconds by its own clock, in all and for drawing the window."""
    # The wall writes where this file stands, so it is read without moving that.
    text = os.pread(process.reports.fileno(), os.fstat(process.reports.fileno()).st_size, 0).decode()
    reports = [json.loads(line) for line in text.splitlines(True) if line.endswith("\n") and "drawing_ms" in line]
    said = reports[-1] if reports else {"main_ms": 0, "drawing_ms": 0}
    return read_used(f"/proc/{process.pid}/task/{process.pid}/stat"), said["main_ms"], said["drawing_ms"]


def read_used(path):
    """Processor seconds so far, of a process or a thread."""
    with open(path, encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def used(*pids):
    """Processor seconds so far."""
    return sum(read_used(f"/proc/{pid}/stat") for pid in pids)


def measure_cpu(display, pid, look=lambda: ()):
    """Cores that a process and the X server use, and by how much what look() gives has grown meanwhile."""
    time.sleep(WARM_UP)
    before, more, start = used(pid, display.server.pid), look(), time.monotonic()
    time.sleep(WALL_SECONDS)
    cores = (used(pid, display.server.pid) - before) / (time.monotonic() - start)
    return cores, [new - old for old, new in zip(more, look())]


def wall_once(options, uris):
    display = Display()
    try:
        process = start_wall(options, display, uris)
        cpu, grown = measure_cpu(display, process.pid, lambda: main_thread(process))
        reports = end_wall(process)
    finally:
        display.close()
    seconds, main, drawing = grown
    pictures = sum(report["fps"] for report in reports.values()) * WALL_SECONDS
    share = drawing / main if main else 0
    return cpu, reports, {"main": seconds * 1000 / pictures if pictures else 0, "drawing": share,
                          "of_wall": seconds / WALL_SECONDS / cpu if cpu else 0}


def launch_once(uris, columns):
    """gst-launch with the same streams, each decoded by one thread, scaled to its tile and put into a window of its own."""
    width, height = WIDTH // columns, HEIGHT // columns
    display = Display()
    try:
        words = ["gst-launch-1.0", "-q"]
        for uri in uris:
            words += ("rtspsrc", f"location={uri}", "protocols=tcp", "latency=100", "!", "rtph264depay", "!", "h264parse", "!",
                      "avdec_h264", "max-threads=1", "!", "videoscale", "!",
                      f"video/x-raw,width={width},height={height},pixel-aspect-ratio=1/1", "!",
                      "videoconvert", "!", "ximagesink")
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=display.environment())
        windows, until = [], time.monotonic() + 20
        while len(windows) < len(uris) and time.monotonic() < until:
            time.sleep(0.5)
            # A window that goes while the tree is being read makes it fail.
            tree = subprocess.run(["xwininfo", "-root", "-tree"], capture_output=True, text=True, env=display.environment(),
                                  check=False).stdout
            windows = re.findall(rf"(0x[0-9a-f]+) [^\n]*? {width}x{height}\+", tree)
        for i, window in enumerate(windows):
            subprocess.run(["xdotool", "windowmove", window, str(i % columns * width), str(i // columns * height)],
                           env=display.environment(), check=False)
        cpu, _ = measure_cpu(display, process.pid)
        alive = process.poll() is None
        process.terminate()
        process.wait(20)
        return cpu, len(windows) if alive else 0
    finally:
        display.close()


def bench_wall(options, tell):
    source = Source(options, 1280, 720, 9)
    try:
        ours, theirs, rates, mains, windows = [], [], [], [], 9
        for _ in range(WALL_ROUNDS):
            cpu, reports, main = wall_once(options, source.uris)
            ours.append(cpu)
            mains.append(main)
            rates.append(min([report["fps"] for report in reports.values()], default=0) if len(reports) == 9 else 0)
            if shutil.which("gst-launch-1.0"):
                cpu, n = launch_once(source.uris, 3)
                theirs.append(cpu)
                windows = min(windows, n)
    finally:
        source.close()
    peer = statistics.median(theirs) if theirs else None
    tell("video-wall", statistics.median(ours), "cores", "lower", "gst-launch … ximagesink" if theirs else None, peer, 1.2,
         rounds=[round(x, 3) for x in ours], peer_rounds=[round(x, 3) for x in theirs], peer_windows=windows)
    # What is no drawing is the swap of pictures, the layout, the labels and the main loop itself.
    main, drawing = (statistics.median(part[name] for part in mains) for name in ("main", "drawing"))
    tell("video-wall-main", main, "main_cpu_ms a picture shown", "lower", without_drawing=round(main * (1 - drawing), 3),
         drawing=round(main * drawing, 3), of_wall=round(statistics.median(part["of_wall"] for part in mains), 3),
         rounds=[round(part["main"], 3) for part in mains])
    tell("video-wall-rate", statistics.median(rates), "fps, slowest of 9", "higher", goal=24)

    source = Source(options, 640, 360, 16)
    try:
        cpu, reports, _ = wall_once(options, source.uris)
    finally:
        source.close()
    tell("video-wall-16", min([report["fps"] for report in reports.values()], default=0), "fps, slowest of 16", "higher", goal=24,
         links=len(reports), cores=round(cpu, 3))


class XImage(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.POINTER(ctypes.c_char)), ("byte_order", ctypes.c_int), ("bitmap_unit", ctypes.c_int),
                ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int), ("depth", ctypes.c_int),
                ("bytes_per_line", ctypes.c_int)]


class Clock:
    """Reads the clock from the screen, as src/tools/wf-unit-strip.c writes it: squares at the bottom left, 42 bits of time
    and 6 of a sum."""

    def __init__(self, display):
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        x11.XGetImage.restype = ctypes.POINTER(XImage)
        x11.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                                  ctypes.c_ulong, ctypes.c_int]
        x11.XDestroyImage.argtypes = [ctypes.POINTER(XImage)]
        x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
        self.x11, self.display = x11, x11.XOpenDisplay(display.name.encode())
        self.root = x11.XDefaultRootWindow(self.display)

    def close(self):
        self.x11.XCloseDisplay(self.display)

    def read(self):
        square = max(WIDTH // 96, 2) & ~1
        top = HEIGHT - 2 * square + square // 2
        image = self.x11.XGetImage(self.display, self.root, 0, top, WIDTH, 1, 0xFFFFFFFF, 2)
        raw = ctypes.string_at(image.contents.data, WIDTH * 4)
        self.x11.XDestroyImage(image)
        bits = 0
        for i in range(48):
            x = square + i * square + square // 2
            bits = bits << 1 | (raw[4 * x + 1] > 127)
        value, checksum = bits >> 6, 0x2A
        for shift in range(0, 42, 6):
            checksum += value >> shift & 0x3F
        return value if checksum & 0x3F == bits & 0x3F and value else None

    def wait(self, seconds):
        """Seconds until a picture of now is on the screen, or None. One that stands there still from before does not count."""
        start, since = time.monotonic(), time.time() * 1000 - 100
        while time.monotonic() - start < seconds:
            if (self.read() or 0) > since:
                return time.monotonic() - start
            time.sleep(0.004)
        return None

    def delays(self, seconds):
        """How old each picture is when it comes up, ms."""
        values, last, until = [], None, time.monotonic() + seconds
        while time.monotonic() < until:
            value = self.read()
            if value and value != last:
                values.append(time.time() * 1000 - value)
                last = value
            time.sleep(0.002)
        return values


MPV = ["mpv", "--no-config", "--profile=low-latency", "--vo=x11", "--no-audio", "--no-osc", "--no-border",
       f"--geometry={WIDTH}x{HEIGHT}+0+0", "--rtsp-transport=tcp", "--really-quiet"]


def delay_once(display, process):
    clock = Clock(display)
    try:
        if clock.wait(20) is None:
            return []
        time.sleep(3)
        return clock.delays(DELAY_SECONDS)
    finally:
        clock.close()


def bench_delay(options, tell):
    unit = Unit(options)
    medians, worst = {"ours": [], "mpv": []}, 0
    try:
        for _ in range(2):
            for name in ("ours", "mpv"):
                if name == "mpv" and not shutil.which("mpv"):
                    continue
                display = Display()
                try:
                    if name == "ours":
                        process = start_wall(options, display, [unit.uri])
                    else:
                        process = subprocess.Popen([*MPV, unit.uri], env=display.environment(), stdin=subprocess.DEVNULL)
                    values = delay_once(display, process)
                    if values:
                        medians[name].append(statistics.median(values))
                        if name == "ours":
                            worst = max(worst, statistics.quantiles(values, n=20)[-1])
                    if name == "ours":
                        end_wall(process)
                    else:
                        process.terminate()
                        process.wait(20)
                finally:
                    display.close()
    finally:
        unit.close()
    tell("video-delay", statistics.median(medians["ours"]), "ms", "lower", "mpv --profile=low-latency" if medians["mpv"] else None,
         statistics.median(medians["mpv"]) if medians["mpv"] else None, 1.0, p95=round(worst), on="the screen")


def bench_delay_soak(options, tell):
    """Whether a picture that has been watched for long is later than it was: what grows by less than a frame has not grown. The
    quickest tenth is told beside the median, since what else the machine does makes single pictures late, not all of them."""
    seconds = options.soak if options.soak is not None else 600
    unit = Unit(options)
    display = Display()
    try:
        process = start_wall(options, display, [unit.uri])
        clock = Clock(display)
        try:
            if clock.wait(20) is None:
                raise RuntimeError("no picture came")
            time.sleep(3)
            begun = time.monotonic()
            early = clock.delays(DELAY_SECONDS)
            time.sleep(max(seconds - DELAY_SECONDS, 0))
            watched = time.monotonic() - begun
            late = clock.delays(DELAY_SECONDS)
        finally:
            clock.close()
        end_wall(process)
    finally:
        display.close()
        unit.close()
    # A picture that froze has no new ones, and would look as if nothing had changed.
    if min(len(early), len(late)) < 25 * DELAY_SECONDS / 2:
        raise RuntimeError(f"of {25 * DELAY_SECONDS} pictures {len(early)} were seen at the beginning, {len(late)} at the end")
    quickest = [statistics.quantiles(values, n=10)[0] for values in (early, late)]
    tell("video-delay-soak", statistics.median(late) - statistics.median(early), f"ms more after {round(watched)} s", "lower",
         goal=FRAME_MS, before_ms=round(statistics.median(early), 1), after_ms=round(statistics.median(late), 1),
         quickest_tenth_more=round(quickest[1] - quickest[0], 1), pictures=[len(early), len(late)], on="the screen")


def ask_mpv(connection, *command):
    connection.sendall(json.dumps({"command": command}).encode() + b"\n")


def first_of_mpv(display, uri):
    """From the order to open an address, to a player that runs already, to the picture on the screen."""
    folder = tempfile.mkdtemp(prefix="watchfire-mpv-")
    path = os.path.join(folder, "socket")
    process = subprocess.Popen([*MPV, "--idle", "--force-window=yes", f"--input-ipc-server={path}"],
                               env=display.environment(), stdin=subprocess.DEVNULL)
    values, clock = [], Clock(display)
    try:
        connection = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            try:
                connection.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(1)
        for i in range(OPENINGS):
            ask_mpv(connection, "loadfile", uri)
            value = clock.wait(15)
            if value:
                values.append(value)
            ask_mpv(connection, "stop")
            time.sleep(0.7 + 0.13 * i)
        connection.close()
    finally:
        clock.close()
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
    return values


def first_of_program(command, uri, display_class=Display):
    """From the start of a program to its picture on the screen."""
    values = []
    for _ in range(3):
        display = display_class()
        clock = Clock(display)
        try:
            process = subprocess.Popen([*command, uri, *(["bench"] if "video-wall" in command[0] else [])], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=display.environment())
            value = clock.wait(20)
            if value:
                values.append(value)
            process.stdin.close()
            process.terminate()
            process.wait(20)
        finally:
            clock.close()
            display.close()
    return values


def run_links(options, what):
    """The links themselves, without a window: what tests/video/video-bench.c says."""
    text = subprocess.run([os.path.join(options.build, "tests", "video", "video-bench"),
                           os.path.join(options.build, "src", "tools", "watchfire-unit"), what],
                          capture_output=True, text=True, timeout=400, check=True).stdout
    return {line["name"]: line for line in map(json.loads, text.splitlines())}


def bench_first_picture(options, tell):
    found = run_links(options, "first-picture")["video-first-picture"]
    unit = Unit(options)
    # Somebody watches already, so that no key frame comes because we do.
    watcher = subprocess.Popen(["gst-launch-1.0", "-q", "rtspsrc", f"location={unit.uri}", "protocols=tcp", "!", "fakesink"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        display = Display()
        try:
            theirs = first_of_mpv(display, unit.uri) if shutil.which("mpv") else []
        finally:
            display.close()
        ours_cold = first_of_program([os.path.join(options.build, "tests", "video", "video-wall")], unit.uri)
        clapper = first_of_program(["clapper"], unit.uri) if shutil.which("clapper") else []
    finally:
        watcher.terminate()
        watcher.wait(20)
        unit.close()
    tell("video-first-picture", found["value"], "ms", "lower", "mpv --profile=low-latency" if theirs else None,
         statistics.median(theirs) * 1000 if theirs else None, 1.0, worst=found["max"], n=found["n"], limit_ms=1000,
         peer_rounds=[round(x * 1000) for x in theirs])
    if ours_cold:
        tell("video-first-picture-from-start", statistics.median(ours_cold) * 1000, "ms", "lower", "clapper" if clapper else None,
             statistics.median(clapper) * 1000 if clapper else None, 1.0,
             note=None if clapper else "clapper shows nothing on this display (it needs OpenGL), or cannot be had")


def bench_recovery(options, tell):
    found = run_links(options, "recovery")["video-recovery"]
    tell("video-recovery", found["value"], "ms", "lower", goal=3000, worst=found["max"], n=found["n"])


def weigh(pid):
    """What a process holds: megabytes, threads, open files."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        kilobytes = int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
    return kilobytes / 1024, len(os.listdir(f"/proc/{pid}/task")), len(os.listdir(f"/proc/{pid}/fd"))


def soak_wall(options, tell, seconds):
    """Nine links side by side for long: whether they weigh more at the end. The middle of five looks counts, since pictures come
    and go between them."""
    source = Source(options, 1280, 720, 9)
    display = Display()
    try:
        process = start_wall(options, display, source.uris)
        time.sleep(SOAK_WARM_UP)
        looks = [[], []]
        minutes = []
        for part in looks:
            for _ in range(5):
                part.append(weigh(process.pid))
                time.sleep(1)
            # By the minute: what grew once, and stands still since, is another thing than what grows.
            end = time.monotonic() + max(seconds - 5, 0)
            while part is looks[0] and time.monotonic() < end:
                minutes.append(round(weigh(process.pid)[0], 1))
                time.sleep(max(min(60, end - time.monotonic()), 0))
        reports = end_wall(process)
    finally:
        display.close()
        source.close()
    before, after = ([statistics.median(look[i] for look in part) for i in range(3)] for part in looks)
    tell("video-soak-wall-memory", (after[0] / before[0] - 1) * 100, f"% more after {seconds} s of nine links", "lower", goal=2,
         before_mb=round(before[0], 1), after_mb=round(after[0], 1), links=sum(report["state"] == 2 for report in reports.values()),
         slowest_fps=min([report["fps"] for report in reports.values()], default=0), each_minute_mb=minutes)
    tell("video-soak-wall-threads", after[1] - before[1], "more", "lower", goal=0, after=after[1])
    tell("video-soak-wall-files", after[2] - before[2], "more", "lower", goal=0, after=after[2])


def bench_soak(options, tell):
    soak_wall(options, tell, options.soak if options.soak is not None else 3600 if options.long else 600)
    found = run_links(options, "soak")
    for name, line in found.items():
        tell(name, line["value"], line["unit"], "lower", goal=line["goal"], **{k: v for k, v in line.items()
             if k not in ("name", "value", "unit", "better", "goal")})


BENCHES = {"video-wall": bench_wall, "video-delay": bench_delay, "video-delay-soak": bench_delay_soak,
           "video-first-picture": bench_first_picture,
           "video-recovery": bench_recovery, "video-soak": bench_soak}
