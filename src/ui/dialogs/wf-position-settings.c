/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-position-settings.h"

#include "wf-dict.h"
#include "wf-preview.h"
#include "wf-telemetry.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

#define LONGEST 86400 /* s, as the kind's table has it */

/**
 * WfPositionSettings:
 *
 * After how many seconds the position of each type of unit is out of date: the centre's own numbers, for all desks alike. Who
 * may not set them sees them, and why. What is being changed here is not written over by what somebody else sets meanwhile.
 */
struct _WfPositionSettings
{
  AdwBin parent_instance;

  WfSession *session; /* (owned) */
  GPtrArray *rows;    /* (owned) (element-type Row) */
  GtkWidget *save;
  GtkLabel  *trouble;
  gboolean   showing; /* the numbers are being set by the program */
  gboolean   busy;
};

/* One type of unit. */
typedef struct
{
  const char    *type;
  AdwActionRow  *row;
  GtkSpinButton *seconds;
  int            shown; /* what stands in the records */
} Row;

G_DEFINE_FINAL_TYPE (WfPositionSettings, wf_position_settings, ADW_TYPE_BIN)

static WfEntity *
find_setting (WfPositionSettings *self,
              const char         *type)
{
  return wf_state_get (wf_session_get_state (self->session), wf_session_get_scope (self->session), "telemetry", type);
}

static gboolean
is_edited (Row *row)
{
  return gtk_spin_button_get_value_as_int (row->seconds) != row->shown;
}

static GVariant *
make_entry (WfPositionSettings *self,
            Row                *row)
{
  g_autoptr (WfEntity) setting = find_setting (self, row->type);
  g_autoptr (GVariant) patch = wf_dict_make ("stale_seconds",
                                             wf_value_int (gtk_spin_button_get_value_as_int (row->seconds)), NULL);
  g_autoptr (GVariant) fields = setting != NULL ? wf_dict_merge (wf_entity_fields (setting), patch) : g_variant_ref (patch);

  return wf_dict_make ("kind", wf_value_string ("telemetry"), "id", wf_value_string (row->type), "fields", fields, NULL);
}

/* Returns: (transfer full) (nullable): the command's payload: what has been edited, or, to ask whether one may, the first */
static GVariant *
make_payload (WfPositionSettings *self,
              gboolean            all)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);

      if (is_edited (row) || (all && i == 0))
        g_ptr_array_add (entries, make_entry (self, row));
    }

  return entries->len > 0 ? wf_dict_make ("entities", wf_value_objects (entries), NULL) : NULL;
}

/* Returns: (transfer full) (nullable): why this person may not set them */
static char *
find_reason (WfPositionSettings *self)
{
  g_autoptr (GVariant) payload = make_payload (self, TRUE);
  g_autoptr (WfPreview) preview = wf_preview_new (self->session, "registry.put", payload);

  return preview->problem != NULL && preview->problem->kind == WF_PROBLEM_RIGHTS ? wf_problem_message (preview->problem) : NULL;
}

static void
show_reason (GtkWidget  *widget,
             const char *reason)
{
  wf_ui_set_tooltip (widget, reason);
  if (reason != NULL)
    wf_ui_set_description (widget, reason);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
show_trouble (WfPositionSettings *self,
              const char         *text)
{
  gtk_label_set_text (self->trouble, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), text != NULL);
}

static void
update (WfPositionSettings *self)
{
  g_autofree char *reason = find_reason (self);
  gboolean edited = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);

      edited = edited || is_edited (row);
      gtk_widget_set_sensitive (GTK_WIDGET (row->seconds), reason == NULL && !self->busy);
      show_reason (GTK_WIDGET (row->seconds), reason);
    }

  gtk_widget_set_sensitive (self->save, reason == NULL && edited && !self->busy);
  show_reason (self->save, reason != NULL ? reason : edited ? NULL : _("Nothing was changed."));
}

/* What stands in the records; numbers that are being edited stay. */
static void
show_settings (WfPositionSettings *self)
{
  if (self->showing)
    return;

  self->showing = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      g_autoptr (WfEntity) setting = find_setting (self, row->type);
      gboolean edited = is_edited (row);
      int stands = (int) (wf_rules_type_lasts (wf_session_get_state (self->session), wf_session_get_scope (self->session),
                                               row->type)
                          / WF_SECOND);

      row->shown = stands;
      if (!edited)
        gtk_spin_button_set_value (row->seconds, stands);
      adw_action_row_set_subtitle (row->row, setting != NULL ? _("Set by the centre") : _("As usual"));
    }
  self->showing = FALSE;
  update (self);
}

static void
edited_cb (WfPositionSettings *self)
{
  if (!self->showing)
    update (self);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (WfPositionSettings) self = data;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (!wf_session_submit_finish (WF_SESSION (source), result, &problem, &error))
    {
      g_autofree char *message = problem != NULL ? wf_problem_message (problem) : g_strdup (error->message);

      show_trouble (self, message);
    }
  if (self->session != NULL)
    show_settings (self);
}

static void
save_cb (WfPositionSettings *self)
{
  g_autoptr (GVariant) payload = make_payload (self, FALSE);

  if (payload == NULL || self->busy)
    return;

  show_trouble (self, NULL);
  self->busy = TRUE;
  wf_session_submit_async (self->session, "registry.put", payload, 0, NULL, NULL, saved_cb, g_object_ref (self));
  update (self);
}

/* --- class --------------------------------------------------------------------------------------------------------- */

static void
add_row (WfPositionSettings  *self,
         AdwPreferencesGroup *group,
         const char          *type)
{
  Row *row = g_new0 (Row, 1);
  g_autofree char *title = g_markup_escape_text (wf_wording_value ("unit.type", type), -1);
  /* TRANSLATORS: %s is a type of unit */
  g_autofree char *name = g_strdup_printf (_("%s: seconds until a position is out of date"),
                                           wf_wording_value ("unit.type", type));

  g_autofree char *id = g_strconcat ("seconds-", type, NULL);

  row->type = type;
  row->row = ADW_ACTION_ROW (adw_action_row_new ());
  row->seconds = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (1, LONGEST, 1));
  row->shown = gtk_spin_button_get_value_as_int (row->seconds);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), title);
  gtk_widget_set_valign (GTK_WIDGET (row->seconds), GTK_ALIGN_CENTER);
  wf_ui_set_name (GTK_WIDGET (row->seconds), name);
  gtk_widget_set_name (GTK_WIDGET (row->seconds), id);
  adw_action_row_add_suffix (row->row, GTK_WIDGET (row->seconds));
  adw_action_row_set_activatable_widget (row->row, GTK_WIDGET (row->seconds));
  adw_preferences_group_add (group, GTK_WIDGET (row->row));
  g_ptr_array_add (self->rows, row);
  g_signal_connect_object (row->seconds, "value-changed", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
}

static void
wf_position_settings_dispose (GObject *object)
{
  g_clear_object (&WF_POSITION_SETTINGS (object)->session);

  G_OBJECT_CLASS (wf_position_settings_parent_class)->dispose (object);
}

static void
wf_position_settings_finalize (GObject *object)
{
  g_ptr_array_unref (WF_POSITION_SETTINGS (object)->rows);

  G_OBJECT_CLASS (wf_position_settings_parent_class)->finalize (object);
}

static void
wf_position_settings_class_init (WfPositionSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_position_settings_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_position_settings_finalize;
}

static void
wf_position_settings_init (WfPositionSettings *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  const char *type;

  self->rows = g_ptr_array_new_with_free_func (g_free);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Positions of units"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group),
                                         _("After how many seconds a position is out of date. This holds for all desks."));

  self->save = gtk_button_new_with_mnemonic (_("_Set"));
  gtk_widget_set_valign (self->save, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->save, "clicked", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), self->save);

  for (guint i = 0; (type = wf_rules_reporting_type (i)) != NULL; i++)
    add_row (self, ADW_PREFERENCES_GROUP (group), type);

  self->trouble = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->trouble, TRUE);
  gtk_label_set_xalign (self->trouble, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->trouble), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->trouble));
  adw_bin_set_child (ADW_BIN (self), group);
}

/**
 * wf_position_settings_new:
 * @session: the session, whose replica can be read
 *
 * Returns: (transfer none): a widget that shows and sets them
 */
GtkWidget *
wf_position_settings_new (WfSession *session)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);

  WfPositionSettings *self = g_object_new (WF_TYPE_POSITION_SETTINGS, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "event", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::scope", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::link", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
  show_settings (self);

  return GTK_WIDGET (self);
}
