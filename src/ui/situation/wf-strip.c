/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-strip.h"

#include "wf-playback.h"
#include "wf-time.h"
#include "wf-ui-util.h"
#include "wf-video-view.h"
#include "wf-wording.h"

#include <glib/gi18n.h>

#define MOST_TILES 3

/* A list view makes rows for as many lines as it may need, two hundred of them, though five are seen: it is given a few at
 * first, and more as one reads on. */
#define FIRST_LINES 24
#define MORE_LINES 200

/**
 * WfStrip:
 *
 * The bottom of the Situation page: what the units at the selected incident see, and the newest lines of its journal.
 *
 *   session's journal of the incident → newest first → as many as one has read → list view
 */
struct _WfStrip
{
  GtkWidget parent_instance;

  GtkBox      *tiles;
  GtkLabel    *no_video;
  GtkListView *journal;
  GtkWidget   *no_entries;

  WfContext        *context;  /* (owned) */
  char             *incident; /* (owned) (nullable) */
  WfReplay         *replay;   /* (owned) (nullable): the past is shown */
  GtkSortListModel *sorted;   /* (owned) */
  GtkSliceListModel *newest;  /* (owned) */
  GtkSizeGroup     *kinds;    /* (owned): the journal's second column, as wide as its words */
};

G_DEFINE_FINAL_TYPE (WfStrip, wf_strip, GTK_TYPE_WIDGET)

/* --- video ------------------------------------------------------------------------------------------------------- */

static int
compare_latest_first (gconstpointer a,
                      gconstpointer b)
{
  int64_t x = wf_entity_number (*(WfEntity *const *) a);
  int64_t y = wf_entity_number (*(WfEntity *const *) b);

  return x < y ? 1 : x > y ? -1 : 0;
}

/* Units that are out for the incident, by an order of their own or with their team, and have a camera; what changed last
 * comes first, because one wants to see what has just come. */
static GPtrArray *
list_units (WfStrip *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) all = wf_state_list (wf_session_get_state (session), wf_session_get_scope (session), "unit", NULL);
  GPtrArray *units = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_entity_unref);

  g_ptr_array_sort (all, compare_latest_first);
  for (guint i = 0; i < all->len && units->len < MOST_TILES; i++)
    if (wf_entity_is (all->pdata[i], "incident", self->incident) &&
        wf_ui_nonempty (wf_entity_string (all->pdata[i], "video")) != NULL)
      g_ptr_array_add (units, wf_entity_ref (all->pdata[i]));

  return units;
}

static GtkWidget *
find_tile (WfStrip  *self,
           WfEntity *unit)
{
  for (GtkWidget *tile = gtk_widget_get_first_child (GTK_WIDGET (self->tiles));
       tile != NULL;
       tile = gtk_widget_get_next_sibling (tile))
    if (g_str_equal (wf_video_view_get_unit (WF_VIDEO_VIEW (tile)), wf_entity_id (unit))
        && g_str_equal (wf_video_view_get_uri (WF_VIDEO_VIEW (tile)), wf_entity_string (unit, "video")))
      return tile;

  return NULL;
}

static void
clear_tiles (WfStrip *self)
{
  GtkWidget *tile;

  while ((tile = gtk_widget_get_first_child (GTK_WIDGET (self->tiles))) != NULL)
    gtk_box_remove (self->tiles, tile);
}

/* Of the past there is what was recorded; what is live now has no place beside a map that shows then. */
static void
show_recordings (WfStrip *self)
{
  WfSession *session = wf_context_get_session (self->context);
  g_autoptr (GPtrArray) all = wf_playback_list (session, wf_replay_get_incident (self->replay), NULL, NULL);
  g_autoptr (GHashTable) sources = g_hash_table_new (g_str_hash, g_str_equal);

  clear_tiles (self);
  for (guint i = 0; i < all->len && g_hash_table_size (sources) < MOST_TILES; i++)
    {
      const char *source = wf_entity_string (all->pdata[i], "source");

      if (source == NULL || !g_hash_table_add (sources, (gpointer) source))
        continue;

      g_autoptr (GPtrArray) media = wf_playback_list (session, wf_replay_get_incident (self->replay), NULL, source);
      GtkWidget *playback = wf_playback_new (self->context, media, FALSE);

      gtk_widget_set_size_request (playback, 208, -1);
      gtk_box_append (self->tiles, playback);
      wf_playback_follow (WF_PLAYBACK (playback), self->replay);
    }
  gtk_label_set_label (self->no_video, _("No recording belongs to this incident"));
  gtk_widget_set_visible (GTK_WIDGET (self->no_video), g_hash_table_size (sources) == 0);
}

/* A tile that stays is not touched: its picture must not blink because something else has happened. What has come since stands
 * before it. */
static void
update_tiles (WfStrip *self)
{
  g_autoptr (GPtrArray) units = self->incident != NULL ? list_units (self) : g_ptr_array_new ();
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  GtkWidget *tile, *next;
  GtkWidget *last = NULL;

  if (self->replay != NULL)
    return;

  for (guint i = 0; i < units->len; i++)
    {
      tile = find_tile (self, g_ptr_array_index (units, i));
      if (tile == NULL)
        {
          tile = wf_video_view_new (self->context, g_ptr_array_index (units, i));
          gtk_box_insert_child_after (self->tiles, tile, last);
          last = tile;
        }
      g_hash_table_add (wanted, tile);
    }
  for (tile = gtk_widget_get_first_child (GTK_WIDGET (self->tiles)); tile != NULL; tile = next)
    {
      next = gtk_widget_get_next_sibling (tile);
      if (!g_hash_table_contains (wanted, tile))
        gtk_box_remove (self->tiles, tile);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->no_video), units->len == 0);
}

/* --- journal ----------------------------------------------------------------------------------------------------- */

/* Newest first; what waits in the outbox is newer than anything recorded. */
static int
compare_lines (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  WfEvent *event_a = wf_journal_line_get_event ((WfJournalLine *) a);
  WfEvent *event_b = wf_journal_line_get_event ((WfJournalLine *) b);
  int64_t number_a = event_a->number > 0 ? event_a->number : G_MAXINT64;
  int64_t number_b = event_b->number > 0 ? event_b->number : G_MAXINT64;

  if (number_a == number_b)
    return event_a->occurred_at > event_b->occurred_at ? GTK_ORDERING_SMALLER
           : event_a->occurred_at < event_b->occurred_at ? GTK_ORDERING_LARGER : GTK_ORDERING_EQUAL;

  return number_a > number_b ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
}

/* Made only where the pointer rests: a tooltip for each line would cost more than the lines. */
static gboolean
tooltip_cb (GtkListItem *list_item,
            int          x,
            int          y,
            gboolean     keyboard,
            GtkTooltip  *tooltip)
{
  WfJournalLine *line = gtk_list_item_get_item (list_item);
  WfEvent *event = line != NULL ? wf_journal_line_get_event (line) : NULL;

  if (event == NULL)
    return FALSE;

  g_autofree char *recorded = event->recorded_at > 0 ? wf_time_format_local (event->recorded_at, "%F %T") : NULL;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, event->number);
  /* TRANSLATORS: a journal line's text, its number and when it was recorded */
  g_autofree char *tip = recorded != NULL ? g_strdup_printf (_("%s\nNo. %s, recorded %s"), wf_journal_line_get_text (line),
                                                             number, recorded)
                                          : g_strdup (_("Waits to be sent"));

  gtk_tooltip_set_text (tooltip, tip);

  return TRUE;
}

static void
setup_cb (WfStrip     *self,
          GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *time = gtk_label_new (NULL);
  GtkWidget *kind = gtk_label_new (NULL);
  GtkWidget *text = gtk_label_new (NULL);

  gtk_widget_add_css_class (time, "numeric");
  gtk_widget_add_css_class (time, "wf-strong");
  gtk_widget_add_css_class (kind, "wf-dim");
  gtk_label_set_xalign (GTK_LABEL (kind), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (kind), 10);
  gtk_size_group_add_widget (self->kinds, kind);
  gtk_label_set_ellipsize (GTK_LABEL (kind), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (box), time);
  gtk_box_append (GTK_BOX (box), kind);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_add_css_class (box, "wf-small");
  gtk_widget_set_has_tooltip (box, TRUE);
  g_signal_connect_object (box, "query-tooltip", G_CALLBACK (tooltip_cb), list_item, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (list_item, box);
  gtk_list_item_set_activatable (list_item, FALSE);
}

static void
bind_cb (WfStrip     *self,
         GtkListItem *list_item)
{
  WfJournalLine *line = gtk_list_item_get_item (list_item);
  WfEvent *event = wf_journal_line_get_event (line);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *time = gtk_widget_get_first_child (box);
  GtkWidget *kind = gtk_widget_get_next_sibling (time);
  GtkWidget *text = gtk_widget_get_next_sibling (kind);
  g_autofree char *at = wf_time_format_local (wf_event_happened_at (event), "%T");
  g_autofree char *name = NULL;

  gtk_list_item_set_activatable (list_item, event->payload != NULL && wf_dict_has (event->payload, "duration")
                                            && wf_dict_has (event->payload, "medium"));
  gtk_label_set_text (GTK_LABEL (time), at);
  gtk_label_set_text (GTK_LABEL (kind), wf_wording_event_kind (event));
  gtk_label_set_text (GTK_LABEL (text), wf_journal_line_get_text (line));
  wf_ui_set_class (box, "wf-pending", wf_journal_line_get_pending (line));
  name = g_strdup_printf ("%s %s", at, wf_journal_line_get_text (line));
  wf_ui_set_row_name (box, name);
}

static void
wf_strip_dispose (GObject *object)
{
  WfStrip *self = WF_STRIP (object);

  wf_ui_dispose_template (GTK_WIDGET (self), WF_TYPE_STRIP);
  g_clear_object (&self->replay);
  g_clear_object (&self->newest);
  g_clear_object (&self->sorted);
  g_clear_object (&self->kinds);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_strip_parent_class)->dispose (object);
}

static void
wf_strip_finalize (GObject *object)
{
  WfStrip *self = WF_STRIP (object);

  g_clear_pointer (&self->incident, g_free);

  G_OBJECT_CLASS (wf_strip_parent_class)->finalize (object);
}

static void
wf_strip_class_init (WfStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wf_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_strip_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/situation/wf-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, WfStrip, tiles);
  gtk_widget_class_bind_template_child (widget_class, WfStrip, no_video);
  gtk_widget_class_bind_template_child (widget_class, WfStrip, journal);
  gtk_widget_class_bind_template_child (widget_class, WfStrip, no_entries);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
wf_strip_init (WfStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->kinds = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
}

/* What is new goes in above the line that the list view holds on to, out of sight. Who reads at the top wants to see it;
 * who has scrolled down is left where they are. */
static void
journal_changed_cb (WfStrip *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->journal));
  guint lines = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));

  gtk_widget_set_visible (self->no_entries, lines == 0 && self->incident != NULL);
  if (adjustment != NULL && gtk_adjustment_get_value (adjustment) < 1.0 && lines > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->journal), "list.scroll-to-item", "u", 0);
}

/* Who reads on gets more. */
static void
scrolled_cb (WfStrip       *self,
             GtkAdjustment *adjustment)
{
  guint size = gtk_slice_list_model_get_size (self->newest);
  double below = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_value (adjustment)
                 - gtk_adjustment_get_page_size (adjustment);

  if (gtk_adjustment_get_value (adjustment) > 0.0 && below < 2.0 * gtk_adjustment_get_page_size (adjustment)
      && size < g_list_model_get_n_items (G_LIST_MODEL (self->sorted)))
    gtk_slice_list_model_set_size (self->newest, size + MORE_LINES);
}

static void
adjustment_cb (WfStrip *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->journal));

  if (adjustment != NULL)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
}

/* A recording that a line tells of is played from there. */
static void
activate_cb (WfStrip *self,
             guint    position)
{
  g_autoptr (WfJournalLine) line = g_list_model_get_item (G_LIST_MODEL (self->newest), position);
  WfEvent *event = line != NULL ? wf_journal_line_get_event (line) : NULL;
  const char *id = event != NULL && event->payload != NULL ? wf_dict_string (event->payload, "medium") : NULL;
  g_autoptr (WfItem) item = id != NULL ? wf_session_get_item (wf_context_get_session (self->context), "medium", id) : NULL;

  if (item != NULL && wf_playback_is_video (wf_item_get_entity (item)))
    wf_playback_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->context, wf_item_get_entity (item));
}

/**
 * wf_strip_new:
 * @context: the context
 *
 * Returns: (transfer full): an empty strip
 */
GtkWidget *
wf_strip_new (WfContext *context)
{
  WfStrip *self = g_object_new (WF_TYPE_STRIP, NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection = NULL;

  self->context = g_object_ref (context);
  self->sorted = gtk_sort_list_model_new (NULL, GTK_SORTER (gtk_custom_sorter_new (compare_lines, NULL, NULL)));
  self->newest = gtk_slice_list_model_new (G_LIST_MODEL (g_object_ref (self->sorted)), 0, FIRST_LINES);
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->newest)));
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->journal, factory);
  gtk_list_view_set_model (self->journal, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->journal, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->journal, "notify::vadjustment", G_CALLBACK (adjustment_cb), self, G_CONNECT_SWAPPED);
  adjustment_cb (self);
  g_signal_connect_object (self->sorted, "items-changed", G_CALLBACK (journal_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (update_tiles), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_strip_set_replay:
 * @self: the strip
 * @replay: (nullable): what the map shows instead of the present
 *
 * Shows what was recorded then instead of what is live now.
 */
void
wf_strip_set_replay (WfStrip  *self,
                     WfReplay *replay)
{
  g_return_if_fail (WF_IS_STRIP (self));

  if (self->replay == replay)
    return;

  g_set_object (&self->replay, replay);
  if (replay != NULL)
    {
      show_recordings (self);
      return;
    }

  clear_tiles (self);
  gtk_label_set_label (self->no_video, _("No unit with a camera is ordered here"));
  update_tiles (self);
}

/**
 * wf_strip_set_incident:
 * @self: the strip
 * @incident: (nullable): id of an incident
 *
 * Shows the units and the journal of @incident from now on.
 */
void
wf_strip_set_incident (WfStrip    *self,
                       const char *incident)
{
  WfSession *session;

  g_return_if_fail (WF_IS_STRIP (self));

  if (g_strcmp0 (self->incident, incident) == 0)
    return;

  session = wf_context_get_session (self->context);
  g_free (self->incident);
  self->incident = g_strdup (incident);
  gtk_slice_list_model_set_size (self->newest, FIRST_LINES);
  gtk_sort_list_model_set_model (self->sorted, incident != NULL ? wf_session_journal (session, incident) : NULL);
  update_tiles (self);
}
