/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plan-window.h"

#include "wf-panel-cards.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfPlanWindow:
 *
 * The plan library, to read: which plans there are, whether they are filed and when they must be evaluated, and for each
 * its levels with conditions, authority, groups, tasks and reports.
 */
struct _WfPlanWindow
{
  AdwWindow          parent_instance;

  WfContext         *context; /* (owned) */
  GPtrArray         *list;    /* of WfEntity, as the rows stand */
  GtkListBox        *plans;
  GtkScrolledWindow *scrolled;
  GtkBox            *text;
};

G_DEFINE_FINAL_TYPE (WfPlanWindow, wf_plan_window, ADW_TYPE_WINDOW)

static GtkWidget *
add_label (GtkBox     *box,
           const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (box, label);
  return label;
}

static void
add_fact (GtkGrid    *grid,
          int        *row,
          const char *name,
          const char *value)
{
  if (wf_ui_nonempty (value) == NULL)
    return;

  GtkWidget *label = gtk_label_new (name);
  GtkWidget *text = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_grid_attach (grid, label, 0, *row, 1, 1);
  gtk_grid_attach (grid, text, 1, (*row)++, 1, 1);
}

static GtkGrid *
add_grid (GtkBox *box)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 14);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_box_append (box, grid);
  return GTK_GRID (grid);
}

static char *
day (int64_t time)
{
  return time != 0 ? wf_time_format_local (time, "%F") : NULL;
}

static char *
filing_words (WfEntity *plan)
{
  g_autoptr (GVariant) filing = wf_entity_value (plan, "filing");

  if (filing == NULL)
    return g_strdup (_("not filed"));

  g_autofree char *at = day (wf_dict_time (filing, "at"));
  g_autofree char *due = day (wf_dict_time (filing, "due"));
  g_autofree char *due_words = due != NULL && at == NULL ? g_strdup_printf (_("due %s"), due) : g_strdup ("");
  const char *state = wf_dict_string (filing, "state");
  const char *where = wf_dict_string (filing, "where");

  return wf_ui_join (" · ", state != NULL ? state : "", where != NULL ? where : "", at != NULL ? at : "", due_words, NULL);
}

static char *
minutes_words (GVariant *task)
{
  int64_t minutes = wf_dict_int (task, "minutes", -1);
  int64_t repeat = wf_dict_int (task, "repeat_minutes", 0);
  g_autofree char *allowed = minutes >= 0 ? wf_wording_span (minutes * WF_MINUTE) : g_strdup ("");
  g_autofree char *every = repeat > 0 ? wf_wording_span (repeat * WF_MINUTE) : NULL;
  g_autofree char *again = every != NULL ? g_strdup_printf (_("again every %s"), every) : g_strdup ("");

  return wf_ui_join (" · ", allowed, again, NULL);
}

static void
add_cell (GtkGrid    *grid,
          int         column,
          int         row,
          const char *text,
          const char *css_class)
{
  GtkWidget *label = wf_ui_grid_add_text (grid, column, row, text, css_class);

  gtk_widget_set_hexpand (label, column == 1);
  gtk_label_set_max_width_chars (GTK_LABEL (label), column == 1 ? 60 : 22);
  gtk_widget_add_css_class (label, "wf-small");
}

static void
add_tasks (GtkBox    *box,
           GPtrArray *tasks)
{
  if (tasks == NULL || tasks->len == 0)
    return;

  add_label (box, _("Tasks"), "wf-strong");
  GtkGrid *grid = add_grid (box);

  for (guint i = 0; i < tasks->len; i++)
    {
      GVariant *task = tasks->pdata[i];
      g_autofree char *time = minutes_words (task);

      add_cell (grid, 0, (int) i, wf_dict_string (task, "code"), "wf-dim");
      add_cell (grid, 1, (int) i, wf_dict_string (task, "text"), NULL);
      add_cell (grid, 2, (int) i, wf_dict_string (task, "group"), "wf-dim");
      add_cell (grid, 3, (int) i, time, "numeric");
      add_cell (grid, 4, (int) i, wf_dict_string (task, "returns_text"), "wf-dim");
    }
}

static void
add_reports (GtkBox    *box,
             GPtrArray *reports)
{
  if (reports == NULL || reports->len == 0)
    return;

  add_label (box, _("Reports to above"), "wf-strong");
  GtkGrid *grid = add_grid (box);

  for (guint i = 0; i < reports->len; i++)
    {
      GVariant *report = reports->pdata[i];
      g_autofree char *time = minutes_words (report);

      add_cell (grid, 0, (int) i, wf_wording_value ("series", wf_dict_string (report, "series")), "wf-dim");
      add_cell (grid, 1, (int) i, wf_dict_string (report, "recipient"), NULL);
      add_cell (grid, 2, (int) i, wf_wording_value ("medium", wf_dict_string (report, "medium")), "wf-dim");
      add_cell (grid, 3, (int) i, time, "numeric");
      add_cell (grid, 4, (int) i, wf_dict_string (report, "basis"), "wf-dim");
    }
}

static void
add_needs (GtkBox    *box,
           GPtrArray *needs)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; needs != NULL && i < needs->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? _("; ") : "", wf_dict_string (needs->pdata[i], "text"));

  if (text->len > 0)
    {
      add_label (box, _("Resources to call"), "wf-strong");
      add_label (box, text->str, NULL);
    }
}

static void
add_level (WfPlanWindow *self,
           GVariant     *level)
{
  int number = (int) wf_dict_int (level, "level", 0);
  GtkWidget *expander = gtk_expander_new (wf_wording_level (number));
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  g_auto (GStrv) groups = wf_dict_strings (level, "groups");
  g_autofree char *group_words = g_strjoinv (C_("list", ", "), groups);
  g_autoptr (GPtrArray) tasks = wf_dict_objects (level, "tasks");
  g_autoptr (GPtrArray) reports = wf_dict_objects (level, "reports");
  g_autoptr (GPtrArray) needs = wf_dict_objects (level, "needs");
  int n_hours = (int) wf_dict_int (level, "hours", 0);
  g_autofree char *hours = g_strdup_printf (g_dngettext (NULL, "%d hour", "%d hours", (gulong) n_hours), n_hours);
  GtkGrid *grid;
  int row = 0;

  gtk_widget_set_margin_start (GTK_WIDGET (box), 18);
  gtk_widget_set_margin_top (GTK_WIDGET (box), 4);
  grid = add_grid (box);
  add_fact (grid, &row, _("Conditions"), wf_dict_string (level, "conditions_text"));
  add_fact (grid, &row, _("Decided by"), wf_dict_string (level, "authority"));
  add_fact (grid, &row, _("Proposed by"), wf_dict_string (level, "proposed_by"));
  add_fact (grid, &row, _("Expected"), hours);
  add_fact (grid, &row, _("Groups"), groups[0] != NULL ? group_words : _("all"));
  add_fact (grid, &row, _("Measures"), wf_dict_string (level, "measures"));
  add_fact (grid, &row, _("Information released"), wf_dict_string (level, "release_text"));
  add_tasks (box, tasks);
  add_reports (box, reports);
  add_needs (box, needs);
  gtk_expander_set_child (GTK_EXPANDER (expander), GTK_WIDGET (box));
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  gtk_widget_add_css_class (expander, "wf-plan-level");
  gtk_box_append (self->text, expander);
}

static void
add_groups (WfPlanWindow *self,
            WfEntity     *plan)
{
  g_autoptr (GPtrArray) groups = wf_entity_objects (plan, "groups");

  if (groups == NULL || groups->len == 0)
    return;

  add_label (self->text, _("Working groups"), "heading");
  GtkGrid *grid = add_grid (self->text);

  for (guint i = 0; i < groups->len; i++)
    {
      g_auto (GStrv) members = wf_dict_strings (groups->pdata[i], "members");
      g_autofree char *words = g_strjoinv (C_("list", ", "), members);

      add_cell (grid, 0, (int) i, wf_dict_string (groups->pdata[i], "name"), "wf-strong");
      add_cell (grid, 1, (int) i, wf_dict_string (groups->pdata[i], "duty"), NULL);
      add_cell (grid, 2, (int) i, wf_dict_string (groups->pdata[i], "lead"), NULL);
      add_cell (grid, 3, (int) i, words, "wf-dim");
    }
}

static void
show_plan (WfPlanWindow *self,
           WfEntity     *plan)
{
  g_autofree char *filing = filing_words (plan);
  g_autofree char *issued = day (wf_entity_time (plan, "issued_at"));
  g_autofree char *valid = day (wf_entity_time (plan, "valid_from"));
  g_autofree char *evaluation = day (wf_entity_time (plan, "evaluation_due"));
  g_autoptr (GPtrArray) tasks = wf_entity_objects (plan, "tasks");
  g_autoptr (GPtrArray) reports = wf_entity_objects (plan, "reports");
  g_autoptr (GPtrArray) levels = wf_entity_objects (plan, "levels");
  GtkGrid *grid;
  int row = 0;

  wf_box_clear (GTK_WIDGET (self->text));
  add_label (self->text, wf_entity_string (plan, "title"), "title-3");
  grid = add_grid (self->text);
  add_fact (grid, &row, _("Kind"), wf_wording_value ("plan.kind", wf_entity_string (plan, "kind")));
  add_fact (grid, &row, _("Number"), wf_entity_string (plan, "number"));
  add_fact (grid, &row, _("Version"), wf_entity_string (plan, "version"));
  add_fact (grid, &row, _("Issued by"), wf_entity_string (plan, "issued_by"));
  add_fact (grid, &row, _("Issued"), issued);
  add_fact (grid, &row, _("Valid from"), valid);
  add_fact (grid, &row, _("Filing"), filing);
  add_fact (grid, &row, _("Evaluation due"), evaluation);
  add_fact (grid, &row, _("Headquarters"), wf_entity_string (plan, "headquarters_text"));
  add_fact (grid, &row, _("To lower the level"), wf_entity_string (plan, "lower_text"));
  add_fact (grid, &row, _("To stand down"), wf_entity_string (plan, "stand_down_text"));
  add_fact (grid, &row, _("Legal basis"), wf_entity_string (plan, "basis"));
  add_groups (self, plan);

  if ((tasks != NULL && tasks->len > 0) || (reports != NULL && reports->len > 0))
    {
      add_label (self->text, _("Before any level"), "heading");
      add_tasks (self->text, tasks);
      add_reports (self->text, reports);
    }

  for (guint i = 0; levels != NULL && i < levels->len; i++)
    add_level (self, levels->pdata[i]);

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
}

static void
selected_cb (GtkListBox    *box,
             GtkListBoxRow *row,
             WfPlanWindow  *self)
{
  if (row != NULL)
    show_plan (self, self->list->pdata[gtk_list_box_row_get_index (row)]);
}

static void
add_row (WfPlanWindow *self,
         WfEntity     *plan)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  int64_t due = wf_entity_time (plan, "evaluation_due");
  g_autofree char *when = day (due);
  g_autofree char *evaluation = when != NULL ? g_strdup_printf (_("evaluation %s"), when) : g_strdup ("");
  g_autofree char *filing = filing_words (plan);
  g_autofree char *more = wf_ui_join (" · ", wf_wording_value ("plan.kind", wf_entity_string (plan, "kind")), filing,
                                      evaluation, NULL);
  GtkWidget *label;

  label = gtk_label_new (wf_entity_string (plan, "title"));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "wf-strong");
  gtk_box_append (box, label);
  label = gtk_label_new (more);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "wf-small");
  gtk_widget_add_css_class (label, due != 0 && due < wf_context_now (self->context) ? "wf-late" : "wf-dim");
  gtk_box_append (box, label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), GTK_WIDGET (box));
  wf_ui_set_name (row, wf_entity_string (plan, "title"));
  gtk_list_box_append (self->plans, row);
}

static gboolean
close_cb (GtkWidget *widget,
          GVariant  *arguments,
          gpointer   data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static void
wf_plan_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WF_TYPE_PLAN_WINDOW);

  G_OBJECT_CLASS (wf_plan_window_parent_class)->dispose (object);
}

static void
wf_plan_window_finalize (GObject *object)
{
  WfPlanWindow *self = WF_PLAN_WINDOW (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->list, g_ptr_array_unref);

  G_OBJECT_CLASS (wf_plan_window_parent_class)->finalize (object);
}

static void
wf_plan_window_class_init (WfPlanWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_plan_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_plan_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-plan-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WfPlanWindow, plans);
  gtk_widget_class_bind_template_child (widget_class, WfPlanWindow, scrolled);
  gtk_widget_class_bind_template_child (widget_class, WfPlanWindow, text);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, close_cb, NULL);
}

static void
wf_plan_window_init (WfPlanWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * wf_plan_window_new:
 * @context: what the screens work with
 *
 * Returns: (transfer none): the plan library, owned by GTK until it is closed
 */
WfPlanWindow *
wf_plan_window_new (WfContext *context)
{
  WfPlanWindow *self = g_object_new (WF_TYPE_PLAN_WINDOW, NULL);
  WfSession *session = wf_context_get_session (context);

  self->context = g_object_ref (context);
  self->list = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "plan", NULL);
  for (guint i = 0; i < self->list->len; i++)
    add_row (self, self->list->pdata[i]);
  return self;
}

/**
 * wf_plan_window_select:
 * @self: the plan library
 * @plan: (nullable): id of a plan
 *
 * Opens a plan; the first one where @plan is none of them.
 */
void
wf_plan_window_select (WfPlanWindow *self,
                       const char   *plan)
{
  int index = 0;

  g_return_if_fail (WF_IS_PLAN_WINDOW (self));

  for (guint i = 0; plan != NULL && i < self->list->len; i++)
    if (strcmp (wf_entity_id (self->list->pdata[i]), plan) == 0)
      index = (int) i;

  gtk_list_box_select_row (self->plans, gtk_list_box_get_row_at_index (self->plans, index));
}
