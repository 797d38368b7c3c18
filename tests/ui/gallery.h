/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sync-testing.h"
#include "wf-context.h"
#include "wf-window.h"

/* Every page, popover, bar and dialog of the program, one after the other, on a service of its own with the demonstration
 * district: for pictures of them and for tests that go for all of them. */
typedef struct
{
  TestService    *service;
  WfSession      *session;
  WfClock        *clock;
  WfContext      *context;
  GSettings      *settings;
  GtkApplication *application;
  WfWindow       *window;
  char           *folder;
  GHashTable     *opened; /* names of the buttons whose popovers were opened */
} Gallery;

/* @surface: the main window with a page in it, a dialog or a popover, mapped. */
typedef void (*GalleryFunc) (const char *name,
                             GtkWidget  *surface,
                             gpointer    data);

Gallery *gallery_new          (void);
void     gallery_free         (Gallery     *self);
char    *gallery_find         (Gallery     *self,
                               const char  *kind,
                               const char  *parent,
                               const char  *field,
                               const char  *value);
void     gallery_show         (Gallery     *self,
                               const char  *name,
                               GtkWindow   *dialog,
                               GalleryFunc  func,
                               gpointer     data);
void     gallery_each_page    (Gallery     *self,
                               GalleryFunc  func,
                               gpointer     data);
void     gallery_each_dialog  (Gallery     *self,
                               char       **names,
                               GalleryFunc  func,
                               gpointer     data);
void     gallery_each_refused (Gallery     *self,
                               GalleryFunc  func,
                               gpointer     data);
void     gallery_each_exercise (Gallery    *self,
                                GalleryFunc func,
                                gpointer    data);
GtkWidget *gallery_look_for   (GtkWidget   *widget,
                               gboolean   (*is_it) (GtkWidget  *widget,
                                                    const char *what),
                               const char  *what);
void     gallery_wait         (int          milliseconds);
