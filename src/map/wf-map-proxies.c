/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-map-proxies.h"

/* A person cannot tell more apart, and a hundred widgets cost nothing. */
#define MAX_PROXIES 100

#define SIDE 28

#define WF_TYPE_MAP_PROXY (wf_map_proxy_get_type ())
G_DECLARE_FINAL_TYPE (WfMapProxy, wf_map_proxy, WF, MAP_PROXY, GtkWidget)

struct _WfMapProxy
{
  GtkWidget parent_instance;

  char    *label; /* (owned) */
  double   x;
  double   y;
  gboolean selected;
  gboolean kept;
};

struct _WfMapProxies
{
  GtkWidget parent_instance;

  GHashTable *by_key; /* (owned) type and id → WfMapProxy */
};

G_DEFINE_FINAL_TYPE (WfMapProxy, wf_map_proxy, GTK_TYPE_WIDGET)
G_DEFINE_FINAL_TYPE (WfMapProxies, wf_map_proxies, GTK_TYPE_WIDGET)

static void
wf_map_proxy_finalize (GObject *object)
{
  g_free (WF_MAP_PROXY (object)->label);

  G_OBJECT_CLASS (wf_map_proxy_parent_class)->finalize (object);
}

static void
wf_map_proxy_class_init (WfMapProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_map_proxy_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
wf_map_proxy_init (WfMapProxy *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

static void
wf_map_proxies_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      WfMapProxy *proxy = WF_MAP_PROXY (child);
      GtkAllocation place = { (int) proxy->x - SIDE / 2, (int) proxy->y - SIDE / 2, SIDE, SIDE };

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (child, &place, -1);
    }
}

static void
wf_map_proxies_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  *minimum = *natural = 0;
}

static void
wf_map_proxies_dispose (GObject *object)
{
  WfMapProxies *self = WF_MAP_PROXIES (object);
  GtkWidget *child;

  if (self->by_key != NULL)
    g_hash_table_remove_all (self->by_key);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (wf_map_proxies_parent_class)->dispose (object);
}

static void
wf_map_proxies_finalize (GObject *object)
{
  g_hash_table_unref (WF_MAP_PROXIES (object)->by_key);

  G_OBJECT_CLASS (wf_map_proxies_parent_class)->finalize (object);
}

static void
wf_map_proxies_class_init (WfMapProxiesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_map_proxies_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_map_proxies_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = wf_map_proxies_size_allocate;
  GTK_WIDGET_CLASS (klass)->measure = wf_map_proxies_measure;
}

static void
wf_map_proxies_init (WfMapProxies *self)
{
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

WfMapProxies *
wf_map_proxies_new (void)
{
  return g_object_new (WF_TYPE_MAP_PROXIES, NULL);
}

static void
show_mark (WfMapProxies     *self,
           WfMarks          *marks,
           const WfMapFrame *frame,
           const WfMark     *mark)
{
  g_autofree char *key = g_strdup_printf ("%d %s", mark->type, mark->id);
  WfMapProxy *proxy = g_hash_table_lookup (self->by_key, key);
  gboolean selected = wf_marks_is_selected (marks, wf_mark_type_get_kind (mark->type), mark->id);
  double x;
  double y;

  wf_map_frame_to_screen (frame, mark->lon, mark->lat, &x, &y);
  if (x < 0.0 || y < 0.0 || x >= frame->width || y >= frame->height)
    return;

  if (proxy == NULL)
    {
      proxy = g_object_new (WF_TYPE_MAP_PROXY, NULL);
      gtk_widget_set_parent (GTK_WIDGET (proxy), GTK_WIDGET (self));
      g_hash_table_insert (self->by_key, g_steal_pointer (&key), proxy);
    }
  proxy->x = x;
  proxy->y = y;
  proxy->kept = TRUE;
  if (g_strcmp0 (proxy->label, mark->label) != 0)
    {
      g_free (proxy->label);
      proxy->label = g_strdup (mark->label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (proxy), GTK_ACCESSIBLE_PROPERTY_LABEL, proxy->label, -1);
    }
  if (proxy->selected != selected)
    {
      proxy->selected = selected;
      gtk_accessible_update_state (GTK_ACCESSIBLE (proxy), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
    }
}

/* Brings the proxies up to the marks and the view. Not for every frame. */
void
wf_map_proxies_update (WfMapProxies     *self,
                       WfMarks          *marks,
                       const WfMapFrame *frame)
{
  static const WfMarkType types[] = { WF_MARK_INCIDENT, WF_MARK_UNIT, WF_MARK_SPOT };
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    WF_MAP_PROXY (value)->kept = FALSE;

  for (gsize t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) list = wf_marks_list (marks, types[t]);
      for (guint i = 0; i < MIN (list->len, MAX_PROXIES); i++)
        show_mark (self, marks, frame, g_ptr_array_index (list, i));
    }

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GtkWidget *proxy = value;
      if (WF_MAP_PROXY (proxy)->kept)
        continue;
      g_hash_table_iter_remove (&iter);
      gtk_widget_unparent (proxy);
    }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
