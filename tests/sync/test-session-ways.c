/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session-fixture.h"

#include "wf-dict.h"
#include "wf-kind.h"
#include "wf-time.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* What goes other ways than commands do, and other ways that they can go. */

/* --- other ways -------------------------------------------------------------------------------------------------- */

static gboolean
is_seen_at (WfSession  *session,
            const char *unit,
            double      longitude)
{
  WfPosition position;

  return wf_session_get_position (session, unit, &position) && position.longitude == longitude;
}

/* Whatever a network does to WebSockets, what happens still comes, and so do units that move. */
static void
test_poll (Fixture       *fixture,
           gconstpointer  data)
{
  for (TestUpgrades way = TEST_UPGRADES_IGNORED; way <= TEST_UPGRADES_SWALLOWED; way++)
    {
      g_autofree char *unit = g_strdup_printf ("unit-%d", (int) way);
      WfPosition position = { 109.5, 40.5, 90, 10, 0 };

      test_line_upgrades (fixture->line, way);

      guint before = test_line_count (fixture->line, "wait=25");
      WfSession *near = fixture_near (fixture);
      WfSession *far = fixture_far (fixture);

      test_await (test_line_count (fixture->line, "wait=25") > before);
      g_autofree char *log = test_add_log (far, "绕路来");
      test_await (test_has (near, "log", log));
      g_autofree char *back = test_add_log (near, "绕路去");
      test_await (test_has (far, "log", back) && wf_session_get_pending (near) == 0);

      position.at = wf_session_now (far);
      wf_session_report_position (far, unit, &position);
      test_await (is_seen_at (near, unit, 109.5));

      test_session_end (near);
      test_session_end (far);
    }
}

static void
sketched_cb (WfSession *session,
             GVariant  *sketch,
             gsize     *points)
{
  g_autoptr (GVariant) list = wf_dict_value (sketch, "points");

  g_assert_cmpstr (wf_dict_string (sketch, "type"), ==, "cordon");
  *points = g_variant_n_children (list);
}

/* So does what somebody draws while they draw it, and that it is over; also when the desk goes away that drew. */
static void
test_poll_sketches (Fixture       *fixture,
                    gconstpointer  data)
{
  gsize points = 0;

  test_line_upgrades (fixture->line, TEST_UPGRADES_IGNORED);
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);

  test_await (test_line_count (fixture->line, "wait=25") > 0);
  g_signal_connect (near, "sketched", G_CALLBACK (sketched_cb), &points);
  wf_session_sketch (far, "cordon", g_variant_new_parsed ("[(109.80, 40.60), (109.82, 40.60)]"), 0);
  test_await (points == 2);

  /* Many at once are told as the last of them. */
  for (guint i = 3; i <= 6; i++)
    {
      GVariantBuilder builder;

      g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(dd)"));
      for (guint j = 0; j < i; j++)
        g_variant_builder_add (&builder, "(dd)", 109.8 + j * 0.01, 40.6);
      g_usleep (60000);
      wf_session_sketch (far, "cordon", g_variant_builder_end (&builder), 0);
    }
  test_await (points == 6);
  wf_session_sketch (far, "cordon", g_variant_new_array (G_VARIANT_TYPE ("(dd)"), NULL, 0), 0);
  test_await (points == 0);

  g_usleep (60000);
  wf_session_sketch (far, "cordon", g_variant_new_parsed ("[(109.80, 40.60), (109.82, 40.60)]"), 0);
  test_await (points == 2);
  test_session_end (far);
  test_await (points == 0);

  /* Who polls draws too: the newest of it comes to the other, and never back. */
  gsize there = 0;
  far = fixture_far (fixture);
  test_await (wf_session_get_link (far) == WF_LINK_ONLINE);
  g_signal_connect (far, "sketched", G_CALLBACK (sketched_cb), &there);
  points = G_MAXSIZE;
  for (guint i = 2; i <= 7; i++)
    {
      GVariantBuilder builder;

      g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(dd)"));
      for (guint j = 0; j < i; j++)
        g_variant_builder_add (&builder, "(dd)", 109.8 + j * 0.01, 40.6);
      wf_session_sketch (near, "cordon", g_variant_builder_end (&builder), 0);
    }
  test_await (there == 7);
  g_assert_cmpuint (test_line_count (fixture->line, "POST /api/v1/sketches"), <=, 3);
  guint pages = test_line_count (fixture->line, "wait=25");
  test_await (test_line_count (fixture->line, "wait=25") > pages);
  g_assert_true (points == G_MAXSIZE);
  wf_session_sketch (near, "cordon", g_variant_new_array (G_VARIANT_TYPE ("(dd)"), NULL, 0), 0);
  test_await (there == 0);
  test_session_end (far);

  /* A page still waits when there is nothing to tell. */
  test_settle ();
  guint asked = test_line_count (fixture->line, "wait=25");
  test_settle ();
  g_assert_cmpuint (test_line_count (fixture->line, "wait=25"), <=, asked + 1);
  test_session_end (near);
}

static void
test_wrong_token (Fixture       *fixture,
                  gconstpointer  data)
{
  WfSession *near = test_session_open (test_line_uri (fixture->line), "wrong-wrong-wrong-wrong", fixture->near);

  test_await (wf_session_get_link (near) == WF_LINK_REFUSED);
  g_assert_nonnull (wf_session_get_link_reason (near));

  /* It is not tried again by itself, but with another token. */
  guint asked = test_line_count (fixture->line, "GET /api/v1/session");
  test_settle ();
  g_assert_cmpuint (test_line_count (fixture->line, "GET /api/v1/session"), ==, asked);
  wf_session_set_service (near, test_line_uri (fixture->line), test_service_token (fixture->service));
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);

  test_session_end (near);
}

/* A token is not sent where others could read it: not to another machine without TLS. */
static void
test_in_the_clear (Fixture       *fixture,
                   gconstpointer  data)
{
  WfSession *near = test_session_open ("http://192.0.2.1:7480", test_service_token (fixture->service), fixture->near);

  test_await (wf_session_get_link (near) == WF_LINK_REFUSED);
  g_assert_nonnull (strstr (wf_session_get_link_reason (near), "is not sent to http://192.0.2.1:7480"));

  wf_session_set_service (near, test_line_uri (fixture->line), test_service_token (fixture->service));
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  test_session_end (near);
}

static void
read_wrong_clock (int64_t  *real,
                  int64_t  *elapsed,
                  gpointer  data)
{
  *real = g_get_real_time () / 1000 + *(int64_t *) data;
  *elapsed = g_get_monotonic_time () / 1000;
}

/* A workstation whose machine has a wrong clock goes by the service's: what is done there is recorded, and shown, at the time
 * when it was done. */
static void
test_wrong_clock (Fixture       *fixture,
                  gconstpointer  data)
{
  static int64_t wrongs[] = { INT64_C (3) * 365 * 86400 * 1000, -INT64_C (3600) * 1000 };

  for (gsize i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (WfClock) clock = wf_clock_new_steady (read_wrong_clock, &wrongs[i]);
      g_autofree char *folder = g_strdup_printf ("%s-%u", fixture->near, (guint) i);
      const char *token = test_service_token (fixture->service);
      WfSession *near = test_session_open_by (clock, test_line_uri (fixture->line), token, folder);

      test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
      g_assert_cmpint (ABS (wf_session_now (near) - g_get_real_time () / 1000), <, 60000);

      g_autofree char *log = test_add_log (near, "钟不准");
      test_await (wf_session_get_pending (near) == 0 && !test_is_pending (near, "log", log));
      g_autoptr (GListModel) journal = wf_session_journal (near, NULL);
      test_await (g_list_model_get_n_items (journal) == i + 1);
      for (guint j = 0; j <= i; j++)
        {
          g_autoptr (WfJournalLine) line = g_list_model_get_item (journal, j);
          WfEvent *event = wf_journal_line_get_event (line);

          g_assert_cmpint (ABS (event->occurred_at - g_get_real_time () / 1000), <, 60000);
          g_assert_cmpint (ABS (event->recorded_at - g_get_real_time () / 1000), <, 60000);
        }
      g_clear_object (&journal);
      test_session_end (near);
    }
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  *(GBytes **) data = wf_session_fetch_finish (WF_SESSION (source), result, &error);
  g_assert_no_error (error);
}

static void
test_media (Fixture       *fixture,
            gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autoptr (GBytes) picture = g_bytes_new_static ("\x89PNG\r\n\x1a\nwhat follows.", 21);
  g_autofree char *incident = test_report_incident (near);
  g_autofree char *digest = NULL;
  g_autofree char *medium = wf_session_new_id (near);
  g_autoptr (GBytes) seen = NULL;

  test_await (wf_session_get_pending (near) == 0);
  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);

  wf_session_upload_async (near, picture, "image/png", NULL, test_uploaded_cb, &digest);
  test_await (digest != NULL);
  test_submit (near, "medium.attach",
               wf_dict_make ("medium", wf_value_string (medium),
                             "incident", wf_value_string (incident),
                             "digest", wf_value_string (digest),
                             "type", wf_value_string ("image/png"),
                             "size", wf_value_int (21),
                             NULL),
               NULL);
  test_session_end (near);

  /* Neither the picture nor the word of it is lost, and the picture is there first. */
  near = test_session_open (test_line_uri (fixture->line), test_service_token (fixture->service), fixture->near);
  test_line_set_up (fixture->line, TRUE);
  test_await (test_has (far, "medium", medium) && wf_session_get_pending (near) == 0);

  wf_session_fetch_async (far, digest, NULL, fetched_cb, &seen);
  test_await (seen != NULL);
  g_assert_true (g_bytes_equal (seen, picture));
  g_clear_pointer (&seen, g_bytes_unref);

  /* Once seen, it is here. */
  test_session_end (far);
  far = test_session_open (NULL, NULL, fixture->far);
  wf_session_fetch_async (far, digest, NULL, fetched_cb, &seen);
  test_await (seen != NULL);
  g_assert_true (g_bytes_equal (seen, picture));

  test_session_end (far);
  test_session_end (near);
}

/* What the disk does not give for a moment is sent when it does. */
static void
test_medium_unreadable (Fixture       *fixture,
                        gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  g_autoptr (GBytes) picture = g_bytes_new_static ("\x89PNG\r\n\x1a\nwhat follows.", 21);
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) seen = NULL;
  double part;

  test_line_set_up (fixture->line, FALSE);
  test_await (wf_session_get_link (near) != WF_LINK_ONLINE);
  wf_session_upload_async (near, picture, "image/png", NULL, test_uploaded_cb, &digest);
  test_await (digest != NULL);

  g_autofree char *path = g_build_filename (fixture->near, "media", digest, NULL);
  g_autofree char *aside = g_strconcat (path, ".aside", NULL);
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  test_line_set_up (fixture->line, TRUE);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  for (int i = 0; i < 10; i++)
    test_settle ();
  g_assert_true (wf_session_is_upload_waiting (near, digest));

  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (g_rename (aside, path), ==, 0);
  test_await (wf_session_get_uploads (near, &part) == 0);
  wf_session_fetch_async (far, digest, NULL, fetched_cb, &seen);
  test_await (seen != NULL);
  g_assert_true (g_bytes_equal (seen, picture));

  test_session_end (far);
  test_session_end (near);
}

typedef struct
{
  GBytes  **bytes;
  gboolean *done;
} Fetch;

static void
maybe_fetched_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  Fetch *fetch = data;

  *fetch->bytes = wf_session_fetch_finish (WF_SESSION (source), result, NULL);
  *fetch->done = TRUE;
}

/* A line that is dead at both ends and open: the workstation finds out by itself, tells, and goes on by another. What was given
 * meanwhile is done once. */
static void
test_half_open (Fixture       *fixture,
                gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);

  g_free (test_add_log (near, "线好时"));
  test_await (wf_session_get_pending (near) == 0);
  test_line_hold (fixture->line, TRUE);
  g_autofree char *mine = test_add_log (near, "线已死");
  g_autofree char *theirs = test_add_log (far, "那边记");
  g_assert_true (test_is_pending (near, "log", mine));
  test_await (wf_session_get_link (near) == WF_LINK_OFFLINE || wf_session_get_link (near) == WF_LINK_CONNECTING);
  g_assert_nonnull (wf_session_get_link_reason (near));
  g_assert_false (test_has (near, "log", theirs));

  test_line_hold (fixture->line, FALSE);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE && wf_session_get_pending (near) == 0);
  test_await (test_has (near, "log", theirs) && test_has (far, "log", mine) && !test_is_pending (near, "log", mine));
  g_assert_cmpuint (test_count (far, "log"), ==, 3);
  g_assert_cmpuint (test_count (near, "log"), ==, 3);

  test_session_end (near);
  test_session_end (far);
}

/* A line on which pieces are late and connections break by chance: replica, outbox and a medium come through, once. */
static void
test_shaken (Fixture       *fixture,
             gconstpointer  data)
{
  gsize size = 2 * 1024 * 1024 + 5;
  guint8 *content = g_malloc (size);
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) seen = NULL;

  for (gsize i = 0; i < size; i++)
    content[i] = (guint8) g_test_rand_int ();

  g_autoptr (GBytes) film = g_bytes_new_take (content, size);
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);

  test_line_shake (fixture->line, TRUE);
  wf_session_upload_async (near, film, "application/octet-stream", NULL, test_uploaded_cb, &digest);
  for (int i = 0; i < 30; i++)
    {
      g_free (test_add_log (near, "这边"));
      g_free (test_add_log (far, "那边"));
    }

  test_await (wf_session_get_pending (near) == 0 && wf_session_get_pending (far) == 0 && digest != NULL);
  test_await (test_count (near, "log") == 60 && test_count (far, "log") == 60);
  while (seen == NULL)
    {
      gboolean done = FALSE;

      wf_session_fetch_async (far, digest, NULL, maybe_fetched_cb, &(Fetch) { &seen, &done });
      test_await (done);
    }
  g_assert_true (g_bytes_equal (seen, film));
  g_assert_cmpuint (wf_session_get_refused (near), ==, 0);

  /* What it has is what the service has. */
  test_line_shake (fixture->line, FALSE);
  test_await (wf_session_get_link (near) == WF_LINK_ONLINE);
  test_settle ();
  g_assert_cmpuint (test_count (near, "log"), ==, 60);
  g_assert_cmpuint (test_count (far, "log"), ==, 60);

  test_session_end (far);
  test_session_end (near);
}

/* The line breaks while a large file is sent: what has arrived is not sent again. */
static void
test_large_medium (Fixture       *fixture,
                   gconstpointer  data)
{
  gsize size = 3 * 1024 * 1024 + 100;
  guint8 *content = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    content[i] = (guint8) g_test_rand_int ();

  g_autoptr (GBytes) film = g_bytes_new_take (content, size);
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) seen = NULL;
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);

  test_line_cut_answer (fixture->line, "Content-Range: bytes 1048576-", 0);
  wf_session_upload_async (near, film, "application/octet-stream", NULL, test_uploaded_cb, &digest);
  test_await (digest != NULL && test_line_cuts (fixture->line) == 1);
  test_await (test_line_count (fixture->line, "Content-Range: bytes 3145728-") == 1);

  while (seen == NULL)
    {
      gboolean done = FALSE;

      wf_session_fetch_async (far, digest, NULL, maybe_fetched_cb, &(Fetch) { &seen, &done });
      test_await (done);
    }
  g_assert_true (g_bytes_equal (seen, film));
  g_assert_cmpuint (test_line_count (fixture->line, "Content-Range: bytes 0-"), ==, 2);
  g_assert_cmpuint (test_line_count (fixture->line, "Content-Range: bytes 1048576-"), ==, 1);
  g_assert_cmpuint (test_line_count (fixture->line, "Content-Range: bytes 2097152-"), ==, 1);

  test_session_end (far);
  test_session_end (near);
}

static void
count_cb (WfSession *session,
          guint     *count)
{
  (*count)++;
}

static guint
track_length (WfSession  *session,
              const char *unit)
{
  g_autoptr (GArray) track = wf_session_get_track (session, unit);

  return track->len;
}

static gboolean
knows_exercise (WfSession  *session,
                const char *scope)
{
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (session, scope);

  return exercise != NULL;
}

static void
test_positions (Fixture       *fixture,
                gconstpointer  data)
{
  WfSession *near = fixture_near (fixture);
  WfSession *far = fixture_far (fixture);
  GVariantBuilder entities;
  g_autoptr (GVariant) fields = wf_dict_make ("name", wf_value_string ("指挥车"),
                                              "type", wf_value_string ("command"),
                                              "state", wf_value_string ("standby"),
                                              NULL);
  g_autoptr (GVariant) entity = wf_dict_make ("kind", wf_value_string ("unit"),
                                              "id", wf_value_string ("unit-1"),
                                              "fields", fields,
                                              NULL);
  guint told = 0;

  g_variant_builder_init (&entities, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_add_value (&entities, entity);
  test_submit (near, "registry.put", wf_dict_make ("entities", g_variant_builder_end (&entities), NULL), NULL);
  test_await (test_has (far, "unit", "unit-1"));

  g_signal_connect (far, "positions", G_CALLBACK (count_cb), &told);
  for (int i = 1; i <= 3; i++)
    {
      WfPosition position = { 109.5 + i * 0.01, 40.5, 90, 10, wf_session_now (near) };

      wf_session_report_position (near, "unit-1", &position);
      test_await (is_seen_at (far, "unit-1", position.longitude));
    }

  g_assert_cmpuint (told, >, 0);
  g_assert_cmpuint (track_length (far, "unit-1"), ==, 3);

  /* Where it was at a moment, for what is evidence: in the scope that it was in, and no other. */
  WfPosition then;
  int64_t now = wf_session_now (near);
  g_autofree char *drill = wf_session_new_id (near);

  g_assert_true (wf_session_get_position_at (far, WF_LIVE, "unit-1", now, &then));
  g_assert_cmpfloat_with_epsilon (then.longitude, 109.53, 1e-9);
  g_assert_false (wf_session_get_position_at (far, WF_LIVE, "unit-2", now, &then));
  g_assert_false (wf_session_get_position_at (far, WF_LIVE, "unit-1", now - 24 * WF_HOUR, &then));
  g_assert_false (wf_session_get_position_at (far, drill, "unit-1", now, &then));

  g_assert_null (test_submit_in (near, drill, "exercise.open", wf_dict_make ("name", wf_value_string ("演练"), NULL)));
  test_await (knows_exercise (near, drill));
  g_assert_null (wf_session_enter (near, drill));
  WfPosition drilled = { 109.9, 40.6, 90, 10, wf_session_now (near) };
  wf_session_report_position (near, "unit-1", &drilled);
  test_await (is_seen_at (near, "unit-1", 109.9));
  g_assert_true (wf_session_get_position_at (near, drill, "unit-1", drilled.at, &then));
  g_assert_cmpfloat_with_epsilon (then.longitude, 109.9, 1e-9);
  g_assert_true (wf_session_get_position_at (near, WF_LIVE, "unit-1", now, &then));
  g_assert_cmpfloat_with_epsilon (then.longitude, 109.53, 1e-9);
  test_session_end (far);

  /* Known without a service, too. */
  far = test_session_open (NULL, NULL, fixture->far);
  g_assert_true (is_seen_at (far, "unit-1", 109.5 + 3 * 0.01));

  test_session_end (far);
  test_session_end (near);
}

/* What stands there of a quantity, or NAN. */
static double
value_of (WfSession  *session,
          const char *source,
          const char *quantity)
{
  g_autoptr (GArray) readings = wf_session_get_readings (session, source);

  for (guint i = 0; i < readings->len; i++)
    if (strcmp (g_array_index (readings, WfReading, i).quantity, quantity) == 0)
      return g_array_index (readings, WfReading, i).value;

  return NAN;
}

static void
send_reading (Fixture    *fixture,
              WfSession  *session,
              const char *scope,
              int64_t     ago,
              double      value)
{
  g_autofree char *at = wf_time_format (wf_session_now (session) - ago);
  g_autofree char *body =
    g_strdup_printf ("{\"scope\":\"%s\",\"readings\":[{\"source\":\"tank-1\",\"quantity\":\"ammonia\",\"at\":\"%s\","
                     "\"value\":%g},{\"source\":\"tank-1\",\"quantity\":\"wind_speed\",\"at\":\"%s\",\"value\":%g}]}",
                     scope, at, value, at, value / 10);

  test_service_post (fixture->service, "/api/v1/telemetry", body);
}

/* What sensors read comes to every desk, by WebSocket and by poll; an exercise's do not come to the real thing. */
static void
test_readings (Fixture       *fixture,
               gconstpointer  data)
{
  WfSession *far = fixture_far (fixture);

  send_reading (fixture, far, WF_LIVE, 5000, 12);
  test_await (value_of (far, "tank-1", "ammonia") == 12 && value_of (far, "tank-1", "wind_speed") == 1.2);
  g_assert_true (isnan (value_of (far, "tank-1", "chlorine")));
  g_assert_true (isnan (value_of (far, "tank-2", "ammonia")));

  /* Whoever comes later is told too. */
  test_line_upgrades (fixture->line, TEST_UPGRADES_FORBIDDEN);
  WfSession *near = fixture_near (fixture);
  test_await (value_of (near, "tank-1", "ammonia") == 12);

  g_autofree char *at = wf_time_format (wf_session_now (far));
  g_autofree char *drill =
    g_strdup_printf ("{\"id\":\"drill-open\",\"type\":\"exercise.open\",\"scope\":\"drill-1\",\"occurred_at\":\"%s\","
                     "\"payload\":{\"name\":\"Night\"}}", at);
  test_service_post (fixture->service, "/api/v1/commands", drill);
  send_reading (fixture, far, "drill-1", 0, 99);
  send_reading (fixture, far, WF_LIVE, 0, 20);
  test_await (value_of (far, "tank-1", "ammonia") == 20 && value_of (near, "tank-1", "ammonia") == 20);

  g_autoptr (GArray) readings = wf_session_get_readings (far, "tank-1");
  g_assert_cmpuint (readings->len, ==, 2);
  g_assert_cmpstr (g_array_index (readings, WfReading, 0).quantity, ==, "ammonia");
  g_assert_cmpstr (g_array_index (readings, WfReading, 1).quantity, ==, "wind_speed");

  test_session_end (near);
  test_session_end (far);

  /* Known without a service, too, and of when it is; each in its scope. */
  far = test_session_open (NULL, NULL, fixture->far);
  g_assert_cmpfloat (value_of (far, "tank-1", "ammonia"), ==, 20);
  g_assert_cmpfloat (value_of (far, "tank-1", "wind_speed"), ==, 2);
  g_autoptr (GArray) kept = wf_session_get_readings (far, "tank-1");
  g_assert_cmpint (g_array_index (kept, WfReading, 0).at, ==, g_array_index (readings, WfReading, 0).at);
  test_session_end (far);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/ways/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("poll", test_poll);
  ADD ("poll-sketches", test_poll_sketches);
  ADD ("wrong-token", test_wrong_token);
  ADD ("in-the-clear", test_in_the_clear);
  ADD ("wrong-clock", test_wrong_clock);
  ADD ("media", test_media);
  ADD ("medium-unreadable", test_medium_unreadable);
  ADD ("large-medium", test_large_medium);
  ADD ("half-open", test_half_open);
  ADD ("shaken", test_shaken);
  ADD ("positions", test_positions);
  ADD ("readings", test_readings);

  return g_test_run ();
}
