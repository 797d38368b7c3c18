/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-label-place.h"
#include "wf-map-frame.h"
#include "wf-map-sheet.h"
#include "wf-map-style.h"
#include "wf-map-view.h"

G_BEGIN_DECLS

/* What stands on the map by id. Owned copies of what the caller gave. */

/* The size of letters beside marks. */
#define WF_MARK_TEXT_SIZE 12.0

/* How large the marks are where texts are drawn as they are. */
#define WF_INCIDENT_RADIUS 14.0
#define WF_UNIT_RADIUS     11.0
#define WF_PIN_RADIUS      7.0
#define WF_PIN_HEIGHT      21.5

/* What a unit's name and the age of its position take at most. */
#define WF_MARK_TEXT_LENGTH 96

typedef enum
{
  WF_MARK_ZONE,
  WF_MARK_VIEW,
  WF_MARK_ORDER,
  WF_MARK_TRACK,
  WF_MARK_SPOT,
  WF_MARK_UNIT,
  WF_MARK_INCIDENT,
  WF_N_MARK_TYPES,
} WfMarkType;

typedef struct
{
  WfMarkType    type;
  char         *id;     /* (owned) */
  char         *label;  /* (owned) */
  char         *text;   /* (owned) an incident's glyph, a unit's age */
  double        lon;
  double        lat;
  int           level;
  gboolean      closed;
  double        heading;
  double        view_angle;
  double        bearing; /* of the middle of what its camera sees; negative where not known */
  int64_t       age;
  int64_t       lasts;
  gboolean      simulated;
  WfMapZoneKind zone;
  WfLabelPlace  place;  /* where its name stands; WfLabels says */
  WfGeoPoint   *points; /* (owned) */
  gsize         n_points;
  int64_t      *times;  /* (owned) (nullable) of a track, when it was at each point */
} WfMark;

/* A time on a track. */
typedef struct
{
  double  x; /* on the screen */
  double  y;
  int64_t at;
} WfTick;

typedef struct
{
  GHashTable *by_id[WF_N_MARK_TYPES]; /* id → WfMark */
  GArray     *rings;                  /* (element-type double) metres */
  GArray     *measure;                /* (element-type WfGeoPoint) what is being measured */
  gboolean    has_wind;
  double      wind_from;
  double      wind_speed;
  char       *wind_text;
  char       *wind_source;
  char       *selected_kind;
  char       *selected_id;
  GPtrArray  *sorted[WF_N_MARK_TYPES]; /* (nullable) by id; made anew when one comes or goes */
  char       *hover_kind;              /* (owned) (nullable) what the pointer is on */
  char       *hover_id;                /* (owned) (nullable) */
  guint64     turn;                    /* another number where marks other than units have changed */
  guint64     unit_turn;               /* another number where units are to be drawn anew */
  struct _WfUnitSheet *unit_sheet;     /* (owned) (nullable) */
  struct _WfPlots     *plots;          /* (owned) */
} WfMarks;

WfMarks *wf_marks_new         (void);
void     wf_marks_free        (WfMarks          *marks);
WfMark  *wf_marks_put         (WfMarks          *marks,
                               WfMarkType        type,
                               const char       *id,
                               const char       *label);
void     wf_marks_set_measure (WfMarks          *marks,
                               const WfGeoPoint *points,
                               gsize             n);
void     wf_mark_set_points   (WfMark           *mark,
                               const WfGeoPoint *points,
                               gsize             n);
gboolean wf_marks_remove      (WfMarks          *marks,
                               WfMarkType        type,
                               const char       *id);
WfMark  *wf_marks_get         (WfMarks          *marks,
                               WfMarkType        type,
                               const char       *id);
void     wf_marks_clear       (WfMarks          *marks);
gboolean wf_marks_is_selected (WfMarks          *marks,
                               const char       *kind,
                               const char       *id);
guint    wf_marks_count       (WfMarks          *marks,
                               WfMarkType        type);
GPtrArray *wf_marks_list      (WfMarks          *marks,
                               WfMarkType        type);
const char *wf_mark_type_get_kind (WfMarkType    type);

void     wf_mark_list_ticks     (const WfMark     *track,
                                 const WfMapFrame *frame,
                                 GArray           *ticks);
void     wf_mark_get_zone_name  (const WfMark     *zone,
                                 const WfMapFrame *frame,
                                 WfLabelPlace      place,
                                 WfLabelBox       *box);
void     wf_mark_get_text       (const WfMark     *mark,
                                 char              text[WF_MARK_TEXT_LENGTH]);
void     wf_mark_measure_symbol (WfMarks          *marks,
                                 const WfMark     *mark,
                                 const WfMapFrame *frame,
                                 WfLabelSize      *size);
void     wf_mark_measure        (WfMarks          *marks,
                                 const WfMark     *mark,
                                 const WfMapFrame *frame,
                                 WfLabelSize      *size);

/* Drawing; in the order of wf_marks_draw_below(), the things, wf_marks_draw_above(). A painter is asked for a context for
 * each piece with the rectangle that the piece fills, since small pieces are what the software renderer is good at. */
typedef cairo_t *(*WfPainterBegin) (gpointer user_data,
                                    double   x,
                                    double   y,
                                    double   width,
                                    double   height);
typedef void (*WfPainterEnd) (gpointer  user_data,
                              cairo_t  *cr);

typedef struct
{
  const WfMapFrame *frame;
  const WfMapStyle *style;
  WfPainterBegin    begin;
  WfPainterEnd      end;
  gpointer          user_data;
  GtkSnapshot      *snapshot; /* (nullable) %NULL on paper */
  struct _WfLabels *labels;   /* (unowned) what is taken by symbols and names */
} WfPainter;

void wf_marks_draw_below (WfMarks         *marks,
                          const WfPainter *painter);
void wf_marks_draw_above (WfMarks         *marks,
                          const WfPainter *painter,
                          guint64          labels);
void wf_marks_draw_wind  (WfMarks         *marks,
                          const WfPainter *painter,
                          double           x,
                          double           y);

/* How far a camera's view is drawn. What it really sees depends on the ground, and is not known. */
#define WF_MARK_VIEW_REACH 64.0

typedef struct _WfUnitSheet WfUnitSheet;

void wf_view_draw        (cairo_t          *cr,
                          const WfMapStyle *style,
                          double            factor,
                          const WfMark     *mark,
                          double            x,
                          double            y);
void wf_units_draw       (WfMarks         *marks,
                          const WfPainter *painter,
                          guint64          labels);
void wf_unit_sheet_free  (WfUnitSheet     *sheet);
void wf_label_draw_leader (cairo_t           *cr,
                           const WfMapStyle  *style,
                           const WfLabelSize *size,
                           const WfLabelBox  *box,
                           double             x,
                           double             y);

WfMark *wf_marks_find        (WfMarks          *marks,
                              const WfMapFrame *frame,
                              double            x,
                              double            y);
WfMark *wf_marks_find_hidden (WfMarks          *marks,
                              const WfMapFrame *frame,
                              double            x,
                              double            y);

G_END_DECLS
