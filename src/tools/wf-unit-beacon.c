/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-beacon.h"

#include "wf-clock.h"
#include "wf-sync-error.h"
#include "wf-unit-camera.h"

#include <math.h>

#define ROAD_SPEED (60 / 3.6) /* m/s */
#define TICK       1000       /* ms between its positions */

/**
 * WfUnitBeacon:
 *
 * A unit of a real centre: it is known by its certificate, tells where it is, once a second, and drives to and fro between two
 * places where it has two. It reads nothing and answers no orders: that is its crew's.
 */
struct _WfUnitBeacon
{
  GObject parent_instance;

  WfSender     *sender;      /* (owned) */
  WfUnitStream *stream;      /* (owned) (nullable) */
  WfClock      *clock;       /* (owned) */
  GCancellable *cancellable; /* (owned) */
  WfGeoPoint    from;
  WfGeoPoint    to;
  double        metres;      /* driven so far, to and fro */
  double        speed;       /* m/s, 0: it stands */
  guint         tick_id;
  gboolean      turns;       /* its camera does, by itself */
  gboolean      telling;     /* a position is on its way */
  gboolean      ready;
  gboolean      away;        /* it has been said that the service cannot be reached */
};

enum {
  READY,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfUnitBeacon, wf_unit_beacon, G_TYPE_OBJECT)

static void
wf_unit_beacon_dispose (GObject *object)
{
  WfUnitBeacon *self = WF_UNIT_BEACON (object);

  wf_unit_beacon_stop (self);
  g_clear_object (&self->sender);
  g_clear_object (&self->stream);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (wf_unit_beacon_parent_class)->dispose (object);
}

static void
wf_unit_beacon_class_init (WfUnitBeaconClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_unit_beacon_dispose;

  signals[READY] = g_signal_new ("ready", WF_TYPE_UNIT_BEACON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", WF_TYPE_UNIT_BEACON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
wf_unit_beacon_init (WfUnitBeacon *self)
{
  self->clock = wf_clock_new_real ();
  self->cancellable = g_cancellable_new ();
}

/**
 * wf_unit_beacon_new:
 * @sender: its way to the service
 * @stream: (nullable): where its picture is made, to burn its place into it
 * @from: where it is
 * @to: (nullable): where it drives, and back
 * @speed: how many times faster than on the road
 *
 * Returns: (transfer full): a unit that has not begun
 */
WfUnitBeacon *
wf_unit_beacon_new (WfSender         *sender,
                    WfUnitStream     *stream,
                    const WfGeoPoint *from,
                    const WfGeoPoint *to,
                    double            speed)
{
  g_return_val_if_fail (WF_IS_SENDER (sender) && from != NULL, NULL);

  WfUnitBeacon *self = g_object_new (WF_TYPE_UNIT_BEACON, NULL);

  self->sender = g_object_ref (sender);
  self->stream = stream != NULL ? g_object_ref (stream) : NULL;
  self->from = *from;
  self->to = to != NULL ? *to : *from;
  self->speed = to != NULL ? ROAD_SPEED * speed : 0;

  return self;
}

/* --- where it is --------------------------------------------------------------------------------------------------- */

static void
find_place (WfUnitBeacon *self,
            WfPosition   *position)
{
  double length = wf_geo_distance (self->from.lon, self->from.lat, self->to.lon, self->to.lat);
  double there = length > 0 ? fmod (self->metres, 2 * length) : 0;
  gboolean back = there > length;
  double share = length > 0 ? (back ? 2 * length - there : there) / length : 0;
  const WfGeoPoint *begin = back ? &self->to : &self->from;
  const WfGeoPoint *end = back ? &self->from : &self->to;

  *position = (WfPosition) {
    .longitude = self->from.lon + share * (self->to.lon - self->from.lon),
    .latitude = self->from.lat + share * (self->to.lat - self->from.lat),
    .heading = self->speed > 0 ? wf_geo_bearing (begin->lon, begin->lat, end->lon, end->lat) : -1,
    .speed = self->speed > 0 ? ROAD_SPEED : 0,
    .at = wf_clock_now (self->clock),
  };
}

static void tell (WfUnitBeacon *self);

/* A network that is away comes back; a certificate that is not taken stays so. Returns: whether to go on */
static gboolean
endure (WfUnitBeacon *self,
        const GError *error)
{
  if (g_error_matches (error, WF_SYNC_ERROR, WF_SYNC_ERROR_UNREACHABLE))
    {
      if (!self->away)
        g_printerr ("%s\n", error->message);
      self->away = TRUE;
      return TRUE;
    }

  wf_unit_beacon_stop (self);
  g_signal_emit (self, signals[FAILED], 0, error);
  return FALSE;
}

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (WfUnitBeacon) self = data;
  g_autoptr (GError) error = NULL;
  gboolean told = wf_sender_tell_finish (WF_SENDER (source), result, &error);

  self->telling = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (told)
    self->away = FALSE;
  else
    endure (self, error);
}

static void
introduced_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (WfUnitBeacon) self = data;
  g_autoptr (GError) error = NULL;
  gboolean known = wf_sender_introduce_finish (WF_SENDER (source), result, &error);

  self->telling = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable) || (!known && endure (self, error)) || !known)
    return;

  self->ready = TRUE;
  self->away = FALSE;
  g_signal_emit (self, signals[READY], 0);
  tell (self);
}

static void
tell (WfUnitBeacon *self)
{
  WfPosition position;

  if (self->telling)
    return;

  self->telling = TRUE;
  if (!self->ready)
    {
      wf_sender_introduce_async (self->sender, self->cancellable, introduced_cb, g_object_ref (self));
      return;
    }

  find_place (self, &position);
  if (self->stream != NULL)
    wf_unit_stream_set_position (self->stream, wf_sender_get_unit (self->sender), position.latitude, position.longitude,
                                 position.speed, MAX (position.heading, 0));
  if (self->turns)
    {
      WfReading camera[WF_UNIT_CAMERA_READINGS];

      wf_unit_camera_read (wf_sender_get_unit (self->sender), position.heading, position.at, camera);
      wf_sender_tell_readings (self->sender, camera, WF_UNIT_CAMERA_READINGS, self->cancellable);
    }
  wf_sender_tell_async (self->sender, &position, self->cancellable, told_cb, g_object_ref (self));
}

static gboolean
tick_cb (gpointer data)
{
  WfUnitBeacon *self = data;

  if (self->ready)
    self->metres += self->speed * TICK / 1000;
  tell (self);

  return G_SOURCE_CONTINUE;
}

/**
 * wf_unit_beacon_start:
 * @self: a unit
 *
 * Introduces it to the service, again and again until that answers, and tells where it is from then on.
 */
void
wf_unit_beacon_start (WfUnitBeacon *self)
{
  g_return_if_fail (WF_IS_UNIT_BEACON (self) && self->tick_id == 0);

  self->tick_id = g_timeout_add (TICK, tick_cb, self);
  tell (self);
}

/**
 * wf_unit_beacon_set_turning:
 * @self: a unit
 * @turns: whether its camera turns by itself, so that it tells where that looks
 */
void
wf_unit_beacon_set_turning (WfUnitBeacon *self,
                            gboolean      turns)
{
  g_return_if_fail (WF_IS_UNIT_BEACON (self));

  self->turns = turns;
}

/**
 * wf_unit_beacon_get_unit:
 * @self: a unit that is ready
 *
 * Returns: (transfer none) (nullable): its id, as the certificate says it
 */
const char *
wf_unit_beacon_get_unit (WfUnitBeacon *self)
{
  g_return_val_if_fail (WF_IS_UNIT_BEACON (self), NULL);

  return wf_sender_get_unit (self->sender);
}

/**
 * wf_unit_beacon_stop:
 * @self: a unit
 *
 * Tells nothing more. Safe to call twice.
 */
void
wf_unit_beacon_stop (WfUnitBeacon *self)
{
  g_return_if_fail (WF_IS_UNIT_BEACON (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->tick_id, g_source_remove);
}
