/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

/* Whole files for tests of rounds; a failure ends the test. */
void cz_test_put (const char *path, gconstpointer data, gsize size);
void cz_test_take (const char *path, char **data, gsize *size);
void cz_test_copy (const char *from, const char *to);
void cz_test_make_huge (const char *path);
