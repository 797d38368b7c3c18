/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-form-private.h"

#include "wf-wrap-layout.h"

#include <string.h>

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

  GPtrArray *fields;  /* of WfFormInput */
  GtkWidget *last_row;
  WfContext *context; /* (owned) (nullable) */
  int64_t    now;
  gboolean   filling;
  gboolean   even;
};

enum {
  SIGNAL_CHANGED,
  SIGNAL_PICK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfForm, wf_form, GTK_TYPE_WIDGET)

static WfFormInput *
find_field (WfForm     *self,
            const char *key)
{
  for (guint i = 0; key != NULL && i < self->fields->len; i++)
    {
      WfFormInput *field = g_ptr_array_index (self->fields, i);

      if (strcmp (field->key, key) == 0)
        return field;
    }

  return NULL;
}

/* --- what fields tell --- */

void
wf_form_input_changed (WfForm      *self,
                       WfFormInput *field)
{
  if (self->context != NULL)
    wf_form_input_judge (field, wf_context_get_session (self->context));
  if (self->filling)
    return;

  wf_form_input_set_error (field, NULL);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, field->key);
}

void
wf_form_input_pick (WfForm      *self,
                    WfFormInput *field)
{
  g_signal_emit (self, signals[SIGNAL_PICK], 0, field->key);
}

/* A place that was found by its name has coordinates: they go into the field of coordinates that follows. */
void
wf_form_input_chosen (WfForm      *self,
                      WfFormInput *field,
                      WfSearchHit *hit)
{
  double longitude, latitude;
  guint at;

  if (field->type != WF_FORM_PLACE || self->context == NULL || !g_ptr_array_find (self->fields, field, &at) ||
      !wf_context_locate (self->context, hit, &longitude, &latitude))
    return;

  for (guint i = at + 1; i < self->fields->len; i++)
    {
      WfFormInput *point = g_ptr_array_index (self->fields, i);

      if (point->type != WF_FORM_POINT)
        continue;

      wf_form_place (self, point->key, longitude, latitude);
      return;
    }
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

  WfFormInput *field = wf_form_input_new (spec);

  if (self->context != NULL)
    wf_form_input_set_index (field, wf_context_get_search_index (self->context));
  if (!spec->beside || self->last_row == NULL)
    {
      GtkLayoutManager *layout = wf_wrap_layout_new (10, 8);

      self->last_row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      wf_wrap_layout_set_even (WF_WRAP_LAYOUT (layout), self->even);
      gtk_widget_set_layout_manager (self->last_row, layout);
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
      WfFormInput *field = g_ptr_array_index (self->fields, i);

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
  WfForm *self = WF_FORM (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->fields, g_ptr_array_unref);

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
  signals[SIGNAL_PICK] = g_signal_new ("pick", WF_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
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
  self->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_form_input_free);
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
 * wf_form_set_context:
 * @self: a form
 * @context: what the screens work with
 *
 * Gives the form the time, and its names a place to be found.
 */
void
wf_form_set_context (WfForm    *self,
                     WfContext *context)
{
  g_return_if_fail (WF_IS_FORM (self));
  g_return_if_fail (WF_IS_CONTEXT (context));

  g_set_object (&self->context, context);
  self->now = wf_context_now (context);
  for (guint i = 0; i < self->fields->len; i++)
    wf_form_input_set_index (g_ptr_array_index (self->fields, i), wf_context_get_search_index (context));
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

  WfFormInput *field = find_field (self, key);

  g_return_if_fail (field != NULL && field->values != NULL);

  gboolean before = self->filling;
  self->filling = TRUE;
  wf_form_input_set_choices (field, values, labels);
  self->filling = before;
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
  WfFormInput *field = find_field (self, key);

  if (field == NULL || owned == NULL)
    return;

  gboolean before = self->filling;
  self->filling = TRUE;

  wf_form_input_set (field, owned, self->now);
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
 * wf_form_place:
 * @self: a form
 * @key: a field for a point
 * @longitude: degrees east
 * @latitude: degrees north
 *
 * A person has picked a place.
 */
void
wf_form_place (WfForm     *self,
               const char *key,
               double      longitude,
               double      latitude)
{
  g_return_if_fail (WF_IS_FORM (self));

  WfFormInput *field = find_field (self, key);

  g_return_if_fail (field != NULL && field->type == WF_FORM_POINT);
  wf_form_set (self, key, wf_value_point (longitude, latitude));
  wf_form_input_changed (self, field);
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
      WfFormInput *field = g_ptr_array_index (self->fields, i);
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

  WfFormInput *field = find_field (self, key);

  if (field == NULL)
    return NULL;
  if (field->values != NULL)
    return g_strdup (wf_form_input_get_choice (field));

  g_autofree char *text = wf_form_input_get_text (field);
  return text[0] != '\0' ? g_steal_pointer (&text) : NULL;
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
      WfFormInput *field = g_ptr_array_index (self->fields, i);
      const char *error = NULL;
      const char *dot = strchr (field->key, '.');

      if (!gtk_widget_get_visible (field->cell))
        continue;

      GVariant *read = wf_form_input_read (field, self->now, &error);

      if (strict)
        wf_form_input_set_error (field, error);
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

  WfFormInput *found = find_field (self, name);

  for (guint i = 0; name != NULL && found == NULL && i < self->fields->len; i++)
    {
      WfFormInput *field = g_ptr_array_index (self->fields, i);
      const char *dot = strchr (field->key, '.');

      if (dot != NULL &&
          (strcmp (dot + 1, name) == 0 || (strncmp (field->key, name, dot - field->key) == 0 && name[dot - field->key] == '\0')))
        found = field;
    }

  if (found == NULL || !gtk_widget_get_visible (found->cell))
    return FALSE;

  wf_form_input_set_error (found, message);
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
    wf_form_input_set_error (g_ptr_array_index (self->fields, i), NULL);
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

  WfFormInput *field = find_field (self, key);

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

  WfFormInput *field = find_field (self, key);

  g_return_if_fail (field != NULL);
  gtk_widget_set_visible (field->cell, shown);

  /* A row without a field in it takes no room. */
  GtkWidget *row = gtk_widget_get_parent (field->cell);
  gboolean any = FALSE;

  for (GtkWidget *cell = gtk_widget_get_first_child (row); cell != NULL; cell = gtk_widget_get_next_sibling (cell))
    any |= gtk_widget_get_visible (cell);
  gtk_widget_set_visible (row, any);
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

  WfFormInput *field = find_field (self, key);
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

  WfFormInput *field = find_field (self, key);
  return field != NULL && gtk_widget_get_visible (field->error) ? gtk_label_get_text (GTK_LABEL (field->error)) : NULL;
}
