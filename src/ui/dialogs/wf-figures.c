/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-figures.h"

#include "wf-incident-dialogs.h"
#include "wf-judgement.h"

#include <glib/gi18n.h>
#include <string.h>

static const WfFormField casualty_fields[] = {
  { "casualties.deaths", WF_FORM_NUMBER, N_("Dead"), TRUE },
  { "casualties.serious", WF_FORM_NUMBER, N_("Serious or poisoned"), TRUE, TRUE },
  { "casualties.light", WF_FORM_NUMBER, N_("Lightly hurt"), TRUE, TRUE },
  { "casualties.missing", WF_FORM_NUMBER, N_("Missing"), TRUE, TRUE },
  { "casualties.trapped", WF_FORM_NUMBER, N_("Trapped"), TRUE, TRUE },
  { "casualties.source", WF_FORM_LINE, N_("Source of the casualties"), TRUE },
  { "casualties.at", WF_FORM_TIME, N_("Time of the casualties"), TRUE, TRUE },
  { "casualties.at_risk", WF_FORM_NUMBER, N_("At risk"), FALSE, TRUE },
  { "casualties.loss_yuan", WF_FORM_NUMBER, N_("Loss (yuan)"), FALSE, TRUE },
};

static const WfFormField evacuation_fields[] = {
  { "evacuation.due", WF_FORM_NUMBER, N_("To leave"), TRUE },
  { "evacuation.done", WF_FORM_NUMBER, N_("Have left"), TRUE, TRUE },
  { "evacuation.refused", WF_FORM_NUMBER, N_("Refuse"), FALSE, TRUE },
  { "evacuation.need_help", WF_FORM_NUMBER, N_("Need help"), FALSE, TRUE },
  { "evacuation.source", WF_FORM_LINE, N_("Source of the evacuation"), TRUE },
  { "evacuation.at", WF_FORM_TIME, N_("Time of the evacuation"), TRUE, TRUE },
};

static void
casualties_changed_cb (WfForm     *form,
                       const char *key,
                       WfFigures  *self)
{
  self->changed[0] = TRUE;
}

static void
evacuation_changed_cb (WfForm     *form,
                       const char *key,
                       WfFigures  *self)
{
  self->changed[1] = TRUE;
}

static void
facts_changed_cb (WfForm     *form,
                  const char *key,
                  WfFigures  *self)
{
  self->changed[2] = TRUE;
  if (self->facts_written != NULL)
    self->facts_written (form, key, self->facts_data);
}

/* What counts beside the numbers is different for every kind of incident: the plan says what is asked for. */
static void
add_facts (WfFigures *self,
           WfDialog  *dialog,
           WfEntity  *plan)
{
  g_autoptr (GPtrArray) facts = plan != NULL ? wf_entity_objects (plan, "facts") : NULL;

  if (facts == NULL || facts->len == 0)
    return;

  GtkWidget *heading = gtk_label_new (_("What the plan asks for"));
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (self->facts_box, heading);
  self->facts = wf_dialog_add_form_to (dialog, self->facts_box, NULL, 0);
  wf_form_set_even (self->facts);

  /* Numbers and texts first, then what is ticked, so that neither stands higher than its neighbour. */
  for (guint k = 0, in_row = 0; k < 2 * facts->len; k++)
    {
      guint i = k % facts->len;

      if ((g_strcmp0 (wf_dict_string (facts->pdata[i], "type"), "yes_no") == 0) != (k >= facts->len))
        continue;
      if (k >= facts->len && self->yes_no->len == 0)
        in_row = 0;

      const char *name = wf_dict_string (facts->pdata[i], "name");
      const char *type = wf_dict_string (facts->pdata[i], "type");
      const char *label = wf_dict_string (facts->pdata[i], "label");
      const char *unit = wf_dict_string (facts->pdata[i], "unit");
      g_autofree char *key = g_strdup_printf ("facts.%s", name);
      g_autofree char *text = unit != NULL && strstr (label, unit) == NULL ? g_strdup_printf (_("%s (%s)"), label, unit)
        : g_strdup (label);
      WfFormField field = { key, WF_FORM_LINE, text };

      if (strcmp (type, "number") == 0)
        field.type = WF_FORM_DECIMAL;
      else if (strcmp (type, "yes_no") == 0)
        {
          field.type = WF_FORM_CHECK;
          g_ptr_array_add (self->yes_no, g_strdup (name));
        }

      field.beside = in_row % 2 == 1;
      in_row++;
      wf_form_add (self->facts, &field);
    }

  g_signal_connect (self->facts, "changed", G_CALLBACK (facts_changed_cb), self);
}

/**
 * wf_figures_new:
 * @dialog: a dialog about an incident
 * @with_evacuation: whether evacuation is asked for too
 * @plan: (nullable): id of the plan that says which facts are asked for
 *
 * Adds the forms to the dialog, filled with what is known.
 *
 * Returns: (transfer full): the forms
 */
WfFigures *
wf_figures_new (WfDialog   *dialog,
                gboolean    with_evacuation,
                const char *plan)
{
  WfFigures *self = g_new0 (WfFigures, 1);
  g_autoptr (WfEntity) incident = wf_dialog_dup_incident (dialog);
  g_autoptr (GVariant) now = wf_value_time (wf_context_now (wf_dialog_get_context (dialog)));

  g_variant_ref_sink (now);
  self->yes_no = g_ptr_array_new_with_free_func (g_free);
  wf_dialog_add_heading (dialog, _("Casualties"));
  self->casualties = wf_dialog_add_form (dialog, casualty_fields, G_N_ELEMENTS (casualty_fields));
  if (incident != NULL)
    wf_form_fill (self->casualties, wf_entity_fields (incident));
  wf_form_set (self->casualties, "casualties.at", now);
  g_signal_connect (self->casualties, "changed", G_CALLBACK (casualties_changed_cb), self);

  if (with_evacuation)
    {
      wf_dialog_add_heading (dialog, _("Evacuation"));
      self->evacuation = wf_dialog_add_form (dialog, evacuation_fields, G_N_ELEMENTS (evacuation_fields));
      if (incident != NULL)
        wf_form_fill (self->evacuation, wf_entity_fields (incident));
      wf_form_set (self->evacuation, "evacuation.at", now);
      g_signal_connect (self->evacuation, "changed", G_CALLBACK (evacuation_changed_cb), self);
    }

  self->facts_box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 8));
  wf_dialog_add (dialog, GTK_WIDGET (self->facts_box));
  wf_figures_set_plan (self, dialog, plan);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 600, -1);

  return self;
}

/**
 * wf_figures_free:
 * @self: (transfer full): forms
 */
void
wf_figures_free (WfFigures *self)
{
  g_clear_pointer (&self->yes_no, g_ptr_array_unref);
  g_free (self->plan);
  g_free (self);
}

/**
 * wf_figures_set_plan:
 * @self: forms
 * @dialog: their dialog
 * @plan: (nullable): id of the plan that says which facts are asked for
 *
 * Asks for another plan's facts.
 */
void
wf_figures_set_plan (WfFigures  *self,
                     WfDialog   *dialog,
                     const char *plan)
{
  g_autoptr (WfEntity) incident = wf_dialog_dup_incident (dialog);
  g_autoptr (WfEntity) entity = wf_dialog_dup_entity (dialog, "plan", plan);
  GtkWidget *child;

  if (self->plan != NULL && g_strcmp0 (self->plan, plan) == 0)
    return;

  g_free (self->plan);
  self->plan = g_strdup (plan);
  self->facts = NULL;
  self->changed[2] = FALSE;
  g_ptr_array_set_size (self->yes_no, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts_box))) != NULL)
    gtk_box_remove (self->facts_box, child);

  add_facts (self, dialog, entity);
  gtk_widget_set_visible (GTK_WIDGET (self->facts_box), self->facts != NULL);
  if (self->facts != NULL && incident != NULL)
    wf_form_fill (self->facts, wf_entity_fields (incident));
}

/* An unticked "yes or no" is a no, and has to be said, or an earlier yes would stand. */
static GVariant *
with_noes (WfFigures *self,
           GVariant  *collected)
{
  g_autoptr (GVariant) facts = wf_dict_value (collected, "facts");
  GVariantDict dict;

  g_variant_dict_init (&dict, facts);
  for (guint i = 0; i < self->yes_no->len; i++)
    if (!g_variant_dict_contains (&dict, self->yes_no->pdata[i]))
      g_variant_dict_insert_value (&dict, self->yes_no->pdata[i], wf_value_bool (FALSE));

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
queue_form (WfDialog   *dialog,
            WfForm     *form,
            const char *command)
{
  g_autoptr (GVariant) collected = wf_form_collect (form);

  if (collected == NULL)
    return FALSE;

  wf_dialog_queue (dialog, command, wf_dialog_with ("incident", wf_dialog_get_incident (dialog), collected), 0);
  return TRUE;
}

/**
 * wf_figures_queue:
 * @self: forms
 * @dialog: their dialog
 *
 * Queues a command for each form that was written in.
 *
 * Returns: whether everything in them can be read
 */
gboolean
wf_figures_queue (WfFigures *self,
                  WfDialog  *dialog)
{
  if (self->changed[0] && !queue_form (dialog, self->casualties, "incident.casualties"))
    return FALSE;
  if (self->changed[1] && self->evacuation != NULL && !queue_form (dialog, self->evacuation, "incident.evacuation"))
    return FALSE;

  if (self->changed[2] && self->facts != NULL)
    {
      g_autoptr (GVariant) collected = wf_form_collect (self->facts);

      if (collected == NULL)
        return FALSE;

      g_autoptr (GVariant) facts = with_noes (self, collected);
      wf_dialog_queue (dialog, "incident.facts",
                       wf_dict_make ("incident", wf_value_string (wf_dialog_get_incident (dialog)), "facts", facts, NULL), 0);
    }

  return TRUE;
}

/**
 * wf_figures_apply:
 * @self: forms
 * @incident: an incident
 *
 * Returns: (transfer full): the incident as it would stand with what is written in the forms; for judging it while a person
 *   is still typing
 */
WfEntity *
wf_figures_apply (WfFigures *self,
                  WfEntity  *incident)
{
  g_autoptr (GVariant) patch = wf_form_peek (self->casualties);

  if (self->evacuation != NULL && self->changed[1])
    {
      g_autoptr (GVariant) evacuation = wf_form_peek (self->evacuation);
      GVariant *both = wf_dict_merge (patch, evacuation);

      g_variant_unref (patch);
      patch = both;
    }

  if (self->facts != NULL)
    {
      g_autoptr (GVariant) collected = wf_form_peek (self->facts);
      g_autoptr (GVariant) facts = with_noes (self, collected);
      g_autoptr (GVariant) before = wf_entity_value (incident, "facts");
      g_autoptr (GVariant) merged = before != NULL ? wf_dict_merge (before, facts) : g_variant_ref (facts);
      g_autoptr (GVariant) boxed = wf_dict_make ("facts", merged, NULL);
      GVariant *both = wf_dict_merge (patch, boxed);

      g_variant_unref (patch);
      patch = both;
    }

  return wf_entity_patch (incident, patch, wf_entity_number (incident));
}

/* --- the dialog of figures alone --- */

static void
confirm_cb (WfDialog  *dialog,
            WfFigures *self)
{
  if (!self->changed[0] && !self->changed[1] && !self->changed[2])
    {
      wf_dialog_show_trouble (dialog, _("Nothing has been changed yet."));
      return;
    }

  if (wf_figures_queue (self, dialog))
    wf_dialog_run (dialog, _("Figures recorded"));
}

/**
 * wf_figures_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog for casualties, evacuation and the plan's facts
 */
WfDialog *
wf_figures_dialog_new (WfContext  *context,
                       const char *incident)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Casualties, evacuation, facts"), _("Record"));
  WfSession *session = wf_context_get_session (context);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  const char *plan = wf_entity_string (entity, "plan");
  const char *incident_class = wf_entity_string (entity, "class");
  g_autoptr (GPtrArray) plans = plan == NULL && incident_class != NULL
                                ? wf_rules_plans_for (wf_session_get_state (session), wf_session_get_scope (session),
                                                      incident_class)
                                : NULL;

  if (plan == NULL && plans != NULL && plans->len > 0)
    plan = wf_entity_id (plans->pdata[0]);

  WfFigures *self = wf_figures_new (dialog, TRUE, plan);

  g_object_set_data_full (G_OBJECT (dialog), "figures", self, (GDestroyNotify) wf_figures_free);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  return dialog;
}
