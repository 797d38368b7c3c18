/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-json.h"
#include "wf-map-save.h"
#include "wf-map-view.h"
#include "wf-preferences.h"
#include "wf-replay-bar.h"
#include "wf-suggest-entry.h"
#include "wf-thing-panel.h"
#include "wf-window-private.h"

#include <sqlite3.h>
#include <string.h>

#include "../tiles/vector-kit.h"

/* The map of the window: finding what is on it, going back in time, giving it to others, and a centre's own maps. */

static TestDesk *shared;

/* --- search ------------------------------------------------------------------------------------------------------ */

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(GListModel **) data = wf_search_index_query_finish (WF_SEARCH_INDEX (source), result, &error);
  g_assert_no_error (error);
}

static void
raise_cb (gboolean *flag)
{
  *flag = TRUE;
}

static gboolean
found_nothing_cb (gpointer text)
{
  g_error ("“%s” finds nothing", (const char *) text);

  return G_SOURCE_REMOVE;
}

/* The first hit. Names of the map packs come after the things of the session, and reading them takes as long as it takes (a
 * minute and more under a sanitizer on a busy machine): it is asked again whenever the index has changed. */
static WfSearchHit *
find_first (const char *text)
{
  WfSearchIndex *index = wf_window_get_search_index (shared->window);
  WfSearchHit *hit = NULL;
  gboolean changed = FALSE;
  gulong handler = g_signal_connect_swapped (index, "changed", G_CALLBACK (raise_cb), &changed);
  guint limit = g_timeout_add_seconds (240, found_nothing_cb, (gpointer) text);

  while (hit == NULL)
    {
      g_autoptr (GListModel) found = NULL;

      changed = FALSE;
      wf_search_index_query_async (index, text, NULL, 5, NULL, found_cb, &found);
      while (found == NULL)
        g_main_context_iteration (NULL, TRUE);
      hit = g_list_model_get_item (found, 0);
      while (hit == NULL && !changed)
        g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (limit);
  g_signal_handler_disconnect (index, handler);

  return hit;
}

/* Names of the ground, with a letter wrong too, and coordinates as anybody writes them. */
static void
test_search_places (void)
{
  static const char *const queries[] = { "呼和浩特", "huhehaote", "huhehaate", "hhht" };
  g_autoptr (WfSearchHit) hit = NULL;
  double lon, lat;

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (WfSearchHit) place = find_first (queries[i]);

      g_assert_cmpstr (wf_search_hit_get_kind (place), ==, WF_SEARCH_DIVISION);
      g_assert_cmpstr (wf_search_hit_get_title (place), ==, "呼和浩特市");
      g_assert_true (wf_search_hit_get_point (place, &lon, &lat));
      g_assert_cmpfloat_with_epsilon (lon, 111.65, 0.3);
      g_assert_cmpfloat_with_epsilon (lat, 40.81, 0.3);
    }

  hit = find_first ("40°37′12″N 109°41′17″E");
  g_assert_cmpstr (wf_search_hit_get_kind (hit), ==, WF_SEARCH_PLACE);
  g_assert_true (wf_search_hit_get_point (hit, &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.688, 0.001);
  g_assert_cmpfloat_with_epsilon (lat, 40.62, 0.001);
}

/* Provinces, cities and counties say what they are and what is at their point, and the map shows them as large as they are. */
static void
test_search_divisions (void)
{
  static const struct
  {
    const char *query;
    const char *title;
    const char *more;
    double      lon, lat, zoom;
  } expected[] = {
    { "内蒙古自治区", "内蒙古自治区", "Province · shown at its seat", 111.65, 40.81, 6 },
    { "neimenguzizhiqu", "内蒙古自治区", "Province · shown at its seat", 111.65, 40.81, 6 },
    { "北京市", "北京市", "Province · shown at its seat", 116.4, 39.91, 9 },
    { "包头市", "包头市", "Prefecture · 内蒙古自治区 · shown at its seat", 109.84, 40.65, 9 },
    { "昆都仑区", "昆都仑区", "County · 包头市 · 内蒙古自治区 · place unknown, shown at the seat of 包头市", 109.84, 40.65, 9 },
    { "kundulunqu", "昆都仑区", "County · 包头市 · 内蒙古自治区 · place unknown, shown at the seat of 包头市", 109.84, 40.65, 9 },
    { "xilinguelemeng", "锡林郭勒盟", "Prefecture · 内蒙古自治区 · shown at its seat", 116.07, 43.94, 9 },
    { "kdlq", "昆都仑区", "County · 包头市 · 内蒙古自治区 · place unknown, shown at the seat of 包头市", 109.84, 40.65, 9 },
    { "150205", "石拐区", "County · 包头市 · 内蒙古自治区 · shown at its seat", 110.29, 40.71, 11 },
    { "宁城县", "宁城县", "County · 赤峰市 · 内蒙古自治区 · shown at its seat", 119.33, 41.57, 11 },
    { "乌鲁木齐县", "乌鲁木齐县", "County · 乌鲁木齐市 · 新疆维吾尔自治区", 87.6, 43.8, 9 },
  };
  double lon, lat, zoom;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (WfSearchHit) hit = find_first (expected[i].query);

      g_assert_cmpstr (wf_search_hit_get_kind (hit), ==, WF_SEARCH_DIVISION);
      g_assert_cmpstr (wf_search_hit_get_title (hit), ==, expected[i].title);
      g_assert_true (g_str_has_prefix (wf_search_hit_get_subtitle (hit), expected[i].more));

      wf_window_open_hit (shared->window, hit);
      wf_map_view_get_center (test_desk_find_type (shared, WF_TYPE_MAP_VIEW), &lon, &lat, &zoom);
      g_assert_cmpfloat_with_epsilon (lon, expected[i].lon, 0.01);
      g_assert_cmpfloat_with_epsilon (lat, expected[i].lat, 0.01);
      g_assert_cmpfloat (zoom, ==, expected[i].zoom);
      /* Nothing has happened at the seat because it has happened in the division. */
      g_assert_false (wf_context_locate (wf_window_get_context (shared->window), hit, &lon, &lat));
    }
  wf_map_view_go_home (test_desk_find_type (shared, WF_TYPE_MAP_VIEW));
}

static void
test_search (void)
{
  WfSearchIndex *index = wf_window_get_search_index (shared->window);
  static const char *const units[] = { "unit", NULL };
  g_autoptr (GListModel) found = NULL;
  g_autoptr (WfSearchHit) hit = NULL;

  /* Who asks before the index is there gets the answer when it is. */
  wf_search_index_query_async (index, "zhc01", units, 5, NULL, found_cb, &found);
  test_await (found != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 1);
  hit = g_list_model_get_item (found, 0);
  g_assert_cmpstr (wf_search_hit_get_title (hit), ==, "指挥车01");

  wf_window_open_hit (shared->window, hit);
  WfThingPanel *panel = test_desk_find_type (shared, WF_TYPE_THING_PANEL);
  g_assert_cmpstr (wf_item_get_id (wf_thing_panel_get_item (panel)), ==, wf_search_hit_get_id (hit));
  g_signal_emit_by_name (panel, "closed");
}

/* The suggestions of a field that asks where something is. */
static GListModel *
get_suggestions (GtkWidget *entry)
{
  GType type = GTK_TYPE_LIST_VIEW;

  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (test_find (entry, test_is_of_type, &type))));
}

static gboolean
suggests_first (GtkWidget  *entry,
                const char *kind,
                const char *title)
{
  g_autoptr (WfSearchHit) hit = g_list_model_get_item (get_suggestions (entry), 0);

  return hit != NULL && g_str_equal (wf_search_hit_get_kind (hit), kind) && g_str_equal (wf_search_hit_get_title (hit), title);
}

/* Who asks where something is means the place, not a force that stands there or is called so, also where it was typed before
 * the names of places were there. */
static void
test_search_where (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "basemap", NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string ("化工园区"), "nature", wf_value_string ("firm"),
                                              "state", wf_value_string ("standby"),
                                              "location", wf_value_point (109.735, 40.61), NULL);

  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("team"), "id", wf_value_string ("team-park"), "fields", fields,
                                          NULL));
  g_assert_true (test_submit (shared->session, "registry.put",
                              wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
  test_await (wf_session_get_pending (shared->session) == 0);

  g_autoptr (WfSearchIndex) index = wf_search_index_new (shared->session, folder);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *entry = g_object_new (WF_TYPE_SUGGEST_ENTRY, NULL);

  wf_suggest_entry_set_index (WF_SUGGEST_ENTRY (entry), index, wf_suggest_place_kinds);
  gtk_window_set_child (GTK_WINDOW (window), entry);
  gtk_window_present (GTK_WINDOW (window));
  gtk_editable_set_text (GTK_EDITABLE (wf_suggest_entry_get_entry (WF_SUGGEST_ENTRY (entry))), "hgyq");
  test_await (suggests_first (entry, "team", "化工园区"));
  g_assert_false (wf_search_index_has_places (index));
  test_await (suggests_first (entry, WF_SEARCH_PLACE, "化工园区"));

  gtk_editable_set_text (GTK_EDITABLE (wf_suggest_entry_get_entry (WF_SUGGEST_ENTRY (entry))), "化工园区");
  test_await (g_list_model_get_n_items (get_suggestions (entry)) > 1);
  test_await (suggests_first (entry, WF_SEARCH_PLACE, "化工园区"));

  /* What matches better comes first, also where it is no place. */
  gtk_editable_set_text (GTK_EDITABLE (wf_suggest_entry_get_entry (WF_SUGGEST_ENTRY (entry))), "zhc01");
  test_await (suggests_first (entry, "unit", "指挥车01"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_run_dispose (G_OBJECT (index));
}

/* --- replay ------------------------------------------------------------------------------------------------------ */

/* One goes back to the beginning, steps on, plays, and comes back to now; the present is as it was. */
static void
test_replay (void)
{
  WfReplayBar *bar;
  GtkAdjustment *moment;
  double start, end;

  wf_window_set_incident (shared->window, "incident-demo-dike");
  gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.replay", NULL);
  /* What is not read yet has no time, least of all the first of all times. */
  g_assert_false (test_desk_says (shared, "1970"));
  bar = test_desk_find_type (shared, WF_TYPE_REPLAY_BAR);
  moment = gtk_range_get_adjustment (GTK_RANGE (test_desk_find_name (shared, "Moment of the replay")));
  test_await (gtk_adjustment_get_upper (moment) - gtk_adjustment_get_lower (moment) > 3 * 3600);
  start = gtk_adjustment_get_lower (moment);
  end = gtk_adjustment_get_upper (moment);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (moment), end, 0.01);

  gtk_adjustment_set_value (moment, start);
  test_await (test_desk_says (shared, "Replay "));
  g_assert_true (test_desk_says (shared, "三岔口险工坍岸"));
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.forward", NULL);
  g_assert_cmpfloat (gtk_adjustment_get_value (moment), >, start);
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.back", NULL);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (moment), start, 0.01);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (test_desk_find_name (shared, "How fast it plays")), 3);
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.play", NULL);
  g_assert_nonnull (test_desk_find_name (shared, "Pause the replay"));
  test_await (gtk_adjustment_get_value (moment) > start + 30);
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.play", NULL);
  g_assert_nonnull (test_desk_find_name (shared, "Play the replay"));
  g_assert_cmpfloat (gtk_adjustment_get_value (moment), <, end);

  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.close", NULL);
  g_assert_null (test_find (GTK_WIDGET (shared->window), test_has_name, "Moment of the replay"));
}

/* --- the map for others ------------------------------------------------------------------------------------------ */

static void
map_saved_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GError) error = NULL;

  wf_map_save_finish (WF_MAP_VIEW (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* (transfer full): what was written. */
static char *
save_map (const char *name,
          gsize      *size)
{
  g_autofree char *path = g_build_filename (shared->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gboolean saved = FALSE;
  char *text = NULL;

  wf_map_save_async (shared->context, test_desk_find_type (shared, WF_TYPE_MAP_VIEW), file, NULL, map_saved_cb, &saved);
  test_await (saved);
  g_assert_true (g_file_get_contents (path, &text, size, NULL));

  return text;
}

static void
test_save_map (void)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *json = save_map ("map.geojson", &size);
  g_autofree char *kml = save_map ("map.kml", &size);
  g_autofree char *pdf = save_map ("map.pdf", &size);
  g_autofree char *png = save_map ("map.PNG", &size);
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new_text (json, &error);
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  const WfJson *features;
  gboolean incident = FALSE, team = FALSE;

  g_assert_no_error (error);
  features = wf_json_member (wf_json_doc_root (doc), "features");
  g_assert_cmpuint (wf_json_length (features), >, 100);
  for (const WfJson *feature = wf_json_first (features); feature != NULL; feature = wf_json_next (feature))
    {
      const WfJson *point = wf_json_member (wf_json_member (feature, "geometry"), "coordinates");
      const char *id = wf_json_member_string (feature, "id");
      double lon = wf_json_double (wf_json_first (point));

      g_assert_cmpstr (wf_json_member_string (wf_json_member (feature, "geometry"), "type"), ==, "Point");
      g_assert_cmpfloat (lon, >, 105);
      g_assert_cmpfloat (lon, <, 115);
      incident = incident || g_str_equal (id, "incident-demo-ammonia");
      team = team || g_strcmp0 (wf_json_member_string (wf_json_member (feature, "properties"), "name"), "区危化品救援队一分队") == 0;
    }
  g_assert_true (incident);
  g_assert_true (team);
  /* Nobody's telephone number leaves with it. */
  g_assert_null (strstr (json, "phone"));

  g_assert_nonnull (strstr (kml, "液氨储罐泄漏"));
  g_assert_true (g_str_has_suffix (kml, "</Document></kml>\n"));
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));

  g_assert_true (gdk_pixbuf_loader_write (loader, (const guchar *) png, size, &error));
  g_assert_no_error (error);
  g_assert_true (gdk_pixbuf_loader_close (loader, &error));
  g_assert_cmpint (gdk_pixbuf_get_width (gdk_pixbuf_loader_get_pixbuf (loader)), ==, 3508);
  g_assert_cmpint (gdk_pixbuf_get_height (gdk_pixbuf_loader_get_pixbuf (loader)), ==, 2481);
}

/* --- the own map ------------------------------------------------------------------------------------------------- */

static void
spoil (const char *path,
       const char *sql)
{
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static char *
copy_pack (const char *name,
           gsize       most)
{
  g_autofree char *pack = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "basemap", "jiuyuan.wfmap", NULL);
  char *path = g_build_filename (shared->folder, name, NULL);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (pack, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (path, contents, (gssize) MIN (length, most), NULL));

  return path;
}

static gboolean
is_map_row (GtkWidget  *widget,
            const void *data)
{
  return ADW_IS_ACTION_ROW (widget) && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), "Own map");
}

static void
take_map (GtkWidget  *preferences,
          const char *path,
          const char *said)
{
  AdwActionRow *row = ADW_ACTION_ROW (test_find (preferences, is_map_row, NULL));

  g_assert_nonnull (row);
  wf_preferences_take_map_file (WF_PREFERENCES (preferences), path);
  test_await (strstr (adw_action_row_get_subtitle (row), said) != NULL);
}

static gboolean
base_has (const char *text)
{
  WfBaseMap *base = wf_map_view_get_base_map (test_desk_find_type (shared, WF_TYPE_MAP_VIEW));
  g_autofree char *credit = wf_base_map_get_attribution (base, 109.8, 40.6, 11);

  return strstr (credit, text) != NULL;
}

/* A file that is cut off, that is no map or that lies is refused with the reason and changes nothing; one that turns bad
 * after it was taken is left out, and the map goes on. */
static void
test_own_map (void)
{
  GtkWidget *preferences = wf_preferences_new (shared->settings);
  g_autofree char *cut = copy_pack ("cut.wfmap", 100000);
  g_autofree char *lying = copy_pack ("lying.wfmap", G_MAXSIZE);
  g_autofree char *good = copy_pack ("good.wfmap", G_MAXSIZE);
  g_autofree char *noise = g_build_filename (shared->folder, "noise.mbtiles", NULL);
  g_autofree char *file = NULL;

  g_assert_true (g_file_set_contents (noise, "no tiles at all, though its name says so", -1, NULL));
  spoil (lying, "UPDATE feature SET geometry = x'0102ffffffff0f'");
  spoil (good, "UPDATE metadata SET value = 'Our own' WHERE name = 'attribution'");
  spoil (good, "UPDATE feature SET name = '乌有专用屯' WHERE id = (SELECT id FROM feature WHERE class BETWEEN 40 AND 45 LIMIT 1)");

  gtk_window_present (GTK_WINDOW (preferences));
  take_map (preferences, cut, "cut off");
  take_map (preferences, noise, "not a map file");
  take_map (preferences, lying, "geometry");
  file = g_settings_get_string (shared->settings, "map-file");
  g_assert_cmpstr (file, ==, "");
  g_assert_false (base_has ("Our own"));

  take_map (preferences, good, "good.wfmap");
  g_free (file);
  file = g_settings_get_string (shared->settings, "map-file");
  g_assert_cmpstr (file, ==, good);
  g_assert_true (base_has ("Our own"));
  gtk_window_destroy (GTK_WINDOW (preferences));

  /* Its names are found as those of the shipped maps are. */
  g_autoptr (WfSearchHit) village = find_first ("wuyouzhuanyong");
  g_assert_cmpstr (wf_search_hit_get_title (village), ==, "乌有专用屯");

  /* It is the settings' word now that the file is good, and it is not. */
  spoil (lying, "UPDATE metadata SET value = 'A lie' WHERE name = 'attribution'");
  g_settings_set_string (shared->settings, "map-file", lying);
  test_await (test_desk_says (shared, "A map file is not used") && test_desk_says (shared, "geometry"));
  g_assert_false (base_has ("A lie"));
  g_assert_true (base_has ("GeoNames"));
  g_settings_reset (shared->settings, "map-file");
  g_assert_true (base_has ("GeoNames"));
}

/* A division that is on a map of one's own is found there, and only there. */
static void
test_own_division (void)
{
  g_autofree char *path = copy_pack ("divided.wfmap", G_MAXSIZE);
  g_autoptr (GListModel) found = NULL;
  double lon, lat;

  spoil (path, "UPDATE feature SET name = '石拐区' WHERE class = 42");
  g_settings_set_string (shared->settings, "map-file", path);

  g_autoptr (WfSearchHit) own = find_first ("石拐区");
  g_assert_cmpstr (wf_search_hit_get_kind (own), ==, WF_SEARCH_PLACE);
  g_assert_cmpstr (wf_search_hit_get_title (own), ==, "石拐区");
  g_assert_cmpstr (wf_search_hit_get_subtitle (own), ==, "County · 包头市 · 内蒙古自治区");
  g_assert_true (wf_search_hit_get_point (own, &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.936, 0.001);
  g_assert_true (wf_context_locate (wf_window_get_context (shared->window), own, &lon, &lat));

  wf_search_index_query_async (wf_window_get_search_index (shared->window), "石拐区", NULL, 50, NULL, found_cb, &found);
  test_await (found != NULL);
  for (guint i = 1; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr (WfSearchHit) other = g_list_model_get_item (found, i);

      g_assert_cmpstr (wf_search_hit_get_title (other), !=, "石拐区");
    }
  g_settings_reset (shared->settings, "map-file");
}

/* How large the map was is known at the next start. */
static void
test_map_size (void)
{
  guint width, height;

  g_settings_reset (shared->settings, "map-size");
  g_object_set (shared->window, "page", "situation", NULL);
  GtkWidget *map = test_desk_find_type (shared, WF_TYPE_MAP_VIEW);
  test_await (gtk_widget_get_mapped (map) && gtk_widget_get_width (map) > 0);
  int map_width = gtk_widget_get_width (map);
  int map_height = gtk_widget_get_height (map);

  g_object_set (shared->window, "page", "response", NULL);
  test_await (!gtk_widget_get_mapped (map));
  g_settings_get (shared->settings, "map-size", "(uu)", &width, &height);
  g_assert_cmpint ((int) width, ==, map_width);
  g_assert_cmpint ((int) height, ==, map_height);
  g_object_set (shared->window, "page", "situation", NULL);
}

/* The names in a centre's own vector tiles are found too, each once, though it stands in two tiles. */
static void
test_vector_names (void)
{
  static const int inside[] = { 2048, 2048 };
  static const int edge[] = { 4090, 2048 };
  static const int beyond[] = { -6, 2048 };
  static const int across[] = { 1024, 1024, 3072, 1024, 3072, 3072 };
  static const char bounds[] = "106.9,36.6,115.3,41.0";
  g_autofree char *path = g_build_filename (shared->folder, "names.mbtiles", NULL);
  g_autoptr (GByteArray) tile = g_byte_array_new ();
  g_autoptr (GByteArray) next = g_byte_array_new ();
  VectorLayer places = vector_layer ("place");
  VectorLayer names = vector_layer ("transportation_name");
  VectorLayer again = vector_layer ("place");
  double lon, lat;

  vector_add (&places, 1, "class=village name:zh=乌有矢量村", inside, 1);
  vector_add (&places, 1, "class=village name:zh=乌有交界村", edge, 1);
  vector_end (tile, &places);
  vector_add (&names, 2, "class=minor name:zh=乌有大街", across, 3);
  vector_end (tile, &names);
  vector_add (&again, 1, "class=village name:zh=乌有交界村", beyond, 1);
  vector_end (next, &again);
  vector_write (path, bounds, 6, 6, 6, 51, 24, tile);
  vector_write (path, bounds, 6, 6, 6, 52, 24, next);

  g_settings_set_string (shared->settings, "map-file", path);
  g_autoptr (WfSearchHit) village = find_first ("wuyoushiliang");
  g_assert_cmpstr (wf_search_hit_get_title (village), ==, "乌有矢量村");
  g_assert_true (wf_search_hit_get_point (village, &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 51.5 / 64 * 360 - 180, 0.001);

  g_autoptr (WfSearchHit) street = find_first ("乌有大街");
  g_assert_cmpstr (wf_search_hit_get_title (street), ==, "乌有大街");

  g_autoptr (GListModel) found = NULL;
  wf_search_index_query_async (wf_window_get_search_index (shared->window), "乌有交界村", NULL, 5, NULL, found_cb, &found);
  test_await (found != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 1);
  g_settings_reset (shared->settings, "map-file");
}

static gboolean
is_symbols_row (GtkWidget  *widget,
                const void *data)
{
  return ADW_IS_ACTION_ROW (widget) && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)),
                                                    "Own symbols");
}

/* A folder of own symbols: what cannot be used of it is said, and the map shows the shipped ones. */
static void
test_own_symbols (void)
{
  g_autofree char *bad = g_build_filename (shared->folder, "hospital.svg", NULL);
  WfMapView *map = WF_MAP_VIEW (test_desk_find_type (shared, WF_TYPE_MAP_VIEW));
  GtkWidget *preferences;
  AdwActionRow *row;

  g_assert_true (g_file_set_contents (bad, "<svg xmlns='http://www.w3.org/2000/svg'><text>H</text></svg>", -1, NULL));
  g_settings_set_string (shared->settings, "map-symbols", shared->folder);
  g_assert_false (wf_symbol_set_is_own (wf_map_view_get_symbols (map), WF_THING_HOSPITAL));

  preferences = wf_preferences_new (shared->settings);
  gtk_window_present (GTK_WINDOW (preferences));
  row = ADW_ACTION_ROW (test_find (preferences, is_symbols_row, NULL));
  g_assert_nonnull (row);
  g_assert_nonnull (test_find (preferences, test_has_name, "Choose own symbols"));
  test_await (strstr (adw_action_row_get_subtitle (row), "hospital.svg, line 1") != NULL);
  gtk_window_destroy (GTK_WINDOW (preferences));
  g_settings_reset (shared->settings, "map-symbols");
}

static gboolean
is_datum_row (GtkWidget  *widget,
              const void *data)
{
  return ADW_IS_COMBO_ROW (widget) &&
         g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), "Datum of the own map's tiles");
}

/* A file of images does not say its datum, a map pack does: only the former is asked about. */
static void
test_own_datum (void)
{
  GtkWidget *preferences, *row;

  g_settings_set_string (shared->settings, "map-file", "/nowhere/images.mbtiles");
  preferences = wf_preferences_new (shared->settings);
  gtk_window_present (GTK_WINDOW (preferences));
  row = test_find (preferences, is_datum_row, NULL);
  g_assert_true (gtk_widget_get_visible (row));
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, 0);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  g_assert_cmpint (g_settings_get_enum (shared->settings, "map-file-datum"), ==, WF_DATUM_GCJ02);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 2);
  g_assert_cmpint (g_settings_get_enum (shared->settings, "map-file-datum"), ==, WF_DATUM_BD09);
  gtk_window_destroy (GTK_WINDOW (preferences));

  g_settings_set_string (shared->settings, "map-file", "/nowhere/pack.wfmap");
  preferences = wf_preferences_new (shared->settings);
  gtk_window_present (GTK_WINDOW (preferences));
  g_assert_false (gtk_widget_get_visible (test_find (preferences, is_datum_row, NULL)));
  gtk_window_destroy (GTK_WINDOW (preferences));
  g_settings_reset (shared->settings, "map-file");
  g_settings_reset (shared->settings, "map-file-datum");
}

/* The images of a server, by its address; one that is no address changes nothing. */
static void
test_map_server (void)
{
  GtkWidget *preferences = wf_preferences_new (shared->settings);
  GtkWidget *address, *attribution, *wrong;
  g_autofree char *server = NULL;

  gtk_window_present (GTK_WINDOW (preferences));
  address = test_find (preferences, test_has_name, "Tile server");
  attribution = test_find (preferences, test_has_name, "Attribution of the tile server");
  g_assert_nonnull (address);
  g_assert_nonnull (attribution);

  gtk_editable_set_text (GTK_EDITABLE (address), "ftp://127.0.0.1/{z}/{x}/{y}.png");
  g_signal_emit_by_name (address, "apply");
  wrong = test_find (preferences, test_says, "contains {z}, {x} and {y}");
  g_assert_nonnull (wrong);
  server = g_settings_get_string (shared->settings, "map-server");
  g_assert_cmpstr (server, ==, "");

  /* Nobody answers there: the map that comes with the program stays, and theirs is named. */
  gtk_editable_set_text (GTK_EDITABLE (attribution), "Survey Office, approval 0001");
  gtk_editable_set_text (GTK_EDITABLE (address), "http://127.0.0.1:9/{z}/{x}/{y}.png");
  g_signal_emit_by_name (address, "apply");
  g_free (server);
  server = g_settings_get_string (shared->settings, "map-server");
  g_assert_cmpstr (server, ==, "http://127.0.0.1:9/{z}/{x}/{y}.png");
  g_assert_true (base_has ("Survey Office, approval 0001"));
  g_assert_true (base_has ("GeoNames"));
  gtk_window_destroy (GTK_WINDOW (preferences));

  g_settings_reset (shared->settings, "map-server");
  g_settings_reset (shared->settings, "map-server-attribution");
  g_assert_false (base_has ("Survey Office"));
}

int
main (int   argc,
      char *argv[])
{
  TestDesk desk = { 0 };

  test_ui_init (&argc, &argv);
  shared = &desk;
  test_desk_begin (shared, "duty");

  g_test_add_func ("/ui/map/search", test_search);
  g_test_add_func ("/ui/map/search-places", test_search_places);
  g_test_add_func ("/ui/map/search-divisions", test_search_divisions);
  g_test_add_func ("/ui/map/search-where", test_search_where);
  g_test_add_func ("/ui/map/own-map", test_own_map);
  g_test_add_func ("/ui/map/own-division", test_own_division);
  g_test_add_func ("/ui/map/vector-names", test_vector_names);
  g_test_add_func ("/ui/map/map-size", test_map_size);
  g_test_add_func ("/ui/map/own-symbols", test_own_symbols);
  g_test_add_func ("/ui/map/own-map-datum", test_own_datum);
  g_test_add_func ("/ui/map/map-server", test_map_server);
  g_test_add_func ("/ui/map/replay", test_replay);
  g_test_add_func ("/ui/map/save-map", test_save_map);

  return test_desk_run (shared);
}
