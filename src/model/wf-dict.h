/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Field values of entities, commands and events are #GVariant dictionaries (a{sv}), which are immutable and may be shared
 * between threads. How each field type of wf-field.h stands in one:
 *   string, text, id, enum  s        int, time (ms)  x       double  d       bool  b
 *   point (dd): longitude, latitude  points a(dd)            strings as
 *   object a{sv}                     objects aa{sv}          facts a{sv} of s, x, d, b
 * The unit tuple () as a value means: this field is cleared. */

GVariant   *wf_value_string  (const char        *value);
GVariant   *wf_value_int     (int64_t            value);
GVariant   *wf_value_time    (int64_t            value);
GVariant   *wf_value_double  (double             value);
GVariant   *wf_value_bool    (gboolean           value);
GVariant   *wf_value_point   (double             longitude,
                              double             latitude);
GVariant   *wf_value_strings (const char *const *values);
GVariant   *wf_value_objects (GPtrArray         *dicts);
GVariant   *wf_value_clear   (void);
gboolean    wf_value_is_clear (GVariant         *value);

GVariant   *wf_dict_make     (const char        *key,
                              ...) G_GNUC_NULL_TERMINATED;
GVariant   *wf_dict_empty    (void);
GVariant   *wf_dict_merge    (GVariant          *dict,
                              GVariant          *patch);

gboolean    wf_dict_has      (GVariant          *dict,
                              const char        *key);
GVariant   *wf_dict_value    (GVariant          *dict,
                              const char        *key);
const char *wf_dict_string   (GVariant          *dict,
                              const char        *key);
int64_t     wf_dict_int      (GVariant          *dict,
                              const char        *key,
                              int64_t            fallback);
int64_t     wf_dict_time     (GVariant          *dict,
                              const char        *key);
double      wf_dict_double   (GVariant          *dict,
                              const char        *key,
                              double             fallback);
gboolean    wf_dict_bool     (GVariant          *dict,
                              const char        *key);
gboolean    wf_dict_point    (GVariant          *dict,
                              const char        *key,
                              double            *longitude,
                              double            *latitude);
char      **wf_dict_strings  (GVariant          *dict,
                              const char        *key);
GPtrArray  *wf_dict_objects  (GVariant          *dict,
                              const char        *key);

G_END_DECLS
