/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-wall.h"

#include "wf-kind.h"
#include "wf-ui-util.h"
#include "wf-video-view.h"
#include "wf-wall-layout.h"

#include <glib/gi18n.h>

#define SPACING 6

/**
 * WfWall:
 *
 * Pictures of several links side by side. Where it may be changed, a link is dragged into a tile or from one tile to
 * another; a tile that has the focus is the one that the next link goes to, and Delete empties it. A picture that stays
 * where it is goes on without a blink.
 */
struct _WfWall
{
  GtkWidget     parent_instance;

  WfContext    *context; /* (owned) */
  WfWallLayout *layout;  /* (owned) */
  GtkWidget    *grid;    /* (owned by the widget tree) */
  GtkWidget    *cells[WF_WALL_MOST];
  guint         n_cells;
  guint         selected;
  gboolean      editable;
};

G_DEFINE_FINAL_TYPE (WfWall, wf_wall, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/**
 * wf_wall_find_source:
 * @context: the context
 * @source: id of a unit, a camera or whatever else has a "video"
 *
 * Returns: (transfer full) (nullable): it, if it is there and has a link
 */
WfEntity *
wf_wall_find_source (WfContext  *context,
                     const char *source)
{
  WfSession *session = wf_context_get_session (context);
  guint n;
  const WfKind *kinds = wf_kind_all (&n);

  for (guint i = 0; i < n; i++)
    {
      if (!kinds[i].resource)
        continue;

      g_autoptr (WfItem) item = wf_session_get_item (session, kinds[i].name, source);
      WfEntity *entity = item != NULL ? wf_item_get_entity (item) : NULL;

      if (entity != NULL && wf_ui_nonempty (wf_entity_string (entity, "video")) != NULL)
        return wf_entity_ref (entity);
    }

  return NULL;
}

/**
 * wf_wall_may_show:
 * @kind: a kind of thing
 *
 * Returns: whether things of this kind may have a video link
 */
gboolean
wf_wall_may_show (const WfKind *kind)
{
  for (const WfField *field = kind->fields; kind->resource && field != NULL && field->key != NULL; field++)
    if (g_str_equal (field->key, "video"))
      return TRUE;

  return FALSE;
}

static guint
side_of (guint size)
{
  return size >= 16 ? 4 : size >= 9 ? 3 : size >= 4 ? 2 : 1;
}

static guint
number_of (WfWall    *self,
           GtkWidget *cell)
{
  for (guint i = 0; i < self->n_cells; i++)
    if (self->cells[i] == cell)
      return i;

  g_return_val_if_reached (0);
}

static void
mark_selected (WfWall *self)
{
  for (guint i = 0; i < self->n_cells; i++)
    wf_ui_set_class (self->cells[i], "selected", self->editable && i == self->selected);
}

/* --- what stands in a tile --- */

static void update (WfWall *self);

static void
put (WfWall     *self,
     guint       cell,
     const char *source)
{
  wf_wall_layout_put (self->layout, cell, source);
  self->selected = cell;
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
clear_cb (GtkButton *button,
          WfWall    *self)
{
  GtkWidget *cell = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_OVERLAY);

  put (self, number_of (self, cell), NULL);
  gtk_widget_grab_focus (cell);
}

static WfVideoView *
view_in (GtkWidget *cell)
{
  GtkWidget *child = gtk_overlay_get_child (GTK_OVERLAY (cell));

  return WF_IS_VIDEO_VIEW (child) ? WF_VIDEO_VIEW (child) : NULL;
}

static void
clear_cell (GtkWidget *cell)
{
  GtkWidget *child, *next;

  gtk_overlay_set_child (GTK_OVERLAY (cell), NULL);
  for (child = gtk_widget_get_first_child (cell); child != NULL; child = next)
    {
      next = gtk_widget_get_next_sibling (child);
      gtk_overlay_remove_overlay (GTK_OVERLAY (cell), child);
    }
}

static void
fill_cell (WfWall     *self,
           guint       number,
           const char *source)
{
  GtkWidget *cell = self->cells[number];
  g_autoptr (WfEntity) entity = source != NULL ? wf_wall_find_source (self->context, source) : NULL;
  WfVideoView *view = view_in (cell);
  g_autofree char *name = NULL;

  if (entity != NULL && view != NULL && g_str_equal (wf_video_view_get_unit (view), source) &&
      g_str_equal (wf_video_view_get_uri (view), wf_entity_string (entity, "video")))
    return;

  clear_cell (cell);
  if (entity != NULL)
    {
      const char *title = wf_entity_string (entity, "name");

      gtk_overlay_set_child (GTK_OVERLAY (cell), wf_video_view_new (self->context, entity));
      if (self->editable)
        {
          GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
          g_autofree char *tip = g_strdup_printf (_("Take %s off the wall"), title);

          gtk_widget_add_css_class (button, "osd");
          gtk_widget_add_css_class (button, "wf-mini");
          gtk_widget_add_css_class (button, "wf-video-buttons");
          gtk_widget_set_halign (button, GTK_ALIGN_END);
          gtk_widget_set_valign (button, GTK_ALIGN_START);
          gtk_widget_set_tooltip_text (button, tip);
          wf_ui_set_name (button, tip);
          g_signal_connect_object (button, "clicked", G_CALLBACK (clear_cb), self, 0);
          gtk_overlay_add_overlay (GTK_OVERLAY (cell), button);
        }
      /* TRANSLATORS: a tile of the video wall: its number, the unit whose picture it shows */
      name = g_strdup_printf (_("Tile %u: %s"), number + 1, title);
    }
  else
    {
      GtkWidget *label = gtk_label_new (source != NULL ? _("This link is not there any more")
                                        : self->editable ? _("Drag a link here, or press Enter on one in the list") : "");

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_lines (GTK_LABEL (label), 2);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
      gtk_widget_add_css_class (label, "wf-dim");
      gtk_overlay_set_child (GTK_OVERLAY (cell), label);
      name = g_strdup_printf (_("Tile %u: empty"), number + 1);
    }
  wf_ui_set_name (cell, name);
}

/* --- tiles --- */

static gboolean
key_cb (GtkEventController *controller,
        guint               keyval,
        guint               keycode,
        GdkModifierType     state,
        WfWall             *self)
{
  GtkWidget *cell = gtk_event_controller_get_widget (controller);
  guint number = number_of (self, cell);
  WfVideoView *view = view_in (cell);

  if (!gtk_widget_is_focus (cell))
    return GDK_EVENT_PROPAGATE;
  if ((keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete || keyval == GDK_KEY_BackSpace) &&
      wf_wall_layout_get (self->layout, number) != NULL)
    put (self, number, NULL);
  else if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter) && view != NULL)
    wf_video_view_show_large (view);
  else if (keyval == GDK_KEY_m && view != NULL)
    wf_video_view_toggle_sound (view);
  else if ((keyval == GDK_KEY_r || keyval == GDK_KEY_R) && view != NULL &&
           (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == (GDK_CONTROL_MASK | GDK_SHIFT_MASK))
    wf_video_view_record (view);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

static void
focus_cb (GtkEventController *controller,
          WfWall             *self)
{
  self->selected = number_of (self, gtk_event_controller_get_widget (controller));
  mark_selected (self);
}

static void
pressed_cb (GtkGestureClick *click,
            int              n,
            double           x,
            double           y,
            WfWall          *self)
{
  gtk_widget_grab_focus (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click)));
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         WfWall        *self)
{
  const char *source = g_value_get_string (value);
  g_autoptr (WfEntity) entity = source != NULL ? wf_wall_find_source (self->context, source) : NULL;

  /* Text may be dragged here from anywhere. */
  if (entity == NULL)
    return FALSE;

  put (self, number_of (self, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target))), source);
  return TRUE;
}

static GdkContentProvider *
prepare_cb (GtkDragSource *drag,
            double         x,
            double         y,
            WfWall        *self)
{
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (drag));
  const char *source = wf_wall_layout_get (self->layout, number_of (self, cell));

  return source != NULL ? gdk_content_provider_new_typed (G_TYPE_STRING, source) : NULL;
}

static GtkWidget *
new_cell (WfWall *self)
{
  GtkWidget *cell = gtk_overlay_new ();

  gtk_widget_set_hexpand (cell, TRUE);
  gtk_widget_set_vexpand (cell, TRUE);
  gtk_widget_set_overflow (cell, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (cell, "wf-cell");
  if (self->editable)
    {
      GtkEventController *keys = gtk_event_controller_key_new ();
      GtkEventController *focus = gtk_event_controller_focus_new ();
      GtkGesture *click = gtk_gesture_click_new ();
      GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_STRING, GDK_ACTION_COPY);
      GtkDragSource *drag = gtk_drag_source_new ();

      gtk_widget_set_focusable (cell, TRUE);
      g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
      g_signal_connect (focus, "enter", G_CALLBACK (focus_cb), self);
      g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
      g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
      g_signal_connect (drag, "prepare", G_CALLBACK (prepare_cb), self);
      gtk_widget_add_controller (cell, keys);
      gtk_widget_add_controller (cell, focus);
      gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (click));
      gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (drop));
      gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (drag));
    }

  return cell;
}

static void
set_cells (WfWall *self,
           guint   n)
{
  guint side = side_of (n);

  while (self->n_cells > 0)
    {
      self->n_cells--;
      clear_cell (self->cells[self->n_cells]);
      gtk_grid_remove (GTK_GRID (self->grid), self->cells[self->n_cells]);
    }
  for (guint i = 0; i < n; i++)
    {
      self->cells[i] = new_cell (self);
      gtk_grid_attach (GTK_GRID (self->grid), self->cells[i], (int) (i % side), (int) (i / side), 1, 1);
    }
  self->n_cells = n;
  self->selected = 0;
}

static void
update (WfWall *self)
{
  guint size = wf_wall_layout_get_size (self->layout);

  if (size != self->n_cells)
    set_cells (self, size);
  for (guint i = 0; i < size; i++)
    fill_cell (self, i, wf_wall_layout_get (self->layout, i));
  mark_selected (self);
}

static void
wf_wall_dispose (GObject *object)
{
  WfWall *self = WF_WALL (object);

  self->n_cells = 0;
  g_clear_pointer (&self->grid, gtk_widget_unparent);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (wf_wall_parent_class)->dispose (object);
}

static void
wf_wall_finalize (GObject *object)
{
  wf_wall_layout_free (WF_WALL (object)->layout);

  G_OBJECT_CLASS (wf_wall_parent_class)->finalize (object);
}

static void
wf_wall_class_init (WfWallClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_wall_dispose;
  G_OBJECT_CLASS (klass)->finalize = wf_wall_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", WF_TYPE_WALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wf_wall_init (WfWall *self)
{
  self->layout = wf_wall_layout_new (4);
  self->grid = gtk_grid_new ();
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), SPACING);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), SPACING);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}

/**
 * wf_wall_new:
 * @context: the context
 * @editable: whether a person may change it
 *
 * Returns: (transfer floating): a wall of four empty tiles
 */
GtkWidget *
wf_wall_new (WfContext *context,
             gboolean   editable)
{
  WfWall *self = g_object_new (WF_TYPE_WALL, NULL);

  self->context = g_object_ref (context);
  self->editable = editable;
  wf_ui_set_name (GTK_WIDGET (self), _("Video wall"));
  update (self);
  /* A link may get another address, or go. */
  g_signal_connect_object (wf_context_get_overview (context), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * wf_wall_set_layout:
 * @self: a wall
 * @layout: what wf_wall_dup_layout() gave
 *
 * Returns: whether @layout is one; the wall stays as it is where it is not
 */
gboolean
wf_wall_set_layout (WfWall     *self,
                    const char *layout)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfWallLayout) parsed = NULL;

  g_return_val_if_fail (WF_IS_WALL (self), FALSE);

  parsed = wf_wall_layout_parse (layout, &error);
  if (parsed == NULL)
    {
      g_message ("A video layout was not taken: %s", error->message);
      return FALSE;
    }

  wf_wall_layout_free (self->layout);
  self->layout = g_steal_pointer (&parsed);
  update (self);

  return TRUE;
}

/**
 * wf_wall_dup_layout:
 * @self: a wall
 *
 * Returns: (transfer full): its size and what stands where, in one line
 */
char *
wf_wall_dup_layout (WfWall *self)
{
  g_return_val_if_fail (WF_IS_WALL (self), NULL);

  return wf_wall_layout_to_string (self->layout);
}

/**
 * wf_wall_get_size:
 * @self: a wall
 *
 * Returns: how many tiles it has
 */
guint
wf_wall_get_size (WfWall *self)
{
  g_return_val_if_fail (WF_IS_WALL (self), 0);

  return wf_wall_layout_get_size (self->layout);
}

/**
 * wf_wall_set_size:
 * @self: a wall
 * @size: 1, 4, 9 or 16
 *
 * Makes it larger or smaller.
 */
void
wf_wall_set_size (WfWall *self,
                  guint   size)
{
  g_return_if_fail (WF_IS_WALL (self));

  wf_wall_layout_set_size (self->layout, size);
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * wf_wall_show_source:
 * @self: a wall
 * @source: id of what has a link
 *
 * Puts it into the selected tile; where that is taken, into the first empty one, if there is one. What is on the wall
 * already stays where it is, and gets the focus.
 */
void
wf_wall_show_source (WfWall     *self,
                     const char *source)
{
  int there, room;

  g_return_if_fail (WF_IS_WALL (self));

  there = wf_wall_layout_find (self->layout, source);
  room = wf_wall_layout_find_room (self->layout);
  if (there >= 0)
    {
      self->selected = (guint) there;
      mark_selected (self);
    }
  else if (wf_wall_layout_get (self->layout, self->selected) == NULL || room < 0)
    put (self, self->selected, source);
  else
    put (self, (guint) room, source);
}

/**
 * wf_wall_patrol:
 * @self: a wall
 * @sources: (element-type utf8): ids, in order
 * @from: what the last call returned, 0 at first
 *
 * Shows those whose turn it is.
 *
 * Returns: where the next turn starts
 */
guint
wf_wall_patrol (WfWall    *self,
                GPtrArray *sources,
                guint      from)
{
  guint next;

  g_return_val_if_fail (WF_IS_WALL (self), 0);

  next = wf_wall_layout_patrol (self->layout, sources, from);
  update (self);

  return next;
}
