/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "app/speech/cz-voice.h"
#include "ui/common/cz-log.h"
#include "ui/common/cz-script.h"

/* Reads scripts aloud and marks on screen what is being heard. Without a voice (no tables, no synthesiser) it only
 * logs. Main thread. */
#define CZ_TYPE_NARRATOR (cz_narrator_get_type ())
G_DECLARE_FINAL_TYPE (CzNarrator, cz_narrator, CZ, NARRATOR, GObject)

/* Marks or unmarks one part for the page that wrote the script. */
typedef void (*CzMarkFunc) (gpointer page, const CzScriptPart *part, gboolean is_heard);

/* log: (nullable), must outlive the narrator. */
CzNarrator *cz_narrator_new (CzLog *log);
/* voice: (nullable) (transfer none); may come late. */
void cz_narrator_set_voice (CzNarrator *self, CzVoice *voice);
CzVoice *cz_narrator_voice (CzNarrator *self); /* (transfer none) (nullable) */
/* Takes over script. mark is called only until the next say or stop, and while page (a GObject, held weakly) lives. */
void cz_narrator_say (CzNarrator *self, CzScript *script, CzMarkFunc mark, gpointer page);
/* One sentence without a place on screen. */
void cz_narrator_say_text (CzNarrator *self, const char *text);
void cz_narrator_stop (CzNarrator *self);
