/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* The one maker of everything that can be tapped: at least 20 mm, named for assistive technology, acts on release, guarded
 * against the double tap of a trembling hand (300 ms), logged, and ends what is being spoken. */
typedef void (*CzKeyFunc) (GtkWidget *key, gpointer data);

/* name: for the log and tests, stable, not shown ("bar-home", "product-990101000000101"). css_class: (nullable).
 * data must outlive the key. */
GtkWidget *cz_key_new (CzKiosk *kiosk, const char *name, const char *css_class, CzKeyFunc on_tap, gpointer data);
/* What the key is called; also what 听读模式 says of it. Needed before it is shown. */
void cz_key_set_words (GtkWidget *key, const char *words);
const char *cz_key_get_words (GtkWidget *key);
const char *cz_key_get_name (GtkWidget *key); /* "" if not made here */
void cz_key_set_name (GtkWidget *key, const char *name);
/* Keys of the 声音 panel leave the voice running. */
void cz_key_keep_voice (GtkWidget *key);
/* A key with an icon (nullable) above, or beside, one line of text; words are set to the text. */
typedef struct {
  const char *name;
  const char *css_class; /* nullable */
  const char *icon; /* nullable */
  double icon_mm;
  const char *text;
  double text_mm;
  gboolean is_row; /* icon beside the text instead of above */
  gboolean is_fixed; /* does not grow with the reader's text size */
} CzKeyLook;
GtkWidget *cz_key_new_labelled (CzKiosk *kiosk, const CzKeyLook *look, CzKeyFunc on_tap, gpointer data);
