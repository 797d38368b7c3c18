/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-panel-cards.h"

#include "wf-approvals.h"
#include "wf-clock-label.h"
#include "wf-geo-text.h"
#include "wf-geo.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-telemetry.h"
#include "wf-wording.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>

/* Straight roads are rare: a vehicle drives about this much farther than the crow flies, at about this speed. */
#define DETOUR 1.35
#define USUAL_SPEED (40 / 3.6)

/* A deadline farther away than this is told by its time, a nearer one by a running clock. */
#define NEAR (20 * WF_MINUTE)

/**
 * wf_box_clear:
 * @box: a box, or another widget whose children can be taken away
 *
 * Takes all children away.
 */
void
wf_box_clear (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    {
      if (GTK_IS_GRID (box))
        gtk_grid_remove (GTK_GRID (box), child);
      else
        gtk_box_remove (GTK_BOX (box), child);
    }
}

static GtkWidget *
new_label (const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

/**
 * wf_call_button_new:
 * @name: whom one calls
 * @phone: the number
 *
 * Makes the button that stands beside every number: it opens the call's note.
 *
 * Returns: (transfer full): the button
 */
GtkWidget *
wf_call_button_new (const char *name,
                    const char *phone)
{
  GtkWidget *button = gtk_button_new_with_label ("☎");
  g_autofree char *label = g_strdup_printf (_("Call %s, %s"), name, phone);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "wf-call");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  wf_ui_set_tooltip (button, label);
  wf_ui_set_name (button, label);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", name, phone);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.call");

  return button;
}

/**
 * wf_panel_show_unsigned:
 * @button: a button of `win.approval-sign`
 * @incident: an incident
 *
 * Shows how many approvals are not signed yet; a click signs them. Hidden where all are.
 */
void
wf_panel_show_unsigned (GtkButton *button,
                        WfEntity  *incident)
{
  guint n = wf_approvals_count_unsigned (incident);
  g_autofree char *label = g_strdup_printf (g_dngettext (NULL, "%u approval not signed yet",
                                                         "%u approvals not signed yet", n), n);

  if (g_strcmp0 (gtk_button_get_label (button), label) != 0)
    gtk_button_set_label (button, label);
  gtk_widget_set_visible (GTK_WIDGET (button), n > 0);
}

/**
 * wf_panel_unsigned_mark_new:
 *
 * Returns: (transfer floating): the mark of what rests on an approval that is not signed yet
 */
GtkWidget *
wf_panel_unsigned_mark_new (void)
{
  GtkWidget *mark = gtk_label_new (_("unsigned"));

  gtk_widget_add_css_class (mark, "wf-unsigned");
  gtk_widget_add_css_class (mark, "wf-tiny");
  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (mark, _("The approval that this rests on is not signed yet"));

  return mark;
}

/* --- reports ----------------------------------------------------------------------------------------------------- */

/* Of several reports to one recipient by one medium, the one that is due next; where none is due, the last one sent. */
static WfEntity *
choose_report (GPtrArray  *reports,
               const char *recipient,
               const char *medium)
{
  WfEntity *chosen = NULL;

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);
      gboolean due = wf_entity_is (report, "state", "due");
      gboolean chosen_due = chosen != NULL && wf_entity_is (chosen, "state", "due");

      if (!wf_entity_is (report, "recipient", recipient) || !wf_entity_is (report, "medium", medium)
          || wf_entity_is (report, "state", "struck"))
        continue;
      if (chosen == NULL || (due && !chosen_due)
          || (due && chosen_due && wf_entity_time (report, "due") < wf_entity_time (chosen, "due"))
          || (!due && !chosen_due && wf_entity_time (report, "sent_at") > wf_entity_time (chosen, "sent_at")))
        chosen = report;
    }

  return chosen;
}

static GtkWidget *
new_report_cell (WfContext *context,
                 WfEntity  *report)
{
  gboolean written = wf_entity_is (report, "medium", "written");
  const char *medium = written ? _("Written") : _("Phone");
  const char *recipient = wf_entity_string (report, "recipient");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *clock = wf_clock_label_new (context);
  GtkWidget *button;
  g_autofree char *name = NULL;

  gtk_box_append (GTK_BOX (box), new_label (medium, NULL));
  gtk_box_append (GTK_BOX (box), clock);
  gtk_widget_add_css_class (box, "wf-small");
  if (!wf_entity_is (report, "state", "due"))
    {
      g_autofree char *sent = wf_ui_format_time (wf_entity_time (report, "sent_at"), wf_context_now (context));
      int64_t late = wf_entity_int (report, "late_ms", 0);

      wf_clock_label_set_text (WF_CLOCK_LABEL (clock), sent);
      gtk_widget_add_css_class (box, late > 0 ? "wf-soon" : "wf-dim");
      gtk_widget_set_halign (box, GTK_ALIGN_END);
      if (late > 0)
        {
          g_autofree char *span = wf_wording_span (late);
          g_autofree char *tip = g_strdup_printf (_("Sent %s late"), span);

          wf_ui_set_tooltip (box, tip);
        }
      return box;
    }

  if (wf_entity_time (report, "due") - wf_context_now (context) < NEAR)
    wf_clock_label_set_due (WF_CLOCK_LABEL (clock), wf_entity_time (report, "due"));
  else
    {
      g_autofree char *due = wf_ui_format_time (wf_entity_time (report, "due"), wf_context_now (context));
      /* TRANSLATORS: a report is due by this time */
      g_autofree char *by = g_strdup_printf (_("by %s"), due);

      wf_clock_label_set_text (WF_CLOCK_LABEL (clock), by);
    }
  button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "wf-mini");
  gtk_widget_add_css_class (button, "wf-tight");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", wf_entity_id (report));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.report-send");
  name = g_strdup_printf (written ? _("Written report to %s") : _("Telephone report to %s"), recipient);
  wf_ui_set_name (button, name);
  wf_ui_set_tooltip (button, name);

  return button;
}

/**
 * wf_panel_fill_reports:
 * @box: where the rows go
 * @context: the context
 * @incident: id of an incident
 * @summary: gets how many are due soon or late
 *
 * Shows the report clocks: a row a recipient, with what was or is to be said by telephone and in writing. Rows are made
 * anew only where a report has changed.
 */
void
wf_panel_fill_reports (GtkBox     *box,
                       WfContext  *context,
                       const char *incident,
                       GtkLabel   *summary)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GPtrArray) reports = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                 "report", incident);
  const WfSummary *numbers = wf_overview_get (wf_context_get_overview (context), incident);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GString) signature = g_string_new (incident);

  if (numbers->reports_late > 0)
    {
      g_autofree char *text = g_strdup_printf (g_dngettext (NULL, "%u overdue", "%u overdue", numbers->reports_late),
                                               numbers->reports_late);
      gtk_label_set_text (summary, text);
    }
  else if (numbers->reports_soon > 0)
    {
      g_autofree char *text = g_strdup_printf (g_dngettext (NULL, "%u due soon", "%u due soon", numbers->reports_soon),
                                               numbers->reports_soon);
      gtk_label_set_text (summary, text);
    }
  else
    gtk_label_set_text (summary, "");
  wf_ui_set_class (GTK_WIDGET (summary), "wf-late", numbers->reports_late > 0);
  wf_ui_set_class (GTK_WIDGET (summary), "wf-soon", numbers->reports_late == 0);

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);
      const char *recipient = wf_entity_string (report, "recipient");

      g_string_append_printf (signature, "|%s %" G_GINT64_FORMAT, wf_entity_id (report), wf_entity_number (report));
      g_string_append (signature, wf_entity_string (report, "state"));
      if (wf_entity_time (report, "due") - wf_context_now (context) < NEAR)
        g_string_append_c (signature, '!');
      if (!g_ptr_array_find_with_equal_func (recipients, recipient, g_str_equal, NULL))
        g_ptr_array_add (recipients, (char *) recipient);
    }
  if (g_strcmp0 (g_object_get_data (G_OBJECT (box), "wf-signature"), signature->str) == 0)
    return;

  wf_box_clear (GTK_WIDGET (box));
  for (guint i = 0; i < recipients->len; i++)
    {
      const char *recipient = g_ptr_array_index (recipients, i);
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      GtkWidget *cells = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
      GtkWidget *name = new_label (recipient, "wf-strong");
      WfEntity *phone = choose_report (reports, recipient, "phone");
      WfEntity *written = choose_report (reports, recipient, "written");

      gtk_widget_set_layout_manager (row, wf_wrap_layout_new (3, 0));
      gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (name), 9);
      gtk_widget_set_hexpand (name, TRUE);
      wf_ui_set_tooltip (name, recipient);
      gtk_box_append (GTK_BOX (row), name);
      gtk_box_append (GTK_BOX (row), cells);
      if (phone != NULL)
        gtk_box_append (GTK_BOX (cells), new_report_cell (context, phone));
      if (written != NULL)
        gtk_box_append (GTK_BOX (cells), new_report_cell (context, written));
      gtk_box_append (box, row);
    }
  if (recipients->len == 0)
    gtk_box_append (box, new_label (_("No report is due"), "wf-dim"));
  g_object_set_data_full (G_OBJECT (box), "wf-signature", g_strdup (signature->str), g_free);
}

/* --- tasks ------------------------------------------------------------------------------------------------------- */

/* What asks for an answer first: overdue or soon due ones by their deadline, then those without one. */
static int
compare_tasks (gconstpointer a,
               gconstpointer b)
{
  int64_t due_a = wf_entity_time (*(WfEntity **) a, "due");
  int64_t due_b = wf_entity_time (*(WfEntity **) b, "due");

  if (due_a == 0)
    due_a = G_MAXINT64;
  if (due_b == 0)
    due_b = G_MAXINT64;

  return due_a < due_b ? -1 : due_a > due_b ? 1 : 0;
}

static GtkWidget *
new_task_row (WfContext *context,
              WfEntity  *incident,
              WfEntity  *task)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *text = new_label (wf_entity_string (task, "text"), NULL);
  GtkWidget *clock = wf_clock_label_new (context);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *name = NULL;
  g_autofree char *tip = NULL;
  int64_t due = wf_entity_time (task, "due");
  const char *group = wf_entity_string (task, "group");

  gtk_widget_add_css_class (dot, "wf-dot");
  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (text, TRUE);
  if (due > 0)
    wf_clock_label_set_due (WF_CLOCK_LABEL (clock), due);
  else
    wf_clock_label_set_text (WF_CLOCK_LABEL (clock), _("open"));
  if (due > 0 && due < wf_context_now (context))
    gtk_widget_add_css_class (dot, "late");
  else if (wf_entity_is (task, "state", "acknowledged"))
    gtk_widget_add_css_class (dot, "known");
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), text);
  if (wf_approvals_rests_on_unsigned (incident, task))
    gtk_box_append (GTK_BOX (box), wf_panel_unsigned_mark_new ());
  gtk_box_append (GTK_BOX (box), clock);

  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "wf-row");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", wf_entity_id (task));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.task-feedback");
  tip = group != NULL ? g_strdup_printf ("%s\n%s", wf_entity_string (task, "text"), group)
                      : g_strdup (wf_entity_string (task, "text"));
  wf_ui_set_tooltip (button, tip);
  name = g_strdup_printf (_("Task: %s"), wf_entity_string (task, "text"));
  wf_ui_set_name (button, name);
  if (wf_approvals_rests_on_unsigned (incident, task))
    wf_ui_set_description (button, _("The approval that this rests on is not signed yet"));

  return button;
}

/**
 * wf_panel_fill_tasks:
 * @box: where the rows go
 * @context: the context
 * @incident: an incident
 * @most: how many to show
 *
 * Shows the tasks that wait, the overdue ones first. A row opens the task's feedback.
 */
void
wf_panel_fill_tasks (GtkBox    *box,
                     WfContext *context,
                     WfEntity  *incident,
                     guint      most)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GPtrArray) tasks = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                               "task", wf_entity_id (incident));
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
  g_autoptr (GString) signature = g_string_new (wf_entity_id (incident));
  int64_t now = wf_context_now (context);

  for (guint i = 0; i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);

      if (wf_ui_task_is_open (task) && wf_entity_time (task, "starts_at") > 0)
        g_ptr_array_add (waiting, task);
    }
  g_ptr_array_sort (waiting, compare_tasks);
  for (guint i = 0; i < MIN (waiting->len, most); i++)
    {
      WfEntity *task = g_ptr_array_index (waiting, i);

      g_string_append_printf (signature, "|%s %" G_GINT64_FORMAT "%s%d%d", wf_entity_id (task), wf_entity_number (task),
                              wf_entity_string (task, "state"), wf_entity_time (task, "due") < now,
                              wf_approvals_rests_on_unsigned (incident, task));
    }
  if (g_strcmp0 (g_object_get_data (G_OBJECT (box), "wf-signature"), signature->str) == 0)
    return;

  wf_box_clear (GTK_WIDGET (box));
  for (guint i = 0; i < MIN (waiting->len, most); i++)
    gtk_box_append (box, new_task_row (context, incident, g_ptr_array_index (waiting, i)));
  g_object_set_data_full (G_OBJECT (box), "wf-signature", g_strdup (signature->str), g_free);
}

/* --- forces ------------------------------------------------------------------------------------------------------ */

static gboolean
order_is_over (WfEntity *order)
{
  return wf_entity_is (order, "state", "back") || wf_entity_is (order, "state", "released")
         || wf_entity_is (order, "state", "refused") || wf_entity_is (order, "state", "recalled");
}

/* The nearer its end, the lower in the list: what has not answered comes first. */
static int
compare_orders (gconstpointer a,
                gconstpointer b)
{
  WfEntity *order_a = *(WfEntity **) a;
  WfEntity *order_b = *(WfEntity **) b;
  gboolean over_a = order_is_over (order_a);
  gboolean over_b = order_is_over (order_b);
  int64_t at_a = wf_entity_time (order_a, "ordered_at");
  int64_t at_b = wf_entity_time (order_b, "ordered_at");

  if (over_a != over_b)
    return over_a ? 1 : -1;

  return at_a < at_b ? -1 : at_a > at_b ? 1 : 0;
}

static const char *
get_shape (const char *force_kind)
{
  return g_str_equal (force_kind, "unit") ? "▲" : g_str_equal (force_kind, "expert") ? "●"
         : g_str_equal (force_kind, "depot") ? "⌂" : "■";
}

/* How far a force still is from where it was ordered to, and how long that takes at its speed. */
static char *
describe_way (WfContext *context,
              WfEntity  *order,
              WfEntity  *incident)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (WfEntity) unit = NULL;
  WfPosition position;
  double lon, lat, distance, speed;
  int64_t age;
  g_autofree char *far = NULL;
  g_autofree char *span = NULL;

  if (!wf_session_get_position (session, wf_entity_string (order, "force"), &position)
      || !(wf_entity_point (order, "rendezvous", &lon, &lat) || wf_entity_point (incident, "location", &lon, &lat)))
    return NULL;

  distance = wf_geo_distance (position.longitude, position.latitude, lon, lat) * DETOUR;
  unit = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "unit", wf_entity_string (order, "force"));
  age = wf_session_now (session) - position.at;
  if (age > wf_rules_position_lasts (wf_session_get_state (session), wf_session_get_scope (session), unit))
    {
      g_autofree char *old = wf_wording_span (age);

      /* TRANSLATORS: how far a force was, and how old the position is that this rests on */
      far = wf_geo_format_distance (distance);
      return g_strdup_printf (_("%s, %s ago"), far, old);
    }
  speed = position.speed > 3 ? position.speed : USUAL_SPEED;
  far = wf_geo_format_distance (distance);
  span = wf_wording_span ((int64_t) (distance / speed / 60 + 0.99) * WF_MINUTE);

  return g_strdup_printf ("%s · %s", far, span);
}

static GtkWidget *
new_force_row (WfContext *context,
               WfEntity  *order,
               WfEntity  *incident)
{
  WfSession *session = wf_context_get_session (context);
  const char *kind = wf_entity_string (order, "force_kind");
  const char *state = wf_entity_string (order, "state");
  const char *name = wf_entity_string (order, "force_name");
  g_autoptr (WfEntity) force = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), kind,
                                             wf_entity_string (order, "force"));
  g_autofree char *phone = force != NULL ? wf_ui_first_phone (force) : NULL;
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *select = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *shape = gtk_label_new (get_shape (kind));
  GtkWidget *label = new_label (name, NULL);
  GtkWidget *progress = gtk_label_new (NULL);
  g_autofree char *way = g_strcmp0 (state, "under_way") == 0 ? describe_way (context, order, incident) : NULL;
  const char *words = way != NULL ? way : wf_wording_value ("order.state", state);
  g_autofree char *accessible = wf_ui_join (_(", "), name, wf_wording_value ("order.state", state), way != NULL ? way : "", NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (select, TRUE);
  wf_ui_set_class (shape, "wf-move", g_str_equal (kind, "unit"));
  wf_ui_set_tooltip (label, name);
  gtk_box_append (GTK_BOX (box), shape);
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (select), box);
  gtk_widget_add_css_class (select, "flat");
  gtk_widget_add_css_class (select, "wf-row");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (select), "(ss)", kind, wf_entity_string (order, "force"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (select), "win.select");
  wf_ui_set_name (select, accessible);
  gtk_box_append (GTK_BOX (row), select);

  if (wf_approvals_rests_on_unsigned (incident, order))
    {
      gtk_box_append (GTK_BOX (row), wf_panel_unsigned_mark_new ());
      wf_ui_set_description (select, _("The approval that this rests on is not signed yet"));
    }
  gtk_label_set_text (GTK_LABEL (progress), words);
  gtk_widget_add_css_class (progress, "numeric");
  gtk_widget_add_css_class (progress, "wf-small");
  if (g_strcmp0 (state, "on_scene") == 0 || g_strcmp0 (state, "working") == 0)
    gtk_widget_add_css_class (progress, "wf-good");
  else if (g_strcmp0 (state, "ordered") == 0)
    gtk_widget_add_css_class (progress, "wf-soon");
  else if (order_is_over (order))
    gtk_widget_add_css_class (progress, "wf-dim");
  gtk_box_append (GTK_BOX (row), progress);
  if (phone != NULL)
    gtk_box_append (GTK_BOX (row), wf_call_button_new (name, phone));
  if (wf_ui_nonempty (wf_entity_string (force, "video")) != NULL)
    {
      GtkWidget *video = gtk_button_new_from_icon_name ("camera-video-symbolic");
      g_autofree char *tip = g_strdup_printf (_("Video of %s"), name);

      gtk_widget_add_css_class (video, "flat");
      gtk_widget_add_css_class (video, "wf-call");
      wf_ui_set_tooltip (video, tip);
      wf_ui_set_name (video, tip);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (video), "s", wf_entity_id (force));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (video), "win.video");
      gtk_box_append (GTK_BOX (row), video);
    }

  return row;
}

/**
 * wf_panel_fill_forces:
 * @box: where the rows go
 * @context: the context
 * @incident: an incident
 * @most: how many to show
 *
 * Shows the forces that were ordered, with their progress, telephone and video.
 */
void
wf_panel_fill_forces (GtkBox    *box,
                      WfContext *context,
                      WfEntity  *incident,
                      guint      most)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GPtrArray) orders = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                "order", wf_entity_id (incident));
  g_autoptr (GString) signature = g_string_new (wf_entity_id (incident));

  g_ptr_array_sort (orders, compare_orders);
  for (guint i = 0; i < MIN (orders->len, most); i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);
      g_autofree char *way = wf_entity_is (order, "state", "under_way") ? describe_way (context, order, incident) : NULL;

      g_string_append_printf (signature, "|%s %" G_GINT64_FORMAT "%s%s%d", wf_entity_id (order), wf_entity_number (order),
                              wf_entity_string (order, "state"), way != NULL ? way : "",
                              wf_approvals_rests_on_unsigned (incident, order));
    }
  if (g_strcmp0 (g_object_get_data (G_OBJECT (box), "wf-signature"), signature->str) == 0)
    return;

  wf_box_clear (GTK_WIDGET (box));
  for (guint i = 0; i < MIN (orders->len, most); i++)
    gtk_box_append (box, new_force_row (context, g_ptr_array_index (orders, i), incident));
  if (orders->len == 0)
    gtk_box_append (box, new_label (_("No force has been ordered"), "wf-dim"));
  g_object_set_data_full (G_OBJECT (box), "wf-signature", g_strdup (signature->str), g_free);
}

/* --- facts ------------------------------------------------------------------------------------------------------- */

/* What is known stands bold, and where it comes from and when faint behind it, as one text that wraps. */
static void
add_fact (GtkGrid    *grid,
          const char *key,
          const char *value,
          const char *source,
          GtkWidget  *button)
{
  GtkWidget *label, *line;
  g_autofree char *markup = NULL;
  g_autofree char *tip = NULL;
  int row = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (grid), "wf-rows"));

  if (wf_ui_nonempty (value) == NULL)
    return;

  label = new_label (key, "wf-dim");
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_grid_attach (grid, label, 0, row, 1, 1);

  markup = source != NULL ? g_markup_printf_escaped ("<b>%s</b>  <span size=\"90%%\" alpha=\"72%%\">%s</span>", value, source)
                          : g_markup_printf_escaped ("<b>%s</b>", value);
  label = new_label (NULL, NULL);
  gtk_label_set_markup (GTK_LABEL (label), markup);
  wf_ui_keep_figures (GTK_LABEL (label));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  tip = wf_ui_join ("\n", value, source != NULL ? source : "", NULL);
  wf_ui_set_tooltip (label, tip);
  if (button == NULL)
    {
      /* Not in a box: see #WfColumnLayout. */
      gtk_grid_attach (grid, label, 1, row, 1, 1);
    }
  else
    {
      line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      gtk_box_append (GTK_BOX (line), label);
      gtk_box_append (GTK_BOX (line), button);
      gtk_grid_attach (grid, line, 1, row, 1, 1);
    }
  g_object_set_data (G_OBJECT (grid), "wf-rows", GINT_TO_POINTER (row + 1));
}

static void
begin_facts (GtkGrid *grid)
{
  wf_box_clear (GTK_WIDGET (grid));
  g_object_set_data (G_OBJECT (grid), "wf-rows", NULL);
}

static char *
format_source (WfContext *context,
               GVariant  *dict)
{
  g_autofree char *at = wf_ui_format_time (wf_dict_time (dict, "at"), wf_context_now (context));
  const char *source = wf_dict_string (dict, "source");

  return g_strdup_printf ("%s %s", at, source != NULL ? source : "");
}

static void
add_judgement (GtkGrid  *grid,
               WfEntity *incident)
{
  const char *grade = wf_entity_string (incident, "grade");
  const char *basis = wf_entity_string (incident, "proposed_basis");
  int proposed = (int) wf_entity_int (incident, "proposed_level", 0);
  g_autofree char *level = NULL;
  g_autofree char *text = NULL;

  if (proposed > 0 && proposed <= 4)
    level = g_strdup_printf (_("proposed %s"), wf_wording_level (proposed));
  text = wf_ui_join (" · ", grade != NULL ? wf_wording_value ("grade", grade) : "", level != NULL ? level : "",
                     basis != NULL ? basis : "", NULL);
  add_fact (grid, _("Judgement"), text, NULL, NULL);
}

/**
 * wf_panel_fill_facts:
 * @grid: where the rows go
 * @context: the context
 * @incident: an incident
 *
 * Shows what everybody asks for: casualties, evacuation, who commands where, and the judgement; each with its source and
 * time.
 */
void
wf_panel_fill_facts (GtkGrid   *grid,
                     WfContext *context,
                     WfEntity  *incident)
{
  g_autoptr (GVariant) casualties = wf_entity_value (incident, "casualties");
  g_autoptr (GVariant) evacuation = wf_entity_value (incident, "evacuation");
  g_autoptr (GVariant) headquarters = wf_entity_value (incident, "headquarters");

  begin_facts (grid);
  if (casualties != NULL)
    {
      g_autofree char *text = wf_wording_casualties (casualties);
      g_autofree char *source = format_source (context, casualties);

      add_fact (grid, _("Casualties"), text, source, NULL);
    }
  else
    add_fact (grid, _("Casualties"), _("being verified"), NULL, NULL);
  if (evacuation != NULL)
    {
      g_autofree char *text = wf_wording_evacuation (evacuation);
      g_autofree char *source = format_source (context, evacuation);

      add_fact (grid, _("Evacuation"), text, source, NULL);
    }
  if (headquarters != NULL)
    {
      const char *place = wf_dict_string (headquarters, "place");
      const char *commander = wf_dict_string (headquarters, "commander");
      const char *phone = wf_ui_nonempty (wf_dict_string (headquarters, "phone"));
      g_autofree char *text = wf_ui_join (" · ", place != NULL ? place : "", commander != NULL ? commander : "", NULL);

      add_fact (grid, C_("incident fact", "Command"), text, wf_dict_string (headquarters, "channel"),
                phone != NULL ? wf_call_button_new (commander != NULL ? commander : place, phone) : NULL);
    }
  add_judgement (grid, incident);
}

/**
 * wf_panel_fill_more_facts:
 * @grid: where the rows go
 * @context: the context
 * @incident: an incident
 *
 * Shows the rest: who called, the plan, the wind, what was said and done.
 */
void
wf_panel_fill_more_facts (GtkGrid   *grid,
                          WfContext *context,
                          WfEntity  *incident)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GVariant) wind = wf_entity_value (incident, "wind");
  g_autoptr (GVariant) caller = wf_entity_value (incident, "caller");
  g_autoptr (WfEntity) plan = NULL;
  const char *plan_id = wf_entity_string (incident, "plan");

  begin_facts (grid);
  if (caller != NULL)
    {
      const char *name = wf_ui_nonempty (wf_dict_string (caller, "name"));
      const char *phone = wf_ui_nonempty (wf_dict_string (caller, "phone"));
      const char *unit = wf_dict_string (caller, "unit");
      g_autofree char *text = wf_ui_join (" · ", name != NULL ? name : "", unit != NULL ? unit : "",
                                          phone != NULL ? phone : "", NULL);

      add_fact (grid, _("Caller"), text, wf_dict_string (caller, "line"),
                phone != NULL ? wf_call_button_new (name != NULL ? name : _("Caller"), phone) : NULL);
    }
  if (plan_id != NULL)
    plan = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "plan", plan_id);
  add_fact (grid, _("Plan"), wf_entity_string (plan, "title"), NULL, NULL);
  if (wind != NULL)
    {
      g_autofree char *text = wf_ui_format_wind (wf_dict_double (wind, "from_degrees", 0), wf_dict_double (wind, "speed", 0));
      g_autofree char *source = format_source (context, wind);

      add_fact (grid, _("Wind"), text, source, NULL);
    }
  add_fact (grid, _("Summary"), wf_entity_string (incident, "summary"), NULL, NULL);
  add_fact (grid, _("Done so far"), wf_entity_string (incident, "actions_taken"), NULL, NULL);
}
