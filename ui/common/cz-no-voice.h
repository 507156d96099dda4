/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-script.h"
#include "ui/common/cz-kiosk.h"

/* Stands on a page whose text is marked with a language: has it read in that language where the station has a voice for it; else says so, on
 * screen and aloud, and offers Mandarin when the text has Han characters. Hidden while there is nothing to say. Main thread. */
#define CZ_TYPE_NO_VOICE (cz_no_voice_get_type ())
G_DECLARE_FINAL_TYPE (CzNoVoice, cz_no_voice, CZ, NO_VOICE, GtkBox)

/* on_mandarin: the offer was taken; the page binds and reads itself anew. data must outlive the widget. */
GtkWidget *cz_no_voice_new (CzKiosk *kiosk, void (*on_mandarin) (gpointer data), gpointer data);
/* What is shown from now on. code: BCP 47, "" = Mandarin, or whatever its script says. */
void cz_no_voice_set (CzNoVoice *self, const char *code, const char *text);
/* A new visit: the offer is made anew. */
void cz_no_voice_forget (CzNoVoice *self);
/* Takes over script and returns what is to be said: the same in its language, or that there is no voice for it. */
CzScript *cz_no_voice_filter (CzNoVoice *self, CzScript *script);
