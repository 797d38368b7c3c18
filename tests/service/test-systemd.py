#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit file that is shipped, run by systemd itself: process 1 of namespaces with nothing else in them."""

import contextlib
import ctypes
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from outside import LIMIT, Skip, WATCHFIRED, run, wait_until

BUILD = os.environ.get("WATCHFIRE_BUILDDIR", ".")
DATA = os.environ.get("WATCHFIRE_DATADIR", "data")
SYSTEMD = "/lib/systemd/systemd"
UNIT = "watchfired.service"
UID = 7480
CLONE_NEWNET = 0x40000000

# In the namespaces, before systemd: what it would write to is its own, what it must not touch is read-only, and of the
# machine's units there is none. $1 is a folder with the unit, $2 the folder of data, $3 a terminal.
INIT = """
set -e
mount --make-rprivate /
mkdir "$1/etc" "$1/dev"
cp -a /etc/. "$1/etc"
rm -rf "$1/etc/systemd/system"
mkdir -p "$1/etc/systemd/system" "$1/etc/watchfire"
echo 'watchfire:x:UID:UID::/var/lib/watchfire:/usr/sbin/nologin' >> "$1/etc/passwd"
echo 'watchfire:x:UID:' >> "$1/etc/group"
cp "$1/UNIT" "$1/watch.target" "$1/etc/systemd/system"
cp "$1/service.env" "$1/etc/watchfire"
for unit in /lib/systemd/system/*.target.wants/*; do
  ln -sf /dev/null "$1/etc/systemd/system/${unit##*/}"
done
mount -t tmpfs tmpfs "$1/dev"
mknod -m 666 "$1/dev/null" c 1 3
mknod -m 666 "$1/dev/zero" c 1 5
mknod -m 666 "$1/dev/full" c 1 7
mknod -m 666 "$1/dev/random" c 1 8
mknod -m 666 "$1/dev/urandom" c 1 9
mknod -m 666 "$1/dev/tty" c 5 0
mkdir "$1/dev/shm" "$1/dev/pts" "$1/dev/mqueue" "$1/dev/hugepages"
mount -t devpts devpts "$1/dev/pts" -o newinstance,ptmxmode=0666,mode=0620,gid=5
ln -s pts/ptmx "$1/dev/ptmx"
: > "$1/dev/console"
mount --bind "$3" "$1/dev/console"
mount -t tmpfs tmpfs /run
mkdir -p /run/watch/data
cp "$1/watchfired" /run/watch
mount --bind "$2" /run/watch/data
mount --bind "$1/etc" /etc
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /var/tmp
mount --rbind "$1/dev" /dev
umount -R -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -o remount,bind,ro /sys
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount -t tmpfs tmpfs /tmp
hostname watch
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  SYSTEMD --system --unit=watch.target --log-target=console --log-color=no --show-status=no
""".replace("UID", str(UID)).replace("UNIT", UNIT).replace("SYSTEMD", SYSTEMD)


def unified_groups():
    """Where control groups of the second version are."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, path, kind, *_ = line.split()
            if kind == "cgroup2":
                return path
    raise Skip("there are no control groups of version 2 here")


class Machine:
    """A systemd that runs the unit and nothing else."""

    def __init__(self):
        if os.geteuid() != 0 or not os.path.exists(SYSTEMD) or not shutil.which("unshare"):
            raise Skip("only root can start a systemd, and only where there is one")
        self.folder = tempfile.mkdtemp(prefix="wf-systemd-")
        self.group = os.path.join(unified_groups(), os.path.basename(self.folder))
        self.unshare = self.init = None
        self.said = ""
        self._write_files()
        try:
            os.mkdir(self.group)
        except OSError as error:
            self.close()
            raise Skip(f"no control group can be made: {error}") from error
        self._start()

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def _write_files(self):
        with open(os.path.join(BUILD, "data", UNIT), encoding="utf-8") as file:
            unit = re.sub(r"^ExecStart=\S+", "ExecStart=/run/watch/watchfired", file.read(), flags=re.M)
        self._write(UNIT, unit)
        self._write("watch.target", f"[Unit]\nRequires={UNIT}\nAfter={UNIT}\n")
        # The sanitizer looks for leaks as a debugger does, which the unit shuts off.
        self._write("service.env", "WATCHFIRED_OPTIONS=--listen 127.0.0.1:7481\nWATCHFIRE_DATADIR=/run/watch/data\n"
                                   "ASAN_OPTIONS=detect_leaks=0\n")
        self.console, self.terminal = os.openpty()
        os.set_blocking(self.console, False)
        shutil.copy(WATCHFIRED, os.path.join(self.folder, "watchfired"))

    def _start(self):
        enter = f'echo $$ > {self.group}/cgroup.procs && exec unshare --mount --uts --ipc --net --pid --cgroup --fork ' \
                '--kill-child --mount-proc sh -c "$0" init "$1" "$2" "$3"'
        with open(os.path.join(self.folder, "init.log"), "wb") as log:
            self.unshare = subprocess.Popen(["sh", "-c", enter, INIT, self.folder, os.path.abspath(DATA),
                                             os.ttyname(self.terminal)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until(lambda: self.unshare.poll() is not None or self._is_up(), "systemd")
        except AssertionError:
            self.close()
            raise
        if self.unshare.poll() is not None:
            told = self.told()
            self.close()
            raise Skip("systemd cannot be started here: " + told[-300:])
        self.join_network()

    def _is_up(self):
        task = f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children"
        with open(task, encoding="ascii") as file:
            children = file.read().split()
        if not children:
            return False
        self.init = children[0]
        with open(f"/proc/{self.init}/comm", encoding="ascii") as file:
            return file.read().strip() == "systemd" and self.ctl("is-system-running").stdout.strip() not in ("", "offline")

    def join_network(self):
        """From now on this thread's sockets are in there."""
        with open(f"/proc/{self.init}/ns/net", "rb") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                raise AssertionError(os.strerror(ctypes.get_errno()))

    def told(self):
        """What systemd has said so far."""
        with contextlib.suppress(BlockingIOError):
            while text := os.read(self.console, 65536):
                self.said += text.decode(errors="replace")
        with open(os.path.join(self.folder, "init.log"), encoding="utf-8", errors="replace") as file:
            return file.read() + self.said

    def enter(self, *command):
        return subprocess.run(["nsenter", "-t", self.init, "-m", "-p", "-u", "-i", *command], capture_output=True, text=True,
                              timeout=LIMIT, check=False)

    def ctl(self, *arguments):
        return self.enter("systemctl", *arguments)

    def show(self):
        """What systemd says of the service."""
        lines = self.ctl("show", UNIT).stdout.splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def pids(self):
        """Of the service, as they are outside."""
        try:
            with open(os.path.join(self.group, "system.slice", UNIT, "cgroup.procs"), encoding="ascii") as file:
                return file.read().split()
        except OSError:
            return []

    def wait_running(self, other_than=None):
        def running():
            state, pids = self.show(), self.pids()
            if "226/NAMESPACE" in self.told():
                raise Skip("systemd may not make namespaces here")
            assert state.get("ActiveState") != "failed", self.told()[-3000:]
            return state if state.get("SubState") == "running" and pids and pids[0] != other_than else None
        return wait_until(running, f"{UNIT} to be ready")

    def close(self):
        if self.unshare is not None:
            self.unshare.kill()
            self.unshare.wait(LIMIT)
        groups = [path for path, _, _ in os.walk(self.group, topdown=False)]

        def gone():
            for path in groups:
                with contextlib.suppress(OSError):
                    os.rmdir(path)
            return not os.path.exists(self.group)
        wait_until(gone, "the control group to be empty")
        os.close(self.console)
        os.close(self.terminal)
        shutil.rmtree(self.folder, ignore_errors=True)


def health():
    connection = http.client.HTTPConnection("127.0.0.1", 7481, timeout=LIMIT)
    connection.request("GET", "/health")
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return dict(line.split(":", 1) for line in file.read().splitlines())


def check_sandbox(machine, pid):
    """What the unit shuts off is off."""
    status = {key: value.split() for key, value in status_of(pid).items()}
    assert set(status["Uid"]) == {str(UID)} and set(status["Gid"]) == {str(UID)}, status
    assert status["NoNewPrivs"] == ["1"] and status["Seccomp"] == ["2"], status
    assert int(status["CapEff"][0], 16) == int(status["CapBnd"][0], 16) == int(status["CapAmb"][0], 16) == 0, status
    for name in ("mnt", "user", "ipc"):
        assert os.readlink(f"/proc/{pid}/ns/{name}") != os.readlink(f"/proc/{machine.init}/ns/{name}"), name

    def inside(*command):
        return subprocess.run(["nsenter", "-t", pid, "-m", *command], capture_output=True, text=True, timeout=LIMIT, check=False)
    for place in ("/etc/x", "/usr/x", "/opt/x"):
        assert "Read-only" in inside("touch", place).stderr, place
    assert inside("touch", "/var/lib/watchfire/x").returncode == 0
    assert inside("rm", "/var/lib/watchfire/x").returncode == 0
    assert inside("ls", "-A", "/tmp").stdout == "" and inside("ls", "-A", "/home").stdout == ""
    assert "sda" not in inside("ls", "/dev").stdout and "kmsg" not in inside("ls", "/dev").stdout
    assert inside("stat", "-c", "%U %a", "/var/lib/watchfire").stdout.split() == ["watchfire", "700"]
    assert inside("stat", "-c", "%U", "/var/lib/watchfire/watchfire.db").stdout.strip() == "watchfire"


def check_watchdog(machine):
    """One that hangs is ended and started again. The minute that the unit gives is shortened."""
    machine.enter("sh", "-c", f"mkdir -p /run/systemd/system/{UNIT}.d && printf '[Service]\\nWatchdogSec=6\\nTimeoutAbortSec=1\\n'"
                              f" > /run/systemd/system/{UNIT}.d/short.conf")
    assert machine.ctl("daemon-reload").returncode == 0
    assert machine.ctl("restart", UNIT).returncode == 0, machine.told()[-3000:]
    machine.wait_running()
    pid = machine.pids()[0]
    os.kill(int(pid), signal.SIGSTOP)
    machine.wait_running(other_than=pid)
    assert "Watchdog timeout" in machine.told(), machine.told()[-3000:]


def test_unit():
    """Ready when it is, in its sandbox, watched, started again after it was killed, and ended in order."""
    with contextlib.closing(Machine()) as machine:
        state = machine.wait_running()
        # It is not called running before it has said that it is ready.
        assert health()["ready"] is True
        assert state["Type"] == "notify" and state["WatchdogUSec"] == "1min" and state["NRestarts"] == "0", state
        pid = machine.pids()[0]
        check_sandbox(machine, pid)

        assert machine.ctl("reload", UNIT).returncode == 0
        assert health()["ready"] is True and machine.pids()[0] == pid

        os.kill(int(pid), signal.SIGKILL)
        state = machine.wait_running(other_than=pid)
        assert int(state["NRestarts"]) == 1 and health()["ready"] is True, state

        check_watchdog(machine)

        begin = time.monotonic()
        assert machine.ctl("stop", UNIT).returncode == 0
        state = machine.show()
        assert state["ActiveState"] == "inactive" and state["Result"] == "success" and state["ExecMainStatus"] == "0", state
        assert time.monotonic() - begin < LIMIT and not machine.pids()


if __name__ == "__main__":
    run(test_unit)
