# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a service that works, what is restored from them, and an incident that is handed out."""

import importlib.util
import pathlib
import re
import subprocess
import sys
import threading

import kit
from kit import check

VERIFIER = kit.SOURCE / "data/verify-export.py"


def load_verifier():
    spec = importlib.util.spec_from_file_location("verify_export", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files_of(folder):
    return sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())


def tell(service):
    """A small story with a medium; returns the medium's digest."""
    digest = service.put_medium(b"\x89PNG\r\n\x1a\n" + b"picture" * 1000)
    service.report("i-1", summary="Ammonia at the north gate")
    service.report("i-2", summary="Something else")
    for i in range(5):
        service.note(f"note {i}", "i-1")
    service.note("of the other", "i-2")
    service.accept("medium.attach", {"medium": "m-1", "incident": "i-1", "digest": digest, "name": "gate.png",
                                     "type": "image/png", "size": 7008})
    return digest


def backup_while_working():
    with kit.Folder() as folder:
        data, into, restored = folder / "data", folder / "backup", folder / "restored"
        service = kit.Service(data)
        digest = tell(service)
        answered, stopping = [], threading.Event()

        def work():
            number = 0
            while not stopping.is_set():
                answered.append(service.note(f"under way {number}")[0]["header"]["position"])
                number += 1

        worker = threading.Thread(target=work)
        worker.start()
        while len(answered) < 20:
            stopping.wait(0.05)
        before = answered[-1]
        done = kit.ctl("backup", data, into)
        after = len(answered)
        stopping.set()
        worker.join()
        check(done.returncode == 0, done.stderr)
        check(answered[after - 1] > before, "the service did not work meanwhile")
        check(sorted(path.name for path in folder.iterdir()) == ["backup", "data"], "something was left lying about")

        done = kit.ctl("restore", into, restored)
        check(done.returncode == 0, done.stderr)
        done = kit.ctl("verify", restored)
        check(done.returncode == 0 and "Everything holds" in done.stdout, done.stdout)
        original = service.entries()
        service.stop()

        copy = kit.Service(restored)
        entries = copy.entries()
        check(len(entries) >= before, "what was answered before the backup began is not in it")
        check(entries == original[:len(entries)], "it is another journal")
        status, _, body = copy.request("GET", f"/api/v1/media/{digest}")
        check(status == 200 and len(body) == 7008)
        copy.note("goes on")
        check(copy.stop() == 0)
        check(kit.ctl("verify", restored).returncode == 0)


def restore_overwrites_nothing():
    with kit.Folder() as folder:
        data, into = folder / "data", folder / "backup"
        service = kit.Service(data)
        tell(service)
        check(kit.ctl("backup", data, into).returncode == 0)

        done = kit.ctl("restore", into, data)
        check(done.returncode == 1 and "Another program is at work" in done.stderr, done.stderr)
        done = kit.ctl("backup", data, into)
        check(done.returncode == 1 and "not empty" in done.stderr, done.stderr)
        service.note("still here")
        service.stop()
        done = kit.ctl("restore", into, data)
        check(done.returncode == 1 and "not empty" in done.stderr, done.stderr)
        check(kit.ctl("verify", data).returncode == 0)

        done = kit.ctl("restore", into, folder / "new", "--key", "ab" * 32)
        check(done.returncode == 1 and "another key" in done.stderr, done.stderr)
        key = re.search(r"key ([0-9a-f]{64})", kit.ctl("restore", into, folder / "one").stdout).group(1)
        check(kit.ctl("restore", into, folder / "two", "--key", key).returncode == 0)
        (folder / "empty").mkdir()
        check(kit.ctl("restore", into, folder / "empty").returncode == 0)


def changed_backup_is_refused():
    with kit.Folder() as folder:
        data, into = folder / "data", folder / "backup"
        service = kit.Service(data)
        tell(service)
        service.stop()
        check(kit.ctl("backup", data, into).returncode == 0)

        for path in files_of(into):
            whole = path.read_bytes()
            for place in {0, len(whole) // 2, len(whole) - 1}:
                changed = bytearray(whole)
                changed[place] ^= 0x01
                path.write_bytes(changed)
                done = kit.ctl("restore", into, folder / "new")
                check(done.returncode == 1, f"{path.name} byte {place}: {done.stdout}")
                check(not (folder / "new").exists(), "half a folder was left")
            path.write_bytes(whole)
            path.rename(folder / "away")
            done = kit.ctl("restore", into, folder / "new")
            check(done.returncode == 1 and not (folder / "new").exists(), f"{path.name} is missing: {done.stdout}")
            (folder / "away").rename(path)

        check(sorted(path.name for path in folder.iterdir()) == ["backup", "data"], "something was left lying about")
        check(kit.ctl("restore", into, folder / "new").returncode == 0)


def forged_backup_is_refused():
    """Somebody with a service of their own makes a backup that holds together, and passes it off as the centre's."""
    with kit.Folder() as folder:
        keys = {}
        for name in ("centre", "forger"):
            service = kit.Service(folder / name)
            service.report("i-1", summary=f"as {name} tells it")
            check(service.stop() == 0)
            done = kit.ctl("backup", folder / name, folder / f"{name}-backup")
            check(done.returncode == 0, done.stderr)
            keys[name] = re.search(r"key ([0-9a-f]{64})", done.stdout).group(1)

        # As it is: everything in it holds, but the key is not the one that was written down.
        done = kit.ctl("restore", folder / "forger-backup", folder / "new", "--key", keys["centre"])
        check(done.returncode == 1 and "another key" in done.stderr and not (folder / "new").exists(), done.stderr)

        # With the centre's own key named in it, or the centre's database among the forger's files.
        manifest = folder / "forger-backup" / "manifest.json"
        whole = manifest.read_text()
        manifest.write_text(whole.replace(keys["forger"], keys["centre"]))
        check(manifest.read_text() != whole)
        done = kit.ctl("restore", folder / "forger-backup", folder / "new")
        check(done.returncode == 1 and not (folder / "new").exists(), done.stdout)
        manifest.write_text(whole)
        (folder / "forger-backup" / "watchfire.db").write_bytes((folder / "centre-backup" / "watchfire.db").read_bytes())
        done = kit.ctl("restore", folder / "forger-backup", folder / "new")
        check(done.returncode == 1 and not (folder / "new").exists(), done.stdout)
        check(kit.ctl("restore", folder / "centre-backup", folder / "new", "--key", keys["centre"]).returncode == 0)


def corrupt_service_gives_no_backup():
    """A medium that the disk has changed is found by the backup, and nothing is left that looks like one."""
    with kit.Folder() as folder:
        data, into = folder / "data", folder / "backup"
        service = kit.Service(data)
        digest = tell(service)
        service.stop()
        medium = data / "media" / digest[:2] / digest
        medium.chmod(0o600)
        medium.write_bytes(b"other bytes")
        done = kit.ctl("backup", data, into)
        check(done.returncode == 1 and "changed on the disk" in done.stderr, done.stderr)
        check([path.name for path in folder.iterdir()] == ["data"])


def export_holds():
    with kit.Folder() as folder:
        data, into = folder / "data", folder / "export"
        service = kit.Service(data)
        digest = tell(service)
        done = kit.ctl("export", data, "i-1", into)
        check(done.returncode == 0, done.stderr)
        service.stop()

        text = (into / "incident.ndjson").read_text()
        check("Ammonia" in text and "Something else" not in text and "of the other" not in text, "another incident's payload")
        check((into / "media" / digest[:2] / digest).exists())
        done = subprocess.run([sys.executable, "-B", str(VERIFIER), str(into)], capture_output=True, text=True, check=False)
        check(done.returncode == 0 and "Everything holds" in done.stdout and "7 of 9 entries" in done.stdout, done.stdout)
        done = subprocess.run([sys.executable, "-B", str(VERIFIER), str(into), "--key", "ab" * 32], capture_output=True, text=True,
                              check=False)
        check(done.returncode == 1 and "another key" in done.stdout, done.stdout)

        done = kit.ctl("export", data, "nothing", folder / "none")
        check(done.returncode == 1 and "no incident" in done.stderr and not (folder / "none").exists(), done.stderr)


def any_changed_byte_is_found():
    verifier = load_verifier()

    def holds(folder):
        try:
            manifest = verifier.check_manifest(folder, None)
            verifier.check_files(folder, manifest)
            verifier.check_lines(folder, manifest)
            return True
        except (verifier.Wrong, ValueError, KeyError, TypeError):
            return False

    with kit.Folder() as folder:
        data, into = folder / "data", folder / "export"
        service = kit.Service(data)
        tell(service)
        service.stop()
        check(kit.ctl("export", data, "i-1", into).returncode == 0)
        check(holds(into))

        for path in files_of(into):
            whole = path.read_bytes()
            step = max(1, len(whole) // 60)
            for place in [*range(0, len(whole), step), len(whole) - 1]:
                for bit in (0x01, 0x20):
                    changed = bytearray(whole)
                    changed[place] ^= bit
                    path.write_bytes(changed)
                    check(not holds(into), f"{path.name}: byte {place} was changed and it was not found")
            path.write_bytes(whole)

        # Whoever signs a manifest anew with a key of their own must still follow the chain: the lines are checked for
        # themselves.
        lines = into / "incident.ndjson"
        whole = lines.read_text()
        manifest = verifier.check_manifest(into, None)
        for old, new in (("Ammonia", "Chlorine"), ('"actor":"desk-1"', '"actor":"desk-2"'), ('"number":9', '"number":8')):
            check(old in whole, old)
            lines.write_text(whole.replace(old, new, 1))
            try:
                verifier.check_lines(into, manifest)
                raise AssertionError(f"{old} → {new} was not found")
            except (verifier.Wrong, ValueError):
                pass
        split = whole.splitlines(keepends=True)
        lines.write_text("".join(split[:3] + split[4:]))
        try:
            verifier.check_lines(into, manifest)
            raise AssertionError("a line was taken out and it was not found")
        except verifier.Wrong:
            pass
        lines.write_text(whole)
        check(holds(into))
        (into / "extra").write_text("not of it")
        check(not holds(into), "a file more")


def signatures_agree():
    """The verifier's own Ed25519 against libsodium's, by what RFC 8032 (7.1) gives as the second test."""
    verifier = load_verifier()
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    check(verifier.signature_holds(key, signature, b"\x72"))
    check(not verifier.signature_holds(key, signature, b"\x73"))
    for place in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[place] ^= 0x10
        check(not verifier.signature_holds(key, bytes(changed), b"\x72"))


if __name__ == "__main__":
    kit.run(backup_while_working, restore_overwrites_nothing, changed_backup_is_refused, forged_backup_is_refused,
            corrupt_service_gives_no_backup, export_holds, any_changed_byte_is_found, signatures_agree)
