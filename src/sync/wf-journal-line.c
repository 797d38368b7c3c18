/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-item.h"

/**
 * WfJournalLine:
 *
 * An event with the sentence that tells it. The sentence is made once, when the line is, so that scrolling costs nothing
 * and a name that is changed later does not rewrite what was read before.
 */
struct _WfJournalLine
{
  GObject parent_instance;

  WfEvent *event; /* (owned) */
  char    *text;  /* (owned) */
  gboolean pending;
};

G_DEFINE_FINAL_TYPE (WfJournalLine, wf_journal_line, G_TYPE_OBJECT)

static void
wf_journal_line_finalize (GObject *object)
{
  WfJournalLine *self = WF_JOURNAL_LINE (object);

  g_clear_pointer (&self->event, wf_event_unref);
  g_free (self->text);

  G_OBJECT_CLASS (wf_journal_line_parent_class)->finalize (object);
}

static void
wf_journal_line_class_init (WfJournalLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wf_journal_line_finalize;
}

static void
wf_journal_line_init (WfJournalLine *self)
{
}

/**
 * wf_journal_line_new:
 * @event: (transfer none): what happened
 * @text: the sentence that tells it
 * @pending: whether it is only what a command in the outbox will do
 *
 * Returns: (transfer full): a line
 */
WfJournalLine *
wf_journal_line_new (WfEvent    *event,
                     const char *text,
                     gboolean    pending)
{
  g_return_val_if_fail (event != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  WfJournalLine *self = g_object_new (WF_TYPE_JOURNAL_LINE, NULL);
  self->event = wf_event_ref (event);
  self->text = g_strdup (text);
  self->pending = !!pending;

  return self;
}

/**
 * wf_journal_line_get_event:
 * @self: a line
 *
 * Returns: (transfer none): what happened
 */
WfEvent *
wf_journal_line_get_event (WfJournalLine *self)
{
  g_return_val_if_fail (WF_IS_JOURNAL_LINE (self), NULL);

  return self->event;
}

/**
 * wf_journal_line_get_text:
 * @self: a line
 *
 * Returns: (transfer none): the sentence that tells it
 */
const char *
wf_journal_line_get_text (WfJournalLine *self)
{
  g_return_val_if_fail (WF_IS_JOURNAL_LINE (self), NULL);

  return self->text;
}

/**
 * wf_journal_line_get_pending:
 * @self: a line
 *
 * Returns: whether the service has not recorded it yet
 */
gboolean
wf_journal_line_get_pending (WfJournalLine *self)
{
  g_return_val_if_fail (WF_IS_JOURNAL_LINE (self), FALSE);

  return self->pending;
}
