# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The video wall in the real program, by the pointer: links dragged onto it and about it, a picture over the whole screen, from a
picture to the map and back.

  test-video-wall.py WATCHFIRE DATA
"""

import hashlib
import json
import re
import subprocess
import time

import seat
from seat import desk, kit
from kit import check

UNITS = {"u1": "Engine 1", "u2": "Engine 2", "u3": "Engine 3"}
PLACE = [109.84, 40.62]
LIVE = "Live"


class Watcher(seat.Seat):
    """Somebody in front of the wall. One unit says where it is, one did so long ago, one never."""

    def __init__(self, folder):
        token = folder / "token"
        token.write_text(kit.TOKEN)
        token.chmod(0o600)
        super().__init__(folder, "--token-file", str(token))

    def prepare(self):
        names = [word for key, name in UNITS.items() for word in ("--unit", key, "--name", name)]
        self.unit = subprocess.Popen([str(kit.BUILD / "src/tools/watchfire-unit"), "--stream-only", "--width", "320", "--height",
                                      "180", "--rate", "10", *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        links = {entry["id"]: entry["uri"] for entry in json.loads(self.unit.stdout.readline())["units"]}
        self.service.accept("registry.put", {"entities": [
            {"kind": "unit", "id": key, "fields": {"name": name, "type": "fire_engine", "state": "under_way", "video": links[key]}}
            for key, name in UNITS.items()]})
        self.service.report("i1")
        self.tell("u2", [109.9, 40.7])
        time.sleep(1.1)

    def tell(self, unit, place):
        body = {"scope": "live", "positions": [{"unit": unit, "at": kit.now(), "location": place, "heading": 90, "speed": 0}]}
        status, _, answer = self.service.request("POST", "/api/v1/telemetry", json.dumps(body).encode(),
                                                 {"Content-Type": "application/json"})
        check(status == 200, answer)

    def end(self):
        try:
            return super().end()
        finally:
            self.unit.stdin.close()
            self.unit.wait(30)
            self.unit.stdout.close()

    def windows(self):
        """The windows on the screen: {id: (title, whether it fills the screen)}."""
        found = self.person._xdotool("search", "--onlyvisible", "--pid", self.window.pid).split()
        windows = {}
        for window in found:
            said = subprocess.run(["xprop", "-id", window, "_NET_WM_NAME", "_NET_WM_STATE"], capture_output=True, text=True,
                                  check=False).stdout
            title = re.search(r'_NET_WM_NAME\(UTF8_STRING\) = "(.*)"', said)
            windows[window] = (title.group(1) if title else "", "_NET_WM_STATE_FULLSCREEN" in said)
        return windows

    def fills_the_screen(self, title):
        return any(name == title and full for name, full in self.windows().values())

    def cell(self, name):
        return self.person.find(name, seconds=30)

    def is_live(self, name):
        return self.says(name, LIVE)

    def says(self, name, text):
        return [tile for tile in self.person.all(name, "image") if tile.get_description().startswith(text)]

    def command(self, line):
        """Tells the unit to misbehave, or to stop it."""
        self.unit.stdin.write(line + "\n")
        self.unit.stdin.flush()
        check(json.loads(self.unit.stdout.readline()) == {"done": True}, line)

    def pictures(self):
        return [entry["payload"] for entry in self.service.entries() if entry["header"]["type"] == "medium.attached"]

    def show_buttons(self, cell):
        """The buttons of a picture come up under the pointer."""
        self.person._move(*self.person.place_of(cell, 0.3, 0.5))
        time.sleep(0.3)


def test_by_hand():
    with kit.Folder() as folder:
        watcher = Watcher(folder)
        before = kit.now()
        person = watcher.person
        try:
            person.find("Map", seconds=120)
            person.press("ctrl+4")
            rows = person.find("Video links", seconds=60)
            for number in range(1, 5):
                watcher.cell(f"Tile {number}: empty")

            # From the list into a tile, and not into any other.
            for name, tile in (("Engine 1", 2), ("Engine 2", 3)):
                row = person.find(name, "row", within=rows)
                person.carry(person.place_of(row), person.place_of(watcher.cell(f"Tile {tile}: empty")))
                watcher.cell(f"Tile {tile}: {name}")
            watcher.cell("Tile 1: empty")
            desk.wait_for("the picture", lambda: watcher.is_live("Engine 1") and watcher.is_live("Engine 2"), 60)

            # From tile to tile: they change places; onto an empty one, it leaves an empty one.
            person.carry(person.place_of(watcher.cell("Tile 2: Engine 1"), 0.3, 0.6),
                         person.place_of(watcher.cell("Tile 3: Engine 2"), 0.3, 0.6))
            watcher.cell("Tile 3: Engine 1")
            watcher.cell("Tile 2: Engine 2")
            person.carry(person.place_of(watcher.cell("Tile 2: Engine 2"), 0.3, 0.6), person.place_of(watcher.cell("Tile 4: empty")))
            watcher.cell("Tile 4: Engine 2")
            watcher.cell("Tile 2: empty")
            desk.wait_for("the picture", lambda: watcher.is_live("Engine 1"), 60)

            # Let go beside the wall, nothing is another.
            person.carry(person.place_of(watcher.cell("Tile 3: Engine 1"), 0.3, 0.6), person.place_of(rows, 0.5, 0.9))
            watcher.cell("Tile 3: Engine 1")

            # A picture over the whole screen, and back.
            person.click(watcher.cell("Tile 3: Engine 1"), 0.3, 0.6, times=2)
            desk.wait_for("the picture over the whole screen", lambda: watcher.fills_the_screen("Engine 1"), 20)
            person.press("Escape")
            desk.wait_for("the wall", lambda: not watcher.fills_the_screen("Engine 1"), 20)

            # There is one monitor: said, and shown in a window.
            person.use(person.find("Big screen", "button"))
            desk.wait_for("the wall in a window", lambda: any(name == "Video wall" for name, _ in watcher.windows().values()), 20)
            check(not watcher.fills_the_screen("Video wall"), watcher.windows())
            person.press("Escape")
            desk.wait_for("the wall to go", lambda: all(name != "Video wall" for name, _ in watcher.windows().values()), 20)

            # What is wrong with where a picture comes from is said with it.
            row = person.find("Engine 3", "row", within=rows)
            person.carry(person.place_of(row), person.place_of(watcher.cell("Tile 1: empty")))
            watcher.cell("Tile 1: Engine 3")
            person.sees("no position", seconds=30)
            person.sees(re.compile("position .* old, out of date"), seconds=90)

            # One that stands still is marked, and one that moves again is not.
            watcher.command("freeze u1")
            desk.wait_for("the mark of a frozen picture", lambda: watcher.says("Engine 1", "Picture frozen"), 20)
            watcher.command("thaw u1")
            desk.wait_for("the picture to move", lambda: watcher.is_live("Engine 1"), 20)

            # A picture kept with the incident has its time, its place, its unit and its hash.
            watcher.tell("u1", PLACE)
            cell = watcher.cell("Tile 3: Engine 1")
            watcher.show_buttons(cell)
            person.use(person.find("Keep a picture of Engine 1", "button", within=cell))
            kept = desk.wait_for("the picture at the service", watcher.pictures, 30)[0]
            check(kept["source"] == "Engine 1" and kept["incident"] == "i1" and kept["type"] == "image/jpeg", kept)
            check(kept["location"] == PLACE and kept["taken_at"][:13] in (kit.now()[:13], before[:13]), kept)
            status, _, bytes_kept = watcher.service.request("GET", f"/api/v1/media/{kept['digest']}")
            check(status == 200 and hashlib.sha256(bytes_kept).hexdigest() == kept["digest"] and bytes_kept[:2] == b"\xff\xd8", status)

            # From the picture to its mark in one click …
            watcher.tell("u1", PLACE)
            cell = watcher.cell("Tile 3: Engine 1")
            watcher.show_buttons(cell)
            person.use(person.find("Show Engine 1 on the map", "button", within=cell))
            mark = person.find("Engine 1", "button", within=person.find("Map", seconds=30), seconds=60)
            card = desk.wait_for("its card", lambda: watcher.is_live("Engine 1"), 60)
            check(len(card) == 1, card)

            # … and from the mark to the picture in one click.
            left, top = person.place_of(person.find("Map"), 0.05, 0.5)
            person.click_at(left, top)
            desk.wait_for("its card to go", lambda: not watcher.is_live("Engine 1"), 20)
            watcher.tell("u1", PLACE)
            person.use(mark)
            desk.wait_for("its picture", lambda: watcher.is_live("Engine 1"), 60)
        finally:
            good, text = watcher.end()
        check(good and "CRITICAL" not in text and "WARNING" not in text, text[-2000:])


class WatcherOfTwo(Watcher):
    """The same with two monitors."""

    def open_screen(self):
        return desk.TwoMonitors(1366, 768)

    def place(self, title):
        """Where the window of that title is: left edge and width."""
        for window, (name, _) in self.windows().items():
            if name == title:
                said = self.person._xdotool("getwindowgeometry", "--shell", window)
                found = dict(line.split("=", 1) for line in said.split())
                return int(found["X"]), int(found["WIDTH"])
        return None


def test_second_monitor():
    if not desk.TwoMonitors.can_be_had():
        raise kit.Skip("wants xserver-xorg-video-dummy")

    with kit.Folder() as folder:
        watcher = WatcherOfTwo(folder)
        person = watcher.person
        try:
            person.find("Map", seconds=120)
            person.press("ctrl+4")
            rows = person.find("Video links", seconds=60)
            person.carry(person.place_of(person.find("Engine 1", "row", within=rows)),
                         person.place_of(watcher.cell("Tile 1: empty")))
            cell = watcher.cell("Tile 1: Engine 1")
            desk.wait_for("the picture", lambda: watcher.is_live("Engine 1"), 60)

            # The wall goes where the window is not, and leaves that free.
            ours = person.place_of(rows)[0] // 1366
            other = (1 - ours) * 1366, 1366
            person.use(person.find("Big screen", "button"))
            desk.wait_for("the wall on the other monitor", lambda: watcher.place("Video wall") == other, 30)
            check(watcher.fills_the_screen("Video wall"), watcher.windows())
            person.press("Escape")
            desk.wait_for("the wall to go", lambda: watcher.place("Video wall") is None, 20)

            # A picture over the monitor that one works at, and over the other one.
            person.click(cell, 0.3, 0.6, times=2)
            desk.wait_for("the picture on this monitor", lambda: watcher.place("Engine 1") == (ours * 1366, 1366), 30)
            person.press("Escape")
            desk.wait_for("the picture to go", lambda: watcher.place("Engine 1") is None, 20)
            person.click(cell, 0.3, 0.6, button=3)
            person.use(person.find("On the Second Monitor", seconds=10))
            desk.wait_for("the picture on the other monitor", lambda: watcher.place("Engine 1") == other, 30)
            check(watcher.fills_the_screen("Engine 1"), watcher.windows())
        finally:
            good, text = watcher.end()
        check(good and "CRITICAL" not in text and "WARNING" not in text, text[-2000:])


if __name__ == "__main__":
    seat.run(test_by_hand, test_second_monitor)
