#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verifies an export of Watchfire without any of Watchfire's own code.

Usage: verify-export.py FOLDER [--key HEX]

Needs nothing but Python 3.8. The form is told in doc/export.md. Exit status: 0 it holds, 1 it does not (the reasons are
printed), 2 wrongly called. With --key, the export must be signed by that key; without, compare the one that is printed with
the one that the centre has given you.
"""

import argparse
import hashlib
import json
import os
import re
import sys

FIRST = "0" * 64
HEX64 = re.compile(r"[0-9a-f]{64}\Z")
HEX128 = re.compile(r"[0-9a-f]{128}\Z")

# --- Ed25519, as RFC 8032 defines it: only the check of a signature, so nothing here is secret and it need not be fast ---

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def decode_point(data):
    y = int.from_bytes(data, "little")
    x = recover_x(y & ((1 << 255) - 1), y >> 255)
    return None if x is None else (x, y & ((1 << 255) - 1), 1, x * (y & ((1 << 255) - 1)) % P)


def add_points(a, b):
    left = (a[1] - a[0]) * (b[1] - b[0]) % P
    right = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = right - left, z - t, z + t, right + left
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(n, point):
    result = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        n >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_holds(key, signature, message):
    point, commitment = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    a, b = multiply(s, BASE), add_points(commitment, multiply(k, point))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


# --- the export ---


class Wrong(Exception):
    """What does not hold, in a sentence."""


def read(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except OSError as error:
        raise Wrong(f"{name} cannot be read: {error.strerror}") from error


def check_manifest(folder, wanted_key):
    text = read(folder, "manifest.json")
    line = read(folder, "manifest.sig").decode("ascii", "replace")
    if not line.endswith("\n") or not HEX128.match(line[:-1]):
        raise Wrong("manifest.sig is no signature")
    try:
        manifest = json.loads(text)
        key = manifest["public_key"]
        assert manifest["format"] == 1 and manifest["kind"] == "watchfire export" and HEX64.match(key)
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise Wrong("manifest.json is no manifest of an export") from error
    if wanted_key is not None and key != wanted_key.lower():
        raise Wrong(f"it was signed with another key: {key}")
    if not signature_holds(bytes.fromhex(key), bytes.fromhex(line[:-1]), b"watchfire manifest 1\n" + text):
        raise Wrong("the signature of manifest.json does not hold")
    return manifest


def check_files(folder, manifest):
    wanted = {file["path"]: file for file in manifest["files"]}
    found = set()
    for base, _, names in os.walk(folder):
        found.update(os.path.relpath(os.path.join(base, name), folder) for name in names)
    extra = found - set(wanted) - {"manifest.json", "manifest.sig"}
    if extra:
        raise Wrong(f"{sorted(extra)[0]} is not in the manifest")
    for path, file in wanted.items():
        data = read(folder, path)
        if len(data) != file["size"] or hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise Wrong(f"{path} is not as it was signed")
        if path.startswith("media/") and os.path.basename(path) != file["sha256"]:
            raise Wrong(f"{path} is not named by its SHA-256")
    if "incident.ndjson" not in wanted:
        raise Wrong("incident.ndjson is not in the manifest")


def split_entry(line, number):
    """The bytes of header and payload as they stand, because it is the bytes that were hashed."""
    begin = '{"kind":"entry","hash":"'
    middle = '","header":'
    if not line.startswith(begin) or line[len(begin) + 64:len(begin) + 64 + len(middle)] != middle:
        raise Wrong(f"line {number} is no entry")
    start = len(begin) + 64 + len(middle)
    try:
        _, end = json.JSONDecoder().raw_decode(line, start)
        header, rest, payload = line[start:end], line[end:], None
        if rest.startswith(',"payload":'):
            after = end + len(',"payload":')
            _, stop = json.JSONDecoder().raw_decode(line, after)
            payload, rest = line[after:stop], line[stop:]
    except ValueError as error:
        raise Wrong(f"line {number} cannot be read") from error
    if rest not in ("}", ',"erased":true}'):
        raise Wrong(f"line {number} has something behind its entry")
    return line[len(begin):len(begin) + 64], header, payload, rest != "}"


def check_entry(manifest, line, number, previous):
    digest, header, payload, erased = split_entry(line, number)
    if hashlib.sha256(header.encode()).hexdigest() != digest:
        raise Wrong(f"the header of entry {number} was changed")
    fields = json.loads(header)
    if fields["previous"] != previous or fields["number"] != number or fields["scope"] != manifest["scope"]:
        raise Wrong(f"entry {number} does not follow upon the one before it")
    if fields["algorithm"] != "sha256":
        raise Wrong(f"entry {number} is sealed by {fields['algorithm']}, which this program does not know")
    ours = fields.get("subject") == manifest["subject"]
    if payload is not None and hashlib.sha256(payload.encode()).hexdigest() != fields["payload_digest"]:
        raise Wrong(f"the payload of entry {number} was changed")
    if ours and payload is None and not erased:
        raise Wrong(f"the payload of entry {number} is missing")
    return digest, ours, erased


def check_lines(folder, manifest):
    lines = read(folder, "incident.ndjson").decode().split("\n")
    if len(lines) < 3 or lines[-1] != "":
        raise Wrong("incident.ndjson is not complete")
    previous, ours, gone = FIRST, 0, 0
    for number, line in enumerate(lines[:-2], 1):
        previous, is_ours, erased = check_entry(manifest, line, number, previous)
        ours += is_ours
        gone += erased
    checkpoint = json.loads(lines[-2])
    if checkpoint.get("kind") != "checkpoint" or checkpoint["number"] != len(lines) - 2 or checkpoint["hash"] != previous:
        raise Wrong("the chain does not end at the checkpoint that was signed")
    message = (f"watchfire checkpoint 1\n{manifest['service']}\n{checkpoint['scope']}\n{checkpoint['number']}\n"
               f"{checkpoint['hash']}\n{checkpoint['made_at']}\n")
    if checkpoint["scope"] != manifest["scope"] or not HEX128.match(checkpoint["signature"]) or not signature_holds(
            bytes.fromhex(manifest["public_key"]), bytes.fromhex(checkpoint["signature"]), message.encode()):
        raise Wrong("the signature of the checkpoint does not hold")
    return len(lines) - 2, ours, gone


def main():
    parser = argparse.ArgumentParser(description="Verifies an export of Watchfire.")
    parser.add_argument("folder")
    parser.add_argument("--key", help="the centre's public key, known from elsewhere")
    options = parser.parse_args()
    try:
        manifest = check_manifest(options.folder, options.key)
        check_files(options.folder, manifest)
        entries, ours, erased = check_lines(options.folder, manifest)
    except Wrong as wrong:
        print(f"It does not hold: {wrong}.")
        return 1
    except (ValueError, KeyError, TypeError) as wrong:
        print(f"It does not hold: it cannot be read ({type(wrong).__name__}: {wrong}).")
        return 1
    print(f"Incident {manifest['subject']} in “{manifest['scope']}”: {ours} of {entries} entries, {erased} of them erased.")
    print(f"Made at {manifest['made_at']} by the service {manifest['service']}.")
    print(f"Signed with the key {manifest['public_key']}.")
    print("Everything holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
