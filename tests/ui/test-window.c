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
#include "wf-strip.h"
#include "wf-thing-panel.h"
#include "wf-time.h"
#include "wf-window-private.h"

#include <string.h>

/* The window with a real session and a real service with the demonstration district. */

static TestDesk *shared;

/* --- finding ----------------------------------------------------------------------------------------------------- */

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
  static const struct
  {
    const char       *name;
    GtkAccessibleRole role;
  } named[] = {
    { "Incidents, most urgent first", GTK_ACCESSIBLE_ROLE_LIST },
    { "Journal, newest first", GTK_ACCESSIBLE_ROLE_LIST },
    { "Take a report", GTK_ACCESSIBLE_ROLE_BUTTON },
    { "Video and journal", GTK_ACCESSIBLE_ROLE_BUTTON },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    gtk_test_accessible_assert_role (GTK_ACCESSIBLE (test_desk_find_name (shared, named[i].name)), named[i].role);
  g_assert_nonnull (test_desk_find_name (shared, "Search for anything"));
  g_assert_nonnull (test_desk_find_name (shared, "Main menu"));
  g_assert_nonnull (test_desk_find_name (shared, "Map"));
  g_assert_nonnull (test_desk_find_name (shared, "More actions"));
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
  WfIncidentRow *row = test_desk_find_type (shared, WF_TYPE_INCIDENT_ROW);
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
  test_await (test_desk_says (shared, incident_title (controlled)));
  g_assert_cmpstr (wf_item_get_id (wf_window_get_incident_item (shared->window)), ==, controlled);
  test_await (test_desk_says (shared, "Stand down"));

  wf_window_set_incident (shared->window, responding);
  test_await (test_desk_says (shared, "Order forces"));
  test_await (test_desk_says (shared, "Tasks done"));
}

static void
test_card (void)
{
  GListModel *depots = wf_session_list (shared->session, "depot");
  g_autoptr (WfItem) depot = g_list_model_get_item (depots, 0);
  WfThingPanel *panel = test_desk_find_type (shared, WF_TYPE_THING_PANEL);
  WfMapView *map = test_desk_find_type (shared, WF_TYPE_MAP_VIEW);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.select", "(ss)", "depot", wf_item_get_id (depot)));
  g_assert_true (wf_thing_panel_get_item (panel) == depot);
  test_await (gtk_widget_get_mapped (GTK_WIDGET (panel)));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (panel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       wf_entity_string (wf_item_get_entity (depot), "name"));
  g_assert_true (test_desk_says (shared, "Stock"));

  /* The way back. */
  g_signal_emit_by_name (panel, "closed");
  test_await (gtk_widget_get_mapped (test_desk_find_type (shared, WF_TYPE_INCIDENT_PANEL)));
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
  test_await (gtk_widget_get_mapped (test_desk_find_type (shared, WF_TYPE_INTAKE_PANEL)));
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
  WfMapView *map = test_desk_find_type (shared, WF_TYPE_MAP_VIEW);
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
  panel = test_desk_find_type (shared, WF_TYPE_INTAKE_PANEL);
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
  WfIntakePanel *panel = test_desk_find_type (shared, WF_TYPE_INTAKE_PANEL);
  guint before = g_list_model_get_n_items (wf_session_list (shared->session, "incident"));

  open_intake ();
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);
  g_assert_true (test_desk_says (shared, "Say in a few words what has happened."));

  enter ("What has happened", "Smoke");
  enter ("Coordinates", "somewhere");
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);
  g_assert_true (test_desk_says (shared, "These coordinates cannot be read."));

  /* What lies elsewhere is doubted while it is typed. */
  enter ("Coordinates", "121.5, 31.2");
  g_assert_true (test_desk_says (shared, "This lies outside of the district. Is it right?"));
  enter ("Coordinates", "109.688, 40.62");
  g_assert_false (test_desk_says (shared, "This lies outside of the district. Is it right?"));

  /* So are longitude and latitude that are named the wrong way round, and one click takes them as they are meant. */
  enter ("Coordinates", "北纬109.688° 东经40.62°");
  g_assert_true (test_desk_says (shared, "There is no such place on earth, but there is with latitude and longitude swapped."));
  GtkWidget *swap = test_find (GTK_WIDGET (panel), test_is_button, "Swap");
  g_assert_true (swap != NULL && gtk_widget_get_visible (swap));
  g_signal_emit_by_name (swap, "clicked");
  g_assert_cmpstr (gtk_editable_get_text (find_field ("Coordinates")), ==, "109.6880°E 40.6200°N");
  g_assert_false (test_desk_says (shared, "There is no such place on earth, but there is with latitude and longitude swapped."));

  enter ("Coordinates", "");
  enter ("Trapped", "a few");
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.send", NULL);
  g_assert_true (test_desk_says (shared, "A count must be a whole number"));

  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.anew", NULL);
  gtk_widget_activate_action (GTK_WIDGET (panel), "intake.close", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (wf_session_list (shared->session, "incident")), ==, before);
}

static void
test_intake_send (void)
{
  WfIntakePanel *panel = test_desk_find_type (shared, WF_TYPE_INTAKE_PANEL);
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
  test_await (test_desk_says (shared, wf_entity_string (g_ptr_array_index (reports, 0), "recipient")));
  test_await (!wf_intake_panel_has_draft (panel));
}

/* --- alarms ------------------------------------------------------------------------------------------------------ */

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
  GtkWidget *view = test_find (test_desk_find_type (shared, WF_TYPE_INCIDENT_LIST), test_is_of_type, &type);
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
  list = test_desk_find_name (shared, "Video links");
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
  g_assert_nonnull (test_desk_find_name (shared, "Tile 4: empty"));

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
  GtkWidget *groups = test_desk_find_name (shared, "Groups of links");
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (links), 1, TRUE);
  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (groups, GTK_TYPE_MENU_BUTTON)));
  gtk_editable_set_text (test_desk_find_name (shared, "Name of the group"), "Night round");
  g_signal_emit_by_name (test_desk_find_name (shared, "Name of the group"), "activate");
  g_assert_cmpuint (g_list_model_get_n_items (links), ==, 1);
  g_autoptr (WfItem) grouped = g_list_model_get_item (links, 0);
  g_assert_cmpstr (wf_item_get_id (grouped), ==, ids[1]);
  g_autofree char *listed = g_settings_get_string (shared->settings, "video-group");
  g_assert_cmpstr (listed, ==, "Night round");

  /* Without it all are listed again. */
  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (groups, GTK_TYPE_MENU_BUTTON)));
  g_signal_emit_by_name (test_desk_find_name (shared, "Delete the group Night round"), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (links), ==, before);

  /* Under a name, and back from an empty wall. */
  GtkWidget *layouts = test_desk_find_name (shared, "Layouts");
  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (layouts, GTK_TYPE_MENU_BUTTON)));
  gtk_editable_set_text (test_desk_find_name (shared, "Name of this layout"), "Gate");
  g_signal_emit_by_name (test_desk_find_name (shared, "Name of this layout"), "activate");
  g_autoptr (GVariant) kept = g_settings_get_value (shared->settings, "video-layouts");
  const char *gate = NULL;
  g_assert_true (g_variant_lookup (kept, "Gate", "&s", &gate));
  g_assert_cmpstr (gate, ==, both);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *off = g_strdup_printf ("Take %s off the wall", names[i]);

      g_signal_emit_by_name (test_desk_find_name (shared, off), "clicked");
    }
  g_autofree char *empty = g_settings_get_string (shared->settings, "video-layout");
  g_assert_cmpstr (empty, ==, "4:,,,");

  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (layouts, GTK_TYPE_MENU_BUTTON)));
  g_signal_emit_by_name (test_desk_find_name (shared, "Gate"), "clicked");
  g_autofree char *back = g_settings_get_string (shared->settings, "video-layout");
  g_assert_cmpstr (back, ==, both);

  /* In turns: one tile shows one after the other, and the wall comes back as it was. */
  g_autofree char *first = g_strdup_printf ("Tile 1: %s", names[0]);
  g_autofree char *second = g_strdup_printf ("Tile 1: %s", names[1]);
  gtk_toggle_button_set_active (test_desk_find_name (shared, "1 tile"), TRUE);
  gtk_toggle_button_set_active (test_desk_find_name (shared, "Patrol"), TRUE);
  g_assert_true (test_desk_says (shared, "From link 1 of"));
  g_assert_true ((test_find (GTK_WIDGET (shared->window), test_has_name, first) != NULL) !=
                 (test_find (GTK_WIDGET (shared->window), test_has_name, second) != NULL));

  /* Each for as long as one has chosen: the other one comes by itself, and not before. */
  const char *next = test_find (GTK_WIDGET (shared->window), test_has_name, first) != NULL ? second : first;
  GtkSpinButton *dwell = GTK_SPIN_BUTTON (test_desk_find_name (shared, "Seconds of each turn"));
  double kept_dwell = gtk_spin_button_get_value (dwell);
  gint64 began = g_get_monotonic_time ();
  gtk_spin_button_set_value (dwell, 5);
  test_await (test_find (GTK_WIDGET (shared->window), test_has_name, next) != NULL);
  g_assert_cmpint (g_get_monotonic_time () - began, >, 3 * G_USEC_PER_SEC);
  gtk_spin_button_set_value (dwell, kept_dwell);
  gtk_toggle_button_set_active (test_desk_find_name (shared, "Patrol"), FALSE);
  g_assert_false (test_desk_says (shared, "From link"));

  g_settings_reset (shared->settings, "video-layout");
  g_settings_reset (shared->settings, "video-layouts");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (shared->window), "win.page", "s", "situation"));
}

/* A page that is gone to has the focus, wherever that was before. */
static void
test_page_focus (void)
{
  static const char *const pages[] = { "response", "resources", "video", "situation" };
  GtkWidget *menu = test_desk_find_name (shared, "Main menu");

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

static void
close_dialogs (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (toplevels); i > 0; i--)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i - 1);

      if (WF_IS_DIALOG (toplevel))
        gtk_window_destroy (toplevel);
    }
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

static gboolean
sends_report (GtkWidget  *widget,
              const void *data)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget)
         && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), "win.report-send") == 0;
}

/* A button that has done its work is gone, as that of a report which was sent from a dialog: what stands there now has the
 * focus. */
static void
test_focus_goes_back (void)
{
  GtkWidget *window = GTK_WIDGET (shared->window);

  wf_window_set_incident (shared->window, find_incident ("responding"));
  GtkWidget *panel = test_desk_find_type (shared, WF_TYPE_INCIDENT_PANEL);
  test_await (test_find (panel, sends_report, NULL) != NULL);
  GtkWidget *button = test_find (panel, sends_report, NULL);
  gpointer gone = button;
  g_autoptr (GVariant) report = g_variant_ref (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)));

  g_assert_true (gtk_widget_grab_focus (button));
  g_object_add_weak_pointer (G_OBJECT (button), &gone);
  g_assert_true (gtk_widget_activate_action (window, "win.report-send", "s", g_variant_get_string (report, NULL)));
  g_assert_true (test_submit (shared->session, "report.send",
                              wf_dict_make ("report", report, "taken_by", wf_value_string ("Sun"), "text", wf_value_string ("-"),
                                            NULL), NULL));
  test_await (gone == NULL);
  test_settle ();

  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_get_mapped (focus) && gtk_widget_is_ancestor (focus, panel));
  close_dialogs ();

  /* A whole page's part goes: its page has the focus. */
  open_intake ();
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (find_field ("What has happened"))));
  gtk_widget_activate_action (test_desk_find_type (shared, WF_TYPE_INTAKE_PANEL), "intake.close", NULL);
  test_settle ();
  focus = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_get_mapped (focus));
  g_assert_true (gtk_widget_is_ancestor (focus, wf_window_get_page (shared->window, "situation")));
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

  test_ui_init (&argc, &argv);
  shared = &desk;
  test_desk_begin (shared, "duty");

  g_test_add_func ("/ui/window/alarms", test_alarms);
  g_test_add_func ("/ui/window/names", test_names);
  g_test_add_func ("/ui/window/icons-have-names", test_icons_have_names);
  g_test_add_func ("/ui/window/incident-row", test_incident_row);
  g_test_add_func ("/ui/window/select", test_select);
  g_test_add_func ("/ui/window/card", test_card);
  g_test_add_func ("/ui/window/pick", test_pick);
  g_test_add_func ("/ui/window/fits", test_fits);
  g_test_add_func ("/ui/intake/draft", test_intake_draft);
  g_test_add_func ("/ui/intake/refusals", test_intake_refusals);
  g_test_add_func ("/ui/intake/send", test_intake_send);
  g_test_add_func ("/ui/window/video", test_video);
  g_test_add_func ("/ui/window/page-focus", test_page_focus);
  g_test_add_func ("/ui/window/tab-leaves", test_tab_leaves);
  g_test_add_func ("/ui/window/parts", test_parts);
  g_test_add_func ("/ui/window/focus-goes-back", test_focus_goes_back);
  g_test_add_func ("/ui/window/link-check", test_link_check);
  g_test_add_func ("/ui/window/archive", test_archive);

  return test_desk_run (shared);
}
