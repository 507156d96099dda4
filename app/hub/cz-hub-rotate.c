/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-rotate.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/hub/cz-hub-backup.h"
#include "app/hub/cz-hub-private.h"
#include "sync/depot/cz-file.h"

static const struct {
  const char *name;
  CzHubKeys flag;
} known_keys[] = {
  { "content", CZ_HUB_KEY_CONTENT },
  { "head", CZ_HUB_KEY_HEAD },
  { "delegate", CZ_HUB_KEY_DELEGATE },
  { "box", CZ_HUB_KEY_BOX },
};

CzHubKeys
cz_hub_key_of_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_keys); i++)
    if (g_str_equal (known_keys[i].name, name))
      return known_keys[i].flag;
  return 0;
}

static char *
key_path (CzHub *hub, const char *name, const char *behind)
{
  g_autofree char *file = g_strconcat (name, behind, NULL);
  return g_build_filename (hub->home, "keys", file, NULL);
}

static gboolean
waits (CzHub *hub, const char *name)
{
  g_autofree char *path = key_path (hub, name, ".next");
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
cz_hub_rotate_prepare (CzHub *hub, CzHubKeys which, const char *passphrase, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_keys); i++) {
    const char *name = known_keys[i].name;
    if ((which & known_keys[i].flag) == 0 || waits (hub, name))
      continue;
    /* The passphrase given is the one that opens the other keys: two of them would be one too many to remember. */
    g_autoptr (CzSecretKey) present = cz_hub_key_load (hub, name, passphrase, error);
    g_autoptr (CzSecretKey) fresh = present == NULL ? NULL : cz_secret_key_new ();
    g_autofree char *path = key_path (hub, name, ".next");
    if (fresh == NULL || !cz_secret_key_save (fresh, path, name, known_keys[i].flag == CZ_HUB_KEY_HEAD ? NULL : passphrase, error))
      return FALSE;
  }
  return TRUE;
}

CzSecretKey *
cz_hub_key_load_next (CzHub *hub, const char *name, const char *passphrase, GError **error)
{
  g_autofree char *next = g_strconcat (name, ".next", NULL);
  return cz_hub_key_load (hub, waits (hub, name) ? next : name, passphrase, error);
}

gboolean
cz_hub_public_keys (CzHub *hub, gboolean next, const char *passphrase, CzDelegation *out, GError **error)
{
  CzSecretKey *keys[G_N_ELEMENTS (known_keys)] = { NULL };
  gboolean ok = TRUE;
  for (gsize i = 0; ok && i < G_N_ELEMENTS (known_keys); i++) {
    /* One that is in no place yet was stopped on its way there. */
    g_autofree char *path = key_path (hub, known_keys[i].name, "");
    gboolean use_next = next || !g_file_test (path, G_FILE_TEST_EXISTS);
    keys[i] = use_next ? cz_hub_key_load_next (hub, known_keys[i].name, passphrase, error)
                       : cz_hub_key_load (hub, known_keys[i].name, passphrase, error);
    ok = keys[i] != NULL;
  }
  ok = ok && cz_hub_name_keys (keys[0], keys[1], keys[2], keys[3], out, error);
  for (gsize i = 0; i < G_N_ELEMENTS (known_keys); i++)
    g_clear_pointer (&keys[i], cz_secret_key_free);
  return ok;
}

static const guint8 *
public_half (const CzDelegation *d, CzHubKeys which)
{
  return which == CZ_HUB_KEY_CONTENT ? d->content_key.bytes
         : which == CZ_HUB_KEY_HEAD  ? d->head_key.bytes
         : which == CZ_HUB_KEY_BOX   ? d->box_key
                                     : d->delegate_key.bytes;
}

gboolean
cz_hub_named_keys (CzHub *hub, const CzDelegation *given, const char *passphrase, CzHubKeys *waiting, gboolean *ours, GError **error)
{
  CzDelegation now = { 0 };
  CzDelegation next = { 0 };
  *waiting = 0;
  *ours = TRUE;
  if (!cz_hub_public_keys (hub, FALSE, passphrase, &now, error) || !cz_hub_public_keys (hub, TRUE, passphrase, &next, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (known_keys); i++) {
    CzHubKeys which = known_keys[i].flag;
    const guint8 *named = public_half (given, which);
    gboolean is_next = waits (hub, known_keys[i].name) && memcmp (named, public_half (&next, which), CZ_PUBLIC_KEY_BYTES) == 0;
    if (is_next)
      *waiting |= which;
    else if (memcmp (named, public_half (&now, which), CZ_PUBLIC_KEY_BYTES) != 0)
      *ours = FALSE;
  }
  return TRUE;
}

static gboolean
rename_key (CzHub *hub, const char *name, const char *from, const char *to, GError **error)
{
  g_autofree char *source = key_path (hub, name, from);
  g_autofree char *target = key_path (hub, name, to);
  if (g_rename (source, target) == 0)
    return TRUE;
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_STORAGE, "%s: %s", source, g_strerror (errno));
  return FALSE;
}

gboolean
cz_hub_rotate_install (CzHub *hub, GBytes *chain, const CzDelegation *given, CzHubKeys waiting, GError **error)
{
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, NULL);
  g_autofree char *serial = g_strdup_printf (".%" G_GUINT64_FORMAT, given->serial);
  gboolean new_head = trust != NULL && memcmp (&trust->delegation.head_key, &given->head_key, sizeof given->head_key) != 0;
  if ((new_head && !cz_hub_trust_keep_head_key (hub, trust, error)) || !cz_hub_save_public (hub->home, "chain", chain, error))
    return FALSE;
  g_autofree char *box = key_path (hub, "box", "");
  if ((waiting & CZ_HUB_KEY_BOX) != 0 && g_file_test (box, G_FILE_TEST_EXISTS) && !rename_key (hub, "box", "", serial, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (known_keys); i++)
    if ((waiting & known_keys[i].flag) != 0 && !rename_key (hub, known_keys[i].name, ".next", "", error))
      return FALSE;
  return TRUE;
}

/* --- a hub with the only key of its root --- */

gboolean
cz_hub_holds_root (CzHub *hub, const CzHubTrust *trust)
{
  g_autofree char *path = key_path (hub, "root", "");
  return trust->links.n == 1 && trust->root.threshold == 1 && g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
cz_hub_next_delegation (CzHub *hub, const CzHubTrust *trust, const char *passphrase, CzDelegation *out, GError **error)
{
  const CzDelegation *own = &trust->delegation;
  gint64 now_s = cz_clock_wall_s (hub->clock);
  *out = *own;
  if (!cz_hub_public_keys (hub, TRUE, passphrase, out, error))
    return FALSE;
  out->serial = MAX (own->serial + 1, (guint64) now_s);
  out->epoch = own->epoch + (memcmp (&own->content_key, &out->content_key, sizeof own->content_key) != 0);
  out->not_before_s = (guint64) now_s;
  out->not_after_s = (guint64) (now_s + CZ_HUB_DELEGATION_LIFE_S);
  return TRUE;
}

gboolean
cz_hub_rotate_own (CzHub *hub, const CzHubTrust *trust, const char *passphrase, CzDelegation *out, GError **error)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) old_links = NULL;
  g_autoptr (GPtrArray) lists = NULL;
  g_autoptr (CzSecretKey) root = cz_hub_key_load (hub, "root", passphrase, error);
  CzDelegation opened;
  CzHubKeys waiting;
  gboolean ours;
  gsize size = 0;
  if (root == NULL || !cz_hub_next_delegation (hub, trust, passphrase, out, error) || !cz_chain_split (trust->chain, &old_links, &lists, error)
      || !cz_hub_named_keys (hub, out, passphrase, &waiting, &ours, error))
    return FALSE;
  g_ptr_array_add (signers, root);
  GBytes *link = cz_delegation_build (out, signers, error);
  if (link == NULL)
    return FALSE;
  g_ptr_array_add (links, link);
  /* A list of revocations is signed with the delegating key: under another one it is built anew by who revokes (cz-hub-revoke.h). */
  g_autoptr (GBytes) chain = cz_chain_build_with (links, (waiting & CZ_HUB_KEY_DELEGATE) != 0 ? NULL : lists, error);
  if (chain == NULL)
    return FALSE;
  const guint8 *data = g_bytes_get_data (chain, &size);
  return cz_chain_open (data, size, &trust->root, hub->channel, &opened, error)
         && cz_hub_rotate_install (hub, chain, out, waiting, error);
}

/* --- a new epoch --- */

static gboolean
mark_all (CzHub *hub, GError **error)
{
  guint n = 0;
  const CzTable *const *tables = cz_table_all (&n);
  GError *low = NULL;
  if (!cz_hub_begin (hub, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    g_autofree char *sql = g_strdup_printf ("UPDATE %s SET dirty = 1 - gone WHERE channel = %d", tables[i]->name, hub->channel);
    if (cz_db_exec (hub->db, sql, &low))
      continue;
    cz_hub_roll_back (hub);
    return cz_hub_take_storage_error (low, error);
  }
  hub->quote_dirty_from = CZ_DAY_MIN;
  hub->quote_dirty_moved = TRUE;
  return cz_hub_commit (hub, error);
}

static gboolean
drop_state (CzHubPress *press, GError **error)
{
  static const char *const names[] = { "pending", "pending-plain", "index" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (press->state_dir, names[i], NULL);
    if (!cz_file_remove (path, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cz_hub_epoch_begin (CzHubPress *press, GError **error)
{
  CzHub *hub = press->hub;
  CzChannelMark mark;
  g_autofree char *dir = g_build_filename (hub->home, "replica", NULL);
  if (!cz_content_mark (press->replica, hub->channel, &mark, error))
    return FALSE;
  if (mark.seq == 0 || mark.epoch >= press->trust->delegation.epoch)
    return TRUE;
  if (!mark_all (hub, error) || !drop_state (press, error))
    return FALSE;
  /* Last: an empty replica is what says that it has been done. */
  CzContent *fresh = cz_content_new_generation (dir, error);
  if (fresh == NULL)
    return FALSE;
  cz_content_free (press->replica);
  press->replica = press->config.replica = fresh;
  /* Numbers begin anew: what was signed in the old epoch cannot be signed twice. */
  return cz_content_make_current (fresh, error) && cz_content_sweep (dir, error) && cz_hub_restored_forget (hub, error);
}
