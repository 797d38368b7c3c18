/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-incident-dialogs.h"

#include "wf-figures.h"
#include "wf-judgement.h"
#include "wf-kind.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* 研判: what kind of incident it is and how bad. The rules propose while the person types; the person decides, and where the
 * decision is another than the proposal, says why. */
typedef struct
{
  WfDialog    *dialog;
  WfForm      *kind;      /* class */
  WfFigures   *figures;
  WfForm      *decision;
  GtkLabel    *proposal;
  WfJudgement *judgement;
  GPtrArray   *classes;   /* of WfEntity */
  gboolean     grade_touched;
  gboolean     level_touched;
  guint        idle;
} Grade;

static const WfFormField kind_fields[] = {
  { "class", WF_FORM_SUGGEST, N_("Class"), TRUE, FALSE, NULL, "incident_class" },
};

static const char *const levels[] = { "0", "1", "2", "3", "4", NULL };

static const WfFormField decision_fields[] = {
  { "grade", WF_FORM_CHOICE, N_("Grade"), TRUE, FALSE, wf_grades, "grade" },
  { "basis", WF_FORM_TEXT, N_("Why this grade") },
  { "level", WF_FORM_CHOICE, N_("Response level to propose"), TRUE },
  { "level_basis", WF_FORM_TEXT, N_("Why this level") },
};

static void
grade_free (gpointer data)
{
  Grade *self = data;

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->judgement, wf_judgement_free);
  g_clear_pointer (&self->figures, wf_figures_free);
  g_clear_pointer (&self->classes, g_ptr_array_unref);
  g_free (self);
}

/* The judgement's words, for the person who decides. */
static char *
proposal_words (WfJudgement *judgement,
                WfEntity    *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (judgement->grade != NULL)
    g_string_append_printf (text, _("Grade by the table: %s (%s)"), wf_wording_value ("grade", judgement->grade),
                            judgement->grade_basis);
  else
    g_string_append (text, _("No table grades this class: a person decides."));

  if (judgement->reported_as_larger)
    g_string_append (text, _("\nIs reported like a larger one (many at risk)."));

  if (judgement->plan == NULL)
    g_string_append (text, _("\nNo plan covers this class."));
  else if (judgement->level > 0)
    g_string_append_printf (text, _("\nLevel by the plan: %s (%s)"), wf_wording_level (judgement->level), judgement->level_basis);
  else
    g_string_append (text, _("\nNo condition of the plan holds yet."));

  if (plan != NULL)
    g_string_append_printf (text, "\n%s", wf_entity_string (plan, "title"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Asked for is only what the person decides otherwise, or where nothing was proposed. */
static void
show_reasons (Grade *self)
{
  g_autofree char *grade = wf_form_get_string (self->decision, "grade");
  g_autofree char *level = wf_form_get_string (self->decision, "level");
  gboolean other_grade = grade != NULL && g_strcmp0 (grade, self->judgement->grade) != 0;
  gboolean other_level = level != NULL && g_ascii_strtoll (level, NULL, 10) != self->judgement->level;

  wf_form_show_field (self->decision, "basis", other_grade);
  wf_form_show_field (self->decision, "level_basis", other_level);
}

static gboolean
judge (gpointer data)
{
  Grade *self = data;
  WfSession *session = wf_dialog_get_session (self->dialog);
  g_autofree char *incident_class = wf_form_get_string (self->kind, "class");
  g_autoptr (WfEntity) incident = wf_dialog_dup_incident (self->dialog);
  g_autoptr (WfEntity) as_typed = NULL;
  g_autoptr (WfEntity) plan = NULL;
  g_autofree char *words = NULL;

  self->idle = 0;
  if (incident == NULL || incident_class == NULL)
    return G_SOURCE_REMOVE;

  as_typed = wf_figures_apply (self->figures, incident);
  g_clear_pointer (&self->judgement, wf_judgement_free);
  self->judgement = wf_rules_judge (wf_session_get_state (session), wf_session_get_scope (session), as_typed,
                                    incident_class, NULL);
  plan = wf_dialog_dup_entity (self->dialog, "plan", self->judgement->plan);
  wf_figures_set_plan (self->figures, self->dialog, self->judgement->plan);
  words = proposal_words (self->judgement, plan);
  gtk_label_set_text (self->proposal, words);

  if (!self->grade_touched && self->judgement->grade != NULL)
    wf_form_set_string (self->decision, "grade", self->judgement->grade);
  if (!self->level_touched)
    wf_form_set_string (self->decision, "level", levels[self->judgement->level]);
  show_reasons (self);

  return G_SOURCE_REMOVE;
}

static void
queue_judge (Grade *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, judge, self, NULL);
}

static void
figures_changed_cb (WfForm     *form,
                    const char *key,
                    Grade      *self)
{
  queue_judge (self);
}

static void
facts_written_cb (WfForm     *form,
                  const char *key,
                  gpointer    data)
{
  queue_judge (data);
}

static void
decision_changed_cb (WfForm     *form,
                     const char *key,
                     Grade      *self)
{
  self->grade_touched |= strcmp (key, "grade") == 0;
  self->level_touched |= strcmp (key, "level") == 0;
  if (self->judgement != NULL)
    show_reasons (self);
}

static const char *
category_of (Grade      *self,
             const char *code)
{
  for (guint i = 0; i < self->classes->len; i++)
    if (wf_entity_is (self->classes->pdata[i], "code", code))
      return wf_entity_string (self->classes->pdata[i], "category");

  return NULL;
}

static void
confirm_cb (WfDialog *dialog,
            Grade    *self)
{
  g_autoptr (GVariant) kind = wf_form_collect (self->kind);
  g_autoptr (GVariant) decision = NULL;

  if (kind == NULL)
    return;

  if (self->idle != 0)
    {
      g_clear_handle_id (&self->idle, g_source_remove);
      judge (self);
    }

  decision = wf_form_collect (self->decision);
  if (decision == NULL || !wf_figures_queue (self->figures, dialog))
    return;

  const char *basis = wf_dict_string (decision, "basis");
  const char *level_basis = wf_dict_string (decision, "level_basis");
  int level = (int) g_ascii_strtoll (wf_dict_string (decision, "level"), NULL, 10);

  if (basis == NULL && g_strcmp0 (wf_dict_string (decision, "grade"), self->judgement->grade) != 0)
    {
      wf_form_show_error (self->decision, "basis", _("Say why the grade is another than the table's"));
      return;
    }
  if (level_basis == NULL && level != self->judgement->level)
    {
      wf_form_show_error (self->decision, "level_basis", _("Say why the level is another than the plan's"));
      return;
    }

  wf_dialog_queue (dialog, "incident.grade",
                   wf_dict_make ("incident", wf_value_string (wf_dialog_get_incident (dialog)),
                                 "category", wf_value_string (category_of (self, wf_dict_string (kind, "class"))),
                                 "class", wf_value_string (wf_dict_string (kind, "class")),
                                 "grade", wf_value_string (wf_dict_string (decision, "grade")),
                                 "basis", wf_value_string (basis),
                                 "plan", wf_value_string (self->judgement->plan),
                                 "level", wf_value_int (level),
                                 "level_basis", wf_value_string (level_basis),
                                 NULL), 0);
  wf_dialog_run (dialog, _("Grade recorded"));
}

static void
set_class_choices (Grade    *self,
                   WfEntity *incident)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint i = 0; i < self->classes->len; i++)
    {
      g_ptr_array_add (values, (gpointer) wf_entity_string (self->classes->pdata[i], "code"));
      g_ptr_array_add (labels, (gpointer) wf_entity_string (self->classes->pdata[i], "name"));
    }
  g_ptr_array_add (values, NULL);
  g_ptr_array_add (labels, NULL);
  wf_form_set_choices (self->kind, "class", (const char *const *) values->pdata, (const char *const *) labels->pdata);
  wf_form_set_string (self->kind, "class", wf_entity_string (incident, "class"));
}

static void
set_level_choices (Grade *self)
{
  const char *labels[] = {
    C_("response level", "None"), wf_wording_level (1), wf_wording_level (2), wf_wording_level (3), wf_wording_level (4), NULL
  };

  wf_form_set_choices (self->decision, "level", levels, labels);
}

/**
 * wf_grade_dialog_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer none): a dialog that grades an incident and proposes a level
 */
WfDialog *
wf_grade_dialog_new (WfContext  *context,
                     const char *incident)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Judge the incident"), _("Decide"));
  WfSession *session = wf_context_get_session (context);
  Grade *self = g_new0 (Grade, 1);
  g_autoptr (WfEntity) entity = wf_dialog_dup_incident (dialog);
  const char *incident_class = wf_entity_string (entity, "class");
  g_autoptr (GPtrArray) plans = NULL;

  self->dialog = dialog;
  g_object_set_data_full (G_OBJECT (dialog), "grade", self, grade_free);
  self->classes = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "incident_class", NULL);
  self->kind = wf_dialog_add_form (dialog, kind_fields, G_N_ELEMENTS (kind_fields));
  set_class_choices (self, entity);

  if (incident_class != NULL)
    plans = wf_rules_plans_for (wf_session_get_state (session), wf_session_get_scope (session), incident_class);
  self->figures = wf_figures_new (dialog, FALSE, plans != NULL && plans->len > 0 ? wf_entity_id (plans->pdata[0]) : NULL);

  wf_dialog_add_heading (dialog, _("Decision"));
  self->proposal = wf_dialog_add_note (dialog, _("Choose a class: the rules then propose grade and level."));
  gtk_widget_add_css_class (GTK_WIDGET (self->proposal), "wf-proposal");
  self->decision = wf_dialog_add_form (dialog, decision_fields, G_N_ELEMENTS (decision_fields));
  set_level_choices (self);
  self->figures->facts_written = facts_written_cb;
  self->figures->facts_data = self;
  self->judgement = g_new0 (WfJudgement, 1);
  judge (self);
  show_reasons (self);

  g_signal_connect (self->kind, "changed", G_CALLBACK (figures_changed_cb), self);
  g_signal_connect (self->figures->casualties, "changed", G_CALLBACK (figures_changed_cb), self);
  g_signal_connect (self->decision, "changed", G_CALLBACK (decision_changed_cb), self);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  return dialog;
}
