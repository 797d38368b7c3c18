/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-unit-stream.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WfUnitDriveSpec:
 * @uri: the service's address
 * @token: a token of it
 * @authority: (nullable): file with the certificates (PEM) of those who may sign the service's
 * @pin: (nullable): SHA-256 fingerprint of its certificate
 * @units: (nullable) (array zero-terminated=1): ids of the units to play, or %NULL for all
 * @speed: how many times faster than on the road they drive
 * @packs: (nullable): folder of map packs whose roads they drive on
 *
 * What to play.
 */
typedef struct
{
  const char        *uri;
  const char        *token;
  const char        *authority;
  const char        *pin;
  const char *const *units;
  double             speed;
  const char        *packs;
} WfUnitDriveSpec;

#define WF_TYPE_UNIT_DRIVE (wf_unit_drive_get_type ())
G_DECLARE_FINAL_TYPE (WfUnitDrive, wf_unit_drive, WF, UNIT_DRIVE, GObject)

/* Signals: "ready" (): its units are known and can be shown; "failed" (GError *error): it cannot go on. */

WfUnitDrive *wf_unit_drive_new       (const WfUnitDriveSpec *spec,
                                      WfUnitStream          *stream);
void         wf_unit_drive_start     (WfUnitDrive           *self);
char       **wf_unit_drive_dup_units (WfUnitDrive           *self);
char        *wf_unit_drive_dup_name  (WfUnitDrive           *self,
                                      const char            *unit);
void         wf_unit_drive_register  (WfUnitDrive           *self);
void         wf_unit_drive_stop      (WfUnitDrive           *self);

G_END_DECLS
