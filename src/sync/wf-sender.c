/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-sender.h"

#include "wf-http-private.h"
#include "wf-json.h"
#include "wf-kind.h"
#include "wf-sync-error.h"
#include "wf-trust-private.h"
#include "wf-wire.h"

#include <glib/gi18n.h>

/* Answers to what is sent here are short. */
#define ANSWER_MAX 65536

/**
 * WfSender:
 *
 * A mobile unit's way to its centre: it shows its certificate, tells where it is, and reads nothing, as a unit may not. Used
 * from the main thread.
 */
struct _WfSender
{
  GObject parent_instance;

  WfHttp *http; /* (owned) */
  char   *unit; /* (owned) (nullable): as the service knows it */
};

G_DEFINE_FINAL_TYPE (WfSender, wf_sender, G_TYPE_OBJECT)

static void
wf_sender_dispose (GObject *object)
{
  WfSender *self = WF_SENDER (object);

  if (self->http != NULL)
    wf_http_close (self->http);
  g_clear_object (&self->http);

  G_OBJECT_CLASS (wf_sender_parent_class)->dispose (object);
}

static void
wf_sender_finalize (GObject *object)
{
  g_free (WF_SENDER (object)->unit);

  G_OBJECT_CLASS (wf_sender_parent_class)->finalize (object);
}

static void
wf_sender_class_init (WfSenderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wf_sender_dispose;
  object_class->finalize = wf_sender_finalize;
}

static void
wf_sender_init (WfSender *self)
{
}

/**
 * wf_sender_new:
 * @uri: the service's address, https
 * @certificate: file with the unit's certificate (PEM)
 * @key: (nullable): file with its key (PEM), where that is not in the same
 * @authority: (nullable): file with the certificates (PEM) of those who may sign the service's
 * @pin: (nullable): SHA-256 fingerprint of the service's certificate
 * @error: return location: a file that cannot be used
 *
 * Returns: (transfer full) (nullable): a way to the service; nothing has been sent
 */
WfSender *
wf_sender_new (const char  *uri,
               const char  *certificate,
               const char  *key,
               const char  *authority,
               const char  *pin,
               GError     **error)
{
  g_return_val_if_fail (uri != NULL && certificate != NULL, NULL);

  g_autoptr (GError) wrong = NULL;
  g_autoptr (GTlsDatabase) trust = wf_trust_new (authority, pin, &wrong);
  g_autoptr (GTlsCertificate) shown = NULL;

  if (wrong == NULL)
    shown = g_tls_certificate_new_from_files (certificate, key != NULL ? key : certificate, &wrong);
  if (wrong != NULL)
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED, _("The certificate cannot be used: %s"), wrong->message);
      return NULL;
    }

  if (!g_str_has_prefix (uri, "https://"))
    {
      g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_REFUSED,
                   _("A certificate is shown by TLS only: the service’s address must begin with https://"));
      return NULL;
    }

  WfSender *self = g_object_new (WF_TYPE_SENDER, NULL);

  self->http = wf_http_new (uri, NULL);
  wf_http_set_trust (self->http, trust);
  wf_http_set_certificate (self->http, shown);

  return self;
}

static gboolean
check_answer (WfAnswer  *answer,
              GError   **error)
{
  if (answer->status == SOUP_STATUS_OK)
    return TRUE;

  g_propagate_error (error, wf_http_error (answer->status, answer->body));
  return FALSE;
}

static void
introduced_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (GTask) task = data;
  WfSender *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer == NULL || !check_answer (answer, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (answer->body, ANSWER_MAX, NULL);
  const char *actor = doc != NULL ? wf_json_member_string (wf_json_doc_root (doc), "actor") : NULL;
  const char *role = doc != NULL ? wf_json_member_string (wf_json_doc_root (doc), "role") : NULL;

  if (actor == NULL || g_strcmp0 (role, "unit") != 0)
    {
      g_task_return_new_error (task, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL, _("The service does not know this as a unit."
                                                                              " Enter it among the units."));
      return;
    }

  g_free (self->unit);
  self->unit = g_strdup (actor);
  g_task_return_boolean (task, TRUE);
}

/**
 * wf_sender_introduce_async:
 * @self: a sender
 * @cancellable: (nullable): to cancel it
 * @callback: called when the service has answered
 * @data: for @callback
 *
 * Asks the service whom it takes this for.
 */
void
wf_sender_introduce_async (WfSender            *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             data)
{
  g_return_if_fail (WF_IS_SENDER (self));

  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, wf_sender_introduce_async);
  wf_http_send_async (self->http, "GET", "/api/v1/session", NULL, NULL, ANSWER_MAX, cancellable, introduced_cb, task);
}

/**
 * wf_sender_introduce_finish:
 * @self: a sender
 * @result: from the callback
 * @error: a #WfSyncError; %WF_SYNC_ERROR_REFUSED says in words why the certificate is not taken
 *
 * Returns: whether the service knows the unit; wf_sender_get_unit() says which
 */
gboolean
wf_sender_introduce_finish (WfSender      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * wf_sender_get_unit:
 * @self: a sender
 *
 * Returns: (transfer none) (nullable): id of the unit that the certificate is for, once the service has said so
 */
const char *
wf_sender_get_unit (WfSender *self)
{
  g_return_val_if_fail (WF_IS_SENDER (self), NULL);

  return self->unit;
}

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer == NULL || !check_answer (answer, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * wf_sender_tell_async:
 * @self: a sender that has introduced itself
 * @position: where the unit is
 * @cancellable: (nullable): to cancel it
 * @callback: called when the service has answered
 * @data: for @callback
 *
 * Tells where the unit is. What does not arrive is not told again: the next position says more.
 */
void
wf_sender_tell_async (WfSender            *self,
                      const WfPosition    *position,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             data)
{
  g_return_if_fail (WF_IS_SENDER (self));
  g_return_if_fail (position != NULL && self->unit != NULL);

  GTask *task = g_task_new (self, cancellable, callback, data);
  GString *text = g_string_new ("{\"scope\":\"" WF_LIVE "\",\"positions\":[");

  g_task_set_source_tag (task, wf_sender_tell_async);
  wf_wire_write_position (text, self->unit, position);
  g_string_append (text, "]}");

  g_autoptr (GBytes) body = g_string_free_to_bytes (text);
  wf_http_post_async (self->http, "/api/v1/telemetry", body, ANSWER_MAX, cancellable, told_cb, task);
}

/**
 * wf_sender_tell_finish:
 * @self: a sender
 * @result: from the callback
 * @error: a #WfSyncError; %WF_SYNC_ERROR_REFUSED: the certificate is no longer taken
 *
 * Returns: whether the service has it
 */
gboolean
wf_sender_tell_finish (WfSender      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  if (answer != NULL && answer->status != SOUP_STATUS_OK)
    g_debug ("Readings were not taken: %u", answer->status);
}

/**
 * wf_sender_tell_readings:
 * @self: a sender that has introduced itself
 * @readings: (array length=n): what was read; the source of each is the unit, whatever stands there
 * @n: how much
 * @cancellable: (nullable): to cancel it
 *
 * Tells what the unit's sensors have read. What does not arrive is lost, and an older service that does not know such a
 * quantity refuses it: nothing else hangs on it.
 */
void
wf_sender_tell_readings (WfSender        *self,
                         const WfReading *readings,
                         guint            n,
                         GCancellable    *cancellable)
{
  g_return_if_fail (WF_IS_SENDER (self));
  g_return_if_fail (self->unit != NULL);

  GString *text = g_string_new ("{\"scope\":\"" WF_LIVE "\",\"readings\":[");

  for (guint i = 0; i < n; i++)
    {
      WfReading reading = { self->unit, readings[i].quantity, readings[i].at, readings[i].value };

      if (i > 0)
        g_string_append_c (text, ',');
      wf_wire_write_reading (text, &reading);
    }
  g_string_append (text, "]}");

  g_autoptr (GBytes) body = g_string_free_to_bytes (text);
  wf_http_post_async (self->http, "/api/v1/telemetry", body, ANSWER_MAX, cancellable, read_cb, NULL);
}
