/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/hub/cz-hub-tiers.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/hub/cz-hub-private.h"
#include "app/hub/cz-hub-rotate.h"
#include "sync/depot/cz-file.h"
#include "sync/wire/cz-limits.h"

#define ANSWER_FIRST_LINE "cunzhan answer 1"
#define ANSWER_LINES 3
#define DAY_S 86400
#define DAYS_DEFAULT (3 * 365)

char *
cz_hub_spoken_code (GBytes *file)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (file, &size);
  CzPublicKey first;
  CzPublicKey second;
  cz_hash (data, size, first.bytes);
  cz_hash (first.bytes, sizeof first.bytes, second.bytes);
  g_autofree char *a = cz_public_key_fingerprint (&first);
  g_autofree char *b = cz_public_key_fingerprint (&second);
  return g_strdup_printf ("%.4s-%.4s-%.4s-%.4s", a, a + 4, b, b + 4);
}

/* --- the lower office asks --- */

typedef struct {
  CzSecretKey *content;
  CzSecretKey *head;
  CzSecretKey *delegate;
  CzSecretKey *box;
} OwnKeys;

static void
own_keys_clear (OwnKeys *keys)
{
  g_clear_pointer (&keys->content, cz_secret_key_free);
  g_clear_pointer (&keys->head, cz_secret_key_free);
  g_clear_pointer (&keys->delegate, cz_secret_key_free);
  g_clear_pointer (&keys->box, cz_secret_key_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OwnKeys, own_keys_clear)

/* Those that will be in force: a key that waits to take another's place asks for it. */
static gboolean
load_own_keys (CzHub *hub, const char *passphrase, OwnKeys *keys, CzDelegation *named, GError **error)
{
  return (keys->content = cz_hub_key_load_next (hub, "content", passphrase, error)) != NULL
         && (keys->head = cz_hub_key_load_next (hub, "head", passphrase, error)) != NULL
         && (keys->delegate = cz_hub_key_load_next (hub, "delegate", passphrase, error)) != NULL
         && (keys->box = cz_hub_key_load_next (hub, "box", passphrase, error)) != NULL
         && cz_hub_name_keys (keys->content, keys->head, keys->delegate, keys->box, named, error);
}

GBytes *
cz_hub_request_build (CzHub *hub, const char *passphrase, GError **error)
{
  g_auto (OwnKeys) keys = { 0 };
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  CzDelegation asked = { .channel = hub->channel };
  if (trust == NULL || !load_own_keys (hub, passphrase, &keys, &asked, error))
    return NULL;
  /* For an office above that has lost what it gave. */
  asked.epoch = trust->delegation.epoch + (memcmp (&trust->delegation.content_key, &asked.content_key, sizeof asked.content_key) != 0);
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_ptr_array_add (signers, keys.content);
  g_ptr_array_add (signers, keys.head);
  g_ptr_array_add (signers, keys.delegate);
  return cz_request_build (&asked, signers, error);
}

/* --- the upper office answers --- */

static guint32
narrower (guint32 wanted, guint32 given)
{
  if (wanted == 0 || given == 0)
    return MAX (wanted, given);
  return MIN (wanted, given);
}

static char *
value_name (const char *what, CzChannel channel)
{
  g_autofree char *code = cz_channel_to_string (channel);
  return g_strconcat (what, " ", code, NULL);
}

guint64
cz_hub_next_serial (CzHub *hub, CzChannel channel)
{
  g_autofree char *name = value_name ("serial given", channel);
  g_autofree char *last = cz_hub_get_value (hub->db, name);
  guint64 above = last == NULL ? 1 : g_ascii_strtoull (last, NULL, 10) + 1;
  return MAX (above, (guint64) cz_clock_wall_s (hub->clock));
}

gboolean
cz_hub_note_serial (CzHub *hub, CzChannel channel, guint64 serial, const char *verb, const char *reason, GError **error)
{
  g_autofree char *name = value_name ("serial given", channel);
  g_autofree char *code = cz_channel_to_string (channel);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, serial);
  GError *low = NULL;
  if (!cz_hub_begin (hub, error))
    return FALSE;
  if (!cz_hub_set_value (hub->db, name, text, &low)) {
    cz_hub_roll_back (hub);
    return cz_hub_take_storage_error (low, error);
  }
  if (cz_hub_audit (hub, verb, code, text, reason, error))
    return cz_hub_commit (hub, error);
  cz_hub_roll_back (hub);
  return FALSE;
}

/* What a content key was given last, to see when it is another. */
static gboolean
note_given (CzHub *hub, const CzDelegation *given, GError **error)
{
  g_autofree char *name = value_name ("key given", given->channel);
  g_autofree char *epoch_name = value_name ("epoch given", given->channel);
  g_autofree char *epoch = g_strdup_printf ("%u", given->epoch);
  g_autofree char *hex = cz_hash_to_hex (given->content_key.bytes);
  GError *low = NULL;
  return (cz_hub_set_value (hub->db, name, hex, &low) && cz_hub_set_value (hub->db, epoch_name, epoch, &low))
         || cz_hub_take_storage_error (low, error);
}

/* Under another content key, or when it is wished, the channel begins anew: whatever the old key signs leads nowhere then. */
static guint32
next_epoch (CzHub *hub, const CzDelegation *asked, gboolean begin_anew)
{
  g_autofree char *name = value_name ("key given", asked->channel);
  g_autofree char *epoch_name = value_name ("epoch given", asked->channel);
  g_autofree char *key = cz_hub_get_value (hub->db, name);
  g_autofree char *text = cz_hub_get_value (hub->db, epoch_name);
  g_autofree char *hex = cz_hash_to_hex (asked->content_key.bytes);
  guint64 last = text == NULL ? 0 : g_ascii_strtoull (text, NULL, 10);
  gboolean is_other = key != NULL && !g_str_equal (key, hex);
  guint64 epoch = MAX (MAX (1, asked->epoch), last + is_other);
  return (guint32) MIN (begin_anew ? MAX (epoch, last + 1) + (last == 0) : epoch, G_MAXUINT32);
}

static gboolean
check_asked (CzHub *hub, const CzDelegation *asked, GError **error)
{
  if (cz_channel_covers (hub->channel, asked->channel) && asked->channel != hub->channel)
    return TRUE;
  g_autofree char *own = cz_channel_to_string (hub->channel);
  g_autofree char *theirs = cz_channel_to_string (asked->channel);
  g_set_error (error, CZ_HUB_ERROR, CZ_HUB_ERROR_REFUSED, _ ("Channel %s does not lie below this office, channel %s."), theirs, own);
  return FALSE;
}

static CzDelegation
limit_grant (CzHub *hub, const CzDelegation *own, const CzDelegation *asked, const CzHubGrant *grant)
{
  CzDelegation given = *asked;
  guint64 now_s = (guint64) cz_clock_wall_s (hub->clock);
  guint days = grant->days != 0 ? grant->days : DAYS_DEFAULT;
  given.serial = cz_hub_next_serial (hub, asked->channel);
  given.epoch = next_epoch (hub, asked, grant->begin_anew);
  given.table_mask = grant->tables != 0 ? own->table_mask & grant->tables : own->table_mask;
  given.rows_per_day = narrower (grant->rows_per_day, own->rows_per_day);
  given.bytes_per_day = narrower (grant->bytes_per_day, own->bytes_per_day);
  given.not_before_s = now_s;
  given.not_after_s = MIN (now_s + (guint64) days * DAY_S, own->not_after_s);
  return given;
}

static GBytes *
write_answer (GBytes *root, GBytes *chain)
{
  gsize root_len = 0;
  gsize chain_len = 0;
  const guint8 *root_data = g_bytes_get_data (root, &root_len);
  const guint8 *chain_data = g_bytes_get_data (chain, &chain_len);
  g_autofree char *root_text = g_base64_encode (root_data, root_len);
  g_autofree char *chain_text = g_base64_encode (chain_data, chain_len);
  char *text = g_strdup_printf ("%s\n%s\n%s\n", ANSWER_FIRST_LINE, root_text, chain_text);
  return g_bytes_new_take (text, strlen (text));
}

GBytes *
cz_hub_delegate (CzHub *hub, const CzDelegation *asked, const CzHubGrant *grant, const char *passphrase, GError **error)
{
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, error);
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  CzDelegation opened;
  gsize size = 0;
  if (trust == NULL || !check_asked (hub, asked, error))
    return NULL;
  g_autoptr (CzSecretKey) key = cz_hub_key_load (hub, "delegate", passphrase, error);
  if (key == NULL)
    return NULL;
  g_ptr_array_add (signers, key);
  CzDelegation given = limit_grant (hub, &trust->delegation, asked, grant);
  g_autoptr (GBytes) link = cz_delegation_build (&given, signers, error);
  g_autoptr (GBytes) chain = link == NULL ? NULL : cz_chain_append (trust->chain, link, error);
  if (chain == NULL)
    return NULL;
  /* As the office below and every station will read it: a delegating key that is not ours would show here. */
  const guint8 *data = g_bytes_get_data (chain, &size);
  if (!cz_chain_open (data, size, &trust->root, asked->channel, &opened, error) || !note_given (hub, &given, error)
      || !cz_hub_note_serial (hub, given.channel, given.serial, "delegate", NULL, error))
    return NULL;
  return write_answer (trust->root_bytes, chain);
}

/* --- the lower office adopts --- */

void
cz_hub_answer_clear (CzHubAnswer *answer)
{
  g_clear_pointer (&answer->root_bytes, g_bytes_unref);
  g_clear_pointer (&answer->chain, g_bytes_unref);
}

static GBytes *
read_line (const char *line)
{
  gsize size = 0;
  guchar *data = g_base64_decode (line, &size);
  return g_bytes_new_take (data, size);
}

static gboolean
split_answer (GBytes *file, CzHubAnswer *out, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (file, &size);
  if (size > CZ_HUB_ANSWER_MAX || size == 0 || memchr (data, '\0', size) != NULL)
    return cz_hub_refuse (error, _ ("This file is not an answer of the office above."));
  g_autofree char *text = g_strndup (data, size);
  /* Mail programs end lines in their own way. */
  g_auto (GStrv) lines = g_strsplit_set (g_strdelimit (g_strstrip (text), "\r", ' '), "\n", ANSWER_LINES);
  if (g_strv_length (lines) != ANSWER_LINES || strcmp (g_strstrip (lines[0]), ANSWER_FIRST_LINE) != 0)
    return cz_hub_refuse (error, _ ("This file is not an answer of the office above."));
  out->root_bytes = read_line (lines[1]);
  out->chain = read_line (lines[2]);
  return TRUE;
}

static gboolean
has_published (CzHub *hub)
{
  g_autofree char *head = g_build_filename (hub->home, "publish", "head", NULL);
  g_autofree char *pending = g_build_filename (hub->home, "publish", "pending", NULL);
  return g_file_test (head, G_FILE_TEST_EXISTS) || g_file_test (pending, G_FILE_TEST_EXISTS);
}

/* The root of an office above that has followed newer ones than this hub knows is no other root. */
static gboolean
is_known_root (const CzHubTrust *trust, const CzHubAnswer *answer)
{
  CzRoot root;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (answer->root_bytes, &size);
  for (guint i = 0; i < trust->roots->len; i++)
    if (g_bytes_equal (g_ptr_array_index (trust->roots, i), answer->root_bytes))
      return TRUE;
  return cz_root_open (data, size, &trust->root, &root, NULL);
}

static gboolean
check_against_present (CzHub *hub, CzHubAnswer *answer, GError **error)
{
  g_autofree char *path = g_build_filename (hub->home, "public", "root-1", NULL);
  GError *low = NULL;
  g_autoptr (CzHubTrust) known = cz_hub_trust_load (hub, NULL);
  g_autoptr (GBytes) present = cz_file_read (path, 0, CZ_ROOT_MAX, &low);
  if (present == NULL)
    return cz_hub_take_storage_error (low, error);
  answer->is_new_root = !g_bytes_equal (present, answer->root_bytes) && !(known != NULL && is_known_root (known, answer));
  if (answer->is_new_root)
    return !has_published (hub)
           || cz_hub_refuse (error, _ ("This office has published under its own root, and stations follow that one. Only a hub that has published nothing can be placed below another office."));
  /* A chain that does not open under this root is what a stop between the two files of an adoption leaves. */
  g_autoptr (CzHubTrust) trust = cz_hub_trust_load (hub, NULL);
  return trust == NULL || g_bytes_equal (trust->chain, answer->chain) || answer->delegation.serial > trust->delegation.serial
         || cz_hub_refuse (error, _ ("This answer is older than the one in force. Ask the office above for a new one."));
}

gboolean
cz_hub_answer_open (CzHub *hub, GBytes *file, const char *passphrase, CzHubAnswer *out, GError **error)
{
  CzRoot root;
  gboolean ours;
  gsize size = 0;
  if (!split_answer (file, out, error))
    return FALSE;
  const guint8 *root_data = g_bytes_get_data (out->root_bytes, &size);
  if (!cz_root_open (root_data, size, NULL, &root, error))
    return FALSE;
  const guint8 *chain = g_bytes_get_data (out->chain, &size);
  if (!cz_chain_open (chain, size, &root, hub->channel, &out->delegation, error)
      || !cz_hub_named_keys (hub, &out->delegation, passphrase, &out->waiting, &ours, error))
    return FALSE;
  if (!ours)
    return cz_hub_refuse (error, _ ("This answer speaks of other keys than this hub's. Write a new request and have it answered."));
  return check_against_present (hub, out, error);
}

static gboolean
save_root (CzHub *hub, const CzHubAnswer *answer, GError **error)
{
  g_autoptr (CzHubTrust) known = answer->is_new_root ? NULL : cz_hub_trust_load (hub, NULL);
  CzRoot next;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (answer->root_bytes, &size);
  if (answer->is_new_root)
    return cz_hub_save_public (hub->home, "root-1", answer->root_bytes, error);
  if (known == NULL || !cz_root_open (data, size, &known->root, &next, NULL))
    return TRUE;
  return cz_hub_trust_add_root (hub, &next, answer->root_bytes, error);
}

gboolean
cz_hub_adopt (CzHub *hub, const CzHubAnswer *answer, GError **error)
{
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, answer->delegation.serial);
  return save_root (hub, answer, error) && cz_hub_rotate_install (hub, answer->chain, &answer->delegation, answer->waiting, error)
         && cz_hub_audit (hub, "adopt", "", serial, NULL, error);
}
