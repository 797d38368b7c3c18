/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-force-list.h"

#include "wf-matching.h"
#include "wf-panel-cards.h"
#include "wf-search-key.h"
#include "wf-ui-util.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MOST_FORCES 40
#define MOST_STOCK 5
#define MOST_FOUND 30

static const char *const kinds[] = { "team", "unit", "expert", "stock" };

typedef struct
{
  const char *kind;
  char       *id;      /* of the force; of a stock line: of its depot */
  char       *stock;   /* (nullable) */
  char       *name;
  char       *depot;   /* (nullable) */
  const char *order_kind;
  char       *phone;
  double      distance_m;
  double      available;
  char       *key;
  GtkWidget  *row;
  GtkWidget  *check;
  GtkWidget  *quantity; /* (nullable) */
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
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfForceList, wf_force_list, GTK_TYPE_WIDGET)

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->id);
  g_free (row->stock);
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
first_phone (WfEntity *force)
{
  g_autoptr (GPtrArray) contacts = wf_entity_objects (force, "contacts");

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    if (wf_dict_string (contacts->pdata[i], "phone") != NULL)
      return g_strdup (wf_dict_string (contacts->pdata[i], "phone"));

  return NULL;
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

/* Whoever writes a quantity wants it. */
static void
quantity_cb (GtkEditable *editable,
             Row         *row)
{
  gboolean any = gtk_editable_get_text (editable)[0] != '\0';

  if (any != gtk_check_button_get_active (GTK_CHECK_BUTTON (row->check)))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (row->check), any);
}

static void
add_row (WfForceList *self,
         guint        tab,
         Row         *row,
         GtkWidget   *const *columns,
         gsize        n_columns)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  row->check = gtk_check_button_new_with_label (row->name);
  gtk_widget_set_hexpand (row->check, TRUE);
  g_signal_connect (row->check, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (GTK_BOX (box), row->check);

  g_autoptr (GString) description = g_string_new (NULL);
  for (gsize i = 0; i < n_columns; i++)
    {
      gtk_box_append (GTK_BOX (box), columns[i]);
      if (GTK_IS_LABEL (columns[i]))
        g_string_append_printf (description, "%s%s", description->len > 0 ? ", " : "",
                                gtk_label_get_text (GTK_LABEL (columns[i])));
    }
  wf_ui_set_description (row->check, description->str);

  if (row->phone != NULL)
    gtk_box_append (GTK_BOX (box), wf_call_button_new (row->name, row->phone));

  row->row = gtk_list_box_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row->row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row->row), FALSE);
  gtk_widget_set_focusable (row->row, FALSE);
  gtk_list_box_append (GTK_LIST_BOX (self->lists[tab]), row->row);
  g_ptr_array_add (self->rows, row);
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
  row->phone = first_phone (match->entity);
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
add_stock (WfForceList *self,
           WfMatch     *match)
{
  Row *row = g_new0 (Row, 1);
  const char *unit = wf_entity_string (match->entity, "unit");
  const char *depot = wf_entity_string (match->depot, "name");
  g_autofree char *distance = distance_words (match->distance_m);
  g_autofree char *left = g_strdup_printf (_("%g %s free"), match->available, unit != NULL ? unit : "");

  row->kind = "depot";
  row->id = g_strdup (match->depot != NULL ? wf_entity_id (match->depot) : NULL);
  row->stock = g_strdup (wf_entity_id (match->entity));
  row->name = g_strdup (wf_entity_string (match->entity, "name"));
  row->depot = g_strdup (depot);
  row->order_kind = befitting_order (match->depot);
  row->phone = match->depot != NULL ? first_phone (match->depot) : NULL;
  row->distance_m = match->distance_m;
  row->available = match->available;
  row->quantity = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (row->quantity), 5);
  gtk_entry_set_input_purpose (GTK_ENTRY (row->quantity), GTK_INPUT_PURPOSE_NUMBER);
  g_autofree char *label = g_strdup_printf (_("Quantity of %s from %s"), row->name, depot != NULL ? depot : "–");
  wf_ui_set_name (row->quantity, label);

  GtkWidget *columns[] = {
    column (depot, 14, NULL), column (distance, -9, NULL), column (left, 12, match->free ? "wf-good" : "wf-late"), row->quantity,
  };

  add_row (self, 3, row, columns, G_N_ELEMENTS (columns));
  g_signal_connect (row->quantity, "changed", G_CALLBACK (quantity_cb), row);
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
  gtk_list_box_append (GTK_LIST_BOX (self->lists[3]), row);
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
    heading = g_strdup_printf (_("%s: only %g of %g"), text, sum, quantity);
  else
    heading = g_strdup (text);
  add_stock_heading (self, heading, quantity > 0 && sum < quantity);

  for (guint i = 0; i < matches->len; i++)
    add_stock (self, matches->pdata[i]);
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
    {
      WfMatch *match = matches->pdata[i];
      gboolean listed = FALSE;

      for (guint k = 0; k < self->rows->len && !listed; k++)
        listed = g_strcmp0 (((Row *) self->rows->pdata[k])->stock, wf_entity_id (match->entity)) == 0;
      if (!listed)
        add_stock (self, match);
    }
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
  if (tab < 3)
    add_forces (self, incident, tab, tab == 2 ? 0 : count_capabilities (needs));
  for (guint i = 0; tab == 3 && needs != NULL && i < needs->len; i++)
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

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->quantity != NULL && row->check != NULL)
        g_signal_handlers_disconnect_by_data (row->quantity, row);
    }
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
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_tab (WfForceList *self,
         GtkWidget   *bar,
         guint        i)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  const char *label = i == 3 ? _("Stock") : wf_wording_kind (kinds[i]);

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
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->rows = g_ptr_array_new_with_free_func (row_free);
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

  g_ptr_array_add (choice->items, wf_dict_make ("stock", wf_value_string (row->stock),
                                                "quantity", wf_value_double (quantity), NULL));
}

static char *
check_quantity (Row    *row,
                double *quantity)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row->quantity));
  char *end;

  *quantity = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (*quantity) || *quantity <= 0)
    return g_strdup_printf (_("%s: how many are wanted?"), row->name);
  if (*quantity > row->available)
    return g_strdup_printf (_("%s: only %g are free in %s"), row->name, row->available, row->depot);

  return NULL;
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
          *wrong = check_quantity (row, &quantity);
          if (*wrong == NULL)
            choose_stock (chosen, row, quantity);
          else
            gtk_widget_grab_focus (row->quantity);
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
 * wf_force_list_choose:
 * @self: a list
 * @kind: kind of a force
 * @id: its id
 *
 * Ticks a force and shows it.
 *
 * Returns: whether it is on the list
 */
gboolean
wf_force_list_choose (WfForceList *self,
                      const char  *kind,
                      const char  *id)
{
  g_return_val_if_fail (WF_IS_FORCE_LIST (self), FALSE);

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
