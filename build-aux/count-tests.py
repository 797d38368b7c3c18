#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases in meson's newest log: prints "passed failed skipped"."""

import glob
import json
import os
import re
import sys

passed = failed = skipped = 0
logs = glob.glob(os.path.join(sys.argv[1], "testlog*.json"))
newest = max(logs, key=os.path.getmtime) if logs else None
if newest is None:
    failed = 1
else:
    with open(newest, encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
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
            passed += good
            failed += bad
            skipped += skips
print(passed, failed, skipped)
