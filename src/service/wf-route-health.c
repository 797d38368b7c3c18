/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-service"

#include "config.h"

#include "wf-service-private.h"

#include "wf-wire.h"

#include <stdio.h>
#include <unistd.h>

/* How the service is: in words for people and for whoever restarts it (/health), in numbers for whoever watches it
 * (/metrics, the text form of Prometheus). */

/* With less room than this it still works, and somebody should know. */
#define DISK_LOW ((guint64) 512 * 1024 * 1024)

/* A clock that was set back by less is no fault. */
#define CLOCK_BACK 1000 /* ms */

static void
add_reason (GString    *reasons,
            const char *kind,
            const char *text)
{
  if (reasons->len > 0)
    g_string_append_c (reasons, ',');
  g_string_append (reasons, "{\"kind\":");
  wf_json_write_string (reasons, kind);
  wf_json_write_member_text (reasons, "text", text);
  g_string_append_c (reasons, '}');
}

static void
list_reasons (const WfStoreHealth *health,
              GString             *reasons)
{
  static const char *const kinds[] = {
    [WF_STORE_FULL] = "disk-full", [WF_STORE_READ_ONLY] = "disk-read-only", [WF_STORE_FAILING] = "disk-failing",
    [WF_STORE_CORRUPT] = "database-damaged",
  };

  if (health->condition != WF_STORE_GOOD)
    add_reason (reasons, kinds[health->condition], health->reason);

  if (health->condition != WF_STORE_FULL && health->disk_free < DISK_LOW)
    {
      g_autofree char *size = g_format_size (health->disk_free);
      g_autofree char *text = g_strdup_printf ("There is only room for %s on the disk: make more before it is full", size);

      add_reason (reasons, "disk-low", text);
    }

  if (health->telemetry_lost > 0)
    {
      g_autofree char *text =
        g_strdup_printf ("The disk takes nothing: %" G_GUINT64_FORMAT " positions and readings so far are left out of tracks and "
                         "series. The newest are known, and commands wait. Look at the disk", health->telemetry_lost);

      add_reason (reasons, "telemetry-lost", text);
    }

  if (health->clock_lead > CLOCK_BACK)
    {
      g_autofree char *text =
        g_strdup_printf ("The machine's clock was set back: what is recorded has times that are %.1f s ahead of it until it has "
                         "come up with them. Look at the machine's time server", (double) health->clock_lead / 1000);

      add_reason (reasons, "clock-back", text);
    }
}

/**
 * wf_route_health:
 * @self: the service
 * @message: a request
 *
 * `GET /health`: 200 while commands can be kept, 503 while not; with reasons where anything is amiss.
 */
void
wf_route_health (WfService         *self,
                 SoupServerMessage *message)
{
  g_auto (WfStoreHealth) health = { 0 };
  g_autoptr (GString) reasons = g_string_new (NULL);
  GString *body = g_string_new ("{\"status\":");

  wf_store_get_health (self->store, &health);
  list_reasons (&health, reasons);

  wf_json_write_string (body, reasons->len == 0 ? "ok" : "degraded");
  g_string_append_printf (body, ",\"ready\":%s", health.condition == WF_STORE_GOOD ? "true" : "false");
  g_string_append_printf (body, ",\"reasons\":[%s]", reasons->str);
  g_string_append (body, ",\"version\":\"" WF_VERSION "\",\"protocol\":" G_STRINGIFY (WF_SERVICE_PROTOCOL)
                         ",\"protocol_oldest\":" G_STRINGIFY (WF_SERVICE_PROTOCOL_OLDEST));
  wf_json_write_member_text (body, "service", wf_store_get_service (self->store));
  g_string_append_c (body, '}');

  wf_service_send (message, health.condition == WF_STORE_GOOD ? 200 : 503, "application/json", body);
}

static void
head_metric (GString    *body,
             const char *name,
             const char *type,
             const char *help)
{
  g_string_append_printf (body, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
add_metric (GString    *body,
            const char *name,
            const char *type,
            const char *help,
            guint64     value)
{
  head_metric (body, name, type, help);
  g_string_append_printf (body, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
add_results (GString   *body,
             WfService *self)
{
  const struct
  {
    const char *result;
    guint64     n;
  } results[] = {
    { "accepted", self->n_commands - self->n_refused_commands - self->n_repeated_commands },
    { "refused", self->n_refused_commands },
    { "repeated", self->n_repeated_commands },
    { "failed", self->n_failed_commands },
    { "malformed", self->n_malformed_commands },
  };

  head_metric (body, "watchfire_commands_total", "counter",
               "Commands by what came of them: repeated had been answered before, failed could not be kept.");
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    g_string_append_printf (body, "watchfire_commands_total{result=\"%s\"} %" G_GUINT64_FORMAT "\n", results[i].result,
                            results[i].n);
}

static guint64
resident_bytes (void)
{
  unsigned long size = 0, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "re");

  if (file == NULL)
    return 0;
  if (fscanf (file, "%lu %lu", &size, &resident) != 2)
    resident = 0;
  fclose (file);

  return (guint64) resident * (guint64) sysconf (_SC_PAGESIZE);
}

/**
 * wf_route_metrics:
 * @self: the service
 * @message: a request
 *
 * `GET /metrics`
 */
void
wf_route_metrics (WfService         *self,
                  SoupServerMessage *message)
{
  g_auto (WfStoreHealth) health = { 0 };
  GString *body = g_string_sized_new (8192);

  wf_store_get_health (self->store, &health);

  add_metric (body, "watchfire_ready", "gauge", "Whether commands can be kept.", health.condition == WF_STORE_GOOD);
  add_metric (body, "watchfire_journal_position", "gauge", "Position of the last entry.",
              (guint64) wf_store_get_head (self->store));
  add_metric (body, "watchfire_connections", "gauge", "Open connections.", wf_gate_count (self->gate));
  add_metric (body, "watchfire_subscribers", "gauge", "Workstations that follow.", wf_feed_count (self->feed));
  add_metric (body, "watchfire_feed_pollers", "gauge", "Requests that wait for something new.",
              g_queue_get_length (&self->pollers));
  add_metric (body, "watchfire_waiting_commands", "gauge", "Commands that wait to be decided.",
              wf_store_get_waiting (self->store));
  add_metric (body, "watchfire_snapshots", "gauge", "Snapshots that are being sent.", self->n_snapshots);
  add_metric (body, "watchfire_snapshots_started_total", "counter", "Snapshots that were begun.", self->n_snapshots_started);
  add_metric (body, "watchfire_requests_total", "counter", "Requests.", self->n_requests);
  add_metric (body, "watchfire_refused_requests_total", "counter", "Requests without a valid token, or too large.",
              self->n_refused_requests);
  add_results (body, self);
  add_metric (body, "watchfire_positions_total", "counter", "Positions taken.", self->n_positions);
  wf_histogram_write (&self->command_times, "watchfire_command_duration_seconds", "From a request with commands to its answer.",
                      body);
  wf_histogram_write (&health.batches, "watchfire_commit_commands", "Commands that shared one commit.", body);
  wf_histogram_write (&health.commits, "watchfire_commit_duration_seconds", "How long commits took.", body);
  add_metric (body, "watchfire_commits_failed_total", "counter", "Commits that failed.", health.failed_commits);
  add_metric (body, "watchfire_telemetry_lost", "gauge",
              "Positions and readings left out of tracks and series since the disk takes nothing.", health.telemetry_lost);
  add_metric (body, "watchfire_disk_free_bytes", "gauge", "Room on the data folder's disk.", health.disk_free);
  add_metric (body, "watchfire_database_bytes", "gauge", "Size of the database.", health.database_bytes);
  add_metric (body, "watchfire_database_log_bytes", "gauge", "Size of its write-ahead log.", health.log_bytes);
  head_metric (body, "watchfire_clock_lead_seconds", "gauge", "By how much recorded times are ahead of the machine's clock.");
  g_string_append_printf (body, "watchfire_clock_lead_seconds %" G_GINT64_FORMAT "\n",
                          (gint64) MAX (health.clock_lead, 0) / 1000);
  add_metric (body, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", resident_bytes ());

  wf_service_send (message, 200, "text/plain; version=0.0.4; charset=utf-8", body);
}
