/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/depot/cz-publisher.h"
#include "sync/store/cz-content-prior.h"
#include "sync/store/cz-rows.h"
#include "sync/wire/cz-limits.h"

/* A stop while signing leaves nothing; heads live this long so that a beat missed for some days frightens nobody. */
#define CZ_HEAD_LIFE_S (7 * 86400)
#define CZ_HEAD_POLL_HINT_S 0 /* what is announced decides */
#define CZ_DAY_S 86400

/* Raw bytes after which a bundle is closed. Compressed is never larger than raw (codec 0 is taken then), so that these
 * keep every bundle inside CZ_BUNDLE_MAX and CZ_SNAPSHOT_MAX without signing twice. */
#define CZ_DAILY_RAW_BUDGET (CZ_BUNDLE_MAX - CZ_MANIFEST_MAX - 512u * 1024u)
/* Not CZ_SNAPSHOT_MAX: the manifest must hold a hash for each piece of 32 KiB, and 64 KiB of manifest hold about 1,900. */
#define CZ_FIRST_RAW_BUDGET (56u * 1024u * 1024u)

enum { CZ_WRITE_DELETE, CZ_WRITE_INSERT, CZ_WRITE_UPDATE, CZ_N_WRITERS };

/* What goes into the bundle being made. */
typedef struct {
  const CzTable *table; /* whose writers are open; NULL = none */
  CzRowStore *published; /* that table in the replica */
  CzSectionWriter *writers[CZ_N_WRITERS]; /* made at first use */
  CzSection sections[CZ_SECTIONS_MAX];
  GPtrArray *section_bytes; /* GBytes, as sections */
  CzSection plain_sections[CZ_SECTIONS_MAX]; /* the same rows in codecs ≤ 1 */
  GPtrArray *plain_bytes;
  CzContentPrior *prior; /* what stations hold before this bundle; made at first use */
  gsize raw_done; /* of finished sections */
  CzState state; /* after the rows so far */
} CzDraft;

struct _CzPublisher {
  CzPublisherConfig config;
  CzChannel channel;
  CzChannelMark mark; /* of the replica */
  CzIndex *index;
  CzHead head; /* the newest signed here */
  gboolean has_head;
  gboolean by_former_key; /* that one is signed with a head key of before */
  gboolean recovered;
  gboolean running; /* between begin and finish */
  gboolean first; /* this publication is the channel's first */
  gboolean wrote; /* a bundle of this publication is out */
  int zstd_level;
  gint64 now_s;
  gint64 effective_s;
  guint64 rows_seen;
  CzDraft draft;
  GBytes *plain; /* the bundle just signed once more, in codecs ≤ 1; NULL where it has no others */
  CzPublishReport report;
};

void cz_publisher_step (CzPublisher *self, CzPublishStep step, guint64 done);
char *cz_publisher_state_path (CzPublisher *self, const char *name);

/* cz-draft.c */
void cz_draft_clear (CzPublisher *self);
gboolean cz_draft_is_empty (CzPublisher *self);
gboolean cz_draft_row (CzPublisher *self, const CzTable *table, const CzRow *row, gboolean remove, GError **error);
/* yyyymm at UTC+8: the segment a bundle signed then stands in. */
guint32 cz_draft_month (gint64 unix_s);
/* Signs what the draft holds; NULL on failure. The draft is empty afterwards. */
GBytes *cz_draft_sign (CzPublisher *self, GError **error);

/* cz-plain-section.c */
/* Spends the writer: its rows under zstd, or as they are where that is not smaller, with their line. raw: (out) as codec 0. */
GBytes *cz_plain_section (CzSectionWriter *writer, CzSection *line, GBytes **raw, GError **error);
/* Bit k = fields[k] differs; keys always. 0 = the rows are equal. */
guint64 cz_row_difference (const CzTable *table, const CzRow *old, const CzRow *row);

/* cz-jump.c: a skip or snapshot from what is held */
/* The rows that lead from what `base` holds (NULL: from nothing) to what the replica holds, signed. NULL on failure;
 * CZ_WIRE_ERROR_LIMIT when a bundle of this kind cannot hold them. plain: (out) (nullable) the same in codecs ≤ 1, newly
 * allocated; NULL where it is in no others, or where that would not fit (a warning). */
GBytes *cz_jump_build (CzPublisher *self, CzContent *base, GBytes **plain, GError **error);

/* cz-jumps.c: at the first publication of a month, before anything of it: what shortens the way to the end of the month before
 * is made from the replica, put into the depot and noted in the index. A failure costs stations the short cut and nothing
 * else; it is a warning. */
void cz_jumps_make (CzPublisher *self);

/* cz-pending.c: a bundle in codecs 2 or 3 is on its way together with its plain form, which goes to z/<seq>. Steps 1 to 4 for a signed bundle; each looks first whether it has been done. */
gboolean cz_pending_save (CzPublisher *self, GBytes *bundle, GError **error);
/* NULL without error: there is none. */
GBytes *cz_pending_load (CzPublisher *self, GError **error);
gboolean cz_pending_carry_out (CzPublisher *self, GBytes *bundle, GError **error);
gboolean cz_pending_remove (CzPublisher *self, GError **error);

/* cz-announce.c: root, chain, index and head. */
/* Signed with the head key in force, or with one of before. by_former: (out) (nullable). */
gboolean cz_own_head_open (const CzPublisherConfig *config, GBytes *bytes, CzHead *out, gboolean *by_former, GError **error);
CzIndex *cz_own_index_open (const CzPublisherConfig *config, GBytes *bytes, GError **error);
gboolean cz_announce_load (CzPublisher *self, GError **error);
gboolean cz_announce_note (CzPublisher *self, const CzBundle *bundle, GError **error);
gboolean cz_announce_all (CzPublisher *self, gint64 next_publish_s, GError **error);
gboolean cz_announce_head (CzPublisher *self, gint64 next_publish_s, GError **error);
gboolean cz_announce_depot_is_not_ahead (CzPublisher *self, GError **error);
