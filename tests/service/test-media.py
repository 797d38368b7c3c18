#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media from outside: in parts, cut off, over a restart; ranges; quotas; quarantine of what is not what it says."""

import json
import os
import random
import time

from outside import Service, run, sha256, wait_until

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"


def path_of(data):
    return "/api/v1/media/" + sha256(data)


def put(service, data, kind="application/octet-stream", part=None, path=None):
    headers = {"Content-Type": kind}
    body = data
    if part:
        body = data[part[0]:part[1]]
        headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{len(data)}"
    status, headers, answer = service.request("PUT", path or path_of(data), body, headers)
    return status, headers, json.loads(answer) if answer else None


def quarantined(service):
    folder = os.path.join(service.folder, "media", "quarantine")
    notes = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                notes.append(json.load(file))
            assert os.path.exists(os.path.join(folder, name[:-5]))
    return notes


def test_parts():
    with Service() as service:
        data = random.Random(1).randbytes(3_000_000)
        assert service.request("HEAD", path_of(data))[1]["upload-offset"] == "0"
        status, headers, answer = put(service, data, part=(0, 1_000_000))
        assert status == 202 and answer == {"offset": 1_000_000} and headers["upload-offset"] == "1000000"
        # The same once more, one that overlaps, one that would leave a hole.
        assert put(service, data, part=(0, 1_000_000))[2] == {"offset": 1_000_000}
        assert put(service, data, part=(500_000, 1_500_000))[2] == {"offset": 1_500_000}
        status, _, answer = put(service, data, part=(2_000_000, 3_000_000))
        assert status == 409 and answer["offset"] == 1_500_000 and answer["type"] == "urn:watchfire:problem:conflict"
        status, headers, _ = service.request("HEAD", path_of(data))
        assert status == 404 and headers["upload-offset"] == "1500000"
        assert service.request("GET", path_of(data))[0] == 404
        assert put(service, data, part=(1_500_000, 3_000_000))[0] == 201
        status, headers, body = service.request("GET", path_of(data))
        assert status == 200 and body == data and headers["x-content-type-options"] == "nosniff"
        assert service.request("HEAD", path_of(data))[1]["content-length"] == "3000000"
        assert put(service, data)[0] == 200
        for wrong in ("bytes 0-9/5", "bytes 5-4/10", "bytes 0-1/3", "lines 0-2999999/3000000", "bytes 0-2999999/*"):
            status, _, answer = service.request("PUT", path_of(b"other"), data, {
                "Content-Range": wrong, "Content-Type": "application/octet-stream"})
            assert status == 400 and json.loads(answer)["field"] == "Content-Range", (wrong, status, answer)


def test_cut_off_and_restarted():
    """What had come when the line broke, and when the service was killed, need not be sent again."""
    with Service() as service:
        data = random.Random(2).randbytes(4_000_000)
        sock = service.socket()
        sock.sendall((f"PUT {path_of(data)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.TOKEN}\r\n"
                      f"Content-Type: video/x-unknown\r\nContent-Length: {len(data)}\r\n\r\n").encode())
        sock.sendall(data[:1_700_000])

        def come():
            return int(service.request("HEAD", path_of(data))[1]["upload-offset"])
        wait_until(lambda: come() == 1_700_000, "the part to come")
        sock.close()
        service.kill()
        service.start()
        at = come()
        assert at == 1_700_000, at
        while at < len(data):
            status, _, answer = put(service, data, "video/x-unknown", part=(at, min(at + 600_000, len(data))))
            if status == 201:
                break
            assert status == 202, (status, answer)
            at = answer["offset"]
        status, headers, body = service.request("GET", path_of(data))
        assert status == 200 and body == data and headers["content-type"] == "video/x-unknown"
        assert os.listdir(os.path.join(service.folder, "media", "partial")) == []


def test_ranges():
    with Service() as service:
        data = random.Random(3).randbytes(100_000)
        assert put(service, data)[0] == 201
        for spec, wanted in (("bytes=0-9", data[:10]), ("bytes=99990-", data[-10:]), ("bytes=-5", data[-5:]),
                             ("bytes=500-499999", data[500:])):
            status, headers, body = service.request("GET", path_of(data), headers={"Range": spec})
            assert status == 206 and body == wanted and "content-range" in headers, (spec, status)
        for spec in ("bytes=100000-", "bytes=-0"):
            status, headers, _ = service.request("GET", path_of(data), headers={"Range": spec})
            assert status == 416 and headers["content-range"] == "bytes */100000", (spec, status, headers)
        for spec in ("lines=0-9", "bytes=9-0", "bytes=", "bytes=0-1,5-6", "bytes=a-b"):
            status, _, body = service.request("GET", path_of(data), headers={"Range": spec})
            assert status == 200 and body == data, spec


def test_quarantine():
    with Service() as service:
        good = {"image/png": PNG + b"x" * 100, "image/jpeg": JPEG + b"x" * 100, "application/pdf": b"%PDF-1.7 x",
                "video/mp4": b"\0\0\0\x18ftypmp42", "text/plain": "守望".encode() * 30000, "application/json": b"{}",
                "application/octet-stream": b"\x7fELF and so on", "application/x-of-tomorrow": b"whatever"}
        for kind, data in good.items():
            assert put(service, data, kind)[0] == 201, kind
        assert quarantined(service) == []
        wrong = {"image/png": JPEG + b"y", "image/jpeg": PNG + b"y", "application/pdf": b"<html>", "text/plain": b"a\0b",
                 "video/mp4": b"tiny", "application/json": b"\xff\xfe", "application/x-of-tomorrow": b"MZ\x90"}
        for kind, data in wrong.items():
            status, _, answer = put(service, data, kind)
            assert status == 422 and answer["rule"] == "medium.type" and answer["field"] == "Content-Type", (kind, answer)
            assert service.request("GET", path_of(data))[0] == 404
        status, _, answer = put(service, b"other bytes", path=path_of(b"these bytes"))
        assert status == 422 and answer["rule"] == "medium.digest"
        notes = quarantined(service)
        assert len(notes) == len(wrong) + 1
        assert notes[0]["actor"] == "desk-1" and notes[0]["declared_type"] == "image/png"
        assert notes[-1]["declared_sha256"] == sha256(b"these bytes") and notes[-1]["sha256"] == sha256(b"other bytes")
        # The right ones may still come under the same name.
        assert put(service, b"these bytes")[0] == 201


def test_quarantine_is_bounded():
    """The newest hundred, and no more than a gigabyte beside the newest: what is older goes, each with its note."""
    with Service() as service:
        folder = os.path.join(service.folder, "media", "quarantine")
        refused = put(service, b"the first", "image/png")
        assert refused[0] == 422 and len(quarantined(service)) == 1

        def lay(number, size):
            """One as it would have come on a day long ago, later for a higher number; takes no room on the disk."""
            name = f"0190{number:04x}-0000-7000-8000-000000000000"
            with open(os.path.join(folder, name), "wb") as file:
                file.truncate(size)
            with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
                json.dump({"number": number}, file)

        def kept():
            return sorted(note["number"] for note in quarantined(service) if "number" in note)

        for number in range(5):
            lay(number, 300_000_000)
        assert put(service, b"the second", "image/png")[0] == 422
        assert kept() == [2, 3, 4], kept()
        assert len(os.listdir(folder)) == 2 * (3 + 2), os.listdir(folder)

        # One that is larger than all that may lie there goes as soon as there is a newer one, and what is older with it.
        lay(5, 1_000_000_001)
        assert put(service, b"the third", "image/png")[0] == 422
        assert kept() == [] and len(os.listdir(folder)) == 2 * 3, os.listdir(folder)

        for number in range(120):
            lay(number, 1000)
        assert put(service, b"the fourth", "image/png")[0] == 422
        assert kept() == list(range(24, 120)) and len(os.listdir(folder)) == 2 * 100, kept()


def test_given_up():
    """What was cut off waits for a week, and no longer."""
    with Service() as service:
        data = random.Random(8).randbytes(10_000)
        assert put(service, data, part=(0, 4000))[0] == 202
        partial = os.path.join(service.folder, "media", "partial")
        name, = os.listdir(partial)

        def come_when(days):
            then = time.time() - days * 86400
            os.utime(os.path.join(partial, name), (then, then))
            assert put(service, b"another")[0] in (200, 201)
            return service.request("HEAD", path_of(data))[1]["upload-offset"]
        assert come_when(6.9) == "4000"
        assert come_when(7.1) == "0"


def test_quotas():
    with Service("--media", "3", "--media-per-actor", "2") as service:
        one, two, three = (random.Random(i).randbytes(900_000) for i in (4, 5, 6))
        assert put(service, one)[0] == 201 and put(service, two)[0] == 201
        status, _, answer = put(service, three)
        assert status == 413 and answer["rule"] == "medium.quota", answer
        assert put(service, one)[0] == 200  # what is there costs nothing
        assert put(service, three[:100_000])[0] == 201
        # The count is kept over a restart, and what is only on its way counts too.
        service.kill()
        service.start()
        assert put(service, three)[0] == 413
        small = three[:90_000]
        assert put(service, small, part=(0, 80_000))[0] == 202
        assert put(service, three[1000:31_000])[0] == 413
        # Without a length before it, it is found out at the end.
        chunks = iter([b"%x\r\n" % len(three) + three + b"\r\n0\r\n\r\n"])
        status, _, answer = service.request("PUT", path_of(three), chunks, {
            "Content-Type": "application/octet-stream", "Transfer-Encoding": "chunked"})
        assert status == 413, status
        for i in range(30):
            status, _, answer = put(service, random.Random(100 + i).randbytes(100), part=(0, 50))
            if status == 413:
                break
        assert status == 413 and i < 20, (status, i)


def begin(service, data, length):
    """An upload that has sent its head and some bytes, and goes on later; without @length piece by piece."""
    head = (f"PUT {path_of(data)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.TOKEN}\r\n"
            "Content-Type: application/octet-stream\r\n"
            + (f"Content-Length: {length}\r\n\r\n" if length else "Transfer-Encoding: chunked\r\n\r\n")).encode()
    plain = service.socket()
    plain.sendall(head + (data[:1000] if length else b"3e8\r\n" + data[:1000] + b"\r\n"))
    wait_until(lambda: service.request("HEAD", path_of(data))[1].get("upload-offset") == "1000", "it to begin")
    return plain


def test_room_of_several():
    """Whoever sends several at once has no more room than with one after the other."""
    with Service("--media", "5", "--media-per-actor", "2") as service:
        one, two, three = (random.Random(i).randbytes(1_500_000) for i in (11, 12, 13))
        first = begin(service, one, len(one))
        status, _, answer = put(service, two)
        assert status == 413 and answer["rule"] == "medium.quota", answer
        # Nor by not saying how much it will be.
        second = begin(service, three, None)
        second.sendall(b"%x\r\n" % (len(three) - 1000) + three[1000:] + b"\r\n0\r\n\r\n")
        assert b" 413 " in second.recv(4096)
        second.close()
        first.sendall(one[1000:])
        assert b" 201 " in first.recv(4096)
        first.close()
        # Nor under the name of what is there.
        junk = random.Random(14).randbytes(1_900_000)
        status, _, answer = put(service, junk, path=path_of(one))
        assert status == 413 and answer["rule"] == "medium.quota", answer
        assert quarantined(service) == []
        # What was broken off keeps no room but its own.
        third = begin(service, two, 400_000)
        third.close()
        wait_until(lambda: put(service, random.Random(15).randbytes(450_000))[0] == 201, "the room to be free again")


def test_two_at_once():
    """One medium from one sender is written by one request at a time."""
    with Service() as service:
        data = random.Random(7).randbytes(200_000)
        head = (f"PUT {path_of(data)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.TOKEN}\r\n"
                f"Content-Type: application/octet-stream\r\nContent-Length: {len(data)}\r\n\r\n").encode()
        first = service.socket()
        first.sendall(head + data[:1000])
        wait_until(lambda: service.request("HEAD", path_of(data))[1]["upload-offset"] == "1000", "the first to begin")
        status, _, answer = put(service, data)
        assert status == 409 and answer["rule"] == "medium.busy", answer
        first.sendall(data[1000:])
        assert b" 201 " in first.recv(4096)
        first.close()
        time.sleep(0.01)
        assert put(service, data)[0] == 200


if __name__ == "__main__":
    run(test_parts, test_cut_off_and_restarted, test_ranges, test_quarantine, test_quarantine_is_bounded, test_given_up, test_quotas, test_room_of_several, test_two_at_once)
