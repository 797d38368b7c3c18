#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases in meson's logs: prints "passed failed skipped". Of a test that ran twice the later run counts.

count-tests.py --failed SUITE FOLDER prints the names of the tests of that suite that failed, if no other did."""

import glob
import json
import os
import re
import sys


def count(test):
    """How many cases of it passed, failed, were skipped."""
    output = test.get("stdout") or ""
    cases = re.findall(r"^\s*(not ok|ok)\b(.*)$", output, re.M)
    bad = sum(1 for verdict, rest in cases if verdict == "not ok" and "# TODO" not in rest)
    skips = sum(1 for verdict, rest in cases if verdict == "ok" and re.search(r"#\s*skip", rest, re.I))
    good = sum(1 for verdict, _ in cases if verdict == "ok") - skips
    if test["result"] == "SKIP" and not cases:
        skips = 1
    elif test["result"] == "OK" and not cases:
        good = 1
    elif test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") and bad == 0:
        bad = 1  # it crashed, leaked or ran out of time
    return good, bad, skips


def main(arguments):
    tests = {}
    for path in sorted(glob.glob(os.path.join(arguments[-1], "testlog*.json")), key=os.path.getmtime):
        with open(path, encoding="utf-8") as log:
            for line in log:
                test = json.loads(line)
                # Of several suites meson names all, the ones asked for, or none: what is constant is the end.
                tests[test["name"].split(" / ")[-1]] = test

    counts = {name: count(test) for name, test in tests.items()}
    if arguments[0] == "--failed":
        failed = [name for name, (_, bad, _) in counts.items() if bad]
        if all(arguments[1] in tests[name]["name"].split(" / ")[0] for name in failed):
            print(*failed)
    elif tests:
        print(*(sum(column) for column in zip(*counts.values())))
    else:
        print(0, 1, 0)


main(sys.argv[1:])
