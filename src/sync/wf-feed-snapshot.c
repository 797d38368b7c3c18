/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-feed-parts-private.h"

#include "wf-sync-error.h"

#include <glib/gi18n.h>

/* How a feed takes a copy of the records. */

#define PIECE         (256 * 1024)

static void read_piece (WfFeedStep *step);

static void
finish_in_worker (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  WfFeedStep *step = data;
  GError *error = NULL;
  WfContents *contents = wf_snapshot_reader_finish (step->reader, &error);

  if (contents != NULL)
    g_task_return_pointer (task, contents, (GDestroyNotify) wf_contents_free);
  else
    g_task_return_error (task, error);
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  GError *error = NULL;
  g_autoptr (WfContents) contents = g_task_propagate_pointer (G_TASK (result), &error);

  if (contents == NULL)
    wf_feed_step_fail (step, error);
  else if (wf_feed_step_is_current (step) && step->compare)
    step->self->client->compare (step->self->data, g_steal_pointer (&contents));
  else if (wf_feed_step_is_current (step))
    step->self->client->snapshot (step->self->data, g_steal_pointer (&contents));
}

static void
feed_in_worker (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  WfFeedStep *step = g_object_get_data (G_OBJECT (task), "step");
  GError *error = NULL;

  if (wf_snapshot_reader_feed (step->reader, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
fed_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    wf_feed_step_fail (step, error);
  else if (wf_feed_step_is_current (step))
    read_piece (g_steal_pointer (&step));
}

static void
piece_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  WfFeed *self = step->self;
  GError *error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL)
    {
      wf_feed_step_fail (step, error);
      return;
    }
  if (!wf_feed_step_is_current (step))
    return;

  gboolean end = g_bytes_get_size (piece) == 0;
  WfFeedStep *shared = step;
  GTask *task = g_task_new (self, self->attempt, end ? finished_cb : fed_cb, g_steal_pointer (&step));

  /* The step stays with the callback, which runs after the worker has done with it. */
  g_task_set_source_tag (task, piece_cb);
  if (end)
    g_task_set_task_data (task, shared, NULL);
  else
    {
      g_task_set_task_data (task, g_steal_pointer (&piece), (GDestroyNotify) g_bytes_unref);
      g_object_set_data (G_OBJECT (task), "step", shared);
    }
  wf_worker_push (self->worker, G_PRIORITY_DEFAULT, task, end ? finish_in_worker : feed_in_worker);
}

static void
read_piece (WfFeedStep *step)
{
  g_input_stream_read_bytes_async (step->stream, PIECE, G_PRIORITY_DEFAULT, step->attempt, piece_cb, step);
}

static void
snapshot_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (WfFeedStep) step = data;
  GError *error = NULL;

  step->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (step->stream == NULL)
    {
      wf_feed_step_fail (step, error);
      return;
    }
  if (!wf_feed_step_is_current (step))
    return;

  guint status = soup_message_get_status (step->message);
  if (status != SOUP_STATUS_OK)
    {
      wf_feed_step_fail (step, wf_http_error (status, NULL));
      return;
    }

  step->reader = wf_snapshot_reader_new ();
  read_piece (g_steal_pointer (&step));
}

static void
ask_snapshot (WfFeed   *self,
              gboolean  compare)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = wf_http_message (self->http, "GET", "/api/v1/snapshot", &error);

  if (message == NULL)
    {
      wf_feed_fail (self, error);
      return;
    }

  WfFeedStep *step = wf_feed_step_new (self);

  step->message = g_object_ref (message);
  step->compare = compare;
  soup_session_send_async (wf_http_get_session (self->http), message, G_PRIORITY_DEFAULT, step->attempt, snapshot_cb,
                           step);
}

/**
 * wf_feed_take_snapshot:
 * @self: a feed
 *
 * Takes a copy of the records, and hands it to the client.
 */
void
wf_feed_take_snapshot (WfFeed *self)
{
  self->client->link (self->data, WF_LINK_CATCHING_UP, _("The workstation takes a copy of the service's records."));
  ask_snapshot (self, FALSE);
}

/**
 * wf_feed_compare:
 * @self: a feed
 *
 * Fetches a snapshot beside the feed and hands it to the client to compare with. What goes wrong with that is of no
 * consequence.
 */
void
wf_feed_compare (WfFeed *self)
{
  g_return_if_fail (WF_IS_FEED (self));

  if (self->attempt != NULL)
    ask_snapshot (self, TRUE);
}
