/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-form-pick.h"

#include "wf-window.h"

#include <glib/gi18n.h>

typedef struct
{
  GWeakRef      asking; /* the window of the form: it may be closed with its parent meanwhile */
  GWeakRef      form;
  char         *key;         /* (owned) */
  GCancellable *cancellable; /* (owned) */
} Pick;

static void
pick_free (Pick *pick)
{
  g_weak_ref_clear (&pick->asking);
  g_weak_ref_clear (&pick->form);
  g_object_unref (pick->cancellable);
  g_free (pick->key);
  g_free (pick);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pick, pick_free)

static void
picked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Pick) pick = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkWindow) asking = g_weak_ref_get (&pick->asking);
  g_autoptr (WfForm) form = g_weak_ref_get (&pick->form);
  double longitude, latitude;
  gboolean picked = wf_window_pick_place_finish (WF_WINDOW (object), result, &longitude, &latitude, &error);

  if (asking == NULL || g_cancellable_is_cancelled (pick->cancellable))
    return;

  gtk_window_present (asking);
  if (form == NULL)
    return;

  if (picked)
    wf_form_place (form, pick->key, longitude, latitude);
  gtk_widget_grab_focus (wf_form_get_widget (form, pick->key));
}

/**
 * wf_form_pick_place:
 * @form: a form in a window that is transient for the main window
 * @key: a field of it that takes a place
 * @cancellable: cancelled when the window with the form is closed
 *
 * Has the place of a field picked on the map. The window with the form steps aside, so that the whole map can be seen and
 * clicked on, and comes back afterwards.
 */
void
wf_form_pick_place (WfForm       *form,
                    const char   *key,
                    GCancellable *cancellable)
{
  GtkWindow *asking;
  GtkWindow *parent;
  Pick *pick;

  g_return_if_fail (WF_IS_FORM (form));
  g_return_if_fail (G_IS_CANCELLABLE (cancellable));

  asking = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (form)));
  parent = gtk_window_get_transient_for (asking);
  if (!WF_IS_WINDOW (parent))
    return;

  pick = g_new0 (Pick, 1);
  g_weak_ref_init (&pick->asking, asking);
  g_weak_ref_init (&pick->form, form);
  pick->key = g_strdup (key);
  pick->cancellable = g_object_ref (cancellable);
  gtk_widget_set_visible (GTK_WIDGET (asking), FALSE);
  wf_window_pick_place_async (WF_WINDOW (parent), _("Click the place on the map; Esc goes back to the form"), cancellable,
                              picked_cb, pick);
}
