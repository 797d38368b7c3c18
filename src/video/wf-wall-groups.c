/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "wf-video"

#include "config.h"

#include "wf-wall-groups.h"

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

/**
 * wf_wall_groups_list:
 * @groups: a dictionary of groups
 *
 * Returns: (transfer full): their names, in the order in which people look for them
 */
char **
wf_wall_groups_list (GVariant *groups)
{
  GPtrArray *names = g_ptr_array_new ();
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, groups);
  while (g_variant_iter_next (&iter, "{&sas}", &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_free (names, FALSE);
}

static const char **
get_ids (GVariant   *groups,
         const char *name)
{
  g_autoptr (GVariant) ids = g_variant_lookup_value (groups, name, G_VARIANT_TYPE_STRING_ARRAY);

  /* The strings belong to @groups. */
  return ids != NULL ? g_variant_get_strv (ids, NULL) : g_new0 (const char *, 1);
}

/**
 * wf_wall_groups_has:
 * @groups: a dictionary of groups
 * @name: of one of them
 * @id: of what has a link
 *
 * Returns: whether it is in the group
 */
gboolean
wf_wall_groups_has (GVariant   *groups,
                    const char *name,
                    const char *id)
{
  g_autofree const char **ids = get_ids (groups, name);

  return g_strv_contains (ids, id);
}

/**
 * wf_wall_groups_count:
 * @groups: a dictionary of groups
 * @name: of one of them
 * @ids: of what has links
 *
 * Returns: how many of @ids are in the group
 */
guint
wf_wall_groups_count (GVariant          *groups,
                      const char        *name,
                      const char *const *ids)
{
  g_autofree const char **all = get_ids (groups, name);
  guint n = 0;

  for (gsize i = 0; ids[i] != NULL; i++)
    n += g_strv_contains (all, ids[i]);

  return n;
}

static void
add_group (GVariantBuilder   *builder,
           const char        *name,
           const char *const *old,
           const char *const *ids,
           gboolean           in)
{
  guint n = 0;

  g_variant_builder_open (builder, G_VARIANT_TYPE ("{sas}"));
  g_variant_builder_add (builder, "s", name);
  g_variant_builder_open (builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; old[i] != NULL && n < WF_WALL_GROUPS_LINKS_MOST; i++)
    if (in || !g_strv_contains (ids, old[i]))
      {
        g_variant_builder_add (builder, "s", old[i]);
        n++;
      }
  for (gsize i = 0; in && ids[i] != NULL && n < WF_WALL_GROUPS_LINKS_MOST; i++)
    if (!g_strv_contains (old, ids[i]))
      {
        g_variant_builder_add (builder, "s", ids[i]);
        n++;
      }
  g_variant_builder_close (builder);
  g_variant_builder_close (builder);
}

/* All but @without as they are. */
static void
copy_others (GVariantBuilder *builder,
             GVariant        *groups,
             const char      *without)
{
  for (gsize i = 0; i < g_variant_n_children (groups); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (groups, i);
      const char *name;

      g_variant_get (entry, "{&sas}", &name, NULL);
      if (!g_str_equal (name, without))
        g_variant_builder_add_value (builder, entry);
    }
}

/**
 * wf_wall_groups_put:
 * @groups: a dictionary of groups
 * @name: of a group; a new one is made, unless there are %WF_WALL_GROUPS_MOST already
 * @ids: of what has links
 * @in: whether they belong to it from now on, or no more
 *
 * Returns: (transfer full): the groups as they are then; at most %WF_WALL_GROUPS_LINKS_MOST in each
 */
GVariant *
wf_wall_groups_put (GVariant          *groups,
                    const char        *name,
                    const char *const *ids,
                    gboolean           in)
{
  g_autofree const char **old = get_ids (groups, name);
  g_autoptr (GVariant) there = g_variant_lookup_value (groups, name, NULL);
  GVariantBuilder builder;

  if (there == NULL && (!in || g_variant_n_children (groups) >= WF_WALL_GROUPS_MOST))
    return g_variant_ref (groups);

  g_variant_builder_init (&builder, G_VARIANT_TYPE (WF_WALL_GROUPS_TYPE));
  copy_others (&builder, groups, name);
  add_group (&builder, name, old, ids, in);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * wf_wall_groups_remove:
 * @groups: a dictionary of groups
 * @name: of one of them
 *
 * Returns: (transfer full): the others
 */
GVariant *
wf_wall_groups_remove (GVariant   *groups,
                       const char *name)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (WF_WALL_GROUPS_TYPE));
  copy_others (&builder, groups, name);

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
