/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* An A4 sheet in points. */
#define WF_SHEETS_WIDTH 595.28
#define WF_SHEETS_HEIGHT 841.89

typedef struct _WfSheets WfSheets;

/**
 * WfSheetsStyle:
 * @WF_SHEETS_TITLE: the document's title, centred
 * @WF_SHEETS_HEADING: a section's heading; stays with what follows, and enters the PDF's outline
 * @WF_SHEETS_TEXT: running text
 * @WF_SHEETS_SMALL: captions and notes
 *
 * How a paragraph is set.
 */
typedef enum {
  WF_SHEETS_TITLE,
  WF_SHEETS_HEADING,
  WF_SHEETS_TEXT,
  WF_SHEETS_SMALL,
} WfSheetsStyle;

WfSheets *wf_sheets_new           (const char         *language);
void     wf_sheets_free          (WfSheets            *self);

void     wf_sheets_set_running   (WfSheets            *self,
                                 const char         *header,
                                 const char         *mark,
                                 gboolean            drill,
                                 const char         *footer);
void     wf_sheets_paragraph     (WfSheets            *self,
                                 WfSheetsStyle        style,
                                 const char         *text);
void     wf_sheets_table         (WfSheets            *self,
                                 const double       *widths,
                                 guint               n_columns,
                                 const char *const  *headings);
void     wf_sheets_row           (WfSheets            *self,
                                 const char *const  *cells);
void     wf_sheets_table_end     (WfSheets            *self);
gboolean wf_sheets_image         (WfSheets            *self,
                                 GBytes             *bytes,
                                 double              most_height,
                                 const char         *caption);

guint    wf_sheets_count         (WfSheets            *self);
void     wf_sheets_draw          (WfSheets            *self,
                                 cairo_t            *cr,
                                 guint               page);
GBytes  *wf_sheets_to_pdf        (WfSheets            *self,
                                 const char         *title,
                                 const char         *author,
                                 GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WfSheets, wf_sheets_free)

G_END_DECLS
