/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-clock.h"

/* Seconds from the epoch of NTP, 1900, to that of Unix. */
#define NTP_TO_UNIX G_GUINT64_CONSTANT (2208988800)

/* Ticks in a second of the RTP time of every video codec (RFC 3551). */
#define RTP_RATE 90000

/* A delay beyond this, or one far below zero, says that the sender's clock is not ours. */
#define MAX_DELAY 60000
#define MAX_EARLY 50

/* Of a playlist, which is as many of its pieces behind as it lists: beyond this it is a recording. */
#define MAX_LISTED 120000

/* A picture whose encoder has not said when it was taken is so far from one of which it has, at the most. */
#define MAX_UNSTAMPED (5 * GST_SECOND)

/* Two times that are said of one moment may differ by so many ms: pieces of pictures and of sound do not begin together. */
#define MAX_APART 1000

/* How often the sender's report is looked for, and looked at again, in ms. */
#define LOOK_FIRST 200
#define LOOK_AGAIN 5000

/* Between our own reports, in ns: at first, with as many bytes a second as that takes, and afterwards (RFC 3550, 6.2). */
#define HASTE           ((guint64) 30 * GST_MSECOND)
#define HASTE_BANDWIDTH 1e7
#define REPORT_INTERVAL ((guint64) 5 * GST_SECOND)

/* RTP sessions of one RTSP session, at most: pictures and sound. */
#define MAX_SESSIONS 4

/*
 * WfVideoClock:
 *
 * How old a picture is when it gets here. The sender's RTCP reports tie its RTP time to its wall clock (RFC 3550, 6.4.1);
 * the packets tie RTP time to GStreamer's. Where both ends keep time by NTP, as they should, the difference is the delay
 * from the camera to us.
 *
 * A playlist (HLS) says of its pieces when they began. That of the first one that we get ties its first picture to the
 * sender's wall clock, and the others follow by their own times, until these break off.
 *
 * An encoder may have written into pictures when they were taken (wf-video-stamp.c), which is good for every kind of link.
 */
struct _WfVideoClock
{
  GMutex       lock;
  GstElement  *manager;  /* (owned) (nullable) under lock: rtpbin */
  guint        session;  /* under lock: the pictures' */
  gboolean     has_packet;
  guint32      rtp_time; /* under lock: of the last packet */
  GstClockTime pts;      /* under lock: the same moment for GStreamer */
  gboolean     has_report;
  guint64      sr_ntp;   /* under lock: of the sender's last report */
  guint32      sr_rtp;   /* under lock */
  int64_t      looked_at;
  int64_t      began_at; /* under lock: when the first picture of a playlist was taken, ms since 1970; 0 where that is not said */
  GstClockTime began;    /* under lock: the same moment for GStreamer; %GST_CLOCK_TIME_NONE before the first picture */
  int64_t      stamped_at; /* under lock: when a picture was taken by its encoder's word, ms since 1970; 0 before there is one */
  GstClockTime stamped;  /* under lock: the same moment for GStreamer */
};

static gboolean
read_source (const GstStructure *source,
             guint64            *ntp,
             guint32            *rtp)
{
  gboolean internal = TRUE;
  gboolean has_report = FALSE;

  return gst_structure_get_boolean (source, "internal", &internal) && !internal
         && gst_structure_get_boolean (source, "have-sr", &has_report) && has_report
         && gst_structure_get_uint64 (source, "sr-ntptime", ntp)
         && gst_structure_get_uint (source, "sr-rtptime", rtp);
}

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static gboolean
read_session (GObject *session,
              guint64 *ntp,
              guint32 *rtp)
{
  g_autoptr (GstStructure) stats = NULL;
  gboolean found = FALSE;

  g_object_get (session, "stats", &stats, NULL);

  const GValue *value = stats != NULL ? gst_structure_get_value (stats, "source-stats") : NULL;
  GValueArray *sources = value != NULL ? g_value_get_boxed (value) : NULL;

  for (guint i = 0; sources != NULL && i < sources->n_values && !found; i++)
    found = read_source (g_value_get_boxed (&sources->values[i]), ntp, rtp);

  return found;
}

G_GNUC_END_IGNORE_DEPRECATIONS

static gboolean
find_report (GstElement *manager,
             guint       number,
             guint64    *ntp,
             guint32    *rtp)
{
  g_autoptr (GObject) session = NULL;

  g_signal_emit_by_name (manager, "get-internal-session", number, &session);

  return session != NULL && read_session (session, ntp, rtp);
}

/* Looks for a newer report of the sender, at intervals. Never with the lock held: rtpbin takes its own. */
static void
look_for_report (WfVideoClock *self,
                 int64_t       now)
{
  guint64 ntp;
  guint32 rtp;

  g_mutex_lock (&self->lock);
  gboolean due = ABS (now - self->looked_at) >= (self->has_report ? LOOK_AGAIN : LOOK_FIRST);
  g_autoptr (GstElement) manager = due && self->manager != NULL ? gst_object_ref (self->manager) : NULL;
  guint session = self->session;
  if (due)
    self->looked_at = now;
  g_mutex_unlock (&self->lock);

  if (manager == NULL || !find_report (manager, session, &ntp, &rtp))
    return;

  g_mutex_lock (&self->lock);
  self->has_report = TRUE;
  self->sr_ntp = ntp;
  self->sr_rtp = rtp;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_clock_compute:
 * @sr_ntp: the sender's wall clock in its report, 32.32 bits since 1900
 * @sr_rtp: the RTP time of the same moment
 * @rtp_time: the RTP time of a picture
 * @now: our wall clock, ms since 1970
 *
 * Returns: how many ms ago the picture was taken, -1 where the clocks of the two ends cannot be the same
 */
int
wf_video_clock_compute (guint64 sr_ntp,
                        guint32 sr_rtp,
                        guint32 rtp_time,
                        int64_t now)
{
  int64_t report = (int64_t) ((sr_ntp >> 32) - NTP_TO_UNIX) * 1000 + (int64_t) (((sr_ntp & 0xffffffff) * 1000) >> 32);
  int64_t ticks = (gint32) (rtp_time - sr_rtp);
  int64_t delay = now - (report + ticks * 1000 / RTP_RATE);

  if (delay < -MAX_EARLY || delay > MAX_DELAY)
    return -1;

  return (int) MAX (delay, 0);
}

/*
 * wf_video_clock_begin:
 * @self: a clock
 * @at: when the first picture was taken that is about to come, ms since 1970
 *
 * Where two tell different times, as of pictures and of sound, neither is believed.
 */
void
wf_video_clock_begin (WfVideoClock *self,
                      int64_t       at)
{
  g_mutex_lock (&self->lock);
  self->began_at = self->began_at == 0 || ABS (self->began_at - at) <= MAX_APART ? at : 0;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_clock_picture:
 * @self: a clock
 * @pts: of a picture, in the order in which they come
 * @breaks: whether its time says nothing about the time since the one before it
 */
void
wf_video_clock_picture (WfVideoClock *self,
                        GstClockTime  pts,
                        gboolean      breaks)
{
  g_mutex_lock (&self->lock);
  if (self->began_at != 0 && !GST_CLOCK_TIME_IS_VALID (self->began))
    self->began = pts;
  else if (breaks)
    self->began_at = 0;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_clock_stamp:
 * @self: a clock
 * @at: when a picture was taken, ms since 1970
 * @pts: its time for GStreamer
 */
void
wf_video_clock_stamp (WfVideoClock *self,
                      int64_t       at,
                      GstClockTime  pts)
{
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return;

  g_mutex_lock (&self->lock);
  self->stamped_at = at;
  self->stamped = pts;
  g_mutex_unlock (&self->lock);
}

/* Call with the lock held. */
static int
compute_stamped (WfVideoClock *self,
                 GstClockTime  pts,
                 int64_t       now)
{
  GstClockTimeDiff since = GST_CLOCK_DIFF (self->stamped, pts);
  int64_t delay = now - (self->stamped_at + since / (int64_t) GST_MSECOND);

  return ABS (since) > MAX_UNSTAMPED || delay < -MAX_EARLY || delay > MAX_DELAY ? -1 : (int) MAX (delay, 0);
}

/* Call with the lock held. */
static int
compute_listed (WfVideoClock *self,
                GstClockTime  pts,
                int64_t       now)
{
  int64_t delay = now - (self->began_at + GST_CLOCK_DIFF (self->began, pts) / (int64_t) GST_MSECOND);

  return delay < -MAX_EARLY || delay > MAX_LISTED ? -1 : (int) MAX (delay, 0);
}

/*
 * wf_video_clock_delay:
 * @self: a clock
 * @pts: of the picture
 * @now: our wall clock, ms since 1970
 *
 * Returns: how many ms ago the picture was taken, -1 where that is not known
 */
int
wf_video_clock_delay (WfVideoClock *self,
                      GstClockTime  pts,
                      int64_t       now)
{
  int delay = -1;

  look_for_report (self, now);

  g_mutex_lock (&self->lock);

  /* By the encoder's word first: a server that passes on what another one sends reports its own time. */
  if (self->stamped_at != 0 && GST_CLOCK_TIME_IS_VALID (pts))
    delay = compute_stamped (self, pts, now);
  if (delay < 0 && self->has_report && self->has_packet && GST_CLOCK_TIME_IS_VALID (pts) && GST_CLOCK_TIME_IS_VALID (self->pts))
    {
      int64_t behind = GST_CLOCK_DIFF (self->pts, pts);
      guint32 rtp_time = self->rtp_time + (guint32) (behind * RTP_RATE / (int64_t) GST_SECOND);

      delay = wf_video_clock_compute (self->sr_ntp, self->sr_rtp, rtp_time, now);
    }
  if (delay < 0 && self->began_at != 0 && GST_CLOCK_TIME_IS_VALID (self->began) && GST_CLOCK_TIME_IS_VALID (pts))
    delay = compute_listed (self, pts, now);

  g_mutex_unlock (&self->lock);

  return delay;
}

static void
session_added_cb (GstBin     *manager,
                  GstElement *element,
                  gpointer    data)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "rtcp-min-interval") != NULL)
    g_object_set (element, "rtcp-min-interval", HASTE, "bandwidth", HASTE_BANDWIDTH, NULL);
}

/*
 * wf_video_clock_calm_down:
 * @self: a clock
 *
 * So that a question to the sender does not wait for the next report, up to four seconds, reports leave many times a second
 * at first. From now on they come as rarely as RFC 3550 wants it.
 */
void
wf_video_clock_calm_down (WfVideoClock *self)
{
  g_mutex_lock (&self->lock);
  g_autoptr (GstElement) manager = self->manager != NULL ? gst_object_ref (self->manager) : NULL;
  g_mutex_unlock (&self->lock);

  for (guint i = 0; manager != NULL && i < MAX_SESSIONS; i++)
    {
      g_autoptr (GObject) session = NULL;

      g_signal_emit_by_name (manager, "get-internal-session", i, &session);
      if (session != NULL)
        g_object_set (session, "rtcp-min-interval", REPORT_INTERVAL, "bandwidth", 0.0, NULL);
    }
}

/*
 * wf_video_clock_packet:
 * @self: a clock
 * @rtp_time: of a packet
 * @pts: what the jitter buffer made of it
 */
void
wf_video_clock_packet (WfVideoClock *self,
                       guint32       rtp_time,
                       GstClockTime  pts)
{
  g_mutex_lock (&self->lock);
  self->has_packet = TRUE;
  self->rtp_time = rtp_time;
  self->pts = pts;
  g_mutex_unlock (&self->lock);
}

/*
 * wf_video_clock_set_manager:
 * @self: a clock
 * @manager: (nullable): the rtpbin whose sessions know the sender's reports
 */
void
wf_video_clock_set_manager (WfVideoClock *self,
                            GstElement   *manager)
{
  g_mutex_lock (&self->lock);
  gst_object_replace ((GstObject **) &self->manager, GST_OBJECT_CAST (manager));
  g_mutex_unlock (&self->lock);

  if (manager != NULL)
    g_signal_connect (manager, "element-added", G_CALLBACK (session_added_cb), NULL);
}

/*
 * wf_video_clock_set_session:
 * @self: a clock
 * @session: number of the RTP session that brings the pictures; sound has a time of its own
 */
void
wf_video_clock_set_session (WfVideoClock *self,
                            guint         session)
{
  g_mutex_lock (&self->lock);
  self->session = session;
  g_mutex_unlock (&self->lock);
}

WfVideoClock *
wf_video_clock_new (void)
{
  WfVideoClock *self = g_new0 (WfVideoClock, 1);

  g_mutex_init (&self->lock);
  self->began = GST_CLOCK_TIME_NONE;

  return self;
}

void
wf_video_clock_free (WfVideoClock *self)
{
  gst_clear_object (&self->manager);
  g_mutex_clear (&self->lock);
  g_free (self);
}
