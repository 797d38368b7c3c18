/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "wf-geo.h"
#include "wf-labels.h"
#include "wf-map-texts.h"

#include <math.h>

/* A crowded quarter: nothing here needs a screen. */

#define LON 109.72
#define LAT 40.60

typedef struct
{
  WfMarks      *marks;
  WfThings     *things;
  WfThingsView *view;
  WfLabels     *labels;
} Fixture;

/* A name or a symbol in the world. */
typedef struct
{
  WfLabelBox  box;
  const void *owner;
  gboolean    name;
} Piece;

static void
put_marks (Fixture *fixture,
           int      incidents,
           int      units)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (int i = 0; i < incidents + units; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%03d", i);
      gboolean incident = i < incidents;
      WfMark *mark = wf_marks_put (fixture->marks, incident ? WF_MARK_INCIDENT : WF_MARK_UNIT, id,
                                   incident ? "液氨储罐泄漏" : "指挥车");
      mark->lon = LON + g_rand_double_range (random, -0.02, 0.02);
      mark->lat = LAT + g_rand_double_range (random, -0.01, 0.01);
      mark->level = i % 5;
      mark->text = g_strdup (incident ? "二" : "4秒前");
      mark->heading = 90.0;
    }
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (9);

  fixture->marks = wf_marks_new ();
  fixture->things = wf_things_new ();
  fixture->view = wf_things_view_new ();
  fixture->labels = wf_labels_new (fixture->marks, fixture->view);
  for (int i = 0; i < 1500; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);
      g_autofree char *label = g_strdup_printf (i % 3 == 0 ? "Depot No. %d" : "第%d号物资库", i);
      WfThing thing = { id, (WfThingKind) (i % 9), i % 50 == 0 ? WF_THING_ALERT : WF_THING_READY, 0,
                        LON + g_rand_double_range (random, -0.04, 0.04), LAT + g_rand_double_range (random, -0.02, 0.02),
                        label };
      wf_things_put (fixture->things, &thing);
    }
  wf_things_view_set (fixture->view, fixture->things);
  put_marks (fixture, 12, 30);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  wf_labels_free (fixture->labels);
  wf_things_view_free (fixture->view);
  wf_marks_free (fixture->marks);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->things);
}

static void
add_piece (GArray            *pieces,
           const void        *owner,
           gboolean           name,
           const WfLabelBox  *box,
           double             x,
           double             y)
{
  Piece piece = { { box->left + x, box->top + y, box->right + x, box->bottom + y }, owner, name };

  g_array_append_val (pieces, piece);
}

static void
add_named (GArray            *pieces,
           const void        *owner,
           const WfLabelSize *size,
           WfLabelPlace       place,
           double             x,
           double             y)
{
  const WfLabelBox symbol = { -size->half_width, -size->half_height, size->half_width, size->half_height };
  WfLabelBox name;

  add_piece (pieces, owner, FALSE, &symbol, x, y);
  if (place == WF_LABEL_NONE)
    return;
  wf_label_box (place, size, &name);
  add_piece (pieces, owner, TRUE, &name, x, y);
}

static GArray *
collect (Fixture          *fixture,
         const WfMapFrame *frame)
{
  static const WfMarkType types[] = { WF_MARK_INCIDENT, WF_MARK_UNIT };
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  const GArray *spots = wf_things_view_place (fixture->view, frame);
  WfLabelSize size;

  for (gsize t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) list = wf_marks_list (fixture->marks, types[t]);
      for (guint i = 0; i < list->len; i++)
        {
          const WfMark *mark = g_ptr_array_index (list, i);
          wf_mark_measure (fixture->marks, mark, frame, &size);
          add_named (pieces, mark, &size, mark->place, wf_mercator_x (mark->lon) * frame->world,
                     wf_mercator_y (mark->lat) * frame->world);
        }
    }
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      size = spot->name;
      size.half_width = spot->width / 2.0 - 3.0;
      size.half_height = spot->height / 2.0 - 3.0;
      add_named (pieces, spot, &size, WF_LABEL_NONE, spot->world_x, spot->world_y);
      if (spot->place != WF_LABEL_NONE)
        {
          WfLabelBox name;
          wf_label_box (spot->place, &spot->name, &name);
          add_piece (pieces, spot, TRUE, &name, spot->world_x, spot->world_y);
        }
    }

  return pieces;
}

static gboolean
overlap (const WfLabelBox *a,
         const WfLabelBox *b)
{
  return a->left < b->right && a->right > b->left && a->top < b->bottom && a->bottom > b->top;
}

static gboolean
is_seen (const WfMapFrame *frame,
         const WfLabelBox *box)
{
  return box->left >= frame->x && box->top >= frame->y && box->right <= frame->x + frame->width
         && box->bottom <= frame->y + frame->height;
}

static guint
assert_apart (Fixture          *fixture,
              const WfMapFrame *frame,
              const void       *but)
{
  g_autoptr (GArray) pieces = collect (fixture, frame);
  guint names = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *a = &g_array_index (pieces, Piece, i);
      if (!a->name || !is_seen (frame, &a->box) || a->owner == but)
        continue;
      names++;
      for (guint j = 0; j < pieces->len; j++)
        {
          const Piece *b = &g_array_index (pieces, Piece, j);
          if (a->owner != b->owner && b->owner != but)
            g_assert_false (overlap (&a->box, &b->box));
        }
    }

  return names;
}

/* No name lies on a symbol or on another name, and yet there are many, at every text scale. */
static void
test_apart (Fixture       *fixture,
            gconstpointer  data)
{
  static const int texts[] = { 100, 150, 200 };
  static const double zooms[] = { 12.0, 14.0, 15.0, 16.3, 17.6 };
  guint most = 0;

  for (gsize t = 0; t < G_N_ELEMENTS (texts); t++)
    for (gsize z = 0; z < G_N_ELEMENTS (zooms); z++)
      {
        WfMapFrame frame;
        wf_map_frame_init_at (&frame, LON, LAT, zooms[z], 1400, 900, 1);
        frame.text = texts[t];
        wf_labels_place (fixture->labels, &frame);
        guint names = assert_apart (fixture, &frame, NULL);
        most = MAX (most, names);
        if (zooms[z] > 15.9)
          g_assert_cmpuint (names, >, 12);
      }
  g_assert_cmpuint (most, >, 40);
}

typedef struct
{
  WfLabelPlace place;
  double       x;
  double       y;
} Stood;

static void
remember (GHashTable       *stood,
          const char       *id,
          WfLabelPlace      place,
          double            x,
          double            y,
          gboolean          inside,
          guint            *compared)
{
  Stood *before = g_hash_table_lookup (stood, id);

  if (!inside)
    {
      g_hash_table_remove (stood, id);
      return;
    }
  if (before != NULL)
    {
      g_assert_cmpint (before->place, ==, place);
      g_assert_cmpfloat_with_epsilon (before->x, x, 1e-6);
      g_assert_cmpfloat_with_epsilon (before->y, y, 1e-6);
      (*compared)++;
      return;
    }
  before = g_new (Stood, 1);
  *before = (Stood){ place, x, y };
  g_hash_table_insert (stood, g_strdup (id), before);
}

/* While the map is panned nothing that is seen comes, goes or moves on the ground. */
static void
test_still (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GHashTable) stood = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint64 turn = 0;
  guint turns = 0;
  guint compared = 0;
  WfThing thing;

  for (int step = 0; step < 60; step++)
    {
      WfMapFrame frame;
      wf_map_frame_init_at (&frame, LON - 0.03 + step * 0.001, LAT + 0.004 * sin (step * 0.2), 15.4, 1000, 700, 1);
      guint64 now = wf_labels_place (fixture->labels, &frame);
      turns += now != turn;
      turn = now;

      const GArray *spots = wf_things_view_place (fixture->view, &frame);
      for (guint i = 0; i < spots->len; i++)
        {
          const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
          g_autofree char *id = wf_things_view_get_thing (fixture->view, spot, &thing) ? g_strdup (thing.id)
                                                                                         : wf_things_view_make_id (spot);
          remember (stood, id, spot->place, spot->world_x, spot->world_y,
                    spot->x > 0 && spot->y > 0 && spot->x < frame.width && spot->y < frame.height, &compared);
        }
      for (int type = WF_MARK_UNIT; type <= WF_MARK_INCIDENT; type++)
        {
          g_autoptr (GPtrArray) list = wf_marks_list (fixture->marks, (WfMarkType) type);
          for (guint i = 0; i < list->len; i++)
            {
              const WfMark *mark = g_ptr_array_index (list, i);
              double x, y;
              wf_map_frame_to_screen (&frame, mark->lon, mark->lat, &x, &y);
              remember (stood, mark->id, mark->place, mark->lon, mark->lat,
                        x > 0 && y > 0 && x < frame.width && y < frame.height, &compared);
            }
        }
    }
  g_assert_cmpuint (turns, >, 3);
  g_assert_cmpuint (turns, <, 30);
  g_assert_cmpuint (compared, >, 3000);
}

/* What is selected is named, whatever it is and however crowded it is; the others make way. */
static void
test_selected (Fixture       *fixture,
               gconstpointer  data)
{
  WfMapFrame frame;

  wf_map_frame_init_at (&frame, LON, LAT, 12.5, 1400, 900, 1);
  for (int i = 0; i < 42; i++)
    {
      g_free (fixture->marks->selected_id);
      g_free (fixture->marks->selected_kind);
      fixture->marks->selected_id = g_strdup_printf ("m%03d", i);
      fixture->marks->selected_kind = g_strdup (i < 12 ? "incident" : "unit");
      fixture->marks->unit_turn++;
      wf_labels_place (fixture->labels, &frame);
      const WfMark *mark = wf_marks_get (fixture->marks, i < 12 ? WF_MARK_INCIDENT : WF_MARK_UNIT,
                                         fixture->marks->selected_id);
      g_assert_cmpint (mark->place, !=, WF_LABEL_NONE);
      assert_apart (fixture, &frame, mark);
    }

  /* A thing in a cluster at a zoom where none has a name. */
  g_free (fixture->marks->selected_id);
  g_free (fixture->marks->selected_kind);
  fixture->marks->selected_id = g_strdup ("t7");
  fixture->marks->selected_kind = g_strdup (wf_thing_kind_get_name ((WfThingKind) 7));
  fixture->marks->unit_turn++;
  wf_labels_place (fixture->labels, &frame);
  guint named = 0;
  const GArray *spots = wf_things_view_place (fixture->view, &frame);
  for (guint i = 0; i < spots->len; i++)
    named += g_array_index (spots, WfThingSpot, i).place != WF_LABEL_NONE;
  g_assert_cmpuint (named, ==, 1);
}

/* A cluster that an incident would lie over steps aside; a lone thing stands where it is. */
static void
test_aside (Fixture       *fixture,
            gconstpointer  data)
{
  WfMapFrame frame;
  guint moved = 0;

  wf_map_frame_init_at (&frame, LON, LAT, 13.2, 1400, 900, 1);
  wf_labels_place (fixture->labels, &frame);
  const GArray *spots = wf_things_view_place (fixture->view, &frame);
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      double away = hypot (spot->world_x - spot->home_x, spot->world_y - spot->home_y);
      g_assert_cmpfloat (away, <=, 48.0);
      if (spot->cell.count == 1)
        g_assert_cmpfloat (away, <, 1e-9);
      moved += away > 0.5;
    }
  g_assert_cmpuint (moved, >, 0);

  /* The incident goes, and they stand where they stood. */
  while (wf_marks_count (fixture->marks, WF_MARK_INCIDENT) > 0)
    {
      g_autoptr (GPtrArray) list = wf_marks_list (fixture->marks, WF_MARK_INCIDENT);
      g_autofree char *id = g_strdup (((WfMark *) g_ptr_array_index (list, 0))->id);
      wf_marks_remove (fixture->marks, WF_MARK_INCIDENT, id);
    }
  wf_labels_place (fixture->labels, &frame);
  spots = wf_things_view_place (fixture->view, &frame);
  for (guint i = 0; i < spots->len; i++)
    {
      const WfThingSpot *spot = &g_array_index (spots, WfThingSpot, i);
      g_assert_cmpfloat (hypot (spot->world_x - spot->home_x, spot->world_y - spot->home_y), <, 1e-9);
    }
}

/* Things on one spot are drawn apart, every one is found where it stands, and closing brings them together again. */
static void
test_fan (Fixture       *fixture,
          gconstpointer  data)
{
  static const guint counts[] = { 2, 7, 25, 40 };
  WfThingSpot spot;
  WfThingSpot found;
  WfMapFrame frame;
  WfThing thing;

  for (gsize c = 0; c < G_N_ELEMENTS (counts); c++)
    {
      wf_things_clear (fixture->things);
      for (guint i = 0; i < counts[c]; i++)
        {
          g_autofree char *id = g_strdup_printf ("f%u", i);
          WfThing one = { id, (WfThingKind) (i % 5), WF_THING_READY, 0, LON, LAT, id };
          wf_things_put (fixture->things, &one);
        }
      wf_map_frame_init_at (&frame, LON, LAT, 18.0, 1000, 800, 1);
      frame.text = c % 2 == 0 ? 100 : 200;
      const GArray *spots = wf_things_view_place (fixture->view, &frame);
      g_assert_cmpuint (spots->len, ==, 1);
      spot = g_array_index (spots, WfThingSpot, 0);
      wf_things_view_fan (fixture->view, &spot);
      wf_labels_place (fixture->labels, &frame);
      spots = wf_things_view_place (fixture->view, &frame);
      g_assert_cmpuint (spots->len, ==, counts[c]);
      for (guint i = 0; i < spots->len; i++)
        {
          const WfThingSpot *a = &g_array_index (spots, WfThingSpot, i);
          g_assert_true (wf_things_view_get_thing (fixture->view, a, &thing));
          g_assert_true (wf_things_view_find (fixture->view, &frame, a->x, a->y, &found));
          g_assert_cmpuint (found.cell.point, ==, a->cell.point);
          g_assert_true (wf_things_view_find_thing (fixture->view, &frame, wf_thing_kind_get_name (thing.kind), thing.id,
                                                    &found));
          g_assert_cmpuint (found.cell.point, ==, a->cell.point);
          for (guint j = 0; j < i; j++)
            {
              const WfThingSpot *b = &g_array_index (spots, WfThingSpot, j);
              g_assert_true (fabs (a->x - b->x) >= a->width - 6.0 || fabs (a->y - b->y) >= a->height - 6.0);
            }
          if (counts[c] <= 7)
            g_assert_cmpint (a->place, !=, WF_LABEL_NONE);
        }

      /* One goes while they are apart. */
      wf_things_remove (fixture->things, "f0");
      if (counts[c] > 2)
        g_assert_cmpuint (wf_things_view_place (fixture->view, &frame)->len, ==, counts[c] - 1);
      g_assert_true (wf_things_view_close_fan (fixture->view));
      g_assert_false (wf_things_view_close_fan (fixture->view));
      g_assert_cmpuint (wf_things_view_place (fixture->view, &frame)->len, ==, 1);
    }

  /* Another zoom closes it. */
  wf_things_view_fan (fixture->view, &g_array_index (wf_things_view_place (fixture->view, &frame), WfThingSpot, 0));
  g_assert_cmpuint (wf_things_view_place (fixture->view, &frame)->len, ==, 39);
  wf_map_frame_init_at (&frame, LON, LAT, 16.0, 1000, 800, 1);
  g_assert_cmpuint (wf_things_view_place (fixture->view, &frame)->len, ==, 1);
  g_assert_false (wf_things_view_close_fan (fixture->view));
}

/* A track of half an hour has its times at whole minutes of the clock, as many as there is room for. */
static void
test_ticks (Fixture       *fixture,
            gconstpointer  data)
{
  const int64_t start = 1700000000000; /* 22:13:20 */
  const WfGeoPoint points[] = { { LON, LAT }, { LON + 0.02, LAT }, { LON + 0.02, LAT }, { LON + 0.06, LAT } };
  const int64_t times[] = { start, start + 600000, start + 1200000, start + 1800000 };
  g_autoptr (GArray) ticks = g_array_new (FALSE, FALSE, sizeof (WfTick));
  WfMapFrame frame;
  guint before = 0;

  WfMark *track = wf_marks_put (fixture->marks, WF_MARK_TRACK, "u", NULL);
  wf_mark_set_points (track, points, G_N_ELEMENTS (points));
  wf_map_frame_init_at (&frame, LON + 0.03, LAT, 14.0, 1400, 900, 1);
  wf_mark_list_ticks (track, &frame, ticks);
  g_assert_cmpuint (ticks->len, ==, 0);

  track->times = g_memdup2 (times, sizeof times);
  for (double zoom = 10.0; zoom < 16.0; zoom += 1.0)
    {
      wf_map_frame_init_at (&frame, LON + 0.03, LAT, zoom, 1400, 900, 1);
      wf_mark_list_ticks (track, &frame, ticks);
      g_assert_cmpuint (ticks->len, >=, before);
      before = ticks->len;
      for (guint i = 0; i < ticks->len; i++)
        {
          const WfTick *tick = &g_array_index (ticks, WfTick, i);
          g_assert_cmpint (tick->at % 60000, ==, 0);
          g_assert_true (tick->at > start && tick->at <= start + 1800000);
          if (i > 0)
            g_assert_cmpfloat (tick->x - g_array_index (ticks, WfTick, i - 1).x, >, 40.0);
        }
    }
  g_assert_cmpuint (before, >=, 10);
  g_assert_cmpuint (before, <=, 30);

  /* Half way of the first ten minutes is five minutes later. */
  double x, y;
  wf_map_frame_to_screen (&frame, LON + 0.01, LAT, &x, &y);
  double nearest = G_MAXDOUBLE;
  int64_t at = 0;
  for (guint i = 0; i < ticks->len; i++)
    if (fabs (g_array_index (ticks, WfTick, i).x - x) < nearest)
      {
        nearest = fabs (g_array_index (ticks, WfTick, i).x - x);
        at = g_array_index (ticks, WfTick, i).at;
      }
  g_assert_cmpint (ABS (at - start - 300000), <=, 60000);
}

static void
put_plot (Fixture          *fixture,
          const char       *id,
          const char       *type,
          const char       *label,
          const WfGeoPoint *points,
          gsize             n,
          double            radius)
{
  const WfMapPlot plot = { .id = id, .type = type, .label = label, .points = points, .n_points = n, .radius = radius };

  wf_plots_put (fixture->marks->plots, &plot);
}

static const WfMapText *
find_text (Fixture    *fixture,
           const char *words)
{
  GArray *texts = wf_labels_get_texts (fixture->labels);

  for (guint i = 0; i < texts->len; i++)
    if (strcmp (g_array_index (texts, WfMapText, i).text, words) == 0)
      return &g_array_index (texts, WfMapText, i);

  return NULL;
}

/* What stands beside no symbol keeps off symbols, names and one another too: range rings, drawings, orders and what is
 * measured. Only what is wanted in any case, a text that somebody wrote and the whole of what is measured, always stands. */
static void
test_texts (Fixture       *fixture,
            gconstpointer  data)
{
  static const double zooms[] = { 13.0, 14.5, 16.0 };
  const WfGeoPoint line[] = { { LON - 0.02, LAT - 0.01 }, { LON + 0.02, LAT + 0.01 } };
  const WfGeoPoint middle[] = { { LON, LAT } };
  const char *const words[] = { "500 m", "1 km", "Gas 1.25 km", "Front", "Zone", "Camp", "Team 3" };
  WfMark *incident = wf_marks_get (fixture->marks, WF_MARK_INCIDENT, "m000");
  guint most = 0;

  put_plot (fixture, "r1", "range_ring", "", middle, 1, 500);
  put_plot (fixture, "r2", "range_ring", "", middle, 1, 1000);
  put_plot (fixture, "r3", "range_ring", "Gas", middle, 1, 1250);
  put_plot (fixture, "l", "fire_line", "Front", line, 2, 0);
  put_plot (fixture, "c", "circle", "Zone", middle, 1, 700);
  put_plot (fixture, "p", "point", "Camp", &line[0], 1, 0);
  put_plot (fixture, "t", "text", "Written", middle, 1, 0);
  wf_mark_set_points (wf_marks_put (fixture->marks, WF_MARK_ORDER, "o", "Team 3"), line, 2);
  wf_marks_set_measure (fixture->marks, line, 2);
  fixture->marks->selected_kind = g_strdup ("incident");
  fixture->marks->selected_id = g_strdup ("m000");
  incident->lon = LON + 0.004;
  incident->lat = LAT;

  for (gsize z = 0; z < G_N_ELEMENTS (zooms); z++)
    {
      WfMapFrame frame;
      guint placed = 0;

      wf_map_frame_init_at (&frame, LON, LAT, zooms[z], 1400, 900, 1);
      wf_labels_place (fixture->labels, &frame);
      g_autoptr (GArray) pieces = collect (fixture, &frame);
      GArray *texts = wf_labels_get_texts (fixture->labels);

      for (guint i = 0; i < texts->len; i++)
        {
          const WfMapText *text = &g_array_index (texts, WfMapText, i);

          if (text->place < 0)
            continue;
          placed++;
          for (guint j = 0; j < pieces->len && !text->forced; j++)
            g_assert_false (overlap (&text->boxes[text->place], &g_array_index (pieces, Piece, j).box));
          for (guint j = i + 1; j < texts->len; j++)
            if (g_array_index (texts, WfMapText, j).place >= 0)
              g_assert_false (overlap (&text->boxes[text->place],
                                       &g_array_index (texts, WfMapText, j).boxes[g_array_index (texts, WfMapText, j).place]));
        }
      most = MAX (most, placed);
      for (gsize w = 0; w < G_N_ELEMENTS (words); w++)
        g_assert_nonnull (find_text (fixture, words[w]));
      g_assert_cmpint (find_text (fixture, "Written")->place, >=, 0);
    }
  g_assert_cmpuint (most, >=, 5);

  /* A plot that goes takes its text along, and what is not measured any more is not written. */
  WfMapFrame frame;
  wf_map_frame_init_at (&frame, LON, LAT, 16.0, 1400, 900, 1);
  wf_plots_remove (fixture->marks->plots, "l");
  wf_marks_set_measure (fixture->marks, NULL, 0);
  guint before = wf_labels_get_texts (fixture->labels)->len;
  wf_labels_place (fixture->labels, &frame);
  g_assert_null (find_text (fixture, "Front"));
  g_assert_cmpuint (wf_labels_get_texts (fixture->labels)->len, ==, before - 2);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/map/labels/apart", test_apart }, { "/map/labels/still", test_still }, { "/map/labels/selected", test_selected },
    { "/map/labels/aside", test_aside }, { "/map/labels/ticks", test_ticks }, { "/map/labels/fan", test_fan },
    { "/map/labels/texts", test_texts },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
