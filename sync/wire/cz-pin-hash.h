/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* A PIN as it may lie on a card: Argon2id, salted. Takes about a second of a small board's time and 16 MiB: call it from a
 * worker. Six digits are a million tries: this slows down who has stolen the card and no more. Any thread. */

/* Newly allocated text; NULL when memory is lacking. */
char *cz_pin_hash (const char *pin);
/* FALSE also for text that is no such hash or asks for more work than cz_pin_hash does. */
gboolean cz_pin_hash_matches (const char *hash, const char *pin);
