# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sign-in that ends while the window is open, in the real program with a real service: it is told why, what is on the
screen stays, and whoever signs in again goes on. Operated by eyes and hands (tests/walk/desk.py).

  test-signed-out.py WATCHFIRE DATA
"""

import os
import time

import seat
from seat import desk, kit
from kit import check

PASSWORD = "correct-horse-battery"
WHY = "no longer takes this sign-in"


class Signed(seat.Seat):
    """A service with one account, and the window of whoever has it."""

    def prepare(self):
        environment = {**os.environ, "WATCHFIRE_TOKEN": kit.TOKEN}
        self.ctl("user", "add", self.url, "zhao", "--name", "Zhao", "--role", "operator", env=environment)
        self.ctl("user", "passwd", self.data, "zhao", input=PASSWORD + "\n")
        self.service.report("i-1", title="Smoke over the depot", location=[109.9, 40.6])

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
    seat.run(test_revoked)
