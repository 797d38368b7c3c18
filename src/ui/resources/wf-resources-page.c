/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-resources-page.h"

#include "wf-kind.h"
#include "wf-resource-columns.h"
#include "wf-search-key.h"
#include "wf-thing-panel.h"
#include "wf-time.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* Keys for the search are made this many at a time when nothing else is to be done. */
#define KEYS_AT_ONCE 60

/**
 * WfResourcesPage:
 *
 * Everything that can be found, sent or used, a table for each kind: sorted by any column, narrowed down by a few letters,
 * with the card of the selected line beside it.
 */
struct _WfResourcesPage
{
  GtkWidget           parent_instance;

  /* session's list of the kind → filter (search) → sorter of the column view → single selection → column view */
  WfContext          *context; /* (owned) */
  char               *kind;    /* (owned) */
  GListModel         *all;     /* (owned) */
  GtkFilterListModel *found;   /* (owned) */
  GtkCustomFilter    *filter;  /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  char               *query;   /* (owned) folded */
  guint               keys;    /* of the source that makes keys */
  guint               next_key;

  GtkWidget          *root;
  GtkListBox         *kinds;
  GtkSearchEntry     *search;
  GtkWidget          *short_only;
  GtkLabel           *count;
  GtkColumnView      *table;
  GtkBox             *card_box;
  GtkWidget          *show_on_map;
  GtkWidget          *card;
  GtkWidget          *hint;
};

G_DEFINE_FINAL_TYPE (WfResourcesPage, wf_resources_page, GTK_TYPE_WIDGET)

/* A column and what it needs to show and to compare. */
typedef struct
{
  const WfColumn *column;
  WfSession      *session; /* (unowned): the context's */
  WfContext      *context; /* (unowned) */
  gboolean        stock;
} Cell;

/* --- search --- */

static char *
searched_text (WfEntity *entity)
{
  static const char *const fields[] = {
    "name", "organisation", "place", "post", "phone", "mobile", "plan_role", "substance", "plate", "code", "lot", "title", NULL
  };
  g_autoptr (GPtrArray) contacts = wf_entity_objects (entity, "contacts");
  GString *text = g_string_new (NULL);

  for (gsize i = 0; fields[i] != NULL; i++)
    {
      const char *value = wf_entity_string (entity, fields[i]);

      if (value != NULL)
        g_string_append_printf (text, "%s ", value);
    }
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      const char *name = wf_dict_string (contacts->pdata[i], "name");
      const char *phone = wf_dict_string (contacts->pdata[i], "phone");

      g_string_append_printf (text, "%s %s ", name != NULL ? name : "", phone != NULL ? phone : "");
    }

  return g_string_free (text, FALSE);
}

typedef struct
{
  int64_t  number;
  char    *key;
} SearchKey;

static void
search_key_free (gpointer data)
{
  g_free (((SearchKey *) data)->key);
  g_free (data);
}

/* A thing keeps its key until it changes. */
static const char *
key_of (WfItem *item)
{
  WfEntity *entity = wf_item_get_entity (item);
  SearchKey *key = g_object_get_data (G_OBJECT (item), "wf-resources-key");

  if (key == NULL || key->number != wf_entity_number (entity))
    {
      g_autofree char *text = searched_text (entity);

      key = g_new0 (SearchKey, 1);
      key->number = wf_entity_number (entity);
      key->key = wf_search_key_new (text);
      g_object_set_data_full (G_OBJECT (item), "wf-resources-key", key, search_key_free);
    }

  return key->key;
}

static gboolean
make_keys_cb (gpointer data)
{
  WfResourcesPage *self = data;
  guint n = g_list_model_get_n_items (self->all);

  for (guint i = 0; i < KEYS_AT_ONCE && self->next_key < n; i++, self->next_key++)
    {
      g_autoptr (WfItem) item = g_list_model_get_item (self->all, self->next_key);

      key_of (item);
    }

  if (self->next_key < n)
    return G_SOURCE_CONTINUE;

  self->keys = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
is_found (gpointer object,
          gpointer data)
{
  WfResourcesPage *self = data;

  if (gtk_widget_get_visible (self->short_only) && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->short_only)) &&
      !wf_stock_is_short (wf_item_get_entity (object), wf_context_now (self->context)))
    return FALSE;

  return self->query == NULL || wf_search_key_match (key_of (object), self->query) > 0;
}

static void
show_count (WfResourcesPage *self)
{
  guint n = self->found != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->found)) : 0;
  guint all = self->all != NULL ? g_list_model_get_n_items (self->all) : 0;
  g_autofree char *text = n == all ? g_strdup_printf ("%u", all) : g_strdup_printf (_("%u of %u"), n, all);

  gtk_label_set_text (self->count, text);
}

static void
search_cb (WfResourcesPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  g_free (self->query);
  self->query = text[0] != '\0' ? g_utf8_casefold (text, -1) : NULL;
  if (self->filter != NULL)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_count (self);
}

/* --- cells --- */

static gboolean
stands_out (Cell     *cell,
            WfEntity *entity)
{
  int64_t now = wf_context_now (cell->context);

  if (cell->stock && strcmp (cell->column->field, "expires") == 0)
    return wf_entity_time (entity, "expires") != 0 && wf_entity_time (entity, "expires") < now + 30 * WF_DAY;
  if (cell->stock && strcmp (cell->column->field, "quantity") == 0)
    return wf_entity_double (entity, "quantity", 0) - wf_entity_double (entity, "reserved", 0) <
           wf_entity_double (entity, "minimum", 0);

  return FALSE;
}

static void
show_cell (GtkListItem *list_item)
{
  Cell *cell = g_object_get_data (G_OBJECT (list_item), "cell");
  WfItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *text = gtk_list_item_get_child (list_item);

  if (item == NULL)
    return;

  WfEntity *entity = wf_item_get_entity (item);
  g_autofree char *words = wf_resource_column_text (cell->column, cell->session, entity);

  gtk_inscription_set_text (GTK_INSCRIPTION (text), words);
  gtk_widget_set_tooltip_text (text, cell->column->type == WF_COLUMN_NUMBER ? NULL : words);
  wf_ui_set_class (text, "wf-late", stands_out (cell, entity));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          Cell                     *cell)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_nat_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), cell->column->width > 0 ? (guint) cell->column->width / 2 : 18);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), cell->column->width > 0 ? (guint) cell->column->width : 24);
  if (cell->column->type == WF_COLUMN_NUMBER)
    {
      gtk_inscription_set_xalign (GTK_INSCRIPTION (text), 1);
      gtk_widget_add_css_class (text, "numeric");
    }
  g_object_set_data (G_OBJECT (list_item), "cell", cell);
  gtk_list_item_set_child (list_item, text);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         Cell                     *cell)
{
  g_signal_connect_swapped (gtk_list_item_get_item (list_item), "notify::entity", G_CALLBACK (show_cell), list_item);
  show_cell (list_item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           Cell                     *cell)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), show_cell, list_item);
}

static int
compare_cb (gconstpointer a,
            gconstpointer b,
            gpointer      data)
{
  Cell *cell = data;

  return wf_resource_column_compare (cell->column, cell->session, wf_item_get_entity ((WfItem *) a),
                                     wf_item_get_entity ((WfItem *) b));
}

static void
cell_free (gpointer  data,
           GClosure *closure)
{
  g_free (data);
}

/* Names and other texts share what a wide window has to spare; numbers, states and telephones are as wide as they must be. */
static gboolean
is_wide (const WfColumn *column)
{
  return column->width == 0 || column->type == WF_COLUMN_TEXT || column->type == WF_COLUMN_PARENT
         || column->type == WF_COLUMN_STRINGS;
}

static void
add_column (WfResourcesPage *self,
            const WfColumn  *column,
            gboolean         first)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Cell *cell = g_new0 (Cell, 1);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, cell, NULL));
  g_autoptr (GtkColumnViewColumn) view_column = NULL;

  cell->column = column;
  cell->session = wf_context_get_session (self->context);
  cell->context = self->context;
  cell->stock = strcmp (self->kind, "stock") == 0;
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), cell, cell_free, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), cell);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), cell);
  view_column = gtk_column_view_column_new (g_dpgettext2 (GETTEXT_PACKAGE, "resource column", column->title), factory);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  gtk_column_view_column_set_expand (view_column, is_wide (column));
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_append_column (self->table, view_column);
  if (first)
    gtk_column_view_sort_by_column (self->table, view_column, GTK_SORT_ASCENDING);
}

/* --- selection --- */

static WfItem *
selected_item (WfResourcesPage *self)
{
  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

/* A stock line has no card of its own: its depot's shows where it lies and whom to call. */
static WfItem *
item_for_card (WfResourcesPage *self,
               WfItem          *item)
{
  if (strcmp (wf_item_get_kind (item), "stock") != 0)
    return g_object_ref (item);

  const char *depot = wf_entity_string (wf_item_get_entity (item), "depot");
  return depot != NULL ? wf_session_get_item (wf_context_get_session (self->context), "depot", depot) : NULL;
}

static void
selected_cb (WfResourcesPage *self)
{
  WfItem *item = selected_item (self);
  g_autoptr (WfItem) shown = item != NULL ? item_for_card (self, item) : NULL;
  double longitude, latitude;

  wf_thing_panel_set_item (WF_THING_PANEL (self->card), shown);
  gtk_widget_set_visible (self->card, shown != NULL);
  gtk_widget_set_visible (self->hint, shown == NULL);
  gtk_widget_set_visible (self->show_on_map, shown != NULL);
  gtk_widget_set_sensitive (self->show_on_map,
                            shown != NULL && wf_entity_point (wf_item_get_entity (shown), "location", &longitude, &latitude));
  gtk_widget_set_tooltip_text (self->show_on_map, shown == NULL ? _("Select a line first.")
                               : gtk_widget_get_sensitive (self->show_on_map) ? NULL : _("Its place is not known."));
}

/* Back from a card is back to the table. */
static void
card_closed_cb (WfResourcesPage *self)
{
  if (self->selection != NULL)
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

static void
show_on_map_cb (WfResourcesPage *self)
{
  WfItem *item = selected_item (self);
  g_autoptr (WfItem) shown = item != NULL ? item_for_card (self, item) : NULL;

  if (shown != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.select", "(ss)", wf_item_get_kind (shown), wf_item_get_id (shown));
}

static void
activated_cb (GtkColumnView   *view,
              guint            position,
              WfResourcesPage *self)
{
  show_on_map_cb (self);
}

/* --- kinds --- */

static void
forget_kind (WfResourcesPage *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->table);
  guint n;

  g_clear_handle_id (&self->keys, g_source_remove);
  gtk_column_view_set_model (self->table, NULL);
  while ((n = g_list_model_get_n_items (columns)) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, n - 1);

      gtk_column_view_remove_column (self->table, column);
    }
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_func (self->selection, selected_cb, self);
  if (self->found != NULL)
    g_signal_handlers_disconnect_by_func (self->found, show_count, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->found);
  g_clear_object (&self->filter);
  g_clear_object (&self->all);
  g_clear_pointer (&self->kind, g_free);
}

/**
 * wf_resources_page_show_kind:
 * @self: the page
 * @kind: a kind
 *
 * Shows the table of a kind.
 */
void
wf_resources_page_show_kind (WfResourcesPage *self,
                             const char      *kind)
{
  gsize n;
  const WfColumn *columns;

  g_return_if_fail (WF_IS_RESOURCES_PAGE (self));
  g_return_if_fail (kind != NULL);

  if (g_strcmp0 (self->kind, kind) == 0)
    return;

  forget_kind (self);
  self->kind = g_strdup (kind);
  gtk_widget_set_visible (self->short_only, strcmp (kind, "stock") == 0);
  self->all = g_object_ref (wf_session_list (wf_context_get_session (self->context), kind));
  self->filter = gtk_custom_filter_new (is_found, self, NULL);
  self->found = gtk_filter_list_model_new (g_object_ref (self->all), GTK_FILTER (g_object_ref (self->filter)));

  columns = wf_resource_columns (kind, &n);
  for (gsize i = 0; i < n; i++)
    add_column (self, &columns[i], i == 0);

  GtkSorter *sorter = gtk_column_view_get_sorter (self->table);
  GtkSortListModel *sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->found)), g_object_ref (sorter));

  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (self->found, "items-changed", G_CALLBACK (show_count), self);
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  wf_ui_set_name (GTK_WIDGET (self->table), wf_wording_kind (kind));
  show_count (self);
  selected_cb (self);
  self->next_key = 0;
  self->keys = g_idle_add_full (G_PRIORITY_LOW, make_keys_cb, self, NULL);
}

/**
 * wf_resources_page_get_count:
 * @self: the page
 *
 * Returns: how many lines the table has, as narrowed down
 */
guint
wf_resources_page_get_count (WfResourcesPage *self)
{
  g_return_val_if_fail (WF_IS_RESOURCES_PAGE (self), 0);

  return self->found != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->found)) : 0;
}

static void
kind_selected_cb (GtkListBox      *box,
                  GtkListBoxRow   *row,
                  WfResourcesPage *self)
{
  if (row != NULL && self->context != NULL)
    wf_resources_page_show_kind (self, g_object_get_data (G_OBJECT (row), "kind"));
}

static void
update_kind_count (WfResourcesPage *self,
                   GtkWidget       *row)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *kind = g_object_get_data (G_OBJECT (row), "kind");
  guint n = wf_state_count (wf_session_get_state (session), wf_session_get_scope (session), kind);
  g_autofree char *text = g_strdup_printf ("%u", n);
  g_autofree char *spoken = g_strdup_printf ("%s, %u", wf_wording_kind (kind), n);

  gtk_label_set_text (g_object_get_data (G_OBJECT (row), "count"), text);
  wf_ui_set_name (row, spoken);
  gtk_widget_set_visible (row, n > 0);
}

static void
add_kind (WfResourcesPage *self,
          const char      *kind)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (wf_wording_kind (kind));
  GtkWidget *count = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (count, "wf-dim");
  gtk_widget_add_css_class (count, "numeric");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "kind", (gpointer) kind);
  g_object_set_data (G_OBJECT (row), "count", count);
  gtk_list_box_append (self->kinds, row);
  update_kind_count (self, row);
}

static void
update_kinds (WfResourcesPage *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->kinds, i)) != NULL; i++)
    update_kind_count (self, GTK_WIDGET (row));
}

/* --- overrides --- */

static void
wf_resources_page_map (GtkWidget *widget)
{
  WfResourcesPage *self = WF_RESOURCES_PAGE (widget);

  GTK_WIDGET_CLASS (wf_resources_page_parent_class)->map (widget);

  update_kinds (self);
  if (self->kind == NULL)
    gtk_list_box_select_row (self->kinds, gtk_list_box_get_row_at_index (self->kinds, 0));
}

static gboolean
wf_resources_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (WF_RESOURCES_PAGE (widget)->search));
}

static void
wf_resources_page_dispose (GObject *object)
{
  WfResourcesPage *self = WF_RESOURCES_PAGE (object);

  if (self->table != NULL)
    forget_kind (self);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_RESOURCES_PAGE);

  G_OBJECT_CLASS (wf_resources_page_parent_class)->dispose (object);
}

static void
wf_resources_page_finalize (GObject *object)
{
  WfResourcesPage *self = WF_RESOURCES_PAGE (object);

  g_clear_object (&self->context);
  g_free (self->query);

  G_OBJECT_CLASS (wf_resources_page_parent_class)->finalize (object);
}

static void
wf_resources_page_class_init (WfResourcesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_resources_page_dispose;
  object_class->finalize = wf_resources_page_finalize;
  widget_class->map = wf_resources_page_map;
  widget_class->grab_focus = wf_resources_page_grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/resources/wf-resources-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, root);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, kinds);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, search);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, short_only);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, count);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, table);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, card_box);
  gtk_widget_class_bind_template_child (widget_class, WfResourcesPage, show_on_map);
  gtk_widget_class_bind_template_callback (widget_class, kind_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_on_map_cb);
}

static void
wf_resources_page_init (WfResourcesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  wf_ui_tab_leaves (self->kinds);
}

/**
 * wf_resources_page_new:
 * @context: what the screens work with
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
wf_resources_page_new (WfContext *context)
{
  WfResourcesPage *self = g_object_new (WF_TYPE_RESOURCES_PAGE, NULL);
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  self->context = g_object_ref (context);
  self->card = wf_thing_panel_new (context);
  gtk_widget_set_vexpand (self->card, TRUE);
  g_signal_connect_object (self->card, "closed", G_CALLBACK (card_closed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->card, FALSE);
  gtk_box_append (self->card_box, self->card);
  self->hint = gtk_label_new (_("Select a line: its card stands here, with whom to call."));
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->hint), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->hint, "wf-dim");
  gtk_widget_set_vexpand (self->hint, TRUE);
  gtk_widget_set_margin_start (self->hint, 24);
  gtk_widget_set_margin_end (self->hint, 24);
  gtk_box_append (self->card_box, self->hint);

  for (guint i = 0; i < n; i++)
    if (kinds[i].resource)
      add_kind (self, kinds[i].name);
  add_kind (self, "person");
  add_kind (self, "organisation");

  gtk_search_entry_set_key_capture_widget (self->search, GTK_WIDGET (self->table));
  g_signal_connect_object (wf_context_get_session (context), "notify::ready", G_CALLBACK (update_kinds), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
