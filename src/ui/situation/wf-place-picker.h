/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-map-view.h"

G_BEGIN_DECLS

/**
 * WfPlacePick:
 * @longitude: degrees east
 * @latitude: degrees north
 *
 * A place that a person has clicked on.
 */
typedef struct
{
  double longitude;
  double latitude;
} WfPlacePick;

#define WF_TYPE_PLACE_PICKER (wf_place_picker_get_type ())
G_DECLARE_FINAL_TYPE (WfPlacePicker, wf_place_picker, WF, PLACE_PICKER, GObject)

WfPlacePicker *wf_place_picker_new         (WfMapView           *map);
void           wf_place_picker_pick_async  (WfPlacePicker       *self,
                                            const char          *hint,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             data);
WfPlacePick   *wf_place_picker_pick_finish (WfPlacePicker       *self,
                                            GAsyncResult        *result,
                                            GError             **error);
void           wf_place_picker_cancel      (WfPlacePicker       *self);

G_END_DECLS
