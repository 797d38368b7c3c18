#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""read-only.py FOLDER: has the compiler of a build folder read every source that is not compiled there yet, for its
warnings; nothing is made. That takes a third of the time."""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys


def read(entry):
    """The name of the source, and what the compiler says where it refuses it."""
    words = shlex.split(entry["command"])
    if os.path.basename(words[0]) == "ccache":
        words = words[1:]
    # Without the list of dependencies and the object.
    for option, follows in (("-MD", 0), ("-MQ", 1), ("-MF", 1), ("-o", 1)):
        if option in words:
            at = words.index(option)
            del words[at:at + 1 + follows]
    done = subprocess.run(words + ["-fsyntax-only"], cwd=entry["directory"], capture_output=True, text=True, check=False)
    return entry["file"], done.stderr if done.returncode else ""


def main(folder):
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as commands:
        entries = json.load(commands)
    # What a build step writes is not there.
    entries = [entry for entry in entries
               if os.path.exists(os.path.join(entry["directory"], entry["file"]))
               and not os.path.exists(os.path.join(entry["directory"], entry["output"]))]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, words in pool.map(read, entries):
            if words:
                bad += 1
                print(f"{name}:\n{words}")
    print(f"{len(entries)} sources read, {bad} refused")
    return 1 if bad or not entries else 0


sys.exit(main(sys.argv[1]))
