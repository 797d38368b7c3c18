/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * WfVideoState:
 * @WF_VIDEO_STATE_IDLE: nobody looks, nothing is open
 * @WF_VIDEO_STATE_CONNECTING: opened, no picture yet
 * @WF_VIDEO_STATE_LIVE: pictures arrive
 * @WF_VIDEO_STATE_STALLED: open, but no picture for %WF_VIDEO_STALL_AFTER and three of its intervals
 * @WF_VIDEO_STATE_RECONNECTING: it broke, and is being opened again
 * @WF_VIDEO_STATE_FAILED: it does not open; tried again only now and then, or not at all where that cannot help
 */
typedef enum
{
  WF_VIDEO_STATE_IDLE,
  WF_VIDEO_STATE_CONNECTING,
  WF_VIDEO_STATE_LIVE,
  WF_VIDEO_STATE_STALLED,
  WF_VIDEO_STATE_RECONNECTING,
  WF_VIDEO_STATE_FAILED,
} WfVideoState;

#define WF_VIDEO_N_STATES (WF_VIDEO_STATE_FAILED + 1)

/**
 * WfVideoReason:
 *
 * Why a link is not live.
 */
typedef enum
{
  WF_VIDEO_REASON_NONE,
  WF_VIDEO_REASON_REFUSED,      /* the other end is there and refuses the connection */
  WF_VIDEO_REASON_UNAUTHORIZED, /* wrong or missing password */
  WF_VIDEO_REASON_NOT_FOUND,    /* the server knows no such stream */
  WF_VIDEO_REASON_CODEC,        /* a plugin is missing here */
  WF_VIDEO_REASON_NO_ROUTE,     /* no way to the host, or no such host */
  WF_VIDEO_REASON_TIME_OUT,     /* no answer, or no picture in time */
  WF_VIDEO_REASON_TRANSPORT,    /* the server offers neither TCP nor UDP that we can use */
  WF_VIDEO_REASON_BAD_STREAM,   /* what arrives cannot be decoded */
  WF_VIDEO_REASON_BAD_ADDRESS,  /* the URI is not one */
  WF_VIDEO_REASON_ENDED,        /* the other end closed the stream */
  WF_VIDEO_REASON_WEB_PAGE,     /* there is a page for people under this address */
  WF_VIDEO_REASON_TOO_LARGE,    /* more pixels than are decoded here */
  WF_VIDEO_REASON_CERTIFICATE,  /* the other end cannot prove who it is */
  WF_VIDEO_REASON_HARDWARE,     /* this computer's hardware does not decode it */
  WF_VIDEO_REASON_FINISHED,     /* a recording was played to its end */
  WF_VIDEO_REASON_LOST,         /* the connection broke */
} WfVideoReason;

typedef enum
{
  WF_VIDEO_EVENT_WANTED,   /* somebody looks */
  WF_VIDEO_EVENT_UNWANTED, /* nobody looks any more */
  WF_VIDEO_EVENT_FRAME,    /* a picture was decoded */
  WF_VIDEO_EVENT_ERROR,    /* it broke, with a reason */
  WF_VIDEO_EVENT_TICK,     /* time has passed */
  WF_VIDEO_EVENT_RETRY,    /* a person asks to try again now */
} WfVideoEvent;

typedef enum
{
  WF_VIDEO_ACTION_NONE,
  WF_VIDEO_ACTION_START,   /* open the stream */
  WF_VIDEO_ACTION_STOP,    /* close it */
  WF_VIDEO_ACTION_RESTART, /* close it and open it again */
} WfVideoAction;

/* All in milliseconds. */
#define WF_VIDEO_STALL_AFTER   1000  /* without a picture, beyond three of its usual intervals: it is marked */
#define WF_VIDEO_REOPEN_AFTER  5000  /* without a picture, it is opened anew */
#define WF_VIDEO_CONNECT_LIMIT 8000  /* for the first picture of an attempt */
#define WF_VIDEO_GRACE         3000  /* kept open when nobody looks */
#define WF_VIDEO_BACKOFF_FIRST 200
#define WF_VIDEO_BACKOFF_LAST  1500  /* with a key frame each second, back within 3 s of the server */
#define WF_VIDEO_GIVE_UP_AFTER 30000 /* of attempts, then it counts as failed */
#define WF_VIDEO_FAILED_RETRY  10000 /* and is tried this seldom */

/**
 * WfVideoMachine:
 *
 * What a link remembers to decide what to do next: a plain value, no clock, thread or pipeline. Times are milliseconds
 * of a monotonic clock that the caller hands in, -1 where there is none.
 */
typedef struct
{
  WfVideoState  state;
  WfVideoReason reason;
  gboolean      open;          /* a pipeline runs */
  guint         attempts;      /* since the last picture */
  int64_t       opened_at;     /* of the running attempt */
  int64_t       broken_at;     /* of the first of these attempts */
  int64_t       last_frame_at;
  int64_t       interval;      /* between pictures, usually; 0 before the second one, at most WF_VIDEO_STALL_AFTER */
  int64_t       retry_at;
  int64_t       unwanted_at;
} WfVideoMachine;

#define WF_TYPE_VIDEO_STATE (wf_video_state_get_type ())
GType          wf_video_state_get_type       (void) G_GNUC_CONST;

void           wf_video_machine_init         (WfVideoMachine *self);
WfVideoAction  wf_video_machine_step         (WfVideoMachine *self,
                                              WfVideoEvent    event,
                                              WfVideoReason   reason,
                                              int64_t         now);
guint          wf_video_backoff              (guint           attempts);
gboolean       wf_video_reason_is_final      (WfVideoReason   reason);

const char    *wf_video_state_to_string      (WfVideoState    state);
char          *wf_video_reason_to_sentence   (WfVideoReason   reason,
                                              const char     *detail);

G_END_DECLS
