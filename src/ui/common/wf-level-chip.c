/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-level-chip.h"

#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

/**
 * WfLevelChip:
 *
 * The square with one character that says which response level an incident has, or that it is new or over. Levels differ by
 * the character first, and by the strength of one colour; they never use the four colours of warnings.
 */
struct _WfLevelChip
{
  GtkWidget parent_instance;

  GtkWidget  *label; /* (owned by the widget tree) */
  const char *css;   /* (unowned): static */
};

G_DEFINE_FINAL_TYPE (WfLevelChip, wf_level_chip, GTK_TYPE_WIDGET)

static void
show (WfLevelChip *self,
      const char  *glyph,
      const char  *css,
      const char  *name)
{
  if (self->css != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->css);
  self->css = css;
  gtk_widget_add_css_class (GTK_WIDGET (self), css);
  gtk_label_set_text (GTK_LABEL (self->label), glyph);
  wf_ui_set_name (GTK_WIDGET (self), name);
}

static void
wf_level_chip_dispose (GObject *object)
{
  WfLevelChip *self = WF_LEVEL_CHIP (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_level_chip_parent_class)->dispose (object);
}

static void
wf_level_chip_class_init (WfLevelChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_level_chip_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wfchip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wf_level_chip_init (WfLevelChip *self)
{
  self->label = gtk_label_new (NULL);
  gtk_widget_set_halign (self->label, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
}

/**
 * wf_level_chip_new:
 *
 * Returns: (transfer full): an empty chip
 */
GtkWidget *
wf_level_chip_new (void)
{
  return g_object_new (WF_TYPE_LEVEL_CHIP, NULL);
}

/**
 * wf_level_chip_set_incident:
 * @self: a chip
 * @incident: an incident
 *
 * Shows the level of @incident, or that it is new or over.
 */
void
wf_level_chip_set_incident (WfLevelChip *self,
                            WfEntity    *incident)
{
  int level = wf_ui_incident_level (incident);

  g_return_if_fail (WF_IS_LEVEL_CHIP (self));

  show (self, wf_ui_incident_glyph (incident), wf_ui_incident_css (incident),
        !wf_ui_incident_is_open (incident) ? _("Over")
        : level > 0 ? wf_wording_level (level) : _("No level yet"));
}

/**
 * wf_level_chip_set_level:
 * @self: a chip
 * @level: a response level, 1 to 4
 *
 * Shows a level by itself.
 */
void
wf_level_chip_set_level (WfLevelChip *self,
                         int          level)
{
  static const char *const css[] = { "new", "level-1", "level-2", "level-3", "level-4" };

  g_return_if_fail (WF_IS_LEVEL_CHIP (self));
  g_return_if_fail (level >= 0 && level <= 4);

  show (self, level > 0 ? wf_wording_level_glyph (level) : "–", css[level],
        level > 0 ? wf_wording_level (level) : _("No level yet"));
}
