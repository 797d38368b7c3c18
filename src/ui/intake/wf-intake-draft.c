/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-intake-panel-private.h"

#include "wf-ui-util.h"

#include <string.h>

/**
 * wf_intake_entry_text:
 * @entry: a field
 *
 * Returns: (transfer none) (nullable): what stands in it; %NULL where nothing does
 */
const char *
wf_intake_entry_text (GtkEntry *entry)
{
  return wf_ui_nonempty (gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/**
 * wf_intake_set_entry:
 * @entry: a field
 * @text: (nullable): what shall stand in it
 */
void
wf_intake_set_entry (GtkEntry   *entry,
                     const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
}

/**
 * wf_intake_view_text:
 * @view: a field of several lines
 *
 * Returns: (transfer full): what stands in it, without space around it
 */
char *
wf_intake_view_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static void
set_view (GtkTextView *view,
          const char  *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text != NULL ? text : "", -1);
}

typedef struct
{
  const char *key;
  GtkEntry   *entry;
} TextField;

#define N_TEXT_FIELDS 11

static void
get_text_fields (WfIntakePanel *self,
                 TextField     *fields)
{
  const TextField all[N_TEXT_FIELDS] = {
    { "title", self->title },
    { "coordinates", self->coordinates },
    { "deaths", self->deaths },
    { "missing", self->missing },
    { "trapped", self->trapped },
    { "serious", self->serious },
    { "light", self->light },
    { "source", self->source },
    { "caller_name", self->caller_name },
    { "caller_phone", self->caller_phone },
    { "recording", self->recording },
  };

  memcpy (fields, all, sizeof all);
}

/**
 * wf_intake_panel_dup_draft:
 * @self: the panel
 *
 * Returns: (transfer full): all that stands in the fields, read or not
 */
GVariant *
wf_intake_panel_dup_draft (WfIntakePanel *self)
{
  TextField fields[N_TEXT_FIELDS];
  GVariantBuilder builder;
  g_autofree char *summary = wf_intake_view_text (self->summary);
  g_autofree char *actions_taken = wf_intake_view_text (self->actions_taken);
  g_autofree char *line = gtk_combo_box_text_get_active_text (self->caller_line);

  get_text_fields (self, fields);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < N_TEXT_FIELDS; i++)
    if (wf_intake_entry_text (fields[i].entry) != NULL)
      g_variant_builder_add (&builder, "{sv}", fields[i].key, g_variant_new_string (wf_intake_entry_text (fields[i].entry)));
  g_variant_builder_add (&builder, "{sv}", "incident", g_variant_new_string (self->incident));
  g_variant_builder_add (&builder, "{sv}", "t0", g_variant_new_int64 (self->t0));
  g_variant_builder_add (&builder, "{sv}", "place", g_variant_new_string (wf_suggest_entry_get_text (self->place)));
  g_variant_builder_add (&builder, "{sv}", "class_text", g_variant_new_string (wf_suggest_entry_get_text (self->class_entry)));
  if (self->incident_class != NULL)
    g_variant_builder_add (&builder, "{sv}", "class", g_variant_new_string (self->incident_class));
  if (self->firm != NULL)
    g_variant_builder_add (&builder, "{sv}", "firm", g_variant_new_string (self->firm));
  if (wf_ui_nonempty (line) != NULL)
    g_variant_builder_add (&builder, "{sv}", "line", g_variant_new_string (line));
  if (*summary != '\0')
    g_variant_builder_add (&builder, "{sv}", "summary", g_variant_new_string (summary));
  if (*actions_taken != '\0')
    g_variant_builder_add (&builder, "{sv}", "actions_taken", g_variant_new_string (actions_taken));

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
set_line (WfIntakePanel *self,
          const char    *line)
{
  GtkWidget *entry = gtk_combo_box_get_child (GTK_COMBO_BOX (self->caller_line));

  gtk_editable_set_text (GTK_EDITABLE (entry), line != NULL ? line : "");
}

/**
 * wf_intake_panel_fill:
 * @self: the panel
 * @draft: what wf_intake_panel_dup_draft() gave once, or an empty dictionary for a new report
 *
 * Puts a draft into the fields.
 */
void
wf_intake_panel_fill (WfIntakePanel *self,
                      GVariant      *draft)
{
  TextField fields[N_TEXT_FIELDS];
  const char *incident = wf_dict_string (draft, "incident");
  const char *place = wf_dict_string (draft, "place");
  const char *class_text = wf_dict_string (draft, "class_text");

  get_text_fields (self, fields);
  for (guint i = 0; i < N_TEXT_FIELDS; i++)
    wf_intake_set_entry (fields[i].entry, wf_dict_string (draft, fields[i].key));
  g_free (self->incident);
  self->incident = incident != NULL ? g_strdup (incident) : wf_session_new_id (wf_context_get_session (self->context));
  g_free (self->incident_class);
  self->incident_class = g_strdup (wf_dict_string (draft, "class"));
  g_free (self->firm);
  self->firm = g_strdup (wf_dict_string (draft, "firm"));
  self->t0 = wf_dict_time (draft, "t0");
  if (self->t0 == 0)
    self->t0 = wf_context_now (self->context);
  wf_suggest_entry_set_text (self->place, place != NULL ? place : "");
  wf_suggest_entry_set_text (self->class_entry, class_text != NULL ? class_text : "");
  set_line (self, wf_dict_string (draft, "line"));
  set_view (self->summary, wf_dict_string (draft, "summary"));
  set_view (self->actions_taken, wf_dict_string (draft, "actions_taken"));
}
