/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-entry.h"
#include "wf-frame-private.h"
#include "wf-kind.h"
#include "wf-sync-error.h"
#include "wf-wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* From so many changes at once on, lists are compared as a whole instead of changed one by one. */
#define MANY 200

/* So many lines has the journal of everything. */
#define LATEST 500

/* So many of the newest events are at hand for a journal that is opened; the rest is in the replica's file. */
#define EVENTS_AT_HAND 4000

#define PAGE_MAX (32 * 1024 * 1024)

/* --- items and lists --------------------------------------------------------------------------------------------- */

/**
 * wf_session_key:
 * @kind: a kind
 * @id: an id
 *
 * Returns: (transfer full): what the tables of a session go by; neither part has a slash in it
 */
char *
wf_session_key (const char *kind,
                const char *id)
{
  return g_strconcat (kind, "/", id, NULL);
}

static gboolean
is_pending (WfSession  *self,
            const char *key)
{
  return g_hash_table_contains (self->overlay, key);
}

/**
 * wf_session_ensure_item:
 * @self: a session
 * @entity: something of its state
 *
 * Returns: (transfer none): the thing's item
 */
WfItem *
wf_session_ensure_item (WfSession *self,
                        WfEntity  *entity)
{
  char *key = wf_session_key (wf_entity_kind (entity), wf_entity_id (entity));
  WfItem *item = g_hash_table_lookup (self->items, key);

  if (item == NULL)
    {
      item = wf_item_new (entity);
      wf_item_set_entity (item, entity, is_pending (self, key));
      g_hash_table_insert (self->items, key, item);
    }
  else
    g_free (key);

  return item;
}

/**
 * wf_session_fill_list:
 * @self: a session
 * @list: one of its lists
 * @kind: what is in it
 * @parent: (nullable): what that belongs to
 *
 * Makes the list hold what the state does.
 */
void
wf_session_fill_list (WfSession  *self,
                      WfItemList *list,
                      const char *kind,
                      const char *parent)
{
  g_autoptr (GPtrArray) entities = wf_state_list (self->state, self->scope, kind, parent);
  g_autoptr (GPtrArray) items = g_ptr_array_new_full (entities->len, NULL);

  for (guint i = 0; i < entities->len; i++)
    g_ptr_array_add (items, wf_session_ensure_item (self, g_ptr_array_index (entities, i)));

  wf_item_list_sync (list, items);
}

static void
split_key (const char  *key,
           char       **kind,
           const char **id)
{
  const char *slash = strchr (key, '/');

  *kind = slash != NULL ? g_strndup (key, (gsize) (slash - key)) : g_strdup (key);
  *id = slash != NULL ? slash + 1 : NULL;
}

/* A handler of items-changed may let go of a list, so each is held while it changes. */
static WfItemList *
hold_list (WfSession  *self,
           const char *kind,
           const char *parent)
{
  g_autofree char *key = parent != NULL ? wf_session_key (kind, parent) : NULL;
  WfItemList *list = key != NULL ? g_hash_table_lookup (self->children, key) : g_hash_table_lookup (self->kinds, kind);

  return list != NULL ? g_object_ref (list) : NULL;
}

static void
remove_from (WfSession  *self,
             const char *kind,
             const char *parent,
             const char *id)
{
  g_autoptr (WfItemList) list = hold_list (self, kind, parent);

  if (list != NULL)
    wf_item_list_remove (list, id);
}

static void
refresh_one (WfSession  *self,
             const char *key)
{
  g_autofree char *kind = NULL;
  const char *id;

  split_key (key, &kind, &id);

  g_autoptr (WfEntity) entity = wf_state_get (self->state, self->scope, kind, id);
  WfItem *known = g_hash_table_lookup (self->items, key);
  g_autoptr (WfItem) item = known != NULL ? g_object_ref (known) : NULL;
  g_autofree char *old_parent = item != NULL ? g_strdup (wf_entity_parent (wf_item_get_entity (item))) : NULL;

  if (entity == NULL)
    {
      g_hash_table_remove (self->items, key);
      remove_from (self, kind, NULL, id);
      if (old_parent != NULL)
        remove_from (self, kind, old_parent, id);
      return;
    }

  const char *parent = wf_entity_parent (entity);
  g_autoptr (WfItemList) all = hold_list (self, kind, NULL);
  g_autoptr (WfItemList) siblings = parent != NULL ? hold_list (self, kind, parent) : NULL;

  if (item != NULL)
    wf_item_set_entity (item, entity, is_pending (self, key));
  else if (all != NULL || siblings != NULL)
    item = g_object_ref (wf_session_ensure_item (self, entity));
  else
    return;

  if (all != NULL)
    wf_item_list_add (all, item);
  if (old_parent != NULL && g_strcmp0 (old_parent, parent) != 0)
    remove_from (self, kind, old_parent, id);
  if (siblings != NULL)
    wf_item_list_add (siblings, item);
}

/* The items of @keys, or all that there are. */
static void
refresh_items (WfSession  *self,
               GHashTable *keys)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, keys != NULL ? keys : self->items);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (names, g_strdup (key));

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      WfItem *known = g_hash_table_lookup (self->items, name);
      g_autofree char *kind = NULL;
      const char *id;

      if (known == NULL)
        continue;

      g_autoptr (WfItem) item = g_object_ref (known);

      split_key (name, &kind, &id);
      g_autoptr (WfEntity) entity = wf_state_get (self->state, self->scope, kind, id);

      if (entity != NULL)
        wf_item_set_entity (item, entity, is_pending (self, name));
      else
        g_hash_table_remove (self->items, name);
    }
}

/* What a handler of items-changed does to the tables must not disturb who goes through them. */
static void
copy_lists (GHashTable *table,
            GPtrArray  *names,
            GPtrArray  *lists)
{
  GHashTableIter iter;
  gpointer key, list;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &list))
    {
      g_ptr_array_add (names, g_strdup (key));
      g_ptr_array_add (lists, g_object_ref (list));
    }
}

static void
refresh_lists (WfSession *self)
{
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  copy_lists (self->kinds, names, lists);
  copy_lists (self->children, names, lists);

  for (guint i = 0; i < lists->len; i++)
    {
      g_autofree char *kind = NULL;
      const char *parent;

      split_key (g_ptr_array_index (names, i), &kind, &parent);
      wf_session_fill_list (self, g_ptr_array_index (lists, i), kind, parent);
    }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * wf_session_refresh:
 * @self: a session
 * @keys: (element-type utf8): the things that may have changed
 *
 * Brings items and lists up to the state.
 */
void
wf_session_refresh (WfSession  *self,
                    GHashTable *keys)
{
  if (g_hash_table_size (keys) > MANY)
    {
      refresh_items (self, keys);
      refresh_lists (self);
      return;
    }

  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  /* Sorted, so that what a screen is told does not depend on a hash table's mood. */
  g_hash_table_iter_init (&iter, keys);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (names, key);
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    refresh_one (self, g_ptr_array_index (names, i));
}

/**
 * wf_session_refresh_all:
 * @self: a session
 *
 * Brings everything up to the state, after a snapshot.
 */
void
wf_session_refresh_all (WfSession *self)
{
  refresh_items (self, NULL);
  refresh_lists (self);
}

/* --- the journal ------------------------------------------------------------------------------------------------- */

/**
 * wf_session_tell:
 * @self: a session
 * @event: an event
 *
 * Returns: (transfer full): the sentence that tells it
 */
char *
wf_session_tell (WfSession *self,
                 WfEvent   *event)
{
  char *text = event->payload != NULL ? wf_wording_event (event, self->state) : NULL;

  return text != NULL ? text : g_strdup (_("An entry that is not shown here"));
}

static WfJournalLine *
new_line (WfSession *self,
          WfEvent   *event)
{
  g_autofree char *text = wf_session_tell (self, event);

  return wf_journal_line_new (event, text, FALSE);
}

static GPtrArray *
lines_of (WfSession  *self,
          GPtrArray  *events,
          const char *subject,
          guint       most)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_object_unref);
  guint from = most > 0 && events->len > most ? events->len - most : 0;

  for (guint i = from; i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);

      if (subject == NULL || g_strcmp0 (event->subject, subject) == 0)
        g_ptr_array_add (lines, new_line (self, event));
    }

  return lines;
}

static WfJournalList *
hold_journal (WfSession  *self,
              const char *subject)
{
  WfJournalList *list = g_hash_table_lookup (self->journals, subject);

  return list != NULL ? g_object_ref (list) : NULL;
}

/**
 * wf_session_add_line:
 * @self: a session
 * @event: an event that has been applied
 *
 * Adds it to the journals that it belongs to, if it is of the scope that is shown.
 */
void
wf_session_add_line (WfSession *self,
                     WfEvent   *event)
{
  g_ptr_array_add (self->events, wf_event_ref (event));
  if (self->events->len > EVENTS_AT_HAND + EVENTS_AT_HAND / 4)
    g_ptr_array_remove_range (self->events, 0, self->events->len - EVENTS_AT_HAND);

  if (!wf_session_shows (self, event->scope))
    return;

  g_autoptr (WfJournalList) all = hold_journal (self, "");
  g_autoptr (WfJournalList) story = event->subject != NULL ? hold_journal (self, event->subject) : NULL;

  if (all == NULL && story == NULL)
    return;

  g_autoptr (WfJournalLine) line = new_line (self, event);

  if (all != NULL)
    wf_journal_list_add (all, line);
  if (story != NULL)
    wf_journal_list_add (story, line);
}

/* What is pending, as lines; of one subject, or of all. */
static void
show_pending_in (WfSession     *self,
                 WfJournalList *list,
                 const char    *subject)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->pending->len; i++)
    {
      WfPending *pending = g_ptr_array_index (self->pending, i);

      for (guint j = 0; pending->lines != NULL && j < pending->lines->len; j++)
        {
          WfJournalLine *line = g_ptr_array_index (pending->lines, j);

          if (subject == NULL || g_strcmp0 (wf_journal_line_get_event (line)->subject, subject) == 0)
            g_ptr_array_add (lines, g_object_ref (line));
        }
    }

  wf_journal_list_set_pending (list, lines);
}

typedef struct
{
  WfJournalList *list;    /* (owned) */
  char          *subject; /* (owned) (nullable) */
} Journal;

static void
clear_journal (gpointer data)
{
  Journal *journal = data;

  g_object_unref (journal->list);
  g_free (journal->subject);
}

/* The journals that somebody holds, held while they change. */
static GArray *
hold_journals (WfSession *self)
{
  GArray *journals = g_array_new (FALSE, FALSE, sizeof (Journal));
  GHashTableIter iter;
  gpointer key, list;

  g_array_set_clear_func (journals, clear_journal);
  g_hash_table_iter_init (&iter, self->journals);
  while (g_hash_table_iter_next (&iter, &key, &list))
    {
      const char *subject = key;
      Journal journal = { g_object_ref (list), subject[0] != '\0' ? g_strdup (subject) : NULL };

      g_array_append_val (journals, journal);
    }

  return journals;
}

/**
 * wf_session_show_pending_lines:
 * @self: a session
 *
 * Shows in the journals what the outbox will do.
 */
void
wf_session_show_pending_lines (WfSession *self)
{
  g_autoptr (GArray) journals = hold_journals (self);

  for (guint i = 0; i < journals->len; i++)
    {
      Journal *journal = &g_array_index (journals, Journal, i);

      show_pending_in (self, journal->list, journal->subject);
    }
}

/**
 * wf_session_reset_journals:
 * @self: a session
 *
 * Fills the journals anew, after a snapshot.
 */
void
wf_session_reset_journals (WfSession *self)
{
  g_autoptr (GArray) journals = hold_journals (self);

  for (guint i = 0; i < journals->len; i++)
    {
      Journal *journal = &g_array_index (journals, Journal, i);

      wf_journal_list_clear (journal->list);
      wf_session_fill_journal (self, journal->list, journal->subject);
    }
}

/* --- older lines ------------------------------------------------------------------------------------------------- */

typedef struct
{
  WfSession *self;    /* (owned) */
  char      *scope;
  char      *subject;
} Older;

static void
free_older (Older *older)
{
  g_object_unref (older->self);
  g_free (older->scope);
  g_free (older->subject);
  g_free (older);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Older, free_older)

static Older *
new_older (WfSession  *self,
           const char *scope,
           const char *subject)
{
  Older *older = g_new0 (Older, 1);

  older->self = g_object_ref (self);
  older->scope = g_strdup (scope);
  older->subject = g_strdup (subject);

  return older;
}

static void
merge_older (Older     *older,
             GPtrArray *events)
{
  g_autoptr (WfJournalList) list = hold_journal (older->self, older->subject);

  /* The list may be another scope's by now. */
  if (list == NULL || !wf_session_shows (older->self, older->scope))
    return;

  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();

  for (guint i = 0; i < events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (events, i);

      if (!wf_journal_list_has (list, event->number))
        g_ptr_array_add (fresh, event);
    }

  const char *subject = older->subject[0] != '\0' ? older->subject : NULL;
  g_autoptr (GPtrArray) lines = lines_of (older->self, fresh, subject, 0);

  wf_journal_list_merge (list, lines);
}

static void fetch_older (Older   *older,
                         int64_t  since);

static void
older_decoded (Older  *older,
               GBytes *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WfFrame) page = wf_frame_read (body, TRUE, &error);

  if (page == NULL)
    {
      g_message ("The older journal cannot be read: %s", error->message);
      return;
    }

  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wf_event_unref);

  for (guint i = 0; i < page->entries->len; i++)
    {
      WfEntry *entry = g_ptr_array_index (page->entries, i);

      /* What comes after where we are comes by the feed. */
      if (entry->event->position <= older->self->position && g_strcmp0 (entry->event->scope, older->scope) == 0)
        g_ptr_array_add (events, wf_event_ref (entry->event));
    }

  merge_older (older, events);
  if (events->len > 0)
    wf_replica_keep_events (older->self->replica, events);
  if (page->next > 0 && page->entries->len > 0)
    fetch_older (new_older (older->self, older->scope, older->subject), page->next);
}

static void
older_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (Older) older = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WfAnswer) answer = wf_http_send_finish (WF_HTTP (source), result, &error);

  /* Offline, what the replica has must do. */
  if (answer == NULL || answer->status != SOUP_STATUS_OK || older->self->closed)
    return;

  older_decoded (older, answer->body);
}

static void
fetch_older (Older   *older,
             int64_t  since)
{
  WfSession *self = older->self;

  if (self->feed == NULL || self->closed)
    {
      free_older (older);
      return;
    }

  gboolean story = older->subject[0] != '\0';
  g_autofree char *path = g_strdup_printf ("/api/v1/journal?scope=%s%s%s&since=%" G_GINT64_FORMAT "&limit=500",
                                           older->scope, story ? "&subject=" : "", older->subject, (gint64) since);

  wf_http_send_async (wf_feed_get_http (self->feed), "GET", path, NULL, NULL, PAGE_MAX, self->cancellable, older_cb,
                      older);
}

static void
found_older_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (Older) older = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = wf_replica_find_events_finish (WF_REPLICA (source), result, &error);

  if (older->self->closed)
    return;
  if (events != NULL)
    merge_older (older, events);

  fetch_older (g_steal_pointer (&older), 0);
}

/* What a journal lacks: from the replica's file, then from the service. */
static void
complete (WfSession  *self,
          const char *subject)
{
  if (self->closed || !self->ready || self->foreign)
    return;

  Older *older = new_older (self, self->scope, subject != NULL ? subject : "");

  if (subject != NULL)
    {
      wf_replica_find_events_async (self->replica, self->scope, subject, self->cancellable, found_older_cb, older);
      return;
    }

  /* A snapshot brings what belongs to incidents only. */
  WfHead *head = g_hash_table_lookup (self->heads, self->scope);

  fetch_older (older, head != NULL ? MAX (head->number - LATEST, 0) : 0);
}

/**
 * wf_session_fill_journal:
 * @self: a session
 * @list: one of its journals
 * @subject: (nullable): whose story it is
 *
 * Fills it with what is at hand; older lines come later.
 */
void
wf_session_fill_journal (WfSession     *self,
                         WfJournalList *list,
                         const char    *subject)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new ();

  for (guint i = 0; i < self->events->len; i++)
    {
      WfEvent *event = g_ptr_array_index (self->events, i);

      if (wf_session_shows (self, event->scope))
        g_ptr_array_add (events, event);
    }

  g_autoptr (GPtrArray) lines = lines_of (self, events, subject, subject == NULL ? LATEST : 0);

  wf_journal_list_merge (list, lines);
  show_pending_in (self, list, subject);
  complete (self, subject);
}

/**
 * wf_session_complete_journals:
 * @self: a session that is connected again
 *
 * Fetches what the journals that somebody holds may lack.
 */
void
wf_session_complete_journals (WfSession *self)
{
  g_autoptr (GArray) journals = hold_journals (self);

  for (guint i = 0; i < journals->len; i++)
    complete (self, g_array_index (journals, Journal, i).subject);
}
