# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who has no pointer: everything is done by keys, as somebody does whose mouse is broken, or who cannot use one.

Where the focus is, is learnt as a screen reader learns it: from the events of accessibility. To know when to stop pressing
Tab is all that this is used for; it is never set that way.
"""

import time

from desk import Atspi, GLib, NotFound, Person, ROLE_NAMES

# Nobody presses Tab more often than that to get to one control.
MOST_PRESSES = 60

# No page has more parts than that, the banner of an alarm among them.
MOST_PARTS = 7

# What lies within a part of a page is within so much of the screen.
NEAR = 0.3


class Typist(Person):
    """Looks at one application and operates it by keys only."""

    def __init__(self, screen, process):
        self.focus = None
        self.listener = Atspi.EventListener.new(self._focused)
        self.listener.register("object:state-changed:focused")
        super().__init__(screen, process)

    # --- eyes -----------------------------------------------------------------------------------------------------------

    def _focused(self, event):
        try:
            if event.detail1 and event.source.get_process_id() == self.process.pid:
                self.focus = event.source
        except GLib.Error:
            pass

    def _hear(self, seconds=0.06):
        """Takes in what accessibility has to say."""
        context = GLib.MainContext.default()
        until = time.monotonic() + seconds
        while time.monotonic() < until or context.pending():
            if not context.iteration(False):
                time.sleep(0.01)

    @staticmethod
    def _is_focused(node):
        try:
            return node.get_state_set().contains(Atspi.StateType.FOCUSED)
        except GLib.Error:
            return False

    def focused(self):
        """What has the focus, or None."""
        self._hear()
        if self.focus is None or not self._is_focused(self.focus):
            self.focus = next((node for node in self.walk() if self._is_focused(node)), None)
        return self.focus

    @staticmethod
    def _lineage(node):
        while node is not None:
            yield node
            try:
                node = node.get_parent()
            except GLib.Error:
                return

    def has_focus(self, node):
        """Whether a control has the focus: itself, something within it, or the row of a list that consists of it."""
        focused = self.focused()
        if focused is None:
            return False
        if node in self._lineage(focused):
            return True
        return focused.get_role_name() in ROLE_NAMES["row"] and focused in self._lineage(node)

    def name_of(self, node):
        try:
            return f"{node.get_role_name()} “{node.get_name()}”" if node is not None else "nothing"
        except GLib.Error:
            return "something that is gone"

    # --- hands ----------------------------------------------------------------------------------------------------------

    def _xdotool(self, *arguments):
        if arguments[0] not in ("key", "type"):
            raise RuntimeError(f"without a pointer nobody can do “{arguments[0]}”")
        return super()._xdotool(*arguments)

    def _way_to(self, node):
        """Which way Tab goes there: by the place on the screen, as one sees it."""
        try:
            here = Atspi.Component.get_extents(self.focused(), Atspi.CoordType.WINDOW)
            there = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
        except (GLib.Error, TypeError):
            return "Tab"
        return "Tab" if (there.y, there.x) >= (here.y, here.x) else "shift+Tab"

    def _nearness(self, node):
        """How near the focus is to a control, as a fraction of the screen: the smallest thing that has both in it."""
        around = list(self._lineage(node))
        for thing in self._lineage(self.focused()):
            if thing not in around:
                continue
            try:
                extents = Atspi.Component.get_extents(thing, Atspi.CoordType.WINDOW)
            except GLib.Error:
                continue  # a page of a stack
            return extents.width * extents.height / (self.screen.width * self.screen.height)
        return 1.0

    def _go_to_part(self, node):
        """Presses F7 until the focus is in the part of the page that has a control in it."""
        if self._window_of(self.focused()) != self._window_of(node) or self._nearness(node) < NEAR:
            return
        parts, nearness = [], []
        while len(parts) < MOST_PARTS:
            self.press("F7")
            if parts and self.focused() == parts[0]:
                break  # once round
            parts.append(self.focused())
            nearness.append(self._nearness(node))
            if self.has_focus(node) or nearness[-1] < NEAR:
                return
        # Nothing is as near as that: on to the nearest.
        self.press(*["F7"] * nearness.index(min(nearness)))

    def _window_of(self, node):
        return next((thing for thing in self._lineage(node) if thing.get_role_name() in ("frame", "dialog", "window", "alert")),
                    None)

    def reach(self, node, most=MOST_PRESSES):
        """Presses Tab until a control has the focus; in the window itself F7 first, which goes from part to part."""
        if self.has_focus(node):
            return
        self._go_to_part(node)
        passed = []
        for key in (self._way_to(node), "Tab"):
            for _ in range(most // 2):
                if self.has_focus(node):
                    return
                self.press(key)
                passed.append(self.name_of(self.focused()))
        raise NotFound(f"{len(passed)} presses of Tab did not come to {self.name_of(node)}, but past {'; '.join(passed)}")

    def use(self, node):
        self.reach(node)
        self.press("space")

    def enter(self, node):
        self.reach(node)

    def take_row(self, node):
        self.reach(node)
        self.press("Return")

    def take_option(self, holder, name):
        """Opens a list of choices and goes down it."""
        self.use(holder)
        time.sleep(0.5)
        for _ in range(MOST_PRESSES):
            focused = self.focused()
            if any(name.search(node.get_name() or "") for node in self.walk(focused)):
                self.press("Return")
                return
            self.press("Down")
        raise NotFound(f"no choice “{name.pattern}” in {self.name_of(holder)}")

    def take_mark(self, name, view):
        """Goes through what is on the map until a mark is selected, and opens it."""
        self.reach(view)
        for _ in range(MOST_PRESSES):
            self.press("Tab")
            if any(node.get_state_set().contains(Atspi.StateType.SELECTED) for node in self.all(name, "button", within=view)):
                self.press("Return")
                return
        raise NotFound(f"{MOST_PRESSES} presses of Tab on the map did not come to “{name}”")

    def find_in_list(self, name, role, rows, seconds=20):
        """Something in a long list, which has only those rows that are in sight: Page Down until it is there."""
        deadline = time.monotonic() + seconds
        for turn in range(MOST_PRESSES):
            found = [node for node in self.all(name, role, within=rows) if self.is_sensitive(node)]
            if found:
                return found[0]
            if time.monotonic() > deadline and turn >= 10:
                break
            self.reach(rows)
            self.press("Page_Down" if turn < 5 else "Page_Up")
            time.sleep(0.3)
        raise NotFound(f"looked through the list for {role} “{getattr(name, 'pattern', name)}”; on the screen: {self.describe()}")
