/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-reservation-list.h"

#include "wf-ui-util.h"

#include <glib/gi18n.h>

/**
 * WfReservationList:
 *
 * The stock that is held and not ordered yet: of one incident, with the depot where it lies, or of one depot, with the
 * incident that it is held for. Each line has the button that lets it go. Where nothing is held it takes no room.
 */
struct _WfReservationList
{
  GtkWidget  parent_instance;

  WfContext *context;   /* (owned) */
  GtkWidget *card;
  GtkWidget *rows;
  char      *incident;  /* (owned) (nullable) */
  char      *depot;     /* (owned) (nullable) */
  char      *signature; /* (owned) (nullable): of what is shown */
  guint      count;
};

G_DEFINE_FINAL_TYPE (WfReservationList, wf_reservation_list, GTK_TYPE_WIDGET)

static WfEntity *
look_up (WfSession  *session,
         const char *kind,
         const char *id)
{
  return id != NULL ? wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), kind, id) : NULL;
}

/**
 * wf_reservations_held:
 * @session: a session
 * @incident: (nullable): id of an incident; %NULL for all
 * @stock: (nullable): id of a stock line; %NULL for all
 *
 * Returns: (transfer full) (element-type WfEntity): the reservations that hold, in the order in which they were made
 */
GPtrArray *
wf_reservations_held (WfSession  *session,
                      const char *incident,
                      const char *stock)
{
  g_return_val_if_fail (WF_IS_SESSION (session), NULL);

  g_autoptr (GPtrArray) all = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "reservation",
                                             incident);
  GPtrArray *held = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  for (guint i = 0; i < all->len; i++)
    if (wf_entity_is (all->pdata[i], "state", "held") && (stock == NULL || wf_entity_is (all->pdata[i], "stock", stock)))
      g_ptr_array_add (held, wf_entity_ref (all->pdata[i]));

  return held;
}

/**
 * wf_reservations_sum:
 * @reservations: (element-type WfEntity): reservations of one stock line
 *
 * Returns: how much they hold, in the line's unit
 */
double
wf_reservations_sum (GPtrArray *reservations)
{
  double sum = 0;

  for (guint i = 0; i < reservations->len; i++)
    sum += wf_entity_double (reservations->pdata[i], "quantity", 0);

  return sum;
}

static GtkWidget *
new_label (const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  wf_ui_set_tooltip (label, text);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
add_row (WfReservationList *self,
         WfEntity          *reservation)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (WfEntity) stock = look_up (session, "stock", wf_entity_string (reservation, "stock"));
  g_autoptr (WfEntity) other = self->depot != NULL
                                 ? look_up (session, "incident", wf_entity_string (reservation, "incident"))
                                 : look_up (session, "depot", wf_entity_string (reservation, "depot"));
  const char *name = wf_entity_string (stock, "name");
  const char *where = wf_entity_string (other, self->depot != NULL ? "title" : "name");
  const char *unit = wf_entity_string (stock, "unit");
  g_autofree char *amount = g_strdup_printf ("%.10g %s", wf_entity_double (reservation, "quantity", 0), unit != NULL ? unit : "");
  g_autofree char *what = g_strdup_printf ("%s · %s", name != NULL ? name : "–", amount);
  g_autofree char *spoken = g_strdup_printf (_("Let go %s"), what);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = gtk_button_new_with_label (_("Let go"));

  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (lines), new_label (what, "numeric"));
  if (where != NULL)
    {
      GtkWidget *label = new_label (where, "wf-dim");

      gtk_widget_add_css_class (label, "wf-small");
      gtk_box_append (GTK_BOX (lines), label);
    }
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "wf-mini");
  wf_ui_set_tooltip (button, _("What is reserved and not ordered can be had by others again."));
  wf_ui_set_name (button, spoken);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", wf_entity_id (reservation));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.stock-release");
  gtk_box_append (GTK_BOX (row), lines);
  gtk_box_append (GTK_BOX (row), button);
  gtk_box_append (GTK_BOX (self->rows), row);
}

static void
update (WfReservationList *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GString) signature = NULL;
  GtkWidget *child;

  if (self->incident == NULL && self->depot == NULL)
    held = g_ptr_array_new ();
  else
    held = wf_reservations_held (session, self->incident, NULL);
  signature = g_string_new (self->incident != NULL ? self->incident : self->depot);
  for (guint i = 0; i < held->len; i++)
    if (self->depot == NULL || wf_entity_is (held->pdata[i], "depot", self->depot))
      g_string_append_printf (signature, "|%s", wf_entity_id (held->pdata[i]));
  if (g_strcmp0 (signature->str, self->signature) == 0)
    return;

  g_free (self->signature);
  self->signature = g_strdup (signature->str);
  self->count = 0;
  while ((child = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), child);
  for (guint i = 0; i < held->len; i++)
    if (self->depot == NULL || wf_entity_is (held->pdata[i], "depot", self->depot))
      {
        add_row (self, held->pdata[i]);
        self->count++;
      }
  gtk_widget_set_visible (GTK_WIDGET (self), self->count > 0);
}

/* --- overrides --- */

static void
wf_reservation_list_dispose (GObject *object)
{
  WfReservationList *self = WF_RESERVATION_LIST (object);

  g_clear_pointer (&self->card, gtk_widget_unparent);

  G_OBJECT_CLASS (wf_reservation_list_parent_class)->dispose (object);
}

static void
wf_reservation_list_finalize (GObject *object)
{
  WfReservationList *self = WF_RESERVATION_LIST (object);

  g_clear_object (&self->context);
  g_free (self->incident);
  g_free (self->depot);
  g_free (self->signature);

  G_OBJECT_CLASS (wf_reservation_list_parent_class)->finalize (object);
}

static void
wf_reservation_list_class_init (WfReservationListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_reservation_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_reservation_list_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_reservation_list_init (WfReservationList *self)
{
  GtkWidget *title = gtk_label_new (_("Reserved stock"));

  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (self->card, "wf-card");
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "wf-dim");
  gtk_widget_add_css_class (title, "wf-strong");
  gtk_box_append (GTK_BOX (self->card), title);
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->card), self->rows);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  wf_ui_set_name (GTK_WIDGET (self), _("Reserved stock"));
}

/* --- public --- */

/**
 * wf_reservation_list_new:
 * @context: what the screens work with
 *
 * Returns: (transfer floating): a list that shows nothing yet
 */
GtkWidget *
wf_reservation_list_new (WfContext *context)
{
  g_return_val_if_fail (WF_IS_CONTEXT (context), NULL);

  WfReservationList *self = g_object_new (WF_TYPE_RESERVATION_LIST, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

static void
show (WfReservationList *self,
      const char        *incident,
      const char        *depot)
{
  G_GNUC_UNUSED g_autofree char *old_incident = g_steal_pointer (&self->incident);
  G_GNUC_UNUSED g_autofree char *old_depot = g_steal_pointer (&self->depot);

  self->incident = g_strdup (incident);
  self->depot = g_strdup (depot);
  update (self);
}

/**
 * wf_reservation_list_set_incident:
 * @self: a list
 * @incident: (nullable): id of an incident
 *
 * Shows from now on what is held for an incident.
 */
void
wf_reservation_list_set_incident (WfReservationList *self,
                                  const char        *incident)
{
  g_return_if_fail (WF_IS_RESERVATION_LIST (self));

  show (self, incident, NULL);
}

/**
 * wf_reservation_list_set_depot:
 * @self: a list
 * @depot: (nullable): id of a depot
 *
 * Shows from now on what is held in a depot.
 */
void
wf_reservation_list_set_depot (WfReservationList *self,
                               const char        *depot)
{
  g_return_if_fail (WF_IS_RESERVATION_LIST (self));

  show (self, NULL, depot);
}

/**
 * wf_reservation_list_get_count:
 * @self: a list
 *
 * Returns: how many reservations it shows
 */
guint
wf_reservation_list_get_count (WfReservationList *self)
{
  g_return_val_if_fail (WF_IS_RESERVATION_LIST (self), 0);

  return self->count;
}
