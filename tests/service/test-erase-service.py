# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name is lawfully erased from a service that works: gone from its files, its answers and its exports; the chain holds."""

import os
import subprocess
import sys
import time

import kit
from kit import check

NAME = "Ouyang Tianxing"
VERIFIER = kit.SOURCE / "data/verify-export.py"


def holds_name(folder):
    return [path.name for path in folder.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()]


def erase_while_working():
    with kit.Folder() as folder:
        data = folder / "data"
        service = kit.Service(data)
        picture = service.put_medium(b"\x89PNG\r\n\x1a\n" + b"a face" * 100)
        service.report("i-1", summary="Leak", caller={"name": NAME, "phone": "13900000000"})
        service.note(f"spoke with {NAME}", "i-1")
        service.note("nothing personal", "i-1")
        service.accept("medium.attach", {"medium": "m-1", "incident": "i-1", "digest": picture, "type": "image/png", "size": 608})
        check(holds_name(data), "the test looks in the wrong place")

        done = kit.ctl("erase", data, NAME)
        check(done.returncode == 0 and "caller of incident i-1" in done.stdout and "Nothing was erased" in done.stdout, done.stdout)
        check(holds_name(data), "it was erased without being asked for")
        done = kit.ctl("erase", data, NAME, "--yes")
        check(done.returncode == 2, done.stderr)
        arguments = ["erase", data, NAME, "--yes", "--reason", "asked for", "--authority", "district court", "--medium", picture]
        done = kit.ctl(*arguments)
        check(done.returncode == 1 and "Another program is at work" in done.stderr, done.stderr)
        done = kit.ctl(*arguments, "--service", f"http://127.0.0.1:{service.port}", env={**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN})
        check(done.returncode == 0, done.stderr)

        # Whoever is just reading may hold the log for a moment.
        for _ in range(50):
            if not holds_name(data):
                break
            time.sleep(0.2)
        check(not holds_name(data), f"it is still in {holds_name(data)}")
        check(not (data / "media" / picture[:2] / picture).exists())
        check(service.request("GET", f"/api/v1/media/{picture}")[0] == 404)
        entries = service.entries()
        erased = [entry for entry in entries if "payload" not in entry]
        check([entry["header"]["type"] for entry in erased] == ["incident.reported", "log.added"], erased)
        said = entries[-1]
        check(said["header"]["type"] == "journal.erased" and said["payload"]["authority"] == "district court", said)
        check(NAME not in service.request("GET", "/api/v1/snapshot")[2].decode())
        service.note("goes on", "i-1")

        check(kit.ctl("export", data, "i-1", folder / "export").returncode == 0)
        check(not holds_name(folder / "export"))
        done = subprocess.run([sys.executable, "-B", str(VERIFIER), str(folder / "export")], capture_output=True, text=True,
                              check=False)
        check(done.returncode == 0 and "2 of them erased" in done.stdout, done.stdout)
        check(kit.ctl("backup", data, folder / "backup").returncode == 0)
        check(not holds_name(folder / "backup"))
        check(service.stop() == 0)
        done = kit.ctl("verify", data)
        check(done.returncode == 0 and "2 payloads erased" in done.stdout, done.stdout)


def retention_rules():
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        done = kit.ctl("retention", folder / "data")
        check(done.returncode == 0 and "tracks: 90 days" in done.stdout, done.stdout)
        done = kit.ctl("retention", folder / "data", "tracks", 0)
        check(done.returncode == 0 and "tracks: for ever" in done.stdout, done.stdout)
        check(kit.ctl("retention", folder / "data", "tracks", "many").returncode == 1)
        check(kit.ctl("retention", folder / "data", "tracks").returncode == 2)
        check(kit.ctl("retention", folder / "data", "journal", 1).returncode == 1)
        service.stop()


if __name__ == "__main__":
    kit.run(erase_while_working, retention_rules)
