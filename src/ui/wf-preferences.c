/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-preferences.h"

/**
 * WfPreferences:
 *
 * What a person may set: the style and the sound of alarms. The language follows the system.
 */
struct _WfPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *style;
  GtkSwitch   *sound;
};

G_DEFINE_FINAL_TYPE (WfPreferences, wf_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static const char *const schemes[] = { "system", "light", "dark" };

static gboolean
scheme_to_row (GValue   *value,
               GVariant *variant,
               gpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_variant_get_string (variant, NULL), schemes[i]))
      g_value_set_uint (value, i);

  return TRUE;
}

static GVariant *
row_to_scheme (const GValue       *value,
               const GVariantType *type,
               gpointer            data)
{
  return g_variant_new_string (schemes[MIN (g_value_get_uint (value), G_N_ELEMENTS (schemes) - 1)]);
}

static void
wf_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WF_TYPE_PREFERENCES);

  G_OBJECT_CLASS (wf_preferences_parent_class)->dispose (object);
}

static void
wf_preferences_class_init (WfPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/wf-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, style);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, sound);
}

static void
wf_preferences_init (WfPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * wf_preferences_new:
 * @settings: the person's settings
 *
 * Returns: (transfer none): a window that changes them, owned by GTK
 */
GtkWidget *
wf_preferences_new (GSettings *settings)
{
  WfPreferences *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (WF_TYPE_PREFERENCES, NULL);
  g_settings_bind_with_mapping (settings, "color-scheme", self->style, "selected", G_SETTINGS_BIND_DEFAULT,
                                scheme_to_row, row_to_scheme, NULL, NULL);
  g_settings_bind (settings, "alarm-sound", self->sound, "active", G_SETTINGS_BIND_DEFAULT);

  return GTK_WIDGET (self);
}
