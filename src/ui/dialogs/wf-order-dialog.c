/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-force-list.h"
#include "wf-kind.h"
#include "wf-reservation-list.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* A rendezvous that nobody has fixed lies this far upwind of the incident. */
#define UPWIND_METRES 500.0

/* Orders to one or several forces at once. Which of the six kinds of order befits whom is proposed by whose force it is. */
typedef struct
{
  WfDialog    *dialog;
  WfForceList *list;
  WfForm      *form;
  gboolean     kind_touched;
} Order;

static const WfFormField order_fields[] = {
  { "kind", WF_FORM_CHOICE, N_("Kind of order"), TRUE },
  { "taken_by", WF_FORM_LINE, N_("Taken by"), FALSE, TRUE },
  { "rendezvous_text", WF_FORM_PLACE, N_("Rendezvous (upwind)") },
  { "rendezvous", WF_FORM_POINT, N_("Longitude, latitude"), FALSE, TRUE },
  { "text", WF_FORM_TEXT, N_("Order, as it is read out") },
};

static void
set_point (Order  *self,
           double  longitude,
           double  latitude)
{
  wf_form_set (self->form, "rendezvous", wf_value_point (longitude, latitude));
}

/* Where forces gather: at the headquarters where there is one, else upwind of the incident where the wind is known. */
static void
propose_rendezvous (Order    *self,
                    WfEntity *incident)
{
  g_autoptr (GVariant) headquarters = wf_entity_value (incident, "headquarters");
  g_autoptr (GVariant) wind = wf_entity_value (incident, "wind");
  double longitude, latitude;

  if (headquarters != NULL)
    {
      wf_form_set_string (self->form, "rendezvous_text", wf_dict_string (headquarters, "place"));
      if (wf_dict_point (headquarters, "location", &longitude, &latitude))
        set_point (self, longitude, latitude);
      return;
    }

  if (!wf_entity_point (incident, "location", &longitude, &latitude))
    return;

  if (wind == NULL)
    {
      wf_form_set_string (self->form, "rendezvous_text", wf_entity_string (incident, "place"));
      set_point (self, longitude, latitude);
      return;
    }

  double from = wf_dict_double (wind, "from_degrees", 0) * G_PI / 180;
  double north = UPWIND_METRES * cos (from) / 111320;
  double east = UPWIND_METRES * sin (from) / (111320 * MAX (0.01, cos (latitude * G_PI / 180)));
  g_autofree char *text = g_strdup_printf (_("upwind of %s, %.0f m"),
                                           wf_entity_string (incident, "place") != NULL ? wf_entity_string (incident, "place")
                                                                                        : wf_entity_string (incident, "title"),
                                           UPWIND_METRES);

  wf_form_set_string (self->form, "rendezvous_text", text);
  set_point (self, longitude + east, latitude + north);
}

static void
list_changed_cb (WfForceList *list,
                 Order       *self)
{
  guint n = wf_force_list_count (list);
  g_autofree char *wrong = NULL;
  g_autoptr (GPtrArray) chosen = wf_force_list_chosen (list, &wrong);
  const char *kind = NULL;
  g_autofree char *label = n == 0 ? g_strdup (_("Order"))
                                  : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Order %u force", "Order %u forces",
                                                                  chosen->len),
                                                     chosen->len);

  wf_dialog_set_confirm (self->dialog, label, FALSE);
  if (self->kind_touched)
    return;

  for (guint i = 0; i < chosen->len; i++)
    {
      WfForceChoice *choice = chosen->pdata[i];

      if (kind != NULL && strcmp (kind, choice->order_kind) != 0)
        {
          kind = "befitting";
          break;
        }
      kind = choice->order_kind;
    }

  wf_form_set_string (self->form, "kind", kind != NULL ? kind : "befitting");
}

static void
form_changed_cb (WfForm     *form,
                 const char *key,
                 Order      *self)
{
  self->kind_touched |= strcmp (key, "kind") == 0;
}

/* --- reservations --- */

static void
reserve_cb (WfForceList *list,
            const char  *stock,
            double       quantity,
            Order       *self)
{
  g_autofree char *id = wf_session_new_id (wf_dialog_get_session (self->dialog));

  if (wf_dialog_is_busy (self->dialog))
    return;

  wf_dialog_queue (self->dialog, "stock.reserve",
                   wf_dict_make ("reservation", wf_value_string (id),
                                 "incident", wf_value_string (wf_dialog_get_incident (self->dialog)),
                                 "stock", wf_value_string (stock),
                                 "quantity", wf_value_double (quantity), NULL), 0);
  wf_force_list_clear_stock (list, stock);
  wf_dialog_send (self->dialog);
}

static void
release_cb (WfForceList *list,
            const char  *stock,
            Order       *self)
{
  g_autoptr (GPtrArray) held = wf_reservations_held (wf_dialog_get_session (self->dialog),
                                                     wf_dialog_get_incident (self->dialog), stock);

  if (wf_dialog_is_busy (self->dialog))
    return;

  for (guint i = 0; i < held->len; i++)
    wf_dialog_queue (self->dialog, "stock.release",
                     wf_dict_make ("reservation", wf_value_string (wf_entity_id (held->pdata[i])), NULL), 0);
  wf_dialog_send (self->dialog);
}

/* --- ordering --- */

static GVariant *
order_payload (Order         *self,
               WfForceChoice *choice,
               GVariant      *collected)
{
  static const char *const texts[] = { "text", "rendezvous_text", "taken_by", NULL };
  g_autofree char *id = wf_session_new_id (wf_dialog_get_session (self->dialog));
  g_autoptr (GVariant) rendezvous = wf_dict_value (collected, "rendezvous");
  const char *kind = wf_dict_string (collected, "kind");
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "order", wf_value_string (id));
  g_variant_dict_insert_value (&dict, "incident", wf_value_string (wf_dialog_get_incident (self->dialog)));
  g_variant_dict_insert_value (&dict, "kind", wf_value_string (strcmp (kind, "befitting") == 0 ? choice->order_kind : kind));
  g_variant_dict_insert_value (&dict, "force_kind", wf_value_string (choice->kind));
  g_variant_dict_insert_value (&dict, "force", wf_value_string (choice->id));
  for (gsize i = 0; texts[i] != NULL; i++)
    if (wf_dict_string (collected, texts[i]) != NULL)
      g_variant_dict_insert_value (&dict, texts[i], wf_value_string (wf_dict_string (collected, texts[i])));
  if (rendezvous != NULL)
    g_variant_dict_insert_value (&dict, "rendezvous", rendezvous);
  if (choice->distance_m >= 0)
    g_variant_dict_insert_value (&dict, "distance_m", wf_value_double (choice->distance_m));
  if (choice->items != NULL)
    g_variant_dict_insert_value (&dict, "items", wf_value_objects (choice->items));

  return g_variant_dict_end (&dict);
}

static void
confirm_cb (WfDialog *dialog,
            Order    *self)
{
  g_autofree char *wrong = NULL;
  g_autoptr (GPtrArray) chosen = wf_force_list_chosen (self->list, &wrong);
  g_autoptr (GVariant) collected = wf_form_collect (self->form);

  if (collected == NULL)
    return;
  if (wrong != NULL)
    {
      wf_dialog_show_trouble (dialog, wrong);
      return;
    }
  if (chosen->len == 0)
    {
      wf_dialog_show_trouble (dialog, _("Tick at least one force, or write how much of an item is wanted."));
      return;
    }

  for (guint i = 0; i < chosen->len; i++)
    wf_dialog_queue (dialog, "order.issue",
                     order_payload (self, chosen->pdata[i], collected), 0);

  g_autofree char *done = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u force ordered", "%u forces ordered", chosen->len),
                                           chosen->len);
  wf_dialog_run (dialog, done);
}

static void
set_kind_choices (WfForm *form)
{
  const char *values[8] = { "befitting" };
  const char *labels[8] = { _("as befits each force") };

  for (guint i = 0; wf_order_kinds[i] != NULL; i++)
    {
      values[i + 1] = wf_order_kinds[i];
      labels[i + 1] = wf_wording_value ("order.kind", wf_order_kinds[i]);
    }

  wf_form_set_choices (form, "kind", values, labels);
  wf_form_set_string (form, "kind", "befitting");
}

/**
 * wf_order_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 * @force_kind: (nullable): kind of a force that is ticked from the start
 * @force: (nullable): its id
 *
 * Returns: (transfer none): a dialog that orders forces and stock
 */
WfDialog *
wf_order_dialog_new (WfContext  *context,
                     const char *incident,
                     const char *force_kind,
                     const char *force)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Order forces"), _("Order"));
  Order *self = g_new0 (Order, 1);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);

  self->dialog = dialog;
  g_object_set_data_full (G_OBJECT (dialog), "order", self, g_free);
  self->list = WF_FORCE_LIST (wf_force_list_new (context, incident));
  wf_dialog_add (dialog, GTK_WIDGET (self->list));
  self->form = wf_dialog_add_form (dialog, order_fields, G_N_ELEMENTS (order_fields));
  set_kind_choices (self->form);

  if (entity != NULL)
    {
      const char *place = wf_entity_string (entity, "place");
      g_autofree char *text = g_strdup_printf (_("%s at %s: go to the rendezvous and report on arrival."),
                                               wf_entity_string (entity, "title"), place != NULL ? place : "–");

      propose_rendezvous (self, entity);
      wf_form_set_string (self->form, "text", text);
    }

  gtk_window_set_default_size (GTK_WINDOW (dialog), 760, -1);
  g_signal_connect (self->list, "changed", G_CALLBACK (list_changed_cb), self);
  g_signal_connect (self->list, "reserve", G_CALLBACK (reserve_cb), self);
  g_signal_connect (self->list, "release", G_CALLBACK (release_cb), self);
  g_signal_connect (self->form, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  if (force_kind != NULL && force != NULL && !wf_force_list_choose (self->list, force_kind, force))
    wf_dialog_show_trouble (dialog, _("This force is at work elsewhere or cannot be ordered; here are others."));
  return dialog;
}

/* --- a step of an order --- */

typedef struct
{
  WfForm *form;
  char   *order;
  char   *step;
} Step;

static const WfFormField step_fields[] = {
  { "by", WF_FORM_LINE, N_("Reported by") },
  { "occurred_at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "text", WF_FORM_TEXT, N_("Remark") },
};

/* A force that refuses or is called back does so for a reason. */
static const WfFormField end_fields[] = {
  { "by", WF_FORM_LINE, N_("Reported by") },
  { "occurred_at", WF_FORM_TIME, N_("Time"), TRUE, TRUE },
  { "text", WF_FORM_TEXT, N_("Reason"), TRUE },
};

static void
step_free (gpointer data)
{
  Step *self = data;

  g_free (self->order);
  g_free (self->step);
  g_free (self);
}

static void
step_confirm_cb (WfDialog *dialog,
                 Step     *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);
  GVariantDict dict;

  if (collected == NULL)
    return;

  g_variant_dict_init (&dict, collected);
  g_variant_dict_remove (&dict, "occurred_at");
  g_variant_dict_insert_value (&dict, "order", wf_value_string (self->order));
  g_variant_dict_insert_value (&dict, "step", wf_value_string (self->step));
  wf_dialog_queue (dialog, "order.step", g_variant_dict_end (&dict), wf_dict_time (collected, "occurred_at"));
  wf_dialog_run (dialog, _("Step recorded"));
}

/**
 * wf_order_step_dialog_new:
 * @context: what the screens work with
 * @order: id of an order
 * @step: the step that it takes
 *
 * Returns: (transfer none): a dialog that records a step as a force reports it by telephone
 */
WfDialog *
wf_order_step_dialog_new (WfContext  *context,
                          const char *order,
                          const char *step)
{
  /* TRANSLATORS: title of a dialog: what has become of an order, such as refused or recalled */
  g_autofree char *title = g_strdup_printf (_("Order: %s"), wf_wording_value ("order.state", step));
  WfDialog *dialog = wf_dialog_new (context, NULL, title, _("Record"));
  Step *self = g_new0 (Step, 1);
  g_autoptr (WfEntity) entity = wf_dialog_dup_entity (dialog, "order", order);

  self->order = g_strdup (order);
  self->step = g_strdup (step);
  g_object_set_data_full (G_OBJECT (dialog), "step", self, step_free);
  wf_dialog_set_subtitle (dialog, wf_entity_string (entity, "force_name"));
  if (strcmp (step, "refused") == 0 || strcmp (step, "recalled") == 0)
    self->form = wf_dialog_add_form (dialog, end_fields, G_N_ELEMENTS (end_fields));
  else
    self->form = wf_dialog_add_form (dialog, step_fields, G_N_ELEMENTS (step_fields));
  wf_form_set (self->form, "occurred_at", wf_value_time (wf_context_now (context)));
  g_signal_connect (dialog, "confirm", G_CALLBACK (step_confirm_cb), self);
  return dialog;
}
