/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-clock.h"

G_BEGIN_DECLS

char     *wf_id_new      (WfClock    *clock);
char     *wf_id_derive   (const char *parent,
                          const char *name);
gboolean  wf_id_is_valid (const char *id);

char     *wf_digest_bytes (const void *data,
                           gsize       size);
gboolean  wf_digest_is_valid (const char *digest);
void      wf_random_bytes (void *data,
                           gsize size);

G_END_DECLS
