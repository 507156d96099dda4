/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/depot/cz-depot.h"
#include "sync/model/cz-clock.h"
#include "sync/store/cz-content.h"
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-head.h"

/* Turns changed rows into signed bundles in a depot. Not thread-safe; one publisher a channel (the office's lock).
 *
 * The replica (a content folder of the publisher's own) is the memory of what was published: rows handed in are compared
 * with it, bundles are applied to it by the very code a station uses, before anybody else sees them; its state hash
 * must come out as signed. Beside it a state folder holds `pending` (the bundle on its way), `index` and `head`.
 *
 * Order of one bundle, each step durable before the next; a stop anywhere is mended by cz_publisher_open:
 *   1 pending written   nobody has seen these bytes; the sequence number now belongs to them for ever
 *   2 replica applied   they decode, row by row, to what was meant
 *   3 segment appended  at the offset signed in the manifest; a torn tail there is overwritten
 *   4 index noted       the local copy
 * and after the last bundle: 5 index, 6 head in the depot, 7 pending removed. Stations move by the head, so that they see
 * a publication of several bundles at once. */

#define CZ_PUBLISH_ERROR (cz_publish_error_quark ())
GQuark cz_publish_error_quark (void);
typedef enum {
  CZ_PUBLISH_ERROR_CLOCK, /* this machine's clock stands before the last publication */
  CZ_PUBLISH_ERROR_BEHIND, /* the depot holds a newer sequence than this publisher knows: an old copy was restored */
  CZ_PUBLISH_ERROR_DAMAGED, /* pending, index or head of the state folder is not ours or damaged */
  CZ_PUBLISH_ERROR_SELF_CHECK, /* the bundle does not decode to what was meant: nothing was published */
  CZ_PUBLISH_ERROR_LIMIT, /* more rows or bytes than the delegation allows a day: not published */
  CZ_PUBLISH_ERROR_TABLE, /* rows of a table that the delegation does not give: not published */
  CZ_PUBLISH_ERROR_KEY, /* the content or head key is needed and was not given, or is not the delegated one */
} CzPublishError;

typedef enum {
  CZ_PUBLISH_STEP_ROWS, /* rows are being compared; done = rows so far */
  CZ_PUBLISH_STEP_BUILT, /* a bundle is signed; done = its bytes, nothing written yet */
  CZ_PUBLISH_STEP_PENDING,
  CZ_PUBLISH_STEP_APPLIED,
  CZ_PUBLISH_STEP_APPENDED,
  CZ_PUBLISH_STEP_NOTED,
  CZ_PUBLISH_STEP_INDEX,
  CZ_PUBLISH_STEP_HEAD,
  CZ_PUBLISH_STEP_DONE,
} CzPublishStep;
/* Called after each step, and every 10,000 rows. */
typedef void (*CzPublishProgress) (CzPublishStep step, guint64 done, gpointer data);

typedef struct { /* borrowed, must outlive the publisher */
  CzDepot *depot;
  CzContent *replica;
  CzClock *clock;
  const char *state_dir;
  const CzDelegation *delegation; /* what the chain says of this channel */
  GBytes *root; /* root document, put at v1/root/<root_version> */
  guint32 root_version;
  GBytes *chain;
  const CzSecretKey *content_key; /* (nullable) not needed to recover or beat */
  const CzSecretKey *head_key;
  /* Head keys this office had before, newest last: with them opens what it signed before its head key changed, until it has signed
   * anew. */
  const CzPublicKey *former_head_keys;
  guint n_former_head_keys;
  /* What this office has seen of the channels above and below: goes into its heads. At most CZ_HEAD_LINKS_MAX each. */
  const CzHeadLink *parents;
  guint n_parents;
  const CzHeadLink *children;
  guint n_children;
  CzPublishProgress progress; /* (nullable) */
  gpointer progress_data;
} CzPublisherConfig;

typedef struct {
  guint64 inserted;
  guint64 updated;
  guint64 deleted;
  guint64 bytes; /* compressed, all its sections */
} CzPublishTable;

typedef struct {
  guint64 from_seq;
  guint64 seq; /* equal to from_seq: there was nothing to publish */
  guint64 bytes; /* of all bundles */
  guint64 media_objects; /* put now */
  guint64 media_bytes;
  CzPublishTable tables[64]; /* by table number */
} CzPublishReport;

typedef struct _CzPublisher CzPublisher;

/* Finishes what a stop left half done. Errors: any CZ_PUBLISH_ERROR, CZ_DEPOT_ERROR, CZ_STORE_ERROR, CZ_WIRE_ERROR, G_FILE_ERROR. */
CzPublisher *cz_publisher_open (const CzPublisherConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_publisher_free (CzPublisher *publisher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPublisher, cz_publisher_free)
/* For an office whose replica or state folder is lost or older than the depot (CZ_PUBLISH_ERROR_BEHIND): brings both up to
 * what the depot holds under this channel's own signatures, so that no number is ever signed twice. Nothing in the depot
 * changes. Call it before cz_publisher_open. from, to: sequences before and after; equal when there was nothing to learn.
 * Errors: CZ_DEPOT_ERROR_ABSENT (no head there), CZ_WIRE_ERROR (damaged or another's), CZ_STORE_ERROR, G_FILE_ERROR. */
gboolean cz_publisher_catch_up (const CzPublisherConfig *config, guint64 *from, guint64 *to, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TRUE if opening had to finish an earlier publication. */
gboolean cz_publisher_recovered (CzPublisher *publisher);

/* Begins a publication. effective_s: not shown before, 0 = at once. expect_rows chooses how hard to compress. */
gboolean cz_publisher_begin (CzPublisher *publisher, gint64 effective_s, guint64 expect_rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Puts a media object; before the rows that name it, so that no head ever points past what is there. */
gboolean cz_publisher_media (CzPublisher *publisher, const guint8 hash[CZ_HASH_LEN], GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The row as it is to stand; table by table, ascending keys within a table. The same as published: nothing happens. */
gboolean cz_publisher_row (CzPublisher *publisher, const CzTable *table, const CzRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The row is to be gone; in the same order as cz_publisher_row. Not published: nothing happens. */
gboolean cz_publisher_remove (CzPublisher *publisher, const CzTable *table, const CzRow *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Signs and writes what is left, index and head. next_publish_s: 0 = a day from now. report is nullable. */
gboolean cz_publisher_finish (CzPublisher *publisher, gint64 next_publish_s, CzPublishReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Drops what was handed in and not yet signed. */
void cz_publisher_abandon (CzPublisher *publisher);

/* Signs the head anew: issued now, expiring later, the same news. next_publish_s: 0 = as before. */
gboolean cz_publisher_beat (CzPublisher *publisher, gint64 next_publish_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The newest head signed here; FALSE when none was. */
gboolean cz_publisher_head (CzPublisher *publisher, CzHead *out);
