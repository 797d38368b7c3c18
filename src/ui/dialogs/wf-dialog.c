/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-ui"

#include "config.h"

#include "wf-dialog.h"

#include "wf-describe.h"
#include "wf-form-pick.h"
#include "wf-kind.h"
#include "wf-ui-focus.h"
#include "wf-ui-util.h"
#include "wf-window.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char     *type;
  GVariant *payload;
  int64_t   occurred_at;
} Queued;

/**
 * WfDialog:
 *
 * What asks a person for what a command needs: a window of its own beside the map, which it neither covers for good nor
 * blocks. Ctrl+Enter confirms and Escape leaves; what a rule refuses is shown at the field that it names. Commands that
 * belong together are queued and sent one after the other; it stays open until all were taken.
 */
struct _WfDialog
{
  AdwWindow       parent_instance;

  WfContext      *context;  /* (owned) */
  char           *incident; /* (owned) (nullable) */
  char           *scope;    /* (owned) that its commands belong to, whatever is shown by then */
  GPtrArray      *forms;    /* of WfForm, in the widget tree */
  GQueue         *queue;    /* of Queued */
  char           *done;
  GCancellable   *cancellable;
  gboolean        busy;
  gboolean        stay;     /* open when all were taken */
  WfEntity       *seen;     /* (owned) (nullable): the incident as the person sees it here */

  AdwWindowTitle *title;
  GtkLabel       *badge;
  GtkWidget      *confirm;
  GtkSpinner     *spinner;
  GtkRevealer    *trouble;
  GtkLabel       *trouble_text;
  GtkWidget      *header;
  GtkScrolledWindow *scrolled;
  GtkBox         *body;
  GtkBox         *column;   /* the body, or the column of it that is filled now */
  guint           growing;  /* fits it once more */
  double          content;  /* how high what is in it was when that was looked at last */
};

/* What GTK draws around a window at the most where nothing composes windows. */
#define BORDER 12

/* The frame of a drill in style.css, on both sides of the window. */
#define FRAME 8

enum {
  SIGNAL_CONFIRM,
  SIGNAL_DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WfDialog, wf_dialog, ADW_TYPE_WINDOW)

static void
queued_free (gpointer data)
{
  Queued *queued = data;

  g_free (queued->type);
  g_clear_pointer (&queued->payload, g_variant_unref);
  g_free (queued);
}

/* --- sending --- */

static void send_next (WfDialog *self);

static void
finish (WfDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  wf_dialog_set_busy (self, FALSE);
  if (self->stay)
    return;
  if (self->done != NULL && WF_IS_WINDOW (parent))
    wf_window_toast (WF_WINDOW (parent), self->done);

  g_signal_emit (self, signals[SIGNAL_DONE], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* What stands is shown beside what was entered. Who confirms once more has seen it. */
static void
show_conflict (WfDialog        *self,
               const WfProblem *problem)
{
  WfEntity *now = self->seen != NULL ? wf_dialog_dup_entity (self, wf_entity_kind (self->seen), wf_entity_id (self->seen)) : NULL;

  g_clear_pointer (&self->seen, wf_entity_unref);
  self->seen = now;
  if (self->seen == NULL || problem->field == NULL)
    {
      wf_dialog_show_problem (self, problem);
      return;
    }

  g_autoptr (GVariant) value = wf_entity_value (self->seen, problem->field);
  g_autofree char *theirs = wf_describe_value (NULL, wf_entity_kind (self->seen), problem->field, value);
  const char *name = wf_wording_field (problem->field);
  g_autofree char *text =
    g_strdup_printf (_("Somebody else changed this meanwhile. Now it stands: %s: %s. Confirm once more to put yours in its place."),
                     name != NULL ? name : problem->field, theirs);

  wf_dialog_show_trouble (self, text);
}

static void
submit_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (WfDialog) self = data;
  g_autoptr (WfProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  if (wf_session_submit_finish (WF_SESSION (object), result, &problem, &error))
    {
      queued_free (g_queue_pop_head (self->queue));
      if (!g_cancellable_is_cancelled (self->cancellable))
        send_next (self);
      return;
    }

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  /* What was taken stays taken; the rest is asked for again. */
  g_queue_clear_full (self->queue, queued_free);
  wf_dialog_set_busy (self, FALSE);
  if (problem != NULL && problem->kind == WF_PROBLEM_CONFLICT)
    show_conflict (self, problem);
  else if (problem != NULL)
    wf_dialog_show_problem (self, problem);
  else if (error != NULL)
    wf_dialog_show_trouble (self, error->message);
}

static void
send_next (WfDialog *self)
{
  Queued *queued = g_queue_peek_head (self->queue);

  if (queued == NULL)
    {
      finish (self);
      return;
    }

  g_autoptr (GVariant) base = self->seen != NULL ? wf_session_base (self->seen, queued->type, queued->payload) : NULL;

  wf_session_submit_in_async (wf_dialog_get_session (self), self->scope, queued->type, queued->payload, queued->occurred_at,
                              base, self->cancellable, submit_cb, g_object_ref (self));
}

static void
pick_cb (WfForm     *form,
         const char *key,
         WfDialog   *self)
{
  if (!self->busy)
    wf_form_pick_place (form, key, self->cancellable);
}

/* --- actions --- */

static void
confirm_cb (GtkWidget  *widget,
            const char *action,
            GVariant   *parameter)
{
  WfDialog *self = WF_DIALOG (widget);

  wf_dialog_confirm (self);
}

static gboolean
confirm_key_cb (GtkWidget *widget,
                GVariant  *arguments,
                gpointer   data)
{
  return gtk_widget_activate_action (widget, "dialog.confirm", NULL);
}

static gboolean
close_key_cb (GtkWidget *widget,
              GVariant  *arguments,
              gpointer   data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static void
map_cb (WfDialog *self)
{
  if (self->forms->len > 0)
    gtk_widget_grab_focus (g_ptr_array_index (self->forms, 0));
}

static gboolean
grow_cb (gpointer data)
{
  WfDialog *self = data;

  self->growing = 0;
  wf_dialog_fit (self);

  return G_SOURCE_REMOVE;
}

/* What was said in the meantime, and texts that GTK sets only when it has time, need more room than there was at first. */
static void
content_cb (GtkAdjustment *adjustment,
            WfDialog      *self)
{
  double before = self->content;

  /* Whoever makes the window lower than its content finds it so. */
  self->content = gtk_adjustment_get_upper (adjustment);
  if (self->content > before && self->content > gtk_adjustment_get_page_size (adjustment) && self->growing == 0)
    self->growing = g_idle_add_full (G_PRIORITY_HIGH_IDLE, grow_cb, self, NULL);
}

/* --- overrides --- */

static void
wf_dialog_show (GtkWidget *widget)
{
  if (!gtk_widget_get_realized (widget))
    wf_ui_widen_window (GTK_WINDOW (widget));
  wf_dialog_fit (WF_DIALOG (widget));

  GTK_WIDGET_CLASS (wf_dialog_parent_class)->show (widget);
}

static gboolean
wf_dialog_close_request (GtkWindow *window)
{
  g_cancellable_cancel (WF_DIALOG (window)->cancellable);

  return GTK_WINDOW_CLASS (wf_dialog_parent_class)->close_request (window);
}

static void
wf_dialog_dispose (GObject *object)
{
  WfDialog *self = WF_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->growing, g_source_remove);
  g_ptr_array_set_size (self->forms, 0);
  gtk_widget_dispose_template (GTK_WIDGET (self), WF_TYPE_DIALOG);

  G_OBJECT_CLASS (wf_dialog_parent_class)->dispose (object);
}

static void
wf_dialog_finalize (GObject *object)
{
  WfDialog *self = WF_DIALOG (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->seen, wf_entity_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->forms, g_ptr_array_unref);
  g_queue_free_full (self->queue, queued_free);
  g_free (self->incident);
  g_free (self->scope);
  g_free (self->done);

  G_OBJECT_CLASS (wf_dialog_parent_class)->finalize (object);
}

static void
wf_dialog_class_init (WfDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = wf_dialog_dispose;
  object_class->finalize = wf_dialog_finalize;
  widget_class->show = wf_dialog_show;
  GTK_WINDOW_CLASS (klass)->close_request = wf_dialog_close_request;

  signals[SIGNAL_CONFIRM] = g_signal_new ("confirm", WF_TYPE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_DONE] = g_signal_new ("done", WF_TYPE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/watchfire/Watchfire/ui/dialogs/wf-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WfDialog, title);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, badge);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, confirm);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, trouble);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, trouble_text);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, body);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, header);
  gtk_widget_class_bind_template_child (widget_class, WfDialog, scrolled);
  gtk_widget_class_install_action (widget_class, "dialog.confirm", NULL, confirm_cb);
}

static void
add_key (GtkShortcutController *keys,
         const char            *trigger,
         GtkShortcutFunc        func)
{
  gtk_shortcut_controller_add_shortcut (keys, gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                                                gtk_callback_action_new (func, NULL, NULL)));
}

static void
wf_dialog_init (WfDialog *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->column = self->body;
  self->forms = g_ptr_array_new ();
  self->queue = g_queue_new ();
  self->cancellable = g_cancellable_new ();

  /* Before the field gets them: a text field would take Ctrl+Enter for a line break. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  add_key (GTK_SHORTCUT_CONTROLLER (keys), "<Control>Return", confirm_key_cb);
  add_key (GTK_SHORTCUT_CONTROLLER (keys), "<Control>KP_Enter", confirm_key_cb);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  /* After them: a list that is open closes first. */
  keys = gtk_shortcut_controller_new ();
  add_key (GTK_SHORTCUT_CONTROLLER (keys), "Escape", close_key_cb);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  wf_ui_keep_focus (GTK_WINDOW (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled), "changed", G_CALLBACK (content_cb), self, 0);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
}

/* --- public --- */

/**
 * wf_dialog_new:
 * @context: what the screens work with
 * @incident: (nullable): id of the incident that it is about
 * @title: what it is for
 * @confirm: what the button that confirms says
 *
 * Returns: (transfer none): a dialog, owned by GTK until it is closed
 */
WfDialog *
wf_dialog_new (WfContext  *context,
               const char *incident,
               const char *title,
               const char *confirm)
{
  g_return_val_if_fail (WF_IS_CONTEXT (context), NULL);

  WfDialog *self = g_object_new (WF_TYPE_DIALOG, NULL);

  self->context = g_object_ref (context);
  self->incident = g_strdup (incident);
  wf_dialog_set_title (self, title);
  gtk_button_set_label (GTK_BUTTON (self->confirm), confirm);

  wf_dialog_set_scope (self, wf_session_get_scope (wf_dialog_get_session (self)));

  self->seen = wf_dialog_dup_incident (self);
  if (self->seen != NULL)
    wf_dialog_set_subtitle (self, wf_entity_string (self->seen, "title"));

  return self;
}

/**
 * wf_dialog_set_scope:
 * @self: a dialog
 * @scope: the scope that its commands belong to, where that is not the one that was shown when it was made
 */
void
wf_dialog_set_scope (WfDialog   *self,
                     const char *scope)
{
  g_return_if_fail (WF_IS_DIALOG (self));
  g_return_if_fail (scope != NULL);

  gboolean real = strcmp (scope, WF_LIVE) == 0;
  char *kept = g_strdup (scope);

  g_free (self->scope);
  self->scope = kept;
  gtk_label_set_text (self->badge, real ? C_("scope", "Real") : C_("scope", "Drill"));
  wf_ui_set_class (GTK_WIDGET (self->badge), "wf-drill", !real);
  wf_ui_set_class (GTK_WIDGET (self), "wf-drill", !real);
}

/**
 * wf_dialog_get_scope:
 * @self: a dialog
 *
 * Returns: (transfer none): the scope that its commands belong to
 */
const char *
wf_dialog_get_scope (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return self->scope;
}

/**
 * wf_dialog_set_seen:
 * @self: a dialog
 * @entity: the thing that it changes, where that is not the incident, as the person sees it
 *
 * Says what the commands are based on, so that they do not go over what somebody else has written meanwhile.
 */
void
wf_dialog_set_seen (WfDialog *self,
                    WfEntity *entity)
{
  g_return_if_fail (WF_IS_DIALOG (self));
  g_return_if_fail (entity != NULL);

  wf_entity_ref (entity);
  g_clear_pointer (&self->seen, wf_entity_unref);
  self->seen = entity;
}

/**
 * wf_dialog_get_context:
 * @self: a dialog
 *
 * Returns: (transfer none): what the screens work with
 */
WfContext *
wf_dialog_get_context (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return self->context;
}

/**
 * wf_dialog_get_session:
 * @self: a dialog
 *
 * Returns: (transfer none): the session
 */
WfSession *
wf_dialog_get_session (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return wf_context_get_session (self->context);
}

/**
 * wf_dialog_get_incident:
 * @self: a dialog
 *
 * Returns: (transfer none) (nullable): id of the incident that it is about
 */
const char *
wf_dialog_get_incident (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return self->incident;
}

/**
 * wf_dialog_dup_entity:
 * @self: a dialog
 * @kind: a kind
 * @id: (nullable): an id
 *
 * Returns: (transfer full) (nullable): the entity as it stands now
 */
WfEntity *
wf_dialog_dup_entity (WfDialog   *self,
                      const char *kind,
                      const char *id)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  WfSession *session = wf_dialog_get_session (self);

  return id != NULL ? wf_state_get (wf_session_get_state (session), wf_session_get_scope (session), kind, id) : NULL;
}

/**
 * wf_dialog_dup_incident:
 * @self: a dialog
 *
 * Returns: (transfer full) (nullable): the incident as it stands now
 */
WfEntity *
wf_dialog_dup_incident (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return wf_dialog_dup_entity (self, "incident", self->incident);
}

/**
 * wf_dialog_set_title:
 * @self: a dialog
 * @title: what it is for
 */
void
wf_dialog_set_title (WfDialog   *self,
                     const char *title)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->title, title);
}

/**
 * wf_dialog_set_subtitle:
 * @self: a dialog
 * @subtitle: what it is about
 */
void
wf_dialog_set_subtitle (WfDialog   *self,
                        const char *subtitle)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  adw_window_title_set_subtitle (self->title, subtitle != NULL ? subtitle : "");
}

/**
 * wf_dialog_set_confirm:
 * @self: a dialog
 * @label: what the button that confirms says: what it will do
 * @grave: whether it cannot be taken back
 */
void
wf_dialog_set_confirm (WfDialog   *self,
                       const char *label,
                       gboolean    grave)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  gtk_button_set_label (GTK_BUTTON (self->confirm), label);
  wf_ui_set_class (self->confirm, "destructive-action", grave);
  wf_ui_set_class (self->confirm, "suggested-action", !grave);
}

/**
 * wf_dialog_fit:
 * @self: a dialog
 *
 * Makes it as high as what is in it, as far as that is not too high. GTK cannot know this itself: a scrolled window asks how
 * high its content is without saying how wide, and wrapped text then answers for its narrowest or its widest.
 */
void
wf_dialog_fit (WfDialog *self)
{
  int width, height, least, head, trouble, body, frame, border;

  g_return_if_fail (WF_IS_DIALOG (self));

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  width = MAX (width, least);
  frame = gtk_widget_has_css_class (GTK_WIDGET (self), "wf-drill") ? FRAME : 0;
  /* Without a compositor the window's border is taken from its size: a row may then break that did not, and the last be cut. */
  border = gdk_display_is_composited (gtk_widget_get_display (GTK_WIDGET (self))) ? 0 : BORDER;
  gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, width, NULL, &head, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->trouble), GTK_ORIENTATION_VERTICAL, width, NULL, &trouble, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->body), GTK_ORIENTATION_VERTICAL, MAX (least, width - border) - frame, NULL,
                      &body, NULL, NULL);
  body = MIN (body, gtk_scrolled_window_get_max_content_height (self->scrolled));
  gtk_window_set_default_size (GTK_WINDOW (self), width, head + trouble + body + frame + border);
}

/**
 * wf_dialog_add:
 * @self: a dialog
 * @widget: what comes next in it
 */
void
wf_dialog_add (WfDialog  *self,
               GtkWidget *widget)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  gtk_box_append (self->column, widget);
}

/* How wide two columns are, and the largest text with which two of them still have room for their fields. */
#define TWO_COLUMNS     980
#define TWO_COLUMN_TEXT 1.3

/**
 * wf_dialog_split:
 * @self: a dialog with something in it
 *
 * What is added from now on stands beside what is in it already, so that nobody has to scroll in a form that has to be
 * filled in at once. With large text it goes on below.
 */
void
wf_dialog_split (WfDialog *self)
{
  GtkWidget *columns, *first, *child;

  g_return_if_fail (WF_IS_DIALOG (self));
  g_return_if_fail (self->column == self->body);

  if (wf_ui_text_scale () > TWO_COLUMN_TEXT)
    return;

  columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  first = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->column = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 10));
  gtk_box_set_homogeneous (GTK_BOX (columns), TRUE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->body))) != NULL)
    {
      g_object_ref (child);
      gtk_box_remove (self->body, child);
      gtk_box_append (GTK_BOX (first), child);
      g_object_unref (child);
    }
  gtk_box_append (GTK_BOX (columns), first);
  gtk_box_append (GTK_BOX (columns), GTK_WIDGET (self->column));
  gtk_box_append (self->body, columns);
  gtk_window_set_default_size (GTK_WINDOW (self), TWO_COLUMNS, -1);
}

/**
 * wf_dialog_add_heading:
 * @self: a dialog
 * @text: a heading for what follows
 */
void
wf_dialog_add_heading (WfDialog   *self,
                       const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_margin_top (label, 4);
  wf_dialog_add (self, label);
}

/**
 * wf_dialog_add_note:
 * @self: a dialog
 * @text: (nullable): a sentence
 *
 * Returns: (transfer none): its label, so that it can be changed
 */
GtkLabel *
wf_dialog_add_note (WfDialog   *self,
                    const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_widget_add_css_class (label, "wf-say");
  wf_dialog_add (self, label);
  return GTK_LABEL (label);
}

/**
 * wf_dialog_add_form:
 * @self: a dialog
 * @fields: (array length=n_fields): a table
 * @n_fields: how many rows it has
 *
 * Returns: (transfer none): the form that was added
 */
WfForm *
wf_dialog_add_form (WfDialog          *self,
                    const WfFormField *fields,
                    gsize              n_fields)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return wf_dialog_add_form_to (self, self->column, fields, n_fields);
}

static void
form_gone_cb (WfDialog *self,
              WfForm   *form)
{
  g_ptr_array_remove (self->forms, form);
}

/**
 * wf_dialog_add_form_to:
 * @self: a dialog
 * @box: a box in it
 * @fields: (array length=n_fields) (nullable): a table
 * @n_fields: how many rows it has
 *
 * As wf_dialog_add_form(), where the form may be taken away again.
 *
 * Returns: (transfer none): the form that was added
 */
WfForm *
wf_dialog_add_form_to (WfDialog          *self,
                       GtkBox            *box,
                       const WfFormField *fields,
                       gsize              n_fields)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  GtkWidget *form = wf_form_new (fields, n_fields);

  wf_form_set_context (WF_FORM (form), self->context);
  g_ptr_array_add (self->forms, form);
  g_signal_connect_object (form, "destroy", G_CALLBACK (form_gone_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "pick", G_CALLBACK (pick_cb), self, 0);
  gtk_box_append (box, form);
  return WF_FORM (form);
}

/**
 * wf_dialog_queue:
 * @self: a dialog
 * @type: type of a command
 * @payload: (transfer full): its payload, floating or not
 * @occurred_at: when it happened; 0 for now
 *
 * Puts a command in the row of those that wf_dialog_run() sends.
 */
void
wf_dialog_queue (WfDialog   *self,
                 const char *type,
                 GVariant   *payload,
                 int64_t     occurred_at)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  Queued *queued = g_new0 (Queued, 1);

  queued->type = g_strdup (type);
  queued->payload = g_variant_take_ref (payload);
  queued->occurred_at = occurred_at != 0 ? occurred_at : wf_context_now (self->context);
  g_queue_push_tail (self->queue, queued);
}

/**
 * wf_dialog_run:
 * @self: a dialog
 * @done: (nullable): what is said when all were taken
 *
 * Sends the queued commands one after the other. At the first refusal it stops and shows why.
 */
void
wf_dialog_run (WfDialog   *self,
               const char *done)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  g_free (self->done);
  self->done = g_strdup (done);
  self->stay = FALSE;
  wf_dialog_show_trouble (self, NULL);
  wf_dialog_set_busy (self, TRUE);
  send_next (self);
}

/**
 * wf_dialog_send:
 * @self: a dialog
 *
 * Sends the queued commands as wf_dialog_run() does, and stays open: for what is done on the way to the dialog's purpose.
 * Not while wf_dialog_is_busy().
 */
void
wf_dialog_send (WfDialog *self)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  g_return_if_fail (!self->busy);

  self->stay = TRUE;
  wf_dialog_show_trouble (self, NULL);
  wf_dialog_set_busy (self, TRUE);
  send_next (self);
}

/**
 * wf_dialog_is_busy:
 * @self: a dialog
 *
 * Returns: whether commands are on their way
 */
gboolean
wf_dialog_is_busy (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), FALSE);

  return self->busy;
}

/**
 * wf_dialog_confirm:
 * @self: a dialog
 *
 * What Ctrl+Enter and the button do.
 */
void
wf_dialog_confirm (WfDialog *self)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  if (!self->busy)
    g_signal_emit (self, signals[SIGNAL_CONFIRM], 0);
}

/**
 * wf_dialog_show_problem:
 * @self: a dialog
 * @problem: why a command was refused
 *
 * Shows it at the field that it is about, or above all of them.
 */
void
wf_dialog_show_problem (WfDialog        *self,
                        const WfProblem *problem)
{
  g_return_if_fail (WF_IS_DIALOG (self));
  g_return_if_fail (problem != NULL);

  g_autofree char *message = wf_problem_message (problem);

  for (guint i = 0; i < self->forms->len; i++)
    if (wf_form_show_error (g_ptr_array_index (self->forms, i), problem->field, message))
      return;

  wf_dialog_show_trouble (self, message);
}

/**
 * wf_dialog_show_trouble:
 * @self: a dialog
 * @text: (nullable): what is wrong with the whole; %NULL when nothing is
 */
void
wf_dialog_show_trouble (WfDialog   *self,
                        const char *text)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  gtk_label_set_text (self->trouble_text, text != NULL ? text : "");
  gtk_revealer_set_reveal_child (self->trouble, text != NULL);
}

/**
 * wf_dialog_get_trouble:
 * @self: a dialog
 *
 * Returns: (transfer none) (nullable): what is shown to be wrong with the whole
 */
const char *
wf_dialog_get_trouble (WfDialog *self)
{
  g_return_val_if_fail (WF_IS_DIALOG (self), NULL);

  return gtk_revealer_get_reveal_child (self->trouble) ? gtk_label_get_text (self->trouble_text) : NULL;
}

/**
 * wf_dialog_set_busy:
 * @self: a dialog
 * @busy: whether something goes on that must end first
 */
void
wf_dialog_set_busy (WfDialog *self,
                    gboolean  busy)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.confirm", !busy);
  gtk_spinner_set_spinning (self->spinner, busy);
}

typedef struct
{
  WfDialog *dialog;
  void    (*confirmed) (WfDialog *dialog,
                        gpointer  data);
  gpointer  data;
} Question;

static void
response_cb (AdwMessageDialog *message,
             const char       *response,
             Question         *question)
{
  if (strcmp (response, "confirm") == 0)
    question->confirmed (question->dialog, question->data);
}

static void
question_free (gpointer  data,
               GClosure *closure)
{
  g_free (data);
}

/**
 * wf_dialog_ask:
 * @self: a dialog
 * @heading: a question
 * @text: what will be done
 * @confirm: what the button says
 * @confirmed: (scope async): void (*) (WfDialog *, gpointer): called where the person confirms
 * @data: data for @confirmed, which lives as long as the dialog
 *
 * Asks once more before something that cannot be taken back.
 */
void
wf_dialog_ask (WfDialog   *self,
               const char *heading,
               const char *text,
               const char *confirm,
               GCallback   confirmed,
               gpointer    data)
{
  g_return_if_fail (WF_IS_DIALOG (self));

  GtkWidget *message = adw_message_dialog_new (GTK_WINDOW (self), heading, text);
  Question *question = g_new0 (Question, 1);

  question->dialog = self;
  question->confirmed = (void (*) (WfDialog *, gpointer)) confirmed;
  question->data = data;
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (message), "cancel", _("Cancel"), "confirm", confirm, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (message), "confirm", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (message), "confirm");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (message), "cancel");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (message), TRUE);
  g_signal_connect_data (message, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (message));
}
