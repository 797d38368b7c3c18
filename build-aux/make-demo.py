#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the demonstration district, data/demo. See doc/demo-district.md.

  make-demo.py [-o data/demo] [--seed 150207]

Every person, number, firm and amount is invented. The same seed gives the same files. Places follow the synthetic map
of make-mappack.py. The code lists and plans of data/codes and data/plans are put in front, so that the folder is a
whole seed (doc/seed.md).
"""

import argparse
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from demo import incidents, people, places, resources  # noqa: E402

BATCH = 1000


def write(path, commands):
    """One entity or command a line, so that a change shows as a line."""
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"commands": [\n')
        for i, command in enumerate(commands):
            head = json.dumps({k: v for k, v in command.items() if k != "payload"}, ensure_ascii=False)[:-1]
            file.write(f"{head}, \"payload\": ")
            if command["type"] == "registry.put":
                file.write('{"entities": [\n')
                file.write(",\n".join(json.dumps(e, ensure_ascii=False) for e in command["payload"]["entities"]))
                file.write("\n]}")
            else:
                file.write(json.dumps(command["payload"], ensure_ascii=False))
            file.write("}" + ("," if i + 1 < len(commands) else "") + "\n")
        file.write("]}\n")


def registry(entities, when="now-30d"):
    return [{"type": "registry.put", "occurred_at": when, "payload": {"entities": entities[i:i + BATCH]}}
            for i in range(0, len(entities), BATCH)]


def entities_of(folder):
    out = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                for command in json.load(file)["commands"]:
                    out += command["payload"]["entities"]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.path.join(HERE, "..", "data")
    parser.add_argument("-o", "--output", default=os.path.join(data, "demo"))
    parser.add_argument("--seed", type=int, default=150207)
    args = parser.parse_args()
    os.makedirs(args.output, exist_ok=True)

    land = places.Land(args.seed)
    crowd = people.Crowd(args.seed)
    made = resources.make(land, crowd, args.seed)
    files = {
        "00-codes.json": registry(entities_of(os.path.join(data, "codes"))),
        "10-plans.json": registry(entities_of(os.path.join(data, "plans"))),
        "20-centre.json": registry(made.centre) + registry(crowd.duty_roster(), "now-9h"),
        "30-forces.json": registry(made.forces, "now-20h"),
        "31-stock.json": registry(made.stock, "now-20h"),
        "32-places.json": registry(made.fixed, "now-20h"),
        "33-directory.json": registry(made.organisations + crowd.directory(), "now-20h"),
        "40-incidents.json": incidents.make(land, made),
    }
    for name, commands in files.items():
        write(os.path.join(args.output, name), commands)
    count = sum(len(c["payload"]["entities"]) for cs in files.values() for c in cs if c["type"] == "registry.put")
    print(f"{args.output}: {count} entities, {len(files['40-incidents.json'])} commands of 4 incidents")


if __name__ == "__main__":
    main()
