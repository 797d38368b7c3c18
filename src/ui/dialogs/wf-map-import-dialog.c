/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-map-import-dialog.h"

#include "wf-import-kind.h"
#include "wf-map-import.h"
#include "wf-map-view.h"
#include "wf-ui-util.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Of the shapes, so many are drawn to look at. */
#define MOST_SHAPES 400

/* What is changed is looked at again after so long. */
#define SETTLE_MS 600

/**
 * WfMapImportDialog:
 *
 * Makes a map pack of a file of another program: shows what layers it has and where it lies, over the map that there is; a
 * person says what each
 * layer is, whose map it is and under which review number (审图号). The file is read in a process of its own, which can be
 * stopped at any time; until
 * the pack is there nothing has changed.
 */
struct _WfMapImportDialog
{
  AdwWindow parent_instance;

  char         *path;   /* (owned) */
  char         *folder; /* (owned) where packs are put */
  GCancellable *cancellable; /* (owned) (nullable) of what is under way */
  guint         settle_id;
  GKeyFile     *found; /* (owned) (nullable) */
  gboolean      importing;

  WfMapView      *map;
  GtkLabel       *summary;
  GtkLabel       *warning;
  GtkLabel       *trouble;
  GtkProgressBar *progress;
  GtkButton      *import;
  AdwComboRow    *datum;
  AdwEntryRow    *crs;
  GtkSwitch      *swap;
  GtkBox         *layers;
  GPtrArray      *rows; /* (owned) (element-type LayerRow) */
  AdwEntryRow    *texts[5];
  GtkSwitch      *opaque;
};

typedef struct
{
  AdwComboRow *kind;
  AdwComboRow *name;
} LayerRow;

enum
{
  SIGNAL_IMPORTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The texts of a pack: how the plan names them, what people call them, whether they are needed. */
static const struct
{
  const char *key;
  const char *title;
  gboolean    needed;
} texts[] = {
  { "name", NC_ ("map import", "Name of the map"), TRUE },
  { "source", NC_ ("map import", "Source of the data"), TRUE },
  { "attribution", NC_ ("map import", "Attribution, as it must stand under the map"), TRUE },
  { "review-number", NC_ ("map import", "Review number (审图号)"), FALSE },
  { "licence", NC_ ("map import", "Terms of use"), FALSE },
};

G_DEFINE_FINAL_TYPE (WfMapImportDialog, wf_map_import_dialog, ADW_TYPE_WINDOW)

/* --- the map ----------------------------------------------------------------------------------------------------- */

static void
show_part (WfMapImportDialog *self,
           const char        *shape,
           GArray            *part,
           int                layer,
           int                number)
{
  g_autofree char *id = g_strdup_printf ("%d-%d", layer, number);

  if (g_str_equal (shape, "polygon") && part->len >= 3)
    wf_map_view_put_zone (self->map, id, WF_MAP_ZONE_PLAIN, (const WfGeoPoint *) (gpointer) part->data, part->len, NULL);
  else if (g_str_equal (shape, "line") && part->len >= 2)
    wf_map_view_put_order_line (self->map, id, (const WfGeoPoint *) (gpointer) part->data, part->len, NULL);
  else if (part->len > 0)
    wf_map_view_put_spot (self->map, id, g_array_index (part, WfGeoPoint, 0).lon, g_array_index (part, WfGeoPoint, 0).lat, NULL);
}

static void
show_outline (WfMapImportDialog *self,
              const char        *group,
              int                layer)
{
  gsize n = 0;
  g_autofree double *outline = g_key_file_get_double_list (self->found, group, "outline", &n, NULL);
  g_autofree char *shape = g_key_file_get_string (self->found, group, "shape", NULL);
  g_autoptr (GArray) part = g_array_new (FALSE, FALSE, sizeof (WfGeoPoint));
  int number = 0;

  for (gsize i = 0; i + 1 < n && number < MOST_SHAPES; i += 2)
    {
      WfGeoPoint point = { outline[i], outline[i + 1] };

      if (!isnan (point.lon))
        {
          g_array_append_val (part, point);
          continue;
        }
      show_part (self, shape != NULL ? shape : "", part, layer, number++);
      g_array_set_size (part, 0);
    }
}

static void
show_map (WfMapImportDialog *self)
{
  gsize n = 0;
  g_autofree double *extent = g_key_file_get_double_list (self->found, "file", "extent", &n, NULL);

  wf_map_view_clear (self->map);
  for (int i = 0; i < g_key_file_get_integer (self->found, "file", "layers", NULL); i++)
    {
      g_autofree char *group = g_strdup_printf ("layer-%d", i);

      show_outline (self, group, i);
    }
  if (n == 4)
    wf_map_view_fit (self->map, &(WfGeoBox) { extent[0], extent[1], extent[2], extent[3] });
}

/* --- what there is ----------------------------------------------------------------------------------------------- */

static gboolean
is_complete (WfMapImportDialog *self)
{
  gboolean some = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->texts[i]))));

      if (texts[i].needed && *text == '\0')
        return FALSE;
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      const LayerRow *row = g_ptr_array_index (self->rows, i);

      some = some || (row->kind != NULL && adw_combo_row_get_selected (row->kind) > 0);
    }

  return some && self->found != NULL;
}

static void
update (WfMapImportDialog *self)
{
  gboolean complete = is_complete (self);

  gtk_widget_set_visible (GTK_WIDGET (self->progress), self->cancellable != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->import), complete && self->cancellable == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->import),
                               complete ? NULL : _("Say what at least one layer is, what the map is called, its source and its attribution."));
}

static AdwComboRow *
add_choice (AdwPreferencesGroup *group,
            const char          *title,
            const char          *name,
            const char *const   *choices,
            guint                selected)
{
  AdwComboRow *row = ADW_COMBO_ROW (adw_combo_row_new ());
  g_autoptr (GtkStringList) list = gtk_string_list_new (choices);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (row, selected);
  wf_ui_set_name (GTK_WIDGET (row), name);
  adw_preferences_group_add (group, GTK_WIDGET (row));

  return row;
}

static guint
find_kind (const char *id)
{
  gsize n;
  const WfImportKind *kinds = wf_import_kinds (&n);

  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (kinds[i].id, id) == 0)
      return (guint) i + 1;

  return 0;
}

static AdwComboRow *
add_kind (WfMapImportDialog   *self,
          AdwPreferencesGroup *group,
          const char          *title,
          const char          *kind)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) choices = NULL;
  g_autofree char *name = NULL;
  gsize n;
  const WfImportKind *kinds = wf_import_kinds (&n);
  AdwComboRow *row;

  g_strv_builder_add (builder, C_ ("map layer", "Not imported"));
  for (gsize i = 0; i < n; i++)
    g_strv_builder_add (builder, g_dpgettext2 (NULL, "map layer", kinds[i].title));
  choices = g_strv_builder_end (builder);
  /* TRANSLATORS: the name of a layer of a file */
  name = g_strdup_printf (_("What “%s” is"), title);
  row = add_choice (group, _("Shown as"), name, (const char *const *) choices, find_kind (kind));
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return row;
}

static AdwComboRow *
add_name (WfMapImportDialog   *self,
          AdwPreferencesGroup *group,
          const char          *title,
          const char          *guess,
          GStrv                fields)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) choices = NULL;
  g_autofree char *name = g_strdup_printf (_("Names of “%s”"), title);
  guint selected = 0;

  g_strv_builder_add (builder, C_ ("map layer", "No names"));
  for (guint i = 0; fields != NULL && fields[i] != NULL; i++)
    {
      g_strv_builder_add (builder, fields[i]);
      if (g_strcmp0 (fields[i], guess) == 0)
        selected = i + 1;
    }
  choices = g_strv_builder_end (builder);

  return add_choice (group, _("Names from the field"), name, (const char *const *) choices, selected);
}

static void
add_layer (WfMapImportDialog *self,
           int                layer)
{
  g_autofree char *key = g_strdup_printf ("layer-%d", layer);
  g_autofree char *title = g_key_file_get_string (self->found, key, "title", NULL);
  g_autofree char *kind = g_key_file_get_string (self->found, key, "kind", NULL);
  g_autofree char *guess = g_key_file_get_string (self->found, key, "name", NULL);
  g_autofree char *crs = g_key_file_get_string (self->found, key, "crs", NULL);
  g_auto (GStrv) fields = g_key_file_get_string_list (self->found, key, "fields", NULL, NULL);
  int n = g_key_file_get_integer (self->found, key, "features", NULL);
  g_autofree char *count = g_strdup_printf (g_dngettext (NULL, "%d feature", "%d features", (gulong) n), n);
  g_autofree char *text = wf_ui_join (" · ", count, *crs != '\0' ? crs : _("no coordinate system"), NULL);
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_autofree char *markup = g_markup_escape_text (title, -1);
  g_autofree char *description = g_markup_escape_text (text, -1);
  LayerRow *row = g_new0 (LayerRow, 1);

  adw_preferences_group_set_title (group, markup);
  adw_preferences_group_set_description (group, description);
  if (n > 0)
    {
      row->kind = add_kind (self, group, title, kind);
      row->name = add_name (self, group, title, guess, fields);
    }
  g_ptr_array_add (self->rows, row);
  gtk_box_append (self->layers, GTK_WIDGET (group));
}

static void
show_layers (WfMapImportDialog *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->layers))) != NULL)
    gtk_box_remove (self->layers, child);
  g_ptr_array_set_size (self->rows, 0);
  for (int i = 0; i < g_key_file_get_integer (self->found, "file", "layers", NULL); i++)
    add_layer (self, i);
}

static void
show_text (GtkLabel   *label,
           const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

/* In one sentence, and below it what is mended or left out. */
static void
show_summary (WfMapImportDialog *self)
{
  g_autofree char *format = g_key_file_get_string (self->found, "file", "format", NULL);
  g_autofree char *warning = g_key_file_get_string (self->found, "file", "warning", NULL);
  g_auto (GStrv) notes = g_key_file_get_string_list (self->found, "file", "notes", NULL, NULL);
  g_autofree char *all = notes != NULL ? g_strjoinv ("\n", notes) : NULL;
  g_autofree char *base = g_path_get_basename (self->path);
  /* TRANSLATORS: a file, its format, how many of its features were mended, how many are left out */
  g_autofree char *text = g_strdup_printf (_("%s (%s): %d mended, %d left out"), base, format,
                                           g_key_file_get_integer (self->found, "file", "mended", NULL),
                                           g_key_file_get_integer (self->found, "file", "left-out", NULL));
  g_autofree char *full = wf_ui_join ("\n", text, wf_ui_nonempty (all), NULL);

  show_text (self->summary, full);
  show_text (self->warning, warning);
}

/* --- looking ----------------------------------------------------------------------------------------------------- */

static GKeyFile *
make_plan (WfMapImportDialog *self)
{
  GKeyFile *plan = g_key_file_new ();
  g_autofree char *crs = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->crs))));
  gsize n_kinds;
  const WfImportKind *kinds = wf_import_kinds (&n_kinds);
  WfGeoBox home;

  WfDatum datum = (WfDatum) MIN (adw_combo_row_get_selected (self->datum), (guint) WF_DATUM_BD09);

  g_key_file_set_string (plan, "file", "datum", wf_datum_get_name (datum));
  g_key_file_set_string (plan, "file", "crs", crs);
  g_key_file_set_boolean (plan, "file", "swap", gtk_switch_get_active (self->swap));
  if (wf_base_map_get_home (wf_map_view_get_base_map (self->map), &home))
    {
      double box[4] = { home.min_lon, home.min_lat, home.max_lon, home.max_lat };

      g_key_file_set_double_list (plan, "file", "district", box, 4);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->texts[i]))));

      g_key_file_set_string (plan, "pack", texts[i].key, text);
    }
  g_key_file_set_boolean (plan, "pack", "opaque", gtk_switch_get_active (self->opaque));
  for (guint i = 0; i < self->rows->len; i++)
    {
      const LayerRow *row = g_ptr_array_index (self->rows, i);
      g_autofree char *group = g_strdup_printf ("layer-%u", i);
      guint kind = row->kind != NULL ? adw_combo_row_get_selected (row->kind) : 0;
      guint name = row->name != NULL ? adw_combo_row_get_selected (row->name) : 0;

      if (kind == 0 || kind > n_kinds)
        continue;
      g_key_file_set_string (plan, group, "kind", kinds[kind - 1].id);
      if (name > 0)
        g_key_file_set_string (plan, group, "name",
                               gtk_string_list_get_string (GTK_STRING_LIST (adw_combo_row_get_model (row->name)), name));
    }

  return plan;
}

static void
progress_cb (double   share,
             gpointer data)
{
  WfMapImportDialog *self = data;

  gtk_progress_bar_set_fraction (self->progress, share);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfMapImportDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) found = wf_map_import_run_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  show_text (self->trouble, error != NULL ? error->message : NULL);
  if (found != NULL)
    {
      gboolean first = self->found == NULL;

      g_clear_pointer (&self->found, g_key_file_unref);
      self->found = g_steal_pointer (&found);
      if (first)
        show_layers (self);
      show_summary (self);
      show_map (self);
    }
  update (self);
}

static void
stop (WfMapImportDialog *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
look (WfMapImportDialog *self)
{
  g_autoptr (GKeyFile) plan = make_plan (self);

  stop (self);
  self->cancellable = g_cancellable_new ();
  gtk_progress_bar_set_text (self->progress, _("The file is being looked through"));
  gtk_progress_bar_set_fraction (self->progress, 0.0);
  wf_map_import_run_async (self->path, NULL, plan, progress_cb, self, self->cancellable, looked_cb, g_object_ref (self));
  update (self);
}

static gboolean
settle_cb (gpointer data)
{
  WfMapImportDialog *self = data;

  self->settle_id = 0;
  look (self);

  return G_SOURCE_REMOVE;
}

/* The place depends on it. */
static void
place_changed_cb (WfMapImportDialog *self)
{
  if (self->importing)
    return;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settle_cb, self);
}

/* --- importing --------------------------------------------------------------------------------------------------- */

/* The name of the map, as a file may be called; another one where that is there already. */
static char *
choose_pack (WfMapImportDialog *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->texts[0]))));

  g_strdelimit (name, "/\\:*?\"<>|\n\t", '-');
  if (*name == '.')
    *name = '-';
  if (strlen (name) > 120)
    *g_utf8_find_prev_char (name, name + 120) = '\0';
  for (int i = 1;; i++)
    {
      g_autofree char *file = i == 1 ? g_strconcat (name, ".wfmap", NULL) : g_strdup_printf ("%s %d.wfmap", name, i);
      g_autofree char *path = g_build_filename (self->folder, file, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (WfMapImportDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) made = wf_map_import_run_finish (result, &error);

  self->importing = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  show_text (self->trouble, error != NULL ? error->message : NULL);
  update (self);
  if (made == NULL)
    return;
  g_signal_emit (self, signals[SIGNAL_IMPORTED], 0, g_object_get_data (G_OBJECT (self), "pack"));
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
import_cb (WfMapImportDialog *self)
{
  g_autoptr (GKeyFile) plan = make_plan (self);
  g_autofree char *pack = choose_pack (self);

  stop (self);
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      show_text (self->trouble, _("The folder of maps cannot be made. Look whether the disk is full."));
      return;
    }
  self->importing = TRUE;
  self->cancellable = g_cancellable_new ();
  gtk_progress_bar_set_text (self->progress, _("The map is being made"));
  gtk_progress_bar_set_fraction (self->progress, 0.0);
  wf_map_import_run_async (self->path, pack, plan, progress_cb, self, self->cancellable, imported_cb, g_object_ref (self));
  g_object_set_data_full (G_OBJECT (self), "pack", g_steal_pointer (&pack), g_free);
  update (self);
}

/* --- the window -------------------------------------------------------------------------------------------------- */

static GtkWidget *
build_header (WfMapImportDialog *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_("_Cancel"));

  self->import = GTK_BUTTON (gtk_button_new_with_mnemonic (_("_Import")));
  gtk_widget_add_css_class (GTK_WIDGET (self->import), "suggested-action");
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), GTK_WIDGET (self->import));
  g_signal_connect_object (cancel, "clicked", G_CALLBACK (gtk_window_close), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->import, "clicked", G_CALLBACK (import_cb), self, G_CONNECT_SWAPPED);

  return header;
}

static GtkLabel *
add_label (GtkBox     *box,
           const char *css_class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (label, 0.0f);
  gtk_label_set_selectable (label, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (label), FALSE);
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (label), css_class);
  gtk_box_append (box, GTK_WIDGET (label));

  return label;
}

static GtkSwitch *
add_switch (AdwPreferencesGroup *group,
            const char          *title,
            const char          *subtitle)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkSwitch *toggle = GTK_SWITCH (gtk_switch_new ());

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
  gtk_widget_set_valign (GTK_WIDGET (toggle), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (row, GTK_WIDGET (toggle));
  adw_action_row_set_activatable_widget (row, GTK_WIDGET (toggle));
  wf_ui_set_name (GTK_WIDGET (toggle), title);
  adw_preferences_group_add (group, GTK_WIDGET (row));

  return toggle;
}

static AdwEntryRow *
add_entry (AdwPreferencesGroup *group,
           const char          *title)
{
  AdwEntryRow *row = ADW_ENTRY_ROW (adw_entry_row_new ());

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  wf_ui_set_name (GTK_WIDGET (row), title);
  adw_preferences_group_add (group, GTK_WIDGET (row));

  return row;
}

static GtkWidget *
build_place (WfMapImportDialog *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  const char *const choices[] = { _("WGS 84 / CGCS2000"), _("GCJ-02"), _("BD-09"), NULL };

  adw_preferences_group_set_title (group, _("Where it lies"));
  self->datum = add_choice (group, _("Datum of the file"), _("Datum of the file"), choices, 0);
  self->crs = add_entry (group, _("Coordinate system, where the file does not say it (EPSG:4547)"));
  self->swap = add_switch (group, _("Latitude comes before longitude"), _("Where the map shows the file in the wrong place."));
  g_signal_connect_object (self->datum, "notify::selected", G_CALLBACK (place_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->crs, "changed", G_CALLBACK (place_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->swap, "notify::active", G_CALLBACK (place_changed_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (group);
}

static GtkWidget *
build_texts (WfMapImportDialog *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, _("Whose map it is"));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      self->texts[i] = add_entry (group, g_dpgettext2 (NULL, "map import", texts[i].title));
      g_signal_connect_object (self->texts[i], "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  self->opaque = add_switch (group, _("Replaces the map below"), _("Inside of its extent nothing of the shipped map is seen."));

  return GTK_WIDGET (group);
}

static void
wf_map_import_dialog_dispose (GObject *object)
{
  WfMapImportDialog *self = WF_MAP_IMPORT_DIALOG (object);

  stop (self);

  G_OBJECT_CLASS (wf_map_import_dialog_parent_class)->dispose (object);
}

static void
wf_map_import_dialog_finalize (GObject *object)
{
  WfMapImportDialog *self = WF_MAP_IMPORT_DIALOG (object);

  g_clear_pointer (&self->found, g_key_file_unref);
  g_ptr_array_unref (self->rows);
  g_free (self->path);
  g_free (self->folder);

  G_OBJECT_CLASS (wf_map_import_dialog_parent_class)->finalize (object);
}

/* Whoever closes the window does not want the file any more. */
static gboolean
wf_map_import_dialog_close_request (GtkWindow *window)
{
  stop (WF_MAP_IMPORT_DIALOG (window));

  return GTK_WINDOW_CLASS (wf_map_import_dialog_parent_class)->close_request (window);
}

static void
wf_map_import_dialog_class_init (WfMapImportDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_map_import_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_map_import_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = wf_map_import_dialog_close_request;

  signals[SIGNAL_IMPORTED] = g_signal_new ("imported", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wf_map_import_dialog_init (WfMapImportDialog *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  g_autoptr (WfBaseMap) base = wf_base_map_new_default ();

  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->map = WF_MAP_VIEW (wf_map_view_new ());
  wf_map_view_set_base_map (self->map, base);
  gtk_widget_set_size_request (GTK_WIDGET (self->map), -1, 240);
  wf_map_view_set_controls_visible (self->map, FALSE);
  wf_ui_set_name (GTK_WIDGET (self->map), _("Where the file lies"));
  gtk_widget_set_margin_start (GTK_WIDGET (box), 18);
  gtk_widget_set_margin_end (GTK_WIDGET (box), 18);
  gtk_widget_set_margin_top (GTK_WIDGET (box), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (box), 18);

  gtk_box_append (GTK_BOX (outer), build_header (self));
  self->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_progress_bar_set_show_text (self->progress, TRUE);
  gtk_box_append (box, GTK_WIDGET (self->progress));
  self->trouble = add_label (box, "error");
  self->warning = add_label (box, "wf-soon");
  gtk_box_append (box, GTK_WIDGET (self->map));
  self->summary = add_label (box, "dim-label");
  self->layers = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  gtk_box_append (box, GTK_WIDGET (self->layers));
  gtk_box_append (box, build_texts (self));
  gtk_box_append (box, build_place (self));

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (box));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (outer), scroller);
  adw_window_set_content (ADW_WINDOW (self), outer);
  gtk_window_set_title (GTK_WINDOW (self), _("Import a Map"));
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), 640, 700);
  wf_ui_widen_window (GTK_WINDOW (self));
  wf_ui_close_on_escape (GTK_WINDOW (self));
  update (self);
}

/**
 * wf_map_import_dialog_new:
 * @path: a GeoJSON file, a GeoPackage or a Shapefile
 * @folder: (nullable): where map packs are put; %NULL for the person's own
 *
 * Begins to look at a file.
 *
 * Returns: (transfer none): a window, owned by GTK
 */
GtkWidget *
wf_map_import_dialog_new (const char *path,
                          const char *folder)
{
  WfMapImportDialog *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (WF_TYPE_MAP_IMPORT_DIALOG, NULL);
  self->path = g_strdup (path);
  self->folder = folder != NULL ? g_strdup (folder) : g_build_filename (g_get_user_data_dir (), "watchfire", "maps", NULL);
  look (self);

  return GTK_WIDGET (self);
}

/**
 * wf_map_import_dialog_is_busy:
 * @self: a dialog
 *
 * Returns: whether a file is being read
 */
gboolean
wf_map_import_dialog_is_busy (WfMapImportDialog *self)
{
  g_return_val_if_fail (WF_IS_MAP_IMPORT_DIALOG (self), FALSE);

  return self->cancellable != NULL || self->settle_id != 0;
}
