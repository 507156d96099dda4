/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-key.h"

/* A title and rows of texts in pages that fill the screen: the rows are made once, and bound when the page turns, so that ten
 * thousand entries cost what four do. Main thread. */
#define CZ_TYPE_TEXT_LIST (cz_text_list_get_type ())
G_DECLARE_FINAL_TYPE (CzTextList, cz_text_list, CZ, TEXT_LIST, GtkBox)

typedef struct {
  gint64 id;
  char *title;
  char *detail;
  char *note; /* short, at the right */
  gboolean is_past; /* shown as no longer in force */
} CzTextRow;

typedef struct {
  const char *key_prefix; /* "policy" makes keys "policy-17" */
  const char *page_key_class; /* CSS class of the paging keys */
  /* Fills row; its strings are taken over. */
  void (*describe) (guint position, CzTextRow *row, gpointer data);
  void (*chosen) (gint64 id, gpointer data);
  gpointer data;
} CzTextListCalls;

GtkWidget *cz_text_list_new (CzKiosk *kiosk, const char *title, const CzTextListCalls *calls);
/* Also when the content changed: the rows shown are bound again. */
void cz_text_list_set_count (CzTextList *self, guint n);
GtkWidget *cz_text_list_title (CzTextList *self);
/* Adds the rows of this page to a script. */
void cz_text_list_speak (CzTextList *self, CzScript *script);
