/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-map-save.h"

#include "wf-feature-file.h"
#include "wf-geo-shape.h"
#include "wf-kind.h"
#include "wf-map-paper.h"
#include "wf-plot.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <math.h>

/* Dots of the picture a logical pixel of the map, so that an A4 sheet has about 300 an inch. */
#define PICTURE_SCALE 3

/* How wide the map's part of a sheet is in logical pixels: so symbols are as large on paper as they should be. */
#define PAPER_PIXELS 900

/* --- what is written --------------------------------------------------------------------------------------------- */

typedef struct
{
  WfMapPaper paper;
  GFile     *file; /* (owned) */
  gboolean   png;
  GBytes    *bytes; /* (owned) (nullable) until they are made */
} Save;

static void
save_free (Save *save)
{
  wf_map_paper_clear (&save->paper);
  g_clear_object (&save->file);
  g_clear_pointer (&save->bytes, g_bytes_unref);
  g_free (save);
}

static gboolean
has_suffix (GFile      *file,
            const char *suffix)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *folded = g_ascii_strdown (name, -1);

  return g_str_has_suffix (folded, suffix);
}

static void
replaced_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, error->domain, error->code, _("The map could not be saved: %s. Choose another folder."),
                             error->message);
}

static void
write_file (GTask *task) /* (transfer full) */
{
  Save *save = g_task_get_task_data (task);

  g_file_replace_contents_bytes_async (save->file, save->bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                                       g_task_get_cancellable (task), replaced_cb, task);
}

static gboolean
is_live (WfContext *context)
{
  return g_str_equal (wf_session_get_scope (wf_context_get_session (context)), WF_LIVE);
}

static const char *
get_mark (WfContext *context)
{
  return is_live (context) ? _("REAL") : C_("scope", "Drill");
}

/* --- as a sheet -------------------------------------------------------------------------------------------------- */

static void
set_thread (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Save *save = data;
  GError *error = NULL;

  save->bytes = save->png ? wf_map_paper_to_png (&save->paper, &error) : wf_map_paper_to_pdf (&save->paper, &error);
  if (save->bytes != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
set_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  GTask *task = data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      write_file (task);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
drawn_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  save->paper.map = wf_map_view_render_image_finish (WF_MAP_VIEW (object), result, &error);
  if (save->paper.map == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_autoptr (GTask) setting = g_task_new (object, g_task_get_cancellable (task), set_cb, task);
  g_task_set_source_tag (setting, drawn_cb);
  g_task_set_task_data (setting, save, NULL);
  wf_task_run_in_thread (setting, set_thread);
}

static void
add_legend (Save      *save,
            WfContext *context,
            WfMapView *map)
{
  WfSession *session = wf_context_get_session (context);
  WfGeoBox bounds;

  wf_map_view_get_bounds (map, &bounds);
  for (WfThingKind kind = 0; kind < WF_N_THING_KINDS; kind++)
    {
      const char *name = wf_thing_kind_get_name (kind);
      g_autoptr (GPtrArray) entities = name != NULL && wf_kind_lookup (name) != NULL && wf_map_view_get_kind_visible (map, kind)
                                         ? wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                          name, NULL)
                                         : NULL;

      for (guint i = 0; entities != NULL && i < entities->len; i++)
        {
          double lon, lat;

          if (!wf_entity_point (entities->pdata[i], "location", &lon, &lat) || !wf_geo_box_contains (&bounds, lon, lat))
            continue;
          wf_map_paper_add_legend (&save->paper, wf_map_view_draw_symbol (map, kind, 64), wf_thing_kind_get_title (kind));
          break;
        }
    }
}

static char *
get_title (WfContext *context)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (WfEntity) centre = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "centre", "centre");
  const char *name = centre != NULL ? wf_entity_string (centre, "name") : NULL;

  /* TRANSLATORS: title of a map on paper; the name of the emergency command centre follows */
  return name != NULL ? g_strdup_printf (_("Situation map · %s"), name) : g_strdup (_("Situation map"));
}

/* What is seen is on the sheet, as large as the sheet is; where that has another shape, it shows more. */
static void
save_sheet (GTask     *task, /* (transfer full) */
            WfContext *context,
            WfMapView *map)
{
  Save *save = g_task_get_task_data (task);
  g_autofree char *at = wf_time_format_local (wf_context_now (context), "%F %T");
  double view_width = gtk_widget_get_width (GTK_WIDGET (map)), view_height = gtk_widget_get_height (GTK_WIDGET (map));
  double shown = MAX (view_width, view_height * WF_MAP_PAPER_MAP_WIDTH / WF_MAP_PAPER_MAP_HEIGHT);
  int height = (int) round (PAPER_PIXELS * WF_MAP_PAPER_MAP_HEIGHT / WF_MAP_PAPER_MAP_WIDTH);
  double lon, lat, zoom, left, right;

  save->png = has_suffix (save->file, ".png");
  save->paper.title = get_title (context);
  save->paper.drill = !is_live (context);
  save->paper.mark = g_strdup (get_mark (context));
  /* TRANSLATORS: a moment follows */
  save->paper.time = g_strdup_printf (_("As of %s"), at);
  save->paper.language = g_strdup (pango_language_to_string (pango_language_get_default ()));
  wf_map_view_get_center (map, &lon, &lat, &zoom);
  save->paper.attribution = wf_base_map_get_attribution (wf_map_view_get_base_map (map), lon, lat, (int) zoom);
  wf_map_view_to_place (map, 0, view_height / 2, &left, &lat);
  wf_map_view_to_place (map, view_width, view_height / 2, &right, &lat);
  save->paper.metres = wf_geo_distance (lon, lat, lon + (right - left) / view_width, lat) * shown;
  add_legend (save, context, map);
  wf_map_view_render_image_async (map, lon, lat, zoom + log2 (PAPER_PIXELS / shown), PAPER_PIXELS, height, PICTURE_SCALE,
                                  g_task_get_cancellable (task), drawn_cb, task);
}

/* --- as features ------------------------------------------------------------------------------------------------- */

static void
add_entity (WfFeatureFile  *features,
            WfContext      *context,
            const WfGeoBox *bounds,
            WfEntity       *entity)
{
  WfSession *session = wf_context_get_session (context);
  const char *kind = wf_entity_kind (entity);
  const char *name = wf_entity_string (entity, g_str_equal (kind, "incident") ? "title" : "name");
  const char *state = wf_entity_string (entity, "state");
  g_autofree char *at = NULL;
  g_autofree char *level = wf_entity_int (entity, "level", 0) > 0
                             ? g_strdup_printf ("%d", (int) wf_entity_int (entity, "level", 0)) : NULL;
  WfPosition position;
  double lon, lat;

  if (g_str_equal (kind, "unit") && wf_session_get_position (session, wf_entity_id (entity), &position))
    {
      lon = position.longitude;
      lat = position.latitude;
      at = wf_time_format (position.at);
    }
  else if (!wf_entity_point (entity, "location", &lon, &lat))
    {
      return;
    }
  if (!wf_geo_box_contains (bounds, lon, lat))
    return;

  /* Telephone numbers stay here. */
  wf_feature_file_add (features, wf_entity_id (entity), wf_wording_kind (kind), name, lon, lat, "state", state, "level", level,
                       "place", wf_entity_string (entity, "place"), "organisation", wf_entity_string (entity, "organisation"),
                       "position_at", at, NULL);
}

static void
add_plots (WfFeatureFile  *features,
           WfContext      *context,
           const WfGeoBox *bounds)
{
  WfSession *session = wf_context_get_session (context);
  g_autoptr (GPtrArray) plots = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "plot", NULL);

  for (guint i = 0; i < plots->len; i++)
    {
      WfEntity *plot = g_ptr_array_index (plots, i);
      g_autoptr (GVariant) list = wf_entity_value (plot, "points");
      g_autoptr (GArray) points = wf_geo_unpack_points (list);
      double radius = wf_entity_double (plot, "radius_m", 0);
      gboolean inside = FALSE;
      const char *type = wf_wording_value ("plot.type", wf_entity_string (plot, "type"));
      WfPlotShape shape;

      if (list == NULL || !wf_plot_holds (plot, wf_context_now (context)))
        continue;
      for (guint j = 0; j < points->len && !inside; j++)
        inside = wf_geo_box_contains (bounds, g_array_index (points, WfGeoPoint, j).lon,
                                      g_array_index (points, WfGeoPoint, j).lat);
      shape = wf_plot_get_shape (wf_entity_string (plot, "type"), points->len, radius);
      if (!inside || shape == 0)
        continue;
      if (shape == WF_PLOT_LINE || shape == WF_PLOT_AREA)
        {
          wf_feature_file_add_line (features, wf_entity_id (plot), type, wf_entity_string (plot, "label"),
                                    (const double *) (void *) points->data, points->len, shape == WF_PLOT_AREA);
        }
      else
        {
          WfGeoPoint point = g_array_index (points, WfGeoPoint, 0);
          g_autofree char *text = radius > 0 ? g_strdup_printf ("%.0f", radius) : NULL;

          wf_feature_file_add (features, wf_entity_id (plot), type, wf_entity_string (plot, "label"), point.lon, point.lat,
                               "radius_m", text, NULL);
        }
    }
}

static void
save_features (GTask     *task, /* (transfer full) */
               WfContext *context,
               WfMapView *map)
{
  Save *save = g_task_get_task_data (task);
  WfSession *session = wf_context_get_session (context);
  g_autofree char *at = wf_time_format_local (wf_context_now (context), "%F %T");
  g_autofree char *title = get_title (context);
  g_autofree char *description = g_strdup_printf ("%s · %s · WGS 84", get_mark (context), at);
  WfFeatureFile *features = wf_feature_file_new (has_suffix (save->file, ".kml") ? WF_FEATURE_KML : WF_FEATURE_GEOJSON, title,
                                                 description);
  const WfKind *kinds;
  WfGeoBox bounds;
  guint n;

  wf_map_view_get_bounds (map, &bounds);
  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    {
      WfThingKind kind;
      gboolean shown = g_str_equal (kinds[i].name, "incident")
                       || (kinds[i].resource && wf_thing_kind_parse (kinds[i].name, &kind)
                           && wf_map_view_get_kind_visible (map, kind));
      g_autoptr (GPtrArray) entities = shown ? wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                              kinds[i].name, NULL)
                                             : NULL;

      for (guint k = 0; entities != NULL && k < entities->len; k++)
        add_entity (features, context, &bounds, entities->pdata[k]);
    }
  add_plots (features, context, &bounds);
  save->bytes = wf_feature_file_finish (features);
  write_file (task);
}

/**
 * wf_map_save_async:
 * @context: the context
 * @map: a map
 * @file: where to; its name says how: .pdf, .png, .kml, else GeoJSON
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @data: for @callback
 *
 * Saves what the map shows: on a sheet with legend, scale, north, time and whether it is real, or as features for another
 * program, without telephone numbers.
 */
void
wf_map_save_async (WfContext           *context,
                   WfMapView           *map,
                   GFile               *file,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             data)
{
  GTask *task;
  Save *save;

  g_return_if_fail (WF_IS_CONTEXT (context) && WF_IS_MAP_VIEW (map) && G_IS_FILE (file));

  task = g_task_new (map, cancellable, callback, data);
  save = g_new0 (Save, 1);
  wf_map_paper_init (&save->paper);
  save->file = g_object_ref (file);
  g_task_set_source_tag (task, wf_map_save_async);
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  if (has_suffix (file, ".pdf") || has_suffix (file, ".png"))
    save_sheet (task, context, map);
  else
    save_features (task, context, map);
}

/**
 * wf_map_save_finish:
 * @map: the map
 * @result: a result
 * @error: (nullable): a sentence for people
 *
 * Returns: whether it is saved
 */
gboolean
wf_map_save_finish (WfMapView     *map,
                    GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, map), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- asking where to --------------------------------------------------------------------------------------------- */

typedef struct
{
  WfWindow             *window;  /* (owned) */
  WfMapView            *map;     /* (owned) */
  GtkFileChooserNative *chooser; /* (owned) */
  GFile                *file;    /* (owned) (nullable) */
} Asking;

static const struct
{
  const char *name;
  const char *suffix;
} formats[] = {
  { N_("PDF, for print"), ".pdf" },
  { N_("Picture (PNG)"), ".png" },
  { N_("GeoJSON"), ".geojson" },
  { N_("KML"), ".kml" },
};

static void
asking_free (Asking *asking)
{
  g_clear_object (&asking->window);
  g_clear_object (&asking->map);
  g_clear_object (&asking->chooser);
  g_clear_object (&asking->file);
  g_free (asking);
}

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  Asking *asking = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_file_get_parse_name (asking->file);
  g_autofree char *said = g_strdup_printf (_("Saved as %s"), path);

  wf_window_toast (asking->window, wf_map_save_finish (WF_MAP_VIEW (object), result, &error) ? said : error->message);
  asking_free (asking);
}

/* Who writes no ending means the format that stands in the list. */
static GFile *
with_suffix (GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);
  GtkFileFilter *filter = gtk_file_chooser_get_filter (chooser);
  const char *suffix = formats[0].suffix;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (has_suffix (file, formats[i].suffix))
        return g_steal_pointer (&file);
      if (filter != NULL && g_strcmp0 (gtk_file_filter_get_name (filter), _(formats[i].name)) == 0)
        suffix = formats[i].suffix;
    }

  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *full = g_strconcat (name, suffix, NULL);
  g_autoptr (GFile) folder = g_file_get_parent (file);

  return g_file_get_child (folder, full);
}

static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             Asking          *asking)
{
  if (response != GTK_RESPONSE_ACCEPT)
    {
      asking_free (asking);
      return;
    }

  asking->file = with_suffix (GTK_FILE_CHOOSER (dialog));
  wf_map_save_async (wf_window_get_context (asking->window), asking->map, asking->file, NULL, saved_cb, asking);
}

/**
 * wf_map_save:
 * @window: the window
 * @map: its map
 *
 * Asks where to and in which format, and saves what the map shows.
 */
void
wf_map_save (WfWindow  *window,
             WfMapView *map)
{
  Asking *asking;
  g_autofree char *at = NULL;
  g_autofree char *name = NULL;

  g_return_if_fail (WF_IS_WINDOW (window) && WF_IS_MAP_VIEW (map));

  at = wf_time_format_local (wf_context_now (wf_window_get_context (window)), "%Y%m%d-%H%M");
  /* TRANSLATORS: name of a file, without its ending; a moment follows */
  name = g_strdup_printf (_("map-%s"), at);
  asking = g_new0 (Asking, 1);
  asking->window = g_object_ref (window);
  asking->map = g_object_ref (map);
  asking->chooser = gtk_file_chooser_native_new (_("Save the Map"), GTK_WINDOW (window), GTK_FILE_CHOOSER_ACTION_SAVE,
                                                 NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      GtkFileFilter *filter = gtk_file_filter_new ();

      gtk_file_filter_set_name (filter, _(formats[i].name));
      gtk_file_filter_add_suffix (filter, formats[i].suffix + 1);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (asking->chooser), filter);
      g_object_unref (filter);
    }
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (asking->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (asking->chooser), TRUE);
  g_signal_connect (asking->chooser, "response", G_CALLBACK (response_cb), asking);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asking->chooser));
}
