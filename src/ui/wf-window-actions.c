/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-window-private.h"

#include "wf-call-dialog.h"
#include "wf-dialogs.h"
#include "wf-link-check.h"
#include "wf-situation-page.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>
#include <string.h>

static WfSituationPage *
show_situation (WfWindow *self)
{
  g_object_set (self, "page", "situation", NULL);

  return WF_SITUATION_PAGE (wf_window_get_page (self, "situation"));
}

static void
report_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  wf_situation_page_report (show_situation (WF_WINDOW (data)), NULL);
}

static void
search_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  wf_window_popup_search (WF_WINDOW (data));
}

static void
select_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  const char *kind, *id;

  g_variant_get (parameter, "(&s&s)", &kind, &id);
  wf_situation_page_select (show_situation (WF_WINDOW (data)), kind, id);
}

static void
video_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  wf_situation_page_show (show_situation (WF_WINDOW (data)), "unit", g_variant_get_string (parameter, NULL));
}

static void
silence_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  wf_alarms_silence (wf_window_get_alarms (WF_WINDOW (data)));
}

static void
alarm_seen_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       data)
{
  wf_alarms_dismiss (wf_window_get_alarms (WF_WINDOW (data)), g_variant_get_string (parameter, NULL));
}

/* What somebody has looked at; a crossing that came after it rings on. */
static void
crossing_acknowledge_action (GSimpleAction *action,
                             GVariant      *parameter,
                             gpointer       data)
{
  const char *crossing;
  gint64 seen;

  g_variant_get (parameter, "(&sx)", &crossing, &seen);

  g_autoptr (GVariant) payload = wf_dict_make ("crossing", wf_value_string (crossing), "seen_at", wf_value_time (seen), NULL);

  wf_window_submit (WF_WINDOW (data), "crossing.acknowledge", payload, 0, _("Acknowledged"));
}

static void
call_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  const char *name, *phone;

  g_variant_get (parameter, "(&s&s)", &name, &phone);
  gtk_window_present (GTK_WINDOW (wf_call_dialog_new (WF_WINDOW (data), name, phone)));
}

/* F6: the report that is due next, of the selected incident if it has one, else of any. */
static WfEntity *
find_next_report (WfWindow   *self,
                  const char *incident)
{
  WfSession *session = wf_context_get_session (wf_window_get_context (self));
  g_autoptr (GPtrArray) reports = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                 "report", incident);
  WfEntity *next = NULL;

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);
      g_autoptr (WfItem) item = wf_session_get_item (session, "incident", wf_entity_string (report, "incident"));
      int64_t due = wf_entity_time (report, "due");

      if (!wf_entity_is (report, "state", "due") || due == 0 || item == NULL
          || wf_ui_incident_is_done (wf_item_get_entity (item)))
        continue;
      if (next == NULL || due < wf_entity_time (next, "due"))
        next = report;
    }

  return next != NULL ? wf_entity_ref (next) : NULL;
}

static void
report_next_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  WfWindow *self = WF_WINDOW (data);
  const char *incident = wf_window_get_incident (self);
  g_autoptr (WfEntity) report = incident != NULL ? find_next_report (self, incident) : NULL;

  if (report == NULL)
    report = find_next_report (self, NULL);
  if (report == NULL)
    {
      wf_window_toast (self, _("No report is due"));
      return;
    }
  wf_window_set_incident (self, wf_entity_string (report, "incident"));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.report-send", "s", wf_entity_id (report));
}

static void
links_check_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  wf_link_check_present (WF_WINDOW (data));
}

static void
next_part_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  wf_ui_step_part (GTK_WINDOW (data), 1);
}

static void
previous_part_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data)
{
  wf_ui_step_part (GTK_WINDOW (data), -1);
}

static void
map_save_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  wf_situation_page_save_map (show_situation (WF_WINDOW (data)));
}

static void
replay_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  wf_situation_page_replay (show_situation (WF_WINDOW (data)));
}

/* GTK would make this window together with each other one; it is a fiftieth of the start. */
static void
show_help_overlay_action (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       data)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (data);

  if (gtk_application_window_get_help_overlay (window) == NULL)
    {
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/watchfire/Watchfire/ui/help-overlay.ui");

      gtk_application_window_set_help_overlay (window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
    }
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

static const GActionEntry entries[] = {
  { "alarm-seen", alarm_seen_action, "s" },
  { "call", call_action, "(ss)" },
  { "crossing-acknowledge", crossing_acknowledge_action, "(sx)" },
  { "links-check", links_check_action },
  { "map-save", map_save_action },
  { "next-part", next_part_action },
  { "previous-part", previous_part_action },
  { "replay", replay_action },
  { "report", report_action },
  { "report-next", report_next_action },
  { "search", search_action },
  { "select", select_action, "(ss)" },
  { "show-help-overlay", show_help_overlay_action },
  { "silence", silence_action },
  { "video", video_action, "s" },
};

/* What can be done by name in the quick search. */
static const struct {
  const char *action;
  const char *title;
  const char *keys;
} commands[] = {
  { "win.report", N_("Take a report"), "F2" },
  { "win.order", N_("Order forces"), "F4" },
  { "win.report-next", N_("Make the next report that is due"), "F6" },
  { "win.silence", N_("Silence the alarm"), "F8" },
  { "win.verify", N_("Verify"), "" },
  { "win.grade", N_("Judge grade and level"), "" },
  { "win.activate", N_("Activate response"), "" },
  { "win.change-level", N_("Change level"), "" },
  { "win.control", N_("Under control"), "" },
  { "win.stand-down", N_("Stand down"), "" },
  { "win.review", N_("Review"), "" },
  { "win.archive", N_("Archive"), "" },
  { "win.print-report", N_("Print report"), "Ctrl+P" },
  { "win.replay", N_("Replay on the map"), "Ctrl+R" },
  { "win.map-save", N_("Save the map"), "Ctrl+Shift+S" },
  { "win.log-add", N_("Log entry"), "" },
  { "win.links-check", N_("Check the video links"), "" },
  { "win.exercise-begin", N_("Begin an exercise"), "" },
  { "win.exercise-enter", N_("Enter an exercise"), "" },
  { "win.exercise-leave", N_("Leave the exercise"), "" },
  { "win.exercise-end", N_("End the exercise"), "" },
  { "win.page::situation", N_("Situation"), "Ctrl+1" },
  { "win.page::response", N_("Response"), "Ctrl+2" },
  { "win.page::resources", N_("Resources"), "Ctrl+3" },
  { "win.page::video", N_("Video"), "Ctrl+4" },
  { "app.preferences", N_("Preferences"), "Ctrl+," },
  { "win.show-help-overlay", N_("Keyboard shortcuts"), "Ctrl+?" },
};

/**
 * wf_window_install_actions:
 * @self: a window
 *
 * Adds the window's own actions, and makes the commands findable.
 */
void
wf_window_install_actions (WfWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    wf_search_index_add_command (wf_window_get_search_index (self), commands[i].action, _(commands[i].title), commands[i].keys);
}

/**
 * wf_window_deal_with:
 * @self: a window
 * @alarm: an alarm
 *
 * Does what the button of an alarm's banner says.
 */
void
wf_window_deal_with (WfWindow *self,
                     WfAlarm  *alarm)
{
  g_autofree char *key = g_strdup (alarm->key);
  g_autofree char *action = g_strdup (alarm->action);
  g_autoptr (GVariant) target = alarm->target != NULL ? g_variant_ref (alarm->target) : NULL;
  gboolean dismiss = alarm->dismissed_by_use;

  /* The alarm may go away with the first of these. */
  if (alarm->incident != NULL)
    wf_window_set_incident (self, alarm->incident);
  if (action != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (self), action, target);
  if (dismiss)
    wf_alarms_dismiss (wf_window_get_alarms (self), key);
}

static void
page_picked_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (GTask) task = data;
  const char *before = g_task_get_task_data (task);
  GError *error = NULL;
  WfPlacePick *pick = wf_place_picker_pick_finish (WF_PLACE_PICKER (object), result, &error);

  /* Back to where one was when one asked. */
  if (!gtk_widget_in_destruction (g_task_get_source_object (task)))
    g_object_set (g_task_get_source_object (task), "page", before, NULL);
  if (pick != NULL)
    g_task_return_pointer (task, pick, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * wf_window_pick_place_async:
 * @self: a window
 * @hint: what to click on
 * @cancellable: (nullable): a cancellable
 * @callback: called when a place was picked, or the person went back
 * @data: for @callback
 *
 * Shows the map, where the next click picks a place. Escape goes back. The page that was shown before comes back afterwards.
 */
void
wf_window_pick_place_async (WfWindow            *self,
                            const char          *hint,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_autofree char *before = NULL;
  GTask *task;

  g_return_if_fail (WF_IS_WINDOW (self));

  g_object_get (self, "page", &before, NULL);
  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, wf_window_pick_place_async);
  g_task_set_task_data (task, g_steal_pointer (&before), g_free);
  gtk_window_present (GTK_WINDOW (self));
  wf_place_picker_pick_async (wf_situation_page_get_picker (show_situation (self)), hint, cancellable, page_picked_cb, task);
}

/**
 * wf_window_pick_place_finish:
 * @self: a window
 * @result: a result
 * @longitude: (out): degrees east
 * @latitude: (out): degrees north
 * @error: (nullable): for %G_IO_ERROR_CANCELLED
 *
 * Returns: whether a place was picked; not where the person went back
 */
gboolean
wf_window_pick_place_finish (WfWindow      *self,
                             GAsyncResult  *result,
                             double        *longitude,
                             double        *latitude,
                             GError       **error)
{
  g_autofree WfPlacePick *pick = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  pick = g_task_propagate_pointer (G_TASK (result), error);
  if (pick == NULL)
    return FALSE;

  *longitude = pick->longitude;
  *latitude = pick->latitude;
  return TRUE;
}

/**
 * wf_window_open_hit:
 * @self: a window
 * @hit: something that was found
 *
 * Opens what was chosen in the quick search.
 */
void
wf_window_open_hit (WfWindow    *self,
                    WfSearchHit *hit)
{
  WfSession *session = wf_context_get_session (wf_window_get_context (self));
  const char *kind = wf_search_hit_get_kind (hit);
  const char *id = wf_search_hit_get_id (hit);
  g_autoptr (WfItem) item = wf_session_get_item (session, kind, id);
  WfEntity *entity = item != NULL ? wf_item_get_entity (item) : NULL;
  double lon, lat;

  if (g_str_equal (kind, WF_SEARCH_COMMAND))
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      if (g_action_parse_detailed_name (id, &name, &target, NULL)
          && !gtk_widget_activate_action_variant (GTK_WIDGET (self), name, target))
        {
          const char *reason = g_str_has_prefix (name, "win.") ? wf_dialogs_reason (self, name + strlen ("win.")) : NULL;

          wf_window_toast (self, reason != NULL ? reason : _("That is not possible here and now"));
        }
    }
  else if (g_str_equal (kind, WF_SEARCH_PLACE) || g_str_equal (kind, WF_SEARCH_DIVISION))
    {
      if (wf_search_hit_get_point (hit, &lon, &lat))
        wf_situation_page_show_place (show_situation (self), wf_search_hit_get_label (hit), lon, lat,
                                      wf_search_hit_get_zoom (hit));
    }
  else if (g_str_equal (kind, "incident_class"))
    wf_situation_page_report (show_situation (self), id);
  else if (g_str_equal (kind, "person") && entity != NULL)
    {
      const char *mobile = wf_ui_nonempty (wf_entity_string (entity, "mobile"));
      const char *phone = mobile != NULL ? mobile : wf_ui_nonempty (wf_entity_string (entity, "phone"));

      if (phone != NULL)
        gtk_window_present (GTK_WINDOW (wf_call_dialog_new (self, wf_entity_string (entity, "name"), phone)));
    }
  else if (g_str_equal (kind, "stock") && entity != NULL)
    wf_situation_page_select (show_situation (self), "depot", wf_entity_string (entity, "depot"));
  else if (g_str_equal (kind, "plan"))
    g_object_set (self, "page", "response", NULL);
  else if (entity != NULL)
    wf_situation_page_select (show_situation (self), kind, id);
}
