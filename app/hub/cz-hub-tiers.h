/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/hub/cz-hub-office.h"
#include "app/hub/cz-hub-rotate.h"

/* Offices above and below. The lower one writes a request (its public keys, signed by them); the upper one answers with its
 * root document and the chain down to the lower one; the lower one adopts the answer. Both files may travel by any
 * road: what protects them is the code (cz_hub_spoken_code) that the two clerks compare by telephone. */

#define CZ_HUB_REQUEST_MAX 4096
#define CZ_HUB_ANSWER_MAX (64 * 1024)

typedef struct { /* within what the office above was given itself; more is cut to that */
  guint32 rows_per_day; /* 0 = as the office above */
  guint32 bytes_per_day;
  guint64 tables; /* bit n = table n; 0 = those of the office above */
  guint days; /* from now; 0 = three years */
  gboolean begin_anew; /* a new epoch, also under the same content key: after numbers were burnt, or a depot was lost */
} CzHubGrant;

/* Sixteen characters in four groups, made from all bytes: 79 bits, so that nobody can make a second file with the same code. */
char *cz_hub_spoken_code (GBytes *file);

/* CZ_KEY_ERROR, CZ_HUB_ERROR_STORAGE. */
GBytes *cz_hub_request_build (CzHub *hub, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The answer: for the office that asked, within grant. Its serial is above every one this office has given that channel, also
 * after the loss of hub.db, for it is not below the time. Errors: CZ_HUB_ERROR_REFUSED (not below this office; no tier left),
 * CZ_KEY_ERROR, CZ_WIRE_ERROR, CZ_HUB_ERROR_STORAGE. */
GBytes *cz_hub_delegate (CzHub *hub, const CzDelegation *asked, const CzHubGrant *grant, const char *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Above every serial this office has given the channel, and not below the time. */
guint64 cz_hub_next_serial (CzHub *hub, CzChannel channel);
/* Noted before what carries it leaves: a serial is given once. reason is nullable. */
gboolean cz_hub_note_serial (CzHub *hub, CzChannel channel, guint64 serial, const char *verb, const char *reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  GBytes *root_bytes;
  GBytes *chain;
  CzDelegation delegation; /* of the channel that adopts */
  CzHubKeys waiting; /* keys that take their place with it */
  gboolean is_new_root; /* not the root document this office stands under now */
} CzHubAnswer;

void cz_hub_answer_clear (CzHubAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzHubAnswer, cz_hub_answer_clear)
/* Verifies it for this hub. Errors: CZ_HUB_ERROR_REFUSED (not an answer; other keys than this hub's; older than the one in force;
 * a new root although something was published), CZ_WIRE_ERROR, CZ_KEY_ERROR. */
gboolean cz_hub_answer_open (CzHub *hub, GBytes *file, const char *passphrase, CzHubAnswer *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From the next publish or beat on stations get it. After a stop on the way, adopting the same file again completes it. */
gboolean cz_hub_adopt (CzHub *hub, const CzHubAnswer *answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
