/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-key.h"

/* The key that seals uploads to an office (CzDelegation.box_key): the X25519 form of an Ed25519 key kept for nothing
 * else, so that it lives in a key file like the others (libsodium, crypto_sign_ed25519_pk_to_curve25519).
 * FALSE when the point is not usable, which a key made by cz_secret_key_new never is. */
gboolean cz_box_public (const CzPublicKey *key, guint8 out[32]) G_GNUC_WARN_UNUSED_RESULT;
