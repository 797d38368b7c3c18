# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawing on the map by hand in the real program: with the pointer and the keys that a person has, and looked at where it
ends, at the service.

  test-drawing.py WATCHFIRE DATA
"""

import math
import re
import time

import seat
from seat import desk, kit
from kit import check

EARTH = 6378137.0


def to_world(point):
    """Web Mercator in 0 … 1 of a longitude and a latitude: what the screen shows is that, larger and moved."""
    lon, lat = point
    return (lon + 180) / 360, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


class Scale:
    """Where the places of the screen are, told from two of which it is known."""

    def __init__(self, places, points):
        (self.x, self.y), (x2, y2) = places
        (self.u, self.v), (u2, v2) = map(to_world, points)
        self.a, self.b = (u2 - self.u) / (x2 - self.x), (v2 - self.v) / (y2 - self.y)

    def pixels_apart(self, place, point):
        u, v = to_world(point)
        return math.hypot((u - self.u) / self.a + self.x - place[0], (v - self.v) / self.b + self.y - place[1])

    def metres(self, pixels, lat):
        return pixels * self.a * 2 * math.pi * EARTH * math.cos(math.radians(lat))


class Drawer(seat.Seat):
    """Somebody who draws."""

    def __init__(self, folder):
        token = folder / "token"
        token.write_text(kit.TOKEN)
        token.chmod(0o600)
        super().__init__(folder, "--token-file", str(token))
        self.map = self.person.find("Map", seconds=120)
        self.button = self.person.find("Draw on the map", "button", within=self.map, seconds=120)
        left, top = self.person.place_of(self.map, 0, 0)
        right, bottom = self.person.place_of(self.map, 1, 1)
        self.box = left, top, right - left, bottom - top

    def at(self, x, y):
        """A place of the screen, from fractions of the map."""
        left, top, width, height = self.box
        return left + round(width * x), top + round(height * y)

    def choose(self, tool):
        """Takes a tool from the menu; as a person does, once more where a click on a button was not heard."""
        for attempt in range(5):
            try:
                self.person.click_at(*self.person.place_of(self.button))
                self.person.click(self.person.find(tool, within=self.button, seconds=4))
                # Until the menu is gone it takes every click.
                self.person.find(re.compile("Esc gives up"), within=self.map, seconds=4)
                return
            except desk.NotFound:
                self.person.press("Escape")
                if attempt == 4:
                    raise

    def draw(self, tool, kind, *places, end=True):
        """Clicks from place to place, twice on the last where nothing else ends the shape; what the service has of it."""
        before = {plot["id"] for plot in self.plots()}
        self.choose(tool)
        for i, place in enumerate(places):
            self.person.click_at(*place, times=2 if end and i == len(places) - 1 else 1)
        new = desk.wait_for(f"{kind} at the service", lambda: [p for p in self.plots() if p["id"] not in before], 60)
        check(len(new) == 1 and new[0]["type"] == kind, new)
        return new[0]

    def await_card(self):
        """What was drawn last is selected: its card is there, its points can be dragged, and it can be taken back."""
        self.person.find("Strike…", "button", seconds=60)

    def plots(self):
        """What is drawn, by what the service has in its journal; each as it came last, its points under “points”."""
        plots = {}
        for entry in self.service.entries():
            payload, event = entry["payload"], entry["header"]["type"]
            if event.startswith("plot."):
                plot = plots.setdefault(payload["plot"], {"id": payload["plot"], "struck": False})
                plot.update((key, payload[key]) for key in ("type", "points", "radius_m") if payload.get(key) is not None)
                plot["struck"] = event == "plot.struck"
        return list(plots.values())

    def await_plot(self, plot, what, right):
        """A plot, as soon as it is as it should be."""
        return desk.wait_for(what, lambda: [p for p in self.plots() if p["id"] == plot["id"] and right(p)], 60)[0]


def test_by_hand():
    with kit.Folder() as folder:
        drawer = Drawer(folder)
        person = drawer.person
        try:
            # An area of four corners; two of them say how the screen lies on the ground, and the others must fit.
            corners = [drawer.at(*place) for place in ((0.35, 0.3), (0.6, 0.3), (0.6, 0.6), (0.35, 0.6))]
            area = drawer.draw("area", "polygon", *corners)
            points = area["points"]
            check(len(points) == 4, area)
            scale = Scale((corners[0], corners[2]), (points[0], points[2]))
            for corner, point in zip(corners, points):
                check(scale.pixels_apart(corner, point) < 1, (corners, points))

            drawer.await_card()

            # A corner is dragged; nothing else of it moves. Taken back, done again, taken back.
            goal = drawer.at(0.5, 0.7)
            person.drag(corners[2], goal)
            moved = drawer.await_plot(area, "the corner to move", lambda now: now["points"] != points)["points"]
            check(scale.pixels_apart(goal, moved[2]) < 1.5, (goal, points, moved))
            check([moved[i] for i in (0, 1, 3)] == [points[i] for i in (0, 1, 3)], (points, moved))
            person.press("ctrl+z")
            drawer.await_plot(area, "the corner to be where it was", lambda now: now["points"] == points)
            person.press("ctrl+shift+z")
            drawer.await_plot(area, "the corner to be moved again", lambda now: now["points"] == moved)
            person.press("ctrl+z")
            drawer.await_plot(area, "the corner to be where it was", lambda now: now["points"] == points)

            # An arrow from one place to another, in that order.
            tail, tip = drawer.at(0.2, 0.75), drawer.at(0.3, 0.5)
            arrow = drawer.draw("arrow", "arrow", tail, tip)["points"]
            check(len(arrow) == 2, arrow)
            check(scale.pixels_apart(tail, arrow[0]) < 1.5 and scale.pixels_apart(tip, arrow[1]) < 1.5, arrow)

            # A cordon: the middle, then the edge.
            middle, edge = drawer.at(0.75, 0.5), drawer.at(0.83, 0.5)
            cordon = drawer.draw("cordon (circle)", "cordon", middle, edge, end=False)
            radius = scale.metres(edge[0] - middle[0], arrow[0][1])
            check(abs(cordon["radius_m"] / radius - 1) < 0.02, (cordon, radius))

            # Beside a corner is on the corner, unless Alt is held.
            beside = corners[3][0] - 5, corners[3][1] + 4
            line = drawer.draw("line", "line", beside, drawer.at(0.3, 0.8))["points"]
            check(line[0] == points[3], (line, points))
            drawer.choose("line")
            person.hold("alt", lambda: person.click_at(*beside))
            person.click_at(*drawer.at(0.4, 0.8), times=2)
            free = desk.wait_for("the other line", lambda: [p for p in drawer.plots() if p["type"] == "line"
                                                             and p["points"] != line], 60)[0]
            check(free["points"][0] != points[3] and scale.pixels_apart(beside, free["points"][0]) < 1.5, free)

            # What was drawn is taken back whole; Escape leaves nothing of what was begun.
            drawer.await_card()
            person.press("ctrl+z")
            drawer.await_plot(free, "the line to be struck", lambda now: now["struck"])
            count = len(drawer.plots())
            drawer.choose("fire line")
            person.click_at(*drawer.at(0.2, 0.4))
            person.click_at(*drawer.at(0.25, 0.45))
            person.press("Escape")
            time.sleep(1)
            check(len(drawer.plots()) == count, "something was drawn that was given up")
        finally:
            good, text = drawer.end()
        check(good and "CRITICAL" not in text and "WARNING" not in text, text[-2000:])


if __name__ == "__main__":
    seat.run(test_by_hand)
