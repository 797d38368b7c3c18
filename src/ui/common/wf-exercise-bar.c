/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-exercise-bar.h"

#include "wf-time.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

/**
 * WfExerciseBar:
 *
 * Stands over every page while an exercise is shown: that nothing here is real, which exercise it is, and what its own clock
 * says. Where what is real is shown, there is no such bar.
 */
struct _WfExerciseBar
{
  GtkWidget parent_instance;

  GtkWidget *bar;
  GtkLabel  *name;
  GtkLabel  *clock;
  GtkLabel  *state;

  WfContext *context; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (WfExerciseBar, wf_exercise_bar, GTK_TYPE_WIDGET)

/* How its clock goes, where that is not as the one on the wall does. */
static char *
describe_clock (WfEntity *exercise)
{
  double rate = wf_entity_double (exercise, "clock_rate", 1);

  if (wf_entity_is (exercise, "state", "ended"))
    return g_strdup (_("has ended: nothing more can be done in it"));
  if (rate <= 0)
    return g_strdup (_("its clock stands still"));
  if (rate != 1)
    /* TRANSLATORS: how many times faster than real time an exercise's clock goes */
    return g_strdup_printf (_("its clock goes %.10g times as fast"), rate);

  return g_strdup ("");
}

static void
update (WfExerciseBar *self)
{
  g_autoptr (WfEntity) exercise = wf_session_find_exercise (wf_context_get_session (self->context), NULL);
  g_autofree char *time = NULL;
  g_autofree char *state = NULL;
  g_autofree char *said = NULL;
  const char *name;

  gtk_widget_set_visible (self->bar, exercise != NULL);
  if (exercise == NULL)
    return;

  name = wf_entity_string (exercise, "name");
  time = wf_time_format_local (wf_context_now (self->context), "%F %T");
  state = describe_clock (exercise);
  gtk_label_set_text (self->name, name);
  wf_ui_set_tooltip (GTK_WIDGET (self->name), name);
  gtk_label_set_text (self->clock, time);
  gtk_label_set_text (self->state, state);
  gtk_widget_set_visible (GTK_WIDGET (self->state), *state != '\0');
  /* TRANSLATORS: name of the banner for a screen reader: the exercise's name, and how its clock goes */
  said = *state != '\0' ? g_strdup_printf (_("Drill, not real: %s, %s"), name, state)
                        : g_strdup_printf (_("Drill, not real: %s"), name);
  wf_ui_set_name (GTK_WIDGET (self), said);
}

static void
tick_cb (WfExerciseBar *self)
{
  if (gtk_widget_get_mapped (self->bar))
    update (self);
}

static void
wf_exercise_bar_dispose (GObject *object)
{
  WfExerciseBar *self = WF_EXERCISE_BAR (object);

  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_EXERCISE_BAR);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_exercise_bar_parent_class)->dispose (object);
}

static void
wf_exercise_bar_class_init (WfExerciseBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_exercise_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/common/wf-exercise-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WfExerciseBar, bar);
  gtk_widget_class_bind_template_child (widget_class, WfExerciseBar, name);
  gtk_widget_class_bind_template_child (widget_class, WfExerciseBar, clock);
  gtk_widget_class_bind_template_child (widget_class, WfExerciseBar, state);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
wf_exercise_bar_init (WfExerciseBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * wf_exercise_bar_set_context:
 * @self: a bar, as made by a template
 * @context: what the screens work with
 */
void
wf_exercise_bar_set_context (WfExerciseBar *self,
                             WfContext     *context)
{
  WfSession *session;

  g_return_if_fail (WF_IS_EXERCISE_BAR (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  session = wf_context_get_session (context);
  g_signal_connect_object (context, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::scope", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "exercises", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
