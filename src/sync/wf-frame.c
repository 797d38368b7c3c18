/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-frame-private.h"

#include "wf-entry.h"
#include "wf-id.h"
#include "wf-replica-private.h"
#include "wf-sketch.h"
#include "wf-sync-error.h"
#include "wf-wire.h"

#include <glib/gi18n.h>

#define FRAME_MAX (64 * 1024 * 1024)

/**
 * wf_frame_free:
 * @self: (transfer full): a frame
 */
void
wf_frame_free (WfFrame *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->positions, g_ptr_array_unref);
  g_clear_pointer (&self->readings, g_ptr_array_unref);
  g_clear_pointer (&self->sketch, g_variant_unref);
  g_clear_pointer (&self->drawn, g_ptr_array_unref);
  g_free (self);
}

static gboolean
refuse (const char  *reason,
        GError     **error)
{
  g_set_error (error, WF_SYNC_ERROR, WF_SYNC_ERROR_PROTOCOL,
               _("The service sent something that cannot be read: %s. Tell whoever looks after the service."), reason);
  return FALSE;
}

static gboolean
read_entries (WfFrame       *self,
              WfJsonDoc     *doc,
              const WfJson  *root,
              GError       **error)
{
  const WfJson *list = wf_json_member (root, "entries");
  g_autoptr (GError) wrong = NULL;

  if (list == NULL || wf_json_type (list) != WF_JSON_ARRAY)
    return refuse ("entries", error);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entry_unref);
  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value))
    {
      WfEntry *entry = wf_entry_read (doc, value, &wrong);

      if (entry == NULL)
        return refuse (wrong->message, error);

      g_ptr_array_add (self->entries, entry);
    }

  return TRUE;
}

static gboolean
read_positions (WfFrame       *self,
                const WfJson  *root,
                const char    *scope,
                GError       **error)
{
  const WfJson *list = wf_json_member (root, "positions");
  g_autoptr (GError) wrong = NULL;

  if (list == NULL || wf_json_type (list) != WF_JSON_ARRAY || !wf_id_is_valid (scope))
    return refuse ("positions", error);

  if (self->positions == NULL)
    self->positions = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_unit_position_free);
  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value))
    {
      const char *unit;
      WfPosition position;

      if (!wf_wire_read_position (value, &unit, &position, NULL, &wrong))
        return refuse (wrong->message, error);

      g_ptr_array_add (self->positions, wf_unit_position_new (scope, unit, &position));
    }

  return TRUE;
}

/* A quantity that this program does not know comes from a newer service: nothing hangs on it. */
static gboolean
read_readings (WfFrame       *self,
               const WfJson  *root,
               const char    *scope,
               GError       **error)
{
  const WfJson *list = wf_json_member (root, "readings");

  if (list == NULL || wf_json_type (list) != WF_JSON_ARRAY || !wf_id_is_valid (scope))
    return refuse ("readings", error);

  if (self->readings == NULL)
    self->readings = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_scoped_reading_free);
  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value))
    {
      WfReading reading;
      const char *wrong = wf_wire_read_reading (value, &reading);

      if (g_strcmp0 (wrong, "quantity") == 0)
        continue;
      if (wrong != NULL)
        return refuse (wrong, error);

      g_ptr_array_add (self->readings, wf_scoped_reading_new (scope, &reading));
    }

  return TRUE;
}

/* One that a newer service says more of is only not looked at: nothing hangs on it. */
static GVariant *
read_sketch (const WfJson *sketch)
{
  g_autofree char *path = NULL;

  return wf_wire_read_checked (sketch, wf_told_sketch_fields, "sketch", &path, NULL);
}

static gboolean
read_drawn (WfFrame       *self,
            const WfJson  *list,
            GError       **error)
{
  if (list == NULL)
    return TRUE;
  if (wf_json_type (list) != WF_JSON_ARRAY)
    return refuse ("sketches", error);

  self->drawn = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value))
    {
      GVariant *sketch = read_sketch (value);

      if (sketch != NULL)
        g_ptr_array_add (self->drawn, sketch);
    }

  return TRUE;
}

typedef gboolean (*ReadScoped) (WfFrame       *self,
                                const WfJson  *root,
                                const char    *scope,
                                GError       **error);

/* A page has what was told in all scopes. */
static gboolean
read_page_list (WfFrame       *self,
                const WfJson  *list,
                ReadScoped     read,
                GError       **error)
{
  if (list == NULL)
    return TRUE;
  if (wf_json_type (list) != WF_JSON_ARRAY)
    return refuse ("page", error);

  for (const WfJson *value = wf_json_first (list); value != NULL; value = wf_json_next (value))
    if (!read (self, value, wf_json_member_string (value, "scope"), error))
      return FALSE;

  return TRUE;
}

static int64_t
read_number (const WfJson *root,
             const char   *key)
{
  const WfJson *value = wf_json_member (root, key);

  return value != NULL && wf_json_type (value) == WF_JSON_INT ? wf_json_int (value) : -1;
}

/* The document that was sent, which is an object. */
static WfJsonDoc *
read_object (GBytes  *bytes,
             GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (WfJsonDoc) doc = wf_json_doc_new (bytes, FRAME_MAX, &wrong);

  if (doc == NULL || wf_json_type (wf_json_doc_root (doc)) != WF_JSON_OBJECT)
    {
      refuse (wrong != NULL ? wrong->message : "object", error);
      return NULL;
    }

  return g_steal_pointer (&doc);
}

/**
 * wf_frame_read:
 * @bytes: a message of the feed, or a page of the journal
 * @page: whether it is a page, which has entries but does not say so
 * @error: where to put a #WfSyncError
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): what it says
 */
WfFrame *
wf_frame_read (GBytes    *bytes,
               gboolean   page,
               GError   **error)
{
  g_autoptr (WfJsonDoc) doc = read_object (bytes, error);
  g_autoptr (WfFrame) self = g_new0 (WfFrame, 1);

  if (doc == NULL)
    return NULL;

  const WfJson *root = wf_json_doc_root (doc);
  const char *kind = page ? "entries" : wf_json_member_string (root, "kind");

  self->head = read_number (root, "head");
  self->next = read_number (root, "next");
  self->moved = read_number (root, "moved");
  self->beat = read_number (root, "beat");
  self->kind = WF_FRAME_OTHER;

  if (g_strcmp0 (kind, "hello") == 0)
    {
      self->kind = WF_FRAME_HELLO;
      self->sketches = wf_json_member (root, "sketches") != NULL;
    }
  else if (g_strcmp0 (kind, "sketch") == 0)
    {
      const WfJson *sketch = wf_json_member (root, "sketch");

      self->sketch = sketch != NULL ? read_sketch (sketch) : NULL;
      if (self->sketch != NULL)
        self->kind = WF_FRAME_SKETCH;
    }
  else if (g_strcmp0 (kind, "time") == 0)
    self->kind = WF_FRAME_TIME;
  else if (g_strcmp0 (kind, "entries") == 0)
    {
      self->kind = WF_FRAME_ENTRIES;
      if (!read_entries (self, doc, root, error))
        return NULL;
      if (page && (!read_page_list (self, wf_json_member (root, "positions"), read_positions, error)
                   || !read_page_list (self, wf_json_member (root, "readings"), read_readings, error)
                   || !read_drawn (self, wf_json_member (root, "sketches"), error)))
        return NULL;
    }
  else if (g_strcmp0 (kind, "positions") == 0)
    {
      self->kind = WF_FRAME_POSITIONS;
      if (!read_positions (self, root, wf_json_member_string (root, "scope"), error))
        return NULL;
    }
  else if (g_strcmp0 (kind, "readings") == 0)
    {
      self->kind = WF_FRAME_READINGS;
      if (!read_readings (self, root, wf_json_member_string (root, "scope"), error))
        return NULL;
    }

  if ((self->kind == WF_FRAME_HELLO || self->kind == WF_FRAME_TIME) && self->head < 0)
    {
      refuse ("head", error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* What the service answers when it is asked for what was kept. */
static WfFrame *
read_kept (GBytes      *bytes,
           const char  *scope,
           ReadScoped   read,
           GError     **error)
{
  g_autoptr (WfJsonDoc) doc = read_object (bytes, error);
  g_autoptr (WfFrame) frame = g_new0 (WfFrame, 1);

  return doc != NULL && read (frame, wf_json_doc_root (doc), scope, error) ? g_steal_pointer (&frame) : NULL;
}

/**
 * wf_positions_read:
 * @bytes: what the service answers when it is asked for a track
 * @scope: the scope that it was asked for
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable) (element-type WfUnitPosition): the positions
 */
GPtrArray *
wf_positions_read (GBytes      *bytes,
                   const char  *scope,
                   GError     **error)
{
  g_autoptr (WfFrame) frame = read_kept (bytes, scope, read_positions, error);

  return frame != NULL ? g_steal_pointer (&frame->positions) : NULL;
}

/**
 * wf_readings_read:
 * @bytes: what the service answers when it is asked for a series of readings
 * @scope: the scope that it was asked for
 * @error: where to put a #WfSyncError
 *
 * Returns: (transfer full) (nullable) (element-type WfScopedReading): the readings
 */
GPtrArray *
wf_readings_read (GBytes      *bytes,
                  const char  *scope,
                  GError     **error)
{
  g_autoptr (WfFrame) frame = read_kept (bytes, scope, read_readings, error);

  return frame != NULL ? g_steal_pointer (&frame->readings) : NULL;
}
