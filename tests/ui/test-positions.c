/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-desk.h"
#include "ui-testing.h"
#include "wf-application.h"
#include "wf-context.h"
#include "wf-incident-panel.h"
#include "wf-kind.h"
#include "wf-map-binder-private.h"
#include "wf-panel-cards.h"
#include "wf-position-settings.h"
#include "wf-thing-panel.h"
#include "wf-time.h"

#include <string.h>

/* How old a position may be: what the centre sets, and what the screens make of it. A real service, a desk that may set it and
 * a person who may not. */

typedef TestDesk Fixture;

static GtkWidget *window;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  test_desk_open (self, "desk-1", NULL, FALSE);
  window = gtk_window_new ();
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (window));
  test_settle ();
  test_desk_close (self);
}

static void
show (Fixture   *self,
      GtkWidget *child)
{
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  test_await (gtk_widget_get_mapped (child));
}

/* A drone that was seen so many seconds ago. */
static void
enter_drone (Fixture    *self,
             const char *state)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string ("一号无人机"), "type", wf_value_string ("drone"),
                                              "state", wf_value_string (state), NULL);

  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("unit"), "id", wf_value_string ("unit-1"),
                                          "fields", fields, NULL));
  g_assert_true (test_submit (self->session, "registry.put",
                              wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
  test_await (wf_session_get_pending (self->session) == 0);
}

static void
see_drone (Fixture *self,
           int64_t  ago)
{
  WfPosition position = { 109.9, 40.6, 90, 10, wf_session_now (self->session) - ago * 1000 };

  wf_session_report_position (self->session, "unit-1", &position);
}

static gboolean
is_label_with (GtkWidget  *widget,
               const void *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static gboolean
has_seconds (GtkWidget  *widget,
             const void *type)
{
  return GTK_IS_SPIN_BUTTON (widget) && g_str_has_prefix (gtk_widget_get_name (widget), "seconds-")
         && g_str_equal (gtk_widget_get_name (widget) + strlen ("seconds-"), type);
}

static GtkSpinButton *
find_seconds (GtkWidget  *settings,
              const char *type)
{
  GtkWidget *found = test_find (settings, has_seconds, type);

  g_assert_nonnull (found);
  return GTK_SPIN_BUTTON (found);
}

static GtkWidget *
find_set (GtkWidget *settings)
{
  GtkWidget *found = test_find (settings, test_is_button, "_Set");

  g_assert_nonnull (found);
  return found;
}

static void
set_drone (GtkWidget *settings,
           int        seconds)
{
  GtkWidget *set = find_set (settings);

  gtk_spin_button_set_value (find_seconds (settings, "drone"), seconds);
  g_assert_true (gtk_widget_get_sensitive (set));
  g_signal_emit_by_name (set, "clicked");
  test_await (!gtk_widget_get_sensitive (set) && gtk_widget_get_sensitive (GTK_WIDGET (find_seconds (settings, "drone"))));
}

static int
setting_of (WfSession *session)
{
  g_autoptr (WfEntity) setting = wf_state_get (wf_session_get_state (session), WF_LIVE, "telemetry", "drone");

  return (int) wf_entity_int (setting, "stale_seconds", 0);
}

/* What is set here is the centre's: it is sent, it holds at another desk, and what somebody else sets is seen here. */
static void
test_set (Fixture       *self,
          gconstpointer  data)
{
  GtkWidget *settings = wf_position_settings_new (self->session);
  g_autofree char *folder = g_build_filename (self->folder, "far", NULL);
  WfSession *far = test_session_online (test_service_uri (self->service), test_service_token (self->service), folder);

  show (self, settings);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (find_seconds (settings, "drone")), ==, 10);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (find_seconds (settings, "body_camera")), ==, 60);
  g_assert_false (gtk_widget_get_sensitive (find_set (settings)));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (find_set (settings)), ==, "Nothing was changed.");

  set_drone (settings, 45);
  test_await (setting_of (far) == 45);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (find_seconds (settings, "drone")), ==, 45);

  /* A number that is being edited stays, the others follow. */
  gtk_spin_button_set_value (find_seconds (settings, "command"), 77);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) fields = wf_dict_make ("stale_seconds", wf_value_int (20), NULL);
  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("telemetry"), "id", wf_value_string ("drone"),
                                          "fields", fields, NULL));
  g_assert_true (test_submit (far, "registry.put", wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
  test_await (gtk_spin_button_get_value_as_int (find_seconds (settings, "drone")) == 20);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (find_seconds (settings, "command")), ==, 77);

  test_session_end (far);
}

/* Who may not set it sees it, and who may. */
static void
test_rights (Fixture       *self,
             gconstpointer  data)
{
  g_autofree char *folder = g_build_filename (self->folder, "far", NULL);

  test_person_add (self->service, "Zhao", "operator");
  g_autofree char *token = test_person_sign_in (self->service, "Zhao");
  WfSession *far = test_session_online (test_service_uri (self->service), token, folder);
  GtkWidget *settings = wf_position_settings_new (far);

  show (self, settings);
  GtkWidget *seconds = GTK_WIDGET (find_seconds (settings, "drone"));
  g_assert_false (gtk_widget_get_sensitive (seconds));
  g_assert_false (gtk_widget_get_sensitive (find_set (settings)));
  g_assert_nonnull (gtk_widget_get_tooltip_text (seconds));
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (seconds), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (seconds), ==, gtk_widget_get_tooltip_text (find_set (settings)));

  gtk_window_set_child (GTK_WINDOW (window), NULL);
  test_settle ();
  test_session_end (far);
}

/* The card says so when a position is too old to go by, and no longer when another has come, or when more is allowed. */
static void
test_card (Fixture       *self,
           gconstpointer  data)
{
  GtkWidget *panel = wf_thing_panel_new (self->context);

  enter_drone (self, "under_way");
  see_drone (self, 15);
  test_await (wf_session_get_position (self->session, "unit-1", &(WfPosition) { 0 }));
  g_autoptr (WfItem) item = wf_session_get_item (self->session, "unit", "unit-1");
  wf_thing_panel_set_item (WF_THING_PANEL (panel), item);
  show (self, panel);
  test_await (test_find (panel, is_label_with, "out of date") != NULL);

  see_drone (self, 0);
  test_await (test_find (panel, is_label_with, "out of date") == NULL && test_find (panel, is_label_with, " ago") != NULL);

  /* It grows old by itself. */
  test_await (test_find (panel, is_label_with, "out of date") != NULL);

  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) fields = wf_dict_make ("stale_seconds", wf_value_int (3600), NULL);
  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("telemetry"), "id", wf_value_string ("drone"),
                                          "fields", fields, NULL));
  g_assert_true (test_submit (self->session, "registry.put", wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
  test_await (test_find (panel, is_label_with, "out of date") == NULL);
  g_clear_object (&item);
}

static void
enter_tank (Fixture *self)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) firm = wf_dict_make ("name", wf_value_string ("北方化工"),
                                            "credit_code", wf_value_string ("91350100M000100Y43"), NULL);
  g_autoptr (GVariant) tank = wf_dict_make ("name", wf_value_string ("氨罐"), "substance", wf_value_string ("氨"),
                                            "level", wf_value_int (2), "firm", wf_value_string ("firm-9"), NULL);

  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("firm"), "id", wf_value_string ("firm-9"),
                                          "fields", firm, NULL));
  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("hazard_source"), "id", wf_value_string ("tank-1"),
                                          "fields", tank, NULL));
  g_assert_true (test_submit (self->session, "registry.put",
                              wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
  test_await (wf_session_get_pending (self->session) == 0);
}

static void
read_tank (Fixture    *self,
           const char *quantity,
           int64_t     ago,
           double      value)
{
  g_autofree char *at = wf_time_format (wf_session_now (self->session) - ago * WF_SECOND);
  g_autofree char *body = g_strdup_printf ("{\"scope\":\"live\",\"readings\":[{\"source\":\"tank-1\",\"quantity\":\"%s\","
                                           "\"at\":\"%s\",\"value\":%g}]}", quantity, at, value);

  test_service_post (self->service, "/api/v1/telemetry", body);
}

/* The card of a hazard source says what its sensors read, in which unit, how long ago, and when that is too old to go by. */
static void
test_readings (Fixture       *self,
               gconstpointer  data)
{
  GtkWidget *panel = wf_thing_panel_new (self->context);
  GtkWidget *found;

  enter_tank (self);
  g_autoptr (WfItem) item = wf_session_get_item (self->session, "hazard_source", "tank-1");
  wf_thing_panel_set_item (WF_THING_PANEL (panel), item);
  show (self, panel);
  g_assert_null (test_find (panel, is_label_with, "ammonia"));

  /* It comes while one looks; gas is too old after a minute, the wind is not. */
  read_tank (self, "ammonia", 90, 35);
  read_tank (self, "wind_speed", 90, 4.5);
  test_await (test_find (panel, is_label_with, "35 ppm") != NULL && test_find (panel, is_label_with, "4.5 m/s") != NULL);
  g_assert_nonnull (test_find (panel, is_label_with, "ammonia"));
  found = test_find (panel, is_label_with, "35 ppm");
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (found)), "out of date"));
  g_assert_true (gtk_widget_has_css_class (found, "wf-late"));
  found = test_find (panel, is_label_with, "4.5 m/s");
  g_assert_null (strstr (gtk_label_get_text (GTK_LABEL (found)), "out of date"));
  g_assert_false (gtk_widget_has_css_class (found, "wf-late"));

  read_tank (self, "ammonia", 0, 12);
  test_await (test_find (panel, is_label_with, "12 ppm") != NULL);
  found = test_find (panel, is_label_with, "12 ppm");
  g_assert_false (gtk_widget_has_css_class (found, "wf-late"));
  g_assert_null (test_find (panel, is_label_with, "35 ppm"));

  /* The centre may say how long a quantity is good for. */
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) fields = wf_dict_make ("stale_seconds", wf_value_int (1), NULL);
  g_ptr_array_add (entries, wf_dict_make ("kind", wf_value_string ("telemetry"), "id", wf_value_string ("wind_speed"),
                                          "fields", fields, NULL));
  g_assert_true (test_submit (self->session, "registry.put", wf_dict_make ("entities", wf_value_objects (entries), NULL), NULL));
  test_await (gtk_widget_has_css_class (test_find (panel, is_label_with, "4.5 m/s"), "wf-late"));

  /* By its credit code other centres know a firm. */
  g_autoptr (WfItem) firm = wf_session_get_item (self->session, "firm", "firm-9");
  wf_thing_panel_set_item (WF_THING_PANEL (panel), firm);
  g_assert_nonnull (test_find (panel, is_label_with, "91350100M000100Y43"));
  g_assert_null (test_find (panel, is_label_with, "ppm"));
}

static guint
count_readings (WfSession  *session,
                const char *source)
{
  g_autoptr (GArray) readings = wf_session_get_readings (session, source);

  return readings->len;
}

/* What a drone tells of its camera goes from one desk over the service to the map; what is old is worse than nothing. */
static void
test_camera (Fixture       *self,
             gconstpointer  data)
{
  WfMapUnit mark = { .view_angle = 50, .heading = 10 };

  enter_drone (self, "under_way");
  g_autoptr (WfItem) item = wf_session_get_item (self->session, "unit", "unit-1");
  WfEntity *drone = wf_item_get_entity (item);
  int64_t now = wf_session_now (self->session);
  WfReading camera[] = { { "unit-1", "camera_bearing", now, 123 }, { "unit-1", "camera_tilt", now, -30 },
                         { "unit-1", "camera_view", now, 62 } };

  wf_map_binder_find_view (self->session, drone, now, &mark);
  g_assert_false (mark.has_bearing);
  g_assert_cmpfloat (mark.view_angle, ==, 50);

  wf_session_report_readings (self->session, camera, G_N_ELEMENTS (camera));
  test_await (count_readings (self->session, "unit-1") == G_N_ELEMENTS (camera));
  wf_map_binder_find_view (self->session, drone, now + 5000, &mark);
  g_assert_true (mark.has_bearing);
  g_assert_cmpfloat (mark.bearing, ==, 123);
  g_assert_cmpfloat (mark.view_angle, ==, 62);

  mark.view_angle = 50;
  wf_map_binder_find_view (self->session, drone, now + 11000, &mark);
  g_assert_cmpfloat (mark.bearing, <, 0);
  g_assert_cmpfloat (mark.view_angle, ==, 50);
}

static void
step (Fixture    *self,
      const char *step)
{
  g_assert_true (test_submit (self->session, "order.step",
                              wf_dict_make ("order", wf_value_string ("o-1"), "step", wf_value_string (step), NULL), NULL));
}

static GtkWidget *
fill_forces (Fixture   *self,
             GtkWidget *box)
{
  g_autoptr (WfEntity) incident = wf_state_get (wf_session_get_state (self->session), WF_LIVE, "incident", "i-1");

  wf_panel_fill_forces (GTK_BOX (box), self->context, incident, 9);

  return box;
}

static gboolean
is_named (GtkWidget  *widget,
          const void *text)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_has_css_class (widget, "wf-row")
         && gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text) == NULL;
}

/* A force's row in the card of an incident: what it has come to, how far it still is, and when that is no longer known. */
static void
test_force_row (Fixture       *self,
                gconstpointer  data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *found;

  enter_drone (self, "standby");
  show (self, box);
  g_assert_true (test_submit (self->session, "incident.report",
                              wf_dict_make ("incident", wf_value_string ("i-1"), "title", wf_value_string ("草场起火"),
                                            "t0", wf_value_time (wf_session_now (self->session)),
                                            "location", wf_value_point (109.9, 40.7), NULL), NULL));
  g_assert_nonnull (test_find (fill_forces (self, box), is_label_with, "No force has been ordered"));
  g_assert_true (test_submit (self->session, "order.issue",
                              wf_dict_make ("order", wf_value_string ("o-1"), "incident", wf_value_string ("i-1"),
                                            "kind", wf_value_string ("directive"), "force_kind", wf_value_string ("unit"),
                                            "force", wf_value_string ("unit-1"), "text", wf_value_string ("Go"), NULL), NULL));
  fill_forces (self, box);
  g_assert_nonnull (test_find (box, is_named, "一号无人机, ordered"));
  g_assert_true (gtk_widget_has_css_class (test_find (box, is_label_with, "ordered"), "wf-soon"));

  /* On its way, eleven kilometres to go as the crow flies; then nothing more is heard of it. */
  step (self, "acknowledged");
  step (self, "under_way");
  see_drone (self, 0);
  test_await (test_find (fill_forces (self, box), is_label_with, "min") != NULL);
  found = test_find (box, is_label_with, "km · ");
  g_assert_nonnull (found);
  g_assert_null (strstr (gtk_label_get_text (GTK_LABEL (found)), "ago"));
  test_await (test_find (fill_forces (self, box), is_label_with, " ago") != NULL);
  g_assert_null (test_find (box, is_label_with, "min"));

  see_drone (self, 0);
  test_await (test_find (fill_forces (self, box), is_label_with, "min") != NULL);
  step (self, "on_scene");
  fill_forces (self, box);
  g_assert_nonnull (test_find (box, is_named, "一号无人机, on scene"));
  g_assert_true (gtk_widget_has_css_class (test_find (box, is_label_with, "on scene"), "wf-good"));
  g_assert_null (test_find (box, is_label_with, "km"));

  /* The card counts those that it lists, and says when nobody is at work any more. */
  g_autoptr (WfItem) incident = wf_session_get_item (self->session, "incident", "i-1");
  GtkWidget *panel = wf_incident_panel_new (self->context);
  wf_incident_panel_set_item (WF_INCIDENT_PANEL (panel), incident);
  show (self, panel);
  test_await (test_find (panel, is_label_with, "on scene 1") != NULL);
  g_assert_nonnull (test_find (panel, is_label_with, "Forces 1"));
  g_assert_true (test_submit (self->session, "order.step",
                              wf_dict_make ("order", wf_value_string ("o-1"), "step", wf_value_string ("recalled"),
                                            "text", wf_value_string ("It is out"), NULL), NULL));
  test_await (test_find (panel, is_label_with, "none at work any more") != NULL);
  g_assert_nonnull (test_find (panel, is_label_with, "Forces 1"));
}

static void
enter (Fixture    *self,
       const char *entities)
{
  g_autoptr (GError) error = NULL;
  GVariant *payload = g_variant_parse (G_VARIANT_TYPE_VARDICT, entities, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (test_submit (self->session, "registry.put", payload, NULL));
  test_await (wf_session_get_pending (self->session) == 0);
}

static WfThingState
state_of (WfMapBinder *binder,
          const char  *id)
{
  WfThing thing;

  g_assert_true (wf_things_get (wf_map_binder_get_things (binder), id, &thing));
  return thing.state;
}

#define SHELTER(free) \
  "{'entities': <[{'kind': <'shelter'>, 'id': <'shelter-1'>, 'fields': <{'name': <'第三小学'>, 'location': <(109.9, 40.6)>," \
  "  'capacity': <int64 200>, 'free': <int64 " free ">}>}]>}"

/* A depot out of what it should have and a shelter without a place: marked on the map, and the card says why. */
static void
test_attention (Fixture       *self,
                gconstpointer  data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *map = g_object_new (WF_TYPE_MAP_VIEW, NULL);
  GtkWidget *panel = wf_thing_panel_new (self->context);
  g_autoptr (WfMapBinder) binder = wf_map_binder_new (self->context, WF_MAP_VIEW (map));

  gtk_box_append (GTK_BOX (box), map);
  gtk_box_append (GTK_BOX (box), panel);
  enter (self, SHELTER ("1"));
  enter (self,
         "{'entities': <[{'kind': <'depot'>, 'id': <'depot-1'>, 'fields': <{'name': <'区级库'>, 'tier': <'district'>,"
         "  'location': <(109.8, 40.6)>}>},"
         " {'kind': <'stock'>, 'id': <'bags-1'>, 'fields': <{'depot': <'depot-1'>, 'name': <'编织袋'>, 'unit': <'条'>,"
         "  'quantity': <100.0>, 'minimum': <50.0>}>}]>}");
  g_assert_true (test_submit (self->session, "incident.report",
                              wf_dict_make ("incident", wf_value_string ("i-1"), "title", wf_value_string ("堤段渗水"),
                                            "t0", wf_value_time (wf_session_now (self->session)), NULL), NULL));
  test_await (state_of (binder, "depot-1") == WF_THING_READY && state_of (binder, "shelter-1") == WF_THING_READY);

  g_autoptr (WfItem) depot = wf_session_get_item (self->session, "depot", "depot-1");
  g_autoptr (WfItem) shelter = wf_session_get_item (self->session, "shelter", "shelter-1");
  wf_thing_panel_set_item (WF_THING_PANEL (panel), depot);
  show (self, box);
  g_assert_null (test_find (panel, is_label_with, "nothing left"));

  /* Half of it does not matter, all of it does, and it comes back. */
  g_assert_true (test_submit (self->session, "stock.reserve",
                              wf_dict_make ("reservation", wf_value_string ("r-1"), "incident", wf_value_string ("i-1"),
                                            "stock", wf_value_string ("bags-1"), "quantity", wf_value_double (60), NULL), NULL));
  test_await (test_find (panel, is_label_with, "40 of 100 条 free") != NULL);
  g_assert_cmpint (state_of (binder, "depot-1"), ==, WF_THING_READY);
  g_assert_true (test_submit (self->session, "stock.reserve",
                              wf_dict_make ("reservation", wf_value_string ("r-2"), "incident", wf_value_string ("i-1"),
                                            "stock", wf_value_string ("bags-1"), "quantity", wf_value_double (40), NULL), NULL));
  test_await (state_of (binder, "depot-1") == WF_THING_ALERT);
  test_await (test_find (panel, is_label_with, "nothing left of 编织袋") != NULL);
  g_assert_true (gtk_widget_get_mapped (test_find (panel, is_label_with, "nothing left of 编织袋")));
  g_assert_true (test_submit (self->session, "stock.release", wf_dict_make ("reservation", wf_value_string ("r-2"), NULL), NULL));
  test_await (state_of (binder, "depot-1") == WF_THING_READY);
  test_await (test_find (panel, is_label_with, "nothing left") == NULL);

  wf_thing_panel_set_item (WF_THING_PANEL (panel), shelter);
  enter (self, SHELTER ("0"));
  test_await (state_of (binder, "shelter-1") == WF_THING_ALERT);
  test_await (test_find (panel, is_label_with, "full") != NULL);
  enter (self, SHELTER ("3"));
  test_await (state_of (binder, "shelter-1") == WF_THING_READY);
  test_await (test_find (panel, is_label_with, "full") == NULL);
}

int
main (int   argc,
      char *argv[])
{
  test_ui_init (&argc, &argv);

  g_test_add ("/positions/set", Fixture, NULL, set_up, test_set, tear_down);
  g_test_add ("/positions/rights", Fixture, NULL, set_up, test_rights, tear_down);
  g_test_add ("/positions/card", Fixture, NULL, set_up, test_card, tear_down);
  g_test_add ("/positions/force-row", Fixture, NULL, set_up, test_force_row, tear_down);
  g_test_add ("/positions/readings", Fixture, NULL, set_up, test_readings, tear_down);
  g_test_add ("/positions/camera", Fixture, NULL, set_up, test_camera, tear_down);

  g_test_add ("/positions/attention", Fixture, NULL, set_up, test_attention, tear_down);

  return g_test_run ();
}
