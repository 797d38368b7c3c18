/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-marks.h"

#include "wf-plots.h"
#include "wf-symbols.h"

#include <math.h>

static void
free_mark (gpointer data)
{
  WfMark *mark = data;

  g_free (mark->id);
  g_free (mark->label);
  g_free (mark->text);
  g_free (mark->points);
  g_free (mark->times);
  g_free (mark);
}

WfMarks *
wf_marks_new (void)
{
  static const double metres[] = { 1000.0, 3000.0 };
  WfMarks *marks = g_new0 (WfMarks, 1);

  for (int i = 0; i < WF_N_MARK_TYPES; i++)
    marks->by_id[i] = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_mark);
  marks->plots = wf_plots_new ();
  marks->rings = g_array_new (FALSE, FALSE, sizeof (double));
  marks->measure = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  g_array_append_vals (marks->rings, metres, G_N_ELEMENTS (metres));

  return marks;
}

void
wf_marks_free (WfMarks *marks)
{
  if (marks == NULL)
    return;

  for (int i = 0; i < WF_N_MARK_TYPES; i++)
    {
      g_hash_table_unref (marks->by_id[i]);
      g_clear_pointer (&marks->sorted[i], g_ptr_array_unref);
    }
  wf_unit_sheet_free (marks->unit_sheet);
  wf_plots_free (marks->plots);
  g_array_unref (marks->rings);
  g_array_unref (marks->measure);
  g_free (marks->wind_text);
  g_free (marks->wind_source);
  g_free (marks->selected_kind);
  g_free (marks->selected_id);
  g_free (marks->hover_kind);
  g_free (marks->hover_id);
  g_free (marks);
}

/* The mark of this id, made where there is none, with its label set. */
WfMark *
wf_marks_put (WfMarks    *marks,
              WfMarkType  type,
              const char *id,
              const char *label)
{
  WfMark *mark = g_hash_table_lookup (marks->by_id[type], id);

  if (mark == NULL)
    {
      mark = g_new0 (WfMark, 1);
      mark->type = type;
      mark->id = g_strdup (id);
      g_hash_table_insert (marks->by_id[type], mark->id, mark);
      g_clear_pointer (&marks->sorted[type], g_ptr_array_unref);
    }
  g_free (mark->label);
  mark->label = g_strdup (label != NULL ? label : "");
  /* Units say by their own turn when they are to be drawn anew, and nothing keeps off tracks. */
  if (type != WF_MARK_UNIT && type != WF_MARK_TRACK)
    marks->turn++;

  return mark;
}

/* What is being measured: a line whose last point is the newest. */
void
wf_marks_set_measure (WfMarks          *marks,
                      const WfGeoPoint *points,
                      gsize             n)
{
  g_array_set_size (marks->measure, 0);
  if (n > 0)
    g_array_append_vals (marks->measure, points, (guint) n);
  marks->turn++;
}

void
wf_mark_set_points (WfMark           *mark,
                    const WfGeoPoint *points,
                    gsize             n)
{
  g_free (mark->points);
  mark->points = g_memdup2 (points, n * sizeof (WfGeoPoint));
  mark->n_points = n;
}

gboolean
wf_marks_remove (WfMarks    *marks,
                 WfMarkType  type,
                 const char *id)
{
  g_clear_pointer (&marks->sorted[type], g_ptr_array_unref);
  marks->turn++;
  marks->unit_turn++;

  return g_hash_table_remove (marks->by_id[type], id);
}

WfMark *
wf_marks_get (WfMarks    *marks,
              WfMarkType  type,
              const char *id)
{
  return id != NULL ? g_hash_table_lookup (marks->by_id[type], id) : NULL;
}

void
wf_marks_clear (WfMarks *marks)
{
  for (int i = 0; i < WF_N_MARK_TYPES; i++)
    {
      g_hash_table_remove_all (marks->by_id[i]);
      g_clear_pointer (&marks->sorted[i], g_ptr_array_unref);
    }
  wf_plots_clear (marks->plots);
  marks->turn++;
  marks->unit_turn++;
  marks->has_wind = FALSE;
}

gboolean
wf_marks_is_selected (WfMarks    *marks,
                      const char *kind,
                      const char *id)
{
  return g_strcmp0 (marks->selected_kind, kind) == 0 && g_strcmp0 (marks->selected_id, id) == 0;
}

const char *
wf_mark_type_get_kind (WfMarkType type)
{
  static const char *kinds[WF_N_MARK_TYPES] = { "zone", "view", "order", "track", "spot", "unit", "incident" };

  return kinds[type];
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  const WfMark *x = *(const WfMark *const *) a;
  const WfMark *y = *(const WfMark *const *) b;

  return g_strcmp0 (x->id, y->id);
}

guint
wf_marks_count (WfMarks    *marks,
                WfMarkType  type)
{
  return g_hash_table_size (marks->by_id[type]);
}

/* By id, so that the order of drawing does not change from frame to frame. */
GPtrArray *
wf_marks_list (WfMarks    *marks,
               WfMarkType  type)
{
  GHashTableIter iter;
  gpointer value;

  if (marks->sorted[type] != NULL)
    return g_ptr_array_ref (marks->sorted[type]);

  GPtrArray *list = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, marks->by_id[type]);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_ids);
  marks->sorted[type] = g_ptr_array_ref (list);

  return list;
}

/* What is written beside a mark: a unit's name with the age of its position, the label of any other. */
void
wf_mark_get_text (const WfMark *mark,
                  char          text[WF_MARK_TEXT_LENGTH])
{
  gboolean aged = mark->type == WF_MARK_UNIT && mark->text != NULL && *mark->text != '\0';

  g_snprintf (text, WF_MARK_TEXT_LENGTH, "%s%s%s", mark->label, aged ? " · " : "", aged ? mark->text : "");
  /* It may have been cut in the middle of a letter. */
  const char *end;
  if (!g_utf8_validate (text, -1, &end))
    text[end - text] = '\0';
}

/* How large its symbol is: half of it each way. */
void
wf_mark_measure_symbol (WfMarks          *marks,
                        const WfMark     *mark,
                        const WfMapFrame *frame,
                        WfLabelSize      *size)
{
  gboolean selected = wf_marks_is_selected (marks, wf_mark_type_get_kind (mark->type), mark->id);
  double half = mark->type == WF_MARK_INCIDENT ? WF_INCIDENT_RADIUS + (selected ? 4.5 : 2.0)
                : mark->type == WF_MARK_UNIT   ? WF_UNIT_RADIUS + (selected ? 5.0 : 0.0)
                                               : WF_PIN_RADIUS;

  *size = (WfLabelSize){ wf_map_frame_symbol (frame, half),
                         wf_map_frame_symbol (frame, mark->type == WF_MARK_SPOT ? WF_PIN_HEIGHT / 2.0 : half), 0.0, 0.0 };
}

/* How large its symbol and its name are. */
void
wf_mark_measure (WfMarks          *marks,
                 const WfMark     *mark,
                 const WfMapFrame *frame,
                 WfLabelSize      *size)
{
  double letters = wf_map_frame_text (frame, mark->type == WF_MARK_SPOT ? WF_MARK_TEXT_SIZE - 1.0 : WF_MARK_TEXT_SIZE);
  char text[WF_MARK_TEXT_LENGTH];

  wf_mark_measure_symbol (marks, mark, frame, size);
  wf_mark_get_text (mark, text);
  size->width = wf_symbol_guess_width (text, letters);
  /* A selected incident's name is bold. */
  if (mark->type == WF_MARK_INCIDENT)
    size->width = ceil (size->width * 1.1);
  size->height = ceil (letters * 1.4);
}

/* The room that a zone's name takes in the world at the frame's zoom: in its middle, or with a place beyond one of its ends. */
void
wf_mark_get_zone_name (const WfMark     *zone,
                       const WfMapFrame *frame,
                       WfLabelPlace      place,
                       WfLabelBox       *box)
{
  double letters = wf_map_frame_text (frame, WF_MARK_TEXT_SIZE);
  WfLabelSize size = { 2.0, 2.0, wf_symbol_guess_width (zone->label, letters) * 1.1, letters * 1.4 };
  double x = 0.0;
  double y = 0.0;
  double best = -G_MAXDOUBLE;

  for (gsize i = 0; i < zone->n_points; i++)
    {
      double px = wf_mercator_x (zone->points[i].lon) * frame->world;
      double py = wf_mercator_y (zone->points[i].lat) * frame->world;
      double out = place == WF_LABEL_ABOVE ? -py : place == WF_LABEL_BELOW ? py : place == WF_LABEL_LEFT ? -px : px;

      if (place == WF_LABEL_NONE)
        {
          x += px / (double) zone->n_points;
          y += py / (double) zone->n_points;
        }
      else if (out > best)
        {
          best = out;
          x = px;
          y = py;
        }
    }

  *box = (WfLabelBox){ -size.width / 2.0, -size.height / 2.0, size.width / 2.0, size.height / 2.0 };
  if (place != WF_LABEL_NONE)
    wf_label_box (place, &size, box);
  *box = (WfLabelBox){ box->left + x, box->top + y, box->right + x, box->bottom + y };
}

/* Whole minutes, hours and days of a clock on the wall. */
static const int64_t tick_minutes[] = { 1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440 };

/* Between two times on a track, in letters. */
#define TICK_SPACE 7.0

/* Says where along a track it was a round time: each minute, or every so many that what is written there has room. */
void
wf_mark_list_ticks (const WfMark     *track,
                    const WfMapFrame *frame,
                    GArray           *ticks)
{
  double length = 0.0;
  double x0 = 0.0;
  double y0 = 0.0;

  g_array_set_size (ticks, 0);
  if (track->times == NULL || track->n_points < 2 || track->times[track->n_points - 1] <= track->times[0])
    return;

  for (gsize i = 0; i < track->n_points; i++)
    {
      double x, y;
      wf_map_frame_to_screen (frame, track->points[i].lon, track->points[i].lat, &x, &y);
      if (i > 0)
        length += hypot (x - x0, y - y0);
      x0 = x;
      y0 = y;
    }
  double per_minute = length * 60000.0 / (double) (track->times[track->n_points - 1] - track->times[0]);
  double space = TICK_SPACE * wf_map_frame_text (frame, WF_MARK_TEXT_SIZE - 1.0);
  int64_t step = 0;
  for (gsize i = 0; step == 0 && i < G_N_ELEMENTS (tick_minutes); i++)
    if (per_minute * (double) tick_minutes[i] >= space)
      step = tick_minutes[i] * 60000;
  if (step == 0)
    return;

  for (gsize i = 1; i < track->n_points; i++)
    {
      int64_t from = track->times[i - 1];
      int64_t to = track->times[i];
      for (int64_t at = (from + step) / step * step; from < to && at <= to; at += step)
        {
          double part = (double) (at - from) / (double) (to - from);
          WfTick tick = { 0.0, 0.0, at };
          wf_map_frame_to_screen (frame, track->points[i - 1].lon + (track->points[i].lon - track->points[i - 1].lon) * part,
                                  track->points[i - 1].lat + (track->points[i].lat - track->points[i - 1].lat) * part,
                                  &tick.x, &tick.y);
          /* A vehicle that stood still for an hour is not there sixty times. */
          if (ticks->len == 0 || hypot (g_array_index (ticks, WfTick, ticks->len - 1).x - tick.x,
                                        g_array_index (ticks, WfTick, ticks->len - 1).y - tick.y) >= space * 0.6)
            g_array_append_val (ticks, tick);
        }
    }
}
