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

  gboolean manual;
  int64_t  now; /* (atomic via lock) of a manual clock */
  GMutex   lock;
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
