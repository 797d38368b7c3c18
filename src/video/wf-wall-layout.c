/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-wall-layout.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define SOURCE_MAX 200 /* bytes of a source's id */

struct _WfWallLayout
{
  guint  size;
  char  *cells[WF_WALL_MOST]; /* (owned) (nullable) */
};

static gboolean
is_size (guint64 size)
{
  return size == 1 || size == 4 || size == 9 || size == 16;
}

/**
 * wf_wall_layout_new:
 * @size: 1, 4, 9 or 16
 *
 * Returns: (transfer full): an empty wall
 */
WfWallLayout *
wf_wall_layout_new (guint size)
{
  g_return_val_if_fail (is_size (size), NULL);

  WfWallLayout *self = g_new0 (WfWallLayout, 1);
  self->size = size;

  return self;
}

/**
 * wf_wall_layout_parse:
 * @text: what wf_wall_layout_to_string() gave
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the wall, or %NULL where @text is not one: it may come from a file that somebody wrote
 */
WfWallLayout *
wf_wall_layout_parse (const char  *text,
                      GError     **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 size = 0;

  if (parts[0] == NULL || parts[1] == NULL || !g_ascii_string_to_unsigned (parts[0], 10, 1, WF_WALL_MOST, &size, NULL) ||
      !is_size (size))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("A saved video layout starts with 1, 4, 9 or 16 tiles."));
      return NULL;
    }

  g_auto (GStrv) sources = g_strsplit (parts[1], ",", WF_WALL_MOST + 1);
  if (g_strv_length (sources) > size)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("A saved video layout names more links than it has tiles."));
      return NULL;
    }

  g_autoptr (WfWallLayout) self = wf_wall_layout_new ((guint) size);
  for (guint i = 0; sources[i] != NULL; i++)
    if (*sources[i] != '\0')
      {
        if (strlen (sources[i]) > SOURCE_MAX || !g_utf8_validate (sources[i], -1, NULL) ||
            wf_wall_layout_find (self, sources[i]) >= 0)
          {
            g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                 _("A saved video layout names a link twice, or by no id."));
            return NULL;
          }
        self->cells[i] = g_strdup (sources[i]);
      }

  return g_steal_pointer (&self);
}

/**
 * wf_wall_layout_free:
 * @self: (transfer full): a wall
 */
void
wf_wall_layout_free (WfWallLayout *self)
{
  for (guint i = 0; i < WF_WALL_MOST; i++)
    g_free (self->cells[i]);
  g_free (self);
}

/**
 * wf_wall_layout_to_string:
 * @self: a wall
 *
 * Returns: (transfer full): one line, to be kept: the size, a colon, and the sources' ids with commas between them
 */
char *
wf_wall_layout_to_string (const WfWallLayout *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u:", self->size);
  for (guint i = 0; i < self->size; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", self->cells[i] != NULL ? self->cells[i] : "");

  return g_string_free (text, FALSE);
}

/**
 * wf_wall_layout_get_size:
 * @self: a wall
 *
 * Returns: how many tiles it has
 */
guint
wf_wall_layout_get_size (const WfWallLayout *self)
{
  return self->size;
}

/**
 * wf_wall_layout_set_size:
 * @self: a wall
 * @size: 1, 4, 9 or 16
 *
 * Makes it larger or smaller. Where some have no room any more, empty tiles go first, and then the last sources.
 */
void
wf_wall_layout_set_size (WfWallLayout *self,
                         guint         size)
{
  guint n = 0;

  g_return_if_fail (is_size (size));

  if (size < self->size)
    {
      for (guint i = 0; i < self->size; i++)
        {
          char *source = g_steal_pointer (&self->cells[i]);

          if (source != NULL && n < size)
            self->cells[n++] = source;
          else
            g_free (source);
        }
    }
  self->size = size;
}

/**
 * wf_wall_layout_get:
 * @self: a wall
 * @cell: a tile
 *
 * Returns: (nullable): the source that stands there
 */
const char *
wf_wall_layout_get (const WfWallLayout *self,
                    guint               cell)
{
  return cell < self->size ? self->cells[cell] : NULL;
}

/**
 * wf_wall_layout_find:
 * @self: a wall
 * @source: its id
 *
 * Returns: the tile in which it stands, or -1
 */
int
wf_wall_layout_find (const WfWallLayout *self,
                     const char         *source)
{
  for (guint i = 0; i < self->size; i++)
    if (g_strcmp0 (self->cells[i], source) == 0)
      return (int) i;

  return -1;
}

/**
 * wf_wall_layout_find_room:
 * @self: a wall
 *
 * Returns: the first empty tile, or -1
 */
int
wf_wall_layout_find_room (const WfWallLayout *self)
{
  return wf_wall_layout_find (self, NULL);
}

/**
 * wf_wall_layout_put:
 * @self: a wall
 * @cell: a tile
 * @source: (nullable): its id; %NULL empties the tile
 *
 * Where @source stands elsewhere already, the two tiles change places.
 */
void
wf_wall_layout_put (WfWallLayout *self,
                    guint         cell,
                    const char   *source)
{
  int old = source != NULL ? wf_wall_layout_find (self, source) : -1;

  g_return_if_fail (cell < self->size);

  if (old >= 0)
    {
      char *moved = self->cells[old];

      self->cells[old] = self->cells[cell];
      self->cells[cell] = moved;
      return;
    }

  g_free (self->cells[cell]);
  self->cells[cell] = g_strdup (source);
}

/**
 * wf_wall_layout_patrol:
 * @self: a wall
 * @sources: ids, in the order of the patrol
 * @from: what the last call returned, 0 at first
 *
 * Fills the wall with the sources whose turn it is. With no more sources than tiles they all stand there all the time.
 *
 * Returns: where the next turn starts
 */
guint
wf_wall_layout_patrol (WfWallLayout *self,
                       GPtrArray    *sources,
                       guint         from)
{
  guint n = MIN (self->size, sources->len);

  if (from >= sources->len || sources->len <= self->size)
    from = 0;
  for (guint i = 0; i < self->size; i++)
    g_clear_pointer (&self->cells[i], g_free);
  for (guint i = 0; i < n; i++)
    self->cells[i] = g_strdup (sources->pdata[(from + i) % sources->len]);

  return sources->len > 0 ? (from + n) % sources->len : 0;
}
