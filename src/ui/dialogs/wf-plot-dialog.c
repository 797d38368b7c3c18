/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plot-dialog.h"

#include "wf-crossing.h"
#include "wf-geo-shape.h"
#include "wf-geo-text.h"
#include "wf-geo.h"
#include "wf-incident-dialogs.h"
#include "wf-plot.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

const char *const wf_plot_editable[] = {
  "points", "radius_m", "from", "label", "note", "danger", "substance", "amount", "model", "wind", "until", "watch", NULL
};

typedef struct
{
  char     *plot;    /* (owned) its id */
  WfEntity *before;  /* (owned) (nullable): as it stood when the dialog was opened; %NULL for a new one */
  char     *type;    /* (owned) */
  char     *text;    /* (owned) the points as they were written into the form */
  GVariant *points;  /* (owned) (nullable) the points that @text stands for, to more places than it shows */
  WfForm   *form;
  GPtrArray *rings;  /* (owned) (nullable) of a range ring, ids of the others around its place */
  GPtrArray *struck; /* (owned) (nullable) ids of what is struck, ending with %NULL */
} Plot;

static const WfFormField plot_form[] = {
  { "label", WF_FORM_LINE, N_("Label") },
  { "danger", WF_FORM_CHOICE, N_("Danger"), TRUE, FALSE, wf_dangers, "danger" },
  { "substance", WF_FORM_LINE, N_("Substance") },
  { "amount", WF_FORM_LINE, N_("Quantity"), FALSE, TRUE },
  { "model", WF_FORM_LINE, N_("Model or basis"), FALSE, TRUE },
  { "wind.from_degrees", WF_FORM_DECIMAL, N_("Wind from (degrees, north is 0)") },
  { "wind.speed", WF_FORM_DECIMAL, N_("Speed (m/s)"), FALSE, TRUE },
  { "wind.source", WF_FORM_LINE, N_("Source") },
  { "wind.at", WF_FORM_TIME, N_("Time"), FALSE, TRUE },
  { "points", WF_FORM_TEXT, N_("Points: one a line, coordinates or direction and distance (45° 1.2 km)"), TRUE,
    .wording = WF_FORM_POINTS },
  { "radius_m", WF_FORM_DECIMAL, N_("Radius (metres)") },
  { "from", WF_FORM_TIME, N_("Holds from"), FALSE, TRUE },
  { "until", WF_FORM_TIME, N_("Holds until"), FALSE, TRUE },
  { "watch", WF_FORM_CHECK, N_("Alarm when a unit enters or leaves") },
  { "note", WF_FORM_TEXT, N_("Note") },
};

static const WfFormField strike_form[] = {
  { "reason", WF_FORM_TEXT, N_("Why it is struck"), TRUE },
  { "all", WF_FORM_CHECK, N_("All range rings around this place") },
};

static void
plot_free (gpointer data)
{
  Plot *self = data;

  g_free (self->plot);
  g_clear_pointer (&self->before, wf_entity_unref);
  g_free (self->type);
  g_free (self->text);
  g_clear_pointer (&self->points, g_variant_unref);
  g_clear_pointer (&self->rings, g_ptr_array_unref);
  g_clear_pointer (&self->struck, g_ptr_array_unref);
  g_free (self);
}

static Plot *
get_plot (WfDialog *dialog)
{
  return g_object_get_data (G_OBJECT (dialog), "wf-plot");
}

static char *
write_points (GVariant *points)
{
  GString *text = g_string_new (NULL);
  double lon, lat;
  GVariantIter iter;

  g_variant_iter_init (&iter, points);
  while (g_variant_iter_next (&iter, "(dd)", &lon, &lat))
    {
      g_autofree char *place = wf_geo_format (lon, lat, WF_GEO_NOTATION_PLAIN);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", place);
    }

  return g_string_free (text, FALSE);
}

/* What the text says; where nobody has changed it, the very points that it was made from.
 * Returns: (transfer full) (nullable) */
static GVariant *
read_points (Plot       *self,
             const char *text)
{
  g_autoptr (GError) error = NULL;

  if (self->points != NULL && g_strcmp0 (text, self->text) == 0)
    return g_variant_ref (self->points);

  g_autoptr (GArray) points = wf_geo_parse_points (text, WF_PLOT_POINTS_MAX, &error);

  if (points == NULL)
    {
      wf_form_show_error (self->form, "points", error->message);
      return NULL;
    }

  return wf_geo_pack_points (points);
}

/* What a field stands for: an area that does not say whether it is watched is what its type is. */
static GVariant *
value_before (Plot       *self,
              const char *field)
{
  GVariant *value = wf_entity_value (self->before, field);

  return value == NULL && strcmp (field, "watch") == 0 ? g_variant_ref_sink (wf_value_bool (wf_rules_watches_type (self->type)))
                                                       : value;
}

/* Only what is otherwise than before goes into a change. */
static GVariant *
take_differences (Plot     *self,
                  GVariant *written)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "plot", wf_value_string (self->plot));
  for (gsize i = 0; wf_plot_editable[i] != NULL; i++)
    {
      g_autoptr (GVariant) now = wf_dict_value (written, wf_plot_editable[i]);
      g_autoptr (GVariant) before = value_before (self, wf_plot_editable[i]);

      if (now != NULL && (before == NULL || !g_variant_equal (now, before)))
        g_variant_builder_add (&builder, "{sv}", wf_plot_editable[i], now);
      else if (now == NULL && before != NULL && strcmp (wf_plot_editable[i], "from") != 0 &&
               strcmp (wf_plot_editable[i], "watch") != 0)
        g_variant_builder_add (&builder, "{sv}", wf_plot_editable[i], wf_value_clear ());
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
confirm_cb (WfDialog *dialog,
            Plot     *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);

  if (collected == NULL)
    return;

  const char *text = wf_dict_string (collected, "points");
  g_autoptr (GVariant) points = read_points (self, text != NULL ? text : "");

  if (points == NULL)
    return;

  g_autoptr (GVariant) with = wf_dict_make ("points", points, NULL);
  g_autoptr (GVariant) written = wf_dict_merge (collected, with);

  if (self->before != NULL)
    {
      g_autoptr (GVariant) payload = take_differences (self, written);

      wf_dialog_queue (dialog, "plot.change", g_steal_pointer (&payload), 0);
      wf_dialog_run (dialog, _("Drawing changed"));
      return;
    }

  const char *incident = wf_dialog_get_incident (dialog);
  g_autoptr (GVariant) own = wf_dict_make ("plot", wf_value_string (self->plot),
                                           "type", wf_value_string (self->type),
                                           "incident", incident != NULL ? wf_value_string (incident) : NULL,
                                           NULL);
  g_autoptr (GVariant) payload = wf_dict_merge (written, own);

  wf_dialog_queue (dialog, "plot.draw", g_steal_pointer (&payload), 0);
  wf_dialog_run (dialog, _("Drawn on the map"));
}

static void
show_fields (Plot *self)
{
  static const char *const of_danger[] = {
    "danger", "substance", "amount", "model", "wind.from_degrees", "wind.speed", "wind.source", "wind.at"
  };
  gboolean zone = strcmp (self->type, "danger_zone") == 0;

  for (gsize i = 0; i < G_N_ELEMENTS (of_danger); i++)
    wf_form_show_field (self->form, of_danger[i], zone);
  wf_form_show_field (self->form, "watch", (wf_plot_type_get_shapes (self->type) & (WF_PLOT_AREA | WF_PLOT_CIRCLE)) != 0);
  wf_form_show_field (self->form, "radius_m", (wf_plot_type_get_shapes (self->type) & WF_PLOT_CIRCLE) != 0);
}

static WfDialog *
make_dialog (WfContext  *context,
             const char *incident,
             const char *type,
             const char *title,
             const char *confirm,
             Plot      **plot)
{
  WfDialog *dialog = wf_dialog_new (context, incident, title, confirm);
  Plot *self = g_new0 (Plot, 1);

  self->type = g_strdup (type);
  self->form = wf_dialog_add_form (dialog, plot_form, G_N_ELEMENTS (plot_form));
  wf_form_set_now (self->form, wf_context_now (context));
  g_object_set_data_full (G_OBJECT (dialog), "wf-plot", self, plot_free);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  show_fields (self);
  wf_form_set (self->form, "watch", wf_value_bool (wf_rules_watches_type (type)));
  *plot = self;
  return dialog;
}

static void
fill_points (Plot     *self,
             GVariant *points)
{
  if (points == NULL || g_variant_n_children (points) == 0)
    return;

  self->points = g_variant_ref (points);
  self->text = write_points (points);
  wf_form_set_string (self->form, "points", self->text);
}

/**
 * wf_plot_draw_dialog_new:
 * @context: what the screens work with
 * @incident: (nullable): id of the incident that it belongs to
 * @type: one of wf_plot_types
 * @points: (nullable): what was drawn already, a(dd)
 * @radius: of what was drawn; 0 for none
 *
 * Returns: (transfer none): a dialog that draws by numbers, or asks what else has to be said of what was drawn by hand
 */
WfDialog *
wf_plot_draw_dialog_new (WfContext  *context,
                         const char *incident,
                         const char *type,
                         GVariant   *points,
                         double      radius)
{
  Plot *self;
  /* Translators: %s is what is drawn, such as “danger zone”. */
  g_autofree char *title = g_strdup_printf (_("Draw: %s"), wf_wording_value ("plot.type", type));
  WfDialog *dialog = make_dialog (context, incident, type, title, _("Draw"), &self);
  g_autoptr (WfEntity) entity = incident != NULL ? wf_dialog_dup_incident (dialog) : NULL;
  g_autoptr (GVariant) wind = entity != NULL ? wf_entity_value (entity, "wind") : NULL;

  self->plot = wf_session_new_id (wf_dialog_get_session (dialog));
  fill_points (self, points);
  if (radius > 0)
    wf_form_set (self->form, "radius_m", wf_value_double (radius));
  if (wind != NULL && strcmp (type, "danger_zone") == 0)
    {
      g_autoptr (GVariant) fill = wf_dict_make ("wind", wind, NULL);
      wf_form_fill (self->form, fill);
    }

  return dialog;
}

/**
 * wf_plot_change_dialog_new:
 * @context: what the screens work with
 * @plot: id of a plot
 *
 * Returns: (transfer none) (nullable): a dialog that changes what is said of it, and its points by numbers
 */
WfDialog *
wf_plot_change_dialog_new (WfContext  *context,
                           const char *plot)
{
  g_autoptr (WfItem) item = wf_session_get_item (wf_context_get_session (context), "plot", plot);
  WfEntity *entity = item != NULL ? wf_item_get_entity (item) : NULL;
  Plot *self;

  if (entity == NULL)
    return NULL;

  const char *type = wf_entity_string (entity, "type");
  g_autofree char *title = g_strdup_printf (_("Change: %s"), wf_wording_value ("plot.type", type));
  WfDialog *dialog = make_dialog (context, wf_entity_string (entity, "incident"), type, title, C_("drawing", "Change"), &self);
  g_autoptr (GVariant) points = wf_entity_value (entity, "points");
  GVariantDict fill;

  self->plot = g_strdup (plot);
  self->before = wf_entity_ref (entity);
  wf_dialog_set_seen (dialog, entity);
  g_variant_dict_init (&fill, wf_entity_fields (entity));
  g_variant_dict_remove (&fill, "points");
  g_autoptr (GVariant) values = g_variant_ref_sink (g_variant_dict_end (&fill));
  wf_form_fill (self->form, values);
  fill_points (self, points);

  return dialog;
}

static void
strike_cb (WfDialog *dialog,
           Plot     *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);

  if (collected == NULL)
    return;

  g_autoptr (GVariant) reason = wf_dict_make ("reason", wf_value_string (wf_dict_string (collected, "reason")), NULL);
  gboolean all = wf_dict_bool (collected, "all");

  g_clear_pointer (&self->struck, g_ptr_array_unref);
  self->struck = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->struck, g_strdup (self->plot));
  for (guint i = 0; all && self->rings != NULL && i < self->rings->len; i++)
    g_ptr_array_add (self->struck, g_strdup (g_ptr_array_index (self->rings, i)));
  for (guint i = 0; i < self->struck->len; i++)
    wf_dialog_queue (dialog, "plot.strike", wf_dialog_with ("plot", g_ptr_array_index (self->struck, i), reason), 0);
  g_ptr_array_add (self->struck, NULL);
  wf_dialog_run (dialog, _("Drawing struck"));
}

/* The other range rings around the place of one of the same incident, which somebody may want to be rid of with it. */
static GPtrArray *
find_rings (WfSession  *session,
            const char *id)
{
  WfState *state = wf_session_get_state (session);
  const char *scope = wf_session_get_scope (session);
  g_autoptr (WfEntity) ring = wf_state_get (state, scope, "plot", id);
  g_autoptr (GPtrArray) plots = wf_state_list (state, scope, "plot", NULL);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  if (ring == NULL || !wf_entity_is (ring, "type", "range_ring"))
    return found;

  g_autoptr (GVariant) place = wf_entity_value (ring, "points");
  for (guint i = 0; i < plots->len; i++)
    {
      WfEntity *other = g_ptr_array_index (plots, i);
      g_autoptr (GVariant) there = wf_entity_value (other, "points");

      if (wf_entity_is (other, "type", "range_ring") && wf_entity_time (other, "struck_at") == 0
          && strcmp (wf_entity_id (other), id) != 0 && g_variant_equal (place, there)
          && g_strcmp0 (wf_entity_string (other, "incident"), wf_entity_string (ring, "incident")) == 0)
        g_ptr_array_add (found, g_strdup (wf_entity_id (other)));
    }

  return found;
}

/**
 * wf_plot_strike_dialog_new:
 * @context: what the screens work with
 * @plot: id of a plot
 *
 * Returns: (transfer none): a dialog that asks why it is struck
 */
WfDialog *
wf_plot_strike_dialog_new (WfContext  *context,
                           const char *plot)
{
  WfDialog *dialog = wf_dialog_new (context, NULL, _("Strike a drawing"), C_("drawing", "Strike"));
  Plot *self = g_new0 (Plot, 1);

  self->plot = g_strdup (plot);
  self->rings = find_rings (wf_context_get_session (context), plot);
  self->form = wf_dialog_add_form (dialog, strike_form, G_N_ELEMENTS (strike_form));
  wf_form_show_field (self->form, "all", self->rings->len > 0);
  g_object_set_data_full (G_OBJECT (dialog), "wf-plot", self, plot_free);
  g_signal_connect (dialog, "confirm", G_CALLBACK (strike_cb), self);
  return dialog;
}

/**
 * wf_plot_dialog_get_plot:
 * @self: one of these dialogs
 *
 * Returns: (transfer none): id of the plot that it draws, changes or strikes
 */
const char *
wf_plot_dialog_get_plot (WfDialog *self)
{
  Plot *plot = get_plot (self);

  g_return_val_if_fail (plot != NULL, NULL);

  return plot->plot;
}

/**
 * wf_plot_dialog_get_struck:
 * @self: a dialog that has struck
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of what it has struck
 */
const char *const *
wf_plot_dialog_get_struck (WfDialog *self)
{
  Plot *plot = get_plot (self);

  g_return_val_if_fail (plot != NULL && plot->struck != NULL, NULL);

  return (const char *const *) plot->struck->pdata;
}
