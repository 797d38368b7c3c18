/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-alarm-bar.h"

#include "wf-clock-label.h"
#include "wf-preview.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>

/* So much of what has happened is seen at least. */
#define TITLE_CHARS 16

#define MOST_MORE 20

/**
 * WfAlarmBar:
 *
 * The banner above the pages: the most urgent alarm with the button that deals with it, how many there are beside it, and
 * the key that silences the sound. It is there as long as there is an alarm.
 */
struct _WfAlarmBar
{
  GtkWidget parent_instance;

  GtkRevealer   *revealer;
  GtkLabel      *title;
  WfClockLabel  *clock;
  GtkLabel      *detail;
  GtkButton     *show;
  GtkButton     *deal;
  GtkWidget     *silence;
  GtkMenuButton *more;
  GtkBox        *others;

  WfAlarms  *alarms;  /* (owned) */
  WfContext *context; /* (owned) */
  char      *key;     /* (owned) (nullable): of the alarm that is shown */
  char      *other_keys; /* (owned) (nullable): of those in the menu */
};

enum {
  DEAL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfAlarmBar, wf_alarm_bar, GTK_TYPE_WIDGET)

static WfAlarm *
find_alarm (WfAlarmBar *self,
            const char *key)
{
  GPtrArray *alarms = wf_alarms_get (self->alarms);

  for (guint i = 0; i < alarms->len; i++)
    if (g_strcmp0 (((WfAlarm *) g_ptr_array_index (alarms, i))->key, key) == 0)
      return g_ptr_array_index (alarms, i);

  return NULL;
}

static void
deal_cb (WfAlarmBar *self)
{
  WfAlarm *alarm = find_alarm (self, self->key);

  if (alarm != NULL)
    g_signal_emit (self, signals[DEAL], 0, alarm);
}

static void
show_place (WfAlarmBar *self,
            WfAlarm    *alarm)
{
  if (alarm != NULL && alarm->place != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (self), "win.select", alarm->place);
}

static void
show_cb (WfAlarmBar *self)
{
  show_place (self, find_alarm (self, self->key));
}

static void
show_other_cb (GtkButton  *button,
               WfAlarmBar *self)
{
  gtk_menu_button_popdown (self->more);
  show_place (self, find_alarm (self, g_object_get_data (G_OBJECT (button), "wf-key")));
}

static void
deal_other_cb (GtkButton  *button,
               WfAlarmBar *self)
{
  WfAlarm *alarm = find_alarm (self, g_object_get_data (G_OBJECT (button), "wf-key"));

  gtk_menu_button_popdown (self->more);
  if (alarm != NULL)
    g_signal_emit (self, signals[DEAL], 0, alarm);
}

/* Who may not do what deals with it sees why. */
static void
allow (WfAlarmBar *self,
       GtkWidget  *button,
       WfAlarm    *alarm)
{
  const char *name = alarm->action != NULL && g_str_has_prefix (alarm->action, "win.") ? alarm->action + strlen ("win.") : NULL;
  g_autofree char *reason =
    name != NULL ? wf_preview_no_right (wf_context_get_session (self->context), name) : NULL;

  gtk_widget_set_sensitive (button, alarm->action != NULL && reason == NULL);
  wf_ui_set_tooltip (button, reason);
  if (reason != NULL)
    wf_ui_set_description (button, reason);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
show_first (WfAlarmBar *self,
            WfAlarm    *alarm)
{
  g_autofree char *name = NULL;

  if (g_strcmp0 (self->key, alarm->key) != 0)
    {
      g_free (self->key);
      self->key = g_strdup (alarm->key);
      if (alarm->due != 0)
        wf_clock_label_set_due (self->clock, alarm->due);
      else
        wf_clock_label_set_text (self->clock, "");
      gtk_widget_set_visible (GTK_WIDGET (self->clock), alarm->due != 0);
      gtk_label_set_text (self->title, alarm->title);
      wf_ui_set_tooltip (GTK_WIDGET (self->title), alarm->title);
      /* A zone may be called at length: what it is about is seen, and the bar never wider than the screen. */
      gtk_label_set_width_chars (self->title, (int) MIN (g_utf8_strlen (alarm->title, -1), TITLE_CHARS));
      gtk_widget_set_visible (GTK_WIDGET (self->show), alarm->place != NULL);
      gtk_widget_set_visible (GTK_WIDGET (self->deal), alarm->button != NULL);
      if (alarm->button != NULL)
        gtk_button_set_label (self->deal, alarm->button);
      name = g_strdup_printf (_("Alarm: %s, %s"), alarm->title, alarm->detail);
      wf_ui_set_name (GTK_WIDGET (self), name);
    }
  allow (self, GTK_WIDGET (self->deal), alarm);
  if (g_strcmp0 (gtk_label_get_text (self->detail), alarm->detail) != 0)
    gtk_label_set_text (self->detail, alarm->detail);
  wf_ui_set_tooltip (GTK_WIDGET (self->detail), alarm->detail);
}

static void
show_others (WfAlarmBar *self,
             GPtrArray  *alarms)
{
  g_autoptr (GString) keys = g_string_new (NULL);
  GtkWidget *child;
  g_autofree char *label = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->more), alarms->len > 1);
  for (guint i = 1; i < alarms->len; i++)
    g_string_append_printf (keys, "%s|", ((WfAlarm *) g_ptr_array_index (alarms, i))->key);
  if (g_strcmp0 (keys->str, self->other_keys) == 0)
    return;

  g_free (self->other_keys);
  self->other_keys = g_strdup (keys->str);
  /* TRANSLATORS: so many alarms beside the one that is shown */
  label = g_strdup_printf (_("%u more"), alarms->len - 1);
  gtk_menu_button_set_label (self->more, label);
  wf_ui_set_name (GTK_WIDGET (self->more), label);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->others))) != NULL)
    gtk_box_remove (self->others, child);
  for (guint i = 1; i < MIN (alarms->len, MOST_MORE); i++)
    {
      WfAlarm *alarm = g_ptr_array_index (alarms, i);
      GtkWidget *button = gtk_button_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
      GtkWidget *title = gtk_label_new (alarm->title);
      GtkWidget *detail = gtk_label_new (alarm->detail);
      GtkWidget *clock = wf_clock_label_new (self->context);

      gtk_widget_add_css_class (title, "wf-strong");
      gtk_label_set_xalign (GTK_LABEL (detail), 0);
      gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (detail), 32);
      gtk_widget_set_hexpand (detail, TRUE);
      if (alarm->due != 0)
        wf_clock_label_set_due (WF_CLOCK_LABEL (clock), alarm->due);
      gtk_box_append (GTK_BOX (box), title);
      gtk_box_append (GTK_BOX (box), detail);
      gtk_box_append (GTK_BOX (box), clock);
      gtk_button_set_child (GTK_BUTTON (button), box);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "wf-row");
      allow (self, button, alarm);
      g_object_set_data_full (G_OBJECT (button), "wf-key", g_strdup (alarm->key), g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (deal_other_cb), self, 0);
      if (alarm->place == NULL)
        {
          gtk_box_append (self->others, button);
          continue;
        }

      /* TRANSLATORS: a button: where it is, on the map */
      GtkWidget *show = gtk_button_new_with_label (_("Show"));
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      g_autofree char *name = g_strdup_printf (_("Show on the map: %s, %s"), alarm->title, alarm->detail);

      gtk_widget_add_css_class (show, "flat");
      wf_ui_set_name (show, name);
      g_object_set_data_full (G_OBJECT (show), "wf-key", g_strdup (alarm->key), g_free);
      g_signal_connect_object (show, "clicked", G_CALLBACK (show_other_cb), self, 0);
      gtk_widget_set_hexpand (button, TRUE);
      gtk_box_append (GTK_BOX (row), button);
      gtk_box_append (GTK_BOX (row), show);
      gtk_box_append (self->others, row);
    }
}

static void
update (WfAlarmBar *self)
{
  GPtrArray *alarms = wf_alarms_get (self->alarms);

  if (alarms->len > 0)
    {
      show_first (self, g_ptr_array_index (alarms, 0));
      show_others (self, alarms);
    }
  else
    g_clear_pointer (&self->key, g_free);
  gtk_widget_set_visible (self->silence, wf_alarms_is_sounding (self->alarms));
  gtk_revealer_set_reveal_child (self->revealer, alarms->len > 0);
}

static void
wf_alarm_bar_dispose (GObject *object)
{
  WfAlarmBar *self = WF_ALARM_BAR (object);

  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_ALARM_BAR);
  g_clear_object (&self->alarms);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_alarm_bar_parent_class)->dispose (object);
}

static void
wf_alarm_bar_finalize (GObject *object)
{
  WfAlarmBar *self = WF_ALARM_BAR (object);

  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->other_keys, g_free);

  G_OBJECT_CLASS (wf_alarm_bar_parent_class)->finalize (object);
}

static void
wf_alarm_bar_class_init (WfAlarmBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_alarm_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_alarm_bar_finalize;

  signals[DEAL] = g_signal_new ("deal", WF_TYPE_ALARM_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);

  g_type_ensure (WF_TYPE_CLOCK_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/common/wf-alarm-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, title);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, clock);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, detail);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, show);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, deal);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, silence);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, more);
  gtk_widget_class_bind_template_child (widget_class, WfAlarmBar, others);
  gtk_widget_class_bind_template_callback (widget_class, deal_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
wf_alarm_bar_init (WfAlarmBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * wf_alarm_bar_set_alarms:
 * @self: a bar, as made by a template
 * @alarms: the alarms
 * @context: the context
 *
 * Connects the bar with the alarms.
 */
void
wf_alarm_bar_set_alarms (WfAlarmBar *self,
                         WfAlarms   *alarms,
                         WfContext  *context)
{
  g_return_if_fail (WF_IS_ALARM_BAR (self));
  g_return_if_fail (self->alarms == NULL);

  self->alarms = g_object_ref (alarms);
  self->context = g_object_ref (context);
  wf_clock_label_set_context (self->clock, context);
  g_signal_connect_object (alarms, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
