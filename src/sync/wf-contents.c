/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-replica-private.h"

/**
 * wf_head_new:
 * @number: of the newest event in the scope
 * @hash: of its header
 *
 * Returns: (transfer full): the end of a chain
 */
WfHead *
wf_head_new (int64_t     number,
             const char *hash)
{
  WfHead *self = g_new0 (WfHead, 1);

  self->number = number;
  self->hash = g_strdup (hash);

  return self;
}

/**
 * wf_head_free:
 * @self: (transfer full): the end of a chain
 */
void
wf_head_free (WfHead *self)
{
  g_free (self->hash);
  g_free (self);
}

/**
 * wf_unit_position_new:
 * @scope: the scope that it was seen in
 * @unit: the unit's id
 * @position: where
 *
 * Returns: (transfer full): the three of them
 */
WfUnitPosition *
wf_unit_position_new (const char       *scope,
                      const char       *unit,
                      const WfPosition *position)
{
  WfUnitPosition *self = g_new0 (WfUnitPosition, 1);

  self->scope = g_strdup (scope);
  self->unit = g_strdup (unit);
  self->position = *position;

  return self;
}

/**
 * wf_unit_position_free:
 * @self: (transfer full): a unit's position
 */
void
wf_unit_position_free (WfUnitPosition *self)
{
  g_free (self->scope);
  g_free (self->unit);
  g_free (self);
}

/**
 * wf_scoped_reading_new:
 * @scope: the scope that it belongs to
 * @reading: what was read; its quantity is a name that stays
 *
 * Returns: (transfer full): the two of them
 */
WfScopedReading *
wf_scoped_reading_new (const char      *scope,
                       const WfReading *reading)
{
  WfScopedReading *self = g_new0 (WfScopedReading, 1);

  self->scope = g_strdup (scope);
  self->source = g_strdup (reading->source);
  self->reading = *reading;
  self->reading.source = self->source;

  return self;
}

/**
 * wf_scoped_reading_free:
 * @self: (transfer full): what was read
 */
void
wf_scoped_reading_free (WfScopedReading *self)
{
  g_free (self->scope);
  g_free (self->source);
  g_free (self);
}

/**
 * wf_contents_new:
 *
 * Returns: (transfer full): contents with nothing in them
 */
WfContents *
wf_contents_new (void)
{
  WfContents *self = g_new0 (WfContents, 1);

  self->heads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wf_head_free);
  self->entities = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);
  self->positions = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_unit_position_free);
  self->readings = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_scoped_reading_free);

  return self;
}

/**
 * wf_contents_free:
 * @self: (transfer full): contents
 */
void
wf_contents_free (WfContents *self)
{
  g_free (self->service);
  g_free (self->actor);
  g_free (self->name);
  g_free (self->post);
  g_free (self->role);
  g_hash_table_unref (self->heads);
  g_ptr_array_unref (self->entities);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->positions);
  g_ptr_array_unref (self->readings);
  g_free (self);
}
