/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-field.h"

G_BEGIN_DECLS

/* What is just being drawn on somebody's map, which others may look at: no record, and gone when it is done or given up. */

/* What whoever draws says: `scope`, `type`, `points` (none: it is over), `radius_m`. */
extern const WfField wf_sketch_fields[];

/* What the others are told: the same with who draws, `actor` and `name`, and `desk`, a number for each desk. */
extern const WfField wf_told_sketch_fields[];

gboolean  wf_sketch_is_over (GVariant *sketch);
GVariant *wf_sketch_end     (GVariant *sketch);

G_END_DECLS
