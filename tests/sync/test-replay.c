/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"

#include "wf-id.h"
#include "wf-kind.h"
#include "wf-reading.h"
#include "wf-replay.h"
#include "wf-time.h"
#include "wf-wire.h"

#define DIKE "incident-demo-dike"

/* The demonstration district, of which one incident is gone through once more. */

typedef struct
{
  char        *folder;
  TestService *service;
  WfSession   *session;
  WfReplay    *replay;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *seed = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL);
  g_autofree char *records = NULL;

  self->folder = test_folder_new ();
  records = g_build_filename (self->folder, "desk", NULL);
  self->service = test_service_new (self->folder, "desk-1", seed);
  self->session = test_session_online (test_service_uri (self->service), test_service_token (self->service), records);
  self->replay = wf_replay_new (self->session, DIKE);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  test_finalize (self->replay);
  test_session_end (self->session);
  test_service_free (self->service);
  test_folder_remove (self->folder);
}

static guint
count (WfState    *state,
       const char *kind)
{
  g_autoptr (GPtrArray) list = wf_state_list (state, WF_LIVE, kind, DIKE);

  return list->len;
}

static char *
get_string (WfState    *state,
            const char *kind,
            const char *id,
            const char *field)
{
  g_autoptr (WfEntity) entity = wf_state_get (state, WF_LIVE, kind, id);

  return entity != NULL ? g_strdup (wf_entity_string (entity, field)) : NULL;
}

/* All of it has come when the end is as the present is. */
static gboolean
is_complete (Fixture *self)
{
  WfState *live = wf_session_get_state (self->session);
  WfState *then = wf_replay_get_state (self->replay);

  return !wf_replay_is_loading (self->replay) && count (then, "task") == count (live, "task")
         && count (then, "order") == count (live, "order") && count (then, "task") > 0;
}

/* Sorted, whatever order they were put together in. */
static char *
write_fields (WfEntity *entity)
{
  GString *text = g_string_new (NULL);

  wf_wire_write_fields (text, wf_kind_lookup (wf_entity_kind (entity))->fields, wf_entity_fields (entity));

  return g_string_free (text, FALSE);
}

static void
assert_same (GPtrArray *live,
             WfState   *then)
{
  for (guint i = 0; i < live->len; i++)
    {
      WfEntity *now = g_ptr_array_index (live, i);
      g_autoptr (WfEntity) replayed = wf_state_get (then, WF_LIVE, wf_entity_kind (now), wf_entity_id (now));

      g_assert_nonnull (replayed);
      g_autofree char *expected = write_fields (now);
      g_autofree char *found = write_fields (replayed);
      g_assert_cmpstr (found, ==, expected);
      g_assert_cmpint (wf_entity_number (now), ==, wf_entity_number (replayed));
    }
}

/* At its end a replay is the present, field by field. */
static void
test_end (Fixture       *self,
          gconstpointer  data)
{
  WfState *live = wf_session_get_state (self->session);
  const WfKind *kinds;
  guint n;

  test_await (is_complete (self));
  kinds = wf_kind_all (&n);
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (kinds[i].parent, "incident") == 0)
      {
        g_autoptr (GPtrArray) list = wf_state_list (live, WF_LIVE, kinds[i].name, DIKE);

        assert_same (list, wf_replay_get_state (self->replay));
        g_assert_cmpuint (list->len, ==, count (wf_replay_get_state (self->replay), kinds[i].name));
      }

  g_autoptr (WfEntity) incident = wf_state_get (live, WF_LIVE, "incident", DIKE);
  g_autoptr (GPtrArray) alone = g_ptr_array_new ();
  g_ptr_array_add (alone, incident);
  assert_same (alone, wf_replay_get_state (self->replay));
  /* Other incidents are not in it. */
  g_assert_null (wf_state_get (wf_replay_get_state (self->replay), WF_LIVE, "incident", "incident-demo-steppe"));
}

/* Forwards and backwards, and what was not yet is not there. */
static void
test_moments (Fixture       *self,
              gconstpointer  data)
{
  int64_t start, end, time;
  guint last = 0;

  test_await (is_complete (self));
  start = wf_replay_get_start (self->replay);
  end = wf_replay_get_end (self->replay);
  g_assert_cmpint (end - start, >, 3 * WF_HOUR);

  wf_replay_go_to (self->replay, 0);
  g_assert_cmpint (wf_replay_get_time (self->replay), ==, start);
  g_assert_cmpstr (wf_replay_get_event (self->replay)->subject, ==, DIKE);
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "order"), ==, 0);
  g_autofree char *force_before = get_string (wf_replay_get_state (self->replay), "order", "order-dike-01", "state");
  g_assert_null (force_before);

  /* The order of 216 minutes ago, acknowledged after two. */
  for (time = start; time < end; time = wf_replay_get_step (self->replay, 1))
    {
      guint orders;

      wf_replay_go_to (self->replay, time);
      orders = count (wf_replay_get_state (self->replay), "order");
      g_assert_cmpuint (orders, >=, last);
      last = orders;
    }
  g_assert_cmpuint (last, ==, 5);

  wf_replay_go_to (self->replay, start + 5 * WF_MINUTE + WF_MINUTE / 2);
  g_autofree char *ordered = get_string (wf_replay_get_state (self->replay), "order", "order-dike-01", "state");
  g_assert_cmpstr (ordered, ==, "ordered");
  wf_replay_go_to (self->replay, start + 7 * WF_MINUTE + WF_MINUTE / 2);
  g_autofree char *acknowledged = get_string (wf_replay_get_state (self->replay), "order", "order-dike-01", "state");
  g_assert_cmpstr (acknowledged, ==, "acknowledged");
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "order"), ==, 1);

  /* A force stood by before it was ordered, whatever it does now. */
  g_autofree char *force_kind = get_string (wf_replay_get_state (self->replay), "order", "order-dike-01", "force_kind");
  g_autofree char *force = get_string (wf_replay_get_state (self->replay), "order", "order-dike-01", "force");
  wf_replay_go_to (self->replay, start);
  g_autofree char *standby = get_string (wf_replay_get_state (self->replay), force_kind, force, "state");
  g_assert_cmpstr (standby, ==, "standby");

  wf_replay_go_to (self->replay, G_MAXINT64);
  g_assert_cmpint (wf_replay_get_time (self->replay), ==, end);
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "order"), ==, 5);
  g_assert_cmpint (wf_replay_get_step (self->replay, 1), ==, end);
  g_assert_cmpint (wf_replay_get_step (self->replay, -1), <, end);
}

/* --- where units were -------------------------------------------------------------------------------------------- */

static void
changed_cb (WfReplay *replay,
            guint    *times)
{
  (*times)++;
}

static void
report (WfSession  *session,
        const char *unit,
        double      longitude,
        int64_t     at)
{
  WfPosition position = { longitude, 40.6, 90, 10, at };
  WfPosition known;

  wf_session_report_position (session, unit, &position);
  test_await (wf_session_get_position (session, unit, &known) && known.at == at);
}

static void
issue_order (Fixture    *self,
             const char *order,
             const char *unit)
{
  g_assert_true (test_submit (self->session, "order.issue",
                              wf_dict_make ("incident", wf_value_string (DIKE), "order", wf_value_string (order),
                                            "kind", wf_value_string ("directive"), "force_kind", wf_value_string ("unit"),
                                            "force", wf_value_string (unit), "text", wf_value_string ("上堤"),
                                            "taken_by", wf_value_string ("车长"), NULL), NULL));
}

static void
test_tracks (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) units = wf_state_list (wf_session_get_state (self->session), WF_LIVE, "unit", NULL);
  g_autofree char *order = wf_session_new_id (self->session);
  const char *unit = NULL;
  WfPosition position;
  guint changes = 0;
  int64_t first, end;

  test_await (is_complete (self));
  for (guint i = 0; i < units->len && unit == NULL; i++)
    if (wf_entity_is (units->pdata[i], "state", "standby"))
      unit = wf_entity_id (units->pdata[i]);
  g_assert_nonnull (unit);

  first = wf_session_now (self->session) - WF_MINUTE;
  report (self->session, unit, 109.70, first);
  report (self->session, unit, 109.75, first + 20 * WF_SECOND);
  report (self->session, unit, 109.80, first + 40 * WF_SECOND);

  end = wf_replay_get_end (self->replay);
  wf_replay_go_to (self->replay, end - 1);
  g_signal_connect (self->replay, "changed", G_CALLBACK (changed_cb), &changes);
  issue_order (self, order, unit);
  /* It goes on while one looks, and fetches where the unit was. */
  test_await (wf_replay_get_end (self->replay) > end);
  g_assert_cmpuint (changes, >, 0);
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "order"), ==, 5);
  wf_replay_go_to (self->replay, G_MAXINT64);
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "order"), ==, 6);
  test_await (wf_replay_get_position (self->replay, unit, &position) && !wf_replay_is_loading (self->replay));
  g_assert_cmpfloat_with_epsilon (position.longitude, 109.80, 1e-6);

  wf_replay_go_to (self->replay, first + 30 * WF_SECOND);
  g_assert_true (wf_replay_get_position (self->replay, unit, &position));
  g_assert_cmpfloat_with_epsilon (position.longitude, 109.75, 1e-6);
  g_autoptr (GArray) track = wf_replay_get_track (self->replay, unit);
  g_assert_cmpuint (track->len, ==, 2);
  g_assert_cmpfloat_with_epsilon (g_array_index (track, WfPosition, 0).longitude, 109.70, 1e-6);

  wf_replay_go_to (self->replay, first - WF_SECOND);
  g_assert_false (wf_replay_get_position (self->replay, unit, &position));
}

/* When the only quantity was read last that a unit reads; 0 for never. */
static int64_t
get_told_at (WfSession  *session,
             const char *unit)
{
  g_autoptr (GArray) readings = wf_session_get_readings (session, unit);

  return readings->len > 0 ? g_array_index (readings, WfReading, 0).at : 0;
}

/* Where the camera of a unit looked then, and not where it looks now. */
static void
test_looks (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) units = wf_state_list (wf_session_get_state (self->session), WF_LIVE, "unit", NULL);
  g_autofree char *order = wf_session_new_id (self->session);
  const char *unit = NULL;
  WfReading reading;
  int64_t first, end;

  test_await (is_complete (self));
  for (guint i = 0; i < units->len && unit == NULL; i++)
    if (wf_entity_is (units->pdata[i], "state", "standby") && wf_entity_string (units->pdata[i], "video") != NULL
        && get_told_at (self->session, wf_entity_id (units->pdata[i])) == 0)
      unit = wf_entity_id (units->pdata[i]);
  g_assert_nonnull (unit);

  /* Five degrees and less are not worth a line of the series; across the north they are few. */
  const double told[] = { 100, 103, 358, 1, 40 };
  first = wf_session_now (self->session) - 30 * WF_SECOND;
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      WfReading camera = { unit, "camera_bearing", first + i * 5 * WF_SECOND, told[i] };

      wf_session_report_readings (self->session, &camera, 1);
      test_await (get_told_at (self->session, unit) == camera.at);
    }

  /* What came in the last second the service has not written down yet. */
  gint64 until = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;
  test_await (g_get_monotonic_time () > until);
  end = wf_replay_get_end (self->replay);
  issue_order (self, order, unit);
  test_await (wf_replay_get_end (self->replay) > end);
  wf_replay_go_to (self->replay, G_MAXINT64);
  test_await (wf_replay_get_look (self->replay, unit, "camera_bearing", &reading) && !wf_replay_is_loading (self->replay));
  g_assert_cmpfloat (reading.value, ==, 40);

  const double kept[] = { 100, 100, 358, 358, 40 };
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      wf_replay_go_to (self->replay, first + (int64_t) i * 5 * WF_SECOND + WF_SECOND);
      g_assert_true (wf_replay_get_look (self->replay, unit, "camera_bearing", &reading));
      g_assert_cmpfloat (reading.value, ==, kept[i]);
    }
  wf_replay_go_to (self->replay, first - WF_SECOND);
  g_assert_false (wf_replay_get_look (self->replay, unit, "camera_bearing", &reading));
  g_assert_false (wf_replay_get_look (self->replay, unit, "camera_view", &reading));
}

/* What is drawn grows in the replay as it grew on the map. */
static void
test_plots (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *plot = wf_session_new_id (self->session);
  int64_t before;

  test_await (is_complete (self));
  before = wf_replay_get_end (self->replay);
  g_assert_true (test_submit (self->session, "plot.draw",
                              wf_dict_make ("plot", wf_value_string (plot), "incident", wf_value_string (DIKE),
                                            "type", wf_value_string ("fire_line"),
                                            "points", g_variant_new_parsed ("[(109.80, 40.60), (109.81, 40.61)]"), NULL), NULL));
  test_await (count (wf_replay_get_state (self->replay), "plot") == 1);

  wf_replay_go_to (self->replay, before);
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "plot"), ==, 0);
  wf_replay_go_to (self->replay, G_MAXINT64);
  g_assert_cmpuint (count (wf_replay_get_state (self->replay), "plot"), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/sync/replay/end", Fixture, NULL, set_up, test_end, tear_down);
  g_test_add ("/sync/replay/moments", Fixture, NULL, set_up, test_moments, tear_down);
  g_test_add ("/sync/replay/plots", Fixture, NULL, set_up, test_plots, tear_down);
  g_test_add ("/sync/replay/looks", Fixture, NULL, set_up, test_looks, tear_down);
  g_test_add ("/sync/replay/tracks", Fixture, NULL, set_up, test_tracks, tear_down);

  return g_test_run ();
}
