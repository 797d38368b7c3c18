# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real workstation behind a narrow line (tbf) on which packets are lost at random (nft) and which is cut, in a network
namespace of its own: nothing that was given is lost, nothing is done or seen twice, and it says how the line is."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "service"))
from outside import Proxy, Service, Skip, log_command, run, wait_until  # noqa: E402  (its folder is known only now)

PROBE = pathlib.Path(os.environ["WATCHFIRE_BUILDDIR"]) / "tests/sync/desk-probe"
NEAR = "198.18.78.1"
OWN, OTHERS = 60, 40

# In the namespace: a port on its own loopback, since a workstation speaks plainly to nobody else, and the line behind it.
FORWARD = """
import socket, sys, threading
def pump(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data: break
            sink.sendall(data)
    except OSError: pass
    for end in (source, sink):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def take(client):
    try: server = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)
    except OSError:
        client.close()
        return
    server.settimeout(None)
    threading.Thread(target=pump, args=(client, server), daemon=True).start()
    pump(server, client)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def serve():
    while True: threading.Thread(target=take, args=(listener.accept()[0],), daemon=True).start()
threading.Thread(target=serve, daemon=True).start()
sys.stdin.read()
"""


def must(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Skip(f"{' '.join(arguments[:6])}: {done.stderr.strip()[:120]}")


class Line:
    """A namespace with a line to here that is narrow and loses packets."""

    def __init__(self, rate, lost):
        if os.geteuid() != 0 or not shutil.which("ip"):
            raise Skip("network namespaces want root and iproute2")
        if not shutil.which("nft") or not shutil.which("tc"):
            raise Skip("nft and tc are wanted")
        self.name = f"wl{os.getpid() % 100000}"
        try:
            must("ip", "netns", "add", self.name)
            must("ip", "-n", self.name, "link", "set", "lo", "up")
            must("ip", "link", "add", f"{self.name}a", "type", "veth", "peer", "name", f"{self.name}b", "netns", self.name)
            must("ip", "addr", "add", f"{NEAR}/30", "dev", f"{self.name}a")
            must("ip", "link", "set", f"{self.name}a", "up")
            must("ip", "-n", self.name, "addr", "add", "198.18.78.2/30", "dev", f"{self.name}b")
            must("ip", "-n", self.name, "link", "set", f"{self.name}b", "up")
            for place in ((), ("ip", "netns", "exec", self.name)):
                end = self.name + ("b" if place else "a")
                must(*place, "tc", "qdisc", "add", "dev", end, "root", "tbf", "rate", rate, "burst", "8kb", "latency", "300ms")
            self.nft("add table ip wf; add chain ip wf in { type filter hook input priority 0; }; "
                     "add chain ip wf cut { type filter hook input priority -10; }; "
                     f"add rule ip wf in iif {self.name}b numgen random mod 100 < {lost} counter drop")
        except BaseException:
            self.close()
            raise

    def inside(self, *arguments, **options):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *arguments], text=True, **options)

    def nft(self, rules):
        must("ip", "netns", "exec", self.name, "nft", rules)

    def cut(self, how):
        """What comes in is dropped in silence, or every connection is reset."""
        self.nft(f"add rule ip wf cut iif {self.name}b {how}")

    def mend(self):
        self.nft("flush chain ip wf cut")

    def lost(self):
        done = subprocess.run(["ip", "netns", "exec", self.name, "nft", "list", "chain", "ip", "wf", "in"], capture_output=True,
                              text=True, check=True, timeout=60)
        return int(done.stdout.split("packets ")[1].split()[0])

    def close(self):
        subprocess.run(["ip", "link", "del", f"{self.name}a"], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)


def journal(service):
    status, page = service.get("/api/v1/changes?since=0&limit=1000")
    assert status == 200, page
    return page["entries"]


class Desk:
    """The workstation, and what it has said so far."""

    def __init__(self, line, port, token, folder):
        self.forward = line.inside(sys.executable, "-c", FORWARD, NEAR, str(port), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        uri = f"http://127.0.0.1:{int(self.forward.stdout.readline())}"
        self.said = []
        self.process = line.inside(str(PROBE), uri, token, folder, str(OWN), str(OTHERS), stdout=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for text in self.process.stdout:
            self.said.append(text.rstrip("\n").split(" ", 1))

    def told(self, what):
        return [rest for word, rest in list(self.said) if word == what]

    def links(self):
        return [rest.split(" ")[0] for rest in self.told("link")]

    def stop(self):
        for process in (self.process, self.forward):
            if process.poll() is None:
                process.kill()
            process.wait(60)
        self.reader.join(60)

    def end(self):
        code = self.process.wait(200)
        self.reader.join(60)
        self.forward.stdin.close()
        self.forward.wait(60)
        return code


def test_workstation_on_a_bad_line():
    line = Line("256kbit", 5)
    try:
        with (contextlib.ExitStack() as stack, Service() as service,
              tempfile.TemporaryDirectory(prefix="wf-line-") as folder):
            proxy = Proxy(service.port)
            proxy.listener.close()
            proxy.listener = socket.create_server((NEAR, 0))
            proxy.port = proxy.listener.getsockname()[1]
            threading.Thread(target=proxy._accept, daemon=True).start()  # pylint: disable=protected-access
            desk = Desk(line, proxy.port, service.TOKEN, os.path.join(folder, "desk"))
            stack.callback(desk.stop)

            given, others = [], []

            def give(n):
                for _ in range(n):
                    command = log_command("x" * 500)
                    assert service.command(command)[0] == 200
                    others.append(command["payload"]["log"])
            wait_until(lambda: "online" in desk.links(), "the workstation is online")
            give(OTHERS // 2)
            wait_until(lambda: len(desk.told("own")) >= 5, "its own lines come back")

            # Nothing gets through for a while; what is written meanwhile waits.
            before = len(desk.told("given"))
            line.cut("drop")
            wait_until(lambda: len(desk.told("given")) >= before + 5, "it goes on writing")
            line.mend()

            # Then everything is cut off at once: it says so, writes on, and comes back by itself.
            at = len(desk.links())
            line.cut("tcp flags != rst reject with tcp reset")
            wait_until(lambda: "offline" in desk.links()[at:], "it says that it is cut off")
            at += desk.links()[at:].index("offline")
            give(OTHERS - OTHERS // 2)
            time.sleep(1)
            assert "online" not in desk.links()[at:], desk.links()
            line.mend()
            assert desk.end() == 0, (desk.said[-5:], desk.links())

            given = desk.told("given")
            logs = [entry["payload"]["log"] for entry in journal(service)]
            assert sorted(logs) == sorted(given + others) and len(given) == OWN, (len(logs), len(given), len(others))
            assert [log for log in logs if log in set(given)] == given, "its commands changed places"

            # By the feed each came once, in the order of the journal; what a snapshot brought is told of by nobody.
            seen = [rest for word, rest in desk.said if word in ("own", "other")]
            assert len(seen) == len(set(seen)) and seen == [log for log in logs if log in set(seen)], "not in order, or twice"
            assert set(given) | set(others) == set(seen), (len(seen), len(logs))

            # What the window says: never that it is level while it is cut off, and why not.
            links = desk.links()
            assert links[-1] == "online" and desk.told("waiting") == ["0"], links[-3:]
            assert "catching-up" in links, links
            reasons = [rest.split(" ", 2)[2] for rest in desk.told("link") if rest.startswith("offline")]
            assert reasons and all(reason != "-" for reason in reasons), reasons
            assert line.lost() > 0, "no packet was lost"
            proxy.close()
    finally:
        line.close()


if __name__ == "__main__":
    run(test_workstation_on_a_bad_line)
