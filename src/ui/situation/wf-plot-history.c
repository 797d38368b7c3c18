/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-plot-history.h"

/* So many steps can be taken back. */
#define STEPS_MAX 100

typedef struct
{
  char     *undo_type; /* (owned) */
  GVariant *undo;      /* (owned) */
  char     *redo_type; /* (owned) */
  GVariant *redo;      /* (owned) */
} Pair;

struct _WfPlotStep
{
  GPtrArray *pairs; /* (owned) (element-type Pair) */
};

struct _WfPlotHistory
{
  GPtrArray *done;   /* (owned) (element-type WfPlotStep) the newest last */
  GPtrArray *undone; /* (owned) (element-type WfPlotStep) */
};

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_free (pair->undo_type);
  g_free (pair->redo_type);
  g_variant_unref (pair->undo);
  g_variant_unref (pair->redo);
  g_free (pair);
}

static void
step_free (gpointer data)
{
  WfPlotStep *step = data;

  g_ptr_array_unref (step->pairs);
  g_free (step);
}

/**
 * wf_plot_history_new:
 *
 * Returns: (transfer full): a history in which nothing was done
 */
WfPlotHistory *
wf_plot_history_new (void)
{
  WfPlotHistory *self = g_new0 (WfPlotHistory, 1);

  self->done = g_ptr_array_new_with_free_func (step_free);
  self->undone = g_ptr_array_new_with_free_func (step_free);

  return self;
}

/**
 * wf_plot_history_free:
 * @self: (nullable): a history
 */
void
wf_plot_history_free (WfPlotHistory *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->done);
  g_ptr_array_unref (self->undone);
  g_free (self);
}

/**
 * wf_plot_history_push:
 * @self: a history
 *
 * Somebody has done something: what was taken back before cannot be done again on top of it.
 *
 * Returns: (transfer none): the step, to which its commands are to be added
 */
WfPlotStep *
wf_plot_history_push (WfPlotHistory *self)
{
  WfPlotStep *step = g_new0 (WfPlotStep, 1);

  step->pairs = g_ptr_array_new_with_free_func (pair_free);
  g_ptr_array_set_size (self->undone, 0);
  g_ptr_array_add (self->done, step);
  if (self->done->len > STEPS_MAX)
    g_ptr_array_remove_index (self->done, 0);

  return step;
}

/**
 * wf_plot_step_add:
 * @step: a step
 * @undo_type: type of the command that takes it back
 * @undo: (transfer full): what that carries; a floating one is taken
 * @redo_type: type of the command that does it again
 * @redo: (transfer full): what that carries; a floating one is taken
 *
 * Adds a command to a step.
 */
void
wf_plot_step_add (WfPlotStep *step,
                  const char *undo_type,
                  GVariant   *undo,
                  const char *redo_type,
                  GVariant   *redo)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->undo_type = g_strdup (undo_type);
  pair->undo = g_variant_take_ref (undo);
  pair->redo_type = g_strdup (redo_type);
  pair->redo = g_variant_take_ref (redo);
  g_ptr_array_add (step->pairs, pair);
}

/**
 * wf_plot_history_drop:
 * @self: a history
 * @step: (nullable): a step, which may be gone already
 *
 * It was refused: nothing is there to be taken back.
 */
void
wf_plot_history_drop (WfPlotHistory *self,
                      WfPlotStep    *step)
{
  if (step != NULL && !g_ptr_array_remove (self->done, step))
    g_ptr_array_remove (self->undone, step);
}

/**
 * wf_plot_history_clear:
 * @self: a history
 */
void
wf_plot_history_clear (WfPlotHistory *self)
{
  g_ptr_array_set_size (self->done, 0);
  g_ptr_array_set_size (self->undone, 0);
}

/**
 * wf_plot_history_can:
 * @self: a history
 * @back: whether to take back rather than to do again
 *
 * Returns: whether there is a step to go
 */
gboolean
wf_plot_history_can (WfPlotHistory *self,
                     gboolean       back)
{
  return (back ? self->done : self->undone)->len > 0;
}

/**
 * wf_plot_history_go:
 * @self: a history
 * @back: whether to take back rather than to do again
 * @func: called with each command of the step, those of a step that is taken back in the order in which they were given
 * @user_data: for @func
 *
 * Goes one step.
 *
 * Returns: whether there was one
 */
gboolean
wf_plot_history_go (WfPlotHistory  *self,
                    gboolean        back,
                    WfPlotStepFunc  func,
                    gpointer        user_data)
{
  GPtrArray *from = back ? self->done : self->undone;

  if (from->len == 0)
    return FALSE;

  WfPlotStep *step = g_ptr_array_steal_index (from, from->len - 1);

  g_ptr_array_add (back ? self->undone : self->done, step);
  for (guint i = 0; i < step->pairs->len; i++)
    {
      const Pair *pair = g_ptr_array_index (step->pairs, i);

      func (back ? pair->undo_type : pair->redo_type, back ? pair->undo : pair->redo, i + 1 == step->pairs->len, user_data);
    }

  return TRUE;
}
