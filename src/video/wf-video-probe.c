/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-probe.h"
#include "wf-video-scheme.h"

/* Seconds; whoever answers later has not answered. */
#define PATIENCE 3

static WfVideoReason
read_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return WF_VIDEO_REASON_REFUSED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return WF_VIDEO_REASON_TIME_OUT;

  return WF_VIDEO_REASON_NO_ROUTE;
}

static void
connect_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;

  connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;

  g_task_return_int (task, connection != NULL ? WF_VIDEO_REASON_NONE : read_error (error));
}

/*
 * wf_video_probe_async:
 * @uri: an address that wf_video_scheme_find() knows
 * @cancellable: (nullable): to give up
 * @callback: when the answer is there
 * @user_data: for @callback
 *
 * Connects once, without a word, to learn what keeps a link from opening.
 */
void
wf_video_probe_async (const char          *uri,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  const WfVideoScheme *scheme = NULL;
  g_autoptr (GUri) parsed = wf_video_scheme_parse (uri, &scheme);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_task_set_source_tag (task, wf_video_probe_async);

  if (parsed == NULL)
    {
      g_task_return_int (task, WF_VIDEO_REASON_BAD_ADDRESS);
      return;
    }

  /* Packets that simply do not come, and files, cannot be asked. */
  if (!scheme->connects)
    {
      g_task_return_int (task, WF_VIDEO_REASON_NONE);
      return;
    }

  g_socket_client_set_timeout (client, PATIENCE);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_to_host_async (client, g_uri_get_host (parsed), wf_video_scheme_get_port (scheme, parsed),
                                         cancellable, connect_cb, g_steal_pointer (&task));
}

/*
 * wf_video_probe_finish:
 * @result: from the callback
 *
 * Returns: what is wrong with the connection, %WF_VIDEO_REASON_NONE when the other end takes it
 */
WfVideoReason
wf_video_probe_finish (GAsyncResult *result)
{
  gssize reason = g_task_propagate_int (G_TASK (result), NULL);

  return reason < 0 ? WF_VIDEO_REASON_NONE : (WfVideoReason) reason;
}
