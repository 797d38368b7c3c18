/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-ui-util.h"

#include "wf-time.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <stdarg.h>

/* What a screen of 1366 pixels has for a dialog. */
#define WIDEST 1000.0

/**
 * wf_ui_set_name:
 * @widget: a widget
 * @name: what a screen reader calls it
 *
 * Gives a widget its accessible name.
 */
void
wf_ui_set_name (GtkWidget  *widget,
                const char *name)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && name != NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * wf_ui_set_description:
 * @widget: a widget
 * @description: what a screen reader says of it beside its name
 *
 * Gives a widget its accessible description.
 */
void
wf_ui_set_description (GtkWidget  *widget,
                       const char *description)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && description != NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

/**
 * wf_ui_set_tooltip:
 * @widget: a widget
 * @text: (nullable): what is said where the pointer rests on it
 *
 * Gives a widget its tooltip. At each gtk_widget_set_tooltip_text() of a visible widget GTK asks the X server several times
 * what lies under the pointer, on the screen or not: with a panel of rows that adds up. It does not for one that is not
 * visible, as nothing without a parent can be.
 */
void
wf_ui_set_tooltip (GtkWidget  *widget,
                   const char *text)
{
  gboolean alone;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0)
    return;

  alone = gtk_widget_get_parent (widget) == NULL && !GTK_IS_ROOT (widget) && gtk_widget_get_visible (widget);
  if (alone)
    gtk_widget_set_visible (widget, FALSE);
  gtk_widget_set_tooltip_text (widget, text);
  if (alone)
    gtk_widget_set_visible (widget, TRUE);
}

/**
 * wf_ui_explain:
 * @widget: a control
 * @reason: (nullable): why it can't be used now, or %NULL where it can
 *
 * Lets a control say why it is of no use, as its tooltip and to screen readers, until it is called with %NULL, which brings
 * its own tooltip back. It says nothing about whether the control can be pressed.
 */
void
wf_ui_explain (GtkWidget  *widget,
               const char *reason)
{
  const char *before;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  before = g_object_get_data (G_OBJECT (widget), "wf-explained");
  if (reason != NULL)
    {
      const char *own = gtk_widget_get_tooltip_text (widget);

      if (before == NULL)
        g_object_set_data_full (G_OBJECT (widget), "wf-explained", g_strdup (own != NULL ? own : ""), g_free);
      wf_ui_set_tooltip (widget, reason);
      wf_ui_set_description (widget, reason);
    }
  else if (before != NULL)
    {
      wf_ui_set_tooltip (widget, wf_ui_nonempty (before));
      gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      g_object_set_data (G_OBJECT (widget), "wf-explained", NULL);
    }
}

/**
 * wf_ui_set_row_name:
 * @child: what stands in a row of a list view
 * @name: what a screen reader calls the row
 *
 * Names a row: what takes the focus and is read is the list item around @child, which GTK leaves without a name.
 */
void
wf_ui_set_row_name (GtkWidget  *child,
                    const char *name)
{
  GtkWidget *row;

  g_return_if_fail (GTK_IS_WIDGET (child) && name != NULL);

  row = gtk_widget_get_parent (child);
  if (row != NULL && gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (row)) == GTK_ACCESSIBLE_ROLE_LIST_ITEM)
    wf_ui_set_name (row, name);
  wf_ui_set_name (child, name);
}

/**
 * wf_ui_set_class:
 * @widget: a widget
 * @css_class: a style class
 * @on: whether it shall have it
 *
 * Adds or takes away a style class.
 */
void
wf_ui_set_class (GtkWidget  *widget,
                 const char *css_class,
                 gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
hide_pages_cb (GtkStack *stack)
{
  GtkWidget *visible = gtk_stack_get_visible_child (stack);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (child == visible)
        gtk_accessible_reset_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN);
      else
        gtk_accessible_update_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
    }
}

/**
 * wf_ui_text_scale:
 *
 * Returns: how much larger than usual text is shown, at least 1
 */
double
wf_ui_text_scale (void)
{
  int dpi = -1;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);

  return MAX (dpi / (96.0 * PANGO_SCALE), 1.0);
}

/**
 * wf_ui_widen_window:
 * @window: a window with a default width for text of the usual size
 *
 * Gives it more room where text is larger, as far as a small screen has it.
 */
void
wf_ui_widen_window (GtkWindow *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  gtk_window_set_default_size (window, MAX (width, (int) MIN (width * wf_ui_text_scale (), WIDEST)), height);
}

/**
 * wf_ui_close_on_escape:
 * @window: a window without a header bar's close button at hand
 *
 * Lets Escape close a window.
 */
void
wf_ui_close_on_escape (GtkWindow *window)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
}

/* Another monitor than @ours, if there is one. */
static GdkMonitor *
find_other_monitor (GdkDisplay *display,
                    GdkMonitor *ours)
{
  GListModel *monitors = gdk_display_get_monitors (display);

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);

      if (monitor != ours)
        return g_steal_pointer (&monitor);
    }

  return NULL;
}

/**
 * wf_ui_fill_monitor:
 * @window: a window that is about to be presented
 * @beside: the window that one works in
 * @other: whether to leave the monitor free that @beside is on
 *
 * Lets a window take a whole monitor: the one that @beside is on, or another one.
 *
 * Returns: whether there is such a monitor; @window stays a window where there is none
 */
gboolean
wf_ui_fill_monitor (GtkWindow *window,
                    GtkWindow *beside,
                    gboolean   other)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (beside));
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (beside));
  GdkMonitor *ours = surface != NULL ? gdk_display_get_monitor_at_surface (display, surface) : NULL;
  g_autoptr (GdkMonitor) monitor = NULL;

  if (other)
    monitor = find_other_monitor (display, ours);
  else if (ours != NULL)
    monitor = g_object_ref (ours);
  if (monitor == NULL)
    return FALSE;

  gtk_window_fullscreen_on_monitor (window, monitor);

  return TRUE;
}

/**
 * wf_ui_grid_add_text:
 * @grid: a grid that is a table of texts
 * @column: where
 * @row: where
 * @text: a text, which is broken into lines where it is long
 * @css_class: (nullable): how it looks
 *
 * Returns: (transfer none): the label
 */
GtkWidget *
wf_ui_grid_add_text (GtkGrid    *grid,
                     int         column,
                     int         row,
                     const char *text,
                     const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_grid_attach (grid, label, column, row, 1, 1);

  return label;
}

/**
 * wf_ui_tend_stack:
 * @stack: a stack
 *
 * Keeps the pages that are not shown out of what a screen reader finds, now and from now on: GTK 4.8 hides them from the
 * eye alone.
 */
void
wf_ui_tend_stack (GtkStack *stack)
{
  GtkSelectionModel *pages = gtk_stack_get_pages (stack);

  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (hide_pages_cb), NULL);
  g_signal_connect_object (pages, "items-changed", G_CALLBACK (hide_pages_cb), stack, G_CONNECT_SWAPPED);
  /* The stack makes its model for whoever holds it. */
  g_object_set_data_full (G_OBJECT (stack), "wf-pages", pages, g_object_unref);
  hide_pages_cb (stack);
}

static void
make_menu_cb (GtkMenuButton *button,
              gpointer       data)
{
  wf_ui_make_menu (button);
}

/**
 * wf_ui_set_menu:
 * @button: a menu button
 * @menu: what it opens
 *
 * Has the menu made when somebody opens it, or by wf_ui_make_menu(): a menu of ten entries takes as long as a screen's
 * heading, and none is seen in the first picture.
 */
void
wf_ui_set_menu (GtkMenuButton *button,
                GMenuModel    *menu)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));
  g_return_if_fail (G_IS_MENU_MODEL (menu));

  g_object_set_data_full (G_OBJECT (button), "wf-menu", g_object_ref (menu), g_object_unref);
  gtk_menu_button_set_create_popup_func (button, make_menu_cb, NULL, NULL);
}

/**
 * wf_ui_make_menu:
 * @button: a menu button
 *
 * Makes the menu that wf_ui_set_menu() has set, if it is not there yet.
 */
void
wf_ui_make_menu (GtkMenuButton *button)
{
  GMenuModel *menu;

  g_return_if_fail (GTK_IS_MENU_BUTTON (button));

  menu = g_object_get_data (G_OBJECT (button), "wf-menu");
  if (menu != NULL && gtk_menu_button_get_popover (button) == NULL)
    gtk_menu_button_set_menu_model (button, menu);
}

/**
 * wf_ui_dispose_template:
 * @widget: a widget with a template
 * @type: its type
 *
 * Lets go of everything that the template has made. gtk_widget_dispose_template() knows only the children that have a
 * field in the widget.
 */
void
wf_ui_dispose_template (GtkWidget *widget,
                        GType      type)
{
  GtkWidget *child;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_widget_dispose_template (widget, type);
  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

/**
 * wf_ui_format_time:
 * @time: a moment
 * @now: the present one
 *
 * Writes a moment as people say it: the time alone where it was today, with the date before it otherwise.
 *
 * Returns: (transfer full): such as `21:07`, or `07-14 21:07`; a dash where it is not known
 */
char *
wf_ui_format_time (int64_t time,
                   int64_t now)
{
  g_autofree char *day = NULL;
  g_autofree char *today = NULL;

  if (time <= 0)
    return g_strdup ("—");

  day = wf_time_format_local (time, "%F");
  today = wf_time_format_local (now, "%F");

  return wf_time_format_local (time, g_str_equal (day, today) ? "%H:%M" : "%m-%d %H:%M");
}

/**
 * wf_ui_format_elapsed:
 * @from: when it began
 * @now: the present moment
 *
 * Writes how long something has gone on, to the minute, which is how people speak of it; to the second in the first one.
 *
 * Returns: (transfer full): such as `35 min` or `3 h 41 min`
 */
char *
wf_ui_format_elapsed (int64_t from,
                      int64_t now)
{
  int64_t span = MAX (now - from, 0);

  return wf_wording_span (span < WF_MINUTE ? span : span / WF_MINUTE * WF_MINUTE);
}

/**
 * wf_ui_format_wind:
 * @from_degrees: where the wind comes from, clockwise from north
 * @speed: in metres a second
 *
 * Returns: (transfer full): such as "Southwest wind 3.2 m/s"
 */
char *
wf_ui_format_wind (double from_degrees,
                   double speed)
{
  const char *const names[] = {
    _("North wind"), _("Northeast wind"), _("East wind"), _("Southeast wind"),
    _("South wind"), _("Southwest wind"), _("West wind"), _("Northwest wind"),
  };
  int octant = ((int) (from_degrees / 45 + 0.5)) % 8;

  return g_strdup_printf ("%s %.1f m/s", names[octant < 0 ? octant + 8 : octant], speed);
}

/**
 * wf_ui_nonempty:
 * @text: (nullable): a text
 *
 * Returns: (nullable): @text, or %NULL where there is nothing in it
 */
const char *
wf_ui_nonempty (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

/**
 * wf_ui_join:
 * @separator: what stands between
 * @...: texts, the last one followed by %NULL
 *
 * Joins those texts that are not empty.
 *
 * Returns: (transfer full): the joined text
 */
char *
wf_ui_join (const char *separator,
            ...)
{
  GString *joined = g_string_new (NULL);
  const char *part;
  va_list parts;

  va_start (parts, separator);
  while ((part = va_arg (parts, const char *)) != NULL)
    {
      if (*part == '\0')
        continue;
      if (joined->len > 0)
        g_string_append (joined, separator);
      g_string_append (joined, part);
    }
  va_end (parts);

  return g_string_free (joined, FALSE);
}

/**
 * wf_ui_keep_figures:
 * @label: a label that wraps, with its text in it
 *
 * Keeps each figure on the line of the word that it counts, and that word whole: Chinese may be broken between any two
 * characters, and “被” on one line with “困 0” on the next is read wrongly. To be called again when the text is another.
 */
void
wf_ui_keep_figures (GtkLabel *label)
{
  static GRegex *figure = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  PangoAttrList *whole;

  g_return_if_fail (GTK_IS_LABEL (label));

  if (figure == NULL)
    figure = g_regex_new ("[^\\s\\x{a0}·；;，,、：:]{0,12}[ \\x{a0}]?\\d[\\d,.:]*", G_REGEX_OPTIMIZE, 0, NULL);

  whole = pango_attr_list_new ();
  g_regex_match (figure, gtk_label_get_text (label), 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      PangoAttribute *attribute = pango_attr_allow_breaks_new (FALSE);
      int start, end;

      g_match_info_fetch_pos (match, 0, &start, &end);
      attribute->start_index = (guint) start;
      attribute->end_index = (guint) end;
      pango_attr_list_insert (whole, attribute);
    }
  gtk_label_set_attributes (label, whole);
  pango_attr_list_unref (whole);
}

/**
 * wf_ui_casualties_short:
 * @casualties: casualties as counted
 *
 * Writes those counts that are not zero, for a line of a list.
 *
 * Returns: (transfer full): such as "2 light", empty where nobody is hurt
 */
char *
wf_ui_casualties_short (GVariant *casualties)
{
  int deaths = (int) wf_dict_int (casualties, "deaths", 0);
  int missing = (int) wf_dict_int (casualties, "missing", 0);
  int trapped = (int) wf_dict_int (casualties, "trapped", 0);
  int serious = (int) wf_dict_int (casualties, "serious", 0);
  int light = (int) wf_dict_int (casualties, "light", 0);
  g_auto (GStrv) texts = g_new0 (char *, 6);

  texts[0] = deaths > 0 ? g_strdup_printf (_("%d dead"), deaths) : g_strdup ("");
  texts[1] = missing > 0 ? g_strdup_printf (_("%d missing"), missing) : g_strdup ("");
  texts[2] = trapped > 0 ? g_strdup_printf (_("%d trapped"), trapped) : g_strdup ("");
  texts[3] = serious > 0 ? g_strdup_printf (_("%d serious"), serious) : g_strdup ("");
  texts[4] = light > 0 ? g_strdup_printf (_("%d light"), light) : g_strdup ("");

  return wf_ui_join (" ", texts[0], texts[1], texts[2], texts[3], texts[4], NULL);
}

/**
 * wf_ui_first_phone:
 * @force: a team, unit, expert, depot …
 *
 * Returns: (transfer full) (nullable): the first number by which it is reached
 */
char *
wf_ui_first_phone (WfEntity *force)
{
  g_autoptr (GPtrArray) contacts = wf_entity_objects (force, "contacts");

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      const char *phone = wf_ui_nonempty (wf_dict_string (g_ptr_array_index (contacts, i), "phone"));

      if (phone != NULL)
        return g_strdup (phone);
    }

  return NULL;
}

/**
 * wf_ui_incident_level:
 * @incident: (nullable): an incident
 *
 * Returns: its response level, 1 to 4, or 0 where none is in force
 */
int
wf_ui_incident_level (WfEntity *incident)
{
  return (int) CLAMP (wf_entity_int (incident, "level", 0), 0, 4);
}

/**
 * wf_ui_incident_is_open:
 * @incident: (nullable): an incident
 *
 * Returns: whether something is still to be done on the scene: it is neither stood down nor found false
 */
gboolean
wf_ui_incident_is_open (WfEntity *incident)
{
  return incident != NULL
         && !wf_entity_is (incident, "state", "stood_down")
         && !wf_entity_is (incident, "state", "reviewed")
         && !wf_entity_is (incident, "state", "archived")
         && !wf_entity_is (incident, "state", "false_report")
         && !wf_entity_is (incident, "state", "merged");
}

/**
 * wf_ui_incident_is_done:
 * @incident: (nullable): an incident
 *
 * Returns: whether nothing at all is left to do: one that is stood down still owes its final report and its review
 */
gboolean
wf_ui_incident_is_done (WfEntity *incident)
{
  return incident == NULL
         || wf_entity_is (incident, "state", "archived")
         || wf_entity_is (incident, "state", "false_report")
         || wf_entity_is (incident, "state", "merged");
}

/**
 * wf_ui_task_is_open:
 * @task: (nullable): a task
 *
 * Returns: whether it is still to be done
 */
gboolean
wf_ui_task_is_open (WfEntity *task)
{
  return wf_entity_is (task, "state", "open") || wf_entity_is (task, "state", "acknowledged");
}

/**
 * wf_ui_task_is_late:
 * @task: (nullable): a task
 * @now: the time
 *
 * Returns: whether it is still to be done, and should be by now
 */
gboolean
wf_ui_task_is_late (WfEntity *task,
                    int64_t   now)
{
  int64_t due = wf_entity_time (task, "due");

  return wf_ui_task_is_open (task) && due != 0 && due < now;
}

/**
 * wf_ui_incident_glyph:
 * @incident: (nullable): an incident
 *
 * Returns: (transfer none): the one character that stands for its level or, before there is one, for its state
 */
const char *
wf_ui_incident_glyph (WfEntity *incident)
{
  int level = wf_ui_incident_level (incident);

  if (!wf_ui_incident_is_open (incident))
    /* TRANSLATORS: one character on an incident's chip: it is over */
    return C_("incident chip", "✓");
  if (level > 0)
    return wf_wording_level_glyph (level);
  /* TRANSLATORS: one character on an incident's chip: it is new, no level is in force yet */
  return C_("incident chip", "N");
}

/**
 * wf_ui_incident_css:
 * @incident: (nullable): an incident
 *
 * Returns: (transfer none): the style class of its chip
 */
const char *
wf_ui_incident_css (WfEntity *incident)
{
  static const char *const levels[] = { "new", "level-1", "level-2", "level-3", "level-4" };

  if (!wf_ui_incident_is_open (incident))
    return "over";

  return levels[wf_ui_incident_level (incident)];
}

/**
 * wf_ui_class_name:
 * @state: the state
 * @scope: the scope
 * @code: (nullable): code of an incident class
 *
 * Returns: (transfer full): the class's name, the code itself where it is not in the list, or an empty text
 */
char *
wf_ui_class_name (WfState    *state,
                  const char *scope,
                  const char *code)
{
  g_autoptr (WfEntity) entity = NULL;
  g_autoptr (GPtrArray) classes = NULL;

  if (wf_ui_nonempty (code) == NULL)
    return g_strdup ("");

  entity = wf_state_get (state, scope, "incident_class", code);
  if (entity != NULL)
    return g_strdup (wf_entity_string (entity, "name"));

  classes = wf_state_list (state, scope, "incident_class", NULL);
  for (guint i = 0; i < classes->len; i++)
    if (wf_entity_is (g_ptr_array_index (classes, i), "code", code))
      return g_strdup (wf_entity_string (g_ptr_array_index (classes, i), "name"));

  return g_strdup (code);
}
