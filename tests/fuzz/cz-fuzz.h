/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-key.h"
#include <stddef.h>
#include <stdint.h>

/* A fuzz target: called with hostile bytes any number of times; ends the program when something that must hold does not. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What a signature guards can only be reached by bytes that are signed: the targets sign what the engine made up, with keys
 * that are the same in every run. number 0 … 3; (transfer none). */
const CzSecretKey *cz_fuzz_key (guint number);
/* magic | u32 length | body | one signature of key; as sync/wire/FORMAT.md §3. */
GBytes *cz_fuzz_sign (const char *magic, CzSignKind kind, const uint8_t *body, size_t size, const CzSecretKey *key);
/* Taken or refused: either is right, as long as it comes back. */
void cz_fuzz_either (gboolean taken);
/* Must hold, in release builds as well. */
void cz_fuzz_must (gboolean holds, const char *what);
