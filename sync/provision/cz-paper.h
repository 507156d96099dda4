/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Reads a file that a technician brought: a plain file, not followed through a link, of at most max bytes and one more, by which
 * the parser sees that it is too long. Newly allocated, not ended by NUL. G_FILE_ERROR; G_FILE_ERROR_NOENT when it is not there. Any thread. */
char *cz_paper_read (const char *path, gsize max, gsize *size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
