/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-map"

#include "config.h"

#include "wf-wrap-layout.h"

/**
 * WfWrapLayout:
 *
 * Lays children beside each other as a box does, and goes on below where they do not fit: a row of controls that is one line
 * on a usual screen takes two where the text is twice as large, instead of making the window wider than the screen. It stands
 * in this folder because the map's own bar needs it; the screens use it too.
 *
 * A child wants its natural width, so that nothing is cut; a label that may be cut has max-width-chars to say how much of it
 * is to be seen at least.
 */
struct _WfWrapLayout
{
  GtkLayoutManager parent_instance;

  int      spacing;
  int      line_spacing;
  gboolean even;
};

enum {
  PROP_0,
  PROP_SPACING,
  PROP_LINE_SPACING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WfWrapLayout, wf_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  GtkWidget *widget; /* (unowned) */
  int        minimum;
  int        natural;
  int        width;
  int        line;
} Cell;

static GArray *
collect (GtkWidget *widget)
{
  GArray *cells = g_array_new (FALSE, TRUE, sizeof (Cell));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      Cell cell = { child };

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &cell.minimum, &cell.natural, NULL, NULL);
      g_array_append_val (cells, cell);
    }

  return cells;
}

/* Widths within one line: the natural ones as far as they fit, and what is left goes to those that expand. */
static void
share_line (WfWrapLayout *self,
            Cell         *cells,
            guint         n,
            int           width)
{
  g_autofree GtkRequestedSize *sizes = g_new0 (GtkRequestedSize, n);
  int left = width - self->spacing * ((int) n - 1);
  int expanding = 0;

  for (guint i = 0; i < n; i++)
    {
      sizes[i].minimum_size = cells[i].minimum;
      sizes[i].natural_size = cells[i].natural;
      left -= cells[i].minimum;
      expanding += gtk_widget_compute_expand (cells[i].widget, GTK_ORIENTATION_HORIZONTAL);
    }
  left = gtk_distribute_natural_allocation (MAX (left, 0), n, sizes);

  for (guint i = 0; i < n; i++)
    {
      cells[i].width = sizes[i].minimum_size;
      if (expanding > 0 && gtk_widget_compute_expand (cells[i].widget, GTK_ORIENTATION_HORIZONTAL))
        {
          int part = left / expanding--;

          cells[i].width += part;
          left -= part;
        }
      cells[i].width = MIN (cells[i].width, MAX (width, cells[i].minimum));
    }
}

static void
share_evenly (WfWrapLayout *self,
              GArray       *cells,
              int           width)
{
  int widest = 1;

  for (guint i = 0; i < cells->len; i++)
    widest = MAX (widest, g_array_index (cells, Cell, i).natural);

  int columns = CLAMP ((width + self->spacing) / (widest + self->spacing), 1, (int) cells->len);
  int column = (width - self->spacing * (columns - 1)) / columns;

  for (guint i = 0; i < cells->len; i++)
    {
      Cell *cell = &g_array_index (cells, Cell, i);

      cell->line = (int) i / columns;
      cell->width = MAX (column, cell->minimum);
    }
}

/* Gives each cell its line and its width. */
static void
share (WfWrapLayout *self,
       GArray       *cells,
       int           width)
{
  Cell *all = (Cell *) (gpointer) cells->data;
  guint first = 0;
  int taken = 0;
  int line = 0;

  if (self->even && cells->len > 0)
    {
      share_evenly (self, cells, width);
      return;
    }

  for (guint i = 0; i < cells->len; i++)
    {
      int want = all[i].natural;

      if (i > first && taken + self->spacing + want > width)
        {
          share_line (self, all + first, i - first, width);
          first = i;
          taken = 0;
          line++;
        }
      taken += want + (i > first ? self->spacing : 0);
      all[i].line = line;
    }
  if (first < cells->len)
    share_line (self, all + first, cells->len - first, width);
}

/* How high the line is that begins with @first; @next gets the first cell of the one below. */
static int
line_height (GArray *cells,
             guint   first,
             guint  *next)
{
  Cell *all = (Cell *) (gpointer) cells->data;
  int height = 0;
  guint i;

  for (i = first; i < cells->len && all[i].line == all[first].line; i++)
    {
      int natural;

      gtk_widget_measure (all[i].widget, GTK_ORIENTATION_VERTICAL, all[i].width, NULL, &natural, NULL, NULL);
      height = MAX (height, natural);
    }
  *next = i;

  return height;
}

static GtkSizeRequestMode
wf_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                 GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
wf_wrap_layout_measure (GtkLayoutManager *manager,
                        GtkWidget        *widget,
                        GtkOrientation    orientation,
                        int               for_size,
                        int              *minimum,
                        int              *natural,
                        int              *minimum_baseline,
                        int              *natural_baseline)
{
  WfWrapLayout *self = WF_WRAP_LAYOUT (manager);
  g_autoptr (GArray) cells = collect (widget);
  int narrowest = 0, whole = 0, widest = 0;

  for (guint i = 0; i < cells->len; i++)
    {
      Cell *cell = &g_array_index (cells, Cell, i);

      narrowest = MAX (narrowest, cell->minimum);
      widest = MAX (widest, cell->natural);
      whole += cell->natural + (i > 0 ? self->spacing : 0);
    }
  if (self->even && cells->len > 0)
    whole = (widest + self->spacing) * (int) cells->len - self->spacing;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = narrowest;
      *natural = whole;
      return;
    }

  int height = 0;

  share (self, cells, for_size >= 0 ? for_size : whole);
  for (guint i = 0; i < cells->len;)
    height += (i > 0 ? self->line_spacing : 0) + line_height (cells, i, &i);
  *minimum = *natural = height;
}

static void
wf_wrap_layout_allocate (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         int               width,
                         int               height,
                         int               baseline)
{
  WfWrapLayout *self = WF_WRAP_LAYOUT (manager);
  g_autoptr (GArray) cells = collect (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int y = 0;

  share (self, cells, width);
  for (guint i = 0; i < cells->len;)
    {
      guint next;
      int high = line_height (cells, i, &next);
      int x = 0;

      /* The only line has what the widget has, so that its children may stand in the middle of that. */
      if (i == 0 && next == cells->len)
        high = MAX (high, height);
      for (; i < next; i++)
        {
          Cell *cell = &g_array_index (cells, Cell, i);
          GtkAllocation place = { rtl ? width - x - cell->width : x, y, cell->width, high };

          gtk_widget_size_allocate (cell->widget, &place, -1);
          x += cell->width + self->spacing;
        }
      y += high + self->line_spacing;
    }
}

static void
wf_wrap_layout_set_property (GObject      *object,
                             guint         property,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  WfWrapLayout *self = WF_WRAP_LAYOUT (object);

  switch (property)
    {
    case PROP_SPACING:
      self->spacing = g_value_get_int (value);
      break;
    case PROP_LINE_SPACING:
      self->line_spacing = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
wf_wrap_layout_class_init (WfWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->set_property = wf_wrap_layout_set_property;
  layout_class->get_request_mode = wf_wrap_layout_get_request_mode;
  layout_class->measure = wf_wrap_layout_measure;
  layout_class->allocate = wf_wrap_layout_allocate;

  properties[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, 100, 6,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LINE_SPACING] = g_param_spec_int ("line-spacing", NULL, NULL, 0, 100, 4,
                                                    G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
wf_wrap_layout_init (WfWrapLayout *self)
{
}

/**
 * wf_wrap_layout_new:
 * @spacing: pixels between children of one line
 * @line_spacing: pixels between lines
 *
 * Returns: (transfer full): a layout
 */
GtkLayoutManager *
wf_wrap_layout_new (int spacing,
                    int line_spacing)
{
  return g_object_new (WF_TYPE_WRAP_LAYOUT, "spacing", spacing, "line-spacing", line_spacing, NULL);
}

/**
 * wf_wrap_layout_set_even:
 * @self: a layout
 * @even: whether all children have the same width, so that they stand in columns
 */
void
wf_wrap_layout_set_even (WfWrapLayout *self,
                         gboolean      even)
{
  g_return_if_fail (WF_IS_WRAP_LAYOUT (self));

  if (self->even == even)
    return;

  self->even = even;
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}
