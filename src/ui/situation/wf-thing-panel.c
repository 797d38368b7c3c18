/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-thing-panel.h"

#include "wf-geo-text.h"
#include "wf-kind.h"
#include "wf-panel-cards.h"
#include "wf-reservation-list.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-video-view.h"
#include "wf-telemetry.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

#define MOST_STOCK 40

/**
 * WfThingPanel:
 *
 * The card of something on the map: a team, a depot with its stock, an expert, a mobile unit with its picture, a hazard
 * source … with whom to call, and the button that orders it.
 */
struct _WfThingPanel
{
  GtkWidget parent_instance;

  GtkLabel  *title;
  GtkLabel  *subtitle;
  GtkLabel  *attention;
  GtkBox    *video;
  GtkWidget *order;
  GtkGrid   *facts;
  GtkWidget *contacts_card;
  GtkBox    *contacts;
  GtkBox    *reserved_box;
  GtkWidget *stock_card;
  GtkBox    *stock;
  GtkLabel  *position; /* (nullable): in the facts, of something that moves */
  GPtrArray *readings; /* (owned) (element-type GtkLabel) in the facts, of what has sensors */
  char      *read;     /* (owned) (nullable) what they say, in order: names of quantities */

  WfContext    *context; /* (owned) */
  WfItem       *item;    /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) of the item */
  WfReservationList *reserved;
  char         *stock_shown; /* (owned) (nullable): signature of the stock shown */
};

enum {
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfThingPanel, wf_thing_panel, GTK_TYPE_WIDGET)

static GtkLabel *
add_fact (WfThingPanel *self,
          int          *row,
          const char   *key,
          const char   *value)
{
  GtkWidget *label;

  if (wf_ui_nonempty (value) == NULL)
    return NULL;

  label = gtk_label_new (key);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "wf-dim");
  gtk_grid_attach (self->facts, label, 0, *row, 1, 1);
  label = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_grid_attach (self->facts, label, 1, *row, 1, 1);
  (*row)++;

  return GTK_LABEL (label);
}

static void
add_text (WfThingPanel *self,
          int          *row,
          const char   *key,
          const char   *field)
{
  add_fact (self, row, key, wf_entity_string (wf_item_get_entity (self->item), field));
}

static void
add_choice (WfThingPanel *self,
            int          *row,
            const char   *key,
            const char   *field,
            const char   *wording)
{
  const char *value = wf_entity_string (wf_item_get_entity (self->item), field);

  if (value != NULL)
    add_fact (self, row, key, wf_wording_value (wording, value));
}

static void
add_number (WfThingPanel *self,
            int          *row,
            const char   *key,
            const char   *field,
            const char   *unit)
{
  WfEntity *entity = wf_item_get_entity (self->item);
  g_autoptr (GVariant) value = wf_entity_value (entity, field);
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    text = g_strdup_printf ("%.10g %s", g_variant_get_double (value), unit);
  else
    text = g_strdup_printf ("%" G_GINT64_FORMAT " %s", wf_entity_int (entity, field, 0), unit);
  add_fact (self, row, key, text);
}

/* Codes of capabilities and specialities, by their names. */
static void
add_codes (WfThingPanel *self,
           int          *row,
           const char   *key,
           const char   *field)
{
  WfSession *session = wf_context_get_session (self->context);
  g_auto (GStrv) codes = wf_dict_strings (wf_entity_fields (wf_item_get_entity (self->item)), field);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; codes[i] != NULL; i++)
    {
      g_autoptr (WfEntity) capability = wf_state_get (wf_session_get_state (session), wf_session_get_scope (session),
                                                      "capability", codes[i]);
      const char *name = wf_entity_string (capability, "name");

      if (i > 0)
        g_string_append (text, C_("list", ", "));
      g_string_append (text, name != NULL ? name : codes[i]);
    }
  add_fact (self, row, key, text->str);
}

static void
add_linked (WfThingPanel *self,
            int          *row,
            const char   *key,
            const char   *kind,
            const char   *field,
            const char   *name_field)
{
  WfSession *session = wf_context_get_session (self->context);
  const char *id = wf_entity_string (wf_item_get_entity (self->item), field);
  g_autoptr (WfEntity) linked = id != NULL ? wf_state_get (wf_session_get_state (session), wf_session_get_scope (session),
                                                           kind, id)
                                           : NULL;

  add_fact (self, row, key, wf_entity_string (linked, name_field));
}

/* Where it is, how old that is, and how fast it goes. */
static char *
format_position (WfThingPanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  WfPosition position;
  g_autofree char *place = NULL;
  g_autofree char *age = NULL;

  if (!wf_session_get_position (session, wf_item_get_id (self->item), &position))
    return NULL;

  place = wf_geo_format (position.longitude, position.latitude, WF_GEO_NOTATION_DECIMAL);
  age = wf_wording_span (MAX (wf_session_now (session) - position.at, 0));

  /* TRANSLATORS: place of a unit and the age of its position, which is too old to go by */
  if (wf_session_now (session) - position.at
      > wf_rules_position_lasts (wf_session_get_state (session), wf_session_get_scope (session), wf_item_get_entity (self->item)))
    return g_strdup_printf (_("%s · %s ago, out of date"), place, age);

  return position.speed >= 0 ? g_strdup_printf (_("%s · %s ago · %.0f km/h"), place, age, position.speed * 3.6)
                             : g_strdup_printf (_("%s · %s ago"), place, age);
}

static void
add_position (WfThingPanel *self,
              int          *row)
{
  g_autofree char *position = format_position (self);
  double lon, lat;

  self->position = NULL;
  if (position != NULL)
    self->position = add_fact (self, row, _("Position"), position);
  else if (wf_entity_point (wf_item_get_entity (self->item), "location", &lon, &lat))
    {
      g_autofree char *place = wf_geo_format (lon, lat, WF_GEO_NOTATION_DECIMAL);

      add_fact (self, row, _("Coordinates"), place);
    }
}

/* What was read, how old that is, and whether one should still go by it. */
static void
show_reading (WfThingPanel    *self,
              GtkLabel        *label,
              const WfReading *reading)
{
  WfSession *session = wf_context_get_session (self->context);
  const WfQuantity *quantity = wf_rules_quantity (reading->quantity);
  int64_t age = MAX (wf_session_now (session) - reading->at, 0);
  gboolean stale = age > wf_rules_type_lasts (wf_session_get_state (session), wf_session_get_scope (session),
                                              reading->quantity);
  g_autofree char *span = wf_wording_span (age);
  g_autofree char *value = g_strdup_printf ("%.4g", reading->value);
  g_autofree char *text = NULL;

  if (stale)
    /* TRANSLATORS: what a sensor read, its unit, how long ago, and that it is too old to go by */
    text = g_strdup_printf (_("%s %s · %s ago, out of date"), value, quantity->unit, span);
  else
    /* TRANSLATORS: what a sensor read, its unit, and how long ago */
    text = g_strdup_printf (_("%s %s · %s ago"), value, quantity->unit, span);

  gtk_label_set_text (label, text);
  if (stale)
    gtk_widget_add_css_class (GTK_WIDGET (label), "wf-late");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (label), "wf-late");
}

static char *
name_quantities (GArray *readings)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < readings->len; i++)
    g_string_append_printf (names, "%s ", g_array_index (readings, WfReading, i).quantity);

  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
add_readings (WfThingPanel *self,
              int          *row)
{
  g_autoptr (GArray) readings = wf_session_get_readings (wf_context_get_session (self->context), wf_item_get_id (self->item));

  g_ptr_array_set_size (self->readings, 0);
  g_free (self->read);
  self->read = name_quantities (readings);
  for (guint i = 0; i < readings->len; i++)
    {
      const WfReading *reading = &g_array_index (readings, WfReading, i);
      GtkLabel *label = add_fact (self, row, wf_wording_value ("quantity", reading->quantity), reading->quantity);

      gtk_widget_add_css_class (GTK_WIDGET (label), "numeric");
      show_reading (self, label, reading);
      g_ptr_array_add (self->readings, label);
    }
}

static void fill_facts (WfThingPanel *self);

static void
update_readings (WfThingPanel *self)
{
  g_autoptr (GArray) readings = wf_session_get_readings (wf_context_get_session (self->context), wf_item_get_id (self->item));
  g_autofree char *names = name_quantities (readings);

  if (g_strcmp0 (names, self->read) != 0)
    {
      fill_facts (self);
      return;
    }

  for (guint i = 0; i < readings->len; i++)
    show_reading (self, g_ptr_array_index (self->readings, i), &g_array_index (readings, WfReading, i));
}

static void
tick_cb (WfThingPanel *self)
{
  g_autofree char *position = NULL;

  if (self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  update_readings (self);
  position = self->position != NULL ? format_position (self) : NULL;
  if (position != NULL)
    gtk_label_set_text (self->position, position);
}

static void
fill_facts (WfThingPanel *self)
{
  WfEntity *entity = wf_item_get_entity (self->item);
  g_autofree char *checked = NULL;
  g_autoptr (GVariant) level = NULL;
  int row = 0;

  wf_box_clear (GTK_WIDGET (self->facts));
  add_choice (self, &row, _("State"), "state", "force.state");
  add_linked (self, &row, _("At work for"), "incident", "incident", "title");
  add_choice (self, &row, _("Nature"), "nature", "nature");
  add_choice (self, &row, _("Type"), "type", "unit.type");
  add_choice (self, &row, _("Tier"), "tier", "tier");
  add_text (self, &row, C_("expert", "Title"), "title");
  add_linked (self, &row, _("Pool"), "pool", "pool", "name");
  level = wf_entity_value (entity, "level");
  if (level != NULL && g_str_equal (wf_item_get_kind (self->item), "hazard_source"))
    {
      /* TRANSLATORS: level 1 to 4 of a major hazard source */
      g_autofree char *text = g_strdup_printf (_("level %d"), (int) wf_entity_int (entity, "level", 0));

      add_fact (self, &row, _("Hazard"), text);
    }
  add_text (self, &row, _("Substance"), "substance");
  add_text (self, &row, _("UN number"), "un_number");
  add_number (self, &row, _("Amount"), "amount_t", "t");
  add_linked (self, &row, _("Firm"), "firm", "firm", "name");
  add_codes (self, &row, _("Able to"), "capabilities");
  add_codes (self, &row, _("Speciality"), "specialities");
  add_number (self, &row, _("Strength"), "strength", _("persons"));
  add_number (self, &row, _("Vehicles"), "vehicles", "");
  add_number (self, &row, _("Ready in"), "readiness_minutes", _("min"));
  add_text (self, &row, _("Plate"), "plate");
  add_number (self, &row, _("Looks towards"), "heading", "°");
  add_number (self, &row, _("Angle of view"), "view_angle", "°");
  add_number (self, &row, _("Capacity"), "capacity", "");
  add_number (self, &row, _("Free"), "free", "");
  add_text (self, &row, _("Equipment"), "equipment");
  add_text (self, &row, _("Organisation"), "organisation");
  add_text (self, &row, _("Credit code"), "credit_code");
  add_text (self, &row, _("Place"), "place");
  add_position (self, &row);
  add_readings (self, &row);
  add_text (self, &row, _("Area"), "area");
  add_text (self, &row, _("Safety data"), "safety_data");
  add_text (self, &row, _("Note"), "note");
  if (wf_entity_time (entity, "checked_at") > 0)
    {
      checked = wf_ui_format_time (wf_entity_time (entity, "checked_at"), wf_context_now (self->context));
      add_fact (self, &row, _("Checked"), checked);
    }
}

static void
fill_contacts (WfThingPanel *self)
{
  g_autoptr (GPtrArray) contacts = wf_entity_objects (wf_item_get_entity (self->item), "contacts");

  wf_box_clear (GTK_WIDGET (self->contacts));
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      GVariant *contact = g_ptr_array_index (contacts, i);
      const char *name = wf_dict_string (contact, "name");
      const char *post = wf_dict_string (contact, "post");
      const char *phone = wf_ui_nonempty (wf_dict_string (contact, "phone"));
      g_autofree char *who = wf_ui_join (" · ", name != NULL ? name : "", post != NULL ? post : "", NULL);
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *label = gtk_label_new (who);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_box_append (GTK_BOX (row), label);
      if (phone != NULL)
        {
          label = gtk_label_new (phone);
          gtk_widget_add_css_class (label, "numeric");
          gtk_label_set_selectable (GTK_LABEL (label), TRUE);
          gtk_widget_set_can_focus (label, FALSE);
          gtk_box_append (GTK_BOX (row), label);
          gtk_box_append (GTK_BOX (row), wf_call_button_new (name != NULL ? name : _("Contact"), phone));
        }
      gtk_box_append (self->contacts, row);
    }
  gtk_widget_set_visible (self->contacts_card, contacts != NULL && contacts->len > 0);
}

static GtkWidget *
new_lot_row (WfEntity *lot)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const char *unit = wf_entity_string (lot, "unit");
  const char *of = wf_entity_string (lot, "lot");
  /* The same item comes in several lots: what tells them apart stands beside it. */
  g_autofree char *name = wf_ui_join (" · ", wf_entity_string (lot, "name"), of != NULL ? of : "", NULL);
  GtkWidget *label = gtk_label_new (name);
  double reserved = wf_entity_double (lot, "reserved", 0);
  double quantity = wf_entity_double (lot, "quantity", 0);
  g_autofree char *amount = reserved > 0
                              ? g_strdup_printf (_("%.10g of %.10g %s free"), quantity - reserved, quantity,
                                                 unit != NULL ? unit : "")
                              : g_strdup_printf ("%.10g %s", quantity, unit != NULL ? unit : "");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  wf_ui_set_tooltip (label, name);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  label = gtk_label_new (amount);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (row), label);

  return row;
}

static void
fill_stock (WfThingPanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  gboolean depot = g_str_equal (wf_item_get_kind (self->item), "depot");
  g_autoptr (GPtrArray) lots = depot ? wf_state_list (wf_session_get_state (session), wf_session_get_scope (session),
                                                      "stock", wf_item_get_id (self->item))
                                     : g_ptr_array_new ();
  g_autoptr (GString) signature = g_string_new (wf_item_get_id (self->item));

  for (guint i = 0; i < MIN (lots->len, MOST_STOCK); i++)
    g_string_append_printf (signature, "|%s %" G_GINT64_FORMAT " %.10g %.10g", wf_entity_id (lots->pdata[i]),
                            wf_entity_number (lots->pdata[i]), wf_entity_double (lots->pdata[i], "quantity", 0),
                            wf_entity_double (lots->pdata[i], "reserved", 0));
  if (g_strcmp0 (signature->str, self->stock_shown) == 0)
    return;

  g_free (self->stock_shown);
  self->stock_shown = g_strdup (signature->str);
  wf_box_clear (GTK_WIDGET (self->stock));
  gtk_widget_set_visible (self->stock_card, lots->len > 0);
  for (guint i = 0; i < MIN (lots->len, MOST_STOCK); i++)
    gtk_box_append (self->stock, new_lot_row (lots->pdata[i]));
  if (lots->len > MOST_STOCK)
    {
      g_autofree char *more = g_strdup_printf (g_dngettext (NULL, "and %u more lot on the Resources page",
                                                            "and %u more lots on the Resources page", lots->len - MOST_STOCK),
                                               lots->len - MOST_STOCK);
      GtkWidget *label = gtk_label_new (more);

      gtk_widget_add_css_class (label, "wf-dim");
      gtk_box_append (self->stock, label);
    }
}

/* The map marks it; here stands why. */
static void
show_attention (WfThingPanel *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autofree char *reason = wf_wording_attention (wf_session_get_state (session), wf_session_get_scope (session),
                                                  wf_item_get_entity (self->item));

  gtk_label_set_text (self->attention, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->attention), reason != NULL);
}

/* What is ordered from a depot changes its lines, not the depot. */
static void
overview_cb (WfThingPanel *self)
{
  if (self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  show_attention (self);
  fill_stock (self);
}

static void
fill_video (WfThingPanel *self)
{
  WfEntity *entity = wf_item_get_entity (self->item);
  const char *uri = wf_ui_nonempty (wf_entity_string (entity, "video"));
  GtkWidget *tile = gtk_widget_get_first_child (GTK_WIDGET (self->video));

  gtk_widget_set_visible (GTK_WIDGET (self->video), uri != NULL);
  if (uri == NULL)
    {
      wf_box_clear (GTK_WIDGET (self->video));
      return;
    }
  if (tile != NULL && g_strcmp0 (wf_video_view_get_uri (WF_VIDEO_VIEW (tile)), uri) == 0)
    return;

  wf_box_clear (GTK_WIDGET (self->video));
  tile = wf_video_view_new (self->context, entity);
  gtk_widget_set_size_request (tile, -1, 180);
  gtk_widget_set_hexpand (tile, TRUE);
  gtk_box_append (self->video, tile);
}

static void
update (WfThingPanel *self)
{
  WfEntity *entity;
  const char *kind;
  const char *name;
  gboolean force;

  if (self->item == NULL)
    {
      wf_box_clear (GTK_WIDGET (self->video));
      return;
    }

  entity = wf_item_get_entity (self->item);
  kind = wf_item_get_kind (self->item);
  name = wf_entity_string (entity, "name");
  force = g_strv_contains (wf_force_kinds, kind);
  gtk_label_set_text (self->title, name);
  gtk_label_set_text (self->subtitle, wf_wording_kind (kind));
  gtk_widget_set_visible (self->order, force);
  if (force)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->order), "(ss)", kind, wf_item_get_id (self->item));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->order), "win.order-force");
    }
  show_attention (self);
  fill_video (self);
  fill_facts (self);
  fill_contacts (self);
  fill_stock (self);
  wf_ui_set_name (GTK_WIDGET (self), name);
}

static void
back_cb (WfThingPanel *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
wf_thing_panel_dispose (GObject *object)
{
  WfThingPanel *self = WF_THING_PANEL (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->item);
  g_clear_object (&self->context);
  g_clear_pointer (&self->stock_shown, g_free);
  g_clear_pointer (&self->readings, g_ptr_array_unref);
  g_clear_pointer (&self->read, g_free);
  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_THING_PANEL);

  G_OBJECT_CLASS (wf_thing_panel_parent_class)->dispose (object);
}

static void
wf_thing_panel_class_init (WfThingPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_thing_panel_dispose;

  signals[CLOSED] = g_signal_new ("closed", WF_TYPE_THING_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-thing-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, title);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, subtitle);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, attention);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, video);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, order);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, facts);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, contacts_card);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, contacts);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, reserved_box);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, stock_card);
  gtk_widget_class_bind_template_child (widget_class, WfThingPanel, stock);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_thing_panel_init (WfThingPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->readings = g_ptr_array_new ();
  self->signals = g_signal_group_new (WF_TYPE_ITEM);
  g_signal_group_connect_object (self->signals, "notify::entity", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/**
 * wf_thing_panel_new:
 * @context: the context
 *
 * Returns: (transfer full): an empty panel
 */
GtkWidget *
wf_thing_panel_new (WfContext *context)
{
  WfThingPanel *self = g_object_new (WF_TYPE_THING_PANEL, NULL);

  self->context = g_object_ref (context);
  self->reserved = WF_RESERVATION_LIST (wf_reservation_list_new (context));
  gtk_widget_set_hexpand (GTK_WIDGET (self->reserved), TRUE);
  gtk_box_append (self->reserved_box, GTK_WIDGET (self->reserved));
  g_object_bind_property (self->reserved, "visible", self->reserved_box, "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (context, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (overview_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_thing_panel_set_item:
 * @self: a panel
 * @item: (nullable): a team, unit, depot …; %NULL lets go of the last one and its video
 *
 * Shows @item from now on.
 */
void
wf_thing_panel_set_item (WfThingPanel *self,
                         WfItem       *item)
{
  g_return_if_fail (WF_IS_THING_PANEL (self));

  g_set_object (&self->item, item);
  g_signal_group_set_target (self->signals, item);
  wf_reservation_list_set_depot (self->reserved, item != NULL && g_str_equal (wf_item_get_kind (item), "depot")
                                                   ? wf_item_get_id (item) : NULL);
  update (self);
}

/**
 * wf_thing_panel_get_item:
 * @self: a panel
 *
 * Returns: (transfer none) (nullable): what it shows
 */
WfItem *
wf_thing_panel_get_item (WfThingPanel *self)
{
  g_return_val_if_fail (WF_IS_THING_PANEL (self), NULL);

  return self->item;
}
