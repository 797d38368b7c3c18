# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A seat at the real program: a service, a screen, the window on it, and a person's eyes and hands (tests/walk/desk.py).

Tests that use it are called with the program and the folder of its data: TEST WATCHFIRE DATA
"""

import os
import pathlib
import shutil
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "service"), str(TESTS / "walk")]

MISSING = [name for name in ("dbus-run-session", "Xvfb", "openbox", "xdotool") if shutil.which(name) is None]
try:
    import desk
except (ImportError, ValueError):
    desk = None
    MISSING.append("the introspection of AT-SPI")

import kit  # noqa: E402  (its folder is known only now)


PROGRAM, DATA = sys.argv[1:3] if len(sys.argv) > 2 else (None, None)


class Seat:
    """A service, and a window that is open on it."""

    def __init__(self, folder, *arguments):
        self.data = folder / "data"
        self.service = kit.Service(self.data)
        self.url = f"http://127.0.0.1:{self.service.port}"
        self.prepare()
        self.screen = self.open_screen()
        home = folder / "home"
        home.mkdir()
        environment = {**os.environ, "GTK_A11Y": "atspi", "GSK_RENDERER": "cairo", "LC_ALL": "C.UTF-8", "LANGUAGE": "en",
                       "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home),
                       "XDG_CACHE_HOME": str(home), "WATCHFIRE_DATADIR": DATA, "G_DEBUG": "gc-friendly",
                       "DISPLAY": self.screen.display}
        self.log = open(folder / "log", "w+", encoding="utf-8")
        self.window = desk.start([PROGRAM, "--service", self.url, "--data", str(folder / "replica"), *arguments],
                                 environment, self.log)
        self.person = desk.Person(self.screen, self.window)

    def open_screen(self):
        return desk.Screen(1366, 768)

    def prepare(self):
        """What is there before the window opens."""

    def end(self):
        """Whether the program ended by itself, and what it said. WATCHFIRE_PICTURE names a file for the last that was seen."""
        if "WATCHFIRE_PICTURE" in os.environ:
            self.screen.picture(os.environ["WATCHFIRE_PICTURE"])
        self.log.flush()
        good = desk.stop(self.window)
        self.screen.close()
        self.service.stop()
        self.log.seek(0)
        text = self.log.read()
        self.log.close()
        return good, text


def run(*tests):
    """Runs tests on a session bus of their own, or says what they want."""
    if MISSING:
        print("1..0 # SKIP wants", ", ".join(MISSING))
        sys.exit(0)
    if os.environ.get("WATCHFIRE_WALK_BUS") != "1":
        desk.under_a_session_bus()
    del sys.argv[1:3]
    kit.run(*tests)
