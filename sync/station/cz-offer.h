/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-road.h"

/* A file of a depot that somebody else will judge, such as the signed system of a board. Nothing is checked here but its size. */
#define CZ_OFFER_MAX (8u * 1024u * 1024u)

/* From the first of depots (NULL-terminated) that has it to file, whole or not at all, mode 0644. Returns the depot's address. Errors: CZ_ROAD_ERROR, the
 * most telling of all depots (one that answers before one that does not); G_FILE_ERROR. */
char *cz_offer_fetch (const char *const *depots, const CzRoadOptions *options, const char *path, const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
