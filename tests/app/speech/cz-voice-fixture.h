/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-voice.h"

/* A voice over chunks made by hand, so that the engine is tried apart from the front end. */

/* A chunker for texts of pinyin in which "|" or a line end ends a chunk: "ni3hao3|jin1tian1". A chunk's span is its pinyin without
 * it. A piece that begins with "=" is spoken as English, with "~" slowly. Each is followed by
 * FIXTURE_PAUSE_MS. data is not used. */
#define FIXTURE_PAUSE_MS 200
GPtrArray *cz_fixture_chunks (const char *text, gsize len, const CzSayOptions *options, gpointer data);

/* Runs the main context until *done or for 20 s, which fails the test. */
void cz_fixture_run_until (const gboolean *done);

double cz_fixture_rms (const GArray *samples);

/* A new folder for many small files that are made safe one by one: in memory where there is such a place.
 * Returns: (transfer full). */
char *cz_fixture_make_dir (void);
