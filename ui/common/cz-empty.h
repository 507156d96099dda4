/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* A calm card that says what is missing, in place of an empty page. */
GtkWidget *cz_empty_new (CzKiosk *kiosk, const char *icon);
void cz_empty_set_text (GtkWidget *empty, const char *text);
const char *cz_empty_get_text (GtkWidget *empty);
/* Why a page without content is empty; static. */
const char *cz_empty_reason (CzKiosk *kiosk, const char *otherwise);
