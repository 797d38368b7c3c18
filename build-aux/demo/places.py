# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie: on the land that make-mappack.py draws."""

import importlib.util
import math
import os
import random

SOUTH_WEST, NORTH_EAST = (109.39, 40.47), (110.05, 40.75)

_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "make-mappack.py")
_spec = importlib.util.spec_from_file_location("mappack", _path)
mappack = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(mappack)


def metres(a, b):
    """The straight line between two places."""
    lat = math.radians((a[1] + b[1]) / 2)
    return math.hypot((a[0] - b[0]) * math.cos(lat), a[1] - b[1]) * 111195


class Land:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.taken = []
        self.areas = {}
        for name, _, west, south, east, north, *_ in mappack.QUARTERS + mappack.INDUSTRY_AREAS + mappack.GREENS:
            self.areas[name] = (west, south, east, north)
        for name, _, lon, lat, width, height in mappack.TOWNS:
            self.areas[name] = (lon - width, lat - height, lon + width, lat + height)
        self.spots = {name: (lon, lat) for name, _, lon, lat, *_ in mappack.SPOTS}

    def _round(self, place):
        return [round(place[0], 5), round(place[1], 5)]

    def _free(self, place, apart):
        return all(metres(place, other) >= apart for other in self.taken)

    def spot(self, name):
        """A place that the map names."""
        self.taken.append(self.spots[name])
        return self._round(self.spots[name])

    def within(self, name, apart=160):
        """Somewhere inside an area of the map."""
        west, south, east, north = self.areas[name]
        return self._find(lambda: mappack.warp(self.rng.uniform(west, east), self.rng.uniform(south, north)), apart)

    def at(self, name, across, up):
        """A place inside an area by its share of the width and the height."""
        west, south, east, north = self.areas[name]
        place = mappack.warp(west + (east - west) * across, south + (north - south) * up)
        self.taken.append(place)
        return self._round(place)

    def beside(self, place, away):
        """So many metres east of a place."""
        return [round(place[0] + away / 84300, 5), place[1]]

    def bank(self, lon, back=0.0020):
        """On the river's northern bank."""
        place = (lon, mappack.river_line(lon) + mappack.river_width(lon) + back)
        self.taken.append(place)
        return self._round(place)

    def hills(self, lon=None, step=0, up=0.003, apart=400):
        """At the foot of the hills or on them."""
        def somewhere():
            x = lon if lon is not None else self.rng.uniform(109.42, 110.03)
            x += self.rng.uniform(-0.004, 0.004)
            return x, min(mappack.foot_of_hills(x, step) + up + self.rng.uniform(0, 0.002), NORTH_EAST[1] - 0.004)
        return self._find(somewhere, apart)

    def fields(self, apart=500):
        """Open country between the towns and the river."""
        return self._find(lambda: mappack.warp(self.rng.uniform(109.43, 110.03), self.rng.uniform(40.540, 40.59)), apart)

    def _find(self, draw, apart):
        for tries in range(4000):
            place = draw()
            if self._free(place, apart * (1 - tries / 4000)):
                self.taken.append(place)
                return self._round(place)
        raise RuntimeError("no room left")
