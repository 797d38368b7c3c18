# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the tables of src/model/wf-kind.c and src/rules/wf-command-types.c, and checks JSON by them as the program does."""

import glob
import os
import re

ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\Z")
TIME = re.compile(r"(now([+-]([0-9]+[dhms])+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\Z")
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


class Wrong(Exception):
    pass


def seconds(text):
    """Of a time relative to now; None of an absolute one."""
    if not text.startswith("now"):
        return None
    total = sum(int(n) * UNITS[u] for n, u in re.findall(r"([0-9]+)([dhms])", text))
    return -total if "-" in text else total


class Tables:
    def __init__(self, *paths):
        text = ""
        for path in paths:
            with open(path, encoding="utf-8") as file:
                text += file.read()
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        macros = {m[0]: m[1].replace("\\\n", "") for m in re.findall(r"#define (\w+) \\\n((?:.*\\\n)*.*)\n", text)}
        constants = {}
        for header in glob.glob(os.path.join(os.path.dirname(paths[0]), "..", "*", "*.h")):
            with open(header, encoding="utf-8") as file:
                constants.update(re.findall(r"^#define (WF_\w+) (\d+)\b", file.read(), flags=re.M))
        text = re.sub(r"\bWF_\w+_MAX\b", lambda name: constants.get(name[0], name[0]), text)
        self.choices = {name: re.findall(r'"([^"]*)"', body)
                        for name, body in re.findall(r"const char \*const (\w+)\[\] = \{(.*?)\};", text, re.S)}
        self.fields = {}
        for name, body in re.findall(r"const WfField (\w+)\[\] = \{(.*?)\n\};", text, re.S):
            for macro, meaning in macros.items():
                body = re.sub(rf"^\s*{macro},", meaning + ",", body, flags=re.M)
            self.fields[name] = {row[0]: self.row(row) for row in
                                 re.findall(r'\{ "(\w+)", WF_FIELD_(\w+)\s*((?:,[^{}]*)?)\}', body)}
        self.kinds = {name: (fields, registry == "TRUE") for name, registry, fields in
                      re.findall(r'\{ "(\w+)", (?:NULL|"\w+"), \w+, (\w+), (\w+) \}', text)}
        self.commands = {name: (fields, system == "TRUE") for name, fields, system in
                         re.findall(r'\{ "([\w.]+)", (\w+), (TRUE|FALSE) \}', text)}

    @staticmethod
    def row(found):
        _, type, rest = found
        row = {"type": type, "required": "REQ" in rest, "clearable": "CLR" in rest}
        plain = []
        for part in rest.split(","):
            part = part.strip()
            named = re.match(r"\.(\w+) = (.+)", part)
            if named:
                row[named[1]] = named[2] if named[1] in ("choices", "fields") else float(named[2])
            elif re.match(r"-?[0-9.e]+\Z", part):
                plain.append(float(part))
        row.update(zip(("min", "max"), plain))
        return row

    def check(self, table, value, at):
        if not isinstance(value, dict):
            raise Wrong(f"{at}: an object is wanted")
        fields = self.fields[table]
        for key, row in fields.items():
            if row["required"] and key not in value:
                raise Wrong(f"{at}.{key}: is missing")
        for key, inner in value.items():
            if key not in fields:
                raise Wrong(f"{at}.{key}: no such field")
            self.check_value(fields[key], inner, f"{at}.{key}")

    def check_value(self, row, value, at):
        type = row["type"]
        low, high = row.get("min", 0), row.get("max", 0)
        if type in ("STRING", "TEXT"):
            if not isinstance(value, str) or len(value) > (high or (20000 if type == "TEXT" else 200)):
                raise Wrong(f"{at}: not a text, or too long")
            if row["required"] and not value.strip():
                raise Wrong(f"{at}: empty")
            if any(ord(c) < 0x20 and not (type == "TEXT" and c in "\n\t") for c in value):
                raise Wrong(f"{at}: a control character")
        elif type == "ID":
            if not isinstance(value, str) or not (ID.match(value) or value.startswith(("@task:", "@report:"))):
                raise Wrong(f"{at}: not an id: {value}")
        elif type == "ENUM":
            if value not in self.choices[row["choices"]]:
                raise Wrong(f"{at}: {value} is not one of {self.choices[row['choices']]}")
        elif type in ("INT", "DOUBLE"):
            if isinstance(value, bool) or not isinstance(value, (int, float) if type == "DOUBLE" else int):
                raise Wrong(f"{at}: not a number")
            if (low or high) and not low <= value <= high:
                raise Wrong(f"{at}: {value} is out of range")
        elif type == "BOOL":
            if not isinstance(value, bool):
                raise Wrong(f"{at}: not true or false")
        elif type == "TIME":
            if not isinstance(value, str) or not TIME.match(value):
                raise Wrong(f"{at}: not a time: {value}")
        elif type == "POINT":
            if not (isinstance(value, list) and len(value) == 2 and abs(value[0]) <= 180 and abs(value[1]) <= 90):
                raise Wrong(f"{at}: not a place")
        elif type == "FACTS":
            for name, fact in value.items():
                if not ID.match(name) or not isinstance(fact, (bool, int, float, str)):
                    raise Wrong(f"{at}.{name}: not a fact")
        elif type == "STRINGS":
            if len(value) > (high or 1000) or any(not isinstance(v, str) or not v.strip() or len(v) > 200 for v in value):
                raise Wrong(f"{at}: not a list of texts")
        elif type == "OBJECT":
            self.check(row["fields"], value, at)
        elif type in ("OBJECTS", "ENTITIES"):
            if len(value) > (high or 1000):
                raise Wrong(f"{at}: too many")
            for i, inner in enumerate(value):
                if type == "OBJECTS":
                    self.check(row["fields"], inner, f"{at}[{i}]")
                else:
                    self.check_entity(inner, f"{at}[{i}]")
        else:
            raise Wrong(f"{at}: the test does not know the type {type}")

    def check_entity(self, entity, at):
        if set(entity) != {"kind", "id", "fields"} or not ID.match(entity["id"]):
            raise Wrong(f"{at}: must be kind, id and fields")
        fields, registry = self.kinds.get(entity["kind"], (None, False))
        if not registry:
            raise Wrong(f"{at}: {entity['kind']} cannot be entered")
        self.check(fields, entity["fields"], f"{at}({entity['id']})")
