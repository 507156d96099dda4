/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* What turns a clerk's passphrase into a key: Argon2id. The cost stands beside what was wrapped, so that whoever opens it
 * pays what was paid. Any thread. */

#define CZ_PASSPHRASE_SALT_BYTES 16
#define CZ_PASSPHRASE_KEY_BYTES 32

typedef struct {
  guint64 passes;
  guint64 memory_bytes;
} CzPassphraseCost;

/* For wrapping something new: 3 passes over 256 MiB, about 0.7 s on an office computer. */
CzPassphraseCost cz_passphrase_cost (void);
/* Within what may be asked of this computer, 1 GiB and 4 passes: a file with more is damaged, or made to stop us. */
gboolean cz_passphrase_cost_is_sane (const CzPassphraseCost *cost);
/* FALSE when memory is lacking. */
gboolean cz_passphrase_derive (const char *passphrase, const guint8 salt[CZ_PASSPHRASE_SALT_BYTES], const CzPassphraseCost *cost,
                               guint8 out[CZ_PASSPHRASE_KEY_BYTES]) G_GNUC_WARN_UNUSED_RESULT;
