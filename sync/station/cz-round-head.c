/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/station/cz-round-private.h"

#include <string.h>

#include "sync/wire/cz-limits.h"
#include "sync/wire/cz-paths.h"
#include "sync/wire/cz-wire-error.h"

#define ROOT_STEPS_MAX 64u /* in one round; a station dark for years takes two */

static gboolean
refuse (CzChannel channel, CzWireError code, const char *why, GError **error)
{
  g_set_error (error, CZ_WIRE_ERROR, (gint) code, "head of %06d: %s", channel, why);
  return FALSE;
}

static GBytes *
get (CzRound *round, char *owned_path, gsize max_bytes, GError **error)
{
  g_autofree char *path = owned_path;
  return cz_road_get (round->road, path, max_bytes, NULL, round->options->cancellable, error);
}

/* What a head names must be there: it is no head of this depot otherwise. */
static GBytes *
get_named (CzRound *round, CzChannel channel, char *owned_path, gsize max_bytes, GError **error)
{
  g_autoptr (GError) local = NULL;
  GBytes *bytes = get (round, owned_path, max_bytes, &local);
  if (g_error_matches (local, CZ_ROAD_ERROR, CZ_ROAD_ERROR_ABSENT))
    refuse (channel, CZ_WIRE_ERROR_KEY, "the depot does not hold the papers that it names", error);
  else if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  return bytes;
}

void
cz_verified_clear (CzVerified *verified)
{
  g_clear_pointer (&verified->head_bytes, g_bytes_unref);
  g_clear_pointer (&verified->chain_bytes, g_bytes_unref);
}

/* ---- root ---- */

/* The root in force: the newest verified one, else the ticket's. */
static gboolean
current_root (CzRound *round, CzRoot *out, GError **error)
{
  GBytes *held = cz_trust_root (round->station->trust);
  gsize size;
  const guint8 *data = g_bytes_get_data (held ? held : round->station->ticket->root, &size);
  /* A root kept in trust.db was verified against the one before when it came; here its own threshold must still hold. */
  return cz_root_open (data, size, NULL, out, error);
}

static void
keep_root (CzRound *round, guint32 version, GBytes *document)
{
  g_autofree char *path = cz_path_root (version);
  cz_kept_paper (round->station->kept, path, document);
}

/* The head names a newer root: fetches one version after the other, each signed by the one before. */
static gboolean
update_root (CzRound *round, CzChannel channel, guint32 wanted, CzRoot *root, GError **error)
{
  for (guint step = 0; root->version < wanted && step < ROOT_STEPS_MAX; step++) {
    CzRoot next;
    gsize size;
    g_autoptr (GBytes) document = get_named (round, channel, cz_path_root (root->version + 1), CZ_ROOT_MAX, error);
    if (!document)
      return FALSE;
    const guint8 *data = g_bytes_get_data (document, &size);
    if (!cz_root_open (data, size, root, &next, error)
        || !cz_trust_set_root (round->station->trust, next.version, document, error))
      return FALSE;
    keep_root (round, next.version, document);
    *root = next;
  }
  return TRUE;
}

/* ---- chain ---- */

static gboolean
fetch_chain (CzRound *round, CzChannel channel, const guint8 hash[32], GBytes **out, gboolean *is_new, GError **error)
{
  guint8 found[32];
  gsize size;
  g_autoptr (GBytes) chain = cz_trust_chain (round->station->trust, channel, hash);
  *is_new = chain == NULL;
  if (!chain) {
    chain = get_named (round, channel, cz_path_chain (channel, hash), CZ_CHAIN_MAX, error);
    if (!chain)
      return FALSE;
  }
  const guint8 *data = g_bytes_get_data (chain, &size);
  cz_hash (data, size, found);
  if (memcmp (found, hash, 32) != 0)
    return refuse (channel, CZ_WIRE_ERROR_HASH, "the chain of delegations is not the one it names", error);
  *out = g_steal_pointer (&chain);
  return TRUE;
}

/* Each tier for itself: a parent's delegation that was replaced, because its key was lost, mints no more channels here. */
static gboolean
check_serials (CzRound *round, CzChannel channel, const CzChain *chain, GError **error)
{
  for (guint i = 0; i < chain->n; i++) {
    CzFloor floor;
    CzWatch watch;
    cz_trust_floor (round->station->trust, chain->links[i].channel, &floor);
    cz_trust_watch (round->station->trust, chain->links[i].channel, &watch);
    if (chain->links[i].serial < watch.revoked_below)
      return refuse (channel, CZ_WIRE_ERROR_REVOKED, "its delegation was withdrawn by the channel above", error);
    if (chain->links[i].serial < floor.serial)
      return refuse (channel, CZ_WIRE_ERROR_ORDER, "a delegation is older than one already seen", error);
  }
  return TRUE;
}

static gboolean
raise_serials (CzRound *round, const CzChain *chain, GError **error)
{
  for (guint i = 0; i < chain->n; i++) {
    const CzDelegation *link = &chain->links[i];
    CzFloor floor = { .serial = link->serial };
    CzWatch watch = { .serial = link->serial, .not_before_s = (gint64) MIN (link->not_before_s, G_MAXINT64),
                      .not_after_s = (gint64) MIN (link->not_after_s, G_MAXINT64) };
    if (!cz_trust_raise (round->station->trust, link->channel, &floor, error)
        || !cz_trust_note (round->station->trust, link->channel, &watch, error))
      return FALSE;
  }
  return TRUE;
}

/* A channel of this station's line, or one that stands above such a one. */
static gboolean
concerns_us (CzRound *round, CzChannel channel)
{
  const CzTicket *ticket = round->station->ticket;
  for (guint i = 0; i < ticket->n_line; i++)
    if (cz_channel_covers (channel, ticket->line[i]))
      return TRUE;
  return FALSE;
}

/* What is withdrawn stays so, whichever chain a depot shows next. */
static gboolean
note_revocations (CzRound *round, const CzChain *chain, GError **error)
{
  for (guint i = 0; i < chain->n_revoked; i++) {
    CzWatch watch = { .revoked_below = chain->revoked[i].below };
    if (concerns_us (round, chain->revoked[i].channel)
        && !cz_trust_note (round->station->trust, chain->revoked[i].channel, &watch, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
open_chain (CzRound *round, CzChannel channel, const guint8 hash[32], const CzRoot *root, CzVerified *out, GError **error)
{
  g_autoptr (GBytes) chain = NULL;
  gsize size;
  if (!fetch_chain (round, channel, hash, &chain, &out->chain_is_new, error))
    return FALSE;
  const guint8 *data = g_bytes_get_data (chain, &size);
  if (!cz_chain_open_links (data, size, root, channel, &out->chain, error) || !check_serials (round, channel, &out->chain, error))
    return FALSE;
  out->delegation = out->chain.links[out->chain.n - 1];
  out->chain_bytes = g_bytes_ref (chain);
  return TRUE;
}

/* Only of a head that counts: one is kept for each channel, and an older head must not put its own in the place of the newest. */
static gboolean
keep_chain (CzRound *round, const CzVerified *v, GError **error)
{
  return !v->chain_is_new || cz_trust_set_chain (round->station->trust, v->head.channel, v->head.delegation, v->chain_bytes, error);
}

/* ---- judging ---- */

/* Against what was accepted before; see cz-trust.h. */
static gboolean
judge (CzRound *round, const CzVerified *v, GError **error)
{
  const CzHead *head = &v->head;
  CzFloor floor;
  cz_trust_floor (round->station->trust, head->channel, &floor);
  if (head->epoch < floor.epoch)
    return refuse (head->channel, CZ_WIRE_ERROR_ORDER, "of an epoch that is past", error);
  if (head->epoch > floor.epoch)
    return TRUE;
  if (head->seq < floor.seq)
    round->report->stale_depots++;
  if (head->seq < floor.seq)
    return refuse (head->channel, CZ_WIRE_ERROR_ORDER, "older than what this station has already accepted", error);
  if (head->seq == floor.seq && head->seq > 0 && (memcmp (head->tip, floor.tip, 32) != 0 || memcmp (head->state, floor.state, 32) != 0))
    return refuse (head->channel, CZ_WIRE_ERROR_ORDER, "names another bundle for a number already accepted", error);
  return TRUE;
}

/* No signature reaches beyond the term of its delegation: whoever stole a key cannot push the time past it. */
static gint64
issued_within_term (const CzVerified *v)
{
  gint64 issued_s = v->head.issued_s <= G_MAXINT64 ? (gint64) v->head.issued_s : 0;
  return v->delegation.not_after_s > 0 && v->delegation.not_after_s < (guint64) issued_s ? (gint64) v->delegation.not_after_s : issued_s;
}

static void
note_times (CzRound *round, const CzVerified *v)
{
  const CzHead *head = &v->head;
  CzRoundReport *report = round->report;
  CzStation *station = round->station;
  gint64 issued_s = issued_within_term (v);
  cz_trusted_time_head (cz_trust_time (station->trust), head->channel, issued_s, cz_clock_boot_us (station->clock));
  report->heads_s = MAX (report->heads_s, issued_s);
  report->poll_hint_s = MAX (report->poll_hint_s, head->poll_hint_s);
}

/* When the head said it. One from the future counts as of now, the time before it was read: its word must not outweigh for years the honest
 * ones that follow. */
static gint64
said_at (const CzStation *station, const CzVerified *v)
{
  gint64 bound_s = cz_trusted_time_now (cz_trust_time (station->trust), cz_clock_boot_us (station->clock));
  return MIN (issued_within_term (v), MAX (bound_s, cz_round_now_s (station->clock)));
}

/* What this head says of the others of the line: nobody can hold those back unnoticed. */
static gboolean
note_witness (CzRound *round, const CzVerified *v, gint64 said_s, const CzHeadLink *links, guint n, GError **error)
{
  for (guint i = 0; i < n; i++) {
    CzWatch watch = { .witness_seq = links[i].seq, .witness_s = said_s };
    if (links[i].channel != v->head.channel && concerns_us (round, links[i].channel)
        && !cz_trust_note (round->station->trust, links[i].channel, &watch, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
note_head (CzRound *round, const CzVerified *v, gint64 said_s, GError **error)
{
  const CzHead *head = &v->head;
  CzWatch watch = { .expires_s = (gint64) MIN (head->expires_s, G_MAXINT64), .next_publish_s = (gint64) MIN (head->next_publish_s, G_MAXINT64) };
  return cz_trust_note (round->station->trust, head->channel, &watch, error)
         && note_witness (round, v, said_s, head->parents, head->n_parents, error)
         && note_witness (round, v, said_s, head->children, head->n_children, error);
}

/* Asked for with the mark of the copy at hand, if there is one. Not in a folder: the next stick there may bear the same mark, and looking costs nothing. */
static GBytes *
get_head (CzRound *round, CzChannel channel, GError **error)
{
  g_autofree char *path = cz_path_head (channel);
  g_autofree char *name = g_strconcat (cz_road_address (round->road), " ", path, NULL);
  gboolean is_folder = cz_road_is_folder (round->road);
  const CzKeptHead *kept = is_folder ? NULL : g_hash_table_lookup (round->station->heads, name);
  g_autofree char *tag = kept ? g_strdup (kept->tag) : NULL;
  g_autoptr (GError) local = NULL;
  GBytes *bytes = cz_road_get (round->road, path, CZ_HEAD_MAX, &tag, round->options->cancellable, &local);
  if (kept && !bytes && !local)
    return g_bytes_ref (kept->bytes);
  if (!bytes) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  if (tag && !is_folder) {
    CzKeptHead *newer = g_new0 (CzKeptHead, 1);
    newer->tag = g_steal_pointer (&tag);
    newer->bytes = g_bytes_ref (bytes);
    g_hash_table_replace (round->station->heads, g_steal_pointer (&name), newer);
  }
  return bytes;
}

gboolean
cz_round_read_head (CzRound *round, CzChannel channel, CzVerified *out, GError **error)
{
  CzChannel named;
  guint8 delegation[32];
  guint32 root_version;
  CzRoot root;
  gsize size;
  g_autoptr (GBytes) bytes = get_head (round, channel, error);
  if (!bytes)
    return FALSE;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  if (!cz_head_peek (data, size, &named, delegation, &root_version, error))
    return FALSE;
  if (named != channel)
    return refuse (channel, CZ_WIRE_ERROR_SCOPE, "speaks for another channel", error);
  if (!current_root (round, &root, error) || !update_root (round, channel, root_version, &root, error)
      || !open_chain (round, channel, delegation, &root, out, error)
      || !cz_head_open (data, size, &out->delegation.head_key, &out->head, error))
    return FALSE;
  if (out->head.epoch != out->delegation.epoch)
    return refuse (channel, CZ_WIRE_ERROR_SCOPE, "of another epoch than its delegation", error);
  out->head_bytes = g_bytes_ref (bytes);
  return TRUE;
}

gboolean
cz_round_head (CzRound *round, CzChannel channel, CzVerified *out, GError **error)
{
  CzFloor floor = { 0 };
  if (!cz_round_read_head (round, channel, out, error) || !judge (round, out, error) || !keep_chain (round, out, error))
    return FALSE;
  gint64 said_s = said_at (round->station, out);
  note_times (round, out);
  floor.issued_s = (gint64) MIN (out->head.issued_s, G_MAXINT64);
  return cz_trust_raise (round->station->trust, channel, &floor, error) && raise_serials (round, &out->chain, error)
         && note_revocations (round, &out->chain, error) && note_head (round, out, said_s, error);
}
