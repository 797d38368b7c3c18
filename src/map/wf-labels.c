/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-labels.h"

#include "wf-map-sheet.h"
#include "wf-map-texts.h"
#include "wf-symbols.h"

#include <math.h>
#include <string.h>

/* From this zoom on every lone thing shows its name where there is room. */
#define THING_ZOOM 14.5

/* Names of more units than these would be a carpet. */
#define MAX_UNITS 200

/* Kept free between two names. */
#define GAP 2.0

/* How far off a name with a line stands. */
#define FAR 22.0

/* What lies in a square of the ground is found by the square. */
#define SIDE 64.0

typedef struct
{
  guint box;
  int   next; /* −1 for the last */
} Node;

struct _WfLabels
{
  WfMarks      *marks;  /* (unowned) */
  WfThingsView *things; /* (unowned) */

  guint64       turn;   /* how often names were placed */
  guint64       names;  /* another number where names of things stand otherwise */
  WfMapFrame    frame;  /* for which they were placed */
  guint64       marks_turn;
  guint64       unit_turn;
  guint64       things_turn;
  guint64       plots_turn;
  WfLabelBox    window; /* that of the things, so that both change together */

  GArray       *boxes;  /* (element-type WfLabelBox) what is taken */
  GArray       *nodes;  /* (element-type Node) */
  int          *heads;  /* (owned) of each square its first node */
  int           columns;
  int           rows;
  WfMapTexts   *texts;  /* (owned) what stands beside no symbol */
};

typedef struct
{
  guint   spot;
  guint64 rank;
} Wanted;

/**
 * wf_label_has_leader:
 * @place: where a name stands
 *
 * Returns: whether a line leads from the symbol to it
 */
gboolean
wf_label_has_leader (WfLabelPlace place)
{
  return place >= WF_LABEL_FAR_NORTH_EAST;
}

/**
 * wf_label_box:
 * @place: where the name stands; not %WF_LABEL_NONE
 * @size: how large symbol and name are
 * @box: (out): the name's box around the middle of the symbol
 *
 * Says which room a name takes.
 */
void
wf_label_box (WfLabelPlace       place,
              const WfLabelSize *size,
              WfLabelBox        *box)
{
  gboolean far = wf_label_has_leader (place);
  gboolean east = place == WF_LABEL_RIGHT || place == WF_LABEL_FAR_NORTH_EAST || place == WF_LABEL_FAR_SOUTH_EAST;
  gboolean north = place == WF_LABEL_ABOVE || place == WF_LABEL_FAR_NORTH_EAST || place == WF_LABEL_FAR_NORTH_WEST;
  double x = 0.0;
  double y = 0.0;

  if (place == WF_LABEL_BELOW || place == WF_LABEL_ABOVE)
    y = size->half_height + size->height / 2.0 + 1.0;
  else
    x = size->half_width + size->width / 2.0 + (far ? FAR * 0.5 : 3.0);
  if (far)
    y = size->half_height + FAR;
  if (!east)
    x = -x;
  if (north)
    y = -y;

  *box = (WfLabelBox){ x - size->width / 2.0, y - size->height / 2.0, x + size->width / 2.0, y + size->height / 2.0 };
}

WfLabels *
wf_labels_new (WfMarks      *marks,
               WfThingsView *things)
{
  WfLabels *self = g_new0 (WfLabels, 1);

  self->marks = marks;
  self->things = things;
  self->boxes = g_array_new (FALSE, FALSE, sizeof (WfLabelBox));
  self->nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  self->texts = wf_map_texts_new ();

  return self;
}

void
wf_labels_free (WfLabels *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->boxes);
  g_array_unref (self->nodes);
  wf_map_texts_free (self->texts);
  g_free (self->heads);
  g_free (self);
}

/* --- room ------------------------------------------------------------------------------------------------------------ */

static void
clear_room (WfLabels *self)
{
  self->columns = (int) ceil ((self->window.right - self->window.left) / SIDE) + 1;
  self->rows = (int) ceil ((self->window.bottom - self->window.top) / SIDE) + 1;
  g_free (self->heads);
  self->heads = g_new (int, (gsize) self->columns * (gsize) self->rows);
  for (int i = 0; i < self->columns * self->rows; i++)
    self->heads[i] = -1;
  g_array_set_size (self->boxes, 0);
  g_array_set_size (self->nodes, 0);
}

static void
squares_of (WfLabels         *self,
            const WfLabelBox *box,
            int               range[4])
{
  range[0] = CLAMP ((int) floor ((box->left - self->window.left) / SIDE), 0, self->columns - 1);
  range[1] = CLAMP ((int) floor ((box->top - self->window.top) / SIDE), 0, self->rows - 1);
  range[2] = CLAMP ((int) floor ((box->right - self->window.left) / SIDE), 0, self->columns - 1);
  range[3] = CLAMP ((int) floor ((box->bottom - self->window.top) / SIDE), 0, self->rows - 1);
}

static void
take (WfLabels         *self,
      const WfLabelBox *box)
{
  guint number = self->boxes->len;
  int range[4];

  g_array_append_val (self->boxes, *box);
  squares_of (self, box, range);
  for (int row = range[1]; row <= range[3]; row++)
    for (int column = range[0]; column <= range[2]; column++)
      {
        int *head = &self->heads[row * self->columns + column];
        Node node = { number, *head };
        *head = (int) self->nodes->len;
        g_array_append_val (self->nodes, node);
      }
}

static gboolean
is_free (WfLabels         *self,
         const WfLabelBox *box,
         double            gap)
{
  const WfLabelBox reach = { box->left - gap, box->top - gap, box->right + gap, box->bottom + gap };
  int range[4];

  squares_of (self, &reach, range);
  for (int row = range[1]; row <= range[3]; row++)
    for (int column = range[0]; column <= range[2]; column++)
      for (int i = self->heads[row * self->columns + column]; i >= 0; i = g_array_index (self->nodes, Node, i).next)
        {
          const WfLabelBox *other = &g_array_index (self->boxes, WfLabelBox, g_array_index (self->nodes, Node, i).box);
          if (box->left < other->right + gap && box->right > other->left - gap && box->top < other->bottom + gap
              && box->bottom > other->top - gap)
            return FALSE;
        }

  return TRUE;
}

static void
take_around (WfLabels *self,
             double    x,
             double    y,
             double    half_width,
             double    half_height)
{
  WfLabelBox box = { x - half_width, y - half_height, x + half_width, y + half_height };

  if (box.right >= self->window.left && box.left <= self->window.right && box.bottom >= self->window.top
      && box.top <= self->window.bottom)
    take (self, &box);
}

/* --- names ----------------------------------------------------------------------------------------------------------- */

static const WfLabelPlace incident_places[] = {
  WF_LABEL_BELOW, WF_LABEL_RIGHT, WF_LABEL_LEFT, WF_LABEL_ABOVE, WF_LABEL_FAR_NORTH_EAST, WF_LABEL_FAR_SOUTH_EAST,
  WF_LABEL_FAR_NORTH_WEST, WF_LABEL_FAR_SOUTH_WEST, WF_LABEL_NONE,
};

static const WfLabelPlace unit_places[] = {
  WF_LABEL_RIGHT, WF_LABEL_LEFT, WF_LABEL_BELOW, WF_LABEL_ABOVE, WF_LABEL_FAR_NORTH_EAST, WF_LABEL_FAR_SOUTH_EAST,
  WF_LABEL_FAR_NORTH_WEST, WF_LABEL_FAR_SOUTH_WEST, WF_LABEL_NONE,
};

static const WfLabelPlace thing_places[] = {
  WF_LABEL_BELOW, WF_LABEL_RIGHT, WF_LABEL_LEFT, WF_LABEL_ABOVE, WF_LABEL_NONE,
};

static gboolean
try_place (WfLabels          *self,
           WfLabelPlace       place,
           const WfLabelSize *size,
           double             x,
           double             y,
           gboolean           forced)
{
  WfLabelBox box;

  wf_label_box (place, size, &box);
  box = (WfLabelBox){ box.left + x, box.top + y, box.right + x, box.bottom + y };
  if (!forced && !is_free (self, &box, GAP))
    return FALSE;
  take (self, &box);

  return TRUE;
}

/* The first of @places that has room; where the name stood before is tried first, so that what moves does not make names
 * hop. What is selected is named in any case. */
static WfLabelPlace
find_place (WfLabels           *self,
            const WfLabelPlace *places,
            WfLabelPlace        before,
            const WfLabelSize  *size,
            double              x,
            double              y,
            gboolean            forced)
{
  if (before != WF_LABEL_NONE && !wf_label_has_leader (before) && try_place (self, before, size, x, y, FALSE))
    return before;
  for (gsize i = 0; places[i] != WF_LABEL_NONE; i++)
    if (try_place (self, places[i], size, x, y, FALSE))
      return places[i];
  if (!forced)
    return WF_LABEL_NONE;
  try_place (self, places[0], size, x, y, TRUE);

  return places[0];
}

static void
place_of (WfLabels     *self,
          const WfMark *mark,
          double       *x,
          double       *y)
{
  *x = wf_mercator_x (mark->lon) * self->frame.world;
  *y = wf_mercator_y (mark->lat) * self->frame.world;
}

static gboolean
is_near (WfLabels *self,
         double    x,
         double    y)
{
  return x >= self->window.left && y >= self->window.top && x <= self->window.right && y <= self->window.bottom;
}

/* The name of a mark in the window; one outside has none. */
static gboolean
name_mark (WfLabels           *self,
           WfMark             *mark,
           const WfLabelPlace *places,
           gboolean            forced)
{
  /* An incident stays where it is, and its name need not remember where it stood at another zoom. */
  WfLabelPlace before = mark->type == WF_MARK_UNIT ? mark->place : WF_LABEL_NONE;
  WfLabelSize size;
  double x;
  double y;

  mark->place = WF_LABEL_NONE;
  place_of (self, mark, &x, &y);
  if (!is_near (self, x, y) || *mark->label == '\0')
    return FALSE;

  wf_mark_measure (self->marks, mark, &self->frame, &size);
  if (mark->type == WF_MARK_SPOT)
    y -= size.half_height;
  mark->place = find_place (self, places, before, &size, x, y, forced);

  return mark->place != WF_LABEL_NONE;
}

static int
compare_urgency (gconstpointer a,
                 gconstpointer b)
{
  const WfMark *x = *(const WfMark *const *) a;
  const WfMark *y = *(const WfMark *const *) b;
  int level_x = x->closed ? 9 : x->level > 0 ? x->level : 5;
  int level_y = y->closed ? 9 : y->level > 0 ? y->level : 5;

  return level_x != level_y ? level_x - level_y : g_strcmp0 (x->id, y->id);
}

static void
name_marks (WfLabels           *self,
            WfMarkType          type,
            const WfLabelPlace *places,
            guint               max,
            const WfMark       *selected)
{
  g_autoptr (GPtrArray) list = wf_marks_list (self->marks, type);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  guint named = 0;

  g_ptr_array_extend (sorted, list, NULL, NULL);
  if (type == WF_MARK_INCIDENT)
    g_ptr_array_sort (sorted, compare_urgency);
  for (guint i = 0; i < sorted->len; i++)
    {
      WfMark *mark = g_ptr_array_index (sorted, i);
      if (mark == selected)
        continue;
      if (named >= max)
        mark->place = WF_LABEL_NONE;
      else if (name_mark (self, mark, places, FALSE))
        named++;
    }
}

static int
compare_wanted (gconstpointer a,
                gconstpointer b)
{
  const Wanted *x = a;
  const Wanted *y = b;

  return x->rank != y->rank ? (x->rank > y->rank ? -1 : 1) : 0;
}

static gboolean
name_spot (WfLabels    *self,
           WfThingSpot *spot,
           const char  *label,
           gboolean     forced)
{
  WfLabelSize size = { spot->width / 2.0 - 2.0, spot->height / 2.0 - 2.0, 0.0, 0.0 };
  double letters = wf_map_frame_text (&self->frame, WF_THING_LABEL_SIZE);

  size.width = wf_symbol_guess_width (label, letters);
  size.height = letters * 1.4;
  spot->name = size;
  spot->place = find_place (self, thing_places, spot->fanned ? spot->fan_place : WF_LABEL_NONE, &size, spot->world_x,
                            spot->world_y, forced);

  return spot->place != WF_LABEL_NONE;
}

/* Things of higher rank first: what asks for attention, then by a number that is the same every time and has nothing to do
 * with where they stand, so that no chain of names that push one another away grows long. */
static void
name_things (WfLabels *self,
             GArray   *spots,
             guint     selected)
{
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (Wanted));
  WfThing thing;

  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      Wanted one = { i, (guint64) spot->fanned << 63 | (guint64) (spot->cell.severity & 3) << 61
                          | wf_map_sheet_mix (1, spot->cell.point) >> 3 };
      if (i != selected && spot->cell.count == 1 && (spot->fanned || self->frame.zoom >= THING_ZOOM))
        g_array_append_val (wanted, one);
    }
  g_array_sort (wanted, compare_wanted);
  for (guint i = 0; i < wanted->len; i++)
    {
      WfThingSpot *spot = &g_array_index (spots, WfThingSpot, g_array_index (wanted, Wanted, i).spot);
      if (wf_things_view_get_thing (self->things, spot, &thing) && thing.label != NULL && *thing.label != '\0')
        name_spot (self, spot, thing.label, FALSE);
    }
}

static void
take_marks (WfLabels   *self,
            WfMarkType  type)
{
  g_autoptr (GPtrArray) list = wf_marks_list (self->marks, type);
  WfLabelSize size;
  double x;
  double y;

  for (guint i = 0; i < list->len; i++)
    {
      WfMark *mark = g_ptr_array_index (list, i);

      place_of (self, mark, &x, &y);
      if (!is_near (self, x, y))
        continue;
      wf_mark_measure_symbol (self->marks, mark, &self->frame, &size);
      take_around (self, x, mark->type == WF_MARK_SPOT ? y - size.half_height : y, size.half_width, size.half_height);
    }
}

/* A cluster stands about where its things are; where an incident or a pin lies over it, it steps aside. A lone thing stands
 * where it is. */
static void
step_aside (WfLabels    *self,
            WfThingSpot *spot)
{
  double half_width = spot->width / 2.0 - 3.0;
  double half_height = spot->height / 2.0 - 3.0;
  double nearest = G_MAXDOUBLE;

  spot->world_x = spot->home_x;
  spot->world_y = spot->home_y;
  for (int step = 0; step < 32 && spot->cell.count > 1; step++)
    {
      /* Four ways, farther and farther. */
      double away = (1 + step / 4) * 6.0;
      double x = spot->home_x + (step % 4 == 0 ? away : step % 4 == 1 ? -away : 0.0);
      double y = spot->home_y + (step % 4 == 2 ? away : step % 4 == 3 ? -away : 0.0);
      const WfLabelBox home = { spot->home_x - half_width, spot->home_y - half_height, spot->home_x + half_width,
                                spot->home_y + half_height };
      const WfLabelBox box = { x - half_width, y - half_height, x + half_width, y + half_height };

      if (step == 0 && is_free (self, &home, 0.0))
        break;
      if (away < nearest && is_free (self, &box, 0.0))
        {
          nearest = away;
          spot->world_x = x;
          spot->world_y = y;
        }
    }
  spot->x = spot->world_x - self->frame.x;
  spot->y = spot->world_y - self->frame.y;
}

/* The flags of points that somebody has drawn. */
static void
take_flags (WfLabels *self)
{
  g_autoptr (GPtrArray) plots = wf_plots_list (self->marks->plots);

  for (guint i = 0; i < plots->len; i++)
    {
      const WfPlotMark *plot = g_ptr_array_index (plots, i);

      if (plot->shape == WF_PLOT_POINT && !wf_plot_is (plot, "text"))
        take_around (self, plot->left * self->frame.world + 5.0, plot->top * self->frame.world - 8.0, 7.0, 10.0);
    }
}

static void
take_symbols (WfLabels *self,
              GArray   *spots)
{
  take_marks (self, WF_MARK_INCIDENT);
  take_marks (self, WF_MARK_SPOT);
  take_flags (self);
  /* All of them step aside from marks alone, or one would push the other. */
  for (guint i = 0; i < spots->len; i++)
    step_aside (self, &g_array_index (spots, WfThingSpot, i));
  take_marks (self, WF_MARK_UNIT);
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      /* Without the rim that is left around its image. */
      take_around (self, spot->world_x, spot->world_y, spot->width / 2.0 - 3.0, spot->height / 2.0 - 3.0);
    }
}

/* A zone is always named: in its middle, or beyond one of its ends where something lies there. */
static void
name_zones (WfLabels *self)
{
  static const WfLabelPlace places[] = { WF_LABEL_NONE, WF_LABEL_ABOVE, WF_LABEL_BELOW, WF_LABEL_RIGHT, WF_LABEL_LEFT };
  g_autoptr (GPtrArray) zones = wf_marks_list (self->marks, WF_MARK_ZONE);
  WfLabelBox box;

  for (guint i = 0; i < zones->len; i++)
    {
      WfMark *zone = g_ptr_array_index (zones, i);
      gsize p = 0;

      if (*zone->label == '\0')
        continue;
      for (; p < G_N_ELEMENTS (places); p++)
        {
          wf_mark_get_zone_name (zone, &self->frame, places[p], &box);
          if (is_free (self, &box, GAP))
            break;
        }
      zone->place = p < G_N_ELEMENTS (places) ? places[p] : WF_LABEL_NONE;
      wf_mark_get_zone_name (zone, &self->frame, zone->place, &box);
      if (is_near (self, box.left, box.top) || is_near (self, box.right, box.bottom))
        take (self, &box);
    }
}

/* The texts that stand beside no symbol; those that are wanted in any case first, before anything else is named. Where the
 * name of a plot stood before is tried first. */
static void
place_texts (WfLabels *self,
             gboolean  forced)
{
  GArray *texts = wf_map_texts_get (self->texts);

  for (guint i = 0; i < texts->len; i++)
    {
      WfMapText *text = &g_array_index (texts, WfMapText, i);
      const WfLabelBox *reach = &text->boxes[0];
      int first = text->plot != NULL && text->plot->text_place < text->n_boxes ? text->plot->text_place : 0;

      if (text->forced != forced || !(is_near (self, reach->left, reach->top) || is_near (self, reach->right, reach->bottom)))
        continue;
      for (int k = 0; k < text->n_boxes && text->place < 0; k++)
        if (is_free (self, &text->boxes[(first + k) % text->n_boxes], GAP))
          text->place = (first + k) % text->n_boxes;
      if (text->place < 0 && forced)
        text->place = first;
      if (text->place >= 0)
        take (self, &text->boxes[text->place]);
    }
}

static guint64
look_of_names (WfLabels     *self,
               const GArray *spots)
{
  /* Of several things in a cluster the selected one is named. */
  guint64 look = spots->len + (self->marks->selected_id != NULL ? (guint64) g_str_hash (self->marks->selected_id) << 32 : 0);

  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      if (spot->place != WF_LABEL_NONE || spot->world_x < spot->home_x || spot->world_x > spot->home_x
          || spot->world_y < spot->home_y || spot->world_y > spot->home_y)
        look = wf_map_sheet_mix (look, (guint64) i << 32 | (guint64) (gint64) (spot->world_x - spot->home_x + 256.0) << 20
                                         | (guint64) (gint64) (spot->world_y - spot->home_y + 256.0) << 8 | spot->place);
    }

  return look;
}

static void
place_anew (WfLabels *self,
            GArray   *spots)
{
  WfMarks *marks = self->marks;
  WfMark *selected = NULL;
  guint selected_spot = G_MAXUINT;
  WfThingSpot found;
  WfThing thing;

  self->turn++;
  wf_things_view_get_window (self->things, &self->window);
  clear_room (self);
  take_symbols (self, spots);

  if (g_strcmp0 (marks->selected_kind, "incident") == 0)
    selected = wf_marks_get (marks, WF_MARK_INCIDENT, marks->selected_id);
  else if (g_strcmp0 (marks->selected_kind, "unit") == 0)
    selected = wf_marks_get (marks, WF_MARK_UNIT, marks->selected_id);
  if (selected != NULL)
    name_mark (self, selected, selected->type == WF_MARK_UNIT ? unit_places : incident_places, TRUE);

  for (guint i = 0; i < spots->len; i++)
    g_array_index (spots, WfThingSpot, i).place = WF_LABEL_NONE;
  if (selected == NULL && marks->selected_id != NULL
      && wf_things_view_find_thing (self->things, &self->frame, marks->selected_kind, marks->selected_id, &found)
      && wf_things_view_get_by_id (self->things, marks->selected_id, &thing) && thing.label != NULL && *thing.label != '\0')
    {
      selected_spot = found.index;
      name_spot (self, &g_array_index (spots, WfThingSpot, selected_spot), thing.label, TRUE);
    }

  wf_map_texts_collect (self->texts, marks, &self->frame);
  place_texts (self, TRUE);
  name_zones (self);
  name_marks (self, WF_MARK_INCIDENT, incident_places, G_MAXUINT, selected);
  name_marks (self, WF_MARK_SPOT, incident_places + 1, G_MAXUINT, selected);
  place_texts (self, FALSE);
  wf_map_texts_settle (self->texts);
  name_marks (self, WF_MARK_UNIT, unit_places, MAX_UNITS, selected);
  name_things (self, spots, selected_spot);
  self->names = look_of_names (self, spots);
}

/**
 * wf_labels_place:
 * @self: the names of a map
 * @frame: what the map shows
 *
 * Places the names, if anything has changed since they were placed last. Marks and spots know their places then.
 *
 * Returns: a number that changes when names were placed anew
 */
guint64
wf_labels_place (WfLabels         *self,
                 const WfMapFrame *frame)
{
  GArray *spots = (GArray *) wf_things_view_place (self->things, frame);
  guint64 things_turn = wf_things_view_get_turn (self->things);

  if (self->turn > 0 && self->marks_turn == self->marks->turn && self->unit_turn == self->marks->unit_turn
      && self->things_turn == things_turn && self->plots_turn == wf_plots_get_turn (self->marks->plots)
      && memcmp (&self->frame.zoom, &frame->zoom, sizeof (double)) == 0
      && self->frame.text == frame->text && self->frame.scale == frame->scale)
    return self->turn;

  self->frame = *frame;
  self->marks_turn = self->marks->turn;
  self->unit_turn = self->marks->unit_turn;
  self->things_turn = things_turn;
  self->plots_turn = wf_plots_get_turn (self->marks->plots);
  place_anew (self, spots);

  return self->turn;
}

/**
 * wf_labels_get_names:
 * @self: the names of a map
 *
 * Returns: a number that is another where the names of things stand otherwise
 */
guint64
wf_labels_get_names (WfLabels *self)
{
  return self->names;
}

/**
 * wf_labels_get_texts:
 * @self: the names of a map, placed
 *
 * Returns: (transfer none) (element-type WfMapText): the texts that stand beside no symbol, each with its place
 */
GArray *
wf_labels_get_texts (WfLabels *self)
{
  return wf_map_texts_get (self->texts);
}

/**
 * wf_labels_draw_texts:
 * @self: the names of a map, placed
 * @painter: where to
 *
 * Draws the texts that stand beside no symbol.
 */
void
wf_labels_draw_texts (WfLabels        *self,
                      const WfPainter *painter)
{
  wf_map_texts_draw (self->texts, painter);
}

/**
 * wf_labels_is_taken:
 * @self: the names of a map, placed
 * @box: in the world at the zoom of the last wf_labels_place()
 *
 * Returns: whether a symbol or a name lies there; a touch of a few pixels does not count
 */
gboolean
wf_labels_is_taken (WfLabels         *self,
                    const WfLabelBox *box)
{
  return self->heads != NULL && !is_free (self, box, -4.0);
}
