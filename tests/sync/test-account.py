# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A workstation's sign-in with a real service, with a real keyring and without one."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "service"))
import kit  # noqa: E402  (its folder is known only now)
from kit import check  # noqa: E402

PASSWORD = "correct horse battery"
PROBE = kit.BUILD / "tests/sync/account-probe"
TRIALS = (("load",), ("in", "zhao", "wrong password"), ("in", "zhao", PASSWORD), ("load",), ("out",), ("load",),
          ("in", "zhao", PASSWORD))

# A keyring that opens by itself, then what is asked of the account, each in a process of its own.
SESSION = """
import os, subprocess, sys
if sys.argv[1] == "keyring":
    subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"test", check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
for trial in sys.argv[4:]:
    words = trial.split("|")
    if words[0] == "ahead":
        os.environ["PROBE_AHEAD"] = words[1]
        continue
    done = subprocess.run([sys.argv[2], sys.argv[3], *words[:2]], input="".join(words[2:]) + "\\n", capture_output=True,
                          text=True, timeout=120)
    print(done.stdout, end="")
    print(done.stderr, end="", file=sys.stderr)
"""


def in_session(folder, keyring, url, trials=TRIALS):
    """What each trial leaves: token, whether it is kept, and the trouble; and all that was logged."""
    home = folder / ("with" if keyring else "without")
    (home / "run").mkdir(parents=True, mode=0o700)
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_RUNTIME_DIR": str(home / "run"),
                   "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache"), "LC_ALL": "C.UTF-8",
                   "G_DEBUG": "", "G_MESSAGES_DEBUG": ""}
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    environment.pop("DISPLAY", None)
    if not keyring:
        # No bus, so that there is nobody who could keep a secret.
        environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + str(home / "run/nobody")
    command = [sys.executable, "-c", SESSION, "keyring" if keyring else "none", str(PROBE), url,
               *("|".join(trial) for trial in trials)]
    done = subprocess.run(["dbus-run-session", "--", *command] if keyring else command, env=environment, capture_output=True,
                          text=True, timeout=300, check=False)
    lines = done.stdout.splitlines()
    check(len(lines) == 3 * sum(trial[0] != "ahead" for trial in trials), f"{done.stdout} {done.stderr}")
    files = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    return [lines[i:i + 3] for i in range(0, len(lines), 3)], done.stderr, files


def with_service(test):
    with kit.Folder() as folder:
        service = kit.Service(folder / "data")
        url = f"http://127.0.0.1:{service.port}"
        environment = {**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN}
        check(kit.ctl("user", "add", url, "zhao", "--name", "Zhao", "--role", "operator", env=environment).returncode == 0)
        check(kit.ctl("user", "passwd", folder / "data", "zhao", input=PASSWORD + "\n").returncode == 0)
        test(folder, service, url)
        service.stop()


def status_of(service, token):
    return service.request("GET", "/api/v1/session", headers={"Authorization": f"Bearer {token}"})[0]


def check_first(got):
    check(got[0] == ["-", "-", "-"], got[0])
    check(got[1][0] == "-" and "not right" in got[1][2], got[1])
    check(got[2][0].startswith("wf_") and got[2][2] == "-", got[2])


def keyring():
    def test(folder, service, url):
        got, log, files = in_session(folder, True, url)
        check_first(got)
        check(got[2][1] == "kept", f"{got[2]} {log}")

        # The next process finds it, until somebody signs out; then the service does not know it either.
        check(got[3] == [got[2][0], "kept", "-"], got[3])
        check(got[4] == ["-", "-", "-"] and got[5] == ["-", "-", "-"], got[4:])
        check(status_of(service, got[2][0]) == 401, "the token was not revoked")
        check(got[6][0] not in ("-", got[2][0]) and status_of(service, got[6][0]) == 200, got[6])

        for token in (got[2][0], got[6][0]):
            check(token not in log and not any(token.encode() in content for content in files), "the token lies about")
    with_service(test)


def ahead(hours):
    return ("ahead", str(round(60 * hours)))


def set_back():
    """Over restarts, too, a sign-in lasts no longer because somebody sets the clock."""
    def test(folder, service, url):
        got, _log, _files = in_session(folder, True, url, (
            ("in", "zhao", PASSWORD), ahead(13), ("load",), ahead(0), ("load",), ahead(14.5), ("load",), ahead(0), ("load",),
            ahead(-100), ("load",), ("in", "zhao", PASSWORD), ("load",)))
        token = got[0][0]
        check(token.startswith("wf_") and got[1][0] == token and got[2][0] == token, got)
        for late in got[3:6]:
            check(late[0] == "-" and late[1] == "kept" and "ended at" in late[2], late)
        check(got[6][0].startswith("wf_") and got[6][0] != token and got[7][0] == got[6][0], got)
    with_service(test)


LINK = (("find",), ("keep", "admin", "s3cret of the gate"), ("find",), ("keep", "", "changed: s3cret 2"), ("find",), ("forget",),
        ("find",))


def links():
    """Name and password of a video link: kept, changed, forgotten, and nowhere else."""
    with kit.Folder() as folder:
        got, log, files = in_session(folder, True, "rtsp://10.1.1.1/live", LINK)
        check(got[0] == ["-", "-", "-"] and got[1] == ["-", "-", "-"], f"{got} {log}")
        check(got[2] == ["admin", "s3cret of the gate", "-"], got)
        check(got[4] == ["", "changed: s3cret 2", "-"], got)
        check(got[5] == ["-", "-", "-"] and got[6] == ["-", "-", "-"], got)
        check("s3cret" not in log and not any(b"s3cret" in content for content in files), "the password lies about")


def links_without_keyring():
    with kit.Folder() as folder:
        got, _log, files = in_session(folder, False, "rtsp://10.1.1.1/live", LINK[1:3])
        check(got[0][2] != "-" and got[1][1] == "-", got)
        check(not any(b"s3cret" in content for content in files), "the password lies about")


def memory_only():
    def test(folder, service, url):
        got, log, files = in_session(folder, False, url)
        check_first(got)
        check(got[2][1] == "-", got[2])
        check(status_of(service, got[2][0]) == 200, "not let in")

        # Nothing is left for the next process.
        check(got[3] == ["-", "-", "-"], got[3])
        check(got[2][0] not in log and not any(got[2][0].encode() in content for content in files), "the token lies about")
    with_service(test)


def nobody_there():
    done = subprocess.run([str(PROBE), "http://127.0.0.1:9", "in", "zhao"], input="x\n", capture_output=True, text=True,
                          timeout=120, check=False, env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nobody",
                                                         "G_DEBUG": "", "LC_ALL": "C.UTF-8"})
    check("cannot be reached" in done.stdout, done.stdout + done.stderr)


def not_in_the_clear():
    done = subprocess.run([str(PROBE), "http://192.0.2.1:7480", "in", "zhao"], input="x\n", capture_output=True, text=True,
                          timeout=120, check=False, env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nobody",
                                                         "G_DEBUG": "", "LC_ALL": "C.UTF-8"})
    check("is not sent" in done.stdout, done.stdout + done.stderr)


MISSING = [name for name in ("dbus-run-session", "gnome-keyring-daemon") if shutil.which(name) is None]
if MISSING:
    print("# no keyring is tried:", ", ".join(MISSING), "missing")
    kit.run(memory_only, links_without_keyring, nobody_there, not_in_the_clear)
kit.run(keyring, set_back, links, links_without_keyring, memory_only, nobody_there, not_in_the_clear)
