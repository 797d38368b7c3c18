/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-alarms.h"
#include "wf-dialogs.h"
#include "wf-application.h"
#include "wf-incident-dialogs.h"
#include "wf-incident-list.h"
#include "wf-incident-panel.h"
#include "wf-incident-row.h"
#include "wf-intake-panel.h"
#include "wf-kind.h"
#include "wf-link-check.h"
#include "wf-map-view.h"
#include "wf-preferences.h"
#include "wf-strip.h"
#include "wf-json.h"
#include "wf-map-save.h"
#include "wf-replay-bar.h"
#include "wf-thing-panel.h"
#include "wf-time.h"
#include "wf-window-private.h"

#include <sqlite3.h>
#include <string.h>

#include "../tiles/vector-kit.h"

/* The window with a real session and a real service with the demonstration district. */

static TestDesk *shared;

/* --- finding ----------------------------------------------------------------------------------------------------- */

static gpointer
find_type (GType type)
{
  GtkWidget *found = test_find (GTK_WIDGET (shared->window), test_is_of_type, &type);

  g_assert_nonnull (found);

  return found;
}

static gpointer
find_name (const char *name)
{
  GtkWidget *found = test_find (GTK_WIDGET (shared->window), test_has_name, name);

  if (found == NULL)
    g_error ("Nothing in the window is called “%s”", name);

  return found;
}

static gboolean
says (GtkWidget  *widget,
      const void *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static gboolean
window_says (const char *text)
{
  return test_find (GTK_WIDGET (shared->window), says, text) != NULL;
}

static const char *
find_incident (const char *state)
{
  GListModel *incidents = wf_session_list (shared->session, "incident");

  for (guint i = 0; i < g_list_model_get_n_items (incidents); i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (incidents, i);

      if (wf_entity_is (wf_item_get_entity (item), "state", state))
        return wf_item_get_id (item);
    }
  g_error ("No incident is %s", state);
}

static const char *
incident_title (const char *id)
{
  return wf_entity_string (wf_item_get_entity (wf_session_get_item (shared->session, "incident", id)), "title");
}

static gboolean
is_field (GtkWidget  *widget,
          const void *name)
{
  return GTK_IS_EDITABLE (widget) && test_has_name (widget, name);
}

static GtkEditable *
find_field (const char *name)
{
  GtkWidget *found = test_find (GTK_WIDGET (shared->window), is_field, name);

  if (found == NULL)
    g_error ("No field in the window is called “%s”", name);

  return GTK_EDITABLE (found);
}

static void
enter (const char *field,
       const char *text)
{
  gtk_editable_set_text (find_field (field), text);
}

/* --- names and roles --------------------------------------------------------------------------------------------- */

static void
test_names (void)
{
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (find_name ("Incidents, most urgent first")), GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (find_name ("Journal, newest first")), GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (find_name ("Take a report")), GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (find_name ("Video and journal")), GTK_ACCESSIBLE_ROLE_BUTTON);
  g_assert_nonnull (find_name ("Search for anything"));
  g_assert_nonnull (find_name ("Main menu"));
  g_assert_nonnull (find_name ("Map"));
  g_assert_nonnull (find_name ("More actions"));
}

static gboolean
is_nameless (GtkWidget  *widget,
             const void *data)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if (!GTK_IS_BUTTON (widget) || gtk_button_get_icon_name (GTK_BUTTON (widget)) == NULL)
    return FALSE;
  /* GTK's own parts. */
  if (gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL || GTK_IS_SPIN_BUTTON (parent)
      || GTK_IS_MENU_BUTTON (parent) || gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY) == NULL
      || g_str_has_prefix (G_OBJECT_TYPE_NAME (parent), "AdwToast"))
    return FALSE;

  return !gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* Whoever sees an icon only needs its name from somewhere. */
static void
test_icons_have_names (void)
{
  GtkWidget *nameless = test_find (GTK_WIDGET (shared->window), is_nameless, NULL);

  if (nameless != NULL)
    g_error ("The button with the icon %s has no name", gtk_button_get_icon_name (GTK_BUTTON (nameless)));
}

/* --- incidents --------------------------------------------------------------------------------------------------- */

static void
test_incident_row (void)
{
  WfIncidentRow *row = find_type (WF_TYPE_INCIDENT_ROW);
  GtkWidget *list_item = gtk_widget_get_parent (GTK_WIDGET (row));
  g_autofree char *name = wf_incident_row_describe (row);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (list_item), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (list_item), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  /* The most urgent one of the district is the ammonia leak at level II. */
  g_assert_nonnull (strstr (name, "Level II"));
  g_assert_nonnull (strstr (name, " min"));
}

static void
test_select (void)
{
  const char *controlled = find_incident ("controlled");
  const char *responding = find_incident ("responding");

  wf_window_set_incident (shared->window, controlled);
  test_await (window_says (incident_title (controlled)));
  g_assert_cmpstr (wf_item_get_id (wf_window_get_incident_item (shared->window)), ==, controlled);
  test_await (window_says ("Stand down"));

  wf_window_set_incident (shared->window, responding);
  test_await (window_says ("Order forces"));
  test_await (window_says ("Tasks done"));
}

static void
test_card (void)
{
  GListModel *depots = wf_session_list (shared->session, "depot");
  g_autoptr (WfItem) depot = g_list_model_get_item (depots, 0);
  WfThingPanel *panel = find_type (WF_TYPE_THING_PANEL);
  WfMapView *map = find_type (WF_TYPE_MAP_VIEW);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.select", "(ss)", "depot", wf_item_get_id (depot)));
  g_assert_true (wf_thing_panel_get_item (panel) == depot);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (panel)));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (panel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       wf_entity_string (wf_item_get_entity (depot), "name"));
  g_assert_true (window_says ("Stock"));

  /* The way back. */
  g_signal_emit_by_name (panel, "closed");
  test_await (gtk_widget_get_mapped (find_type (WF_TYPE_INCIDENT_PANEL)));
  g_assert_null (wf_thing_panel_get_item (panel));

  /* A click on the empty map lets go of a card, and of nothing else. */
  gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.select", "(ss)", "depot", wf_item_get_id (depot));
  wf_map_view_select (map, NULL, NULL);
  g_assert_null (wf_thing_panel_get_item (panel));
  g_assert_cmpstr (wf_map_view_get_selection_id (map), ==, wf_window_get_incident (shared->window));
  wf_map_view_select (map, NULL, NULL);
  g_assert_cmpstr (wf_map_view_get_selection_id (map), ==, wf_window_get_incident (shared->window));
}

/* --- intake ------------------------------------------------------------------------------------------------------ */

static void
open_intake (void)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.report", NULL));
  test_await (gtk_widget_get_mapped (find_type (WF_TYPE_INTAKE_PANEL)));
}

/* What keeps the window wide: for the message of a test that fails. */
static void
say_wide (GtkWidget *widget,
          int        most,
          int        depth)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int width;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
      if (width > most && depth < 24)
        {
          g_test_message ("%*s%s %s: %d", depth, "", G_OBJECT_TYPE_NAME (child), gtk_widget_get_name (child), width);
          say_wide (child, most, depth + 1);
        }
    }
}

/* Nothing is cut off on a small screen, also where text is twice as large. */
static void
test_fits (void)
{
  static const int dpis[] = { 96, 192 };
  GtkSettings *settings = gtk_settings_get_default ();
  int before;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (dpis); i++)
    {
      int width, height;

      g_object_set (settings, "gtk-xft-dpi", dpis[i] * 1024, NULL);
      test_settle ();
      gtk_widget_measure (GTK_WIDGET (shared->window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
      if (width > 1366)
        say_wide (GTK_WIDGET (shared->window), 300, 0);
      g_assert_cmpint (width, <=, 1366);
      gtk_widget_measure (GTK_WIDGET (shared->window), GTK_ORIENTATION_VERTICAL, 1366, &height, NULL, NULL, NULL);
      g_assert_cmpint (height, <=, 768);
    }
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
  test_settle ();
}

/* A place of a form is clicked on the map: the dialog steps aside and comes back, with the place or as it was. */
static void
test_pick (void)
{
  WfMapView *map = find_type (WF_TYPE_MAP_VIEW);
  WfDialog *dialog = wf_order_dialog_new (shared->context, find_incident ("responding"), NULL, NULL);
  GtkWidget *button = test_find (GTK_WIDGET (dialog), test_is_button, "Pick on the map");
  GtkEditable *field = GTK_EDITABLE (test_find (GTK_WIDGET (dialog), is_field, "Longitude, latitude"));
  gpointer gone = dialog;
  g_autofree char *page = NULL;

  g_assert_nonnull (button);
  g_object_set (shared->window, "page", "response", NULL);
  wf_dialogs_present (shared->window, dialog);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  g_autofree char *before = g_strdup (gtk_editable_get_text (field));

  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog)));
  g_assert_true (wf_map_view_is_picking (map));
  wf_map_view_cancel_pick (map);
  test_await (gtk_widget_get_visible (GTK_WIDGET (dialog)));
  g_assert_cmpstr (gtk_editable_get_text (field), ==, before);

  g_signal_emit_by_name (button, "clicked");
  g_object_get (shared->window, "page", &page, NULL);
  g_assert_cmpstr (page, ==, "situation");
  g_signal_emit_by_name (map, "place-picked", 109.7125, 40.625);
  test_await (gtk_widget_get_visible (GTK_WIDGET (dialog)));
  g_assert_cmpstr (gtk_editable_get_text (field), ==, "109.71250, 40.62500");
  g_free (page);
  g_object_get (shared->window, "page", &page, NULL);
  g_assert_cmpstr (page, ==, "response");

  /* Who asks anew takes the map from who asked before; who goes away while it is asked leaves the map as it was. */
  wf_map_view_cancel_pick (map);
  g_signal_emit_by_name (button, "clicked");
  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_await (gone == NULL && !wf_map_view_is_picking (map));
  g_object_set (shared->window, "page", "situation", NULL);
}

static void
test_intake_draft (void)
{
  WfIntakePanel *panel;
  g_autoptr (GVariant) draft = NULL;

  g_assert_false (wf_intake_has_draft (shared->session));
  open_intake ();
  panel = find_type (WF_TYPE_INTAKE_PANEL);
  g_assert_false (wf_intake_panel_has_draft (panel));
  enter ("What has happened", "S");
  g_assert_true (wf_intake_panel_has_draft (panel));
  draft = wf_session_get_draft (shared->session, "intake");
  g_assert_cmpstr (wf_dict_string (draft, "title"), ==, "S");

  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.close", NULL);
  test_await (!gtk_widget_get_mapped (GTK_WIDGET (panel)));
  g_assert_true (wf_intake_panel_has_draft (panel));

  open_intake ();
  g_assert_cmpstr (gtk_editable_get_text (find_field ("What has happened")), ==, "S");
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.anew", NULL);
  g_assert_cmpstr (gtk_editable_get_text (find_field ("What has happened")), ==, "");
  g_assert_false (wf_intake_panel_has_draft (panel));
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.close", NULL);
}

static void
test_intake_refusals (void)
{
  WfIntakePanel *panel = find_type (WF_TYPE_INTAKE_PANEL);
  guint before = g_list_model_get_n_items (wf_session_list (shared->session, "incident"));

  open_intake ();
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);
  g_assert_true (window_says ("Say in a few words what has happened."));

  enter ("What has happened", "Smoke");
  enter ("Coordinates", "somewhere");
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);
  g_assert_true (window_says ("These coordinates cannot be read."));

  /* What lies elsewhere is doubted while it is typed. */
  enter ("Coordinates", "121.5, 31.2");
  g_assert_true (window_says ("This lies outside of the district. Is it right?"));
  enter ("Coordinates", "109.688, 40.62");
  g_assert_false (window_says ("This lies outside of the district. Is it right?"));

  /* So are longitude and latitude that are named the wrong way round, and one click takes them as they are meant. */
  enter ("Coordinates", "北纬109.688° 东经40.62°");
  g_assert_true (window_says ("There is no such place on earth, but there is with latitude and longitude swapped."));
  GtkWidget *swap = test_find (GTK_WIDGET (panel), test_is_button, "Swap");
  g_assert_true (swap != NULL && gtk_widget_get_visible (swap));
  g_signal_emit_by_name (swap, "clicked");
  g_assert_cmpstr (gtk_editable_get_text (find_field ("Coordinates")), ==, "109.6880°E 40.6200°N");
  g_assert_false (window_says ("There is no such place on earth, but there is with latitude and longitude swapped."));

  enter ("Coordinates", "");
  enter ("Trapped", "a few");
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);
  g_assert_true (window_says ("A count must be a whole number"));

  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.anew", NULL);
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.close", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (wf_session_list (shared->session, "incident")), ==, before);
}

static void
test_intake_send (void)
{
  WfIntakePanel *panel = find_type (WF_TYPE_INTAKE_PANEL);
  int64_t begun = wf_context_now (shared->context);
  g_autoptr (GPtrArray) reports = NULL;
  g_autoptr (GVariant) casualties = NULL;
  g_autoptr (GVariant) caller = NULL;
  WfEntity *incident;
  double lon, lat;

  open_intake ();
  enter ("What has happened", "Gas smell in Test Street");
  enter ("Place", "Test Street 5");
  enter ("Coordinates", "40°37′12″N 109°41′16.8″E");
  enter ("Light", "2");
  enter ("Caller's name", "Li");
  enter ("Caller's telephone", "100-0000-0001");
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);

  test_await (wf_window_get_incident_item (shared->window) != NULL
              && g_strcmp0 (incident_title (wf_window_get_incident (shared->window)), "Gas smell in Test Street") == 0
              && wf_session_get_pending (shared->session) == 0);
  incident = wf_item_get_entity (wf_window_get_incident_item (shared->window));
  g_assert_cmpstr (wf_entity_string (incident, "state"), ==, "reported");
  g_assert_cmpstr (wf_entity_string (incident, "place"), ==, "Test Street 5");
  g_assert_cmpint (wf_entity_time (incident, "t0"), >=, begun - WF_SECOND);
  g_assert_true (wf_entity_point (incident, "location", &lon, &lat));
  g_assert_cmpfloat_with_epsilon (lon, 109.688, 1e-6);
  g_assert_cmpfloat_with_epsilon (lat, 40.62, 1e-6);
  casualties = wf_entity_value (incident, "casualties");
  g_assert_cmpint (wf_dict_int (casualties, "light", -1), ==, 2);
  g_assert_cmpint (wf_dict_int (casualties, "deaths", -1), ==, 0);
  caller = wf_entity_value (incident, "caller");
  g_assert_cmpstr (wf_dict_string (caller, "name"), ==, "Li");

  /* The clocks towards those above run at once, and the panel shows them. */
  reports = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "report", wf_entity_id (incident));
  g_assert_cmpuint (reports->len, >, 0);
  test_await (window_says (wf_entity_string (g_ptr_array_index (reports, 0), "recipient")));
  test_await (!wf_intake_panel_has_draft (panel));
}

/* --- alarms and search ------------------------------------------------------------------------------------------- */

static void
test_alarms (void)
{
  WfAlarms *alarms = wf_window_get_alarms (shared->window);
  GPtrArray *list;

  /* The district begins with a written report that is due in a few minutes. */
  test_await (wf_alarms_get (alarms)->len > 0);
  list = wf_alarms_get (alarms);
  g_assert_nonnull (g_strstr_len (((WfAlarm *) g_ptr_array_index (list, 0))->key, -1, "report:"));
  g_assert_true (wf_alarms_is_sounding (alarms));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.silence", NULL));
  g_assert_false (wf_alarms_is_sounding (alarms));
  g_assert_cmpuint (wf_alarms_get (alarms)->len, >, 0);

  for (guint i = 1; i < list->len; i++)
    g_assert_cmpint (((WfAlarm *) g_ptr_array_index (list, i - 1))->rank, <=, ((WfAlarm *) g_ptr_array_index (list, i))->rank);
}

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

      g_assert_cmpstr (wf_search_hit_get_kind (place), ==, WF_SEARCH_PLACE);
      g_assert_nonnull (strstr (wf_search_hit_get_title (place), "呼和浩特"));
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
  g_assert_cmpstr (wf_item_get_id (wf_thing_panel_get_item (find_type (WF_TYPE_THING_PANEL))), ==, wf_search_hit_get_id (hit));
  g_signal_emit_by_name (find_type (WF_TYPE_THING_PANEL), "closed");
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
  bar = find_type (WF_TYPE_REPLAY_BAR);
  moment = gtk_range_get_adjustment (GTK_RANGE (find_name ("Moment of the replay")));
  test_await (gtk_adjustment_get_upper (moment) - gtk_adjustment_get_lower (moment) > 3 * 3600);
  start = gtk_adjustment_get_lower (moment);
  end = gtk_adjustment_get_upper (moment);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (moment), end, 0.01);

  gtk_adjustment_set_value (moment, start);
  test_await (window_says ("Replay "));
  g_assert_true (window_says ("三岔口险工坍岸"));
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.forward", NULL);
  g_assert_cmpfloat (gtk_adjustment_get_value (moment), >, start);
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.back", NULL);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (moment), start, 0.01);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_name ("How fast it plays")), 3);
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.play", NULL);
  g_assert_nonnull (find_name ("Pause the replay"));
  test_await (gtk_adjustment_get_value (moment) > start + 30);
  gtk_widget_activate_action (GTK_WIDGET (bar), "replay.play", NULL);
  g_assert_nonnull (find_name ("Play the replay"));
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

  wf_map_save_async (shared->context, find_type (WF_TYPE_MAP_VIEW), file, NULL, map_saved_cb, &saved);
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
  WfBaseMap *base = wf_map_view_get_base_map (find_type (WF_TYPE_MAP_VIEW));
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
  test_await (window_says ("A map file is not used") && window_says ("geometry"));
  g_assert_false (base_has ("A lie"));
  g_assert_true (base_has ("GeoNames"));
  g_settings_reset (shared->settings, "map-file");
  g_assert_true (base_has ("GeoNames"));
}

/* How large the map was is known at the next start. */
static void
test_map_size (void)
{
  guint width, height;

  g_settings_reset (shared->settings, "map-size");
  g_object_set (shared->window, "page", "situation", NULL);
  test_await (gtk_widget_get_mapped (find_type (WF_TYPE_MAP_VIEW)) && gtk_widget_get_width (find_type (WF_TYPE_MAP_VIEW)) > 0);
  GtkWidget *map = find_type (WF_TYPE_MAP_VIEW);
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
  WfMapView *map = WF_MAP_VIEW (find_type (WF_TYPE_MAP_VIEW));
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

static gboolean
is_images_row (GtkWidget  *widget,
               const void *data)
{
  return ADW_IS_COMBO_ROW (widget) &&
         g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), "Datum of the server's images");
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
  wrong = test_find (preferences, says, "contains {z}, {x} and {y}");
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

  /* How its images lie is chosen below it, Baidu's own tiles too. */
  GtkWidget *images = test_find (preferences, is_images_row, NULL);
  for (guint i = 4; i-- > 0;)
    {
      adw_combo_row_set_selected (ADW_COMBO_ROW (images), i);
      g_assert_cmpint (g_settings_get_enum (shared->settings, "map-server-datum"), ==, (int) i);
      g_assert_true (base_has ("Survey Office, approval 0001"));
    }
  gtk_window_destroy (GTK_WINDOW (preferences));

  g_settings_reset (shared->settings, "map-server-datum");
  g_settings_reset (shared->settings, "map-server");
  g_settings_reset (shared->settings, "map-server-attribution");
  g_assert_false (base_has ("Survey Office"));
}

/* --- from the end of a response to the archive --------------------------------------------------------------------- */

static gboolean
is_enabled (const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (shared->window), action);
}

static gboolean
list_has (const char *id)
{
  GType type = GTK_TYPE_LIST_VIEW;
  GtkWidget *view = test_find (find_type (WF_TYPE_INCIDENT_LIST), test_is_of_type, &type);
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (view)));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (model, i);

      if (strcmp (wf_item_get_id (item), id) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
test_archive (void)
{
  const char *id = find_incident ("controlled");
  g_autoptr (GVariant) approval = wf_dict_make ("way", wf_value_string ("phone"), "requested_by", wf_value_string ("A"),
                                                "approved_by", wf_value_string ("B"),
                                                "at", wf_value_time (wf_session_now (shared->session)), NULL);

  wf_window_set_incident (shared->window, id);
  test_await (is_enabled ("stand-down"));
  g_assert_false (is_enabled ("archive"));

  g_assert_true (test_submit (shared->session, "response.stand_down",
                              wf_dict_make ("incident", wf_value_string (id), "reason", wf_value_string ("-"),
                                            "approval", approval, NULL), NULL));
  test_await (is_enabled ("review"));
  g_assert_true (test_submit (shared->session, "incident.review",
                              wf_dict_make ("incident", wf_value_string (id), "course", wf_value_string ("-"), NULL), NULL));
  test_await (!is_enabled ("control"));
  test_settle ();
  /* Its final report is still owed: it stays in the list, and nobody is archived away from the scene. */
  g_assert_true (list_has (id));
  g_assert_false (is_enabled ("archive"));
  g_assert_nonnull (wf_dialogs_reason (shared->window, "archive"));

  g_autoptr (GPtrArray) orders = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "order", id);
  for (guint i = 0; i < orders->len; i++)
    {
      static const char *const home[] = { "recalled", "back", NULL };

      for (guint k = 0; home[k] != NULL && !wf_entity_is (orders->pdata[i], "state", "back"); k++)
        test_submit (shared->session, "order.step",
                     wf_dict_make ("order", wf_value_string (wf_entity_id (orders->pdata[i])),
                                   "step", wf_value_string (home[k]), "text", wf_value_string ("-"), NULL), NULL);
    }
  /* The incident itself has not changed; what may be done with it has. */
  test_await (is_enabled ("archive"));
}

static void
set_link (WfEntity   *unit,
          const char *uri)
{
  GVariantBuilder entities;
  g_autoptr (GVariant) patch = wf_dict_make ("video", wf_value_string (uri != NULL ? uri : ""), NULL);
  g_autoptr (GVariant) fields = wf_dict_merge (wf_entity_fields (unit), patch);

  g_variant_builder_init (&entities, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add_value (&entities, wf_dict_make ("kind", wf_value_string ("unit"),
                                                        "id", wf_value_string (wf_entity_id (unit)),
                                                        "fields", fields, NULL));
  test_submit (shared->session, "registry.put", wf_dict_make ("entities", g_variant_builder_end (&entities), NULL), NULL);
}

/* What is put on the video wall stays there: by the list, by keys, at another size, under a name, in turns. */
static void
test_video (void)
{
  GListModel *units = wf_session_list (shared->session, "unit");
  g_autoptr (WfItem) last = g_list_model_get_item (units, g_list_model_get_n_items (units) - 1);
  g_autofree char *names[2] = { NULL };
  g_autofree char *ids[2] = { NULL };
  GtkWidget *list;
  GListModel *links;
  guint before;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.page", "s", "video"));
  list = find_name ("Video links");
  test_await (gtk_widget_get_mapped (list));
  links = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  before = g_list_model_get_n_items (links);
  g_assert_cmpuint (before, >=, 2);

  /* A link that a unit gets, and loses, while one looks. */
  g_autofree char *old = g_strdup (wf_entity_string (wf_item_get_entity (last), "video"));
  set_link (wf_item_get_entity (last), old != NULL ? NULL : "rtsp://127.0.0.1:1/nobody");
  test_await (g_list_model_get_n_items (links) == (old != NULL ? before - 1 : before + 1));
  set_link (wf_item_get_entity (last), old);
  test_await (g_list_model_get_n_items (links) == before);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (links, i);

      ids[i] = g_strdup (wf_item_get_id (item));
      names[i] = g_strdup (wf_entity_string (wf_item_get_entity (item), "name"));
    }
  g_assert_nonnull (find_name ("Tile 4: empty"));

  for (guint i = 0; i < 2; i++)
    gtk_widget_activate_action (list, "list.activate-item", "u", i);
  g_autofree char *both = g_settings_get_string (shared->settings, "video-layout");
  g_auto (GStrv) cells = g_strsplit (both + 2, ",", -1);
  g_assert_true (g_str_has_prefix (both, "4:"));
  g_assert_true (g_strv_contains ((const char *const *) cells, ids[0]) && g_strv_contains ((const char *const *) cells, ids[1]));

  /* Once more is not twice. */
  gtk_widget_activate_action (list, "list.activate-item", "u", 0);
  g_autofree char *same = g_settings_get_string (shared->settings, "video-layout");
  g_assert_cmpstr (same, ==, both);

  /* A group of one's own: chosen in the list, named, and then listed alone. */
  GtkWidget *groups = find_name ("Groups of links");
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (links), 1, TRUE);
  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (groups, GTK_TYPE_MENU_BUTTON)));
  gtk_editable_set_text (find_name ("Name of the group"), "Night round");
  g_signal_emit_by_name (find_name ("Name of the group"), "activate");
  g_assert_cmpuint (g_list_model_get_n_items (links), ==, 1);
  g_autoptr (WfItem) grouped = g_list_model_get_item (links, 0);
  g_assert_cmpstr (wf_item_get_id (grouped), ==, ids[1]);
  g_autofree char *listed = g_settings_get_string (shared->settings, "video-group");
  g_assert_cmpstr (listed, ==, "Night round");

  /* Without it all are listed again. */
  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (groups, GTK_TYPE_MENU_BUTTON)));
  g_signal_emit_by_name (find_name ("Delete the group Night round"), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (links), ==, before);

  /* Under a name, and back from an empty wall. */
  GtkWidget *layouts = find_name ("Layouts");
  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (layouts, GTK_TYPE_MENU_BUTTON)));
  gtk_editable_set_text (find_name ("Name of this layout"), "Gate");
  g_signal_emit_by_name (find_name ("Name of this layout"), "activate");
  g_autoptr (GVariant) kept = g_settings_get_value (shared->settings, "video-layouts");
  const char *gate = NULL;
  g_assert_true (g_variant_lookup (kept, "Gate", "&s", &gate));
  g_assert_cmpstr (gate, ==, both);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *off = g_strdup_printf ("Take %s off the wall", names[i]);

      g_signal_emit_by_name (find_name (off), "clicked");
    }
  g_autofree char *empty = g_settings_get_string (shared->settings, "video-layout");
  g_assert_cmpstr (empty, ==, "4:,,,");

  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (layouts, GTK_TYPE_MENU_BUTTON)));
  g_signal_emit_by_name (find_name ("Gate"), "clicked");
  g_autofree char *back = g_settings_get_string (shared->settings, "video-layout");
  g_assert_cmpstr (back, ==, both);

  /* In turns: one tile shows one after the other, and the wall comes back as it was. */
  g_autofree char *first = g_strdup_printf ("Tile 1: %s", names[0]);
  g_autofree char *second = g_strdup_printf ("Tile 1: %s", names[1]);
  gtk_toggle_button_set_active (find_name ("1 tile"), TRUE);
  gtk_toggle_button_set_active (find_name ("Patrol"), TRUE);
  g_assert_true (window_says ("From link 1 of"));
  g_assert_true ((test_find (GTK_WIDGET (shared->window), test_has_name, first) != NULL) !=
                 (test_find (GTK_WIDGET (shared->window), test_has_name, second) != NULL));

  /* Each for as long as one has chosen: the other one comes by itself, and not before. */
  const char *next = test_find (GTK_WIDGET (shared->window), test_has_name, first) != NULL ? second : first;
  GtkSpinButton *dwell = GTK_SPIN_BUTTON (find_name ("Seconds of each turn"));
  double kept_dwell = gtk_spin_button_get_value (dwell);
  gint64 began = g_get_monotonic_time ();
  gtk_spin_button_set_value (dwell, 5);
  test_await (test_find (GTK_WIDGET (shared->window), test_has_name, next) != NULL);
  g_assert_cmpint (g_get_monotonic_time () - began, >, 3 * G_USEC_PER_SEC);
  gtk_spin_button_set_value (dwell, kept_dwell);
  gtk_toggle_button_set_active (find_name ("Patrol"), FALSE);
  g_assert_false (window_says ("From link"));

  g_settings_reset (shared->settings, "video-layout");
  g_settings_reset (shared->settings, "video-layouts");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.page", "s", "situation"));
}

/* A page that is gone to has the focus, wherever that was before. */
static void
test_page_focus (void)
{
  static const char *const pages[] = { "response", "resources", "video", "situation" };
  GtkWidget *menu = find_name ("Main menu");

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      gtk_widget_child_focus (menu, GTK_DIR_TAB_FORWARD);
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.page", "s", pages[i]));
      GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (shared->window));
      g_assert_nonnull (focus);
      g_assert_true (gtk_widget_is_ancestor (focus, wf_window_get_page (shared->window, pages[i])));
    }
}

/* Sends a key's shortcut to a widget. */
static gboolean
press_shortcut (GtkWidget  *widget,
                const char *key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *keys = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_has_prefix (keys, key))
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget, NULL);
        }
    }

  return FALSE;
}

/* Tab goes past the list of groups and leaves selected what was. */
static void
test_tab_leaves (void)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.page", "s", "response"));
  GtkWidget *page = wf_window_get_page (shared->window, "response");
  GType type = GTK_TYPE_LIST_BOX;
  GtkWidget *list = test_find (page, test_is_of_type, &type);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (list));

  gtk_widget_grab_focus (GTK_WIDGET (row));
  g_assert_true (press_shortcut (list, "Tab"));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (shared->window));
  g_assert_true (focus != NULL && !gtk_widget_is_ancestor (focus, list) && gtk_widget_is_ancestor (focus, page));
  g_assert_true (gtk_list_box_get_selected_row (GTK_LIST_BOX (list)) == row);
  g_assert_true (gtk_widget_get_can_focus (list));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.page", "s", "situation"));
}

/* The nearest part of the page, as its template marks it, that has the focus in it. */
static GtkWidget *
part_in_focus (void)
{
  GtkWidget *widget = gtk_window_get_focus (GTK_WINDOW (shared->window));

  while (widget != NULL && !gtk_widget_has_css_class (widget, "wf-part"))
    widget = gtk_widget_get_parent (widget);

  return widget;
}

/* F7 goes once round the parts of a page, and Shift+F7 back. */
static void
test_parts (void)
{
  GtkWidget *window = GTK_WIDGET (shared->window);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_assert_true (gtk_widget_activate_action (window, "win.page", "s", "response"));
  for (guint i = 0; i < 10; i++)
    {
      g_assert_true (gtk_widget_activate_action (window, "win.next-part", NULL));
      GtkWidget *part = part_in_focus ();
      g_assert_nonnull (part);
      if (parts->len > 0 && part == parts->pdata[0])
        break;
      g_assert_false (g_ptr_array_find (parts, part, NULL));
      g_ptr_array_add (parts, part);
    }

  /* What can be done, the groups, the tasks' filters, the tasks, and what is beside them. */
  g_assert_cmpuint (parts->len, >=, 4);
  g_assert_true (part_in_focus () == parts->pdata[0]);
  g_assert_true (gtk_widget_activate_action (window, "win.previous-part", NULL));
  g_assert_true (part_in_focus () == parts->pdata[parts->len - 1]);
  g_assert_true (gtk_window_get_focus_visible (GTK_WINDOW (window)));
  g_assert_true (gtk_widget_activate_action (window, "win.page", "s", "situation"));
}

static GtkWidget *
find_check (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (WF_IS_LINK_CHECK (toplevel))
        return toplevel;
    }

  return NULL;
}

static gboolean
log_says (const char *text)
{
  g_autoptr (GPtrArray) log = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "log", NULL);

  for (guint i = 0; i < log->len; i++)
    {
      const char *said = wf_entity_string (log->pdata[i], "text");

      if (said != NULL && strstr (said, text) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* Before a drill: every link, once; stopped; the result goes into the log. */
static void
test_link_check (void)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.links-check", NULL));
  GtkWidget *window = find_check ();
  g_assert_nonnull (window);
  test_await (gtk_widget_get_mapped (window));

  WfVideoCheck *check = wf_link_check_get_check (WF_LINK_CHECK (window));
  g_assert_true (wf_video_check_is_running (check));
  g_assert_cmpuint (wf_video_check_count (check, WF_VIDEO_TRIAL_RUNNING), <=, WF_VIDEO_CHECK_AT_ONCE);
  g_assert_cmpuint (g_list_model_get_n_items (wf_video_check_get_trials (check)), >=, 2);

  /* Asked for again, it is the same window. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.links-check", NULL));
  g_assert_true (find_check () == window);

  GtkWidget *note = test_find (window, test_is_button, "Note it in the log");
  g_assert_false (gtk_widget_get_sensitive (note));
  g_signal_emit_by_name (test_find (window, test_is_button, "Stop the check"), "clicked");
  g_assert_false (wf_video_check_is_running (check));
  g_assert_true (gtk_widget_get_sensitive (note));
  g_signal_emit_by_name (note, "clicked");
  test_await (log_says ("Check of the video links") && wf_session_get_pending (shared->session) == 0);
  g_assert_false (gtk_widget_get_sensitive (note));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  TestDesk desk = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  wf_ui_init ();
  shared = &desk;
  test_desk_open (shared, "duty", NULL, TRUE);
  test_desk_show (shared);
  test_await (wf_window_get_incident (shared->window) != NULL);

  g_test_add_func ("/ui/window/alarms", test_alarms);
  g_test_add_func ("/ui/window/names", test_names);
  g_test_add_func ("/ui/window/icons-have-names", test_icons_have_names);
  g_test_add_func ("/ui/window/incident-row", test_incident_row);
  g_test_add_func ("/ui/window/select", test_select);
  g_test_add_func ("/ui/window/card", test_card);
  g_test_add_func ("/ui/window/own-map", test_own_map);
  g_test_add_func ("/ui/window/vector-names", test_vector_names);
  g_test_add_func ("/ui/window/map-size", test_map_size);
  g_test_add_func ("/ui/window/own-symbols", test_own_symbols);
  g_test_add_func ("/ui/window/own-map-datum", test_own_datum);
  g_test_add_func ("/ui/window/map-server", test_map_server);
  g_test_add_func ("/ui/window/replay", test_replay);
  g_test_add_func ("/ui/window/save-map", test_save_map);
  g_test_add_func ("/ui/window/search", test_search);
  g_test_add_func ("/ui/window/search-places", test_search_places);
  g_test_add_func ("/ui/window/pick", test_pick);
  g_test_add_func ("/ui/window/fits", test_fits);
  g_test_add_func ("/ui/intake/draft", test_intake_draft);
  g_test_add_func ("/ui/intake/refusals", test_intake_refusals);
  g_test_add_func ("/ui/intake/send", test_intake_send);
  g_test_add_func ("/ui/window/video", test_video);
  g_test_add_func ("/ui/window/page-focus", test_page_focus);
  g_test_add_func ("/ui/window/tab-leaves", test_tab_leaves);
  g_test_add_func ("/ui/window/parts", test_parts);
  g_test_add_func ("/ui/window/link-check", test_link_check);
  g_test_add_func ("/ui/window/archive", test_archive);
  status = g_test_run ();

  WfContext *context = g_object_ref (shared->context);

  test_desk_close (shared);
  g_assert_finalize_object (context);

  return status;
}
