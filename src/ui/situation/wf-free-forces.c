/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-free-forces.h"

#include "wf-geo.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

#define RADIUS 20000.0

/**
 * WfFreeForces:
 *
 * How much there is to send within 20 km of the selected incident, or of the whole district where none is selected: teams
 * standing by of all teams, experts on call, units and depots.
 */
struct _WfFreeForces
{
  GtkWidget parent_instance;

  GtkWidget *box; /* (owned by the widget tree) */
  GtkLabel  *title;
  GtkLabel  *text;

  WfContext *context; /* (owned) */
  gboolean   known;
  double     lon;
  double     lat;
};

G_DEFINE_FINAL_TYPE (WfFreeForces, wf_free_forces, GTK_TYPE_WIDGET)

static gboolean
is_near (WfFreeForces *self,
         WfEntity     *entity)
{
  double lon, lat;

  if (!self->known)
    return TRUE;

  return wf_entity_point (entity, "location", &lon, &lat) && wf_geo_distance (self->lon, self->lat, lon, lat) <= RADIUS;
}

static void
count (WfFreeForces *self,
       const char   *kind,
       guint        *free,
       guint        *all)
{
  GListModel *list = wf_session_list (wf_context_get_session (self->context), kind);
  guint n = g_list_model_get_n_items (list);

  *free = *all = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (list, i);
      WfEntity *entity = wf_item_get_entity (item);

      if (!is_near (self, entity))
        continue;
      (*all)++;
      *free += wf_entity_is (entity, "state", "standby")
               && (!g_str_equal (kind, "expert") || wf_entity_bool (entity, "on_call"));
    }
}

static void
update (WfFreeForces *self)
{
  guint teams, all_teams, experts, all_experts, units, all_units, depots, all_depots;
  g_autofree char *text = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  count (self, "team", &teams, &all_teams);
  count (self, "expert", &experts, &all_experts);
  count (self, "unit", &units, &all_units);
  count (self, "depot", &depots, &all_depots);
  gtk_label_set_text (self->title, self->known ? _("Free forces within 20 km") : _("Free forces of the district"));
  /* TRANSLATORS: teams standing by of all, units standing by of all, experts on call, depots */
  text = g_strdup_printf (_("■ Teams %u/%u   ▲ Units %u/%u\n● Experts on call %u   ⌂ Depots %u"),
                          teams, all_teams, units, all_units, experts, all_depots);
  gtk_label_set_text (self->text, text);
}

static void
wf_free_forces_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wf_free_forces_parent_class)->map (widget);

  update (WF_FREE_FORCES (widget));
}

static void
wf_free_forces_dispose (GObject *object)
{
  WfFreeForces *self = WF_FREE_FORCES (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_free_forces_parent_class)->dispose (object);
}

static void
wf_free_forces_class_init (WfFreeForcesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_free_forces_dispose;
  widget_class->map = wf_free_forces_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
wf_free_forces_init (WfFreeForces *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_xalign (self->text, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "wf-dim");
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "wf-strong");
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "wf-small");
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "wf-small");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->text));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/**
 * wf_free_forces_new:
 * @context: the context
 *
 * Returns: (transfer full): the summary
 */
GtkWidget *
wf_free_forces_new (WfContext *context)
{
  WfFreeForces *self = g_object_new (WF_TYPE_FREE_FORCES, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_free_forces_set_centre:
 * @self: the summary
 * @known: whether there is a place to count around
 * @lon: where
 * @lat: where
 *
 * Counts around that place from now on.
 */
void
wf_free_forces_set_centre (WfFreeForces *self,
                           gboolean      known,
                           double        lon,
                           double        lat)
{
  g_return_if_fail (WF_IS_FREE_FORCES (self));

  self->known = known;
  self->lon = lon;
  self->lat = lat;
  update (self);
}
