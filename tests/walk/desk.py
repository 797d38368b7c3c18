# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk to sit at: a screen (Xvfb), a session bus, a window manager, and a person's eyes and hands.

Controls are found by their accessible names and roles (AT-SPI) and operated by real key and pointer events (xdotool), as a
person would; nothing in the program knows that it is being tested.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


class NotFound(Exception):
    """What a person would look for is not on the screen."""


def wait_for(what, check, seconds=20, every=0.1):
    """Waits until check() is truthy and returns it; NotFound(what) when it does not come."""
    deadline = time.monotonic() + seconds
    looks = 0
    while True:
        looks += 1
        try:
            found = check()
        except GLib.Error:
            found = None  # a widget went away while we looked at it
        if found:
            return found
        if time.monotonic() > deadline and looks >= 4:  # on a loaded machine one look alone can take that long
            raise NotFound(f"waited {seconds} s for {what}")
        time.sleep(every)


def make_locale(folder, name):
    """Makes a locale for programs started with LOCPATH, where the system has not got it."""
    target = os.path.join(folder, name)
    if not os.path.isdir(target):
        os.makedirs(folder, exist_ok=True)
        language, charset = name.split(".")
        subprocess.run(["localedef", "-c", "-i", language, "-f", charset, target], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder


def under_a_session_bus():
    """Starts this program again under a session bus of its own, if it has not been yet."""
    if os.environ.get("WATCHFIRE_WALK_BUS") == "1":
        return
    # The accessibility bus puts its socket there; two walks at once must not share it.
    runtime = tempfile.mkdtemp(prefix="watchfire-walk-run-")
    os.chmod(runtime, 0o700)
    environment = dict(os.environ, WATCHFIRE_WALK_BUS="1", XDG_RUNTIME_DIR=runtime)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    os.execvpe("dbus-run-session", ["dbus-run-session", "--", sys.executable] + sys.argv, environment)


class Screen:
    """An X server of our own with a window manager. With a folder, what is on the screen can be read from a file there
    (Xvfb_screen0, an XWD picture), which costs the server nothing."""

    def __init__(self, width, height, folder=None):
        self.width, self.height = width, height
        read, write = os.pipe()
        self.server = subprocess.Popen(self._server_command(folder) + ["-displayfd", str(write), "-noreset", "-nolisten", "tcp"],
                                       pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        number = b""
        while not number.endswith(b"\n"):
            piece = os.read(read, 16)
            if not piece:
                raise RuntimeError("Xvfb did not start")
            number += piece
        os.close(read)
        self.display = ":" + number.decode().strip()
        os.environ["DISPLAY"] = self.display
        os.environ["GDK_BACKEND"] = "x11"
        self.manager = subprocess.Popen(["openbox", "--config-file", self._manager_config()],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _server_command(self, folder):
        return ["Xvfb", "-screen", "0", f"{self.width}x{self.height}x24"] + (["-fbdir", folder] if folder else [])

    def _manager_config(self):
        # Every window undecorated; the application's own window fills the screen, as on a desk that is used for nothing else.
        handle, name = tempfile.mkstemp(suffix=".xml")
        with os.fdopen(handle, "w") as file:
            file.write('<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>'
                       '<application type="normal" class="*"><decor>no</decor><maximized>yes</maximized></application>'
                       '<application type="dialog" class="*"><decor>no</decor></application>'
                       '</applications><keyboard/><mouse/></openbox_config>')
        return name

    def picture(self, path):
        subprocess.run(["import", "-silent", "-display", self.display, "-window", "root", path], check=True)

    def close(self):
        for process in (self.manager, self.server):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class TwoMonitors(Screen):
    """Two monitors of that size side by side. Xvfb has one output, and GTK 4 passes over a monitor that has none, so it is the
    server for real screens, with a driver that has sixteen outputs and no hardware."""

    SERVER = "/usr/lib/xorg/Xorg"
    DRIVER = "/usr/lib/xorg/modules/drivers/dummy_drv.so"

    @classmethod
    def can_be_had(cls):
        return os.path.exists(cls.SERVER) and os.path.exists(cls.DRIVER)

    def _server_command(self, folder):
        handle, name = tempfile.mkstemp(suffix=".conf")
        width, height = self.width, self.height
        mode = (f'Modeline "desk" 85 {width} {width + 70} {width + 213} {width + 426} {height} {height + 3} {height + 6} {height + 30}\n'
                '  HorizSync 5.0-1000.0\n  VertRefresh 5.0-200.0\n  Option "PreferredMode" "desk"\n  Option "Enable" "true"')
        with os.fdopen(handle, "w") as file:
            file.write(f"""
Section "ServerFlags"
  Option "AutoAddDevices" "false"
EndSection
Section "Device"
  Identifier "none"
  Driver "dummy"
  VideoRam 64000
  Option "Monitor-DUMMY0" "left"
  Option "Monitor-DUMMY1" "right"
EndSection
Section "Monitor"
  Identifier "left"
  {mode}
EndSection
Section "Monitor"
  Identifier "right"
  {mode}
  Option "Position" "{width} 0"
EndSection
Section "Screen"
  Identifier "screen"
  Device "none"
  Monitor "left"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Virtual {2 * width} {height}
  EndSubSection
EndSection
""")
        return [self.SERVER, "-config", name, "-logfile", name + ".log", "-novtswitch", "-sharevts"]


ROLE_NAMES = {
    "button": {"push button", "toggle button", "button"},
    "entry": {"text", "entry", "password text", "spin button"},
    "check": {"check box", "radio button", "switch", "toggle button"},
    "row": {"list item", "table row", "table cell", "tree item"},
    "choice": {"combo box"},
    "tab": {"page tab", "radio button", "toggle button", "push button"},
}


class Person:
    """Looks at one application and operates it."""

    def __init__(self, screen, process):
        self.screen = screen
        self.process = process
        self.presses = 0
        # Whoever asks a program for its accessible tree before it has one is told that it is empty, for ever: so look
        # with the eyes first.
        Atspi.set_timeout(20000, 60000)  # a slow machine is slow, not gone
        wait_for("a window", self._has_window, 90)
        time.sleep(0.5)

    def _has_window(self):
        search = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                                capture_output=True, text=True, check=False)
        if self.process.poll() is not None:
            raise RuntimeError(f"the application ended with {self.process.returncode}")
        return search.stdout.strip()

    # --- eyes ---------------------------------------------------------------------------------------------------------

    def application(self):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid:
                child.set_cache_mask(Atspi.Cache.NONE)  # what we remember of a changing screen is wrong
                return child
        return None

    def windows(self):
        application = self.application()
        if application is None:
            return []
        return [w for w in (application.get_child_at_index(i) for i in range(application.get_child_count())) if w is not None]

    def walk(self, node=None, depth=0):
        """Everything that is showing, topmost window first."""
        if node is None:
            for window in reversed(self.windows()):
                yield from self.walk(window)
            return
        # What has no place on the screen (a page that is not shown, a row scrolled away) has nothing to see within it.
        # GTK 4.8 says "showing" of windows only; of the rest we know that it is visible and has a place. A row that goes
        # away while we look at it takes nothing but itself out of sight.
        try:
            if depth > 60 or not node.get_state_set().contains(Atspi.StateType.VISIBLE) or not self.has_place(node):
                return
            count = node.get_child_count()
        except GLib.Error:
            return
        yield node
        for i in range(count):
            try:
                child = node.get_child_at_index(i)
            except GLib.Error:
                continue
            if child is not None:
                yield from self.walk(child, depth + 1)

    @staticmethod
    def has_place(node):
        try:
            extents = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
        except GLib.Error:
            return True  # a page of a stack is no widget and has no place of its own; what is in it has
        return extents.width > 0 and extents.height > 0

    @staticmethod
    def is_sensitive(node):
        return node.get_state_set().contains(Atspi.StateType.SENSITIVE)

    def all(self, name=None, role=None, within=None):
        """Everything on the screen of that name (text, or a compiled pattern) and role (a key of ROLE_NAMES or AT-SPI's)."""
        roles = ROLE_NAMES.get(role, {role}) if role else None
        found = []
        for node in self.walk(within):
            try:
                if roles and node.get_role_name() not in roles:
                    continue
                text = node.get_name() or ""
            except GLib.Error:
                continue
            if name is not None:
                if isinstance(name, re.Pattern):
                    if not name.search(text):
                        continue
                elif text != name:
                    continue
            found.append(node)
        return found

    def find(self, name=None, role=None, within=None, seconds=20, sensitive=True):
        """The first such thing, as soon as it is on the screen (and can be used)."""
        def look():
            for node in self.all(name, role, within):
                if not sensitive or self.is_sensitive(node):
                    return node
            return None
        label = name.pattern if isinstance(name, re.Pattern) else name
        try:
            return wait_for(f"{role or 'something'} “{label}”", look, seconds)
        except NotFound as problem:
            raise NotFound(f"{problem}; on the screen: {self.describe()}") from None

    def sees(self, text, seconds=20):
        """Waits until a text is to be read anywhere on the screen: as a name, a description or in a field."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))

        def look():
            for node in self.walk():
                if pattern.search(node.get_name() or "") or pattern.search(node.get_description() or ""):
                    return node
                if node.get_role_name() in ("text", "label", "entry", "paragraph"):
                    try:
                        content = Atspi.Text.get_text(node, 0, -1)
                    except GLib.Error:
                        content = ""
                    if pattern.search(content or ""):
                        return node
            return None
        try:
            return wait_for(f"the text “{pattern.pattern}”", look, seconds)
        except NotFound as problem:
            raise NotFound(f"{problem}; on the screen: {self.describe()}") from None

    def describe(self):
        lines = []
        try:
            for node in self.walk():
                if node.get_name():
                    lines.append(f"{node.get_role_name()} “{node.get_name()}”")
        except GLib.Error as problem:
            lines.append(str(problem))
        return "; ".join(lines[:400])

    # --- hands ----------------------------------------------------------------------------------------------------------

    def _xdotool(self, *arguments):
        return subprocess.run(["xdotool", *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    def _move(self, x, y):
        """Moves the pointer and waits until it is there; xdotool would wait long for a pointer that need not move."""
        if f"x:{x} y:{y} " not in self._xdotool("getmouselocation"):
            self._xdotool("mousemove", "--sync", x, y)

    def _surfaces(self):
        """The application's windows on the screen, dialogs and popovers too: (x, y, width, height)."""
        surfaces = []
        # A window that goes away during the search spoils it.
        for line in wait_for("a window of the application", self._has_window, 10).split():
            shell = subprocess.run(["xdotool", "getwindowgeometry", "--shell", line], capture_output=True, text=True, check=False)
            geometry = dict(part.split("=", 1) for part in shell.stdout.split())
            if shell.returncode == 0:
                surfaces.append(tuple(int(geometry[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))
        return surfaces

    def place_of(self, node, x=0.5, y=0.5):
        """Where on the screen a part of a widget is. GTK 4 gives extents summed up over the parents only, so we look for
        the nearest ancestor that has a window of its own (popovers have) and reckon from there."""
        extents = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
        surfaces = self._surfaces()
        ancestor = node
        while ancestor is not None:
            try:
                own = Atspi.Component.get_extents(ancestor, Atspi.CoordType.WINDOW)
            except GLib.Error:
                ancestor = ancestor.get_parent()  # a page of a stack
                continue
            toplevel = ancestor.get_role_name() in ("frame", "dialog", "window", "alert")
            for left, top, width, height in reversed(surfaces):
                # Round a window of its own GTK may draw a border or a shadow, the same on each side.
                border, other = width - own.width, height - own.height
                if border == other == 0 or toplevel and border == other and 0 < border <= 120:
                    return (int(left + border // 2 + extents.x - own.x + extents.width * x),
                            int(top + border // 2 + extents.y - own.y + extents.height * y))
            ancestor = ancestor.get_parent()
        raise NotFound(f"no window on the screen has “{node.get_name()}” in it")

    def bring_into_view(self, node):
        """Turns the wheel over the pane that holds a widget until the widget can be seen in it."""
        pane = node.get_parent()
        while pane is not None and pane.get_role_name() != "scroll pane":
            pane = pane.get_parent()
        if pane is None:
            return
        for _ in range(40):
            inner = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
            outer = Atspi.Component.get_extents(pane, Atspi.CoordType.WINDOW)
            middle = inner.y + inner.height // 2
            if outer.y + 8 <= middle <= outer.y + outer.height - 8 or inner.height > outer.height:
                return
            # At its edge: a list or a text within it would take the wheel for itself.
            px, py = self.place_of(pane, 0, 0.5)
            self._move(px + 6, py)
            self._xdotool("click", 5 if middle > outer.y + outer.height - 8 else 4)
            time.sleep(0.25)

    def find_in_list(self, name, role, rows, seconds=20):
        """Something in a long list, which has only those rows that are in sight: turns the wheel down, then up."""
        deadline = time.monotonic() + seconds
        for turn in range(60):
            found = [node for node in self.all(name, role, within=rows) if self.is_sensitive(node)]
            if found:
                return found[0]
            if time.monotonic() > deadline and turn >= 30:
                break
            px, py = self.place_of(rows, 0.5, 0.5)
            self._move(px, py)
            self._xdotool("click", "--repeat", 4, "--delay", 60, 5 if turn < 15 else 4)
            time.sleep(0.3)
        label = name.pattern if isinstance(name, re.Pattern) else name
        raise NotFound(f"looked through the list for {role} “{label}”; on the screen: {self.describe()}")

    def click(self, node, x=0.5, y=0.5, button=1, times=1):
        self.bring_into_view(node)
        px, py = self.place_of(node, x, y)
        self.click_at(px, py, button, times)

    def click_at(self, px, py, button=1, times=1):
        self._move(px, py)
        time.sleep(0.08)
        self._xdotool("click", "--repeat", times, "--delay", 90, button)
        time.sleep(0.15)

    def drag(self, start, end):
        """Takes what is at one place of the screen to another, in steps as a hand does."""
        self._move(*start)
        time.sleep(0.08)
        self._xdotool("mousedown", 1)
        for i in range(1, 6):
            self._move(*(round(a + (b - a) * i / 5) for a, b in zip(start, end)))
            time.sleep(0.03)
        self._xdotool("mouseup", 1)
        time.sleep(0.15)

    def carry(self, start, end):
        """Takes something up at one place, and lets go of it at another: slowly, since whoever takes it is asked on the way."""
        self._move(*start)
        time.sleep(0.2)
        self._xdotool("mousedown", 1)
        for i in range(1, 13):
            self._move(*(round(a + (b - a) * i / 12) for a, b in zip(start, end)))
            time.sleep(0.06)
        self._move(end[0] + 2, end[1] + 1)
        time.sleep(0.5)
        self._xdotool("mouseup", 1)
        time.sleep(0.3)

    def hold(self, key, act):
        """Does something with a key held down."""
        self._xdotool("keydown", key)
        try:
            act()
        finally:
            self._xdotool("keyup", key)

    # By whatever hands: one that has no pointer does these by keys.

    def use(self, node):
        """Presses a button, or ticks a box."""
        self.click(node)

    def enter(self, node):
        """Goes into a field."""
        self.click(node)

    def take_row(self, node):
        """Chooses a row of a list."""
        self.click(node)

    def take_option(self, holder, name):
        """Chooses from a list that a field opens."""
        self.click(holder)
        time.sleep(0.5)
        self.click(self.find(name, "label", seconds=10))

    def take_mark(self, name, view):
        """Opens what a mark on the map stands for."""
        self.click(self.find(name, "button", within=view))

    def press(self, *keys):
        self.presses += len(keys)
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)
            time.sleep(0.12)

    def type(self, text):
        self.presses += len(text)
        # Characters that no keyboard layout has are put on a spare key by xdotool, one by one, which needs a little time.
        delay = 12 if text.isascii() else 90
        self._xdotool("type", "--clearmodifiers", "--delay", delay, text)
        time.sleep(0.15)

    def fill(self, node, text):
        """Goes into a field, takes away what is in it, and types; reads it over, as one does, and types it again if a
        character went astray (xdotool changes the keyboard's layout for each Chinese one)."""
        for attempt in range(4):
            self.enter(node)
            self.press("ctrl+a", "Delete")
            self.presses += len(text)
            self._xdotool("type", "--clearmodifiers", "--delay", 12 if text.isascii() else 120 * (attempt + 1), text)
            time.sleep(0.3)
            try:
                if text.isascii() or Atspi.Text.get_text(node, 0, -1) == text:
                    return
            except GLib.Error:
                return


def start(command, environment, log):
    """Starts a program that ends with us."""
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                            start_new_session=True)


def stop(process, seconds=15):
    """Asks a program to end, and ends it if it does not. Returns whether it ended by itself in time."""
    if process.poll() is not None:
        return True
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def children_of(pid):
    """The child processes of a process, as (pid, name)."""
    children = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            continue
        name = text[text.index("(") + 1:text.rindex(")")]
        parent = int(text[text.rindex(")") + 2:].split()[1])
        if parent == pid:
            children.append((int(entry), name))
    return children


def listening_port(pid):
    """The loopback port that a process listens on."""
    sockets = set()
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{entry}")
        except OSError:
            continue
        if target.startswith("socket:["):
            sockets.add(target[8:-1])
    with open("/proc/net/tcp", encoding="ascii") as file:
        for line in file.readlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                return int(fields[1].split(":")[1], 16)
    return None


def have(program):
    return shutil.which(program) is not None
