/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-intake-panel-private.h"

#include "wf-ui-util.h"

#include <glib/gi18n.h>

static GVariant *
text_value (const char *text)
{
  return wf_value_string (wf_ui_nonempty (text));
}

/* Reads a count; an empty field is one that nobody knows. */
static gboolean
read_count (GtkEntry *entry,
            int64_t  *count,
            gboolean *any)
{
  const char *text = wf_intake_entry_text (entry);
  guint64 value;

  *count = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 0, 1000000, &value, NULL))
    {
      gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
      return FALSE;
    }
  *count = (int64_t) value;
  *any = TRUE;

  return TRUE;
}

static gboolean
collect_casualties (WfIntakePanel  *self,
                    GVariant      **casualties)
{
  GtkEntry *entries[] = { self->deaths, self->missing, self->trapped, self->serious, self->light };
  int64_t counts[G_N_ELEMENTS (entries)];
  const char *source = wf_intake_entry_text (self->source);
  gboolean any = FALSE;

  *casualties = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (!read_count (entries[i], &counts[i], &any))
      {
        wf_intake_panel_show_problem (self, _("A count must be a whole number, or empty where nobody knows."),
                                      GTK_WIDGET (entries[i]));
        return FALSE;
      }
  if (any)
    *casualties = wf_dict_make ("deaths", wf_value_int (counts[0]),
                                "missing", wf_value_int (counts[1]),
                                "trapped", wf_value_int (counts[2]),
                                "serious", wf_value_int (counts[3]),
                                "light", wf_value_int (counts[4]),
                                "source", wf_value_string (source != NULL ? source : _("Caller")),
                                "at", wf_value_time (wf_context_now (self->context)),
                                NULL);

  return TRUE;
}

static GVariant *
collect_caller (WfIntakePanel *self)
{
  g_autofree char *line = gtk_combo_box_text_get_active_text (self->caller_line);
  GVariant *caller = wf_dict_make ("name", text_value (wf_intake_entry_text (self->caller_name)),
                                   "phone", text_value (wf_intake_entry_text (self->caller_phone)),
                                   "line", text_value (line),
                                   "recording", text_value (wf_intake_entry_text (self->recording)),
                                   NULL);

  if (g_variant_n_children (caller) == 0)
    g_clear_pointer (&caller, g_variant_unref);

  return caller;
}

/**
 * wf_intake_panel_make_report:
 * @self: the panel
 *
 * Where something cannot be read, says so at its field.
 *
 * Returns: (transfer full) (nullable): the payload of “incident.report”, or %NULL where something cannot be read
 */
GVariant *
wf_intake_panel_make_report (WfIntakePanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GVariant) casualties = NULL;
  g_autoptr (GVariant) caller = NULL;
  g_autofree char *summary = wf_intake_view_text (self->summary);
  g_autofree char *actions_taken = wf_intake_view_text (self->actions_taken);
  g_autoptr (WfEntity) incident_class = NULL;

  if (wf_intake_entry_text (self->title) == NULL)
    {
      wf_intake_panel_show_problem (self, _("Say in a few words what has happened."), GTK_WIDGET (self->title));
      return NULL;
    }
  if (wf_intake_entry_text (self->coordinates) != NULL && !self->located)
    {
      wf_intake_panel_show_problem (self, _("These coordinates cannot be read. Write them like 109.688, 40.62, or pick the "
                                            "place on the map."), GTK_WIDGET (self->coordinates));
      return NULL;
    }
  if (gtk_widget_has_css_class (GTK_WIDGET (self->t0_entry), "error"))
    {
      wf_intake_panel_show_problem (self, _("The time of the call must be like 21:07."), GTK_WIDGET (self->t0_entry));
      return NULL;
    }
  if (!collect_casualties (self, &casualties))
    return NULL;

  caller = collect_caller (self);
  if (self->incident_class != NULL)
    incident_class = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "incident_class",
                                   self->incident_class);

  return wf_dict_make ("incident", wf_value_string (self->incident),
                       "title", wf_value_string (wf_intake_entry_text (self->title)),
                       "category", wf_value_string (wf_entity_string (incident_class, "category")),
                       "class", wf_value_string (self->incident_class),
                       "place", text_value (wf_suggest_entry_get_text (self->place)),
                       "location", self->located ? wf_value_point (self->lon, self->lat) : NULL,
                       "t0", wf_value_time (self->t0),
                       "caller", caller,
                       "summary", text_value (summary),
                       "actions_taken", text_value (actions_taken),
                       "casualties", casualties,
                       "firm", wf_value_string (self->firm),
                       NULL);
}
