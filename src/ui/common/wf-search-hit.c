/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-search-hit.h"

/**
 * WfSearchHit:
 *
 * Something that can be found. Immutable once it is in the index, and read by its threads.
 */
struct _WfSearchHit
{
  GObject parent_instance;

  const char *kind;     /* interned */
  char       *id;       /* (owned): of the thing, or an action's detailed name */
  char       *title;    /* (owned) */
  char       *subtitle; /* (owned) */
  double      lon;
  double      lat;
  gboolean    located;
  double      zoom;  /* 0: near */
  char       *label; /* (owned) (nullable): the title will do */
};

G_DEFINE_FINAL_TYPE (WfSearchHit, wf_search_hit, G_TYPE_OBJECT)

static void
wf_search_hit_finalize (GObject *object)
{
  WfSearchHit *self = WF_SEARCH_HIT (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->subtitle, g_free);
  g_clear_pointer (&self->label, g_free);

  G_OBJECT_CLASS (wf_search_hit_parent_class)->finalize (object);
}

static void
wf_search_hit_class_init (WfSearchHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_search_hit_finalize;
}

static void
wf_search_hit_init (WfSearchHit *self)
{
}

/**
 * wf_search_hit_new:
 * @kind: a kind of the model, %WF_SEARCH_PLACE, %WF_SEARCH_DIVISION or %WF_SEARCH_COMMAND
 * @id: of the thing, or a command's detailed action name
 * @title: what it is called
 * @subtitle: more about it, maybe empty
 *
 * Any thread.
 *
 * Returns: (transfer full): a hit without a place
 */
WfSearchHit *
wf_search_hit_new (const char *kind,
                   const char *id,
                   const char *title,
                   const char *subtitle)
{
  WfSearchHit *self = g_object_new (WF_TYPE_SEARCH_HIT, NULL);

  self->kind = g_intern_string (kind);
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->subtitle = g_strdup (subtitle);

  return self;
}

/**
 * wf_search_hit_set_point:
 * @self: a hit that nobody else has seen yet
 * @lon: degrees, WGS 84
 * @lat: likewise
 */
void
wf_search_hit_set_point (WfSearchHit *self,
                         double       lon,
                         double       lat)
{
  g_return_if_fail (WF_IS_SEARCH_HIT (self));

  self->lon = lon;
  self->lat = lat;
  self->located = TRUE;
}

/**
 * wf_search_hit_set_view:
 * @self: a hit with a point that nobody else has seen yet
 * @zoom: at which the map shows it whole
 * @label: what the map then writes at the point
 *
 * Says that what was found is more than its point.
 */
void
wf_search_hit_set_view (WfSearchHit *self,
                        double       zoom,
                        const char  *label)
{
  g_return_if_fail (WF_IS_SEARCH_HIT (self));

  self->zoom = zoom;
  g_free (self->label);
  self->label = g_strdup (label);
}

/**
 * wf_search_hit_get_zoom:
 * @self: a hit
 *
 * Returns: at which zoom the map shows it, or 0 where it is to be seen from near
 */
double
wf_search_hit_get_zoom (WfSearchHit *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), 0);

  return self->zoom;
}

/**
 * wf_search_hit_get_label:
 * @self: a hit
 *
 * Returns: (transfer none): what the map writes at its point
 */
const char *
wf_search_hit_get_label (WfSearchHit *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), NULL);

  return self->label != NULL ? self->label : self->title;
}

/**
 * wf_search_hit_get_kind:
 * @self: a hit
 *
 * Returns: (transfer none): a kind of the model, %WF_SEARCH_PLACE, %WF_SEARCH_DIVISION or %WF_SEARCH_COMMAND
 */
const char *
wf_search_hit_get_kind (WfSearchHit *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), NULL);

  return self->kind;
}

/**
 * wf_search_hit_get_id:
 * @self: a hit
 *
 * Returns: (transfer none): the thing's id, or the command's detailed action name
 */
const char *
wf_search_hit_get_id (WfSearchHit *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), NULL);

  return self->id;
}

/**
 * wf_search_hit_get_title:
 * @self: a hit
 *
 * Returns: (transfer none): what it is called
 */
const char *
wf_search_hit_get_title (WfSearchHit *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), NULL);

  return self->title;
}

/**
 * wf_search_hit_get_subtitle:
 * @self: a hit
 *
 * Returns: (transfer none): more about it, maybe empty
 */
const char *
wf_search_hit_get_subtitle (WfSearchHit *self)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), NULL);

  return self->subtitle;
}

/**
 * wf_search_hit_get_point:
 * @self: a hit
 * @lon: (out): where
 * @lat: (out): where
 *
 * Returns: whether it has a place
 */
gboolean
wf_search_hit_get_point (WfSearchHit *self,
                         double      *lon,
                         double      *lat)
{
  g_return_val_if_fail (WF_IS_SEARCH_HIT (self), FALSE);

  *lon = self->lon;
  *lat = self->lat;

  return self->located;
}
