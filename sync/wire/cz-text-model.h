/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/wire/cz-coder.h"

/* The model of short texts of codec 2: bytes under the bytes before them, and under the longest passage met before, in what
 * the station holds or in this section. FORMAT-codecs.md §3. Internal to the wire. */
typedef struct _CzTextModel CzTextModel;

CzTextModel *cz_text_model_new (CzCoder *coder);
void cz_text_model_free (CzTextModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTextModel, cz_text_model_free)
/* Text that both sides hold: to be found again, not learnt from. likely: what is coded next probably repeats it. */
void cz_text_model_hold (CzTextModel *self, const char *text, gsize n, gboolean likely);
/* Trains on or encodes n bytes without NUL. kind: which field. */
void cz_text_model_put (CzTextModel *self, guint32 kind, const char *text, gsize n);
/* Decodes; at most max bytes. FALSE when longer. The bytes are appended to out. */
gboolean cz_text_model_get (CzTextModel *self, guint32 kind, gsize max, GByteArray *out);
/* Everything held and coded so far, each text followed by NUL: the dictionary of the zstd form. */
const GByteArray *cz_text_model_held (const CzTextModel *self);
