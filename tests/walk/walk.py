# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks the main job as a duty officer does it, from the first call to the archive, and checks every step's effect on the
service over HTTP. Leaves a screenshot of each step. Ends with an error at the first step that fails.
"""

import argparse
import gettext
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desk  # noqa: E402
from desk import NotFound, wait_for  # noqa: E402
from keyboard import Typist  # noqa: E402
from service import Service  # noqa: E402

TITLE = {"zh_CN": "液氯钢瓶泄漏", "en": "Chlorine cylinder leak"}
TEAM = "team-007"
TEAM_NAME = "区危化品救援队二分队"
UNIT = "unit-rescue-02"


class Walk:
    def __init__(self, options):
        self.options = options
        self.number = 0
        self.folder = tempfile.mkdtemp(prefix="watchfire-walk-")
        self.words = gettext.NullTranslations()
        if options.language != "en":
            self.words = gettext.translation("watchfire", os.path.join(options.prefix, "share", "locale"), [options.language])
        self.incident = None

    # --- tools -----------------------------------------------------------------------------------------------------------

    def _(self, text):
        return self.words.gettext(text)

    def c_(self, context, text):
        return self.words.pgettext(context, text)

    def pattern(self, text):
        """A translated message with its %s and %u standing for anything."""
        return re.compile(re.sub(r"%(?:\d\$)?(?:l?[sdug]|\.\d?f)", ".*", re.escape(self._(text)).replace(r"\%", "%")))

    def step(self, name, action):
        print(f"{self.number + 1:02d} {name} …", flush=True)
        pressed = self.me.presses
        begin = time.monotonic()
        try:
            action()
        except Exception:
            self.screen.picture(os.path.join(self.options.output, f"{self.number + 1:02d}-{name}-failed.png"))
            raise
        self.number += 1
        self.picture(f"{self.number:02d}-{name}")
        print(f"{self.number:02d} {name} done in {time.monotonic() - begin:.1f} s, {self.me.presses - pressed} keys pressed", flush=True)

    def picture(self, name):
        time.sleep(0.6)
        self.screen.picture(os.path.join(self.options.output, f"{name}.png"))

    def expect(self, what, check, seconds=15):
        return wait_for(what, check, seconds, every=0.3)

    def choose(self, field, option):
        """Takes one of a field's choices: a button beside others, or an entry of a list that opens."""
        me = self.me
        name = option if isinstance(option, re.Pattern) else re.compile("^" + re.escape(option) + "$")
        holder = me.find(field, seconds=10)
        near = me.all(name, "check", within=holder) or me.all(name, "button", within=holder)
        if near:
            me.use(near[0])
            return
        me.take_option(holder, name)
        time.sleep(0.3)

    def confirm(self):
        self.me.press("ctrl+Return")
        time.sleep(0.3)

    def open(self, name, field, role="entry", rows=None):
        """Clicks a button (in a list, where rows is its name) until what it opens is there: a list that is just being laid
        out anew moves away from a click."""
        for attempt in range(3):
            if rows:
                self.me.use(self.me.find_in_list(name, "button", self.me.find(self._(rows), "list", seconds=15)))
            else:
                self.me.use(self.me.find(name, "button", seconds=15))
            try:
                return self.me.find(field, role, seconds=5)
            except NotFound:
                if attempt == 2:
                    raise

    def fields(self, kind="incident", key=None):
        return self.service.entities(kind).get(key or self.incident) or {}

    def is_state(self, state):
        return lambda: self.fields().get("state") == state

    # --- the job -----------------------------------------------------------------------------------------------------------

    def environment(self):
        prefix = self.options.prefix
        environment = dict(os.environ)
        environment.update({
            "PATH": os.path.join(prefix, "bin") + ":" + os.environ["PATH"],
            "XDG_DATA_HOME": os.path.join(self.folder, "data"), "XDG_CONFIG_HOME": os.path.join(self.folder, "config"),
            "XDG_CACHE_HOME": os.path.join(self.folder, "cache"), "XDG_DOCUMENTS_DIR": os.path.join(self.folder, "documents"),
            "XDG_DATA_DIRS": os.path.join(prefix, "share") + ":/usr/local/share:/usr/share",
            "HOME": self.folder, "GTK_A11Y": "atspi", "GSETTINGS_BACKEND": "memory", "GSK_RENDERER": "cairo",
            "TZ": "Asia/Shanghai",
            # Three times as quick on the road as in a demonstration: nothing in the walk is about the time that a way takes.
            "WATCHFIRE_UNIT_SPEED": "24",
        })
        if self.options.style == "dark":
            environment["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
        if self.options.language == "en":
            environment.update({"LC_ALL": "C.UTF-8", "LANGUAGE": "en"})
        else:
            name = self.options.language + ".UTF-8"
            environment.update({"LOCPATH": desk.make_locale(os.path.join(self.folder, "locales"), name), "LC_ALL": name,
                                "LANGUAGE": self.options.language})
        return environment

    def start(self):
        self.screen = desk.Screen(self.options.width, self.options.height)
        environment = self.environment()
        os.makedirs(os.path.join(self.folder, "documents"), exist_ok=True)
        os.makedirs(os.path.join(self.folder, "config"), exist_ok=True)
        with open(os.path.join(self.folder, "config", "user-dirs.dirs"), "w", encoding="utf-8") as file:
            file.write(f'XDG_DOCUMENTS_DIR="{self.folder}/documents"\n')
        data = os.path.join(self.folder, "data", "watchfire", "service")
        os.makedirs(os.path.dirname(data), mode=0o700)
        ctl = os.path.join(self.options.prefix, "bin", "watchfirectl")
        subprocess.run([ctl, "init", data], check=True, env=environment, stdout=subprocess.DEVNULL)
        made = subprocess.run([ctl, "token", "add", data, "--actor", "inspector", "--name", "Inspector"], check=True,
                              env=environment, capture_output=True, text=True).stdout
        self.token = made.split()[-1]
        self.data = data

        self.log = open(os.path.join(self.options.output, "application.log"), "w", encoding="utf-8")
        self.process = desk.start([os.path.join(self.options.prefix, "bin", "watchfire")], environment, self.log)
        self.me = self.person(self.process)

    def person(self, process):
        return (Typist if self.options.by == "keyboard" else desk.Person)(self.screen, process)

    def begin(self):
        me = self.me
        row = re.compile("液氨储罐泄漏")
        me.find(self._("Take a report"), "button", seconds=90)
        me.find(row, "panel", seconds=60)
        service = next(pid for pid, name in desk.children_of(self.process.pid) if name.startswith("watchfired"))
        self.service = Service(self.expect("the service's port", lambda: desk.listening_port(service)), self.token)
        if self.service.health()["status"] != "ok":
            raise RuntimeError("the service is not well")
        known = {kind: len(self.service.entities(kind)) for kind in ("team", "depot", "stock", "expert", "pool", "unit",
                                                                     "hazard_source", "incident", "plan")}
        for kind, least in {"team": 40, "depot": 25, "stock": 1500, "expert": 60, "pool": 8, "unit": 12, "hazard_source": 22,
                            "incident": 4, "plan": 2}.items():
            if known[kind] < least:
                raise RuntimeError(f"only {known[kind]} of {kind}, {least} wanted")
        me.find(self.pattern("Link: %s"), seconds=30)
        me.find(self._("Map"), seconds=10)
        # The most urgent stands first: the one with the highest level and what is overdue.
        rows = me.all(None, "panel", within=me.find(self._("Incidents, most urgent first"), seconds=10))
        names = [row.get_name() for row in rows if row.get_name()]
        if not names or "液氨储罐泄漏" not in names[0]:
            raise RuntimeError(f"the most urgent incident does not stand first: {names}")
        self.expect("positions of units", lambda: len(self.service.positions()) >= 5, 40)

    def take_report(self):
        me, service = self.me, self.service
        before = set(service.entities("incident"))
        me.press("F2")
        me.fill(me.find(self._("What has happened"), "entry"), TITLE[self.options.language])
        me.press("Tab")
        me.type("wxhxpxl")  # 危险化学品泄漏, by its initials
        time.sleep(0.8)
        me.press("Down", "Return")
        me.enter(me.find(self._("Place"), "entry"))
        me.type("hgyq")  # 化工园区
        time.sleep(0.8)
        me.press("Down", "Return")
        for field, count in (("Serious", "1"), ("Light", "2"), ("Trapped", "0"), ("Missing", "0"), ("Dead", "0")):
            me.enter(me.find(self._(field), "entry"))
            me.type(count)
        me.fill(me.find(self._("Source of the counts"), "entry"), "caller")
        me.fill(me.find(self._("Caller's name"), "entry"), "Bai")
        me.fill(me.find(self._("Caller's telephone"), "entry"), "0472-555-0142")
        self.picture(f"{self.number + 1:02d}a-intake")
        self.confirm()
        new = self.expect("the new incident on the service", lambda: set(service.entities("incident")) - before)
        self.incident = new.pop()
        fields = self.fields()
        if fields["title"] != TITLE[self.options.language] or fields["state"] != "reported" or "location" not in fields:
            raise RuntimeError(f"the incident is not what was entered: {fields}")
        if fields["casualties"]["serious"] != 1 or fields["casualties"]["light"] != 2:
            raise RuntimeError(f"the casualties are not what was entered: {fields['casualties']}")
        reports = service.of_incident("report", self.incident)
        recipients = {report["recipient"] for report in reports.values()}
        if len(recipients) < 3 or any("due" not in report for report in reports.values()):
            raise RuntimeError(f"no report clock for each recipient: {reports}")
        if not service.of_incident("task", self.incident):
            raise RuntimeError("no tasks came with the report")
        me.find(re.compile("^" + re.escape(TITLE[self.options.language])), "panel")

    def first_dispatch(self):
        me, service = self.me, self.service
        me.press("F4")
        self.tick_force("qxfjydd", "区消防救援大队")
        self.picture(f"{self.number + 1:02d}a-first-dispatch")
        self.confirm()
        orders = self.expect("the first dispatch on the service", lambda: service.of_incident("order", self.incident))
        order = next(iter(orders.values()))
        if not order.get("first_dispatch"):
            raise RuntimeError(f"it is not marked as first dispatch: {order}")
        self.close_dialog()
        # A telephone report is noted before anything is verified.
        due = {key: r for key, r in service.of_incident("report", self.incident).items()
               if r["medium"] == "phone" and r["state"] == "due"}
        key, report = sorted(due.items(), key=lambda item: item[1]["due"])[0]
        me.fill(self.open(self.pattern_exact("Telephone report to %s", report["recipient"]), self._("Taken by")), "Wang")
        self.confirm()
        self.expect("the telephone report on the service", lambda: self.fields("report", key).get("state") == "sent")

    def pattern_exact(self, message, value):
        return re.compile("^" + re.escape(self._(message)).replace("%s", re.escape(value)))

    def tick_force(self, initials, name):
        me = self.me
        me.fill(me.find(self._("Find a force or an item"), seconds=15), initials)
        time.sleep(0.8)
        boxes = [box for box in me.all(re.compile(re.escape(name)), "check")]
        if not boxes:
            raise NotFound(f"no box to tick for {name}; on the screen: {me.describe()}")
        me.use(boxes[0])

    def close_dialog(self):
        time.sleep(0.5)
        if self.me.all(self._("Cancel"), "button"):
            self.me.press("Escape")
            time.sleep(0.3)

    def verify_and_judge(self):
        me = self.me
        self.open(self._("Verify"), self._("Second source (119, 110, 120, control room …)"))
        self.choose(self._("Outcome"), self.c_("outcome", "true"))
        me.fill(me.find(self._("Second source (119, 110, 120, control room …)"), "entry"), "119")
        self.confirm()
        self.expect("the verification on the service", self.is_state("verified"))
        self.open(self._("Judge grade and level"), self._("Judge the incident"), None)
        time.sleep(1)
        self.picture(f"{self.number + 1:02d}a-judge")
        self.judge()
        self.confirm()
        self.expect("the grade on the service", self.is_state("graded"))
        fields = self.fields()
        if fields.get("grade") != "ordinary" or not fields.get("grade_basis"):
            raise RuntimeError(f"the grade is not the table's: {fields.get('grade')} {fields.get('grade_basis')}")
        if not fields.get("proposed_level") or not fields.get("proposed_basis"):
            raise RuntimeError("no level was proposed with its rule")

    def judge(self):
        """What is asked for a decision beyond what the report brought."""

    def activate(self):
        me, service = self.me, self.service
        before = len(service.of_incident("task", self.incident))
        me.fill(self.open(self._("Activate response"), self._("Approved by")), "Lu Liyan")
        asked = me.find(self._("Asked by"), "entry")
        me.fill(asked, "Altan")
        me.fill(me.find(self._("Recording no."), "entry"), "0418")
        self.picture(f"{self.number + 1:02d}a-activate")
        self.confirm()
        self.say_yes()
        self.expect("the activation on the service", self.is_state("responding"))
        fields = self.fields()
        approval = fields["levels"][0]["approval"]
        if approval["way"] != "phone" or approval["approved_by"] != "Lu Liyan" or approval.get("recording") != "0418":
            raise RuntimeError(f"the approval is not what was said: {approval}")
        if len(service.of_incident("task", self.incident)) <= before:
            raise RuntimeError("the plan brought no tasks")
        self.level = fields["level"]

    def say_yes(self):
        """Levels one and two are asked for once more."""
        time.sleep(0.8)
        yes = self.me.all(self.pattern("Yes, %s response"), "button")
        if yes:
            self.me.use(yes[0])

    def propose(self):
        me = self.me
        me.press("F4")
        me.find(self._("Order forces"), seconds=10)
        me.find(re.compile(re.escape(TEAM_NAME)), seconds=15)
        me.sees(re.compile(r"\d+(\.\d+)? (km|m)\b|\d+(\.\d+)? ?(公里|千米|米)"), seconds=10)

    def order(self):
        me, service = self.me, self.service
        start = service.positions().get(UNIT)
        self.tick_force("qwhpjydefd", TEAM_NAME)
        self.confirm()

        def mine():
            return [o for o in service.of_incident("order", self.incident).values() if o["force"] == TEAM]

        self.expect("the order on the service", mine)
        self.close_dialog()
        self.expect("the unit's acknowledgement", lambda: any(s["step"] == "acknowledged" for s in mine()[0].get("steps", [])), 30)
        self.expect("the unit on its way", lambda: any(s["step"] == "under_way" for s in mine()[0].get("steps", [])), 30)

        def moved():
            now = service.positions().get(UNIT)
            return now and start and now["location"] != start["location"]

        self.expect("the unit to move", moved, 40)

    def video(self):
        me = self.me
        name = self.service.entities("unit")[UNIT]["name"]
        me.take_mark(name, me.find(self._("Map")))
        begin = time.monotonic()
        live = self._("Live")

        def picture():
            return [tile for tile in me.all(name, "image") if tile.get_description() == live]

        try:
            self.expect("its picture", picture, 8)
        except NotFound:
            # It has arrived meanwhile and stands under the incident's mark: then it is looked for by its name.
            me.press("ctrl+k")
            time.sleep(0.8)
            me.type("jyc02")
            time.sleep(1.2)
            me.press("Down", "Return")
            self.expect("its picture", picture, 20)
        print(f"   picture after {time.monotonic() - begin:.1f} s, looking included", flush=True)

    def back_to_incident(self):
        me = self.me
        me.press("ctrl+1")
        row = me.find(re.compile("^" + re.escape(TITLE[self.options.language])), "panel")
        me.take_row(row)
        time.sleep(0.5)

    def work_the_plan(self):
        me, service = self.me, self.service
        self.back_to_incident()
        me.press("ctrl+2")
        tasks = service.of_incident("task", self.incident)

        def open_task(returns):
            wanted = [(t.get("due", "9"), key, t) for key, t in tasks.items()
                      if t["state"] == "open" and t.get("returns") == returns and "starts_at" in t]
            if not wanted:
                raise RuntimeError(f"no open task that wants {returns}")
            return sorted(wanted, key=lambda item: item[0])[0][1:]

        key, task = open_task("text")
        field = self.open(self.pattern_exact("Feedback: %s", task["text"]), self._("Feedback"), rows="Tasks")
        me.fill(field, "done as ordered")
        self.confirm()
        self.expect("the task done on the service", lambda: self.fields("task", key).get("state") == "done")

        key, task = open_task("photo")
        me.use(self.open(self.pattern_exact("Feedback: %s", task["text"]), self.pattern("Snapshot from %s"), "button",
                         rows="Tasks"))
        time.sleep(2.5)
        self.picture(f"{self.number + 1:02d}a-snapshot")
        self.confirm()
        self.expect("the task with its picture", lambda: self.fields("task", key).get("state") == "done", 20)
        digest = self.fields("task", key)["result"]["media"]
        bytes_ = self.expect("the picture on the service", lambda: service.media(digest), 20)
        if hashlib.sha256(bytes_).hexdigest() != digest:
            raise RuntimeError("the picture is not what its digest says")

        # The first written report: its text is composed from what is known.
        due = [(key, r) for key, r in service.of_incident("report", self.incident).items()
               if r["state"] == "due" and r["medium"] == "written" and r["series"] == "first"]
        key, report = due[0]
        me.fill(self.open(self.pattern_exact("Written report to %s", report["recipient"]), self._("Taken by")), "Zhao")
        self.picture(f"{self.number + 1:02d}b-first-report")
        self.confirm()
        self.expect("the written report on the service", lambda: self.fields("report", key).get("state") == "sent")
        sent = self.fields("report", key)
        text = sent.get("title", "") + "\n" + sent.get("text", "")
        if TITLE[self.options.language] not in text or len(text) < 60:
            raise RuntimeError(f"the report's text was not composed: {text!r}")

    def change_level(self):
        me, service = self.me, self.service
        first = self.level
        higher = max(first - 1, 1)
        self.set_level(higher, "more gas than was said")
        more = [t for t in service.of_incident("task", self.incident).values() if t.get("level") == higher]
        if not more:
            raise RuntimeError("the higher level brought no tasks")
        self.picture(f"{self.number + 1:02d}a-raised")
        self.set_level(first, "the valve is shut")
        left = [t for t in service.of_incident("task", self.incident).values()
                if t.get("level") == higher and t["state"] in ("open", "acknowledged")]
        if left:
            raise RuntimeError(f"tasks of the level that was left are still open: {left}")
        steps = [step["level"] for step in self.fields()["levels"]]
        if steps != [first, higher, first]:
            raise RuntimeError(f"the history of levels is {steps}")

    def set_level(self, level, reason):
        me = self.me
        me.press("ctrl+1")
        self.open(self._("Change level"), self._("Approved by"))
        self.choose(self._("New level"), re.compile("^" + re.escape(self.level_word(level))))
        me.fill(me.find(self._("Reason"), "entry"), reason)
        me.fill(me.find(self._("Approved by"), "entry"), "Lu Liyan")
        me.fill(me.find(self._("Asked by"), "entry"), "Altan")
        self.confirm()
        self.say_yes()
        self.expect(f"level {level} on the service", lambda: self.fields().get("level") == level)

    def level_word(self, level):
        return self._(["", "Level I", "Level II", "Level III", "Level IV"][level])

    def release_forces(self):
        """Every force goes home before the incident can be closed."""
        me, service = self.me, self.service
        me.press("ctrl+2")
        for key, order in service.of_incident("order", self.incident).items():
            self.expect(f"{order['force_name']} at work", lambda: self.fields("order", key)["state"] == "working", 120)
            name = re.compile(re.escape(order["force_name"]) + ".*" + re.escape(self.c_("order.step", "Released")))
            me.use(me.find(name, "button", seconds=10))
            self.expect("the release on the service", lambda: self.fields("order", key)["state"] in ("released", "back"))

    def stand_down(self):
        me = self.me
        self.release_forces()
        me.press("ctrl+2")
        self.open(self._("Under control"), self._("Record as under control"), "button")
        self.confirm()
        self.expect("under control on the service", self.is_state("controlled"))
        me.press("ctrl+1")
        me.fill(self.open(self._("Stand down"), self._("Reason")), "source shut, air clean, all accounted for")
        me.fill(me.find(self._("Approved by"), "entry"), "Lu Liyan")
        me.fill(me.find(self._("Asked by"), "entry"), "Altan")
        self.confirm()
        time.sleep(0.8)
        # It cannot be taken back, so a question stands before it. The buttons of such a question have their word twice.
        word = re.escape(self._("Stand down"))
        me.use(me.find(re.compile(f"^{word} {word}$"), "button", seconds=5))
        self.expect("stood down on the service", self.is_state("stood_down"))
        # What is still due to above is reported, or nothing can be archived.
        for _ in range(40):
            due = [r for r in self.service.of_incident("report", self.incident).values() if r["state"] == "due"]
            if not due:
                break
            me.press("F6")
            me.fill(me.find(self._("Taken by"), "entry", seconds=10), "Zhao")
            self.confirm()
            count = len(due)
            self.expect("the report on the service", lambda: len([r for r in self.service.of_incident("report", self.incident).values()
                                                                 if r["state"] == "due"]) < count)
        me.fill(self.open(self._("Review"), self._("Lessons")), "shut the valve from afar")
        self.confirm()
        self.expect("the review on the service", self.is_state("reviewed"))

    def archive(self):
        me = self.me
        for key, order in self.service.of_incident("order", self.incident).items():
            self.expect(f"{order['force_name']} back home", lambda: self.fields("order", key)["state"] == "back", 300)
        self.open(self._("Archive"), self._("Archive the incident"), None)
        self.confirm()
        time.sleep(0.8)
        self.expect("the archive on the service", self.is_state("archived"))
        me.press("ctrl+p")
        pdf = self.expect("the report as PDF", lambda: glob.glob(os.path.join(self.folder, "documents", "**", "*.pdf"), recursive=True), 40)
        copy = os.path.join(self.options.output, "report.pdf")
        time.sleep(0.5)
        shutil.copy(pdf[0], copy)
        text = subprocess.run(["pdftotext", "-layout", copy, "-"], check=True, capture_output=True, text=True).stdout
        for wanted in (TITLE[self.options.language], "0418", TEAM_NAME):
            if wanted not in re.sub(r"\s+", " ", text) and wanted not in re.sub(r"\s+", "", text):
                raise RuntimeError(f"the report does not say “{wanted}”")
        subprocess.run(["pdftoppm", "-r", "60", "-png", copy, os.path.join(self.options.output, "report")], check=True)

    def second_desk(self):
        """What one workstation does, the other shows without a reload."""
        environment = self.environment()
        environment["XDG_DATA_HOME"] = os.path.join(self.folder, "second")
        environment["XDG_CONFIG_HOME"] = os.path.join(self.folder, "second-config")
        token = os.path.join(self.folder, "token")
        with open(os.open(token, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(self.token + "\n")
        log = open(os.path.join(self.options.output, "second.log"), "w", encoding="utf-8")
        second = desk.start([os.path.join(self.options.prefix, "bin", "watchfire"), "--service", self.service.address,
                             "--token-file", token], environment, log)
        try:
            other = self.person(second)
            other.find(re.compile("液氨储罐泄漏"), "panel", seconds=60)
            begin = time.monotonic()
            title = "Second desk " + str(int(time.time()))
            status, answer = self.service.post("/api/v1/commands", {
                "id": uuid7(), "type": "incident.report", "scope": "live", "occurred_at": now(),
                "payload": {"incident": uuid7(), "title": title, "t0": now(), "place": "Xincun"}})
            if status != 200:
                raise RuntimeError(f"the command was refused: {answer}")
            other.find(re.compile("^" + title), "panel", seconds=10)
            print(f"   shown on the second desk after {time.monotonic() - begin:.2f} s, looking included", flush=True)
            self.picture(f"{self.number + 1:02d}a-second-desk")
        finally:
            desk.stop(second)
            log.close()
        self.me.find(re.compile("^" + title), "panel", seconds=10)

    def end(self):
        if not desk.stop(self.process):
            raise RuntimeError("the application did not end when it was asked to")
        ctl = os.path.join(self.options.prefix, "bin", "watchfirectl")
        for _ in range(50):
            result = subprocess.run([ctl, "verify", self.data], capture_output=True, text=True, check=False)
            if result.returncode == 0:
                break
            time.sleep(0.2)
        print("   " + result.stdout.strip().replace("\n", "\n   "), flush=True)
        if result.returncode != 0:
            raise RuntimeError(f"the journal does not verify: {result.stdout}{result.stderr}")

    def run(self):
        self.screen = self.process = self.log = None
        try:
            self.start()
            self.step("start", self.begin)
            self.step("report", self.take_report)
            self.step("first-dispatch", self.first_dispatch)
            self.step("verify-and-judge", self.verify_and_judge)
            self.step("activate", self.activate)
            self.step("propose", self.propose)
            self.step("order", self.order)
            self.step("video", self.video)
            self.step("work-the-plan", self.work_the_plan)
            self.step("change-level", self.change_level)
            self.step("stand-down-and-review", self.stand_down)
            self.step("archive-and-print", self.archive)
            self.step("second-desk", self.second_desk)
            self.end()
        finally:
            if self.process:
                desk.stop(self.process)
            if self.screen:
                self.screen.close()
            if self.log:
                self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"


def uuid7():
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN")
    parser.add_argument("--style", choices=("light", "dark"), default="light")
    parser.add_argument("--by", choices=("mouse", "keyboard"), default="mouse",
                        help="mouse: pointer and keys, as most do; keyboard: not a single event of the pointer")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=768)
    options = parser.parse_args()
    desk.under_a_session_bus()
    for old in glob.glob(os.path.join(options.output, "*.png")):
        os.remove(old)
    Walk(options).run()
    print("the walk is done", flush=True)


if __name__ == "__main__":
    main()
