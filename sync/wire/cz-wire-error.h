/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

#define CZ_WIRE_ERROR (cz_wire_error_quark ())
GQuark cz_wire_error_quark (void);

/* Which rule an object broke. Every refusal carries exactly one of these; the message names the rule in words. */
typedef enum {
  CZ_WIRE_ERROR_TRUNCATED, /* fewer bytes than it says: fetch the rest */
  CZ_WIRE_ERROR_FORMAT, /* not such an object, or a field out of its range */
  CZ_WIRE_ERROR_LIMIT, /* larger than this program takes */
  CZ_WIRE_ERROR_SIGNATURE, /* no valid signature of the key that must have signed it */
  CZ_WIRE_ERROR_KEY, /* signed by a key that is not known or not delegated */
  CZ_WIRE_ERROR_HASH, /* bytes are not those that were signed */
  CZ_WIRE_ERROR_SCOPE, /* outside what the key may write: area, table, quota */
  CZ_WIRE_ERROR_ORDER, /* older than, or not following, what is held: replay, gap, rollback */
  CZ_WIRE_ERROR_STATE, /* from_state or to_state does not agree */
  CZ_WIRE_ERROR_NEWER, /* a newer format or schema: keep it, the program needs updating */
  CZ_WIRE_ERROR_REVOKED, /* the delegation was withdrawn or has run out */
} CzWireError;

/* "signature", "order" …: the rule's short English name for logs and JSON; static. */
const char *cz_wire_error_rule (gint code);
