/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-form.h"

#include "wf-form-time.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* So many choices stand beside each other, all to be seen at once; more go into a list. */
#define BESIDE_EACH_OTHER 5

/* A list longer than this can be searched. */
#define SEARCHED 12

typedef struct
{
  char         *key;
  WfFormType    type;
  gboolean      required;
  GtkWidget    *cell;
  GtkWidget    *widget;  /* what is focused */
  GtkWidget    *error;
  GPtrArray    *values;  /* (owned) (nullable): of a choice */
  GPtrArray    *buttons; /* (owned) (nullable): of a choice whose values stand beside each other */
  GtkWidget    *holder;  /* of the buttons */
  const char   *wording;
  int64_t       time;    /* what the time field was set to, and */
  char         *written; /* (owned) how that was written: left alone, it keeps its milliseconds */
} Field;

/**
 * WfForm:
 *
 * Fields below each other, made from a table: each with its name, what it takes, and room for what is wrong with it. It
 * speaks the language of payloads: it is filled from a dictionary and gives one back, and what a rule refuses is shown at
 * the field that the rule names.
 */
struct _WfForm
{
  GtkWidget  parent_instance;

  GPtrArray *fields;  /* of Field */
  GtkWidget *last_row;
  int64_t    now;
  gboolean   filling;
  gboolean   even;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfForm, wf_form, GTK_TYPE_WIDGET)

static void
field_free (gpointer data)
{
  Field *field = data;

  g_free (field->key);
  g_free (field->written);
  g_clear_pointer (&field->values, g_ptr_array_unref);
  g_clear_pointer (&field->buttons, g_ptr_array_unref);
  g_free (field);
}

static Field *
find_field (WfForm     *self,
            const char *key)
{
  for (guint i = 0; key != NULL && i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);

      if (strcmp (field->key, key) == 0)
        return field;
    }

  return NULL;
}

static void
set_error (Field      *field,
           const char *message)
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

static void
changed (WfForm *self,
         Field  *field)
{
  if (self->filling)
    return;

  set_error (field, NULL);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, field->key);
}

static void
field_changed_cb (GtkWidget *widget,
                  Field     *field)
{
  WfForm *self = WF_FORM (gtk_widget_get_ancestor (field->cell, WF_TYPE_FORM));

  if (self != NULL)
    changed (self, field);
}

static void
buffer_changed_cb (GtkTextBuffer *buffer,
                   Field         *field)
{
  field_changed_cb (field->widget, field);
}

static void
selected_cb (GtkWidget  *widget,
             GParamSpec *pspec,
             Field      *field)
{
  field_changed_cb (widget, field);
}

/* Enter goes on to the next field, as on paper; Ctrl+Enter confirms. */
static void
activate_cb (GtkWidget *widget,
             Field     *field)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (root != NULL)
    gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
}

static GtkWidget *
make_entry (Field *field)
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
make_text (Field *field)
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
add_button (Field      *field,
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
fill_choices (Field             *field,
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
make_choice (Field             *field,
             const char *const *choices)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  field->values = g_ptr_array_new_with_free_func (g_free);
  field->buttons = g_ptr_array_new ();
  field->holder = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  for (gsize i = 0; choices != NULL && choices[i] != NULL; i++)
    g_ptr_array_add (labels, (gpointer) wf_wording_value (field->wording, choices[i]));
  g_ptr_array_add (labels, NULL);

  const char *const none[] = { NULL };
  fill_choices (field, choices != NULL ? choices : none, (const char *const *) labels->pdata);
  return field->holder;
}

static GtkWidget *
make_check (Field      *field,
            const char *label)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_signal_connect (check, "toggled", G_CALLBACK (field_changed_cb), field);
  field->widget = check;
  return check;
}

static GtkWidget *
make_widget (Field             *field,
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
    case WF_FORM_LINE:
    case WF_FORM_NUMBER:
    case WF_FORM_DECIMAL:
    case WF_FORM_TIME:
    default:
      return make_entry (field);
    }
}

static void
name_widget (Field      *field,
             const char *label)
{
  if (field->buttons != NULL && field->buttons->len > 0)
    wf_ui_set_name (field->holder, label);
  else
    wf_ui_set_name (field->widget, label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (field->widget), GTK_ACCESSIBLE_PROPERTY_REQUIRED,
                                  field->required, -1);
}

/**
 * wf_form_add:
 * @self: a form
 * @spec: a field
 *
 * Adds a field below those that are there, or beside the last one.
 */
void
wf_form_add (WfForm            *self,
             const WfFormField *spec)
{
  g_return_if_fail (WF_IS_FORM (self));
  g_return_if_fail (spec != NULL && spec->key != NULL);

  Field *field = g_new0 (Field, 1);
  field->key = g_strdup (spec->key);
  field->type = spec->type;
  field->required = spec->required;
  field->wording = spec->wording;
  field->cell = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  field->error = gtk_label_new (NULL);

  GtkWidget *widget = make_widget (field, spec);

  if (spec->type != WF_FORM_CHECK)
    {
      /* Translators: a field's name with the mark of a field that must be filled in */
      g_autofree char *text = spec->required ? g_strdup_printf (_("%s *"), _(spec->label)) : g_strdup (_(spec->label));
      GtkWidget *label = gtk_label_new (text);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_set_tooltip_text (label, _(spec->label));
      gtk_widget_add_css_class (label, "wf-field-label");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (field->cell), label);
    }

  gtk_box_append (GTK_BOX (field->cell), widget);
  gtk_label_set_xalign (GTK_LABEL (field->error), 0);
  gtk_label_set_wrap (GTK_LABEL (field->error), TRUE);
  gtk_widget_add_css_class (field->error, "error");
  gtk_widget_add_css_class (field->error, "wf-field-error");
  gtk_widget_set_visible (field->error, FALSE);
  gtk_box_append (GTK_BOX (field->cell), field->error);
  gtk_widget_set_hexpand (field->cell, TRUE);
  name_widget (field, _(spec->label));

  if (!spec->beside || self->last_row == NULL)
    {
      self->last_row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
      gtk_box_set_homogeneous (GTK_BOX (self->last_row), self->even);
      gtk_widget_set_parent (self->last_row, GTK_WIDGET (self));
    }

  gtk_box_append (GTK_BOX (self->last_row), field->cell);
  g_ptr_array_add (self->fields, field);
}

/* --- overrides --- */

static gboolean
wf_form_grab_focus (GtkWidget *widget)
{
  WfForm *self = WF_FORM (widget);

  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);

      if (gtk_widget_get_visible (field->cell))
        return gtk_widget_grab_focus (field->widget);
    }

  return FALSE;
}

static void
wf_form_dispose (GObject *object)
{
  WfForm *self = WF_FORM (object);
  GtkWidget *child;

  self->filling = TRUE;
  self->last_row = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (wf_form_parent_class)->dispose (object);
}

static void
wf_form_finalize (GObject *object)
{
  g_clear_pointer (&WF_FORM (object)->fields, g_ptr_array_unref);

  G_OBJECT_CLASS (wf_form_parent_class)->finalize (object);
}

static void
wf_form_class_init (WfFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_form_dispose;
  object_class->finalize = wf_form_finalize;
  widget_class->grab_focus = wf_form_grab_focus;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", WF_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wfform");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_form_init (WfForm *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 8);
  self->fields = g_ptr_array_new_with_free_func (field_free);
}

/* --- public --- */

/**
 * wf_form_new:
 * @fields: (array length=n_fields): a table
 * @n_fields: how many rows it has
 *
 * Returns: (transfer floating): a form
 */
GtkWidget *
wf_form_new (const WfFormField *fields,
             gsize              n_fields)
{
  WfForm *self = g_object_new (WF_TYPE_FORM, NULL);

  for (gsize i = 0; i < n_fields; i++)
    wf_form_add (self, &fields[i]);

  return GTK_WIDGET (self);
}

/**
 * wf_form_set_now:
 * @self: a form
 * @now: the time on the scope's clock, which a time without a date is read against
 */
void
wf_form_set_now (WfForm  *self,
                 int64_t  now)
{
  g_return_if_fail (WF_IS_FORM (self));

  self->now = now;
}

/**
 * wf_form_set_choices:
 * @self: a form
 * @key: a choice
 * @values: (array zero-terminated=1): its values
 * @labels: (array zero-terminated=1): what they are called
 *
 * Gives a choice its values where these come from data.
 */
void
wf_form_set_choices (WfForm            *self,
                     const char        *key,
                     const char *const *values,
                     const char *const *labels)
{
  g_return_if_fail (WF_IS_FORM (self));

  Field *field = find_field (self, key);

  g_return_if_fail (field != NULL && field->type == WF_FORM_CHOICE);

  gboolean before = self->filling;
  self->filling = TRUE;
  fill_choices (field, values, labels);
  self->filling = before;
}

static void
set_text (Field      *field,
          const char *text)
{
  if (field->type == WF_FORM_TEXT)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->widget)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (field->widget), text);
}

static void
set_choice (Field      *field,
            const char *value)
{
  for (guint i = 0; i < field->values->len; i++)
    {
      if (strcmp (g_ptr_array_index (field->values, i), value) != 0)
        continue;

      if (field->buttons->len > 0)
        gtk_check_button_set_active (g_ptr_array_index (field->buttons, i), TRUE);
      else
        gtk_drop_down_set_selected (GTK_DROP_DOWN (field->widget), i);
    }
}

static void
set_time (WfForm  *self,
          Field   *field,
          int64_t  time)
{
  g_autofree char *text = wf_form_time_format (time, self->now);

  set_text (field, text);
  field->time = time;
  g_free (field->written);
  field->written = g_steal_pointer (&text);
}

/**
 * wf_form_set:
 * @self: a form
 * @key: a field
 * @value: (transfer none) (nullable): its value, as payloads have it; a floating reference is taken
 */
void
wf_form_set (WfForm     *self,
             const char *key,
             GVariant   *value)
{
  g_return_if_fail (WF_IS_FORM (self));

  g_autoptr (GVariant) owned = value != NULL ? g_variant_ref_sink (value) : NULL;
  Field *field = find_field (self, key);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (field == NULL || owned == NULL)
    return;

  gboolean before = self->filling;
  self->filling = TRUE;

  if (g_variant_is_of_type (owned, G_VARIANT_TYPE_BOOLEAN))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (field->widget), g_variant_get_boolean (owned));
  else if (g_variant_is_of_type (owned, G_VARIANT_TYPE_INT64) && field->type == WF_FORM_TIME)
    set_time (self, field, g_variant_get_int64 (owned));
  else if (g_variant_is_of_type (owned, G_VARIANT_TYPE_INT64))
    {
      g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, g_variant_get_int64 (owned));
      set_text (field, number);
    }
  else if (g_variant_is_of_type (owned, G_VARIANT_TYPE_DOUBLE))
    set_text (field, g_ascii_formatd (number, sizeof number, "%.10g", g_variant_get_double (owned)));
  else if (g_variant_is_of_type (owned, G_VARIANT_TYPE_STRING) && field->type == WF_FORM_CHOICE)
    set_choice (field, g_variant_get_string (owned, NULL));
  else if (g_variant_is_of_type (owned, G_VARIANT_TYPE_STRING))
    set_text (field, g_variant_get_string (owned, NULL));

  self->filling = before;
}

/**
 * wf_form_set_string:
 * @self: a form
 * @key: a field
 * @value: (nullable): its text, or which choice
 */
void
wf_form_set_string (WfForm     *self,
                    const char *key,
                    const char *value)
{
  if (value != NULL)
    wf_form_set (self, key, wf_value_string (value));
}

/**
 * wf_form_fill:
 * @self: a form
 * @values: (nullable): a dictionary; objects in it fill the fields with a dot in their key
 */
void
wf_form_fill (WfForm   *self,
              GVariant *values)
{
  g_return_if_fail (WF_IS_FORM (self));

  for (guint i = 0; values != NULL && i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);
      const char *dot = strchr (field->key, '.');
      g_autoptr (GVariant) value = NULL;

      if (dot != NULL)
        {
          g_autofree char *object = g_strndup (field->key, dot - field->key);
          g_autoptr (GVariant) inner = wf_dict_value (values, object);

          if (inner != NULL && g_variant_is_of_type (inner, G_VARIANT_TYPE_VARDICT))
            value = wf_dict_value (inner, dot + 1);
        }
      else
        {
          value = wf_dict_value (values, field->key);
        }

      if (value != NULL)
        wf_form_set (self, field->key, value);
    }
}

static char *
get_text (Field *field)
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

static const char *
get_choice (Field *field)
{
  for (guint i = 0; i < field->buttons->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (field->buttons, i)))
      return g_ptr_array_index (field->values, i);

  if (field->buttons->len > 0 || !GTK_IS_DROP_DOWN (field->widget))
    return NULL;

  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (field->widget));
  return selected < field->values->len ? g_ptr_array_index (field->values, selected) : NULL;
}

/**
 * wf_form_get_string:
 * @self: a form
 * @key: a field
 *
 * Returns: (transfer full) (nullable): its text or choice, without space around it; %NULL where it is empty
 */
char *
wf_form_get_string (WfForm     *self,
                    const char *key)
{
  g_return_val_if_fail (WF_IS_FORM (self), NULL);

  Field *field = find_field (self, key);

  if (field == NULL)
    return NULL;
  if (field->type == WF_FORM_CHOICE)
    return g_strdup (get_choice (field));

  g_autofree char *text = get_text (field);
  return text[0] != '\0' ? g_steal_pointer (&text) : NULL;
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
read_time (WfForm      *self,
           Field       *field,
           const char  *text,
           const char **error)
{
  int64_t time;

  /* Left as it was set, it keeps the milliseconds that it does not show. */
  if (field->written != NULL && strcmp (text, field->written) == 0)
    return wf_value_time (field->time);

  if (!wf_form_time_parse (text, self->now, &time))
    {
      *error = _("A time is wanted here, such as 21:07 or 07-14 21:07");
      return NULL;
    }

  return wf_value_time (time);
}

/* The field's value, or NULL: because nothing stands there, or because of @error. */
static GVariant *
read_field (WfForm      *self,
            Field       *field,
            const char **error)
{
  if (field->type == WF_FORM_CHECK)
    return gtk_check_button_get_active (GTK_CHECK_BUTTON (field->widget)) ? wf_value_bool (TRUE) : NULL;

  g_autofree char *text = field->type == WF_FORM_CHOICE ? g_strdup (get_choice (field)) : get_text (field);

  if (text == NULL || text[0] == '\0')
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
      return read_time (self, field, text, error);
    case WF_FORM_LINE:
    case WF_FORM_TEXT:
    case WF_FORM_CHOICE:
    case WF_FORM_CHECK:
    default:
      return wf_value_string (text);
    }
}

static void
object_free (gpointer data)
{
  g_variant_dict_unref (data);
}

static GVariant *
read_all (WfForm   *self,
          gboolean  strict)
{
  GVariantDict dict;
  g_autoptr (GHashTable) objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, object_free);
  GtkWidget *first_wrong = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_variant_dict_init (&dict, NULL);

  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);
      const char *error = NULL;
      const char *dot = strchr (field->key, '.');

      if (!gtk_widget_get_visible (field->cell))
        continue;

      GVariant *read = read_field (self, field, &error);

      if (strict)
        set_error (field, error);
      if (strict && error != NULL && first_wrong == NULL)
        first_wrong = field->widget;
      if (read == NULL)
        continue;

      if (dot == NULL)
        {
          g_variant_dict_insert_value (&dict, field->key, read);
          continue;
        }

      g_autofree char *object = g_strndup (field->key, dot - field->key);
      GVariantDict *inner = g_hash_table_lookup (objects, object);

      if (inner == NULL)
        {
          inner = g_variant_dict_new (NULL);
          g_hash_table_insert (objects, g_steal_pointer (&object), inner);
        }
      g_variant_dict_insert_value (inner, dot + 1, read);
    }

  g_hash_table_iter_init (&iter, objects);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_variant_dict_insert_value (&dict, key, g_variant_dict_end (value));

  GVariant *all = g_variant_ref_sink (g_variant_dict_end (&dict));

  if (first_wrong != NULL)
    {
      gtk_widget_grab_focus (first_wrong);
      g_clear_pointer (&all, g_variant_unref);
    }

  return all;
}

/**
 * wf_form_peek:
 * @self: a form
 *
 * Returns: (transfer full): what stands in it so far, without what cannot be read; for previews
 */
GVariant *
wf_form_peek (WfForm *self)
{
  g_return_val_if_fail (WF_IS_FORM (self), NULL);

  return read_all (self, FALSE);
}

/**
 * wf_form_collect:
 * @self: a form
 *
 * Reads the form. What is missing or cannot be read is shown at its field, and the first such field is focused.
 *
 * Returns: (transfer full) (nullable): a dictionary, or %NULL where something is wrong
 */
GVariant *
wf_form_collect (WfForm *self)
{
  g_return_val_if_fail (WF_IS_FORM (self), NULL);

  return read_all (self, TRUE);
}

/**
 * wf_form_show_error:
 * @self: a form
 * @field: (nullable): the field as a problem names it: `approval.at`, or `at`, or the object `approval`
 * @message: what is wrong
 *
 * Shows what is wrong at the field that it is about, and focuses it.
 *
 * Returns: whether the form has the field
 */
gboolean
wf_form_show_error (WfForm     *self,
                    const char *name,
                    const char *message)
{
  g_return_val_if_fail (WF_IS_FORM (self), FALSE);

  Field *found = find_field (self, name);

  for (guint i = 0; name != NULL && found == NULL && i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);
      const char *dot = strchr (field->key, '.');

      if (dot != NULL &&
          (strcmp (dot + 1, name) == 0 || (strncmp (field->key, name, dot - field->key) == 0 && name[dot - field->key] == '\0')))
        found = field;
    }

  if (found == NULL || !gtk_widget_get_visible (found->cell))
    return FALSE;

  set_error (found, message);
  gtk_widget_grab_focus (found->widget);
  return TRUE;
}

/**
 * wf_form_clear_errors:
 * @self: a form
 */
void
wf_form_clear_errors (WfForm *self)
{
  g_return_if_fail (WF_IS_FORM (self));

  for (guint i = 0; i < self->fields->len; i++)
    set_error (g_ptr_array_index (self->fields, i), NULL);
}

/**
 * wf_form_set_even:
 * @self: a form without fields so far
 *
 * Gives fields that stand beside each other the same width, so that they stand in columns.
 */
void
wf_form_set_even (WfForm *self)
{
  g_return_if_fail (WF_IS_FORM (self));

  self->even = TRUE;
}

/**
 * wf_form_set_height:
 * @self: a form
 * @key: a field of several lines
 * @height: how high it is at least
 */
void
wf_form_set_height (WfForm     *self,
                    const char *key,
                    int         height)
{
  g_return_if_fail (WF_IS_FORM (self));

  Field *field = find_field (self, key);

  g_return_if_fail (field != NULL && field->type == WF_FORM_TEXT);
  GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (field->widget, GTK_TYPE_SCROLLED_WINDOW));

  gtk_scrolled_window_set_max_content_height (scrolled, MAX (height, 220));
  gtk_scrolled_window_set_min_content_height (scrolled, height);
}

/**
 * wf_form_show_field:
 * @self: a form
 * @key: a field
 * @shown: whether it is asked for
 *
 * A field that is not shown is not read.
 */
void
wf_form_show_field (WfForm     *self,
                    const char *key,
                    gboolean    shown)
{
  g_return_if_fail (WF_IS_FORM (self));

  Field *field = find_field (self, key);

  g_return_if_fail (field != NULL);
  gtk_widget_set_visible (field->cell, shown);
}

/**
 * wf_form_get_widget:
 * @self: a form
 * @key: a field
 *
 * Returns: (transfer none) (nullable): what is typed into; for tests, and to connect to
 */
GtkWidget *
wf_form_get_widget (WfForm     *self,
                    const char *key)
{
  g_return_val_if_fail (WF_IS_FORM (self), NULL);

  Field *field = find_field (self, key);
  return field != NULL ? field->widget : NULL;
}

/**
 * wf_form_get_error:
 * @self: a form
 * @key: a field
 *
 * Returns: (transfer none) (nullable): what is shown to be wrong with it
 */
const char *
wf_form_get_error (WfForm     *self,
                   const char *key)
{
  g_return_val_if_fail (WF_IS_FORM (self), NULL);

  Field *field = find_field (self, key);
  return field != NULL && gtk_widget_get_visible (field->error) ? gtk_label_get_text (GTK_LABEL (field->error)) : NULL;
}
