/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-force-list.h"

#include "wf-geo.h"
#include "wf-matching.h"
#include "wf-panel-cards.h"
#include "wf-reservation-list.h"
#include "wf-search-key.h"
#include "wf-ui-util.h"
#include "wf-wording.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_FORCES 40
#define MOST_STOCK 5
#define MOST_FOUND 30
#define MOST_OF_DEPOT 100

static const char *const kinds[] = { "team", "unit", "expert", "stock" };

/* Which of them is the stock. */
#define STOCK 3

typedef struct
{
  const char *kind;
  char       *id;      /* of the force; of a stock line: of its depot */
  char       *name;
  char       *depot;   /* (nullable): its name */
  const char *order_kind;
  char       *phone;
  double      distance_m;
  char       *key;
  GtkWidget  *row;
  GtkWidget  *check;
  WfStockRow *stock;   /* (nullable) */
} Row;

/**
 * WfForceList:
 *
 * The forces that could help, nearest able and free ones first, on a list for each kind; several can be ticked. Stock is
 * grouped by what the plan needs, and says so where there is not enough of it.
 */
struct _WfForceList
{
  GtkWidget   parent_instance;

  WfContext  *context;  /* (owned) */
  char       *incident; /* (owned) */
  char       *depot;    /* (owned) (nullable): whose stock comes first */
  GPtrArray  *rows;     /* of Row */
  GtkWidget  *box;
  GtkWidget  *tabs[4];
  GtkWidget  *lists[4];
  GtkWidget  *stack;
  GtkWidget  *search;
  gboolean    filled[4]; /* a list is filled when it is looked at first */
};

enum {
  SIGNAL_CHANGED,
  SIGNAL_RESERVE,
  SIGNAL_RELEASE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfForceList, wf_force_list, GTK_TYPE_WIDGET)

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->id);
  g_free (row->name);
  g_free (row->depot);
  g_free (row->phone);
  g_free (row->key);
  g_free (row);
}

/**
 * wf_force_choice_free:
 * @self: (transfer full): a choice
 */
void
wf_force_choice_free (WfForceChoice *self)
{
  g_free (self->kind);
  g_free (self->id);
  g_free (self->name);
  g_free (self->phone);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

/* Who may simply be told, and who must be asked, follows from whose force it is. */
static const char *
befitting_order (WfEntity *force)
{
  static const struct
  {
    const char *nature;
    const char *order;
  } orders[] = {
    { "national", "dispatch" }, { "professional", "directive" }, { "reserve", "army_request" },
    { "firm", "agreement" }, { "social", "agreement" }, { "commercial", "agreement" }, { "capacity", "agreement" },
  };
  const char *nature = wf_entity_string (force, "nature");

  if (nature == NULL)
    nature = wf_entity_string (force, "tier");

  for (gsize i = 0; nature != NULL && i < G_N_ELEMENTS (orders); i++)
    if (strcmp (orders[i].nature, nature) == 0)
      return orders[i].order;

  return "directive";
}

static char *
distance_words (double metres)
{
  if (metres < 0)
    return g_strdup (_("place not known"));

  return metres < 1000 ? g_strdup_printf (_("%.0f m"), metres) : g_strdup_printf (_("%.1f km"), metres / 1000);
}

static GtkWidget *
column (const char *text,
        int         width,
        const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), width < 0 ? 1 : 0);
  gtk_label_set_width_chars (GTK_LABEL (label), ABS (width));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "wf-small");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
toggled_cb (GtkWidget   *widget,
            WfForceList *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Takes the row over. */
static void
append_row (WfForceList *self,
            guint        tab,
            Row         *row,
            GtkWidget   *child)
{
  g_signal_connect (row->check, "toggled", G_CALLBACK (toggled_cb), self);
  row->row = gtk_list_box_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row->row), child);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row->row), FALSE);
  gtk_widget_set_focusable (row->row, FALSE);
  gtk_list_box_append (GTK_LIST_BOX (self->lists[tab]), row->row);
  g_ptr_array_add (self->rows, row);
}

static void
add_row (WfForceList *self,
         guint        tab,
         Row         *row,
         GtkWidget   *const *columns,
         gsize        n_columns)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *beside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_set_layout_manager (box, wf_wrap_layout_new (8, 0));
  row->check = gtk_check_button_new_with_label (row->name);
  gtk_widget_set_hexpand (row->check, TRUE);
  gtk_box_append (GTK_BOX (box), row->check);
  gtk_box_append (GTK_BOX (box), beside);

  g_autoptr (GString) description = g_string_new (NULL);
  for (gsize i = 0; i < n_columns; i++)
    {
      gtk_box_append (GTK_BOX (beside), columns[i]);
      if (GTK_IS_LABEL (columns[i]))
        g_string_append_printf (description, "%s%s", description->len > 0 ? ", " : "",
                                gtk_label_get_text (GTK_LABEL (columns[i])));
    }
  wf_ui_set_description (row->check, description->str);

  if (row->phone != NULL)
    gtk_box_append (GTK_BOX (beside), wf_call_button_new (row->name, row->phone));

  append_row (self, tab, row, box);
}

static void
add_force (WfForceList *self,
           guint        tab,
           WfMatch     *match,
           guint        wanted)
{
  Row *row = g_new0 (Row, 1);
  g_autofree char *distance = distance_words (match->distance_m);
  g_autofree char *ready = g_strdup_printf (_("ready in %d min"), (int) match->readiness_minutes);
  g_autofree char *hits = wanted > 0 ? g_strdup_printf (_("can %u of %u"), match->capable, wanted) : g_strdup ("");

  row->kind = kinds[tab];
  row->id = g_strdup (wf_entity_id (match->entity));
  row->name = g_strdup (wf_entity_string (match->entity, "name"));
  row->order_kind = befitting_order (match->entity);
  row->phone = wf_ui_first_phone (match->entity);
  row->distance_m = match->distance_m;

  GtkWidget *columns[] = {
    column (hits, 9, wanted > 0 && match->capable == 0 ? "wf-dim" : NULL),
    column (distance, -9, NULL),
    column (ready, 12, NULL),
    column (wf_wording_value ("team.state", wf_entity_string (match->entity, "state")), 8, match->free ? "wf-good" : "wf-soon"),
  };

  add_row (self, tab, row, columns, G_N_ELEMENTS (columns));
}

static void
add_forces (WfForceList *self,
            WfEntity    *incident,
            guint        tab,
            guint        wanted)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) matches = wf_rules_match_forces (wf_session_get_state (session), wf_session_get_scope (session),
                                                         incident, kinds[tab], MOST_FORCES);

  for (guint i = 0; i < matches->len; i++)
    add_force (self, tab, matches->pdata[i], wanted);
}

static void
reserve_cb (WfStockRow  *row,
            double       quantity,
            WfForceList *self)
{
  g_signal_emit (self, signals[SIGNAL_RESERVE], 0, wf_stock_row_get_stock (row), quantity);
}

static void
release_cb (WfStockRow  *row,
            WfForceList *self)
{
  g_signal_emit (self, signals[SIGNAL_RELEASE], 0, wf_stock_row_get_stock (row));
}

static WfStockRow *
find_stock_row (WfForceList *self,
                const char  *stock)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->stock != NULL && g_strcmp0 (wf_stock_row_get_stock (row->stock), stock) == 0)
        return row->stock;
    }

  return NULL;
}

/* A line that stands in the list already is not added again. */
static void
add_stock (WfForceList *self,
           WfEntity    *stock,
           WfEntity    *depot,
           double       distance_m)
{
  g_autofree char *distance = distance_words (distance_m);
  Row *row;

  if (find_stock_row (self, wf_entity_id (stock)) != NULL)
    return;

  row = g_new0 (Row, 1);
  row->kind = "depot";
  row->id = g_strdup (depot != NULL ? wf_entity_id (depot) : NULL);
  row->name = g_strdup (wf_entity_string (stock, "name"));
  row->depot = g_strdup (wf_entity_string (depot, "name"));
  row->order_kind = befitting_order (depot);
  row->phone = depot != NULL ? wf_ui_first_phone (depot) : NULL;
  row->distance_m = distance_m;
  row->stock = WF_STOCK_ROW (wf_stock_row_new (self->context, self->incident, stock, depot, distance));
  row->check = wf_stock_row_get_check (row->stock);
  g_signal_connect_object (row->stock, "reserve", G_CALLBACK (reserve_cb), self, 0);
  g_signal_connect_object (row->stock, "release", G_CALLBACK (release_cb), self, 0);
  append_row (self, STOCK, row, GTK_WIDGET (row->stock));
}

static void
add_match (WfForceList *self,
           WfMatch     *match)
{
  add_stock (self, match->entity, match->depot, match->distance_m);
}

static void
add_stock_of (WfForceList *self,
              WfEntity    *incident,
              WfEntity    *stock)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfEntity) depot = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "depot",
                                             wf_entity_string (stock, "depot"));
  double lon, lat, to_lon, to_lat, distance = -1;

  if (depot != NULL && wf_entity_point (incident, "location", &lon, &lat) &&
      wf_entity_point (depot, "location", &to_lon, &to_lat))
    distance = wf_geo_distance (lon, lat, to_lon, to_lat);
  add_stock (self, stock, depot, distance);
}

static void
add_stock_heading (WfForceList *self,
                   const char  *text,
                   gboolean     short_of)
{
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "wf-strong");
  if (short_of)
    gtk_widget_add_css_class (label, "wf-late");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_append (GTK_LIST_BOX (self->lists[STOCK]), row);
}

static void
add_need (WfForceList *self,
          WfEntity    *incident,
          GVariant    *need)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *item = wf_dict_string (need, "item");
  const char *text = wf_dict_string (need, "text");
  double quantity = wf_dict_double (need, "quantity", 0);
  double sum = 0;
  g_autoptr (GPtrArray) matches = wf_rules_match_stock (wf_session_get_state (session), wf_session_get_scope (session),
                                                        incident, item, MOST_STOCK);
  g_autofree char *heading = NULL;

  for (guint i = 0; i < matches->len; i++)
    sum += ((WfMatch *) matches->pdata[i])->available;

  if (quantity > 0 && sum < quantity)
    heading = g_strdup_printf (_("%s: only %.10g of %.10g"), text, sum, quantity);
  else
    heading = g_strdup (text);
  add_stock_heading (self, heading, quantity > 0 && sum < quantity);

  for (guint i = 0; i < matches->len; i++)
    add_match (self, matches->pdata[i]);
}

/* The lines of which the incident holds something come first: what one has is what one orders. */
static void
add_reserved (WfForceList *self,
              WfEntity    *incident)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) held = wf_reservations_held (session, self->incident, NULL);

  if (held->len > 0)
    add_stock_heading (self, _("Reserved for this incident"), FALSE);
  for (guint i = 0; i < held->len; i++)
    {
      g_autoptr (WfEntity) stock = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "stock",
                                                 wf_entity_string (held->pdata[i], "stock"));

      if (stock != NULL)
        add_stock_of (self, incident, stock);
    }
}

/* All that lies in a depot. */
static void
add_depot (WfForceList *self,
           WfEntity    *incident,
           const char  *id)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) lots = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "stock", id);
  g_autoptr (WfEntity) depot = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), "depot", id);

  add_stock_heading (self, wf_entity_string (depot, "name"), FALSE);
  for (guint i = 0; i < MIN (lots->len, MOST_OF_DEPOT); i++)
    add_stock_of (self, incident, lots->pdata[i]);
}

static guint
count_capabilities (GPtrArray *needs)
{
  guint n = 0;

  for (guint i = 0; needs != NULL && i < needs->len; i++)
    if (wf_dict_has (needs->pdata[i], "capability"))
      n++;

  return n;
}

/* --- finding --- */

static gboolean
filter_cb (GtkListBoxRow *list_row,
           gpointer       data)
{
  WfForceList *self = data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  if (text[0] == '\0')
    return TRUE;

  g_autofree char *query = g_utf8_casefold (text, -1);

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->row != GTK_WIDGET (list_row))
        continue;
      if (row->key == NULL)
        row->key = wf_search_key_new (row->name);

      return wf_search_key_match (row->key, query) > 0 ||
             gtk_check_button_get_active (GTK_CHECK_BUTTON (row->check));
    }

  return FALSE;
}

/* What the plan does not ask for can be had too: any item of any depot. */
static void
find_stock (WfForceList *self,
            const char  *text)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfEntity) incident = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session),
                                                "incident", self->incident);
  g_autoptr (GPtrArray) matches = NULL;

  if (incident == NULL || g_utf8_strlen (text, -1) < 2)
    return;

  matches = wf_rules_match_stock (wf_session_get_state (session), wf_session_get_scope (session), incident, text, MOST_FOUND);
  for (guint i = 0; i < matches->len; i++)
    add_match (self, matches->pdata[i]);
}

static void
search_cb (GtkSearchEntry *entry,
           WfForceList    *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "stock") == 0)
    find_stock (self, gtk_editable_get_text (GTK_EDITABLE (entry)));
  for (guint i = 0; i < G_N_ELEMENTS (self->lists); i++)
    gtk_list_box_invalidate_filter (GTK_LIST_BOX (self->lists[i]));
}

static void
fill (WfForceList *self,
      guint        tab)
{
  WfSession *session = wf_context_get_session (self->context);
  WfState *state = wf_session_get_state (session);
  const char *scope = wf_session_get_scope (session);
  g_autoptr (WfEntity) incident = wf_state_get (state, scope, "incident", self->incident);
  g_autoptr (GPtrArray) needs = NULL;

  if (self->filled[tab] || incident == NULL)
    return;

  self->filled[tab] = TRUE;
  needs = wf_rules_needs (state, scope, incident);
  if (tab < STOCK)
    add_forces (self, incident, tab, tab == 2 ? 0 : count_capabilities (needs));
  if (tab == STOCK && self->depot != NULL)
    add_depot (self, incident, self->depot);
  if (tab == STOCK)
    add_reserved (self, incident);
  for (guint i = 0; tab == STOCK && needs != NULL && i < needs->len; i++)
    if (wf_dict_has (needs->pdata[i], "item"))
      add_need (self, incident, needs->pdata[i]);
}

static void
tab_cb (GtkToggleButton *button,
        WfForceList     *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "tab");

  if (!gtk_toggle_button_get_active (button))
    return;

  for (guint tab = 0; self->context != NULL && tab < G_N_ELEMENTS (kinds); tab++)
    if (strcmp (kinds[tab], name) == 0)
      fill (self, tab);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), name);
}

/* --- overrides --- */

static void
wf_force_list_dispose (GObject *object)
{
  WfForceList *self = WF_FORCE_LIST (object);

  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_force_list_parent_class)->dispose (object);
}

static void
wf_force_list_finalize (GObject *object)
{
  WfForceList *self = WF_FORCE_LIST (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->incident);
  g_free (self->depot);

  G_OBJECT_CLASS (wf_force_list_parent_class)->finalize (object);
}

static void
wf_force_list_class_init (WfForceListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_force_list_dispose;
  object_class->finalize = wf_force_list_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", WF_TYPE_FORCE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_RESERVE] = g_signal_new ("reserve", WF_TYPE_FORCE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_DOUBLE);
  signals[SIGNAL_RELEASE] = g_signal_new ("release", WF_TYPE_FORCE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_tab (WfForceList *self,
         GtkWidget   *bar,
         guint        i)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  const char *label = i == STOCK ? _("Stock") : wf_wording_kind (kinds[i]);

  self->lists[i] = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->lists[i]), GTK_SELECTION_NONE);
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->lists[i]), filter_cb, self, NULL);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->lists[i]), gtk_label_new (_("Nothing of this kind is known.")));
  gtk_widget_add_css_class (self->lists[i], "wf-rows");
  wf_ui_set_name (self->lists[i], label);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->lists[i]);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 230);
  gtk_widget_add_css_class (scrolled, "wf-text");
  gtk_stack_add_named (GTK_STACK (self->stack), scrolled, kinds[i]);

  self->tabs[i] = gtk_toggle_button_new_with_label (label);
  if (i > 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->tabs[i]), GTK_TOGGLE_BUTTON (self->tabs[0]));
  g_object_set_data (G_OBJECT (self->tabs[i]), "tab", (gpointer) kinds[i]);
  g_signal_connect (self->tabs[i], "toggled", G_CALLBACK (tab_cb), self);
  gtk_box_append (GTK_BOX (bar), self->tabs[i]);
}

static void
wf_force_list_init (WfForceList *self)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  gtk_widget_set_layout_manager (top, wf_wrap_layout_new (8, 6));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (bar, "linked");
  self->stack = gtk_stack_new ();
  self->search = gtk_search_entry_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_tab (self, bar, i);
  wf_ui_set_name (self->search, _("Find a force or an item"));
  g_object_set (self->search, "placeholder-text", _("Name, pinyin or initials"), NULL);
  gtk_widget_set_hexpand (self->search, TRUE);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (search_cb), self);
  gtk_box_append (GTK_BOX (top), bar);
  gtk_box_append (GTK_BOX (top), self->search);
  gtk_box_append (GTK_BOX (self->box), top);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[0]), TRUE);
}

/**
 * wf_force_list_new:
 * @context: what the screens work with
 * @incident: id of an incident
 *
 * Returns: (transfer floating): the forces that could help
 */
GtkWidget *
wf_force_list_new (WfContext  *context,
                   const char *incident)
{
  WfForceList *self = g_object_new (WF_TYPE_FORCE_LIST, NULL);

  self->context = g_object_ref (context);
  self->incident = g_strdup (incident);
  fill (self, 0);

  return GTK_WIDGET (self);
}

/* Items that lie in one depot are one order to it. */
static void
choose_stock (GPtrArray *chosen,
              Row       *row,
              double     quantity)
{
  WfForceChoice *choice = NULL;

  for (guint i = 0; i < chosen->len; i++)
    {
      WfForceChoice *other = chosen->pdata[i];

      if (other->items != NULL && g_strcmp0 (other->id, row->id) == 0)
        choice = other;
    }

  if (choice == NULL)
    {
      choice = g_new0 (WfForceChoice, 1);
      choice->kind = g_strdup ("depot");
      choice->id = g_strdup (row->id);
      choice->name = g_strdup (row->depot);
      choice->order_kind = row->order_kind;
      choice->phone = g_strdup (row->phone);
      choice->distance_m = row->distance_m;
      choice->items = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
      g_ptr_array_add (chosen, choice);
    }

  g_ptr_array_add (choice->items, wf_dict_make ("stock", wf_value_string (wf_stock_row_get_stock (row->stock)),
                                                "quantity", wf_value_double (quantity), NULL));
}

/**
 * wf_force_list_chosen:
 * @self: a list
 * @wrong: (out) (transfer full) (nullable): what is wrong with what was entered
 *
 * Returns: (transfer full) (element-type WfForceChoice): what was ticked
 */
GPtrArray *
wf_force_list_chosen (WfForceList  *self,
                      char        **wrong)
{
  g_return_val_if_fail (WF_IS_FORCE_LIST (self), NULL);

  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_force_choice_free);

  *wrong = NULL;
  for (guint i = 0; i < self->rows->len && *wrong == NULL; i++)
    {
      Row *row = self->rows->pdata[i];
      double quantity;

      if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (row->check)))
        continue;

      if (row->stock != NULL)
        {
          quantity = wf_stock_row_read (row->stock, wrong);
          if (*wrong == NULL)
            choose_stock (chosen, row, quantity);
          else
            gtk_widget_grab_focus (wf_stock_row_get_quantity (row->stock));
          continue;
        }

      WfForceChoice *choice = g_new0 (WfForceChoice, 1);
      choice->kind = g_strdup (row->kind);
      choice->id = g_strdup (row->id);
      choice->name = g_strdup (row->name);
      choice->order_kind = row->order_kind;
      choice->phone = g_strdup (row->phone);
      choice->distance_m = row->distance_m;
      g_ptr_array_add (chosen, choice);
    }

  return chosen;
}

/**
 * wf_force_list_count:
 * @self: a list
 *
 * Returns: how many lines are ticked
 */
guint
wf_force_list_count (WfForceList *self)
{
  guint n = 0;

  g_return_val_if_fail (WF_IS_FORCE_LIST (self), 0);

  for (guint i = 0; i < self->rows->len; i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (((Row *) self->rows->pdata[i])->check)))
      n++;

  return n;
}

/**
 * wf_force_list_clear_stock:
 * @self: a list
 * @stock: id of a stock line
 *
 * What was written about a line has been done with: it is not ordered as well.
 */
void
wf_force_list_clear_stock (WfForceList *self,
                           const char  *stock)
{
  WfStockRow *row;

  g_return_if_fail (WF_IS_FORCE_LIST (self));

  row = find_stock_row (self, stock);
  if (row != NULL)
    wf_stock_row_clear (row);
}

/**
 * wf_force_list_get_stock_row:
 * @self: a list
 * @stock: id of a stock line
 *
 * Returns: (transfer none) (nullable): its row, where it is on the list
 */
WfStockRow *
wf_force_list_get_stock_row (WfForceList *self,
                             const char  *stock)
{
  g_return_val_if_fail (WF_IS_FORCE_LIST (self), NULL);

  return find_stock_row (self, stock);
}

/* A depot is not ticked itself: its stock is shown, and one says how much of what. */
static gboolean
choose_depot (WfForceList *self,
              const char  *id)
{
  g_free (self->depot);
  self->depot = g_strdup (id);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[STOCK]), TRUE);
  fill (self, STOCK);

  return TRUE;
}

/**
 * wf_force_list_choose:
 * @self: a list
 * @kind: kind of a force
 * @id: its id
 *
 * Ticks a force and shows it; of a depot, shows what lies there.
 *
 * Returns: whether it is on the list
 */
gboolean
wf_force_list_choose (WfForceList *self,
                      const char  *kind,
                      const char  *id)
{
  g_return_val_if_fail (WF_IS_FORCE_LIST (self), FALSE);

  if (g_strcmp0 (kind, "depot") == 0)
    return choose_depot (self, id);

  for (guint tab = 0; tab < G_N_ELEMENTS (kinds); tab++)
    if (g_strcmp0 (kinds[tab], kind) == 0)
      fill (self, tab);

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (g_strcmp0 (row->kind, kind) != 0 || g_strcmp0 (row->id, id) != 0)
        continue;

      for (guint tab = 0; tab < G_N_ELEMENTS (kinds); tab++)
        if (strcmp (kinds[tab], kind) == 0)
          gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[tab]), TRUE);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (row->check), TRUE);
      gtk_widget_grab_focus (row->check);
      return TRUE;
    }

  return FALSE;
}
