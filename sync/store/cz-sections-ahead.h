/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/store/cz-content.h"
#include "sync/wire/cz-bundle.h"
#include "sync/wire/cz-section.h"

/* Nearly all the time of applying a day goes into unpacking codecs 2 and 3, and no section needs another's rows: all look at the
 * channel as it was before the bundle. So a second thread unpacks those that come next while the first puts rows in. What it does
 * and how it may fail is what the caller would do itself; only the time differs. */
typedef struct _CzSectionsAhead CzSectionsAhead;

/* Begins, when there is a second processor and enough to do; else NULL. content: inside a transaction of the caller's, which stays open
 * until the free. content, bundle, data: borrowed until the free. */
CzSectionsAhead *cz_sections_ahead_new (CzContent *content, const CzBundle *bundle, const guint8 *data, gsize size);
/* Section i, each once and in order. *taken FALSE: nobody has begun it, it is now the caller's to open. TRUE: the reader, or NULL with the
 * error of cz_section_reader_new_with_prior(). ahead: (nullable). */
CzSectionReader *cz_sections_ahead_take (CzSectionsAhead *ahead, guint i, gboolean *taken, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Waits for the section it is at. */
void cz_sections_ahead_free (CzSectionsAhead *ahead);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSectionsAhead, cz_sections_ahead_free)
