/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-store"

#include "config.h"

#include "wf-filter.h"

#include "wf-dict.h"
#include "wf-event-types.h"
#include "wf-id.h"

#include <math.h>
#include <string.h>

#define KINDS_MAX 20

/* Units' positions are no events, but may be wanted or not like them. */
#define POSITION "position"
#define READING  "reading"

struct _WfFilter
{
  gatomicrefcount refs;
  char           *scope; /* (nullable) */
  GStrv           kinds; /* (nullable) first words of event types */
  gboolean        area;
  double          west;
  double          south;
  double          east;
  double          north;
};

static gboolean
is_kind (const char *name)
{
  gsize length = strlen (name);
  const WfEventType *types;
  guint n;

  if (strcmp (name, POSITION) == 0 || strcmp (name, READING) == 0)
    return TRUE;

  types = wf_event_type_all (&n);
  for (guint i = 0; i < n; i++)
    if (strncmp (types[i].name, name, length) == 0 && types[i].name[length] == '.')
      return TRUE;

  return FALSE;
}

static gboolean
read_kinds (WfFilter   *self,
            const char *text)
{
  self->kinds = g_strsplit (text, ",", KINDS_MAX + 1);
  if (self->kinds[0] == NULL || g_strv_length (self->kinds) > KINDS_MAX)
    return FALSE;

  for (char **kind = self->kinds; *kind != NULL; kind++)
    if (!is_kind (*kind))
      return FALSE;

  return TRUE;
}

static gboolean
read_area (WfFilter   *self,
           const char *text)
{
  double *const corners[] = { &self->west, &self->south, &self->east, &self->north };
  const char *next = text;

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    {
      char *end;

      /* strtod() takes more than a number on the wire may be. */
      if (strspn (next, "0123456789+-.eE") == 0)
        return FALSE;
      *corners[i] = g_ascii_strtod (next, &end);
      if (end == next || !isfinite (*corners[i]) || *end != (i < 3 ? ',' : '\0'))
        return FALSE;
      next = end + 1;
    }

  self->area = TRUE;
  return self->west >= -180 && self->west <= 180 && self->east >= -180 && self->east <= 180 &&
         self->south >= -90 && self->south <= self->north && self->north <= 90;
}

/**
 * wf_filter_new:
 * @scope: (nullable): only this scope
 * @kinds: (nullable): only these, with commas between them: first words of event types, `position` or `reading`
 * @area: (nullable): only what lies in `west,south,east,north`, WGS 84; over the 180th meridian where west is more than east
 * @wrong: (out): which of them is no good, by its name on the wire
 *
 * Returns: (transfer full) (nullable): a filter; %NULL with @wrong set where something is no good, and without where
 *   nothing is filtered
 */
WfFilter *
wf_filter_new (const char  *scope,
               const char  *kinds,
               const char  *area,
               const char **wrong)
{
  g_autoptr (WfFilter) self = g_new0 (WfFilter, 1);

  g_atomic_ref_count_init (&self->refs);
  self->scope = g_strdup (scope);
  *wrong = NULL;

  if (scope != NULL && !wf_id_is_valid (scope))
    *wrong = "scope";
  else if (kinds != NULL && !read_kinds (self, kinds))
    *wrong = "kind";
  else if (area != NULL && !read_area (self, area))
    *wrong = "area";

  if (*wrong != NULL || (scope == NULL && kinds == NULL && area == NULL))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * wf_filter_ref:
 * @self: a filter
 *
 * Returns: (transfer full): the same
 */
WfFilter *
wf_filter_ref (WfFilter *self)
{
  g_atomic_ref_count_inc (&self->refs);

  return self;
}

/**
 * wf_filter_unref:
 * @self: (transfer full): a filter
 */
void
wf_filter_unref (WfFilter *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->scope);
  g_strfreev (self->kinds);
  g_free (self);
}

/**
 * wf_filter_has_area:
 * @self: (nullable): a filter
 *
 * Returns: whether it asks where things are
 */
gboolean
wf_filter_has_area (WfFilter *self)
{
  return self != NULL && self->area;
}

static gboolean
takes_kind (WfFilter   *self,
            const char *name,
            gsize       length)
{
  if (self->kinds == NULL)
    return TRUE;

  for (char **kind = self->kinds; *kind != NULL; kind++)
    if (strlen (*kind) == length && strncmp (*kind, name, length) == 0)
      return TRUE;

  return FALSE;
}

/**
 * wf_filter_takes_event:
 * @self: (nullable): a filter
 * @event: an event; its payload is not looked at
 *
 * Returns: whether scope and kind are wanted; where it happened is another question
 */
gboolean
wf_filter_takes_event (WfFilter      *self,
                       const WfEvent *event)
{
  if (self == NULL)
    return TRUE;

  return (self->scope == NULL || strcmp (self->scope, event->scope) == 0) &&
         takes_kind (self, event->type, strcspn (event->type, "."));
}

/**
 * wf_filter_takes_place:
 * @self: (nullable): a filter
 * @longitude: degrees east
 * @latitude: degrees north
 *
 * Returns: whether it lies in the area, if there is one
 */
gboolean
wf_filter_takes_place (WfFilter *self,
                       double    longitude,
                       double    latitude)
{
  if (self == NULL || !self->area)
    return TRUE;

  gboolean between = self->west <= self->east ? longitude >= self->west && longitude <= self->east
                                              : longitude >= self->west || longitude <= self->east;

  return between && latitude >= self->south && latitude <= self->north;
}

/**
 * wf_filter_takes_moves:
 * @self: (nullable): a filter
 * @scope: a scope
 *
 * Returns: whether units' positions in @scope are wanted
 */
gboolean
wf_filter_takes_moves (WfFilter   *self,
                       const char *scope)
{
  return self == NULL || ((self->scope == NULL || strcmp (self->scope, scope) == 0) &&
                          takes_kind (self, POSITION, strlen (POSITION)));
}

/**
 * wf_filter_takes_readings:
 * @self: (nullable): a filter
 * @scope: a scope
 *
 * Returns: whether what sensors in @scope read is wanted
 */
gboolean
wf_filter_takes_readings (WfFilter   *self,
                          const char *scope)
{
  return self == NULL || ((self->scope == NULL || strcmp (self->scope, scope) == 0) &&
                          takes_kind (self, READING, strlen (READING)));
}

/**
 * wf_filter_event_place:
 * @event: an event
 *
 * Returns: where it happened, if its payload says so itself
 */
WfPlace
wf_filter_event_place (const WfEvent *event)
{
  WfPlace place = { FALSE };

  if (event->payload != NULL)
    place.known = wf_dict_point (event->payload, "location", &place.longitude, &place.latitude);

  return place;
}
