/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-form-private.h"

#include "wf-form-time.h"
#include "wf-geo-text.h"
#include "wf-ui-util.h"
#include "wf-wording.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* So many choices stand beside each other, all to be seen at once; more go into a list. */
#define BESIDE_EACH_OTHER 5

/* A list longer than this can be searched. */
#define SEARCHED 12

/**
 * wf_form_input_free:
 * @input: (transfer full): a field, whose control is no longer needed
 */
void
wf_form_input_free (WfFormInput *input)
{
  g_free (input->key);
  g_free (input->label);
  g_free (input->written);
  g_clear_pointer (&input->values, g_ptr_array_unref);
  g_clear_pointer (&input->labels, g_ptr_array_unref);
  g_clear_pointer (&input->buttons, g_ptr_array_unref);
  g_free (input);
}

/**
 * wf_form_input_set_error:
 * @field: a field
 * @message: (nullable): what is wrong with it; %NULL when nothing is
 */
void
wf_form_input_set_error (WfFormInput *field,
                         const char  *message)
{
  gtk_label_set_text (GTK_LABEL (field->error), message != NULL ? message : "");
  gtk_widget_set_visible (field->error, message != NULL);
  wf_ui_set_class (field->widget, "error", message != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (field->widget), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (message != NULL)
    wf_ui_set_description (field->widget, message);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (field->widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

/* --- making fields --- */

static WfForm *
get_form (WfFormInput *field)
{
  GtkWidget *form = gtk_widget_get_ancestor (field->cell, WF_TYPE_FORM);

  return form != NULL ? WF_FORM (form) : NULL;
}

static void
field_changed_cb (GtkWidget   *widget,
                  WfFormInput *field)
{
  if (get_form (field) != NULL)
    wf_form_input_changed (get_form (field), field);
}

static void
buffer_changed_cb (GtkTextBuffer *buffer,
                   WfFormInput         *field)
{
  field_changed_cb (field->widget, field);
}

static void
selected_cb (GtkWidget  *widget,
             GParamSpec *pspec,
             WfFormInput      *field)
{
  field_changed_cb (widget, field);
}

/* Enter goes on to the next field, as on paper; Ctrl+Enter confirms. */
static void
activate_cb (GtkWidget *widget,
             WfFormInput     *field)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (root != NULL)
    gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
}

static GtkWidget *
make_entry (WfFormInput *field)
{
  GtkWidget *entry = gtk_entry_new ();

  if (field->type == WF_FORM_NUMBER || field->type == WF_FORM_DECIMAL)
    {
      gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 5);
      gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 8);
      gtk_widget_add_css_class (entry, "numeric");
    }
  else if (field->type == WF_FORM_TIME)
    {
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 12);
      gtk_widget_add_css_class (entry, "numeric");
      gtk_widget_set_tooltip_text (entry, _("Such as 21:07, 07-14 21:07 or 2026-07-14 21:07"));
    }
  else
    {
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 10);
    }

  g_signal_connect (entry, "changed", G_CALLBACK (field_changed_cb), field);
  g_signal_connect (entry, "activate", G_CALLBACK (activate_cb), field);
  field->widget = entry;
  return entry;
}

static GtkWidget *
make_text (WfFormInput *field)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 62);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 220);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_widget_add_css_class (scrolled, "wf-text");
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "changed", G_CALLBACK (buffer_changed_cb), field);
  field->widget = view;
  return scrolled;
}

static void
add_button (WfFormInput      *field,
            const char *label)
{
  GtkWidget *button = gtk_check_button_new_with_label (label);

  if (field->buttons->len > 0)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (button), g_ptr_array_index (field->buttons, 0));
  g_signal_connect (button, "toggled", G_CALLBACK (field_changed_cb), field);
  g_ptr_array_add (field->buttons, button);
  gtk_box_append (GTK_BOX (field->holder), button);
}

static void
fill_choices (WfFormInput             *field,
              const char *const *values,
              const char *const *labels)
{
  GtkWidget *child;

  g_ptr_array_set_size (field->values, 0);
  g_ptr_array_set_size (field->buttons, 0);
  while ((child = gtk_widget_get_first_child (field->holder)) != NULL)
    gtk_box_remove (GTK_BOX (field->holder), child);

  guint n = g_strv_length ((char **) values);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (field->values, g_strdup (values[i]));

  if (n <= BESIDE_EACH_OTHER)
    {
      for (guint i = 0; i < n; i++)
        add_button (field, labels[i]);
      field->widget = n > 0 ? g_ptr_array_index (field->buttons, 0) : field->holder;
      return;
    }

  GtkWidget *down = gtk_drop_down_new_from_strings (labels);

  gtk_widget_set_hexpand (down, TRUE);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (down), GTK_INVALID_LIST_POSITION);
  if (n > SEARCHED)
    {
      g_autoptr (GtkExpression) expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

      gtk_drop_down_set_expression (GTK_DROP_DOWN (down), expression);
      gtk_drop_down_set_enable_search (GTK_DROP_DOWN (down), TRUE);
    }
  g_signal_connect (down, "notify::selected", G_CALLBACK (selected_cb), field);
  gtk_box_append (GTK_BOX (field->holder), down);
  field->widget = down;
}

static GtkWidget *
make_choice (WfFormInput             *field,
             const char *const *choices)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  field->values = g_ptr_array_new_with_free_func (g_free);
  field->buttons = g_ptr_array_new ();
  field->holder = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (field->holder, wf_wrap_layout_new (12, 2));

  for (gsize i = 0; choices != NULL && choices[i] != NULL; i++)
    g_ptr_array_add (labels, (gpointer) wf_wording_value (field->wording, choices[i]));
  g_ptr_array_add (labels, NULL);

  const char *const none[] = { NULL };
  fill_choices (field, choices != NULL ? choices : none, (const char *const *) labels->pdata);
  return field->holder;
}

static GtkWidget *
make_check (WfFormInput      *field,
            const char *label)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_signal_connect (check, "toggled", G_CALLBACK (field_changed_cb), field);
  field->widget = check;
  return check;
}

static void
pick_cb (GtkWidget   *button,
         WfFormInput *field)
{
  if (get_form (field) != NULL)
    wf_form_input_pick (get_form (field), field);
}

/* As the person who wrote it meant it. */
static void
taken_cb (WfDoubtRow  *row,
          double       lon,
          double       lat,
          WfFormInput *field)
{
  if (field->type == WF_FORM_POINT)
    {
      g_autofree char *text = wf_geo_format (lon, lat, WF_GEO_NOTATION_PLAIN);

      gtk_editable_set_text (GTK_EDITABLE (field->widget), text);
      return;
    }

  g_autofree char *written = wf_form_input_get_text (field);
  g_autofree char *mended = wf_doubt_row_mend_lines (row, written);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->widget)), mended, -1);
}

/* A place: two numbers, in whatever notation, or a click on the map. */
static GtkWidget *
make_point (WfFormInput *field)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *button = gtk_button_new_with_label (_("Pick on the map"));

  gtk_widget_set_layout_manager (box, wf_wrap_layout_new (6, 4));

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 10);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_widget_add_css_class (entry, "numeric");
  gtk_widget_set_tooltip_text (entry, _("Such as 109.6880, 40.6200; or pick it on the map"));
  gtk_widget_set_tooltip_text (button, _("The form steps aside; the next click on the map is the place. Esc goes back."));
  g_signal_connect (entry, "changed", G_CALLBACK (field_changed_cb), field);
  g_signal_connect (entry, "activate", G_CALLBACK (activate_cb), field);
  g_signal_connect (button, "clicked", G_CALLBACK (pick_cb), field);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), button);
  field->widget = entry;
  return box;
}

static void
chosen_cb (WfSuggestEntry *entry,
           WfSearchHit    *hit,
           WfFormInput    *field)
{
  if (get_form (field) != NULL)
    wf_form_input_chosen (get_form (field), field, hit);
}

/* A name that is found by its characters, its pinyin or its initials. */
static GtkWidget *
make_suggest (WfFormInput *field)
{
  field->suggest = g_object_new (WF_TYPE_SUGGEST_ENTRY, NULL);
  if (field->type == WF_FORM_SUGGEST)
    {
      field->values = g_ptr_array_new_with_free_func (g_free);
      field->labels = g_ptr_array_new_with_free_func (g_free);
    }
  field->widget = wf_suggest_entry_get_entry (field->suggest);
  g_signal_connect (field->suggest, "changed", G_CALLBACK (field_changed_cb), field);
  g_signal_connect (field->suggest, "chosen", G_CALLBACK (chosen_cb), field);
  g_signal_connect (field->widget, "activate", G_CALLBACK (activate_cb), field);
  return GTK_WIDGET (field->suggest);
}

static GtkWidget *
make_widget (WfFormInput             *field,
             const WfFormField *spec)
{
  switch (field->type)
    {
    case WF_FORM_TEXT:
      return make_text (field);
    case WF_FORM_CHOICE:
      return make_choice (field, spec->choices);
    case WF_FORM_CHECK:
      return make_check (field, _(spec->label));
    case WF_FORM_POINT:
      return make_point (field);
    case WF_FORM_PLACE:
    case WF_FORM_SUGGEST:
      return make_suggest (field);
    case WF_FORM_LINE:
    case WF_FORM_NUMBER:
    case WF_FORM_DECIMAL:
    case WF_FORM_TIME:
    default:
      return make_entry (field);
    }
}

static void
name_widget (WfFormInput *field,
             const char  *label)
{
  if (field->suggest != NULL)
    wf_suggest_entry_set_name (field->suggest, label, field->type == WF_FORM_PLACE
                                                        ? _("Name of a place, firm or unit")
                                                        : _("Characters, pinyin or initials; ↓ for the list"));
  else if (field->buttons != NULL && field->buttons->len > 0)
    wf_ui_set_name (field->holder, label);
  else
    wf_ui_set_name (field->widget, label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (field->widget), GTK_ACCESSIBLE_PROPERTY_REQUIRED,
                                  field->required, -1);
}

static GtkWidget *
new_name_label (const WfFormField *spec)
{
  /* Translators: a field's name with the mark of a field that must be filled in */
  g_autofree char *text = spec->required ? g_strdup_printf (_("%s *"), _(spec->label)) : g_strdup (_(spec->label));
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, _(spec->label));
  gtk_widget_add_css_class (label, "wf-field-label");
  gtk_widget_add_css_class (label, "dim-label");

  return label;
}

/**
 * wf_form_input_new:
 * @spec: a row of a form's table
 *
 * Returns: (transfer full): the field with its control, in a cell of its own
 */
WfFormInput *
wf_form_input_new (const WfFormField *spec)
{
  WfFormInput *field = g_new0 (WfFormInput, 1);
  GtkWidget *widget;

  field->key = g_strdup (spec->key);
  field->label = g_strdup (_(spec->label));
  field->type = spec->type;
  field->required = spec->required;
  field->wording = spec->wording;
  field->cell = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  field->error = gtk_label_new (NULL);
  widget = make_widget (field, spec);

  if (spec->type != WF_FORM_CHECK)
    gtk_box_append (GTK_BOX (field->cell), new_name_label (spec));
  gtk_box_append (GTK_BOX (field->cell), widget);
  gtk_label_set_xalign (GTK_LABEL (field->error), 0);
  gtk_label_set_wrap (GTK_LABEL (field->error), TRUE);
  gtk_widget_add_css_class (field->error, "error");
  gtk_widget_add_css_class (field->error, "wf-field-error");
  gtk_widget_set_visible (field->error, FALSE);
  gtk_box_append (GTK_BOX (field->cell), field->error);
  if (spec->type == WF_FORM_POINT || (spec->type == WF_FORM_TEXT && g_strcmp0 (spec->wording, WF_FORM_POINTS) == 0))
    {
      field->doubt = WF_DOUBT_ROW (wf_doubt_row_new ());
      g_signal_connect (field->doubt, "taken", G_CALLBACK (taken_cb), field);
      gtk_box_append (GTK_BOX (field->cell), GTK_WIDGET (field->doubt));
    }
  gtk_widget_set_hexpand (field->cell, TRUE);
  name_widget (field, _(spec->label));

  return field;
}

/**
 * wf_form_input_set_choices:
 * @field: a choice
 * @values: (array zero-terminated=1): its values
 * @labels: (array zero-terminated=1): what they are called
 */
void
wf_form_input_set_choices (WfFormInput       *field,
                           const char *const *values,
                           const char *const *labels)
{
  if (field->suggest == NULL)
    {
      fill_choices (field, values, labels);
      return;
    }

  g_ptr_array_set_size (field->values, 0);
  g_ptr_array_set_size (field->labels, 0);
  for (gsize i = 0; values[i] != NULL; i++)
    {
      g_ptr_array_add (field->values, g_strdup (values[i]));
      g_ptr_array_add (field->labels, g_strdup (labels[i]));
    }
}

/**
 * wf_form_input_set_index:
 * @field: a field
 * @index: where names are found
 *
 * Connects a field that suggests names.
 */
void
wf_form_input_set_index (WfFormInput   *field,
                         WfSearchIndex *index)
{
  const char *const kinds[] = { field->wording, NULL };

  if (field->suggest == NULL)
    return;

  wf_suggest_entry_set_index (field->suggest, index, field->type == WF_FORM_PLACE ? wf_suggest_place_kinds : kinds);
  wf_suggest_entry_set_browsable (field->suggest, field->type == WF_FORM_SUGGEST);
}

/**
 * wf_form_input_judge:
 * @field: a field
 * @session: (nullable): whose centre says where its district is
 *
 * Says under coordinates what may be wrong with them.
 */
void
wf_form_input_judge (WfFormInput *field,
                     WfSession   *session)
{
  if (field->doubt == NULL)
    return;
  if (field->type == WF_FORM_TEXT)
    {
      g_autofree char *text = wf_form_input_get_text (field);

      wf_doubt_row_judge_lines (field->doubt, session, text);
    }
  else
    wf_doubt_row_judge (field->doubt, session, gtk_editable_get_text (GTK_EDITABLE (field->widget)));
}

/* --- values --- */

static void
set_text (WfFormInput      *field,
          const char *text)
{
  if (field->type == WF_FORM_TEXT)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->widget)), text, -1);
  else if (field->suggest != NULL)
    wf_suggest_entry_set_text (field->suggest, text);
  else
    gtk_editable_set_text (GTK_EDITABLE (field->widget), text);
}

static void
set_choice (WfFormInput      *field,
            const char *value)
{
  for (guint i = 0; i < field->values->len; i++)
    {
      if (strcmp (g_ptr_array_index (field->values, i), value) != 0)
        continue;

      if (field->suggest != NULL)
        set_text (field, g_ptr_array_index (field->labels, i));
      else if (field->buttons->len > 0)
        gtk_check_button_set_active (g_ptr_array_index (field->buttons, i), TRUE);
      else
        gtk_drop_down_set_selected (GTK_DROP_DOWN (field->widget), i);
    }
}

static void
set_time (WfFormInput *field,
          int64_t      time,
          int64_t      now)
{
  g_autofree char *text = wf_form_time_format (time, now);

  set_text (field, text);
  field->time = time;
  g_free (field->written);
  field->written = g_steal_pointer (&text);
}

/**
 * wf_form_input_set:
 * @field: a field
 * @value: its value, as payloads have it
 * @now: what a time is written against
 */
void
wf_form_input_set (WfFormInput *field,
                   GVariant    *value,
                   int64_t      now)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (field->widget), g_variant_get_boolean (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64) && field->type == WF_FORM_TIME)
    set_time (field, g_variant_get_int64 (value), now);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    {
      g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, g_variant_get_int64 (value));
      set_text (field, number);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    set_text (field, g_ascii_formatd (number, sizeof number, "%.10g", g_variant_get_double (value)));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("(dd)")))
    {
      char lon[G_ASCII_DTOSTR_BUF_SIZE], lat[G_ASCII_DTOSTR_BUF_SIZE];
      double longitude, latitude;

      /* To a metre: more is no help to who reads it out. */
      g_variant_get (value, "(dd)", &longitude, &latitude);
      g_autofree char *text = g_strdup_printf ("%s, %s", g_ascii_formatd (lon, sizeof lon, "%.5f", longitude),
                                               g_ascii_formatd (lat, sizeof lat, "%.5f", latitude));
      set_text (field, text);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) && field->values != NULL)
    set_choice (field, g_variant_get_string (value, NULL));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    set_text (field, g_variant_get_string (value, NULL));
}

/**
 * wf_form_input_get_text:
 * @field: a field that is no choice
 *
 * Returns: (transfer full): what stands in it, without space around it
 */
char *
wf_form_input_get_text (WfFormInput *field)
{
  char *text;

  if (field->type == WF_FORM_TEXT)
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->widget));
      GtkTextIter start, end;

      gtk_text_buffer_get_bounds (buffer, &start, &end);
      text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
    }
  else if (field->type == WF_FORM_CHECK)
    {
      text = g_strdup (gtk_check_button_get_active (GTK_CHECK_BUTTON (field->widget)) ? "true" : "");
    }
  else
    {
      text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (field->widget)));
    }

  return g_strstrip (text);
}

/**
 * wf_form_input_get_choice:
 * @field: a choice
 *
 * Returns: (transfer none) (nullable): the value that is chosen
 */
const char *
wf_form_input_get_choice (WfFormInput *field)
{
  if (field->suggest != NULL)
    {
      for (guint i = 0; i < field->labels->len; i++)
        if (strcmp (g_ptr_array_index (field->labels, i), wf_suggest_entry_get_text (field->suggest)) == 0)
          return g_ptr_array_index (field->values, i);

      return NULL;
    }

  for (guint i = 0; i < field->buttons->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (field->buttons, i)))
      return g_ptr_array_index (field->values, i);

  if (field->buttons->len > 0 || !GTK_IS_DROP_DOWN (field->widget))
    return NULL;

  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (field->widget));
  return selected < field->values->len ? g_ptr_array_index (field->values, selected) : NULL;
}

static GVariant *
read_whole (const char  *text,
            const char **error)
{
  gint64 number;

  if (!g_ascii_string_to_signed (text, 10, 0, G_GINT64_CONSTANT (9000000000000000), &number, NULL))
    {
      *error = _("A whole number is wanted here, such as 3");
      return NULL;
    }

  return wf_value_int (number);
}

static GVariant *
read_decimal (const char  *text,
              const char **error)
{
  char *end;
  double number = g_ascii_strtod (text, &end);

  if (*end != '\0' || !isfinite (number))
    {
      *error = _("A number is wanted here, such as 12.5");
      return NULL;
    }

  return wf_value_double (number);
}

static GVariant *
read_time (WfFormInput *field,
           int64_t      now,
           const char  *text,
           const char **error)
{
  int64_t time;

  /* Left as it was set, it keeps the milliseconds that it does not show. */
  if (field->written != NULL && strcmp (text, field->written) == 0)
    return wf_value_time (field->time);

  if (!wf_form_time_parse (text, now, &time))
    {
      *error = _("A time is wanted here, such as 21:07 or 07-14 21:07");
      return NULL;
    }

  return wf_value_time (time);
}

static GVariant *
read_point (const char  *text,
            const char **error)
{
  double longitude, latitude;

  if (!wf_geo_parse (text, &longitude, &latitude, NULL))
    {
      *error = _("A place is two numbers, such as 109.6880, 40.6200");
      return NULL;
    }

  return wf_value_point (longitude, latitude);
}

/* A choice is one of its values, and nothing that is typed beside them. */
static GVariant *
read_choice (WfFormInput *field,
             const char **error)
{
  const char *value = wf_form_input_get_choice (field);

  if (value != NULL)
    return wf_value_string (value);

  if (field->suggest != NULL && *wf_suggest_entry_get_text (field->suggest) != '\0')
    *error = _("Take one of those that are suggested");
  else if (field->required)
    *error = _("This is needed");
  return NULL;
}

/**
 * wf_form_input_read:
 * @field: a field
 * @now: what a time without a date is read against
 * @error: (out): what is wrong with it; unchanged where nothing is
 *
 * Returns: (transfer floating) (nullable): its value, or %NULL: because nothing stands there, or because of @error
 */
GVariant *
wf_form_input_read (WfFormInput *field,
                    int64_t      now,
                    const char **error)
{
  if (field->type == WF_FORM_CHECK)
    return gtk_check_button_get_active (GTK_CHECK_BUTTON (field->widget)) ? wf_value_bool (TRUE) : NULL;

  if (field->values != NULL)
    return read_choice (field, error);

  g_autofree char *text = wf_form_input_get_text (field);

  if (text[0] == '\0')
    {
      if (field->required)
        *error = _("This is needed");
      return NULL;
    }

  switch (field->type)
    {
    case WF_FORM_NUMBER:
      return read_whole (text, error);
    case WF_FORM_DECIMAL:
      return read_decimal (text, error);
    case WF_FORM_TIME:
      return read_time (field, now, text, error);
    case WF_FORM_POINT:
      return read_point (text, error);
    case WF_FORM_LINE:
    case WF_FORM_PLACE:
    case WF_FORM_SUGGEST:
    case WF_FORM_TEXT:
    case WF_FORM_CHOICE:
    case WF_FORM_CHECK:
    default:
      return wf_value_string (text);
    }
}
