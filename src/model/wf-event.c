/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-model"

#include "config.h"

#include "wf-event.h"

#include "wf-kind.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (WfEvent, wf_event, wf_event_ref, wf_event_unref)

/**
 * wf_event_new:
 * @type: its type
 * @type_version: version of the payload's form
 * @scope: the scope that it happens in
 * @subject: (nullable): the thing whose story it belongs to
 * @payload: (nullable) (transfer none): a{sv}; a floating reference is taken
 *
 * Makes an event for everybody's eyes (audience `all`) that nobody has recorded yet. Whoever makes it fills in the other
 * members before it is handed on.
 *
 * Returns: (transfer full): the event
 */
WfEvent *
wf_event_new (const char *type,
              int         type_version,
              const char *scope,
              const char *subject,
              GVariant   *payload)
{
  g_return_val_if_fail (type != NULL && scope != NULL, NULL);

  WfEvent *self = g_slice_new0 (WfEvent);
  g_atomic_ref_count_init (&self->refs);
  self->type = g_intern_string (type);
  self->type_version = type_version;
  self->scope = g_strdup (scope);
  self->audience = g_strdup (WF_AUDIENCE_ALL);
  self->subject = g_strdup (subject);
  self->payload = payload != NULL ? g_variant_ref_sink (payload) : NULL;

  return self;
}

/**
 * wf_event_ref:
 * @self: an event
 *
 * Returns: (transfer full): @self
 */
WfEvent *
wf_event_ref (WfEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * wf_event_unref:
 * @self: (transfer full): an event
 */
void
wf_event_unref (WfEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->scope);
  g_free (self->audience);
  g_free (self->subject);
  g_free (self->actor);
  g_free (self->post);
  g_free (self->cause);
  g_clear_pointer (&self->payload, g_variant_unref);
  g_clear_pointer (&self->payload_bytes, g_bytes_unref);
  g_free (self->payload_digest);
  g_free (self->previous);
  g_free (self->hash);
  g_slice_free (WfEvent, self);
}

/**
 * wf_event_happened_at:
 * @self: an event
 *
 * Returns: when it happened on its scope's own clock, which in an exercise need not be that on the wall: what was recorded
 *   late is so much earlier than its record
 */
int64_t
wf_event_happened_at (const WfEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  if (strcmp (self->scope, WF_LIVE) == 0 || self->scope_time == 0)
    return self->occurred_at;

  return self->scope_time - MAX (self->recorded_at - self->occurred_at, 0);
}
