/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-http-private.h"
#include "wf-replica-private.h"
#include "wf-session.h"

G_BEGIN_DECLS

/**
 * WfPerson:
 * @service: id of the service
 * @actor: id of the person whom the token belongs to
 * @name: that person's name
 * @post: (nullable): that person's post
 * @role: (nullable): the role that their token carries
 *
 * Who we are, as the service sees it.
 */
typedef struct
{
  const char *service;
  const char *actor;
  const char *name;
  const char *post;
  const char *role;
} WfPerson;

/**
 * WfFeedClient:
 * @link: the connection's state has changed (%WF_LINK_OFFLINE, %WF_LINK_CONNECTING, %WF_LINK_CATCHING_UP and
 *   %WF_LINK_REFUSED; that all is level is for the client to say), with the reason in words
 * @person: the service has told who we are; returns the position to follow from, or -1 to be given a snapshot
 * @snapshot: here is one (transfer full); the client calls wf_feed_follow() when it is in its place
 * @compare: here is a snapshot that was only wanted to compare with (transfer full)
 * @entries: what follows (element-type WfEntry), in order; the hashes have been checked but not that they join what was
 *   there
 * @head: the service stands at this position
 * @positions: where units are (element-type WfUnitPosition)
 * @readings: what sensors have read (element-type WfScopedReading)
 * @sketch: somebody is drawing (wf_told_sketch_fields)
 * @delay: a round trip took so many milliseconds, and the service's clock is ahead of ours by so many
 *
 * Whoever is told by a feed. Main thread.
 */
typedef struct
{
  void    (*link)      (gpointer        data,
                        WfLink          link,
                        const char     *reason);
  int64_t (*person)    (gpointer        data,
                        const WfPerson *person);
  void    (*snapshot)  (gpointer        data,
                        WfContents     *contents);
  void    (*compare)   (gpointer        data,
                        WfContents     *contents);
  void    (*entries)   (gpointer        data,
                        GPtrArray      *entries,
                        int64_t         head);
  void    (*head)      (gpointer        data,
                        int64_t         head);
  void    (*positions) (gpointer        data,
                        GPtrArray      *positions);
  void    (*readings)  (gpointer        data,
                        GPtrArray      *readings);
  void    (*sketch)    (gpointer        data,
                        GVariant       *sketch);
  void    (*delay)     (gpointer        data,
                        int             delay,
                        int64_t         ahead);
} WfFeedClient;

#define WF_TYPE_FEED (wf_feed_get_type ())
G_DECLARE_FINAL_TYPE (WfFeed, wf_feed, WF, FEED, GObject)

WfFeed *wf_feed_new      (WfClock            *clock,
                          const char         *uri,
                          const char         *token,
                          const WfFeedClient *client,
                          gpointer            data);
WfHttp *wf_feed_get_http (WfFeed             *self);
void    wf_feed_start    (WfFeed             *self);
void    wf_feed_follow   (WfFeed             *self,
                          int64_t             since);
void    wf_feed_compare  (WfFeed             *self);
void    wf_feed_ack      (WfFeed             *self,
                          int64_t             position);
void         wf_feed_sketch           (WfFeed              *self,
                                       GVariant            *sketch);
gboolean       wf_feed_is_unauthorized (WfFeed         *self);
void    wf_feed_fail     (WfFeed             *self,
                          const GError       *error);
void    wf_feed_nudge    (WfFeed             *self);
void    wf_feed_stop     (WfFeed             *self);

G_END_DECLS
