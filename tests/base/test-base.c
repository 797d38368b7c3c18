/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-histogram.h"
#include "wf-id.h"
#include "wf-log.h"
#include "wf-time.h"
#include "wf-worker.h"

#include <string.h>

static void
test_times (void)
{
  int64_t time;
  g_autofree char *text = wf_time_format (1795266465120);
  g_autofree char *before = wf_time_format (-1);

  g_assert_cmpstr (text, ==, "2026-11-21T13:07:45.120Z");
  g_assert_cmpstr (before, ==, "1969-12-31T23:59:59.999Z");
  g_assert_true (wf_time_parse (text, &time));
  g_assert_cmpint (time, ==, 1795266465120);
  g_assert_true (wf_time_parse ("2026-11-21T21:07:45.120+08:00", &time));
  g_assert_cmpint (time, ==, 1795266465120);

  g_assert_false (wf_time_parse ("2026-11-21T21:07:45", &time));
  g_assert_false (wf_time_parse ("2026-13-21T21:07:45Z", &time));
  g_assert_false (wf_time_parse ("yesterday", &time));
  g_assert_false (wf_time_parse ("", &time));
}

/* Days, months and leap years as GLib has them. */
static void
test_calendar (void)
{
  for (int64_t day = -719162; day <= 2932896; day += day > -3 && day < 40000 ? 1 : 11)
    {
      int64_t time = (day * 86400 + ((day + 719162) * 7919) % 86400) * 1000 + 7;
      g_autofree char *text = wf_time_format (time);
      g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc ((time - 7) / 1000);
      g_autofree char *theirs = g_date_time_format (moment, "%Y-%m-%dT%H:%M:%S.007Z");
      int64_t back;

      /* GLib does not fill the year up. */
      g_assert_true (g_str_has_suffix (text, theirs));
      g_assert_cmpuint (strlen (text), ==, WF_TIME_SIZE - 1);
      g_assert_true (wf_time_parse (text, &back));
      g_assert_cmpint (back, ==, time);
    }
}

static void
test_ids (void)
{
  /* FIPS 180-4's example, and nothing at all. */
  g_autofree char *abc = wf_digest_bytes ("abc", 3);
  g_autofree char *nothing = wf_digest_bytes (NULL, 0);

  g_assert_cmpstr (abc, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (nothing, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  g_autoptr (WfClock) clock = wf_clock_new_manual (1795266465120);
  g_autofree char *a = wf_id_new (clock);
  wf_clock_advance (clock, 1);
  g_autofree char *b = wf_id_new (clock);
  g_autofree char *c = wf_id_derive (a, "task/1");
  g_autofree char *d = wf_id_derive (a, "task/1");
  g_autofree char *e = wf_id_derive (a, "task/2");

  g_assert_cmpuint (strlen (a), ==, 36);
  g_assert_cmpint (a[14], ==, '7');
  g_assert_cmpstr (a, <, b);
  g_assert_cmpstr (c, ==, d);
  g_assert_cmpstr (c, !=, e);
  g_assert_cmpint (c[14], ==, '8');

  g_assert_true (wf_id_is_valid (a));
  g_assert_true (wf_id_is_valid ("team-017"));
  g_assert_false (wf_id_is_valid (""));
  g_assert_false (wf_id_is_valid ("../x"));
  g_assert_false (wf_id_is_valid ("a/b"));
  g_assert_false (wf_id_is_valid ("队伍"));
}

typedef struct
{
  int64_t real;
  int64_t elapsed;
} Machine;

static void
read_machine (int64_t  *real,
              int64_t  *elapsed,
              gpointer  data)
{
  Machine *machine = data;

  *real = machine->real;
  *elapsed = machine->elapsed;
}

static void
test_steady (void)
{
  Machine machine = { .real = 1000000, .elapsed = 5000 };
  g_autoptr (WfClock) clock = wf_clock_new_steady (read_machine, &machine);

  g_assert_cmpint (wf_clock_now (clock), ==, 1000000);
  g_assert_false (wf_clock_is_manual (clock));

  machine = (Machine) { 1010000, 15000 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1010000);
  g_assert_cmpint (wf_clock_get_lead (clock), ==, 0);

  /* Set back by an hour: it goes on as if nothing were. */
  machine = (Machine) { 1020000 - 3600000, 25000 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1020000);
  g_assert_cmpint (wf_clock_get_lead (clock), ==, 3600000);
  machine.real += 60000;
  machine.elapsed += 60000;
  g_autofree char *a = wf_id_new (clock);
  g_assert_cmpint (wf_clock_now (clock), ==, 1080000);
  machine.real += 1;
  machine.elapsed += 1;
  g_autofree char *b = wf_id_new (clock);
  g_assert_cmpstr (a, <, b);

  /* Put right again. */
  machine = (Machine) { 1090000, 95000 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1090000);
  g_assert_cmpint (wf_clock_get_lead (clock), ==, 0);

  /* Set forward, or asleep for a day: it follows. Two counters that do not tick alike are no step. */
  machine = (Machine) { 1090000 + 86400000, 96000 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1090000 + 86400000);
  machine = (Machine) { 1090100 + 86400000, 96400 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1090100 + 86400000);
  machine = (Machine) { 1090050 + 86400000, 96400 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1090100 + 86400000);
}

/* What was recorded before a restart is past. */
static void
test_steady_floor (void)
{
  Machine machine = { .real = 1000000, .elapsed = 5000 };
  g_autoptr (WfClock) clock = wf_clock_new_steady (read_machine, &machine);

  wf_clock_raise (clock, 900000);
  g_assert_cmpint (wf_clock_now (clock), ==, 1000000);
  wf_clock_raise (clock, 1500000);
  g_assert_cmpint (wf_clock_get_lead (clock), ==, 500000);
  machine = (Machine) { 1000700, 5700 };
  g_assert_cmpint (wf_clock_now (clock), ==, 1500700);
}

static void
test_log (void)
{
  const GLogField fields[] = {
    { "GLIB_DOMAIN", "wf-x", -1 }, { "CODE_LINE", "7", -1 }, { "MESSAGE", "a \"b\"\n\x01\xff 火", -1 },
    { "WATCHFIRE_COMMAND", "c-1 and more", 3 },
  };
  g_autofree char *text = wf_log_format_json (G_LOG_LEVEL_WARNING, fields, G_N_ELEMENTS (fields), 1795266465120);
  WfLogFormat format = WF_LOG_AUTO;

  g_assert_cmpstr (text, ==, "{\"time\":\"2026-11-21T13:07:45.120Z\",\"level\":\"warning\",\"domain\":\"wf-x\","
                             "\"message\":\"a \\\"b\\\"\\n\\u0001\357\277\275 火\",\"command\":\"c-1\"}");
  g_assert_true (wf_log_parse_format ("json", &format));
  g_assert_cmpint (format, ==, WF_LOG_JSON);
  g_assert_false (wf_log_parse_format ("xml", &format));
}

static void
test_histogram (void)
{
  static const double bounds[] = { 0.5, 2, 10 };
  WfHistogram histogram;
  g_autoptr (GString) text = g_string_new (NULL);

  wf_histogram_init (&histogram, bounds, G_N_ELEMENTS (bounds));
  wf_histogram_observe (&histogram, 0.25);
  wf_histogram_observe (&histogram, 2);
  wf_histogram_observe (&histogram, 11);
  wf_histogram_observe (&histogram, 3);
  wf_histogram_write (&histogram, "x_seconds", "How long.", text);
  g_assert_cmpstr (text->str, ==,
                   "# HELP x_seconds How long.\n# TYPE x_seconds histogram\n"
                   "x_seconds_bucket{le=\"0.5\"} 1\nx_seconds_bucket{le=\"2\"} 2\nx_seconds_bucket{le=\"10\"} 3\n"
                   "x_seconds_bucket{le=\"+Inf\"} 4\nx_seconds_sum 16.25\nx_seconds_count 4\n");
}

typedef struct
{
  GString *order;
  GMutex   lock;
  GCond    go;
  gboolean ready;
} Fixture;

static void
wait_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Fixture *fixture = data;

  g_mutex_lock (&fixture->lock);
  while (!fixture->ready)
    g_cond_wait (&fixture->go, &fixture->lock);
  g_mutex_unlock (&fixture->lock);

  g_task_return_boolean (task, TRUE);
}

static void
note_cb (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Fixture *fixture = data;

  g_string_append (fixture->order, g_task_get_name (task));
  g_task_return_boolean (task, TRUE);
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  int *left = data;

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    *left += 100;
  *left -= 1;
}

static void
test_worker (void)
{
  g_autoptr (WfWorker) worker = wf_worker_new ("test");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  Fixture fixture = { g_string_new (NULL) };
  static const struct { const char *name; int priority; } jobs[] = {
    { "c", 10 }, { "d", 10 }, { "a", -10 }, { "b", 0 }, { "e", 20 },
  };
  int left = 1 + G_N_ELEMENTS (jobs);
  int cancelled_left = 1;

  GTask *first = g_task_new (NULL, NULL, finished_cb, &left);
  g_task_set_task_data (first, &fixture, NULL);
  wf_worker_push (worker, -100, first, wait_cb);

  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      GTask *task = g_task_new (NULL, NULL, finished_cb, &left);

      g_task_set_name (task, jobs[i].name);
      g_task_set_task_data (task, &fixture, NULL);
      wf_worker_push (worker, jobs[i].priority, task, note_cb);
    }

  GTask *never = g_task_new (NULL, cancelled, finished_cb, &cancelled_left);
  g_task_set_name (never, "never");
  g_task_set_task_data (never, &fixture, NULL);
  wf_worker_push (worker, 0, never, note_cb);
  g_cancellable_cancel (cancelled);

  g_mutex_lock (&fixture.lock);
  fixture.ready = TRUE;
  g_cond_signal (&fixture.go);
  g_mutex_unlock (&fixture.lock);

  while (left > 0 || cancelled_left == 1)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpstr (fixture.order->str, ==, "abcde");
  g_assert_cmpint (cancelled_left, ==, 100);

  wf_worker_shutdown (worker);
  left = 1;
  GTask *late = g_task_new (NULL, NULL, finished_cb, &left);
  wf_worker_push (worker, 0, late, note_cb);
  while (left == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (left, ==, 100);

  g_string_free (fixture.order, TRUE);
}

/* An object that must end in the thread that made it, as a widget must. */
typedef struct
{
  GThread *home;
  guint    ended;
  guint    answered;
} Homes;

static void
ended_cb (gpointer  data,
          GObject  *object)
{
  Homes *homes = data;

  g_assert_true (g_thread_self () == homes->home);
  homes->ended++;
}

static void
answer_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
  /* The answer is often there before the pool's thread has let go. */
  g_usleep (100);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Homes *homes = data;

  g_assert_true (g_task_propagate_boolean (G_TASK (result), NULL));
  homes->answered++;
}

static void
test_thread (void)
{
  Homes homes = { g_thread_self (), 0, 0 };

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
      g_autoptr (GTask) task = g_task_new (object, NULL, answered_cb, &homes);
      g_object_weak_ref (object, ended_cb, &homes);
      wf_task_run_in_thread (task, answer_thread);
    }

  while (homes.ended < 500)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (homes.answered, ==, 500);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base/times", test_times);
  g_test_add_func ("/base/calendar", test_calendar);
  g_test_add_func ("/base/ids", test_ids);
  g_test_add_func ("/base/steady", test_steady);
  g_test_add_func ("/base/steady/floor", test_steady_floor);
  g_test_add_func ("/base/log", test_log);
  g_test_add_func ("/base/histogram", test_histogram);
  g_test_add_func ("/base/worker", test_worker);
  g_test_add_func ("/base/thread", test_thread);

  return g_test_run ();
}
