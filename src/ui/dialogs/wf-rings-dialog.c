/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-rings-dialog.h"

#include "wf-geo-text.h"
#include "wf-plot.h"

#include <glib/gi18n.h>

/* More around one place say nothing to anybody. */
#define RINGS_MAX 10

/* Leak, blast and evacuation distances begin about there. */
#define USUAL "500, 1000, 3000"

typedef struct
{
  WfForm    *form;  /* (unowned) in the dialog */
  GPtrArray *plots; /* (owned) (element-type utf8) ids of what is drawn, ending with %NULL once they are queued */
} Rings;

static const WfFormField rings_form[] = {
  { "centre", WF_FORM_POINT, N_("Centre"), TRUE },
  { "radii", WF_FORM_LINE, N_("Radii: metres, or with km (500, 1000, 3 km)"), TRUE },
  { "label", WF_FORM_LINE, N_("Label") },
};

static void
rings_free (gpointer data)
{
  Rings *self = data;

  g_ptr_array_unref (self->plots);
  g_free (self);
}

static void
confirm_cb (WfDialog *dialog,
            Rings    *self)
{
  g_autoptr (GVariant) collected = wf_form_collect (self->form);
  g_autoptr (GError) error = NULL;
  const char *incident = wf_dialog_get_incident (dialog);

  if (collected == NULL)
    return;

  g_autoptr (GVariant) centre = wf_dict_value (collected, "centre");
  g_autoptr (GVariant) points = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(dd)"), &centre, 1));
  const char *label = wf_dict_string (collected, "label");
  g_autoptr (GArray) radii = wf_geo_parse_distances (wf_dict_string (collected, "radii"), RINGS_MAX, 1.0, WF_PLOT_RADIUS_MAX,
                                                     &error);

  if (radii == NULL)
    {
      wf_form_show_error (self->form, "radii", error->message);
      return;
    }

  g_ptr_array_set_size (self->plots, 0);
  for (guint i = 0; i < radii->len; i++)
    {
      char *id = wf_session_new_id (wf_dialog_get_session (dialog));

      g_ptr_array_add (self->plots, id);
      wf_dialog_queue (dialog, "plot.draw",
                       wf_dict_make ("plot", wf_value_string (id),
                                     "type", wf_value_string ("range_ring"),
                                     "incident", incident != NULL ? wf_value_string (incident) : NULL,
                                     "points", points,
                                     "radius_m", wf_value_double (g_array_index (radii, double, i)),
                                     "label", label != NULL ? wf_value_string (label) : NULL, NULL),
                       0);
    }
  g_ptr_array_add (self->plots, NULL);
  wf_dialog_run (dialog, _("Drawn on the map"));
}

/**
 * wf_rings_dialog_new:
 * @context: what the screens work with
 * @incident: (nullable): id of the incident that they belong to
 * @centre: (nullable): what is selected on the map
 *
 * Returns: (transfer none): a dialog that draws range rings of several radii around a place
 */
WfDialog *
wf_rings_dialog_new (WfContext        *context,
                     const char       *incident,
                     const WfGeoPoint *centre)
{
  WfDialog *dialog = wf_dialog_new (context, incident, _("Range rings"), _("Draw"));
  Rings *self = g_new0 (Rings, 1);

  self->plots = g_ptr_array_new_with_free_func (g_free);
  self->form = wf_dialog_add_form (dialog, rings_form, G_N_ELEMENTS (rings_form));
  g_object_set_data_full (G_OBJECT (dialog), "wf-rings", self, rings_free);
  g_signal_connect (dialog, "confirm", G_CALLBACK (confirm_cb), self);
  wf_form_set_string (self->form, "radii", USUAL);
  if (centre != NULL)
    wf_form_set (self->form, "centre", wf_value_point (centre->lon, centre->lat));

  return dialog;
}

/**
 * wf_rings_dialog_get_plots:
 * @self: such a dialog that is done
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of the rings that it has drawn, the smallest first
 */
const char *const *
wf_rings_dialog_get_plots (WfDialog *self)
{
  Rings *rings = g_object_get_data (G_OBJECT (self), "wf-rings");

  g_return_val_if_fail (rings != NULL && rings->plots->len > 0, NULL);

  return (const char *const *) rings->plots->pdata;
}
