/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* Word to the service manager that started the session (sd_notify(3)): READY=1 once a frame of the window was drawn, and, where CUNZHAN_SCREEN says
 * "connected", the compositor wants the next; from then on WATCHDOG=1 from the main loop, last in its line, so that a loop which no longer draws no longer pings. Main thread. */
typedef struct _CzNotify CzNotify;

/* window: realized. NULL where nobody listens: NOTIFY_SOCKET is not set, or does not lead to a socket (a warning). */
CzNotify *cz_notify_new (GtkWidget *window);
void cz_notify_free (CzNotify *notify);
