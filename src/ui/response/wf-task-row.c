/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-task-row.h"

#include "wf-approvals.h"
#include "wf-clock-label.h"
#include "wf-panel-cards.h"
#include "wf-preview.h"
#include "wf-ui-util.h"
#include "wf-window.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfTaskRow:
 *
 * A task on the list of what is to be done: how it stands, how long is left, and the two things that one does with it in a
 * hurry without leaving the list: acknowledge it, and write down how many of how many are done.
 */
struct _WfTaskRow
{
  GtkWidget       parent_instance;

  WfContext      *context; /* (owned) */
  WfItem         *item;    /* (owned) (nullable) */
  GSignalGroup   *watch;
  WfItem         *incident; /* (owned) (nullable) */
  GSignalGroup   *incident_watch;

  GtkImage       *mark;
  GtkInscription *text;
  GtkBox         *under;
  GtkWidget      *not_signed;
  GtkLabel       *more;
  GtkWidget      *pair;
  GtkEntry       *pair_done;
  GtkEntry       *pair_due;
  WfClockLabel   *clock;
  GtkWidget      *acknowledge;
  GtkWidget      *feedback;
  GtkWidget      *strike;
};

G_DEFINE_FINAL_TYPE (WfTaskRow, wf_task_row, GTK_TYPE_WIDGET)

/* A state is a shape, not only a colour. */
static const char *
mark_of (WfEntity *task)
{
  if (wf_entity_is (task, "state", "done"))
    return "object-select-symbolic";
  if (wf_entity_is (task, "state", "struck"))
    return "window-close-symbolic";
  if (wf_entity_is (task, "state", "acknowledged"))
    return "media-playback-start-symbolic";
  return "radio-symbolic";
}

static char *
details (WfTaskRow *self,
         WfEntity  *task)
{
  const char *code = wf_entity_string (task, "code");
  const char *group = wf_entity_string (task, "group");
  const char *wanted = wf_entity_string (task, "returns_text");
  const char *struck = wf_entity_string (task, "struck_reason");
  g_autoptr (GVariant) result = wf_entity_value (task, "result");
  const char *said = result != NULL ? wf_dict_string (result, "text") : NULL;
  g_autofree char *wants = wanted != NULL && wf_ui_task_is_open (task) ? g_strdup_printf (_("back: %s"), wanted) : g_strdup ("");
  g_autofree char *numbers = result != NULL && wf_dict_has (result, "pair_due")
                             ? g_strdup_printf ("%d/%d", (int) wf_dict_int (result, "pair_done", 0),
                                                (int) wf_dict_int (result, "pair_due", 0))
                             : g_strdup ("");

  return wf_ui_join (" · ", code != NULL ? code : "", group != NULL ? group : "", numbers,
                     said != NULL ? said : "", struck != NULL ? struck : "", wants, NULL);
}

static void
update_pair (WfTaskRow *self,
             WfEntity  *task)
{
  g_autoptr (GVariant) result = wf_entity_value (task, "result");
  gboolean shown = wf_ui_task_is_open (task) && wf_entity_is (task, "returns", "pair");

  gtk_widget_set_visible (self->pair, shown);
  wf_preview_guard (self->pair, wf_context_get_session (self->context), "task.feedback");

  /* What is being typed in is never replaced. */
  if (!shown || gtk_widget_get_focus_child (self->pair) != NULL)
    return;

  g_autofree char *done = result != NULL && wf_dict_has (result, "pair_done")
                          ? g_strdup_printf ("%d", (int) wf_dict_int (result, "pair_done", 0)) : g_strdup ("");
  g_autofree char *due = result != NULL && wf_dict_has (result, "pair_due")
                         ? g_strdup_printf ("%d", (int) wf_dict_int (result, "pair_due", 0)) : g_strdup ("");

  gtk_editable_set_text (GTK_EDITABLE (self->pair_done), done);
  gtk_editable_set_text (GTK_EDITABLE (self->pair_due), due);
}

static void
update_clock (WfTaskRow *self,
              WfEntity  *task)
{
  int64_t due = wf_entity_time (task, "due");
  int64_t done = wf_entity_time (task, "done_at");

  if (wf_ui_task_is_open (task) && due != 0)
    {
      wf_clock_label_set_due (self->clock, due);
      return;
    }

  wf_clock_label_set_due (self->clock, 0);
  if (done != 0)
    {
      g_autofree char *at = wf_ui_format_time (done, wf_context_now (self->context));

      wf_clock_label_set_text (self->clock, at);
    }
  else if (wf_ui_task_is_open (task) && wf_entity_time (task, "starts_at") == 0)
    {
      wf_clock_label_set_text (self->clock, _("waits"));
    }
  else
    {
      wf_clock_label_set_text (self->clock, wf_wording_value ("task.state", wf_entity_string (task, "state")));
    }
}

/* The target comes first: an action that takes one is not to be had without it. */
static void
set_action (GtkWidget  *button,
            const char *action,
            const char *id)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
name_buttons (WfTaskRow  *self,
              const char *id,
              const char *text)
{
  g_autofree char *feedback = g_strdup_printf (_("Feedback: %s"), text);
  g_autofree char *acknowledge = g_strdup_printf (_("Acknowledge: %s"), text);
  g_autofree char *strike = g_strdup_printf (_("Strike: %s"), text);

  set_action (self->feedback, "win.task-feedback", id);
  set_action (self->acknowledge, "win.task-acknowledge", id);
  set_action (self->strike, "win.task-strike", id);
  wf_ui_set_name (self->feedback, feedback);
  wf_ui_set_name (self->acknowledge, acknowledge);
  wf_ui_set_name (self->strike, strike);
}

/* What may not be done keeps its room, so that the columns stay below each other. */
static void
show_in_place (GtkWidget *widget,
               gboolean   shown)
{
  gtk_widget_set_opacity (widget, shown ? 1 : 0);
  gtk_widget_set_can_target (widget, shown);
  gtk_widget_set_focusable (widget, shown);
  gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN, !shown, -1);
}

static void
update (WfTaskRow *self)
{
  if (self->item == NULL)
    return;

  WfEntity *task = wf_item_get_entity (self->item);
  const char *text = wf_entity_string (task, "text");
  g_autofree char *more = details (self, task);
  WfEntity *incident = self->incident != NULL ? wf_item_get_entity (self->incident) : NULL;
  gboolean not_signed = wf_approvals_rests_on_unsigned (incident, task);
  g_autofree char *spoken = wf_ui_join (_(", "), text, wf_wording_value ("task.state", wf_entity_string (task, "state")),
                                        not_signed ? _("unsigned") : "", NULL);

  gtk_widget_set_visible (self->not_signed, not_signed);
  gtk_image_set_from_icon_name (self->mark, mark_of (task));
  gtk_inscription_set_text (self->text, text);
  wf_ui_set_tooltip (GTK_WIDGET (self->text), text);
  gtk_label_set_text (self->more, more);
  wf_ui_set_tooltip (GTK_WIDGET (self->more), more);
  update_pair (self, task);
  update_clock (self, task);
  name_buttons (self, wf_item_get_id (self->item), text);
  show_in_place (self->acknowledge, wf_entity_is (task, "state", "open"));
  gtk_widget_set_visible (self->feedback, wf_ui_task_is_open (task));
  gtk_widget_set_visible (self->strike, wf_ui_task_is_open (task));
  wf_ui_set_class (GTK_WIDGET (self), "wf-over", !wf_ui_task_is_open (task));
  wf_ui_set_class (GTK_WIDGET (self), "wf-pending", wf_item_get_pending (self->item));
  wf_ui_set_name (GTK_WIDGET (self), spoken);
}

/* Both numbers are sent as they stand; when they are equal, the task is done. */
static void
pair_activate_cb (WfTaskRow *self)
{
  gint64 done, due;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (!g_ascii_string_to_signed (gtk_editable_get_text (GTK_EDITABLE (self->pair_done)), 10, 0, 100000000, &done, NULL))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->pair_done), "error");
      gtk_widget_grab_focus (GTK_WIDGET (self->pair_done));
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->pair_done), "error");
  if (!g_ascii_string_to_signed (gtk_editable_get_text (GTK_EDITABLE (self->pair_due)), 10, 0, 100000000, &due, NULL))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->pair_due), "error");
      gtk_widget_grab_focus (GTK_WIDGET (self->pair_due));
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->pair_due), "error");

  if (!WF_IS_WINDOW (root))
    return;

  gboolean complete = due > 0 && done >= due;
  g_autoptr (GVariant) result = wf_dict_make ("pair_done", wf_value_int (done), "pair_due", wf_value_int (due), NULL);
  const char *name = wf_session_get_actor_name (wf_context_get_session (self->context));

  g_autoptr (GVariant) payload = wf_dict_make ("task", wf_value_string (wf_item_get_id (self->item)), "result", result,
                                               "done", wf_value_bool (complete),
                                               "by", wf_value_string (wf_ui_nonempty (name) != NULL ? name : "–"), NULL);

  wf_window_submit (WF_WINDOW (root), "task.feedback", payload,
                    wf_context_now (self->context), complete ? _("Task done") : _("Progress recorded"));
}

static void
wf_task_row_dispose (GObject *object)
{
  WfTaskRow *self = WF_TASK_ROW (object);

  g_clear_object (&self->incident_watch);
  g_clear_object (&self->incident);
  g_clear_object (&self->watch);
  g_clear_object (&self->item);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_TASK_ROW);

  G_OBJECT_CLASS (wf_task_row_parent_class)->dispose (object);
}

static void
wf_task_row_finalize (GObject *object)
{
  g_clear_object (&WF_TASK_ROW (object)->context);

  G_OBJECT_CLASS (wf_task_row_parent_class)->finalize (object);
}

static void
wf_task_row_class_init (WfTaskRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_task_row_dispose;
  object_class->finalize = wf_task_row_finalize;
  g_type_ensure (WF_TYPE_CLOCK_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-task-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, mark);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, text);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, more);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, under);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, pair);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, pair_done);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, pair_due);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, clock);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, acknowledge);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, feedback);
  gtk_widget_class_bind_template_child (widget_class, WfTaskRow, strike);
  gtk_widget_class_bind_template_callback (widget_class, pair_activate_cb);
  gtk_widget_class_set_css_name (widget_class, "wftask");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_task_row_init (WfTaskRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->not_signed = wf_panel_unsigned_mark_new ();
  gtk_box_prepend (self->under, self->not_signed);
  self->incident_watch = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_swapped (self->incident_watch, "notify::entity", G_CALLBACK (update), self);
  self->watch = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_swapped (self->watch, "notify::entity", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->watch, "notify::pending", G_CALLBACK (update), self);
}

/**
 * wf_task_row_new:
 * @context: what the screens work with
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
wf_task_row_new (WfContext *context)
{
  WfTaskRow *self = g_object_new (WF_TYPE_TASK_ROW, NULL);

  self->context = g_object_ref (context);
  wf_clock_label_set_context (self->clock, context);
  return GTK_WIDGET (self);
}

/**
 * wf_task_row_set_item:
 * @self: a row
 * @item: (nullable): the task that it shows
 */
void
wf_task_row_set_item (WfTaskRow *self,
                      WfItem    *item)
{
  g_return_if_fail (WF_IS_TASK_ROW (self));

  WfSession *session = wf_context_get_session (self->context);

  g_set_object (&self->item, item);
  g_clear_object (&self->incident);
  if (item != NULL)
    self->incident = wf_session_get_item (session, "incident", wf_entity_string (wf_item_get_entity (item), "incident"));
  g_signal_group_set_target (self->incident_watch, self->incident);
  g_signal_group_set_target (self->watch, item);
  update (self);
}
