/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plot-card.h"

#include "wf-geo-shape.h"
#include "wf-geo-text.h"
#include "wf-overview.h"
#include "wf-plot.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

#define CIRCLE_CORNERS 180

/**
 * WfPlotCard:
 *
 * The card of something drawn on the map: what it is and measures, who drew it and when, what a danger zone rests on, what
 * lies inside it, and the buttons that change and strike it.
 */
struct _WfPlotCard
{
  GtkWidget parent_instance;

  GtkWidget *box;      /* (unowned) the only child */
  GtkLabel  *title;
  GtkLabel  *subtitle;
  GtkGrid   *facts;
  GtkWidget *inside_card;
  GtkGrid   *inside;
  GtkButton *change;
  GtkButton *strike;

  WfContext    *context; /* (owned) */
  WfThings     *things;  /* (owned) */
  WfItem       *item;    /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) of the item */
  char         *counted; /* (owned) (nullable) what the card says of what lies inside */
};

enum {
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfPlotCard, wf_plot_card, GTK_TYPE_WIDGET)

/* --- facts --- */

static void
clear_grid (GtkGrid *grid)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
}

static void
add_fact (GtkGrid    *grid,
          int        *row,
          const char *key,
          const char *value)
{
  if (wf_ui_nonempty (value) == NULL)
    return;

  wf_ui_grid_add_text (grid, 0, *row, key, "wf-dim");
  wf_ui_grid_add_text (grid, 1, *row, value, NULL);
  (*row)++;
}

static GArray *
get_points (WfEntity *plot)
{
  g_autoptr (GVariant) list = wf_entity_value (plot, "points");

  return wf_geo_unpack_points (list);
}

static WfPlotShape
get_shape (WfEntity     *plot,
           const GArray *points)
{
  return wf_plot_get_shape (wf_entity_string (plot, "type"), points->len, wf_entity_double (plot, "radius_m", 0));
}

/* The corners of what has an inside.
 * Returns: (transfer full) (nullable): %NULL for a line or a point */
static GArray *
make_ring (WfEntity *plot)
{
  g_autoptr (GArray) points = get_points (plot);
  WfPlotShape shape = get_shape (plot, points);

  if (shape == WF_PLOT_CIRCLE && points->len > 0)
    {
      const WfGeoPoint *middle = &g_array_index (points, WfGeoPoint, 0);
      GArray *ring = g_array_sized_new (FALSE, FALSE, sizeof (WfGeoPoint), CIRCLE_CORNERS);

      g_array_set_size (ring, CIRCLE_CORNERS);
      wf_geo_circle (middle->lon, middle->lat, wf_entity_double (plot, "radius_m", 0), (WfGeoPoint *) (void *) ring->data,
                     CIRCLE_CORNERS);
      return ring;
    }

  return shape == WF_PLOT_AREA ? g_steal_pointer (&points) : NULL;
}

static void
add_measure (WfPlotCard *self,
             int        *row,
             WfEntity   *plot)
{
  g_autoptr (GArray) points = get_points (plot);
  const WfGeoPoint *p = (const WfGeoPoint *) (void *) points->data;
  double radius = wf_entity_double (plot, "radius_m", 0);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (points->len == 0)
    return;

  switch (get_shape (plot, points))
    {
    case WF_PLOT_POINT:
      first = wf_geo_format (p[0].lon, p[0].lat, WF_GEO_NOTATION_DECIMAL);
      add_fact (self->facts, row, _("Coordinates"), first);
      break;
    case WF_PLOT_LINE:
      first = wf_geo_format_distance (wf_geo_length (p, points->len));
      second = g_strdup_printf ("%.0f°", wf_geo_bearing (p[0].lon, p[0].lat, p[points->len - 1].lon, p[points->len - 1].lat));
      add_fact (self->facts, row, _("Length"), first);
      add_fact (self->facts, row, _("Direction"), second);
      break;
    case WF_PLOT_CIRCLE:
      first = wf_geo_format_distance (radius);
      second = wf_geo_format_area (G_PI * radius * radius);
      add_fact (self->facts, row, _("Radius"), first);
      add_fact (self->facts, row, C_ ("measure", "Area"), second);
      break;
    case WF_PLOT_AREA:
      first = wf_geo_format_area (wf_geo_area (p, points->len));
      second = wf_geo_format_distance (wf_geo_length (p, points->len)
                                       + wf_geo_distance (p[points->len - 1].lon, p[points->len - 1].lat, p[0].lon, p[0].lat));
      add_fact (self->facts, row, C_ ("measure", "Area"), first);
      add_fact (self->facts, row, _("Edge"), second);
      break;
    default:
      break;
    }
}

static void
add_time (WfPlotCard *self,
          int        *row,
          const char *key,
          int64_t     time)
{
  g_autofree char *text = time != 0 ? wf_ui_format_time (time, wf_context_now (self->context)) : NULL;

  add_fact (self->facts, row, key, text);
}

static void
show_facts (WfPlotCard *self)
{
  WfEntity *plot = wf_item_get_entity (self->item);
  const char *danger = wf_entity_string (plot, "danger");
  g_autoptr (GVariant) wind = wf_entity_value (plot, "wind");
  int row = 0;

  clear_grid (self->facts);
  if (wf_entity_string (plot, "struck_reason") != NULL)
    add_fact (self->facts, &row, _("Struck"), wf_entity_string (plot, "struck_reason"));
  add_measure (self, &row, plot);
  add_fact (self->facts, &row, _("Danger"), danger != NULL ? wf_wording_value ("danger", danger) : NULL);
  add_fact (self->facts, &row, _("Substance"), wf_entity_string (plot, "substance"));
  add_fact (self->facts, &row, _("Quantity"), wf_entity_string (plot, "amount"));
  add_fact (self->facts, &row, _("Model or basis"), wf_entity_string (plot, "model"));
  if (wind != NULL)
    {
      g_autofree char *blows = wf_ui_format_wind (wf_dict_double (wind, "from_degrees", 0), wf_dict_double (wind, "speed", 0));
      g_autofree char *at = wf_ui_format_time (wf_dict_time (wind, "at"), wf_context_now (self->context));
      g_autofree char *text = g_strdup_printf ("%s · %s · %s", blows, wf_dict_string (wind, "source"), at);

      add_fact (self->facts, &row, _("Wind"), text);
    }
  add_time (self, &row, _("Holds from"), wf_entity_time (plot, "from"));
  add_time (self, &row, _("Holds until"), wf_entity_time (plot, "until"));
  add_fact (self->facts, &row, _("Drawn by"), wf_entity_string (plot, "drawn_by"));
  add_time (self, &row, _("Drawn"), wf_entity_time (plot, "drawn_at"));
  add_time (self, &row, _("Changed"), wf_entity_time (plot, "changed_at"));
  add_fact (self->facts, &row, _("Note"), wf_entity_string (plot, "note"));
}

/* --- what lies inside --- */

typedef struct
{
  guint   counts[WF_N_THING_KINDS];
  int64_t staff;     /* of firms */
  int64_t places;    /* of shelters */
  int64_t beds;      /* of hospitals */
  int64_t strength;  /* of teams */
} Inside;

static void
count_one (WfPlotCard  *self,
           Inside      *inside,
           WfThingKind  kind,
           const char  *id)
{
  WfSession *session = wf_context_get_session (self->context);

  inside->counts[kind]++;
  if (kind != WF_THING_FIRM && kind != WF_THING_SHELTER && kind != WF_THING_HOSPITAL && kind != WF_THING_TEAM)
    return;

  g_autoptr (WfEntity) entity = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session),
                                              wf_thing_kind_get_name (kind), id);

  if (entity == NULL)
    return;
  if (kind == WF_THING_FIRM)
    inside->staff += wf_entity_int (entity, "staff", 0);
  else if (kind == WF_THING_SHELTER)
    inside->places += wf_entity_int (entity, "capacity", 0);
  else if (kind == WF_THING_HOSPITAL)
    inside->beds += wf_entity_int (entity, "capacity", 0);
  else
    inside->strength += wf_entity_int (entity, "strength", 0);
}

/* Units that move are no things of the map; they stand where they were last. */
static void
count_units (WfPlotCard   *self,
             Inside       *inside,
             const GArray *ring)
{
  WfSession *session = wf_context_get_session (self->context);
  GListModel *units = wf_session_list (session, "unit");
  guint n = g_list_model_get_n_items (units);

  inside->counts[WF_THING_UNIT] = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (units, i);
      WfPosition position;
      double lon, lat;

      if (wf_session_get_position (session, wf_item_get_id (item), &position))
        {
          lon = position.longitude;
          lat = position.latitude;
        }
      else if (!wf_entity_point (wf_item_get_entity (item), "location", &lon, &lat))
        continue;
      if (wf_geo_polygon_contains ((const WfGeoPoint *) (void *) ring->data, ring->len, lon, lat))
        inside->counts[WF_THING_UNIT]++;
    }
}

static void
add_count (GtkGrid    *grid,
           int        *row,
           const char *key,
           guint       count,
           const char *more,
           int64_t     number)
{
  if (count == 0)
    return;

  g_autofree char *text = number > 0 ? g_strdup_printf ("%u · %s %" G_GINT64_FORMAT, count, more, (gint64) number)
                                     : g_strdup_printf ("%u", count);
  add_fact (grid, row, key, text);
}

static void
show_inside (WfPlotCard *self)
{
  g_autoptr (GArray) ring = make_ring (wf_item_get_entity (self->item));
  Inside inside = { { 0 }, 0, 0, 0, 0 };
  WfThing thing;
  int row = 0;

  gtk_widget_set_visible (self->inside_card, ring != NULL);
  if (ring == NULL)
    {
      g_clear_pointer (&self->counted, g_free);
      return;
    }

  g_autoptr (GArray) rows = wf_things_inside (self->things, (const WfGeoPoint *) (void *) ring->data, ring->len);
  for (guint i = 0; i < rows->len; i++)
    if (wf_things_get_row (self->things, g_array_index (rows, guint32, i), &thing))
      count_one (self, &inside, thing.kind, thing.id);
  count_units (self, &inside, ring);

  /* Only what is otherwise than before is written anew, so that nobody's selection goes. */
  g_autoptr (GString) counted = g_string_new (NULL);
  for (int i = 0; i < WF_N_THING_KINDS; i++)
    g_string_append_printf (counted, "%u ", inside.counts[i]);
  g_string_append_printf (counted, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, (gint64) inside.staff, (gint64) inside.strength);
  if (g_strcmp0 (counted->str, self->counted) == 0)
    return;
  g_free (self->counted);
  self->counted = g_strdup (counted->str);

  clear_grid (self->inside);
  for (int i = 0; i < WF_N_THING_KINDS; i++)
    {
      WfThingKind kind = (WfThingKind) i;
      const char *title = wf_thing_kind_get_title (kind);

      if (kind == WF_THING_FIRM)
        add_count (self->inside, &row, title, inside.counts[i], _("people at work"), inside.staff);
      else if (kind == WF_THING_SHELTER)
        add_count (self->inside, &row, title, inside.counts[i], _("places"), inside.places);
      else if (kind == WF_THING_HOSPITAL)
        add_count (self->inside, &row, title, inside.counts[i], _("beds"), inside.beds);
      else if (kind == WF_THING_TEAM)
        add_count (self->inside, &row, title, inside.counts[i], _("people"), inside.strength);
      else
        add_count (self->inside, &row, title, inside.counts[i], NULL, 0);
    }
  if (row == 0)
    wf_ui_grid_add_text (self->inside, 0, 0, _("Nothing that the registry knows"), "wf-dim");
}

/* --- the card --- */

static void
show (WfPlotCard *self)
{
  WfEntity *plot = self->item != NULL ? wf_item_get_entity (self->item) : NULL;

  if (plot == NULL)
    return;

  const char *type = wf_wording_value ("plot.type", wf_entity_string (plot, "type"));
  const char *label = wf_entity_string (plot, "label");
  gboolean struck = wf_entity_time (plot, "struck_at") != 0;

  gtk_label_set_text (self->title, label != NULL ? label : type);
  gtk_label_set_text (self->subtitle, label != NULL ? type : wf_wording_kind ("plot"));
  gtk_widget_set_visible (GTK_WIDGET (self->change), !struck);
  gtk_widget_set_visible (GTK_WIDGET (self->strike), !struck);
  show_facts (self);
  g_clear_pointer (&self->counted, g_free);
  show_inside (self);
}

static void
overview_cb (WfPlotCard *self)
{
  if (self->item != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_inside (self);
}

static void
back_cb (WfPlotCard *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
wf_plot_card_dispose (GObject *object)
{
  WfPlotCard *self = WF_PLOT_CARD (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->item);
  g_clear_object (&self->things);
  g_clear_object (&self->context);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_plot_card_parent_class)->dispose (object);
}

static void
wf_plot_card_finalize (GObject *object)
{
  g_free (WF_PLOT_CARD (object)->counted);

  G_OBJECT_CLASS (wf_plot_card_parent_class)->finalize (object);
}

static void
wf_plot_card_class_init (WfPlotCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_plot_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_plot_card_finalize;
  signals[CLOSED] = g_signal_new ("closed", WF_TYPE_PLOT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_head (WfPlotCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  GtkWidget *names = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_tooltip_text (back, _("Back to the incident"));
  wf_ui_set_name (back, _("Back to the incident"));
  gtk_widget_set_valign (back, GTK_ALIGN_START);
  gtk_widget_add_css_class (back, "flat");
  gtk_widget_add_css_class (back, "wf-mini");
  g_signal_connect_swapped (back, "clicked", G_CALLBACK (back_cb), self);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_wrap (self->title, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "wf-title");
  self->subtitle = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->subtitle, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "wf-dim");
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "wf-small");
  gtk_widget_set_hexpand (names, TRUE);
  gtk_box_append (GTK_BOX (names), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (names), GTK_WIDGET (self->subtitle));
  gtk_box_append (GTK_BOX (head), back);
  gtk_box_append (GTK_BOX (head), names);

  return head;
}

static GtkGrid *
make_grid (GtkWidget *box)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_box_append (GTK_BOX (box), grid);

  return GTK_GRID (grid);
}

static void
wf_plot_card_init (WfPlotCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *facts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *heading = gtk_label_new (_("Inside it"));
  GtkWidget *hint = gtk_label_new (_("Its points can be dragged on the map; Ctrl+Z takes it back."));

  self->box = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->box), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->box), box);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (box, "wf-detail");

  gtk_box_append (GTK_BOX (box), make_head (self));
  gtk_widget_add_css_class (facts, "wf-card");
  self->facts = make_grid (facts);
  gtk_box_append (GTK_BOX (box), facts);

  self->inside_card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->inside_card, "wf-card");
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (GTK_BOX (self->inside_card), heading);
  self->inside = make_grid (self->inside_card);
  gtk_box_append (GTK_BOX (box), self->inside_card);

  self->change = GTK_BUTTON (gtk_button_new_with_label (_("Change…")));
  self->strike = GTK_BUTTON (gtk_button_new_with_label (_("Strike…")));
  gtk_box_set_homogeneous (GTK_BOX (buttons), TRUE);
  gtk_box_append (GTK_BOX (buttons), GTK_WIDGET (self->change));
  gtk_box_append (GTK_BOX (buttons), GTK_WIDGET (self->strike));
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_widget_add_css_class (hint, "wf-dim");
  gtk_widget_add_css_class (hint, "wf-small");
  gtk_box_append (GTK_BOX (box), hint);

  self->signals = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_swapped (self->signals, "notify::entity", G_CALLBACK (show), self);
}

/**
 * wf_plot_card_new:
 * @context: the context
 * @things: what stands on the map, to count what lies inside
 *
 * Returns: (transfer floating): a card
 */
GtkWidget *
wf_plot_card_new (WfContext *context,
                  WfThings  *things)
{
  WfPlotCard *self = g_object_new (WF_TYPE_PLOT_CARD, NULL);

  self->context = g_object_ref (context);
  self->things = g_object_ref (things);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_plot_card_set_item:
 * @self: a card
 * @item: (nullable): a plot
 *
 * Shows a plot from now on.
 */
void
wf_plot_card_set_item (WfPlotCard *self,
                       WfItem     *item)
{
  g_return_if_fail (WF_IS_PLOT_CARD (self));

  if (!g_set_object (&self->item, item))
    return;

  g_signal_group_set_target (self->signals, item);
  if (item == NULL)
    return;

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->change), "s", wf_item_get_id (item));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->change), "plot.change");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->strike), "s", wf_item_get_id (item));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->strike), "plot.strike");
  show (self);
}
