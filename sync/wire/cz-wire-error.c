/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/wire/cz-wire-error.h"

G_DEFINE_QUARK (cz_wire_error, cz_wire_error)

const char *
cz_wire_error_rule (gint code)
{
  static const char *const rules[] = {
    [CZ_WIRE_ERROR_TRUNCATED] = "truncated", [CZ_WIRE_ERROR_FORMAT] = "format", [CZ_WIRE_ERROR_LIMIT] = "limit",
    [CZ_WIRE_ERROR_SIGNATURE] = "signature", [CZ_WIRE_ERROR_KEY] = "key",       [CZ_WIRE_ERROR_HASH] = "hash",
    [CZ_WIRE_ERROR_SCOPE] = "scope",         [CZ_WIRE_ERROR_ORDER] = "order",   [CZ_WIRE_ERROR_STATE] = "state",
    [CZ_WIRE_ERROR_NEWER] = "newer",         [CZ_WIRE_ERROR_REVOKED] = "revoked",
  };
  return code >= 0 && (gsize) code < G_N_ELEMENTS (rules) ? rules[code] : "unknown";
}
