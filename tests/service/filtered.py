#!/usr/bin/python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program as the system calls of a systemd unit file let it: filtered.py UNIT PROGRAM [ARGUMENT…]

Where systemd itself cannot run, as in a container, this is what of its sandbox can be tried all the same: SystemCallFilter, its
error number, MemoryDenyWriteExecute and RestrictAddressFamilies, as systemd.exec(5) describes them."""

import errno
import os
import re
import socket
import subprocess
import sys

import seccomp

# What systemd lets through in any case where a list says what is allowed.
ALWAYS = ["execve", "exit", "exit_group", "getrlimit", "rt_sigreturn", "sigreturn", "clock_nanosleep", "nanosleep", "pause",
          "clock_gettime", "clock_getres", "gettimeofday", "time"]
WRITE, EXECUTE = 2, 4


def values(text, key):
    return re.findall(rf"^{key}=(.*)$", text, re.M)


def calls_of(name):
    """The system calls behind a name or a group, groups within it included."""
    if not name.startswith("@"):
        return {name}
    done = subprocess.run(["systemd-analyze", "syscall-filter", name], stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    words = [line.strip() for line in done.stdout.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*map(calls_of, words))


def allowed_by(text):
    """Later lines add to what is allowed, or with a tilde take away from it."""
    allowed = set(ALWAYS)
    for line in values(text, "SystemCallFilter"):
        group = set().union(*(calls_of(name) for name in line.lstrip("~").split()))
        allowed = allowed - group if line.startswith("~") else allowed | group
    return allowed


def restrict(text):
    others = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    if values(text, "MemoryDenyWriteExecute") == ["yes"]:
        both = WRITE | EXECUTE
        others.add_rule(seccomp.ERRNO(errno.EPERM), "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, both, both))
        others.add_rule(seccomp.ERRNO(errno.EPERM), "mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, EXECUTE, EXECUTE))
    families = {int(getattr(socket, name)) for line in values(text, "RestrictAddressFamilies") for name in line.split()}
    for family in range(46):
        if families and family not in families:
            others.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))

    first = seccomp.SyscallFilter(defaction=seccomp.ERRNO(getattr(errno, values(text, "SystemCallErrorNumber")[0])))
    for call in sorted(allowed_by(text)):
        try:
            first.add_rule(seccomp.ALLOW, call)
        except (RuntimeError, OSError, ValueError):
            pass  # not a call of this processor, or of this library's time
    others.load()
    first.load()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        restrict(file.read())
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
