/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-video-check.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfVideoCheck:
 *
 * Tries all links that it is given, a few at once, as before a drill. What it finds is in its trials.
 */
struct _WfVideoCheck
{
  GObject parent_instance;

  GListStore *trials; /* (owned) */
  gboolean    going;
};

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfVideoCheck, wf_video_check, G_TYPE_OBJECT)

static guint
get_n (WfVideoCheck *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->trials));
}

static WfVideoTrial *
get_trial (WfVideoCheck *self,
           guint         i)
{
  return g_list_model_get_item (G_LIST_MODEL (self->trials), i);
}

static void
start_next (WfVideoCheck *self)
{
  guint running = wf_video_check_count (self, WF_VIDEO_TRIAL_RUNNING);

  for (guint i = 0; i < get_n (self) && running < WF_VIDEO_CHECK_AT_ONCE; i++)
    {
      g_autoptr (WfVideoTrial) trial = get_trial (self, i);

      if (wf_video_trial_get_state (trial) != WF_VIDEO_TRIAL_WAITING)
        continue;
      running++;
      wf_video_trial_start (trial);
    }
}

static void
trial_cb (WfVideoCheck *self,
          GParamSpec   *pspec,
          WfVideoTrial *trial)
{
  if (wf_video_trial_get_state (trial) == WF_VIDEO_TRIAL_RUNNING)
    {
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }

  if (self->going)
    start_next (self);
  self->going = self->going && wf_video_check_count (self, WF_VIDEO_TRIAL_RUNNING) > 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
wf_video_check_dispose (GObject *object)
{
  WfVideoCheck *self = WF_VIDEO_CHECK (object);

  self->going = FALSE;
  g_clear_object (&self->trials);

  G_OBJECT_CLASS (wf_video_check_parent_class)->dispose (object);
}

static void
wf_video_check_class_init (WfVideoCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_video_check_dispose;

  /**
   * WfVideoCheck::changed:
   *
   * A link more is being checked, or has been.
   */
  signals[CHANGED] = g_signal_new ("changed", WF_TYPE_VIDEO_CHECK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wf_video_check_init (WfVideoCheck *self)
{
  self->trials = g_list_store_new (WF_TYPE_VIDEO_TRIAL);
}

/**
 * wf_video_check_new:
 *
 * Returns: (transfer full): a check of nothing yet
 */
WfVideoCheck *
wf_video_check_new (void)
{
  return g_object_new (WF_TYPE_VIDEO_CHECK, NULL);
}

/**
 * wf_video_check_add:
 * @self: a check that has not been started
 * @link: what to try
 * @name: what people call it
 */
void
wf_video_check_add (WfVideoCheck *self,
                    WfVideoLink  *link,
                    const char   *name)
{
  g_return_if_fail (WF_IS_VIDEO_CHECK (self));

  g_autoptr (WfVideoTrial) trial = wf_video_trial_new (link, name);

  g_signal_connect_object (trial, "notify::state", G_CALLBACK (trial_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->trials, trial);
}

/**
 * wf_video_check_start:
 * @self: a check
 *
 * Begins, %WF_VIDEO_CHECK_AT_ONCE links at once, in the order in which they were added.
 */
void
wf_video_check_start (WfVideoCheck *self)
{
  g_return_if_fail (WF_IS_VIDEO_CHECK (self));

  self->going = get_n (self) > 0;
  start_next (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * wf_video_check_stop:
 * @self: a check
 *
 * Ends what goes on, and what has not begun. Links that somebody else shows stay open.
 */
void
wf_video_check_stop (WfVideoCheck *self)
{
  g_return_if_fail (WF_IS_VIDEO_CHECK (self));

  self->going = FALSE;
  for (guint i = 0; i < get_n (self); i++)
    {
      g_autoptr (WfVideoTrial) trial = get_trial (self, i);

      wf_video_trial_stop (trial);
    }
}

/**
 * wf_video_check_get_trials:
 * @self: a check
 *
 * Returns: (transfer none): a list of #WfVideoTrial
 */
GListModel *
wf_video_check_get_trials (WfVideoCheck *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_CHECK (self), NULL);

  return G_LIST_MODEL (self->trials);
}

/**
 * wf_video_check_count:
 * @self: a check
 * @state: a state
 *
 * Returns: how many links are in it
 */
guint
wf_video_check_count (WfVideoCheck      *self,
                      WfVideoTrialState  state)
{
  g_return_val_if_fail (WF_IS_VIDEO_CHECK (self), 0);

  guint n = 0;

  for (guint i = 0; i < get_n (self); i++)
    {
      g_autoptr (WfVideoTrial) trial = get_trial (self, i);

      n += wf_video_trial_get_state (trial) == state;
    }

  return n;
}

/**
 * wf_video_check_is_running:
 * @self: a check
 *
 * Returns: whether it goes on
 */
gboolean
wf_video_check_is_running (WfVideoCheck *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_CHECK (self), FALSE);

  return self->going;
}

/**
 * wf_video_check_summarize:
 * @self: a check
 *
 * Returns: (transfer full): how many of the links were good, weak, and gave no picture, in one line, translated
 */
char *
wf_video_check_summarize (WfVideoCheck *self)
{
  g_return_val_if_fail (WF_IS_VIDEO_CHECK (self), NULL);

  guint open = wf_video_check_count (self, WF_VIDEO_TRIAL_WAITING) + wf_video_check_count (self, WF_VIDEO_TRIAL_RUNNING);
  guint stopped = wf_video_check_count (self, WF_VIDEO_TRIAL_STOPPED);

  /* TRANSLATORS: of video links: how many have been checked, of how many, and how they did */
  return g_strdup_printf (_("%u of %u checked: %u good, %u weak, %u without a picture"),
                          get_n (self) - open - stopped, get_n (self),
                          wf_video_check_count (self, WF_VIDEO_TRIAL_GOOD),
                          wf_video_check_count (self, WF_VIDEO_TRIAL_WEAK),
                          wf_video_check_count (self, WF_VIDEO_TRIAL_FAILED));
}

/* Those that somebody has to look after come first: a text that is cut loses the others. */
static const WfVideoTrialState order[] = {
  WF_VIDEO_TRIAL_FAILED, WF_VIDEO_TRIAL_WEAK, WF_VIDEO_TRIAL_STOPPED, WF_VIDEO_TRIAL_WAITING, WF_VIDEO_TRIAL_RUNNING,
  WF_VIDEO_TRIAL_GOOD,
};

/**
 * wf_video_check_to_string:
 * @self: a check
 * @most: characters that there is room for; 0 for no limit
 *
 * Returns: (transfer full): the whole result, a line a link, translated; for the clipboard or the log
 */
char *
wf_video_check_to_string (WfVideoCheck *self,
                          gsize         most)
{
  g_return_val_if_fail (WF_IS_VIDEO_CHECK (self), NULL);

  g_autofree char *summary = wf_video_check_summarize (self);
  GString *text = g_string_new (_("Check of the video links"));
  gsize length;

  g_string_append_printf (text, "\n%s", summary);
  length = (gsize) g_utf8_strlen (text->str, -1);
  for (gsize s = 0; s < G_N_ELEMENTS (order); s++)
    for (guint i = 0; i < get_n (self); i++)
      {
        g_autoptr (WfVideoTrial) trial = get_trial (self, i);

        if (wf_video_trial_get_state (trial) != order[s])
          continue;

        g_autofree char *line = wf_video_trial_to_string (trial);

        length += (gsize) g_utf8_strlen (line, -1) + 1;
        /* Room for the dots. */
        if (most > 0 && length + 2 > most)
          {
            g_string_append (text, "\n…");
            return g_string_free (text, FALSE);
          }
        g_string_append_printf (text, "\n%s", line);
      }

  return g_string_free (text, FALSE);
}
