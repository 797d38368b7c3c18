/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sync-testing.h"
#include "ui-testing.h"
#include "wf-force-list.h"
#include "wf-form-time.h"
#include "wf-incident-dialogs.h"
#include "wf-kind.h"
#include "wf-plan-window.h"
#include "wf-preview.h"
#include "wf-reservation-list.h"
#include "wf-resources-page.h"
#include "wf-search-index.h"
#include "wf-time.h"
#include "wf-ui-util.h"

#include <glib/gstdio.h>
#include <string.h>

#define S(text) wf_value_string (text)

/* The dialogs with a real session and a real service with the demonstration district. An incident of our own goes through
 * its whole life in them, one test after the other. */

typedef struct
{
  char        *folder;
  TestService *service;
  WfSession   *session;
  WfClock     *clock;
  GSettings   *settings;
  WfContext   *context;
  char        *incident;
} Fixture;

static Fixture *shared;

/* --- finding and doing --------------------------------------------------------------------------------------------- */

static WfForm *
form_of (WfDialog   *dialog,
         const char *key)
{
  GtkWidget *form = test_find (GTK_WIDGET (dialog), test_has_field, key);

  g_assert_nonnull (form);
  return WF_FORM (form);
}

/* As a person would: what is set by the program itself does not count as written. */
static void
write_field (WfDialog   *dialog,
             const char *key,
             const char *text)
{
  GtkWidget *widget = wf_form_get_widget (form_of (dialog, key), key);

  if (GTK_IS_TEXT_VIEW (widget))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (widget), text);
}

static const char *
error_of (WfDialog   *dialog,
          const char *key)
{
  return wf_form_get_error (form_of (dialog, key), key);
}

static gboolean
is_choice (GtkWidget  *widget,
           const void *label)
{
  return GTK_IS_CHECK_BUTTON (widget) && g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)), label) == 0;
}

static GtkWidget *
find_type (GtkWidget *widget,
           GType      type)
{
  return test_find (widget, test_is_of_type, &type);
}

static void
done_cb (WfDialog *dialog,
         gboolean *done)
{
  *done = TRUE;
}

static void
show (WfDialog *dialog)
{
  gtk_window_present (GTK_WINDOW (dialog));
  test_await (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  test_settle ();
}

/* Confirms; the dialog must close, and with it go away. */
static void
confirm (WfDialog *dialog)
{
  gboolean done = FALSE;
  gpointer gone = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  g_signal_connect (dialog, "done", G_CALLBACK (done_cb), &done);
  wf_dialog_confirm (dialog);
  for (int i = 0; i < 300 && !done && gone != NULL && wf_dialog_get_trouble (dialog) == NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  if (!done && gone != NULL)
    g_error ("not confirmed: %s", wf_dialog_get_trouble (dialog));
  test_await (gone == NULL);
}

static void
leave (WfDialog *dialog)
{
  gpointer gone = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  gtk_window_close (GTK_WINDOW (dialog));
  test_await (gone == NULL);
}

static WfEntity *
incident (void)
{
  return wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "incident", shared->incident);
}

static void
check_state (const char *state)
{
  g_autoptr (WfEntity) entity = incident ();

  g_assert_cmpstr (wf_entity_string (entity, "state"), ==, state);
}

static guint
count_children (const char *kind,
                const char *state)
{
  g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, kind, shared->incident);
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    n += state == NULL || wf_entity_is (list->pdata[i], "state", state);

  return n;
}

/* An open one that waits for no other. */
static WfEntity *
first_child (const char *kind,
             const char *field,
             const char *value)
{
  g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, kind, shared->incident);

  for (guint i = 0; i < list->len; i++)
    if (wf_entity_is (list->pdata[i], field, value) && wf_entity_string (list->pdata[i], "after") == NULL &&
        (wf_entity_is (list->pdata[i], "state", "open") || wf_entity_is (list->pdata[i], "state", "due")))
      return wf_entity_ref (list->pdata[i]);

  return NULL;
}

static WfEntity *
first_order (const char *state)
{
  g_autoptr (GPtrArray) list = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "order", shared->incident);

  for (guint i = 0; i < list->len; i++)
    if (wf_entity_is (list->pdata[i], "state", state))
      return wf_entity_ref (list->pdata[i]);

  g_assert_not_reached ();
}

/* Answers the question that stands before what cannot be taken back. */
static void
answer (const char *response)
{
  GListModel *windows = gtk_window_get_toplevels ();

  test_settle ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        {
          g_assert_nonnull (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (window)));
          g_assert_cmpstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (window)), !=, "");
          adw_message_dialog_response (ADW_MESSAGE_DIALOG (window), response);
          return;
        }
    }

  g_error ("nothing was asked");
}

static void
confirm_and_answer (WfDialog *dialog)
{
  gpointer gone = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &gone);
  wf_dialog_confirm (dialog);
  answer ("confirm");
  test_await (gone == NULL);
}

static void
fill_approval (WfDialog *dialog)
{
  write_field (dialog, "approval.approved_by", "鲁立言");
  write_field (dialog, "approval.words", "同意启动");
}

/* --- forms --------------------------------------------------------------------------------------------------------- */

static void
test_times (void)
{
  static const char *const good[] = { "21:07", "2107", "21:07:30", "07-14 21:07", "2026-07-14 21:07", "2026/07/14 21:07:59",
                                      "21:07" };
  static const char *const bad[] = { "", "25:00", "21:7x", "yesterday", "2026-02-30 10:00", "21:07:61", "9", "12345" };
  int64_t now = wf_clock_now (shared->clock);
  int64_t time;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      time = 0;
      g_assert_true (wf_form_time_parse (good[i], now, &time));
      g_assert_cmpint (time, >, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (wf_form_time_parse (bad[i], now, &time));

  /* A time of day is never far ahead: it has happened. */
  g_assert_true (wf_form_time_parse ("23:59", 1782907200000, &time));
  g_assert_cmpint (time, <, 1782907200000);
  g_assert_true (wf_form_time_parse ("11:59", 1782907200000, &time));
  g_assert_cmpint (time, ==, 1782907200000 - WF_MINUTE);
}

static void
test_form (void)
{
  static const char *const choices[] = { "phone", "in_person", NULL };
  static const WfFormField fields[] = {
    { "name", WF_FORM_LINE, "Name", TRUE },
    { "inner.count", WF_FORM_NUMBER, "Count", TRUE },
    { "inner.weight", WF_FORM_DECIMAL, "Weight", FALSE, TRUE },
    { "way", WF_FORM_CHOICE, "Way", FALSE, FALSE, choices, "way" },
    { "sure", WF_FORM_CHECK, "Sure" },
  };
  GtkWidget *window = gtk_window_new ();
  WfForm *form = WF_FORM (wf_form_new (fields, G_N_ELEMENTS (fields)));

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (form));
  gtk_window_present (GTK_WINDOW (window));

  GtkWidget *name = wf_form_get_widget (form, "name");
  GtkWidget *count = wf_form_get_widget (form, "inner.count");

  gtk_test_accessible_assert_role (form, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (name, GTK_ACCESSIBLE_PROPERTY_LABEL, "Name");
  gtk_test_accessible_assert_property (name, GTK_ACCESSIBLE_PROPERTY_REQUIRED, TRUE);

  /* What is missing and what is no number is said where it stands. */
  gtk_editable_set_text (GTK_EDITABLE (count), "three");
  g_assert_null (wf_form_collect (form));
  g_assert_cmpstr (wf_form_get_error (form, "name"), ==, "This is needed");
  g_assert_nonnull (strstr (wf_form_get_error (form, "inner.count"), "whole number"));
  g_assert_null (wf_form_get_error (form, "inner.weight"));
  gtk_test_accessible_assert_state (count, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);

  /* Writing in a field takes its error away. */
  gtk_editable_set_text (GTK_EDITABLE (count), "3");
  g_assert_null (wf_form_get_error (form, "inner.count"));
  gtk_test_accessible_assert_state (count, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);

  gtk_editable_set_text (GTK_EDITABLE (name), "  Li  ");
  wf_form_set_string (form, "way", "in_person");
  wf_form_set (form, "sure", wf_value_bool (TRUE));
  g_autoptr (GVariant) all = wf_form_collect (form);
  g_assert_nonnull (all);
  g_assert_cmpstr (wf_dict_string (all, "name"), ==, "Li");
  g_assert_cmpstr (wf_dict_string (all, "way"), ==, "in_person");
  g_assert_true (wf_dict_bool (all, "sure"));
  g_autoptr (GVariant) inner = wf_dict_value (all, "inner");
  g_assert_cmpint (wf_dict_int (inner, "count", 0), ==, 3);
  g_assert_false (wf_dict_has (inner, "weight"));

  /* A rule's problem finds its field by its path, its last part, or its object. */
  g_assert_true (wf_form_show_error (form, "inner.count", "too many"));
  g_assert_true (wf_form_show_error (form, "weight", "too heavy"));
  g_assert_cmpstr (wf_form_get_error (form, "inner.weight"), ==, "too heavy");
  g_assert_true (wf_form_show_error (form, "inner", "wrong"));
  g_assert_false (wf_form_show_error (form, "nobody", "wrong"));
  g_assert_false (wf_form_show_error (form, NULL, "wrong"));

  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- one incident's life ------------------------------------------------------------------------------------------- */

static void
test_verify (void)
{
  WfDialog *dialog = wf_verify_dialog_new (shared->context, shared->incident);

  show (dialog);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (dialog)), ==, "Verify the report");
  gtk_test_accessible_assert_property (wf_form_get_widget (form_of (dialog, "source"), "source"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Second source (119, 110, 120, control room …)");

  /* Without a second source it stays open and says so at the field. */
  wf_dialog_confirm (dialog);
  g_assert_cmpstr (error_of (dialog, "source"), ==, "This is needed");

  /* A duplicate must say of what. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (test_find (GTK_WIDGET (dialog), is_choice, "reported before")),
                               TRUE);
  write_field (dialog, "source", "119");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "merged_into"));

  gtk_check_button_set_active (GTK_CHECK_BUTTON (test_find (GTK_WIDGET (dialog), is_choice, "true")), TRUE);
  confirm (dialog);
  check_state ("verified");
}

/* What was verified can go back to the report, and nowhere else. */
static void
test_step_back (void)
{
  g_autofree char *why_not = wf_preview_why_not (shared->session, "step-back", shared->incident);
  WfDialog *dialog = wf_step_back_dialog_new (shared->context, shared->incident);

  g_assert_null (why_not);
  show (dialog);
  g_assert_nonnull (test_find (GTK_WIDGET (dialog), is_choice, "reported"));
  g_assert_null (test_find (GTK_WIDGET (dialog), is_choice, "responding"));
  g_assert_null (test_find (GTK_WIDGET (dialog), is_choice, "stood down"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_settle ();
}

static void
test_escape (void)
{
  WfDialog *dialog = wf_control_dialog_new (shared->context, shared->incident);

  show (dialog);
  leave (dialog);
  check_state ("verified");
}

static void
test_figures (void)
{
  WfDialog *dialog = wf_figures_dialog_new (shared->context, shared->incident);

  show (dialog);

  /* Nothing written, nothing sent. */
  wf_dialog_confirm (dialog);
  g_assert_nonnull (wf_dialog_get_trouble (dialog));

  write_field (dialog, "casualties.deaths", "0");
  write_field (dialog, "casualties.serious", "x");
  write_field (dialog, "casualties.light", "2");
  write_field (dialog, "casualties.missing", "0");
  write_field (dialog, "casualties.trapped", "0");
  write_field (dialog, "casualties.source", "120");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "casualties.serious"));

  write_field (dialog, "casualties.serious", "1");
  confirm (dialog);

  g_autoptr (WfEntity) entity = incident ();
  g_autoptr (GVariant) casualties = wf_entity_value (entity, "casualties");
  g_assert_cmpint (wf_dict_int (casualties, "serious", -1), ==, 1);
  g_assert_cmpint (wf_dict_int (casualties, "light", -1), ==, 2);
  g_assert_cmpstr (wf_dict_string (casualties, "source"), ==, "120");
  g_assert_false (wf_entity_value (entity, "evacuation") != NULL);
}

static void
test_grade (void)
{
  WfDialog *dialog = wf_grade_dialog_new (shared->context, shared->incident);

  show (dialog);

  /* A class is one of the list, found by its initials; what is typed beside them is none. */
  WfForm *kind = form_of (dialog, "class");
  g_autofree char *before = wf_form_get_string (kind, "class");
  GtkWidget *view = find_type (GTK_WIDGET (kind), GTK_TYPE_LIST_VIEW);
  GListModel *found = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (view)));
  g_assert_cmpstr (before, ==, "accident.hazchem.leak");
  write_field (dialog, "class", "nothing of the kind");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "class"));
  test_await (wf_search_index_is_ready (wf_context_get_search_index (shared->context)));
  write_field (dialog, "class", "wxhxpxl");
  test_await (g_list_model_get_n_items (found) > 0);
  g_signal_emit_by_name (view, "activate", 0);
  g_autofree char *after = wf_form_get_string (kind, "class");
  g_assert_cmpstr (after, ==, "accident.hazchem.leak");
  g_assert_null (error_of (dialog, "class"));
  test_settle ();

  /* The rules have proposed: an ordinary accident. A person who decides otherwise says why. */
  WfForm *decision = form_of (dialog, "grade");
  g_autofree char *grade = wf_form_get_string (decision, "grade");
  g_assert_cmpstr (grade, ==, "ordinary");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (test_find (GTK_WIDGET (dialog), is_choice, "larger")), TRUE);
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "basis"));

  gtk_check_button_set_active (GTK_CHECK_BUTTON (test_find (GTK_WIDGET (dialog), is_choice, "ordinary")), TRUE);
  confirm (dialog);
  check_state ("graded");

  g_autoptr (WfEntity) entity = incident ();
  g_assert_cmpstr (wf_entity_string (entity, "grade"), ==, "ordinary");
  g_assert_cmpstr (wf_entity_string (entity, "plan"), ==, "plan-hazchem");
}

static void
test_activate (void)
{
  WfDialog *dialog = wf_activate_dialog_new (shared->context, shared->incident);
  WfForm *form = form_of (dialog, "level");

  show (dialog);
  wf_form_set_string (form, "level", "4");
  write_field (dialog, "matter", "液氨泄漏处置");
  g_signal_emit_by_name (form, "changed", "level");
  test_settle ();

  /* The measures come from the plan; approval is asked for at its own field. */
  g_autofree char *measures = wf_form_get_string (form, "measures");
  g_assert_nonnull (measures);
  wf_dialog_confirm (dialog);
  g_assert_cmpstr (error_of (dialog, "approval.approved_by"), ==, "This is needed");

  /* The rules themselves refuse an approval that was given before the call: shown where it stands. */
  fill_approval (dialog);
  write_field (dialog, "approval.at", "2020-01-01 00:00");
  wf_dialog_confirm (dialog);
  test_await (error_of (dialog, "approval.at") != NULL);
  check_state ("graded");

  g_autofree char *now = wf_form_time_format (wf_context_now (shared->context), wf_context_now (shared->context));
  write_field (dialog, "approval.at", now);
  confirm (dialog);
  check_state ("responding");
  g_assert_cmpuint (count_children ("task", NULL), >, 10);
}

static void
test_raise (void)
{
  WfDialog *dialog = wf_change_level_dialog_new (shared->context, shared->incident);
  guint before = count_children ("task", "open");

  show (dialog);
  wf_form_set_string (form_of (dialog, "level"), "level", "2");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "reason"));
  write_field (dialog, "reason", "泄漏扩大");
  fill_approval (dialog);

  /* Level two is asked about once more, and a No leaves everything as it was. */
  wf_dialog_confirm (dialog);
  answer ("cancel");
  test_settle ();
  g_assert_cmpuint (count_children ("task", "open"), ==, before);

  confirm_and_answer (dialog);
  g_autoptr (WfEntity) entity = incident ();
  g_assert_cmpint (wf_entity_int (entity, "level", 0), ==, 2);
  g_assert_cmpuint (count_children ("task", "open"), >, before);
}

static void
test_order (void)
{
  WfDialog *dialog = wf_order_dialog_new (shared->context, shared->incident, NULL, NULL);
  GtkWidget *list = find_type (GTK_WIDGET (dialog), WF_TYPE_FORCE_LIST);
  g_autoptr (GPtrArray) teams = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "team", NULL);
  WfEntity *team = NULL;

  show (dialog);
  wf_dialog_confirm (dialog);
  g_assert_nonnull (strstr (wf_dialog_get_trouble (dialog), "Tick at least one force"));

  for (guint i = 0; i < teams->len && team == NULL; i++)
    if (wf_entity_is (teams->pdata[i], "state", "standby") && wf_entity_is (teams->pdata[i], "nature", "social") &&
        wf_force_list_choose (WF_FORCE_LIST (list), "team", wf_entity_id (teams->pdata[i])))
      team = teams->pdata[i];
  g_assert_nonnull (team);
  g_assert_cmpuint (wf_force_list_count (WF_FORCE_LIST (list)), ==, 1);

  /* Social forces are asked under an agreement, not told. */
  g_autofree char *kind = wf_form_get_string (form_of (dialog, "kind"), "kind");
  g_assert_cmpstr (kind, ==, "agreement");

  write_field (dialog, "rendezvous", "nowhere");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "rendezvous"));
  write_field (dialog, "rendezvous", "109.69, 40.62");
  confirm (dialog);

  g_assert_cmpuint (count_children ("order", NULL), ==, 1);
  g_autoptr (GPtrArray) orders = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "order", shared->incident);
  g_assert_cmpstr (wf_entity_string (orders->pdata[0], "force"), ==, wf_entity_id (team));
  g_assert_cmpstr (wf_entity_string (orders->pdata[0], "kind"), ==, "agreement");

  WfDialog *step = wf_order_step_dialog_new (shared->context, wf_entity_id (orders->pdata[0]), "acknowledged");
  show (step);
  confirm (step);
  g_autoptr (WfEntity) order = wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "order",
                                             wf_entity_id (orders->pdata[0]));
  g_assert_cmpstr (wf_entity_string (order, "state"), ==, "acknowledged");
}

static double
stock_number (const char *id,
              const char *field)
{
  g_autoptr (WfEntity) stock = wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "stock", id);

  return wf_entity_double (stock, field, 0);
}

static double
held_of (const char *stock)
{
  g_autoptr (GPtrArray) held = wf_reservations_held (shared->session, shared->incident, stock);

  return wf_reservations_sum (held);
}

/* Stock is held for the incident from the order dialog, let go again, and an order takes over what is held. */
static void
test_reserve (void)
{
  g_autoptr (GPtrArray) lots = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "stock", NULL);
  WfEntity *stock = NULL;

  for (guint i = 0; i < lots->len && stock == NULL; i++)
    if (wf_entity_double (lots->pdata[i], "quantity", 0) >= 20 && wf_entity_double (lots->pdata[i], "reserved", 0) == 0)
      stock = lots->pdata[i];
  g_assert_nonnull (stock);

  const char *id = wf_entity_id (stock);
  const char *depot = wf_entity_string (stock, "depot");
  double quantity = wf_entity_double (stock, "quantity", 0);
  g_autofree char *too_much = g_strdup_printf ("%.10g", quantity + 1);
  g_autofree char *all = g_strdup_printf ("%.10g", quantity);
  WfDialog *dialog = wf_order_dialog_new (shared->context, shared->incident, "depot", depot);
  WfForceList *list = WF_FORCE_LIST (find_type (GTK_WIDGET (dialog), WF_TYPE_FORCE_LIST));
  WfStockRow *row = wf_force_list_get_stock_row (list, id);
  GtkEditable *field;
  g_autofree char *wrong = NULL;

  g_assert_nonnull (row);
  show (dialog);
  field = GTK_EDITABLE (wf_stock_row_get_quantity (row));

  /* More than there is, nothing, and what is no number is refused on the spot. */
  gtk_editable_set_text (field, too_much);
  wf_stock_row_ask (row, TRUE);
  gtk_editable_set_text (field, "-3");
  wf_stock_row_ask (row, TRUE);
  gtk_test_accessible_assert_state (GTK_WIDGET (field), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_cmpfloat (held_of (id), ==, 0);

  /* All of it: nothing is left, also not for a second time, and the line is not ordered as well. */
  gtk_editable_set_text (field, all);
  g_assert_cmpuint (wf_force_list_count (list), ==, 1);
  wf_stock_row_ask (row, TRUE);
  test_await (held_of (id) == quantity && !wf_dialog_is_busy (dialog));
  g_assert_cmpfloat (stock_number (id, "reserved"), ==, quantity);
  g_assert_cmpuint (wf_force_list_count (list), ==, 0);
  gtk_editable_set_text (field, "1");
  wf_stock_row_ask (row, TRUE);
  test_settle ();
  g_assert_cmpfloat (held_of (id), ==, quantity);

  /* Held, it may still be ordered for this very incident; let go, it is there for all. */
  gtk_editable_set_text (field, all);
  g_assert_cmpfloat (wf_stock_row_read (row, &wrong), ==, quantity);
  g_assert_null (wrong);
  wf_stock_row_clear (row);
  wf_stock_row_ask (row, FALSE);
  test_await (held_of (id) == 0 && !wf_dialog_is_busy (dialog));
  g_assert_cmpfloat (stock_number (id, "reserved"), ==, 0);

  /* It holds when the dialog is closed. */
  gtk_editable_set_text (field, "12");
  wf_stock_row_ask (row, TRUE);
  test_await (held_of (id) == 12 && !wf_dialog_is_busy (dialog));
  leave (dialog);
  g_assert_cmpfloat (held_of (id), ==, 12);

  WfReservationList *shown = WF_RESERVATION_LIST (g_object_ref_sink (wf_reservation_list_new (shared->context)));
  wf_reservation_list_set_incident (shown, shared->incident);
  g_assert_cmpuint (wf_reservation_list_get_count (shown), ==, 1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (shown)));
  wf_reservation_list_set_depot (shown, depot);
  g_assert_cmpuint (wf_reservation_list_get_count (shown), ==, 1);
  wf_reservation_list_set_depot (shown, "depot-of-nobody");
  g_assert_cmpuint (wf_reservation_list_get_count (shown), ==, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (shown)));
  wf_reservation_list_set_incident (shown, shared->incident);

  /* Ticking what is held orders as much as is held; the order takes the reservation over. */
  dialog = wf_order_dialog_new (shared->context, shared->incident, "depot", depot);
  list = WF_FORCE_LIST (find_type (GTK_WIDGET (dialog), WF_TYPE_FORCE_LIST));
  show (dialog);
  row = wf_force_list_get_stock_row (list, id);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (wf_stock_row_get_check (row)), TRUE);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (wf_stock_row_get_quantity (row))), ==, "12");
  confirm (dialog);
  g_assert_cmpfloat (held_of (id), ==, 0);
  g_assert_cmpfloat (stock_number (id, "reserved"), ==, 12);
  test_await (wf_reservation_list_get_count (shown) == 0);
  g_assert_finalize_object (shown);

  /* The depot is called off again, for the archive further down. */
  g_autoptr (GPtrArray) orders = wf_state_list (wf_session_get_state (shared->session), WF_LIVE, "order", shared->incident);
  for (guint i = 0; i < orders->len; i++)
    if (wf_entity_is (orders->pdata[i], "force", depot))
      test_submit (shared->session, "order.step",
                   wf_dict_make ("order", S (wf_entity_id (orders->pdata[i])), "step", S ("recalled"), "text", S ("-"), NULL),
                   NULL);
  g_assert_cmpfloat (stock_number (id, "reserved"), ==, 0);
  g_assert_cmpfloat (stock_number (id, "quantity"), ==, quantity);
}

static void
test_feedback (void)
{
  g_autoptr (WfEntity) task = first_child ("task", "returns", "pair");

  g_assert_nonnull (task);
  WfDialog *dialog = wf_task_dialog_new (shared->context, wf_entity_id (task));
  show (dialog);
  write_field (dialog, "pair_done", "8");
  write_field (dialog, "pair_due", "eleven");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "pair_due"));

  write_field (dialog, "pair_due", "11");
  write_field (dialog, "text", "还差三户");
  confirm (dialog);

  g_autoptr (WfEntity) after = wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "task", wf_entity_id (task));
  g_autoptr (GVariant) result = wf_entity_value (after, "result");
  g_assert_cmpint (wf_dict_int (result, "pair_done", 0), ==, 8);
  g_assert_cmpstr (wf_entity_string (after, "state"), ==, "done");
}

static double
hidden_height (WfDialog *dialog)
{
  GType type = GTK_TYPE_SCROLLED_WINDOW;
  GtkWidget *scrolled = test_find (GTK_WIDGET (dialog), test_is_of_type, &type);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
}

/* A dialog grows with what is said in it later, so that its last field is not cut. */
static void
test_grows (void)
{
  WfDialog *dialog = wf_log_dialog_new (shared->context, shared->incident, "区消防救援大队", "0472-119");
  int before, after;

  show (dialog);
  test_await (hidden_height (dialog) < 1);
  before = gtk_widget_get_height (GTK_WIDGET (dialog));
  write_field (dialog, "text", "一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n");
  test_await (gtk_widget_get_height (GTK_WIDGET (dialog)) > before && hidden_height (dialog) < 1);
  after = gtk_widget_get_height (GTK_WIDGET (dialog));
  wf_dialog_add_note (dialog, "一\n二");
  test_await (gtk_widget_get_height (GTK_WIDGET (dialog)) > after && hidden_height (dialog) < 1);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_report (void)
{
  g_autoptr (WfEntity) report = first_child ("report", "medium", "written");

  g_assert_nonnull (report);
  WfDialog *dialog = wf_report_dialog_new (shared->context, wf_entity_id (report));
  show (dialog);

  /* The text is composed already; only who took it is missing. */
  g_autofree char *title = wf_form_get_string (form_of (dialog, "title"), "title");
  g_autofree char *text = wf_form_get_string (form_of (dialog, "text"), "text");
  g_assert_nonnull (strstr (title, "Report on "));
  g_assert_nonnull (text);
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "taken_by"));
  write_field (dialog, "taken_by", "孙");
  confirm (dialog);

  g_autoptr (WfEntity) after = wf_state_get (wf_session_get_state (shared->session), WF_LIVE, "report", wf_entity_id (report));
  g_assert_cmpstr (wf_entity_string (after, "state"), ==, "sent");
  g_assert_cmpstr (wf_entity_string (after, "taken_by"), ==, "孙");
}

static void
test_log (void)
{
  WfDialog *dialog = wf_log_dialog_new (shared->context, shared->incident, "区消防救援大队", "0472-119");

  show (dialog);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (dialog)), ==, "Call 区消防救援大队");
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "text"));
  write_field (dialog, "text", "两车十二人出动");
  confirm (dialog);
  g_assert_cmpuint (count_children ("log", NULL), ==, 1);
}

static void
test_sign (void)
{
  WfDialog *dialog = wf_sign_dialog_new (shared->context, shared->incident);

  show (dialog);
  confirm (dialog);
  g_autoptr (WfEntity) entity = incident ();
  g_autoptr (GPtrArray) levels = wf_entity_objects (entity, "levels");
  g_autoptr (GVariant) approval = wf_dict_value (levels->pdata[0], "approval");
  g_assert_cmpint (wf_dict_time (approval, "signed_at"), >, 0);
}

static void
test_reasons (void)
{
  g_autofree char *review = wf_preview_why_not (shared->session, "review", shared->incident);
  g_autofree char *activate = wf_preview_why_not (shared->session, "activate", shared->incident);
  g_autofree char *control = wf_preview_why_not (shared->session, "control", shared->incident);
  g_autofree char *nobody = wf_preview_why_not (shared->session, "verify", NULL);

  /* In the middle of a response there is nothing to review and nothing more to activate. */
  g_assert_nonnull (review);
  g_assert_nonnull (activate);
  g_assert_null (control);
  g_assert_nonnull (nobody);
}

static void
test_end (void)
{
  WfDialog *dialog = wf_control_dialog_new (shared->context, shared->incident);
  show (dialog);
  write_field (dialog, "text", "已堵漏");
  confirm (dialog);
  check_state ("controlled");

  dialog = wf_stand_down_dialog_new (shared->context, shared->incident);
  show (dialog);
  write_field (dialog, "reason", "险情排除");
  fill_approval (dialog);
  confirm_and_answer (dialog);
  check_state ("stood_down");

  dialog = wf_review_dialog_new (shared->context, shared->incident);
  show (dialog);
  g_autofree char *course = wf_form_get_string (form_of (dialog, "course"), "course");
  g_assert_nonnull (course);
  confirm (dialog);
  check_state ("reviewed");

  /* Archived is only what nobody is out for any more; until then the dialog stays and says so. */
  dialog = wf_archive_dialog_new (shared->context, shared->incident);
  show (dialog);
  g_assert_cmpuint (count_children ("report", "due"), >, 0);
  wf_dialog_confirm (dialog);
  g_assert_nonnull (error_of (dialog, "reason"));
  write_field (dialog, "reason", "解除后不再续报");
  wf_dialog_confirm (dialog);
  test_await (wf_dialog_get_trouble (dialog) != NULL);
  check_state ("reviewed");
  g_assert_cmpuint (count_children ("report", "due"), ==, 0);
  g_autofree char *out = wf_preview_why_not (shared->session, "archive", shared->incident);
  g_assert_nonnull (out);

  g_autoptr (WfEntity) order = first_order ("acknowledged");
  test_submit (shared->session, "order.step",
               wf_dict_make ("order", S (wf_entity_id (order)), "step", S ("recalled"), "text", S ("-"), NULL), NULL);
  wf_dialog_show_trouble (dialog, NULL);
  confirm (dialog);
  check_state ("archived");
}

/* --- pages that need no window ------------------------------------------------------------------------------------- */

static void
test_resources (void)
{
  GtkWidget *window = gtk_window_new ();
  WfResourcesPage *page = WF_RESOURCES_PAGE (wf_resources_page_new (shared->context));
  GtkWidget *search;

  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 600);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  test_settle ();
  g_assert_cmpuint (wf_resources_page_get_count (page), >=, 40);

  wf_resources_page_show_kind (page, "stock");
  test_settle ();
  g_assert_cmpuint (wf_resources_page_get_count (page), >=, 1500);

  /* Found by pinyin initials, and by nothing that is not there. */
  wf_resources_page_show_kind (page, "team");
  search = find_type (GTK_WIDGET (page), GTK_TYPE_SEARCH_ENTRY);
  gtk_test_accessible_assert_property (search, GTK_ACCESSIBLE_PROPERTY_LABEL, "Find in this table");
  guint all = wf_resources_page_get_count (page);
  gtk_editable_set_text (GTK_EDITABLE (search), "xf");
  test_await (wf_resources_page_get_count (page) < all);
  g_assert_cmpuint (wf_resources_page_get_count (page), >, 0);
  gtk_editable_set_text (GTK_EDITABLE (search), "qqqqq");
  test_await (wf_resources_page_get_count (page) == 0);
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  test_await (wf_resources_page_get_count (page) == all);

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_plans (void)
{
  WfPlanWindow *plans = wf_plan_window_new (shared->context);
  gpointer gone = plans;

  g_object_add_weak_pointer (G_OBJECT (plans), &gone);
  wf_plan_window_select (plans, "plan-flood");
  gtk_window_present (GTK_WINDOW (plans));
  test_settle ();
  g_assert_nonnull (find_type (GTK_WIDGET (plans), GTK_TYPE_EXPANDER));
  gtk_window_destroy (GTK_WINDOW (plans));
  test_await (gone == NULL);
}

/* --- fixture ------------------------------------------------------------------------------------------------------- */

static Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autofree char *seed = g_build_filename (g_getenv ("WATCHFIRE_DATADIR"), "demo", NULL);
  g_autofree char *replica = NULL;

  self->folder = test_folder_new ();
  replica = g_build_filename (self->folder, "replica", NULL);
  self->clock = wf_clock_new_real ();
  self->settings = g_settings_new (APPLICATION_ID);
  self->service = test_service_new (self->folder, "person-duty-officer", seed);
  self->session = test_session_online (test_service_uri (self->service), test_service_token (self->service), replica);
  self->context = wf_context_new (self->session, self->clock, self->settings, g_getenv ("WATCHFIRE_DATADIR"));
  self->incident = wf_session_new_id (self->session);
  test_submit (self->session, "incident.report",
               wf_dict_make ("incident", S (self->incident), "title", S ("液氨管线泄漏"), "class", S ("accident.hazchem.leak"),
                             "place", S ("园区南路"), "location", wf_value_point (109.7, 40.62),
                             "t0", wf_value_time (wf_session_now (self->session) - 10 * WF_MINUTE), NULL), NULL);

  return self;
}

static void
fixture_free (Fixture *self)
{
  test_settle ();
  g_assert_finalize_object (self->context);
  test_session_end (self->session);
  test_service_free (self->service);
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  test_folder_remove (self->folder);
  g_free (self->incident);
  g_free (self);
}

extern GResource *wf_get_resource (void);

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  adw_init ();
  g_resources_register (wf_get_resource ());
  shared = fixture_new ();

  g_test_add_func ("/form/times", test_times);
  g_test_add_func ("/form/fields", test_form);
  g_test_add_func ("/dialogs/verify", test_verify);
  g_test_add_func ("/dialogs/step-back", test_step_back);
  g_test_add_func ("/dialogs/escape", test_escape);
  g_test_add_func ("/dialogs/figures", test_figures);
  g_test_add_func ("/dialogs/grade", test_grade);
  g_test_add_func ("/dialogs/activate", test_activate);
  g_test_add_func ("/dialogs/raise", test_raise);
  g_test_add_func ("/dialogs/order", test_order);
  g_test_add_func ("/dialogs/reserve", test_reserve);
  g_test_add_func ("/dialogs/feedback", test_feedback);
  g_test_add_func ("/dialogs/grows", test_grows);
  g_test_add_func ("/dialogs/report", test_report);
  g_test_add_func ("/dialogs/log", test_log);
  g_test_add_func ("/dialogs/sign", test_sign);
  g_test_add_func ("/dialogs/reasons", test_reasons);
  g_test_add_func ("/dialogs/end", test_end);
  g_test_add_func ("/resources/table", test_resources);
  g_test_add_func ("/plans/window", test_plans);

  int result = g_test_run ();
  fixture_free (shared);
  return result;
}
