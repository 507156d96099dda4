/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>
#include "app/speech/cz-chunk.h"

/* What a page says, and which widget shows each part of it, so that what is being read can be marked. */
typedef struct _CzScript CzScript;

typedef struct {
  gsize start; /* byte span in the text */
  gsize end;
  GtkWidget *widget; /* weak; NULL: nothing to mark */
  guint part; /* what the page named it by, e.g. the number of a paragraph */
} CzScriptPart;

CzScript *cz_script_new (void);
void cz_script_free (CzScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzScript, cz_script_free)

/* widget: (nullable). Empty text adds nothing. */
void cz_script_add (CzScript *script, GtkWidget *widget, guint part, const char *text);
const char *cz_script_text (CzScript *script);
guint cz_script_n_parts (CzScript *script);
CzScriptPart *cz_script_part (CzScript *script, guint index);
/* Formal reading: laws and official papers. */
void cz_script_set_formal (CzScript *script, gboolean formal);
gboolean cz_script_is_formal (CzScript *script);
/* The language of all of it; without, its script tells. */
void cz_script_set_language (CzScript *script, CzLang lang);
gboolean cz_script_language (CzScript *script, CzLang *lang); /* FALSE: not set */
