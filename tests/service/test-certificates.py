#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mobile unit that is known by its certificate: the real programs, from making it to taking it back."""

import datetime
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from outside import LIMIT, Service, client_tls, run, wait_until

BUILD = os.environ.get("WATCHFIRE_BUILDDIR", ".")
CTL = os.path.join(BUILD, "src/tools/watchfirectl")
UNIT = os.path.join(BUILD, "src/tools/watchfire-unit")
PLACE = "109.95,40.6"


if not shutil.which("openssl"):
    print("1..0 # SKIP openssl is not here")
    sys.exit(0)


def ctl(*arguments, good=True):
    done = subprocess.run([CTL, *arguments], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (done.returncode == 0) == good, (arguments, done)
    return done.stdout if good else done.stderr


class Centre:
    """An authority, and a service with a certificate of its own that asks units for theirs."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="wf-units-")
        self.authority = os.path.join(self.folder, "authority")
        self.revoked = os.path.join(self.authority, "revoked.txt")
        ctl("certificate", "authority", self.authority, "--name", "应急中心")
        own = os.path.join(self.folder, "service.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                        "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                        own + ".key", "-out", own], check=True, capture_output=True, timeout=LIMIT)
        self.own = own
        with open(self.revoked, "w", encoding="utf-8") as file:
            file.write("# nobody yet\n")
        data = os.path.join(self.folder, "data")
        os.mkdir(data)
        self.service = Service("--certificate", own, "--key", own + ".key", "--client-ca", self.path("authority.pem"), "--revoked",
                               self.revoked, folder=data, listen="127.0.0.1:0", environment={"G_DEBUG": ""})
        made = ctl("token", "add", data, "--actor", "desk-1", "--name", "Desk")
        self.service.TOKEN = made.split()[-1]
        self.service.tls = client_tls(own)
        wait_until(lambda: self.service.request("GET", "/api/v1/session")[0] == 200, "the token to be known")
        return self

    def __exit__(self, *_):
        self.service.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.authority, name)

    def unit(self, certificate, *more):
        return Unit("--service", f"https://localhost:{self.service.port}", "--ca", self.own, "--certificate", certificate, "--at", PLACE,
                    *more)

    def positions(self, unit):
        status, _, body = self.service.request("GET", f"/api/v1/tracks?scope=live&unit={unit}&since=2020-01-01T00:00:00.000Z")
        assert status == 200, body
        return json.loads(body)["positions"]


class Unit:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([UNIT, "--width", "320", "--height", "180", "--rate", "5", *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "LC_ALL": "C.UTF-8", "G_DEBUG": ""})

    def ready(self):
        line = self.process.stdout.readline()
        assert line, self.process.communicate(timeout=LIMIT)
        return json.loads(line)

    def fail(self):
        """It ends by itself. Returns what it has said, and its exit status."""
        patience = threading.Timer(LIMIT, self.process.kill)
        patience.start()
        said = self.process.stderr.read()
        code = self.process.wait(timeout=LIMIT)
        patience.cancel()
        self.process.communicate()
        return said, code

    def end(self):
        """Returns what it has said in the end, and its exit status."""
        _, said = self.process.communicate(timeout=LIMIT)
        return said, self.process.returncode


def test_known():
    """It is whom its certificate says, tells where it is, may do what a unit may, and no more."""
    with Centre() as centre:
        said = ctl("certificate", "unit", centre.authority, "unit-7")
        pem = said.split("\n")[0]
        assert os.stat(pem).st_mode & 0o077 == 0 and os.stat(centre.path("authority.key")).st_mode & 0o077 == 0
        assert "unit-7 until" in ctl("certificate", "list", centre.authority)
        unit = centre.unit(pem, "--to", "109.96,40.61", "--turning-camera")
        ready = unit.ready()
        assert [one["id"] for one in ready["units"]] == ["unit-7"] and ready["units"][0]["uri"].startswith("rtsp://"), ready
        wait_until(lambda: centre.positions("unit-7"), "a position")
        first = centre.positions("unit-7")[0]["location"]
        assert abs(first[0] - 109.95) < 0.02 and abs(first[1] - 40.6) < 0.02, first
        wait_until(lambda: centre.positions("unit-7")[-1]["location"] != first, "it to drive", 60)

        # Where its camera looks, whatever way it drives.
        status, _, body = centre.service.request("GET", "/api/v1/readings?scope=live&source=unit-7")
        looks = {row["quantity"]: row["value"] for row in json.loads(body)["readings"]}
        assert status == 200 and 0 <= looks.get("camera_bearing", -1) <= 360, body
        assert (looks.get("camera_tilt"), looks.get("camera_view")) == (-35, 62), looks
        said, code = unit.end()
        assert code == 0, (said, code)

        # Whom the service takes it for.
        way = http.client.HTTPSConnection("localhost", centre.service.port, timeout=LIMIT, context=client_tls(centre.own, pem))
        way.request("GET", "/api/v1/session")
        answer = json.loads(way.getresponse().read())
        assert answer["actor"] == "unit-7" and answer["role"] == "unit", answer
        way.request("GET", "/api/v1/snapshot")
        assert way.getresponse().status == 403
        way.close()


def refused(centre, pem, word):
    said, code = centre.unit(pem).fail()
    assert code == 1 and word in said, (said, code)
    return said


def test_expired():
    with Centre() as centre:
        now = datetime.datetime.now(datetime.timezone.utc)
        soon = (now + datetime.timedelta(seconds=12)).strftime("%Y-%m-%dT%H:%M:%SZ")
        pem = ctl("certificate", "unit", centre.authority, "unit-7", "--until", soon).split("\n")[0]

        # It ends while the unit is at work, on a connection that was opened before; and it is not let in again.
        unit = centre.unit(pem)
        unit.ready()
        said, code = unit.fail()
        assert code == 1 and "expired" in said and "make a new one" in said, (said, code)
        refused(centre, pem, "expired")
        assert "expired" in ctl("certificate", "list", centre.authority)

        # A new one for the same unit is good.
        pem = ctl("certificate", "unit", centre.authority, "unit-7").split("\n")[0]
        unit = centre.unit(pem)
        unit.ready()
        assert unit.end()[1] == 0


def test_foreign():
    with Centre() as centre, tempfile.TemporaryDirectory() as other:
        folder = os.path.join(other, "authority")
        ctl("certificate", "authority", folder, "--name", "应急中心")
        pem = ctl("certificate", "unit", folder, "unit-7").split("\n")[0]
        refused(centre, pem, "not signed by the authority of this centre")

        # A token is good whatever certificate it comes with.
        centre.service.tls = client_tls(centre.own, pem)
        assert centre.service.request("GET", "/api/v1/session")[0] == 200
        centre.service.tls = client_tls(centre.own)


def test_revoked():
    """Taken back while it works: its next position is refused, its friend's is not."""
    with Centre() as centre:
        lost = ctl("certificate", "unit", centre.authority, "unit-7").split("\n")[0]
        other = ctl("certificate", "unit", centre.authority, "unit-8").split("\n")[0]
        units = centre.unit(lost), centre.unit(other)
        for unit in units:
            unit.ready()
        ctl("certificate", "revoke", centre.authority, "unit-7")
        assert "taken back" in ctl("certificate", "list", centre.authority)
        centre.service.process.send_signal(1)
        said, code = units[0].fail()
        assert code == 1 and "taken back" in said, (said, code)
        kept = lost + ".kept"
        shutil.copy(lost, kept)
        refused(centre, kept, "taken back")
        assert units[1].process.poll() is None
        wait_until(lambda: centre.positions("unit-8"), "the other's positions")
        said, code = units[1].end()
        assert code == 0, (said, code)

        # The unit gets another one, which is good.
        pem = ctl("certificate", "unit", centre.authority, "unit-7").split("\n")[0]
        unit = centre.unit(pem)
        unit.ready()
        assert unit.end()[1] == 0

        # A list that cannot be read leaves the old one in force.
        with open(centre.revoked, "a", encoding="utf-8") as file:
            file.write("no fingerprint\n")
        centre.service.process.send_signal(1)
        time.sleep(1)
        refused(centre, kept, "taken back")


def test_service_away():
    """A unit waits for its service, and goes on when that is back."""
    with Centre() as centre:
        pem = ctl("certificate", "unit", centre.authority, "unit-7").split("\n")[0]
        nobody = Unit("--service", "https://localhost:9", "--ca", centre.own, "--certificate", pem, "--at", PLACE)
        assert "cannot be reached" in nobody.process.stderr.readline()
        assert nobody.process.poll() is None
        assert nobody.end()[1] == 0

        # A service with another certificate than the one that is trusted gets nothing.
        distrust = Unit("--service", f"https://localhost:{centre.service.port}", "--certificate", pem, "--at", PLACE)
        line = distrust.process.stderr.readline()
        assert "cannot be reached" in line, line
        distrust.end()
        assert not centre.positions("unit-7")


def test_called_wrongly():
    with tempfile.TemporaryDirectory() as folder:
        assert "no authority" in ctl("certificate", "unit", folder, "unit-7", good=False)
        ctl("certificate", "authority", folder)
        assert "already" in ctl("certificate", "authority", folder, good=False)
        assert "no id" in ctl("certificate", "unit", folder, "unit 7", good=False)
        assert "no time" in ctl("certificate", "unit", folder, "unit-7", "--until", "tomorrow", good=False)
        assert "neither a unit" in ctl("certificate", "revoke", folder, "unit-7", good=False)
        pem = ctl("certificate", "unit", folder, "unit-7").split("\n")[0]
        for arguments, word in (
                (("--certificate", pem, "--at", PLACE), "--service"),
                (("--service", "https://localhost:1", "--certificate", pem), "--at"),
                (("--service", "https://localhost:1", "--certificate", pem, "--at", "nowhere"), "--at"),
                (("--service", "https://localhost:1", "--certificate", pem, "--at", PLACE, "--fleet"), "certificate says"),
                (("--service", "http://localhost:1", "--certificate", pem, "--at", PLACE), "https://"),
                (("--service", "https://localhost:1", "--certificate", folder + "/none.pem", "--at", PLACE), "none.pem")):
            said, code = Unit(*arguments).fail()
            assert code in (1, 2) and word in said, (arguments, said, code)


if __name__ == "__main__":
    run(test_known, test_expired, test_foreign, test_revoked, test_service_away, test_called_wrongly)
