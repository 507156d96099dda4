/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* What happened on the screen, as JSON lines for tests (ui/README.md lists the events). A NULL log takes everything and
 * writes nothing. Nothing a villager entered goes in. Main thread. */
typedef struct _CzLog CzLog;

CzLog *cz_log_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cz_log_free (CzLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzLog, cz_log_free)

/* {"event":EVENT, key: value, …}: pairs of strings, ended by NULL. */
void cz_log_event (CzLog *log, const char *event, ...) G_GNUC_NULL_TERMINATED;
/* One "layout" event: every visible widget under root with class, name, text, box, font size and whether text is cut. */
void cz_log_layout (CzLog *log, GtkWidget *root);
