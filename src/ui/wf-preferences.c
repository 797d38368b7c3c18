/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-preferences.h"

#include "wf-base-map.h"
#include "wf-map-import-dialog.h"
#include "wf-map-style.h"
#include "wf-mbtiles.h"
#include "wf-position-settings.h"
#include "wf-session-tiles.h"
#include "wf-symbol-set.h"
#include "wf-tile-cache.h"
#include "wf-ui-util.h"
#include "wf-worker.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * WfPreferences:
 *
 * What a person may set: the style, the sound of alarms, an own map, own symbols and a tile server. The language follows the
 * system. A map file is read through before it is taken; one that is malformed is refused with the reason, and changes nothing.
 */
struct _WfPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow  *style;
  GtkSwitch    *sound;
  AdwActionRow *map_file;
  GtkWidget    *map_choose;
  GtkWidget    *map_remove;
  GtkWidget    *map_import;
  AdwActionRow *symbols;
  GtkWidget    *symbols_choose;
  GtkWidget    *symbols_remove;
  AdwComboRow  *map_datum;
  AdwComboRow  *centre_map;
  AdwEntryRow  *server;
  GtkLabel     *server_wrong;
  AdwEntryRow  *server_attribution;
  AdwComboRow  *server_datum;
  AdwActionRow *cache_row;
  GtkSpinButton *cache_limit;
  GtkWidget    *cache_clear;

  GSettings            *settings;    /* (owned) */
  GtkFileChooserNative *chooser;     /* (owned) (nullable) */
  GCancellable         *cancellable; /* (owned) of the check under way */
  AdwPreferencesGroup  *centre;      /* (owned) (nullable) what is set for the whole centre */
  GtkWidget            *positions;   /* (unowned) (nullable) what stands in it */
  GPtrArray            *sets;        /* (owned) (nullable) (element-type WfTileSet) the centre's maps; the first row is none */
  WfSymbolSet          *symbol_set;  /* (owned) (nullable) the own symbols, to be looked through */
};

G_DEFINE_FINAL_TYPE (WfPreferences, wf_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static const char *const schemes[] = { "system", "light", "dark" };

static gboolean
scheme_to_row (GValue   *value,
               GVariant *variant,
               gpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_variant_get_string (variant, NULL), schemes[i]))
      g_value_set_uint (value, i);

  return TRUE;
}

static GVariant *
row_to_scheme (const GValue       *value,
               const GVariantType *type,
               gpointer            data)
{
  return g_variant_new_string (schemes[MIN (g_value_get_uint (value), G_N_ELEMENTS (schemes) - 1)]);
}

/* --- the own map ------------------------------------------------------------------------------------------------- */

static void
show_map_file (WfPreferences *self)
{
  g_autofree char *file = g_settings_get_string (self->settings, "map-file");
  g_autofree char *name = *file != '\0' ? g_path_get_basename (file) : NULL;
  g_autofree char *escaped = name != NULL ? g_markup_escape_text (name, -1) : NULL;

  adw_action_row_set_subtitle (self->map_file, escaped != NULL ? escaped : _("None: the maps that come with the program"));
  gtk_widget_set_visible (self->map_remove, *file != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->map_datum), *file != '\0' && !g_str_has_suffix (file, ".wfmap"));
  gtk_widget_set_sensitive (self->map_choose, TRUE);
}

static void
check_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  GError *error = NULL;

  if (wf_map_file_check (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  WfPreferences *self = WF_PREFERENCES (object);
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (good)
    g_settings_set_string (self->settings, "map-file", g_task_get_task_data (G_TASK (result)));
  show_map_file (self);
  if (!good)
    {
      g_autofree char *reason = g_markup_escape_text (error->message, -1);
      /* TRANSLATORS: what follows is the file, the place in it and what is wrong there */
      g_autofree char *text = g_strdup_printf (_("The file is refused, nothing has changed. %s"), reason);

      adw_action_row_set_subtitle (self->map_file, text);
    }
}

static void
chosen_cb (WfPreferences *self,
           int            response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  g_clear_object (&self->chooser);
  if (path != NULL)
    wf_preferences_take_map_file (self, path);
}

static void
choose_cb (WfPreferences *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Map packs and MBTiles"));
  gtk_file_filter_add_suffix (filter, "wfmap");
  gtk_file_filter_add_suffix (filter, "mbtiles");
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Choose a Map"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- a map of another program ------------------------------------------------------------------------------------ */

static void
imported_cb (WfPreferences *self,
             const char    *pack)
{
  wf_preferences_take_map_file (self, pack);
}

static void
import_chosen_cb (WfPreferences *self,
                  int            response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  GtkWidget *dialog;

  g_clear_object (&self->chooser);
  if (path == NULL)
    return;
  dialog = wf_map_import_dialog_new (path, NULL);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (self));
  g_signal_connect_object (dialog, "imported", G_CALLBACK (imported_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
import_cb (WfPreferences *self)
{
  static const char *const suffixes[] = { "geojson", "json", "gpkg", "shp" };
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("GeoJSON, GeoPackage and Shapefile"));
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Import a Map"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (import_chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
remove_cb (WfPreferences *self)
{
  g_settings_reset (self->settings, "map-file");
  g_settings_reset (self->settings, "map-file-datum");
  show_map_file (self);
}

/* --- own symbols ------------------------------------------------------------------------------------------------- */

static void
symbol_refused_cb (WfPreferences *self,
                   const char    *reason)
{
  g_autofree char *escaped = g_markup_escape_text (reason, -1);
  g_autofree char *text = g_strdup_printf ("%s\n%s", adw_action_row_get_subtitle (self->symbols), escaped);

  adw_action_row_set_subtitle (self->symbols, text);
}

/* The folder, and below it what cannot be used of it: the shipped symbols stand in for that. */
static void
show_symbols (WfPreferences *self)
{
  static const double size = 16.0;
  g_autofree char *folder = g_settings_get_string (self->settings, "map-symbols");
  g_autofree char *escaped = g_markup_escape_text (folder, -1);

  adw_action_row_set_subtitle (self->symbols, *folder != '\0' ? escaped : _("None: the symbols that come with the program"));
  gtk_widget_set_visible (self->symbols_remove, *folder != '\0');
  g_clear_object (&self->symbol_set);
  if (*folder == '\0')
    return;

  self->symbol_set = wf_symbol_set_new (folder);
  g_signal_connect_object (self->symbol_set, "refused", G_CALLBACK (symbol_refused_cb), self, G_CONNECT_SWAPPED);
  wf_symbol_set_prepare (self->symbol_set, wf_map_style_get (FALSE), &size, 1, 1);
}

static void
symbols_chosen_cb (WfPreferences *self,
                   int            response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  g_clear_object (&self->chooser);
  if (path == NULL)
    return;
  g_settings_set_string (self->settings, "map-symbols", path);
  show_symbols (self);
}

static void
symbols_choose_cb (WfPreferences *self)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Choose a Folder of Symbols"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (symbols_chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
symbols_remove_cb (WfPreferences *self)
{
  g_settings_reset (self->settings, "map-symbols");
  show_symbols (self);
}

/* --- the tile server --------------------------------------------------------------------------------------------- */

/* What the settings call the choices of a row, in the order of the row. */
static const char *const file_data[] = { "wgs84", "gcj02", "bd09", NULL };
static const char *const server_images[] = { "wgs84", "gcj02", "bd09", "baidu", NULL };

static gboolean
name_to_row (GValue   *value,
             GVariant *variant,
             gpointer  data)
{
  const char *const *names = data;
  const char *name = g_variant_get_string (variant, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      g_value_set_uint (value, i);

  return TRUE;
}

static GVariant *
row_to_name (const GValue       *value,
             const GVariantType *type,
             gpointer            data)
{
  const char *const *names = data;

  return g_variant_new_string (names[MIN (g_value_get_uint (value), g_strv_length ((char **) names) - 1)]);
}

static void
server_edited_cb (WfPreferences *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->server_wrong), FALSE);
}

/* An address that is none changes nothing. */
static void
server_cb (WfPreferences *self)
{
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->server))));
  g_autofree char *attribution = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->server_attribution))));
  g_autoptr (GError) error = NULL;

  if (*address != '\0' && !wf_base_map_check_url (address, &error))
    {
      gtk_label_set_text (self->server_wrong, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->server_wrong), TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->server));
      return;
    }

  g_settings_set_string (self->settings, "map-server-attribution", attribution);
  g_settings_set_string (self->settings, "map-server", address);
}

/* --- the centre's map -------------------------------------------------------------------------------------------- */

static void
centre_map_cb (WfPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->centre_map);
  const WfTileSet *set = self->sets != NULL && selected > 0 && selected <= self->sets->len
                           ? g_ptr_array_index (self->sets, selected - 1) : NULL;

  if (self->sets == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (set == NULL)
    g_settings_reset (self->settings, "map-centre");
  else
    g_settings_set (self->settings, "map-centre", "(sssu)", set->set, set->attribution, wf_datum_get_id (set->datum),
                    (guint) set->max_zoom);
}

/* None, and what the service has; one that it has no longer stays as long as somebody has it chosen. */
static void
show_sets (WfPreferences *self,
           GPtrArray     *sets)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GVariant) chosen = g_settings_get_value (self->settings, "map-centre");
  guint selected = 0;
  const char *set;

  g_variant_get_child (chosen, 0, "&s", &set);
  gtk_string_list_append (names, _("Not used"));
  for (guint i = 0; i < sets->len; i++)
    {
      const WfTileSet *one = g_ptr_array_index (sets, i);

      gtk_string_list_append (names, one->name);
      if (strcmp (one->set, set) == 0)
        selected = i + 1;
    }
  if (*set != '\0' && selected == 0)
    {
      WfTileSet *gone = g_new0 (WfTileSet, 1);

      gone->set = g_strdup (set);
      gone->name = g_strdup (set);
      gone->attribution = g_strdup ("");
      g_ptr_array_add (sets, gone);
      gtk_string_list_append (names, set);
      selected = sets->len;
    }

  /* Nothing of this is a choice of the person. */
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  adw_combo_row_set_model (self->centre_map, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->centre_map, selected);
  self->sets = g_ptr_array_ref (sets);
  gtk_widget_set_visible (GTK_WIDGET (self->centre_map), sets->len > 0);
}

static void
sets_listed_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (WfPreferences) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = wf_session_list_tile_sets_finish (WF_SESSION (object), result, &error);

  if (self->settings == NULL)
    return;
  if (sets == NULL)
    sets = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_tile_set_free);
  show_sets (self, sets);
}

/* --- the tiles that are kept ------------------------------------------------------------------------------------- */

/* On the disk another thread looks: the map may be writing there. */
static void
measure_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      data,
                   GCancellable *cancellable)
{
  g_autofree char *path = wf_tile_cache_find_path ();
  GError *error = NULL;

  if (GPOINTER_TO_INT (data) > 0 && g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autoptr (WfTileCache) cache = wf_tile_cache_open (path, (gint64) GPOINTER_TO_INT (data) << 20, &error);

      if (cache == NULL || !wf_tile_cache_clear (cache, &error))
        {
          g_task_return_error (task, error);
          return;
        }
    }
  g_task_return_int (task, wf_tile_cache_measure (path));
}

static void
measured_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  WfPreferences *self = WF_PREFERENCES (object);
  g_autoptr (GError) error = NULL;
  gssize bytes = g_task_propagate_int (G_TASK (result), &error);

  if (self->settings == NULL)
    return;

  g_autofree char *size = bytes >= 0 ? g_format_size_full ((guint64) bytes, G_FORMAT_SIZE_IEC_UNITS) : NULL;
  g_autofree char *text = size != NULL ? g_strdup_printf (_("Now: %s. The oldest used go first."), size)
                                       : g_markup_escape_text (error->message, -1);

  adw_action_row_set_subtitle (self->cache_row, text);
  gtk_widget_set_sensitive (self->cache_clear, TRUE);
}

static void
measure_cache (WfPreferences *self,
               gboolean       clear)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, measured_cb, NULL);

  gtk_widget_set_sensitive (self->cache_clear, FALSE);
  g_task_set_task_data (task, GINT_TO_POINTER (clear ? (int) g_settings_get_uint (self->settings, "map-cache") : 0), NULL);
  wf_task_run_in_thread (task, measure_in_thread);
}

static void
cache_clear_cb (WfPreferences *self)
{
  measure_cache (self, TRUE);
}

static void
wf_preferences_dispose (GObject *object)
{
  WfPreferences *self = WF_PREFERENCES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->symbol_set);
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  /* libadwaita 1.2 does not let go of a page that was added, and what stands on this one holds the session. */
  if (self->centre != NULL)
    adw_preferences_group_remove (self->centre, g_steal_pointer (&self->positions));
  g_clear_object (&self->centre);
  gtk_widget_dispose_template (GTK_WIDGET (object), WF_TYPE_PREFERENCES);

  G_OBJECT_CLASS (wf_preferences_parent_class)->dispose (object);
}

static void
wf_preferences_class_init (WfPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/wf-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, style);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, sound);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, map_file);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, map_choose);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, map_remove);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, map_import);
  gtk_widget_class_bind_template_callback (widget_class, import_cb);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, symbols);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, symbols_choose);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, symbols_remove);
  gtk_widget_class_bind_template_callback (widget_class, symbols_choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, symbols_remove_cb);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, map_datum);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, centre_map);
  gtk_widget_class_bind_template_callback (widget_class, centre_map_cb);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, server);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, server_wrong);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, server_attribution);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, server_datum);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, cache_row);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, cache_limit);
  gtk_widget_class_bind_template_child (widget_class, WfPreferences, cache_clear);
  gtk_widget_class_bind_template_callback (widget_class, cache_clear_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_edited_cb);
}

static void
wf_preferences_init (WfPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_widen_window (GTK_WINDOW (self));
  self->cancellable = g_cancellable_new ();
  wf_ui_set_name (self->map_choose, _("Choose an own map"));
  wf_ui_set_name (self->map_remove, _("Remove the own map"));
  wf_ui_set_name (self->map_import, _("Import a map of another program"));
  wf_ui_set_name (self->symbols_choose, _("Choose own symbols"));
  wf_ui_set_name (self->symbols_remove, _("Remove the own symbols"));
  wf_ui_set_name (GTK_WIDGET (self->server), _("Tile server"));
  wf_ui_set_name (GTK_WIDGET (self->server_attribution), _("Attribution of the tile server"));
  wf_ui_set_name (GTK_WIDGET (self->cache_limit), _("Tiles kept on the disk, at most, in MiB"));
  wf_ui_set_name (self->cache_clear, _("Clear the tiles kept on the disk"));
}

/**
 * wf_preferences_new:
 * @settings: the person's settings
 *
 * Returns: (transfer none): a window that changes them, owned by GTK
 */
GtkWidget *
wf_preferences_new (GSettings *settings)
{
  WfPreferences *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (WF_TYPE_PREFERENCES, NULL);
  g_settings_bind_with_mapping (settings, "color-scheme", self->style, "selected", G_SETTINGS_BIND_DEFAULT,
                                scheme_to_row, row_to_scheme, NULL, NULL);
  g_settings_bind (settings, "alarm-sound", self->sound, "active", G_SETTINGS_BIND_DEFAULT);
  self->settings = g_object_ref (settings);

  g_autofree char *server = g_settings_get_string (settings, "map-server");
  g_autofree char *attribution = g_settings_get_string (settings, "map-server-attribution");
  gtk_editable_set_text (GTK_EDITABLE (self->server), server);
  gtk_editable_set_text (GTK_EDITABLE (self->server_attribution), attribution);
  g_settings_bind_with_mapping (settings, "map-file-datum", self->map_datum, "selected", G_SETTINGS_BIND_DEFAULT,
                                name_to_row, row_to_name, (gpointer) file_data, NULL);
  g_settings_bind_with_mapping (settings, "map-server-datum", self->server_datum, "selected", G_SETTINGS_BIND_DEFAULT,
                                name_to_row, row_to_name, (gpointer) server_images, NULL);
  g_settings_bind (settings, "map-cache", gtk_spin_button_get_adjustment (self->cache_limit), "value", G_SETTINGS_BIND_DEFAULT);
  measure_cache (self, FALSE);
  show_map_file (self);
  show_symbols (self);

  return GTK_WIDGET (self);
}

/**
 * wf_preferences_show_centre:
 * @self: the preferences
 * @session: the session, whose replica can be read
 *
 * Adds a page of what is set for the whole centre, which is no matter of this desk, and the choice of the centre's map.
 */
void
wf_preferences_show_centre (WfPreferences *self,
                            WfSession     *session)
{
  g_return_if_fail (WF_IS_PREFERENCES (self) && WF_IS_SESSION (session));

  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_page_set_title (page, C_ ("preferences", "Centre"));
  adw_preferences_page_set_icon_name (page, "system-users-symbolic");
  self->positions = wf_position_settings_new (session);
  adw_preferences_group_add (group, self->positions);
  adw_preferences_page_add (page, group);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), page);
  g_set_object (&self->centre, group);
  wf_session_list_tile_sets_async (session, NULL, sets_listed_cb, g_object_ref (self));
}

/**
 * wf_preferences_take_map_file:
 * @self: the preferences
 * @path: a map pack or an MBTiles file
 *
 * Reads the file through in a thread, then lays it on the map, or says why not.
 */
void
wf_preferences_take_map_file (WfPreferences *self,
                              const char    *path)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WF_IS_PREFERENCES (self));
  g_return_if_fail (path != NULL);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->map_choose, FALSE);
  adw_action_row_set_subtitle (self->map_file, _("The file is being looked through"));
  task = g_task_new (self, self->cancellable, checked_cb, NULL);
  g_task_set_source_tag (task, wf_preferences_take_map_file);
  g_task_set_task_data (task, g_strdup (path), g_free);
  wf_task_run_in_thread (task, check_in_thread);
}
