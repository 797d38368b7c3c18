# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sign-in that ends while the window is open, in the real program with a real service: it is told why, what is on the
screen stays, and whoever signs in again goes on. Operated by eyes and hands (tests/walk/desk.py).

  test-signed-out.py WATCHFIRE DATA
"""

import os
import pathlib
import shutil
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "service"), str(TESTS / "walk")]

MISSING = [name for name in ("dbus-run-session", "Xvfb", "openbox", "xdotool") if shutil.which(name) is None]
try:
    import desk
except (ImportError, ValueError):
    MISSING.append("the introspection of AT-SPI")

import kit  # noqa: E402  (its folder is known only now)
from kit import check  # noqa: E402

PASSWORD = "correct-horse-battery"
WHY = "no longer takes this sign-in"


class Signed:
    """A service with one account, and the window of whoever has it."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.service = kit.Service(self.data)
        self.url = f"http://127.0.0.1:{self.service.port}"
        environment = {**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN}
        self.ctl("user", "add", self.url, "zhao", "--name", "Zhao", "--role", "operator", env=environment)
        self.ctl("user", "passwd", self.data, "zhao", input=PASSWORD + "\n")
        self.service.report("i-1", title="Smoke over the depot", location=[109.9, 40.6])
        self.screen = desk.Screen(1366, 768)
        home = folder / "home"
        home.mkdir()
        environment |= {"GTK_A11Y": "atspi", "GSK_RENDERER": "cairo", "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "HOME": str(home),
                        "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home),
                        "WATCHFIRE_DATADIR": DATA, "G_DEBUG": "gc-friendly", "DISPLAY": self.screen.display}
        environment.pop("WATCHFIRE_TOKEN")
        self.log = open(folder / "log", "w+", encoding="utf-8")
        self.window = desk.start([WATCHFIRE, "--service", self.url, "--data", str(folder / "replica")], environment, self.log)
        self.person = desk.Person(self.screen, self.window)

    @staticmethod
    def ctl(*arguments, **options):
        done = kit.ctl(*arguments, **options)
        check(done.returncode == 0, f"{arguments}: {done.stderr}")

    def give(self):
        """The dialog has the keyboard; its first field, too."""
        self.person.find("Account", "entry", seconds=60)
        time.sleep(0.5)
        self.person.press("ctrl+a")
        self.person.type("zhao")
        self.person.press("Tab")
        self.person.type(PASSWORD)
        self.person.press("Return")

    def sign_in(self):
        self.give()
        desk.wait_for("the dialog to go", lambda: not self.person.all("Account"), 60)

    def end(self):
        self.log.flush()
        good = desk.stop(self.window)
        self.screen.close()
        self.service.stop()
        self.log.seek(0)
        text = self.log.read()
        self.log.close()
        return good, text


def test_revoked():
    with kit.Folder() as folder:
        signed = Signed(folder)
        try:
            person = signed.person
            signed.sign_in()
            person.sees("Smoke over the depot", 60)

            # The administrator ends it: the window says so and asks, and does not take away what is being read.
            signed.ctl("token", "revoke", signed.data, "--actor", "zhao")
            person.sees(WHY, 60)
            person.sees("Smoke over the depot")

            # Not now: what is on the screen stays to be read, and the menu still has the way in.
            person.press("Escape")
            desk.wait_for("the dialog to go", lambda: not person.all("Account"), 30)
            person.sees("Smoke over the depot")
            check(not signed.window.poll(), "the window is gone")

            # What has happened meanwhile comes when somebody has signed in again.
            signed.service.report("i-2", title="Water in the cellar", location=[109.91, 40.61])
            time.sleep(3)
            check(not person.all("Water in the cellar"), "it goes on following without a sign-in")
            person.click(person.find("Main menu", "button"))
            person.click(person.find("Sign in"))
            signed.sign_in()
            person.sees("Water in the cellar", 60)

            # A closed account is not let in again, and it is said.
            done = kit.ctl("user", "disable", signed.url, "zhao", "left", env={**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN})
            check(done.returncode == 0, done.stderr)
            person.sees(WHY, 60)
            signed.give()
            person.sees("not right", 60)
        finally:
            good, text = signed.end()
        check(good and "CRITICAL" not in text and "WARNING" not in text, text[-2000:])
        check(PASSWORD not in text and "wf_" not in text, "a secret in the log")


if __name__ == "__main__":
    if MISSING:
        print("1..0 # SKIP wants", ", ".join(MISSING))
        sys.exit(0)
    if os.environ.get("WATCHFIRE_WALK_BUS") != "1":
        desk.under_a_session_bus()
    WATCHFIRE, DATA = sys.argv[1:3]
    del sys.argv[1:3]
    kit.run(test_revoked)
