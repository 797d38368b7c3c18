/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-rules"

#include "config.h"

#include "wf-application.h"

static const char *
incident_of (WfApplication *self)
{
  return wf_dict_string (self->payload, "incident");
}

static GVariant *
time_at (WfApplication *self)
{
  return wf_value_time (wf_dict_time (self->payload, "at"));
}

gboolean
wf_apply_task_added (WfApplication *self)
{
  g_autoptr (GVariant) task = wf_dict_value (self->payload, "task");

  return wf_apply_made_task (self, incident_of (self), task);
}

gboolean
wf_apply_task_acknowledged (WfApplication *self)
{
  return wf_application_change (self, "task",
                                wf_dict_make ("state", wf_value_string ("acknowledged"),
                                              "acknowledged_at", time_at (self),
                                              "acknowledged_by", wf_value_string (wf_dict_string (self->payload, "by")),
                                              NULL));
}

static GVariant *
merge_result (WfApplication *self,
              WfEntity      *task)
{
  g_autoptr (GVariant) before = wf_entity_value (task, "result");
  g_autoptr (GVariant) given = wf_dict_value (self->payload, "result");

  return before != NULL ? wf_dict_merge (before, given) : g_steal_pointer (&given);
}

gboolean
wf_apply_task_fed_back (WfApplication *self)
{
  g_autoptr (WfEntity) task = wf_application_find (self, "task", "task");
  g_autoptr (GVariant) result = task != NULL ? merge_result (self, task) : NULL;

  if (task == NULL)
    return FALSE;

  /* Who reports on a task has taken it. */
  gboolean first = wf_entity_is (task, "state", "open");
  const char *by = wf_dict_string (self->payload, "by");

  return wf_application_patch (self, task,
                               wf_dict_make ("result", result,
                                             "state", first ? wf_value_string ("acknowledged") : NULL,
                                             "acknowledged_at", first ? time_at (self) : NULL,
                                             "acknowledged_by", first ? wf_value_string (by) : NULL,
                                             NULL));
}

static gboolean
start (WfApplication *self)
{
  g_autoptr (GPtrArray) started = wf_dict_objects (self->payload, "started");

  for (guint i = 0; i < started->len; i++)
    {
      GVariant *one = g_ptr_array_index (started, i);
      g_autoptr (WfEntity) task = wf_application_look (self, "task", wf_dict_string (one, "task"));

      if (task == NULL)
        return wf_application_broken (self, "task", wf_dict_string (one, "task"));

      wf_application_patch (self, task,
                            wf_dict_make ("starts_at", wf_value_time (wf_dict_time (one, "starts_at")),
                                          "due", wf_value_time (wf_dict_time (one, "due")),
                                          NULL));
    }

  return TRUE;
}

gboolean
wf_apply_task_completed (WfApplication *self)
{
  g_autoptr (WfEntity) task = wf_application_find (self, "task", "task");
  g_autoptr (GVariant) result = task != NULL ? merge_result (self, task) : NULL;
  g_autoptr (GVariant) next = wf_dict_value (self->payload, "next");

  if (task == NULL)
    return FALSE;

  wf_application_patch (self, task,
                        wf_dict_make ("state", wf_value_string ("done"),
                                      "result", result,
                                      "done_at", time_at (self),
                                      "done_by", wf_value_string (wf_dict_string (self->payload, "by")),
                                      NULL));

  return start (self) && (next == NULL || wf_apply_made_task (self, incident_of (self), next));
}

gboolean
wf_apply_task_struck (WfApplication *self)
{
  return wf_application_change (self, "task",
                                wf_dict_make ("state", wf_value_string ("struck"),
                                              "struck_at", time_at (self),
                                              "struck_reason", wf_value_string (wf_dict_string (self->payload, "reason")),
                                              NULL)) &&
         start (self);
}

gboolean
wf_apply_task_started (WfApplication *self)
{
  return start (self);
}

gboolean
wf_apply_task_became_overdue (WfApplication *self)
{
  return wf_application_change (self, "task", wf_dict_make ("overdue_at", time_at (self), NULL));
}

/* --- reports --- */

gboolean
wf_apply_report_added (WfApplication *self)
{
  g_autoptr (GVariant) report = wf_dict_value (self->payload, "report");

  return wf_apply_made_report (self, incident_of (self), report);
}

gboolean
wf_apply_report_sent (WfApplication *self)
{
  g_autoptr (GVariant) picked = wf_application_pick (self, "taken_by", "sent_by", "title", "text", "recording", "late_ms", NULL);
  g_autoptr (GVariant) own = wf_dict_make ("state", wf_value_string ("sent"), "sent_at", time_at (self), NULL);
  g_autoptr (GVariant) next = wf_dict_value (self->payload, "next");

  return wf_application_change (self, "report", wf_dict_merge (picked, own)) &&
         (next == NULL || wf_apply_made_report (self, incident_of (self), next));
}

gboolean
wf_apply_report_struck (WfApplication *self)
{
  return wf_application_change (self, "report",
                                wf_dict_make ("state", wf_value_string ("struck"),
                                              "struck_reason", wf_value_string (wf_dict_string (self->payload, "reason")),
                                              NULL));
}

gboolean
wf_apply_report_became_overdue (WfApplication *self)
{
  return wf_application_change (self, "report", wf_dict_make ("overdue_at", time_at (self), NULL));
}
