/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-base"

#include "config.h"

#include "wf-clock.h"

/**
 * WfClock:
 *
 * Where the time comes from. Everything that needs the time is handed one of these, so that rules can be tested without
 * waiting and a drill can run on a time of its own. May be read from any thread.
 */
struct _WfClock
{
  GObject parent_instance;

  gboolean      manual;
  WfClockSource source;  /* (nullable) of a steady clock */
  gpointer      data;

  /* under lock */
  int64_t       now;     /* of a manual clock: what it shows; of a steady one: what it showed last */
  int64_t       elapsed; /* of a steady clock: the counter then */
  int64_t       lead;    /* of a steady clock: by how much it was ahead of the machine's then */
  GMutex        lock;
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfClock, wf_clock, G_TYPE_OBJECT)

static void
wf_clock_finalize (GObject *object)
{
  WfClock *self = WF_CLOCK (object);

  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (wf_clock_parent_class)->finalize (object);
}

static void
wf_clock_class_init (WfClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_clock_finalize;

  /* A manual clock was moved: whoever sleeps until a moment looks again. Emitted in the thread that moved it. */
  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_CLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_clock_init (WfClock *self)
{
  g_mutex_init (&self->lock);
}

/**
 * wf_clock_new_real:
 *
 * Returns: (transfer full): the clock of this machine
 */
WfClock *
wf_clock_new_real (void)
{
  return g_object_new (WF_TYPE_CLOCK, NULL);
}

/**
 * wf_clock_new_manual:
 * @start: what it shows at first, in milliseconds since the epoch
 *
 * Returns: (transfer full): a clock that only moves when it is told to
 */
WfClock *
wf_clock_new_manual (int64_t start)
{
  WfClock *self = g_object_new (WF_TYPE_CLOCK, NULL);

  self->manual = TRUE;
  self->now = start;

  return self;
}

static void
read_machine (int64_t  *real,
              int64_t  *elapsed,
              gpointer  data)
{
  *real = g_get_real_time () / 1000;
  *elapsed = g_get_monotonic_time () / 1000;
}

/**
 * wf_clock_new_steady:
 * @source: (nullable) (scope forever): where the time comes from; %NULL for this machine
 * @data: for @source
 *
 * A clock for whatever orders things by time: where the machine's clock is set back, it goes on at its own pace instead, and
 * stays ahead until the machine's clock has come up with it. Where that is set forward, it follows.
 *
 * Returns: (transfer full): a clock that never goes back
 */
WfClock *
wf_clock_new_steady (WfClockSource source,
                     gpointer      data)
{
  WfClock *self = g_object_new (WF_TYPE_CLOCK, NULL);

  self->source = source != NULL ? source : read_machine;
  self->data = data;
  self->source (&self->now, &self->elapsed, data);

  return self;
}

static int64_t
read_steady (WfClock *self)
{
  int64_t real, elapsed;

  g_mutex_lock (&self->lock);
  self->source (&real, &elapsed, self->data);
  int64_t due = self->now + MAX (elapsed - self->elapsed, 0);

  /* The two counters do not tick quite alike: a step is what a person or a time server does. */
  self->now = real >= due - 1000 ? MAX (real, self->now) : due;
  self->elapsed = elapsed;
  self->lead = self->now - real;
  int64_t now = self->now;
  g_mutex_unlock (&self->lock);

  return now;
}

/**
 * wf_clock_get_lead:
 * @self: a clock
 *
 * Returns: by how many milliseconds a steady clock is ahead of the machine's, because that was set back; 0 for all others
 */
int64_t
wf_clock_get_lead (WfClock *self)
{
  g_return_val_if_fail (WF_IS_CLOCK (self), 0);

  if (self->source == NULL)
    return 0;

  read_steady (self);
  g_mutex_lock (&self->lock);
  int64_t lead = self->lead;
  g_mutex_unlock (&self->lock);

  return lead;
}

/**
 * wf_clock_raise:
 * @self: a clock
 * @floor: a moment that has been
 *
 * Tells a steady clock of a moment that is past, so that it goes on from there if the machine's clock is behind it. Nothing to
 * others.
 */
void
wf_clock_raise (WfClock *self,
                int64_t  floor)
{
  g_return_if_fail (WF_IS_CLOCK (self));

  if (self->source == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->now = MAX (self->now, floor);
  g_mutex_unlock (&self->lock);
}

/**
 * wf_clock_now:
 * @self: a clock
 *
 * Returns: milliseconds since the epoch
 */
int64_t
wf_clock_now (WfClock *self)
{
  g_return_val_if_fail (WF_IS_CLOCK (self), 0);

  if (self->source != NULL)
    return read_steady (self);
  if (!self->manual)
    return g_get_real_time () / 1000;

  g_mutex_lock (&self->lock);
  int64_t now = self->now;
  g_mutex_unlock (&self->lock);

  return now;
}

/**
 * wf_clock_is_manual:
 * @self: a clock
 *
 * Returns: whether the clock only moves when it is told to
 */
gboolean
wf_clock_is_manual (WfClock *self)
{
  g_return_val_if_fail (WF_IS_CLOCK (self), FALSE);

  return self->manual;
}

/**
 * wf_clock_set:
 * @self: a manual clock
 * @now: milliseconds since the epoch
 *
 * Moves a manual clock, backwards too.
 */
void
wf_clock_set (WfClock *self,
              int64_t  now)
{
  g_return_if_fail (WF_IS_CLOCK (self));
  g_return_if_fail (self->manual);

  g_mutex_lock (&self->lock);
  self->now = now;
  g_mutex_unlock (&self->lock);

  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * wf_clock_advance:
 * @self: a manual clock
 * @milliseconds: how far
 *
 * Moves a manual clock on.
 */
void
wf_clock_advance (WfClock *self,
                  int64_t  milliseconds)
{
  g_return_if_fail (WF_IS_CLOCK (self));

  wf_clock_set (self, wf_clock_now (self) + milliseconds);
}
