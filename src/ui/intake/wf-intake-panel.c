/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-intake-panel-private.h"

#include "wf-geo-text.h"
#include "wf-geo.h"
#include "wf-kind.h"
#include "wf-time.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

#define DRAFT "intake"

enum {
  PICK,
  LOCATED,
  SENT,
  CLOSED,
  REOPEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfIntakePanel, wf_intake_panel, GTK_TYPE_WIDGET)

/* --- draft ------------------------------------------------------------------------------------------------------- */

static void
show_t0 (WfIntakePanel *self)
{
  g_autofree char *text = wf_time_format_local (self->t0, "%H:%M:%S");

  wf_intake_set_entry (self->t0_entry, text);
  wf_clock_label_set_since (self->elapsed, self->t0);
}

static void read_coordinates (WfIntakePanel *self);

static void
load_draft (WfIntakePanel *self,
            GVariant      *draft)
{
  self->loading = TRUE;
  wf_intake_panel_fill (self, draft);
  gtk_label_set_text (self->problem, "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  show_t0 (self);
  read_coordinates (self);
  self->loading = FALSE;
}

static void
changed_cb (WfIntakePanel *self)
{
  g_autoptr (GVariant) draft = NULL;

  if (self->loading || self->incident == NULL)
    return;

  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  draft = wf_intake_panel_dup_draft (self);
  wf_session_set_draft (wf_context_get_session (self->context), DRAFT, draft);
}

/* --- place ------------------------------------------------------------------------------------------------------- */

static void
set_point (WfIntakePanel *self,
           double         lon,
           double         lat)
{
  g_autofree char *text = wf_geo_format (lon, lat, WF_GEO_NOTATION_DECIMAL);

  self->located = TRUE;
  self->lon = lon;
  self->lat = lat;
  gtk_widget_remove_css_class (GTK_WIDGET (self->coordinates), "error");
  if (g_strcmp0 (wf_intake_entry_text (self->coordinates), text) != 0)
    wf_intake_set_entry (self->coordinates, text);
  g_signal_emit (self, signals[LOCATED], 0, lon, lat);
}

/* What stands in the field is read while it is typed; it is written in our notation only when the field is left. */
static void
read_coordinates (WfIntakePanel *self)
{
  const char *text = wf_intake_entry_text (self->coordinates);
  double lon, lat;

  self->located = FALSE;
  gtk_widget_remove_css_class (GTK_WIDGET (self->coordinates), "error");
  wf_doubt_row_judge (self->doubt, wf_context_get_session (self->context), text != NULL ? text : "");
  if (text == NULL)
    return;
  if (wf_geo_parse (text, &lon, &lat, NULL))
    {
      self->located = TRUE;
      self->lon = lon;
      self->lat = lat;
      g_signal_emit (self, signals[LOCATED], 0, lon, lat);
    }
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->coordinates), "error");
}

static void
taken_cb (WfIntakePanel *self,
          double         lon,
          double         lat)
{
  set_point (self, lon, lat);
  changed_cb (self);
}

static void
coordinates_cb (WfIntakePanel *self)
{
  if (self->loading)
    return;

  read_coordinates (self);
  changed_cb (self);
}

static void
place_changed_cb (WfIntakePanel *self)
{
  double lon, lat;

  /* Whoever has coordinates may as well type them here. */
  if (!self->loading && wf_geo_parse (wf_suggest_entry_get_text (self->place), &lon, &lat, NULL))
    set_point (self, lon, lat);
  changed_cb (self);
}

static void
place_chosen_cb (WfIntakePanel *self,
                 WfSearchHit   *hit)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *kind = wf_search_hit_get_kind (hit);
  double lon, lat;

  g_clear_pointer (&self->firm, g_free);
  if (g_str_equal (kind, "firm"))
    self->firm = g_strdup (wf_search_hit_get_id (hit));
  else if (g_str_equal (kind, "hazard_source"))
    {
      g_autoptr (WfItem) item = wf_session_get_item (session, kind, wf_search_hit_get_id (hit));

      if (item != NULL)
        self->firm = g_strdup (wf_entity_string (wf_item_get_entity (item), "firm"));
    }
  if (wf_context_locate (self->context, hit, &lon, &lat))
    set_point (self, lon, lat);
}

static void
pick_cb (WfIntakePanel *self)
{
  g_signal_emit (self, signals[PICK], 0, gtk_toggle_button_get_active (self->pick));
}

static void
class_changed_cb (WfIntakePanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *text = wf_suggest_entry_get_text (self->class_entry);
  g_autoptr (GPtrArray) classes = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                 "incident_class", NULL);

  /* Only a class of the list is a class: what is typed beside it is not sent. */
  g_clear_pointer (&self->incident_class, g_free);
  for (guint i = 0; i < classes->len; i++)
    if (wf_entity_is (g_ptr_array_index (classes, i), "name", text))
      self->incident_class = g_strdup (wf_entity_string (g_ptr_array_index (classes, i), "code"));
  changed_cb (self);
}

static void
t0_cb (WfIntakePanel *self)
{
  const char *text = wf_intake_entry_text (self->t0_entry);
  int hour, minute, second = 0;
  g_autoptr (GDateTime) now = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autoptr (GDateTime) moment = NULL;
  int64_t t0;

  if (self->loading || text == NULL)
    return;
  if (sscanf (text, "%d:%d:%d", &hour, &minute, &second) < 2 || hour < 0 || hour > 23 || minute < 0 || minute > 59
      || second < 0 || second > 59)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->t0_entry), "error");
      return;
    }

  gtk_widget_remove_css_class (GTK_WIDGET (self->t0_entry), "error");
  now = g_date_time_new_from_unix_utc (wf_context_now (self->context) / 1000);
  local = g_date_time_to_local (now);
  moment = g_date_time_new_local (g_date_time_get_year (local), g_date_time_get_month (local),
                                  g_date_time_get_day_of_month (local), hour, minute, second);
  t0 = g_date_time_to_unix (moment) * 1000;
  /* 23:50, typed after midnight, was yesterday. */
  if (t0 > wf_context_now (self->context) + 5 * WF_MINUTE)
    t0 -= WF_DAY;
  self->t0 = t0;
  wf_clock_label_set_since (self->elapsed, t0);
  changed_cb (self);
}

/* --- sending ----------------------------------------------------------------------------------------------------- */

/**
 * wf_intake_panel_show_problem:
 * @self: the panel
 * @text: what is wrong
 * @field: (nullable): where, to go to
 */
void
wf_intake_panel_show_problem (WfIntakePanel *self,
                              const char    *text,
                              GtkWidget     *field)
{
  gtk_label_set_text (self->problem, text);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
  if (field != NULL)
    gtk_widget_grab_focus (field);
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfIntakePanel) self = data;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) sent = g_steal_pointer (&self->sent);
  g_autofree char *message = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->send), TRUE);
  if (wf_session_submit_finish (WF_SESSION (object), result, &problem, &error))
    {
      /* Another report may have been begun meanwhile: its draft stays. */
      if (self->incident == NULL && g_strcmp0 (self->scope, wf_session_get_scope (WF_SESSION (object))) == 0)
        wf_session_set_draft (WF_SESSION (object), DRAFT, NULL);
      return;
    }
  if (problem == NULL && (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    return;

  message = problem != NULL ? wf_problem_message (problem) : g_strdup (error->message);
  if (self->incident == NULL)
    load_draft (self, sent);
  wf_intake_panel_show_problem (self, message, NULL);
  g_signal_emit (self, signals[REOPEN], 0);
}

static void
send_report (WfIntakePanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GVariant) payload = NULL;
  g_autofree char *incident = NULL;

  if (self->incident == NULL || self->sent != NULL)
    return;
  payload = wf_intake_panel_make_report (self);
  if (payload == NULL)
    return;

  self->sent = wf_intake_panel_dup_draft (self);
  incident = g_strdup (self->incident);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send), FALSE);
  wf_session_submit_async (session, "incident.report", payload, self->t0, NULL, NULL, sent_cb, g_object_ref (self));
  g_clear_pointer (&self->incident, g_free);
  g_signal_emit (self, signals[SENT], 0, incident);
}

static void
send_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  send_report (WF_INTAKE_PANEL (widget));
}

static void
close_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

/* Escape on the map. */
static void
stop_pick_action (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  gtk_toggle_button_set_active (WF_INTAKE_PANEL (widget)->pick, FALSE);
}

/* Throws the draft away and begins a new report, now. */
static void
anew_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  WfIntakePanel *self = WF_INTAKE_PANEL (widget);
  g_autoptr (GVariant) empty = wf_dict_empty ();

  wf_session_set_draft (wf_context_get_session (self->context), DRAFT, NULL);
  load_draft (self, empty);
  gtk_widget_set_visible (self->draft_bar, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->title));
}

/* --- overrides --------------------------------------------------------------------------------------------------- */

static void
wf_intake_panel_dispose (GObject *object)
{
  WfIntakePanel *self = WF_INTAKE_PANEL (object);

  self->loading = TRUE;
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_INTAKE_PANEL);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_intake_panel_parent_class)->dispose (object);
}

static void
wf_intake_panel_finalize (GObject *object)
{
  WfIntakePanel *self = WF_INTAKE_PANEL (object);

  g_clear_pointer (&self->incident, g_free);
  g_clear_pointer (&self->incident_class, g_free);
  g_clear_pointer (&self->firm, g_free);
  g_clear_pointer (&self->scope, g_free);
  g_clear_pointer (&self->sent, g_variant_unref);

  G_OBJECT_CLASS (wf_intake_panel_parent_class)->finalize (object);
}

static void
wf_intake_panel_class_init (WfIntakePanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_intake_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_intake_panel_finalize;

  signals[PICK] = g_signal_new ("pick", WF_TYPE_INTAKE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[LOCATED] = g_signal_new ("located", WF_TYPE_INTAKE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SENT] = g_signal_new ("sent", WF_TYPE_INTAKE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed", WF_TYPE_INTAKE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REOPEN] = g_signal_new ("reopen", WF_TYPE_INTAKE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (WF_TYPE_CLOCK_LABEL);
  g_type_ensure (WF_TYPE_DOUBT_ROW);
  g_type_ensure (WF_TYPE_SUGGEST_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/intake/wf-intake-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, elapsed);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, t0_entry);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, draft_bar);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, draft_label);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, problem);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, title);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, class_entry);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, place);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, coordinates);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, doubt);
  gtk_widget_class_bind_template_callback (widget_class, taken_cb);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, pick);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, deaths);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, missing);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, trapped);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, serious);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, light);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, source);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, caller_name);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, caller_phone);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, caller_line);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, recording);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, summary);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, actions_taken);
  gtk_widget_class_bind_template_child (widget_class, WfIntakePanel, send);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, coordinates_cb);
  gtk_widget_class_bind_template_callback (widget_class, place_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, place_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, pick_cb);
  gtk_widget_class_bind_template_callback (widget_class, t0_cb);

  gtk_widget_class_install_action (widget_class, "intake.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "intake.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "intake.anew", NULL, anew_action);
  gtk_widget_class_install_action (widget_class, "intake.stop-pick", NULL, stop_pick_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "intake.send", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "intake.send", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "intake.close", NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_FORM);
}

static void
wf_intake_panel_init (WfIntakePanel *self)
{
  self->loading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->summary), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_text_view_get_buffer (self->actions_taken), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* --- public ------------------------------------------------------------------------------------------------------ */

/**
 * wf_intake_panel_new:
 * @context: the context
 * @index: where names of places and classes are found
 *
 * Returns: (transfer full): the panel
 */
GtkWidget *
wf_intake_panel_new (WfContext     *context,
                     WfSearchIndex *index)
{
  static const char *const class_kinds[] = { "incident_class", NULL };
  WfIntakePanel *self = g_object_new (WF_TYPE_INTAKE_PANEL, NULL);

  self->context = g_object_ref (context);
  self->scope = g_strdup (wf_session_get_scope (wf_context_get_session (context)));
  wf_clock_label_set_context (self->elapsed, context);
  wf_suggest_entry_set_index (self->class_entry, index, class_kinds);
  wf_suggest_entry_set_name (self->class_entry, _("Class"), _("Class: characters, pinyin or initials"));
  wf_suggest_entry_set_browsable (self->class_entry, TRUE);
  wf_suggest_entry_set_index (self->place, index, wf_suggest_place_kinds);
  wf_suggest_entry_set_name (self->place, _("Place"), _("Name of a place, firm or unit"));
  self->loading = FALSE;

  return GTK_WIDGET (self);
}

/**
 * wf_intake_panel_open:
 * @self: the panel
 *
 * Begins a report, or goes on with the draft of one. The time of the call is now, if it is a new one.
 */
void
wf_intake_panel_open (WfIntakePanel *self)
{
  g_autoptr (GVariant) draft = NULL;

  g_return_if_fail (WF_IS_INTAKE_PANEL (self));

  if (self->incident == NULL)
    {
      draft = wf_session_get_draft (wf_context_get_session (self->context), DRAFT);
      gtk_widget_set_visible (self->draft_bar, draft != NULL && self->sent == NULL);
      if (draft != NULL && self->sent == NULL)
        {
          g_autofree char *at = wf_ui_format_time (wf_dict_time (draft, "t0"), wf_context_now (self->context));
          g_autofree char *text = g_strdup_printf (_("Draft of the call at %s"), at);

          gtk_label_set_text (self->draft_label, text);
          load_draft (self, draft);
        }
      else
        {
          g_autoptr (GVariant) empty = wf_dict_empty ();

          load_draft (self, empty);
        }
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->title));
}

/**
 * wf_intake_panel_set_point:
 * @self: the panel
 * @lon: where
 * @lat: where
 *
 * A place was picked on the map.
 */
void
wf_intake_panel_set_point (WfIntakePanel *self,
                           double         lon,
                           double         lat)
{
  g_return_if_fail (WF_IS_INTAKE_PANEL (self));

  gtk_toggle_button_set_active (self->pick, FALSE);
  set_point (self, lon, lat);
}

/**
 * wf_intake_panel_set_class:
 * @self: the panel
 * @incident_class: code of a class
 *
 * Puts a class into the report.
 */
void
wf_intake_panel_set_class (WfIntakePanel *self,
                           const char    *incident_class)
{
  WfSession *session;
  g_autofree char *name = NULL;

  g_return_if_fail (WF_IS_INTAKE_PANEL (self));

  session = wf_context_get_session (self->context);
  name = wf_ui_class_name (wf_session_get_state (session), wf_session_get_scope (session), incident_class);
  wf_suggest_entry_set_text (self->class_entry, name);
  class_changed_cb (self);
}

/**
 * wf_intake_has_draft:
 * @session: the session
 *
 * Returns: whether a report was begun and neither sent nor thrown away
 */
gboolean
wf_intake_has_draft (WfSession *session)
{
  g_autoptr (GVariant) draft = NULL;

  g_return_val_if_fail (WF_IS_SESSION (session), FALSE);

  draft = wf_session_get_draft (session, DRAFT);

  return draft != NULL;
}

/**
 * wf_intake_panel_has_draft:
 * @self: the panel
 *
 * Returns: whether a report was begun and neither sent nor thrown away, what is on its way aside
 */
gboolean
wf_intake_panel_has_draft (WfIntakePanel *self)
{
  g_return_val_if_fail (WF_IS_INTAKE_PANEL (self), FALSE);

  return self->sent == NULL && wf_intake_has_draft (wf_context_get_session (self->context));
}
