/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-place-picker.h"

/**
 * WfPlacePicker:
 *
 * Has a person pick a place on a map, for whoever asks: a form in a dialog, the panel in which a report is taken. One asks at a
 * time.
 */
struct _WfPlacePicker
{
  GObject parent_instance;

  WfMapView *map;  /* (weak) (nullable) */
  GTask     *task; /* (owned) (nullable): waits for a click on the map */
};

G_DEFINE_FINAL_TYPE (WfPlacePicker, wf_place_picker, G_TYPE_OBJECT)

static void
place_picked_cb (WfPlacePicker *self,
                 double         lon,
                 double         lat)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  WfPlacePick *pick;

  if (task == NULL)
    return;

  pick = g_new0 (WfPlacePick, 1);
  pick->longitude = lon;
  pick->latitude = lat;
  g_task_return_pointer (task, pick, g_free);
}

static void
stop_pick_cb (GCancellable  *cancellable,
              WfPlacePicker *self)
{
  if (self->task != NULL && g_task_get_cancellable (self->task) == cancellable && self->map != NULL)
    wf_map_view_cancel_pick (self->map);
}

static void
wf_place_picker_dispose (GObject *object)
{
  WfPlacePicker *self = WF_PLACE_PICKER (object);

  g_clear_weak_pointer (&self->map);

  G_OBJECT_CLASS (wf_place_picker_parent_class)->dispose (object);
}

static void
wf_place_picker_class_init (WfPlacePickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wf_place_picker_dispose;
}

static void
wf_place_picker_init (WfPlacePicker *self)
{
}

/**
 * wf_place_picker_new:
 * @map: the map that is clicked on
 *
 * Returns: (transfer full): a picker
 */
WfPlacePicker *
wf_place_picker_new (WfMapView *map)
{
  WfPlacePicker *self = g_object_new (WF_TYPE_PLACE_PICKER, NULL);

  g_set_weak_pointer (&self->map, map);
  g_signal_connect_object (map, "place-picked", G_CALLBACK (place_picked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (map, "pick-cancelled", G_CALLBACK (wf_place_picker_cancel), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * wf_place_picker_pick_async:
 * @self: the picker
 * @hint: what to click on
 * @cancellable: (nullable): a cancellable
 * @callback: called when a place was picked, or not
 * @data: for @callback
 *
 * The next click on the map picks a place, with the keyboard Enter its middle; Escape goes back. Who asked before and has
 * no place yet gets none.
 */
void
wf_place_picker_pick_async (WfPlacePicker       *self,
                            const char          *hint,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_return_if_fail (WF_IS_PLACE_PICKER (self));
  g_return_if_fail (self->map != NULL);

  wf_map_view_cancel_pick (self->map);
  self->task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (self->task, wf_place_picker_pick_async);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (stop_pick_cb), self, 0);
  wf_map_view_start_pick (self->map, hint);
  gtk_widget_grab_focus (GTK_WIDGET (self->map));
}

/**
 * wf_place_picker_pick_finish:
 * @self: the picker
 * @result: a result
 * @error: (nullable): for %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the place, to be freed with g_free(), or %NULL where none was picked
 */
WfPlacePick *
wf_place_picker_pick_finish (WfPlacePicker  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * wf_place_picker_cancel:
 * @self: the picker
 *
 * Whoever waits gets no place. The map stays as it is, which may be going away.
 */
void
wf_place_picker_cancel (WfPlacePicker *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WF_IS_PLACE_PICKER (self));

  task = g_steal_pointer (&self->task);
  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "no place was picked");
}
