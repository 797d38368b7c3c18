/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wf-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WF_TYPE_RESERVATION_LIST (wf_reservation_list_get_type ())
G_DECLARE_FINAL_TYPE (WfReservationList, wf_reservation_list, WF, RESERVATION_LIST, GtkWidget)

GtkWidget *wf_reservation_list_new          (WfContext         *context);
void       wf_reservation_list_set_incident (WfReservationList *self,
                                             const char        *incident);
void       wf_reservation_list_set_depot    (WfReservationList *self,
                                             const char        *depot);
guint      wf_reservation_list_get_count    (WfReservationList *self);

GPtrArray *wf_reservations_held             (WfSession         *session,
                                             const char        *incident,
                                             const char        *stock);
double     wf_reservations_sum              (GPtrArray         *reservations);

G_END_DECLS
