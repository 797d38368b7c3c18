/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "watchfire-unit"

#include "config.h"

#include "wf-unit-fault.h"

/* The first bytes say what kind of picture follows; they stay, so that somebody tries to decode the rest. */
#define UNHARMED 6

/* One byte in so many is another one. */
#define SPOILT_EVERY 64

/* What may go out at once after a pause, in seconds of the limit. */
#define BURST 0.1

static guint32
get_chance (WfUnitFault *self)
{
  self->chance = self->chance * 1664525u + 1013904223u;

  return self->chance >> 8;
}

/* Coded pictures become nonsense of the same size. */
static GstPadProbeReturn
coded_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         data)
{
  WfUnitFault *self = data;
  GstMapInfo map;

  if (!g_atomic_int_get (&self->garbage))
    return GST_PAD_PROBE_OK;

  GstBuffer *buffer = gst_buffer_make_writable (gst_pad_probe_info_get_buffer (info));
  info->data = buffer;

  if (gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    {
      for (gsize i = UNHARMED; i < map.size; i += 1 + get_chance (self) % (2 * SPOILT_EVERY))
        map.data[i] = (guint8) get_chance (self);
      gst_buffer_unmap (buffer, &map);
    }

  return GST_PAD_PROBE_OK;
}

static gboolean
has_room (WfUnitFault *self,
          GstBuffer   *buffer)
{
  int limit = g_atomic_int_get (&self->limit);

  if (limit == 0)
    return TRUE;

  GstClockTime now = gst_util_get_timestamp ();
  double rate = limit * 1000.0;
  double bits = (double) gst_buffer_get_size (buffer) * 8;

  self->budget += rate * (double) (now - self->refilled_at) / GST_SECOND;
  self->budget = MIN (self->budget, rate * BURST);
  self->refilled_at = now;
  if (self->budget < 0)
    return FALSE;

  self->budget -= bits;
  return TRUE;
}

static gboolean
keep_cb (GstBuffer **buffer,
         guint       index,
         gpointer    data)
{
  if (!has_room (data, *buffer))
    gst_clear_buffer (buffer);

  return TRUE;
}

/* A thin link loses packets, whatever they hold. */
static GstPadProbeReturn
packet_cb (GstPad          *pad,
           GstPadProbeInfo *info,
           gpointer         data)
{
  WfUnitFault *self = data;

  if (g_atomic_int_get (&self->limit) == 0)
    return GST_PAD_PROBE_OK;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return has_room (self, gst_pad_probe_info_get_buffer (info)) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;

  GstBufferList *list = gst_buffer_list_make_writable (gst_pad_probe_info_get_buffer_list (info));

  info->data = list;
  gst_buffer_list_foreach (list, keep_cb, self);

  return gst_buffer_list_length (list) > 0 ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/**
 * wf_unit_fault_set_garbage:
 * @self: faults
 * @garbage: whether what is sent cannot be decoded
 */
void
wf_unit_fault_set_garbage (WfUnitFault *self,
                           gboolean     garbage)
{
  g_atomic_int_set (&self->garbage, garbage);
}

/**
 * wf_unit_fault_set_limit:
 * @self: faults
 * @kilobits: per second that go through, 0 for all
 */
void
wf_unit_fault_set_limit (WfUnitFault *self,
                         int          kilobits)
{
  g_atomic_int_set (&self->limit, kilobits);
}

/**
 * wf_unit_fault_watch:
 * @self: faults
 * @coded: where coded pictures leave the encoder
 * @packets: where packets leave for the network
 *
 * From now on the faults that are set are done to what goes through; @self has to outlive both pads.
 */
void
wf_unit_fault_watch (WfUnitFault *self,
                     GstPad      *coded,
                     GstPad      *packets)
{
  self->refilled_at = gst_util_get_timestamp ();
  gst_pad_add_probe (coded, GST_PAD_PROBE_TYPE_BUFFER, coded_cb, self, NULL);
  gst_pad_add_probe (packets, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packet_cb, self, NULL);
}
