#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A workstation's session, as watchfire-unit has it, with services of other versions and over TLS: whom it takes, whom it
refuses, and what it says."""

import hashlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

from outside import LIMIT, Proxy, Service, Skip, client_tls, new_id, run, stamp, wait_until

BUILD = os.environ.get("WATCHFIRE_BUILDDIR", ".")
CTL = os.path.join(BUILD, "src/tools/watchfirectl")
UNIT = os.path.join(BUILD, "src/tools/watchfire-unit")


def enter_unit(service):
    status, answer = service.command({"id": new_id(), "type": "registry.put", "scope": "live", "occurred_at": stamp(), "payload": {
        "entities": [{"kind": "centre", "id": "centre", "fields": {"name": "Centre", "demonstration": True}},
                     {"kind": "unit", "id": "unit-1", "fields": {"name": "Command vehicle", "type": "command", "state": "standby",
                                                                    "location": [109.9, 40.6]}}]}})
    assert status == 200, answer


def play(url, token, *options):
    """The first line that the unit says, and what it complains of; "ready" where it has its copy of the records."""
    command = [UNIT, "--service", url, "--token-stdin", "--unit", "unit-1", "--rtsp-port", "0", "--width", "320", "--height", "180",
               "--rate", "5", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "G_DEBUG": ""})
    try:
        process.stdin.write(token + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        process.stdin.close()
        process.stdin = None
        rest, errors = process.communicate(timeout=LIMIT)
        return line + rest, errors
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_versions():
    """A newer service that still speaks our version is taken; one that does not, and one that is too old, are told apart."""
    ours = b'"protocol":1,"protocol_oldest":1'
    with Service() as service:
        enter_unit(service)
        assert ours in service.request("GET", "/api/v1/session")[2]
        proxy = Proxy(service.port)
        url = f"http://127.0.0.1:{proxy.port}"
        try:
            for said, words in ((ours, None),
                                (b'"protocol":2,"protocol_oldest":1', None),
                                (b'"protocol":9,"protocol_oldest":9', "Update the program"),
                                (b'"protocol":0,"protocol_oldest":0', "older than this program")):
                proxy.alter = lambda data, said=said: data.replace(ours, said)
                line, errors = play(url, service.TOKEN)
                if words is None:
                    assert '"ready"' in line, (said, line, errors)
                else:
                    assert '"ready"' not in line and words in errors + line, (said, line, errors)
        finally:
            proxy.close()


def make_certificate(folder, name):
    if not shutil.which("openssl"):
        raise Skip("openssl is not here")
    key, certificate = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out",
                    certificate], check=True, capture_output=True, timeout=LIMIT)
    return certificate, key


def test_tls():
    """With the authority or the fingerprint a unit plays over TLS; with one that cannot be used it says so."""
    certificates = tempfile.mkdtemp(prefix="wf-unit-")
    folder = tempfile.mkdtemp(prefix="wf-outside-")
    try:
        certificate, key = make_certificate(certificates, "service")
        with open(certificate, encoding="ascii") as file:
            pin = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
        with Service("--certificate", certificate, "--key", key, folder=folder, listen="127.0.0.1:0") as service:
            made = subprocess.run([CTL, "token", "add", folder, "--actor", "desk-1", "--name", "Desk"], capture_output=True,
                                  text=True, check=True, timeout=LIMIT)
            service.TOKEN = made.stdout.split()[-1]
            service.tls = client_tls(certificate)
            wait_until(lambda: service.request("GET", "/api/v1/session")[0] == 200, "the token to be known")
            enter_unit(service)
            url = f"https://localhost:{service.port}"
            for options in (("--ca", certificate), ("--pin", pin), ("--pin", pin.upper())):
                line, errors = play(url, service.TOKEN, *options)
                assert '"ready"' in line, (options, line, errors)
            for options in (("--pin", "zz"), ("--ca", "/nowhere.pem")):
                line, errors = play(url, service.TOKEN, *options)
                assert '"ready"' not in line and (line + errors).strip(), (options, line, errors)
    finally:
        shutil.rmtree(certificates, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def test_faults():
    """Each fault that can be ordered does what it says to whoever watches, and what is no order is no fault."""
    # GStreamer keeps what it has read of its plugins, which would pass for a leak where allocations are unwound quickly.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    unit = subprocess.Popen([UNIT, "--stream-only", "--unit", "a", "--width", "320", "--height", "180", "--rate", "5"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def say(order):
        unit.stdin.write(order + "\n")
        unit.stdin.flush()
        return json.loads(unit.stdout.readline())

    def describe(line):
        line.sendall(f"DESCRIBE {uri} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        return line.recv(65536)

    try:
        uri = json.loads(unit.stdout.readline())["units"][0]["uri"]
        where = re.match(r"rtsp://([^:/]+):(\d+)", uri)
        place = where.group(1), int(where.group(2))
        for order in ("freeze a", "thaw a", "garbage a", "clean a", "limit a 200", "limit a 0", "text a two words"):
            assert say(order) == {"done": True}, order
        for order in ("garbage b", "limit a much", "limit a -1", "limit a", "restart 99999", "restart soon", "explode a", "freeze",
                      "freeze b", "thaw b", "text b words"):
            assert say(order) == {"done": False}, order

        with socket.create_connection(place, LIMIT) as line:
            assert b"200 OK" in describe(line)
            assert say("drop") == {"done": True}
            assert line.recv(65536) == b""
        with socket.create_connection(place, LIMIT) as line:
            assert b"200 OK" in describe(line)

        assert say("stop") == {"done": True}
        try:
            socket.create_connection(place, LIMIT).close()
            raise AssertionError("it still listens")
        except ConnectionRefusedError:
            pass
        assert say("start") == {"done": True}
        with socket.create_connection(place, LIMIT) as line:
            assert b"200 OK" in describe(line)

        assert say("restart 0.5") == {"done": True}
        assert json.loads(unit.stdout.readline()) == {"started": True, "port": place[1]}
        with socket.create_connection(place, LIMIT) as line:
            assert b"200 OK" in describe(line)
        unit.stdin.close()
        assert unit.wait(LIMIT) == 0
    finally:
        if unit.poll() is None:
            unit.kill()
            unit.wait()
        unit.stdout.close()


run(test_versions, test_tls, test_faults)
