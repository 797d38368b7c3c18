/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-overview.h"

#include "wf-ui-util.h"

/**
 * WfOverview:
 *
 * Counts what is open, late and soon due for every incident, for the list, the panel and the alarms, so that they say the
 * same. Things are counted anew when something has happened and when a second has passed; those of incidents that are
 * over are not looked at.
 */
struct _WfOverview
{
  GObject parent_instance;

  WfSession  *session;   /* (unowned): the context's */
  GHashTable *summaries; /* (owned) (element-type utf8 WfSummary) */
  guint       idle;
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfOverview, wf_overview, G_TYPE_OBJECT)

static void
note_due (WfSummary *summary,
          int64_t    due)
{
  if (due > 0 && (summary->next_due == 0 || due < summary->next_due))
    summary->next_due = due;
}

static void
count_tasks (WfOverview *self,
             const char *incident,
             int64_t     now,
             WfSummary  *summary)
{
  g_autoptr (GPtrArray) tasks = wf_state_list (wf_session_get_state (self->session),
                                               wf_session_get_scope (self->session), "task", incident);

  for (guint i = 0; i < tasks->len; i++)
    {
      WfEntity *task = g_ptr_array_index (tasks, i);
      int64_t due = wf_entity_time (task, "due");

      if (wf_entity_is (task, "state", "struck"))
        continue;
      summary->tasks++;
      if (wf_entity_is (task, "state", "done"))
        {
          summary->tasks_done++;
          continue;
        }
      if (due > 0 && due < now)
        summary->tasks_late++;
      note_due (summary, due);
    }
}

static void
count_reports (WfOverview *self,
               const char *incident,
               int64_t     now,
               WfSummary  *summary)
{
  g_autoptr (GPtrArray) reports = wf_state_list (wf_session_get_state (self->session),
                                                 wf_session_get_scope (self->session), "report", incident);

  for (guint i = 0; i < reports->len; i++)
    {
      WfEntity *report = g_ptr_array_index (reports, i);
      int64_t due = wf_entity_time (report, "due");

      if (!wf_entity_is (report, "state", "due") || due == 0)
        continue;
      if (due < now)
        summary->reports_late++;
      else if (due - now < WF_REPORT_SOON)
        summary->reports_soon++;
      note_due (summary, due);
    }
}

static void
count_orders (WfOverview *self,
              const char *incident,
              int64_t     now,
              WfSummary  *summary)
{
  g_autoptr (GPtrArray) orders = wf_state_list (wf_session_get_state (self->session),
                                                wf_session_get_scope (self->session), "order", incident);

  summary->orders_all = orders->len;
  for (guint i = 0; i < orders->len; i++)
    {
      WfEntity *order = g_ptr_array_index (orders, i);
      const char *state = wf_entity_string (order, "state");
      int64_t due = wf_entity_time (order, "acknowledge_due");

      if (state == NULL || g_str_equal (state, "back") || g_str_equal (state, "released")
          || g_str_equal (state, "refused") || g_str_equal (state, "recalled"))
        continue;
      summary->orders++;
      if (g_str_equal (state, "ordered"))
        {
          summary->orders_waiting++;
          if (due > 0 && due < now)
            summary->orders_late++;
          note_due (summary, due);
        }
      else if (g_str_equal (state, "under_way"))
        summary->orders_moving++;
      else if (g_str_equal (state, "on_scene") || g_str_equal (state, "working"))
        summary->orders_there++;
    }
}

static void
count_all (WfOverview *self)
{
  GListModel *incidents = wf_session_list (self->session, "incident");
  guint n = g_list_model_get_n_items (incidents);
  int64_t now = wf_session_scope_now (self->session);

  g_hash_table_remove_all (self->summaries);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (incidents, i);
      const char *id = wf_item_get_id (item);
      WfSummary *summary;

      if (wf_ui_incident_is_done (wf_item_get_entity (item)))
        continue;
      summary = g_new0 (WfSummary, 1);
      count_tasks (self, id, now, summary);
      count_reports (self, id, now, summary);
      count_orders (self, id, now, summary);
      g_hash_table_insert (self->summaries, g_strdup (id), summary);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
idle_cb (gpointer data)
{
  WfOverview *self = data;

  self->idle = 0;
  if (wf_session_is_ready (self->session))
    count_all (self);

  return G_SOURCE_REMOVE;
}

static void
queue (WfOverview *self)
{
  if (self->idle == 0)
    /* Before drawing: live pictures may leave no idle time at all. */
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, idle_cb, self, NULL);
}

static void
wf_overview_dispose (GObject *object)
{
  WfOverview *self = WF_OVERVIEW (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  self->session = NULL;

  G_OBJECT_CLASS (wf_overview_parent_class)->dispose (object);
}

static void
wf_overview_finalize (GObject *object)
{
  WfOverview *self = WF_OVERVIEW (object);

  g_clear_pointer (&self->summaries, g_hash_table_unref);

  G_OBJECT_CLASS (wf_overview_parent_class)->finalize (object);
}

static void
wf_overview_class_init (WfOverviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wf_overview_dispose;
  object_class->finalize = wf_overview_finalize;

  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_OVERVIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_overview_init (WfOverview *self)
{
  self->summaries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * wf_overview_new:
 * @session: a session, which must live longer
 *
 * Returns: (transfer full): an overview that follows @session
 */
WfOverview *
wf_overview_new (WfSession *session)
{
  static const char *const kinds[] = { "incident", "task", "report", "order" };
  WfOverview *self;

  g_return_val_if_fail (WF_IS_SESSION (session), NULL);

  self = g_object_new (WF_TYPE_OVERVIEW, NULL);
  self->session = session;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_signal_connect_object (wf_session_list (session, kinds[i]), "items-changed", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "event", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "refused", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::pending", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::ready", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::scope", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  queue (self);

  return self;
}

/**
 * wf_overview_get:
 * @self: an overview
 * @incident: id of an incident
 *
 * Returns: (transfer none): its numbers, all zero where it is over; valid until the next "changed"
 */
const WfSummary *
wf_overview_get (WfOverview *self,
                 const char *incident)
{
  static const WfSummary nothing = { 0 };
  const WfSummary *summary;

  g_return_val_if_fail (WF_IS_OVERVIEW (self) && incident != NULL, &nothing);

  summary = g_hash_table_lookup (self->summaries, incident);

  return summary != NULL ? summary : &nothing;
}

/**
 * wf_overview_get_late:
 * @self: an overview
 * @incident: id of an incident
 *
 * Returns: how many of its tasks, reports and orders are overdue
 */
guint
wf_overview_get_late (WfOverview *self,
                      const char *incident)
{
  const WfSummary *summary = wf_overview_get (self, incident);

  return summary->tasks_late + summary->reports_late + summary->orders_late;
}

/**
 * wf_overview_refresh:
 * @self: an overview
 *
 * Counts now what would be counted before long, so that what is about to be shown is shown whole.
 */
void
wf_overview_refresh (WfOverview *self)
{
  g_return_if_fail (WF_IS_OVERVIEW (self));

  g_clear_handle_id (&self->idle, g_source_remove);
  if (wf_session_is_ready (self->session))
    count_all (self);
}

/**
 * wf_overview_tick:
 * @self: an overview
 *
 * A second has passed.
 */
void
wf_overview_tick (WfOverview *self)
{
  g_return_if_fail (WF_IS_OVERVIEW (self));

  queue (self);
}
