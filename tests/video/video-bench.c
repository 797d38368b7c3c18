/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Not a test: measures links against the simulated unit in a process of its own, and prints the medians, a JSON object a
 * line: time to the first picture, glass to glass by the clock in the picture, recovery after the server's restart, and what
 * is left over after many openings. Its arguments are the watchfire-unit to start and which of them, else the first three. */

#include "config.h"

#include "unit-program.h"
#include "wf-video-link.h"
#include "wf-video-pipeline.h"

#include <stdio.h>
#include <stdlib.h>

#define N_OPENINGS 15
#define N_RESTARTS 5
#define N_PICTURES 250
#define N_WARM     100
#define N_CYCLES   200
#define PATIENCE   (20 * G_USEC_PER_SEC)

typedef struct
{
  UnitProgram *program; /* (owned) */
  char        *uri;     /* (owned) */
} Unit;

static int
compare_cb (gconstpointer a,
            gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
report (const char *name,
        GArray     *values)
{
  g_array_sort (values, compare_cb);

  if (values->len == 0)
    g_error ("%s: nothing was measured", name);

  printf ("{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"ms\",\"better\":\"lower\",\"max\":%.1f,\"n\":%u}\n",
          name, g_array_index (values, double, values->len / 2), g_array_index (values, double, values->len - 1),
          values->len);
  fflush (stdout);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the link is in a state, and says for how long, in ms. */
static double
wait_for (WfVideoLink  *link,
          WfVideoState  state)
{
  gint64 start = g_get_monotonic_time ();

  while (wf_video_link_get_state (link) != state)
    {
      g_main_context_iteration (NULL, TRUE);
      if (g_get_monotonic_time () - start > PATIENCE)
        g_error ("the link does not become what it should");
    }

  return (double) (g_get_monotonic_time () - start) / 1000;
}

static void
command (Unit       *unit,
         const char *line)
{
  if (!unit_program_obeys (unit->program, line))
    g_error ("the unit does not obey “%s”", line);
}

static void
measure_opening (Unit *unit)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (WfVideoLink) other = wf_video_link_new (unit->uri, "other");

  /* Somebody watches already, so that the key frames do not come because we do. */
  wf_video_link_hold (other, unit);
  wait_for (other, WF_VIDEO_STATE_LIVE);

  for (guint i = 0; i < N_OPENINGS; i++)
    {
      gint64 until = g_get_monotonic_time () + g_random_int_range (0, 1000) * 1000;
      while (g_get_monotonic_time () < until)
        g_main_context_iteration (NULL, TRUE);

      g_autoptr (WfVideoLink) link = wf_video_link_new (unit->uri, "bench");

      wf_video_link_hold (link, unit);
      double value = wait_for (link, WF_VIDEO_STATE_LIVE);
      g_array_append_val (values, value);
    }

  report ("video-first-picture", values);
}

static void
picture_cb (GdkPaintable *paintable,
            GArray       *values)
{
  gint64 now = g_get_real_time ();
  int64_t burnt_in;

  if (!unit_program_clock (paintable, &burnt_in))
    return;

  double value = (double) now / 1000 - (double) burnt_in;
  g_array_append_val (values, value);
}

static void
measure_delay (Unit *unit)
{
  g_autoptr (WfVideoLink) link = wf_video_link_new (unit->uri, "bench");
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  g_signal_connect (wf_video_link_get_paintable (link), "invalidate-contents", G_CALLBACK (picture_cb), values);
  wf_video_link_hold (link, unit);
  wait_for (link, WF_VIDEO_STATE_LIVE);
  while (values->len < N_PICTURES && wf_video_link_get_age_ms (link) < 5000)
    g_main_context_iteration (NULL, TRUE);

  double said = wf_video_link_get_delay_ms (link);
  printf ("{\"name\":\"video-delay-said\",\"value\":%.1f,\"unit\":\"ms\"}\n", said);
  report ("video-delay", values);
}

static void
measure_recovery (Unit *unit)
{
  g_autoptr (WfVideoLink) link = wf_video_link_new (unit->uri, "bench");
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  wf_video_link_hold (link, unit);
  wait_for (link, WF_VIDEO_STATE_LIVE);

  for (guint i = 0; i < N_RESTARTS; i++)
    {
      gint64 away = g_get_monotonic_time () + (gint64) (2 + i) * G_USEC_PER_SEC;

      command (unit, "stop");
      wait_for (link, WF_VIDEO_STATE_RECONNECTING);
      while (g_get_monotonic_time () < away)
        g_main_context_iteration (NULL, TRUE);
      command (unit, "start");

      double value = wait_for (link, WF_VIDEO_STATE_LIVE);
      g_array_append_val (values, value);
    }

  report ("video-recovery", values);
}

typedef struct
{
  double megabytes;
  guint  threads;
  guint  files;
} Usage;

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* Once everything that was open has gone. */
static Usage
get_usage (void)
{
  g_autofree char *text = NULL;
  gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (wf_video_pipeline_count () > 0 || g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);

  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  const char *line = strstr (text, "VmRSS:");

  return (Usage) { (double) atoi (line + strlen ("VmRSS:")) / 1024, count_entries ("/proc/self/task"),
                   count_entries ("/proc/self/fd") };
}

static void
open_and_close (Unit  *unit,
                guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfVideoLink) link = wf_video_link_new (unit->uri, "bench");

      wf_video_link_hold (link, unit);
      wait_for (link, WF_VIDEO_STATE_LIVE);
    }
}

static void
measure_soak (Unit *unit)
{
  open_and_close (unit, N_WARM);
  Usage before = get_usage ();
  open_and_close (unit, N_CYCLES);
  Usage after = get_usage ();

  printf ("{\"name\":\"video-soak-memory\",\"value\":%.2f,\"unit\":\"%% more after %d openings\",\"goal\":2,"
          "\"before_mb\":%.1f,\"after_mb\":%.1f}\n", (after.megabytes / before.megabytes - 1) * 100, N_CYCLES,
          before.megabytes, after.megabytes);
  printf ("{\"name\":\"video-soak-threads\",\"value\":%d,\"unit\":\"more\",\"goal\":0,\"after\":%u}\n",
          (int) after.threads - (int) before.threads, after.threads);
  printf ("{\"name\":\"video-soak-files\",\"value\":%d,\"unit\":\"more\",\"goal\":0,\"after\":%u}\n",
          (int) after.files - (int) before.files, after.files);
}

static const struct
{
  const char  *name;
  void       (*measure) (Unit *unit);
  gboolean     usual;
} measures[] = {
  { "first-picture", measure_opening, TRUE },
  { "delay", measure_delay, TRUE },
  { "recovery", measure_recovery, TRUE },
  { "soak", measure_soak, FALSE },
};

int
main (int   argc,
      char *argv[])
{
  Unit unit = { 0 };

  if (argc < 2 || argc > 3)
    {
      g_printerr ("Usage: video-bench WATCHFIRE-UNIT [first-picture|delay|recovery|soak]\n");
      return 2;
    }

  unit.program = unit_program_new (argv[1], "--stream-only", "--unit", "bench", NULL);
  unit.uri = unit_program_dup_uri (unit.program, "bench");
  g_timeout_add (10, wake_cb, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (measures); i++)
    if (argc == 3 ? g_str_equal (argv[2], measures[i].name) : measures[i].usual)
      measures[i].measure (&unit);

  unit_program_free (unit.program);
  g_free (unit.uri);

  return 0;
}
