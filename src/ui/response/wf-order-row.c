/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-order-row.h"

#include "wf-approvals.h"
#include "wf-clock-label.h"
#include "wf-panel-cards.h"
#include "wf-preview.h"
#include "wf-ui-util.h"
#include "wf-window.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* The way of an order, in order. */
static const char *const steps[] = { "ordered", "acknowledged", "under_way", "on_scene", "working", "released", "back" };

/* What a button says that records them. */
static const char *const labels[G_N_ELEMENTS (steps)] = {
  NC_ ("order.step", "Ordered"), NC_ ("order.step", "Acknowledged"), NC_ ("order.step", "Under way"),
  NC_ ("order.step", "On scene"), NC_ ("order.step", "Working"), NC_ ("order.step", "Released"), NC_ ("order.step", "Back"),
};

/**
 * WfOrderRow:
 *
 * An order to a force: how far it has come, since when, and a button for the step that comes next, for forces that report by
 * telephone. A click records the step as now; the menu has refusal, recall and steps with a remark.
 */
struct _WfOrderRow
{
  GtkWidget      parent_instance;

  WfContext     *context; /* (owned) */
  WfItem        *item;    /* (owned) */
  WfItem        *incident; /* (owned) (nullable) */

  GtkBox        *top;
  GtkLabel      *name;
  WfClockLabel  *clock;
  GtkButton     *next;
  GtkMenuButton *more;
  GtkBox        *under;
  GtkWidget     *not_signed;
  GtkBox        *chips;
  GtkLabel      *state;
  GtkWidget     *segments[G_N_ELEMENTS (steps)];
};

G_DEFINE_FINAL_TYPE (WfOrderRow, wf_order_row, GTK_TYPE_WIDGET)

static int
step_index (const char *state)
{
  for (guint i = 0; state != NULL && i < G_N_ELEMENTS (steps); i++)
    if (strcmp (steps[i], state) == 0)
      return (int) i;

  return -1;
}

static const char *
next_step (WfEntity *order)
{
  int at = step_index (wf_entity_string (order, "state"));

  return at >= 0 && at + 1 < (int) G_N_ELEMENTS (steps) ? steps[at + 1] : NULL;
}

static int64_t
last_step_at (WfEntity *order)
{
  g_autoptr (GPtrArray) done = wf_entity_objects (order, "steps");

  return done != NULL && done->len > 0 ? wf_dict_time (done->pdata[done->len - 1], "at")
                                       : wf_entity_time (order, "ordered_at");
}

static void
append_step (GMenu      *menu,
             WfEntity   *order,
             const char *step,
             const char *label)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "win.order-step", "(ss)", wf_entity_id (order), step);
  g_menu_append_item (menu, item);
}

static void
update_menu (WfOrderRow *self,
             WfEntity   *order)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  int at = step_index (wf_entity_string (order, "state"));

  for (int i = at + 1; at >= 0 && i < (int) G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *label = g_strdup_printf (_("%s…"), g_dpgettext2 (NULL, "order.step", labels[i]));

      append_step (menu, order, steps[i], label);
    }
  if (at == 0 || wf_entity_is (order, "state", "proposed"))
    append_step (menu, order, "refused", _("Refused, with a reason…"));
  if (at >= 0 && at < 5)
    append_step (menu, order, "recalled", _("Recall, with a reason…"));

  gtk_menu_button_set_menu_model (self->more, G_MENU_MODEL (menu));
  gtk_widget_set_visible (GTK_WIDGET (self->more), g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0);
}

static void
update_chips (WfOrderRow *self,
              WfEntity   *order)
{
  int at = step_index (wf_entity_string (order, "state"));

  for (int i = 0; i < (int) G_N_ELEMENTS (steps); i++)
    {
      wf_ui_set_class (self->segments[i], "on", i <= at);
      wf_ui_set_class (self->segments[i], "now", i == at);
    }

  if (at >= 0)
    {
      g_autofree char *spoken = g_strdup_printf (_("Step %d of %d: %s"), at + 1, (int) G_N_ELEMENTS (steps),
                                                 wf_wording_value ("order.state", steps[at]));

      wf_ui_set_name (GTK_WIDGET (self->chips), spoken);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->chips), at >= 0);
}

static void
update (WfOrderRow *self)
{
  WfEntity *order = wf_item_get_entity (self->item);
  const char *name = wf_entity_string (order, "force_name");
  const char *state = wf_entity_string (order, "state");
  const char *step = next_step (order);
  const char *place = wf_entity_string (order, "rendezvous_text");
  g_autofree char *at = wf_ui_format_time (last_step_at (order), wf_context_now (self->context));
  g_autofree char *kind = g_strdup (wf_wording_value ("order.kind", wf_entity_string (order, "kind")));
  g_autofree char *text = wf_ui_join (" · ", wf_wording_value ("order.state", state), at, kind, place != NULL ? place : "", NULL);
  gboolean not_signed = wf_approvals_rests_on_unsigned (self->incident != NULL ? wf_item_get_entity (self->incident) : NULL,
                                                        order);
  g_autofree char *spoken = wf_ui_join (_(", "), name, text, not_signed ? _("unsigned") : "", NULL);
  int64_t due = wf_entity_time (order, "acknowledge_due");

  gtk_widget_set_visible (self->not_signed, not_signed);
  gtk_label_set_text (self->name, name);
  wf_ui_set_tooltip (GTK_WIDGET (self->name), wf_entity_string (order, "text"));
  gtk_label_set_text (self->state, text);
  wf_ui_set_tooltip (GTK_WIDGET (self->state), text);
  update_chips (self, order);
  update_menu (self, order);
  gtk_widget_set_visible (GTK_WIDGET (self->clock), due != 0 && strcmp (state, "ordered") == 0);
  wf_clock_label_set_due (self->clock, due);
  gtk_widget_set_visible (GTK_WIDGET (self->next), step != NULL);
  wf_preview_guard (GTK_WIDGET (self->next), wf_context_get_session (self->context), "order.step");
  if (step != NULL)
    {
      const char *words = g_dpgettext2 (NULL, "order.step", labels[step_index (step)]);
      g_autofree char *label = g_strdup_printf (_("%s: %s"), name, words);

      gtk_button_set_label (self->next, words);
      wf_ui_set_name (GTK_WIDGET (self->next), label);
    }
  wf_ui_set_class (GTK_WIDGET (self), "wf-pending", wf_item_get_pending (self->item));
  wf_ui_set_name (GTK_WIDGET (self), spoken);
}

static void
next_cb (WfOrderRow *self)
{
  WfEntity *order = wf_item_get_entity (self->item);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  const char *step = next_step (order);

  if (step == NULL || !WF_IS_WINDOW (root))
    return;

  g_autofree char *done = g_strdup_printf ("%s: %s", wf_entity_string (order, "force_name"),
                                           wf_wording_value ("order.state", step));
  g_autoptr (GVariant) payload = wf_dict_make ("order", wf_value_string (wf_entity_id (order)),
                                               "step", wf_value_string (step), NULL);
  wf_window_submit (WF_WINDOW (root), "order.step", payload, wf_context_now (self->context), done);
}

static void
wf_order_row_dispose (GObject *object)
{
  WfOrderRow *self = WF_ORDER_ROW (object);

  g_clear_object (&self->item);
  g_clear_object (&self->incident);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_ORDER_ROW);

  G_OBJECT_CLASS (wf_order_row_parent_class)->dispose (object);
}

static void
wf_order_row_finalize (GObject *object)
{
  g_clear_object (&WF_ORDER_ROW (object)->context);

  G_OBJECT_CLASS (wf_order_row_parent_class)->finalize (object);
}

static void
wf_order_row_class_init (WfOrderRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_order_row_dispose;
  object_class->finalize = wf_order_row_finalize;
  g_type_ensure (WF_TYPE_CLOCK_LABEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/response/wf-order-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, top);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, name);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, clock);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, next);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, more);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, chips);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, under);
  gtk_widget_class_bind_template_child (widget_class, WfOrderRow, state);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_set_css_name (widget_class, "wforder");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_order_row_init (WfOrderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->not_signed = wf_panel_unsigned_mark_new ();
  gtk_box_append (self->under, self->not_signed);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      self->segments[i] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      gtk_widget_add_css_class (self->segments[i], "wf-step");
      wf_ui_set_tooltip (self->segments[i], wf_wording_value ("order.state", steps[i]));
      gtk_box_append (self->chips, self->segments[i]);
    }
}

static void
add_call_button (WfOrderRow *self)
{
  WfSession *session = wf_context_get_session (self->context);
  WfEntity *order = wf_item_get_entity (self->item);
  const char *kind = wf_entity_string (order, "force_kind");
  g_autoptr (WfEntity) force = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), kind,
                                             wf_entity_string (order, "force"));
  g_autoptr (GPtrArray) contacts = force != NULL ? wf_entity_objects (force, "contacts") : NULL;

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    if (wf_dict_string (contacts->pdata[i], "phone") != NULL)
      {
        gtk_box_insert_child_after (self->top, wf_call_button_new (wf_entity_string (order, "force_name"),
                                                                   wf_dict_string (contacts->pdata[i], "phone")),
                                    GTK_WIDGET (self->name));
        return;
      }
}

/**
 * wf_order_row_new:
 * @context: what the screens work with
 * @item: an order
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
wf_order_row_new (WfContext *context,
                  WfItem    *item)
{
  WfOrderRow *self = g_object_new (WF_TYPE_ORDER_ROW, NULL);

  self->context = g_object_ref (context);
  self->item = g_object_ref (item);
  self->incident = wf_session_get_item (wf_context_get_session (context), "incident",
                                        wf_entity_string (wf_item_get_entity (item), "incident"));
  wf_clock_label_set_context (self->clock, context);
  add_call_button (self);
  g_signal_connect_object (item, "notify::entity", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::pending", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (self->incident != NULL)
    g_signal_connect_object (self->incident, "notify::entity", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
