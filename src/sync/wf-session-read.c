/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-sync"

#include "config.h"

#include "wf-session-private.h"

#include "wf-id.h"
#include "wf-kind.h"

/* What the screens read of a session: the link, the state, and live lists of it. */

/**
 * wf_session_get_link:
 * @self: a session
 *
 * Returns: how the connection stands
 */
WfLink
wf_session_get_link (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), WF_LINK_OFFLINE);

  return self->link;
}

/**
 * wf_session_is_unauthorized:
 * @self: a session
 *
 * Returns: whether the service does not take the token, so that somebody must sign in
 */
gboolean
wf_session_is_unauthorized (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  return self->link == WF_LINK_REFUSED && self->feed != NULL && wf_feed_is_unauthorized (self->feed);
}

/**
 * wf_session_get_link_reason:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): why it is not online, a sentence for people
 */
const char *
wf_session_get_link_reason (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->reason;
}

/**
 * wf_session_get_delay:
 * @self: a session
 *
 * Returns: milliseconds of the last round trip to the service, -1 where it is not known
 */
int
wf_session_get_delay (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), -1);

  return self->delay;
}

/**
 * wf_session_get_synced_at:
 * @self: a session
 *
 * Returns: when what is shown was last known to be what the service has, by this machine's clock; 0 where that is not known
 */
int64_t
wf_session_get_synced_at (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), 0);

  return self->synced_at;
}

/**
 * wf_session_get_pending:
 * @self: a session
 *
 * Returns: how many commands have not come back from the service as events; those of other people that lie on this
 *   workstation too, see wf_session_list_held()
 */
guint
wf_session_get_pending (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), 0);

  return self->waiting;
}

/**
 * wf_session_is_ready:
 * @self: a session
 *
 * Returns: whether the replica can be read
 */
gboolean
wf_session_is_ready (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), FALSE);

  return self->ready;
}

/**
 * wf_session_now:
 * @self: a session
 *
 * Returns: the time, by the service's clock as far as it is known, so that all workstations count alike
 */
int64_t
wf_session_now (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), 0);

  return wf_clock_now (self->clock) + self->ahead;
}

/**
 * wf_session_new_id:
 * @self: a session
 *
 * Returns: (transfer full): an id for something that a command makes
 */
char *
wf_session_new_id (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return wf_id_new (self->clock);
}

/**
 * wf_session_get_state:
 * @self: a session
 *
 * Returns: (transfer none): everything that is known, with what is pending as if it had happened. The same object as long as
 *   the session lives; what is in it changes between turns of the main loop.
 */
WfState *
wf_session_get_state (WfSession *self)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  return self->state;
}

/**
 * wf_session_get_item:
 * @self: a session
 * @kind: a kind
 * @id: (nullable): an id
 *
 * Returns: (transfer full) (nullable): the item of that thing, or %NULL if there is no such thing
 */
WfItem *
wf_session_get_item (WfSession  *self,
                     const char *kind,
                     const char *id)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (kind != NULL, NULL);

  g_autoptr (WfEntity) entity = wf_state_get (self->state, self->scope, kind, id);

  return entity != NULL ? g_object_ref (wf_session_ensure_item (self, entity)) : NULL;
}

/* --- weak lists: children and journals live as long as somebody holds them --------------------------------------- */

static gboolean
is_object (gpointer key,
           gpointer value,
           gpointer object)
{
  return value == object;
}

static void
list_gone_cb (gpointer  data,
              GObject  *object)
{
  g_hash_table_foreach_remove (data, is_object, object);
}

static gpointer
remember_weak (GHashTable *table,
               char       *key,
               gpointer    list)
{
  g_hash_table_insert (table, key, list);
  g_object_weak_ref (list, list_gone_cb, table);

  return list;
}

static void
forget_weak (WfSession   *self,
             GHashTable  *table,
             GWeakNotify  notify)
{
  GHashTableIter iter;
  gpointer object;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &object))
    g_object_weak_unref (object, notify, table);
  g_hash_table_remove_all (table);
}

/**
 * wf_session_forget_lists:
 * @self: a session that is being closed
 *
 * Lets go of the lists that somebody may still hold.
 */
void
wf_session_forget_lists (WfSession *self)
{
  forget_weak (self, self->children, list_gone_cb);
  forget_weak (self, self->journals, list_gone_cb);
}

/**
 * wf_session_list:
 * @self: a session
 * @kind: a kind
 *
 * Returns: (transfer none): everything of the kind, sorted by id: a live #GListModel of #WfItem. It is the session's and
 *   lasts as long as it does
 */
GListModel *
wf_session_list (WfSession  *self,
                 const char *kind)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  const WfKind *known = wf_kind_lookup (kind);
  g_return_val_if_fail (known != NULL, NULL);

  WfItemList *list = g_hash_table_lookup (self->kinds, kind);

  if (list == NULL)
    {
      list = wf_item_list_new ();
      g_hash_table_insert (self->kinds, (gpointer) known->name, list);
      wf_session_fill_list (self, list, kind, NULL);
    }

  return G_LIST_MODEL (list);
}

/**
 * wf_session_list_children:
 * @self: a session
 * @kind: a kind that belongs to another, such as `task`
 * @parent: id of what they belong to
 *
 * Returns: (transfer full): what belongs to @parent, sorted by id: a live #GListModel of #WfItem
 */
GListModel *
wf_session_list_children (WfSession  *self,
                          const char *kind,
                          const char *parent)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);
  g_return_val_if_fail (parent != NULL, NULL);
  g_return_val_if_fail (wf_kind_lookup (kind) != NULL, NULL);

  g_autofree char *key = wf_session_key (kind, parent);
  WfItemList *list = g_hash_table_lookup (self->children, key);

  if (list != NULL)
    return g_object_ref (G_LIST_MODEL (list));

  list = wf_item_list_new ();
  if (!self->closed)
    remember_weak (self->children, g_steal_pointer (&key), list);
  wf_session_fill_list (self, list, kind, parent);

  return G_LIST_MODEL (list);
}

/**
 * wf_session_journal:
 * @self: a session
 * @subject: (nullable): id of the incident (or other thing) whose story is wanted, or %NULL for the latest 500 of all
 *
 * Gives a live list of #WfJournalLine, the newest last, with what is pending behind it. The older lines of a subject are
 * read and fetched when its list is first asked for, and come into it then.
 *
 * Returns: (transfer full): the list
 */
GListModel *
wf_session_journal (WfSession  *self,
                    const char *subject)
{
  g_return_val_if_fail (WF_IS_SESSION (self), NULL);

  const char *key = subject != NULL ? subject : "";
  WfJournalList *list = g_hash_table_lookup (self->journals, key);

  if (list != NULL)
    return g_object_ref (G_LIST_MODEL (list));

  list = wf_journal_list_new (subject != NULL ? 0 : 500);
  if (!self->closed)
    remember_weak (self->journals, g_strdup (key), list);
  wf_session_fill_journal (self, list, subject);

  return G_LIST_MODEL (list);
}
