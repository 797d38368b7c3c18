/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* A kind of address: one line of the table says all that differs between the kinds. */
typedef struct
{
  const char *scheme;    /* in small letters */
  const char *element;   /* of GStreamer, that reads it */
  const char *location;  /* its property for the address */
  const char *user;      /* (nullable) its property for the user name */
  const char *password;  /* (nullable) its property for the password */
  const char *settings;  /* (nullable) further ones, as a structure's fields */
  guint16     port;      /* where others listen when the address does not say */
  gboolean    connects;  /* over TCP, so that one can ask why it does not open */
  gboolean    has_host;  /* else it is a file here */
  gboolean    needs_port;
  gboolean    paced;     /* comes faster than it is to be shown, and ends */
} WfVideoScheme;

const WfVideoScheme *wf_video_scheme_find        (const char           *uri);
guint16              wf_video_scheme_get_port    (const WfVideoScheme  *self,
                                                  GUri                 *uri);
GUri                *wf_video_scheme_parse       (const char           *uri,
                                                  const WfVideoScheme **scheme);
GstElement          *wf_video_scheme_make_source (const char           *uri,
                                                  const char           *user,
                                                  const char           *password,
                                                  GError              **error);

G_END_DECLS
