/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-stock-row.h"

#include "wf-panel-cards.h"
#include "wf-reservation-list.h"
#include "wf-ui-util.h"
#include "wf-wrap-layout.h"

#include <glib/gi18n.h>
#include <math.h>

/**
 * WfStockRow:
 *
 * A stock line in the list of what can be ordered: how much of it is free, how much is wanted, and, under it, how much is
 * held for the incident already. It follows the line while others order from it.
 */
struct _WfStockRow
{
  GtkWidget   parent_instance;

  WfContext  *context;  /* (owned) */
  WfItem     *item;     /* (owned): of the stock line */
  char       *incident; /* (owned) */
  char       *depot;    /* (owned): its name */
  GtkWidget  *box;
  GtkWidget  *check;
  GtkWidget  *left;
  GtkWidget  *quantity;
  GtkWidget  *reserve;
  GtkWidget  *held_box;
  GtkWidget  *held_label;
  GtkWidget  *wrong;
  double      available; /* to anybody */
  double      held;      /* for the incident */
};

enum {
  SIGNAL_RESERVE,
  SIGNAL_RELEASE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfStockRow, wf_stock_row, GTK_TYPE_WIDGET)

static const char *
get_name (WfStockRow *self)
{
  return wf_entity_string (wf_item_get_entity (self->item), "name");
}

static const char *
get_unit (WfStockRow *self)
{
  const char *unit = wf_entity_string (wf_item_get_entity (self->item), "unit");

  return unit != NULL ? unit : "";
}

static void
update (WfStockRow *self)
{
  WfEntity *stock = wf_item_get_entity (self->item);
  g_autoptr (GPtrArray) held = wf_reservations_held (wf_context_get_session (self->context), self->incident,
                                                     wf_entity_id (stock));

  self->available = wf_entity_double (stock, "quantity", 0) - wf_entity_double (stock, "reserved", 0);
  self->held = wf_reservations_sum (held);

  g_autofree char *left = g_strdup_printf (_("%.10g %s free"), self->available, get_unit (self));
  g_autofree char *kept = g_strdup_printf (_("%.10g %s reserved for this incident"), self->held, get_unit (self));

  gtk_label_set_text (GTK_LABEL (self->left), left);
  wf_ui_set_class (self->left, "wf-good", self->available > 0);
  wf_ui_set_class (self->left, "wf-late", self->available <= 0);
  gtk_label_set_text (GTK_LABEL (self->held_label), kept);
  gtk_widget_set_visible (self->held_box, self->held > 0);
  gtk_widget_set_sensitive (self->reserve, self->available > 0);
}

static void
show_wrong (WfStockRow *self,
            const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->wrong), text != NULL ? text : "");
  gtk_widget_set_visible (self->wrong, text != NULL);
  wf_ui_set_class (self->quantity, "error", text != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->quantity), GTK_ACCESSIBLE_STATE_INVALID,
                               text != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* Whoever writes a quantity wants it; whoever takes it back, does not. */
static void
quantity_cb (GtkEditable *editable,
             WfStockRow  *self)
{
  gboolean any = gtk_editable_get_text (editable)[0] != '\0';

  show_wrong (self, NULL);
  if (any != gtk_check_button_get_active (GTK_CHECK_BUTTON (self->check)))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), any);
}

/* What is ordered of a line that is held is, if nothing else is said, what is held. */
static void
toggled_cb (GtkCheckButton *check,
            WfStockRow     *self)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (gtk_check_button_get_active (check) && self->held > 0 && gtk_editable_get_text (GTK_EDITABLE (self->quantity))[0] == '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->quantity), g_ascii_formatd (number, sizeof number, "%.10g", self->held));
}

static void
reserve_cb (WfStockRow *self)
{
  wf_stock_row_ask (self, TRUE);
}

static void
release_cb (WfStockRow *self)
{
  wf_stock_row_ask (self, FALSE);
}

/* --- overrides --- */

static void
wf_stock_row_dispose (GObject *object)
{
  WfStockRow *self = WF_STOCK_ROW (object);

  if (self->check != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->check, self);
      g_signal_handlers_disconnect_by_data (self->quantity, self);
      self->check = NULL;
    }
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_stock_row_parent_class)->dispose (object);
}

static void
wf_stock_row_finalize (GObject *object)
{
  WfStockRow *self = WF_STOCK_ROW (object);

  g_clear_object (&self->context);
  g_clear_object (&self->item);
  g_free (self->incident);
  g_free (self->depot);

  G_OBJECT_CLASS (wf_stock_row_parent_class)->finalize (object);
}

static void
wf_stock_row_class_init (WfStockRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_stock_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_stock_row_finalize;

  signals[SIGNAL_RESERVE] = g_signal_new ("reserve", WF_TYPE_STOCK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  signals[SIGNAL_RELEASE] = g_signal_new ("release", WF_TYPE_STOCK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
wf_stock_row_init (WfStockRow *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static GtkWidget *
column (const char *text,
        int         width)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), width < 0 ? 1 : 0);
  gtk_label_set_width_chars (GTK_LABEL (label), ABS (width));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "wf-small");

  return label;
}

static GtkWidget *
new_button (const char *label,
            const char *spoken)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "wf-mini");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  wf_ui_set_name (button, spoken);

  return button;
}

static void
build_line (WfStockRow *self,
            const char *distance,
            const char *phone)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *beside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *where = column (self->depot, 14);
  g_autofree char *label = g_strdup_printf (_("Quantity of %s from %s"), get_name (self), self->depot);
  g_autofree char *description = wf_ui_join (", ", self->depot, distance, NULL);
  g_autofree char *spoken = g_strdup_printf (_("Reserve %s"), get_name (self));

  self->check = gtk_check_button_new_with_label (get_name (self));
  gtk_widget_set_hexpand (self->check, TRUE);
  wf_ui_set_description (self->check, description);
  self->left = column (NULL, 12);
  self->quantity = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->quantity), 5);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->quantity), 6);
  gtk_entry_set_input_purpose (GTK_ENTRY (self->quantity), GTK_INPUT_PURPOSE_NUMBER);
  wf_ui_set_name (self->quantity, label);
  self->reserve = new_button (_("Reserve"), spoken);
  gtk_widget_set_tooltip_text (self->reserve, _("Holds this quantity for the incident until it is ordered or let go."));

  gtk_widget_set_layout_manager (line, wf_wrap_layout_new (8, 2));
  gtk_box_append (GTK_BOX (line), self->check);
  gtk_box_append (GTK_BOX (line), beside);
  gtk_box_append (GTK_BOX (beside), where);
  gtk_box_append (GTK_BOX (beside), column (distance, -9));
  gtk_box_append (GTK_BOX (beside), self->left);
  gtk_box_append (GTK_BOX (beside), self->quantity);
  gtk_box_append (GTK_BOX (beside), self->reserve);
  if (phone != NULL)
    gtk_box_append (GTK_BOX (beside), wf_call_button_new (self->depot, phone));
  gtk_box_append (GTK_BOX (self->box), line);

  g_signal_connect (self->check, "toggled", G_CALLBACK (toggled_cb), self);
  g_signal_connect (self->quantity, "changed", G_CALLBACK (quantity_cb), self);
  g_signal_connect_object (self->reserve, "clicked", G_CALLBACK (reserve_cb), self, G_CONNECT_SWAPPED);
}

static void
build_held (WfStockRow *self)
{
  g_autofree char *spoken = g_strdup_printf (_("Let go %s"), get_name (self));
  GtkWidget *button = new_button (_("Let go"), spoken);

  self->held_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->held_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->held_label), 0);
  gtk_widget_add_css_class (self->held_label, "wf-small");
  gtk_widget_add_css_class (self->held_label, "wf-strong");
  gtk_widget_add_css_class (self->held_label, "numeric");
  gtk_widget_set_hexpand (self->held_label, TRUE);
  gtk_widget_set_margin_start (self->held_box, 28);
  gtk_box_append (GTK_BOX (self->held_box), self->held_label);
  gtk_box_append (GTK_BOX (self->held_box), button);
  gtk_box_append (GTK_BOX (self->box), self->held_box);
  self->wrong = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->wrong), 1);
  gtk_label_set_wrap (GTK_LABEL (self->wrong), TRUE);
  gtk_widget_add_css_class (self->wrong, "wf-field-error");
  gtk_widget_set_visible (self->wrong, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->wrong);
  g_signal_connect_object (button, "clicked", G_CALLBACK (release_cb), self, G_CONNECT_SWAPPED);
}

/* --- public --- */

/**
 * wf_stock_row_new:
 * @context: what the screens work with
 * @incident: id of the incident that it is wanted for
 * @stock: a stock line
 * @depot: (nullable): where it lies
 * @distance: how far that is, in words
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
wf_stock_row_new (WfContext  *context,
                  const char *incident,
                  WfEntity   *stock,
                  WfEntity   *depot,
                  const char *distance)
{
  g_return_val_if_fail (WF_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (stock != NULL, NULL);

  WfStockRow *self = g_object_new (WF_TYPE_STOCK_ROW, NULL);
  g_autofree char *phone = depot != NULL ? wf_ui_first_phone (depot) : NULL;

  self->context = g_object_ref (context);
  self->incident = g_strdup (incident);
  self->item = wf_session_get_item (wf_context_get_session (context), "stock", wf_entity_id (stock));
  if (self->item == NULL)
    self->item = wf_item_new (stock);
  self->depot = g_strdup (depot != NULL ? wf_entity_string (depot, "name") : "–");
  build_line (self, distance, phone);
  build_held (self);
  update (self);
  g_signal_connect_object (self->item, "notify::entity", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_stock_row_get_check:
 * @self: a row
 *
 * Returns: (transfer none): the check button that says whether it is wanted
 */
GtkWidget *
wf_stock_row_get_check (WfStockRow *self)
{
  g_return_val_if_fail (WF_IS_STOCK_ROW (self), NULL);

  return self->check;
}

/**
 * wf_stock_row_get_quantity:
 * @self: a row
 *
 * Returns: (transfer none): the field of how much is wanted
 */
GtkWidget *
wf_stock_row_get_quantity (WfStockRow *self)
{
  g_return_val_if_fail (WF_IS_STOCK_ROW (self), NULL);

  return self->quantity;
}

/**
 * wf_stock_row_get_stock:
 * @self: a row
 *
 * Returns: (transfer none): id of the stock line
 */
const char *
wf_stock_row_get_stock (WfStockRow *self)
{
  g_return_val_if_fail (WF_IS_STOCK_ROW (self), NULL);

  return wf_item_get_id (self->item);
}

static double
read_quantity (WfStockRow  *self,
               double       most,
               char       **wrong)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->quantity));
  char *end;
  double quantity = g_ascii_strtod (text, &end);

  *wrong = NULL;
  if (end == text || *end != '\0' || !isfinite (quantity) || quantity <= 0)
    *wrong = g_strdup_printf (_("%s: how many are wanted?"), get_name (self));
  else if (quantity > most)
    *wrong = g_strdup_printf (_("%s: only %.10g are free in %s"), get_name (self), most, self->depot);

  return *wrong == NULL ? quantity : 0;
}

/**
 * wf_stock_row_read:
 * @self: a row
 * @wrong: (out) (transfer full) (nullable): what is wrong with what was entered
 *
 * Returns: how much of it shall be ordered: of what is free and what the incident holds already
 */
double
wf_stock_row_read (WfStockRow *self,
                   char      **wrong)
{
  g_return_val_if_fail (WF_IS_STOCK_ROW (self), 0);

  return read_quantity (self, self->available + self->held, wrong);
}

/**
 * wf_stock_row_clear:
 * @self: a row
 *
 * Nothing of it is wanted any more.
 */
void
wf_stock_row_clear (WfStockRow *self)
{
  g_return_if_fail (WF_IS_STOCK_ROW (self));

  gtk_editable_set_text (GTK_EDITABLE (self->quantity), "");
}

/**
 * wf_stock_row_ask:
 * @self: a row
 * @reserve: whether the quantity shall be held; otherwise what is held shall be let go
 *
 * What the buttons do. A quantity that cannot be read is asked for again: what is wrong with it
 * is said under it.
 */
void
wf_stock_row_ask (WfStockRow *self,
                  gboolean    reserve)
{
  g_autofree char *wrong = NULL;
  double quantity;

  g_return_if_fail (WF_IS_STOCK_ROW (self));

  show_wrong (self, NULL);
  if (!reserve)
    {
      g_signal_emit (self, signals[SIGNAL_RELEASE], 0);
      return;
    }

  quantity = read_quantity (self, self->available, &wrong);
  if (wrong != NULL)
    {
      show_wrong (self, wrong);
      gtk_widget_grab_focus (self->quantity);
      return;
    }

  g_signal_emit (self, signals[SIGNAL_RESERVE], 0, quantity);
}
