/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-delegation.h"
#include "sync/wire/cz-signed.h"

/* Between cz-delegation.c and cz-chain.c. */

#define CZ_DELEGATION_MAX 4096u
extern const CzSignedForm cz_delegation_form;
/* The body; the whole of it. */
gboolean cz_delegation_read (CzReader *reader, CzDelegation *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
