#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""QGIS opens every collection as it is: its OGC API - Features provider, headless, by name and password in the address
and out of its own store of passwords."""

import os
import sys
import tempfile

import kit
from kit import check

try:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="wf-qgis-")
    from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
except ImportError:
    print("1..0 # SKIP QGIS is not here: its package is the group gis of build-aux/packages")
    sys.exit(0)


def open_layer(url, collection, sign_in):
    layer = QgsVectorLayer(f"url='{url}' typename='{collection}' {sign_in}", collection, "OAPIF")
    check(layer.isValid(), f"{collection}: {layer.error().message()} {layer.dataProvider().error().message() if layer.dataProvider() else ''}")
    return layer


def read_collections(sign_in_of):
    with kit.Folder() as folder:
        service = kit.Service(folder / "data", "--seed", str(kit.SOURCE / "data/demo"))
        url = f"http://127.0.0.1:{service.port}/ogc"
        sign_in = sign_in_of()
        opened = 0
        for collection in service.get("/ogc/collections")[1]["collections"]:
            ours = {feature["id"]: feature for feature in
                    service.get(f"/ogc/collections/{collection['id']}/items?limit=10000")[1]["features"]}
            layer = open_layer(url, collection["id"], sign_in)
            theirs = list(layer.getFeatures())
            check(len(theirs) == len(ours), f"{collection['id']}: {len(theirs)} features in QGIS, {len(ours)} here")
            if not ours:
                continue
            opened += 1
            check(layer.crs().authid() in ("OGC:CRS84", "EPSG:4326"), layer.crs().authid())
            names = set(layer.fields().names())
            places = sorted((feature.geometry().asPoint().x(), feature.geometry().asPoint().y()) for feature in theirs)
            check(places == sorted(tuple(feature["geometry"]["coordinates"]) for feature in ours.values()), collection["id"])
            title = "title" if collection["id"] == "incident" else "name"
            check(set(next(iter(ours.values()))["properties"]) <= names, f"{collection['id']}: QGIS has only {names}")
            check(sorted(feature[title] for feature in theirs) == sorted(f["properties"][title] for f in ours.values()))

            west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
            half = QgsRectangle(west, south, (west + east) / 2, north)
            inside = [f for f in ours.values() if f["geometry"]["coordinates"][0] <= (west + east) / 2]
            found = list(layer.getFeatures(QgsFeatureRequest().setFilterRect(half)))
            check(len(found) == len(inside), f"{collection['id']}: {len(found)} in a box, {len(inside)} here")
        check(opened >= 19, f"only {opened} collections had features")
        service.stop()


def by_password():
    return f"username='qgis' password='{kit.TOKEN}'"


def by_configuration():
    manager = QgsApplication.authManager()
    check(manager.setMasterPassword("for this test only", True), "no master password")
    config = QgsAuthMethodConfig("Basic")
    config.setName("watchfire")
    config.setConfig("username", "qgis")
    config.setConfig("password", kit.TOKEN)
    check(manager.storeAuthenticationConfig(config)[0], "the configuration is not kept")
    return f"authcfg={config.id()}"


def test_by_password():
    read_collections(by_password)


def test_by_configuration():
    read_collections(by_configuration)


QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
kit.run(test_by_password, test_by_configuration)
