/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-kiosk.h"

/* One page between strip and bar. Built once for a size and language, then bound again at every visit. A vertical box; a page
 * appends its content to itself. Main thread. */
#define CZ_TYPE_PAGE (cz_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (CzPage, cz_page, CZ, PAGE, GtkBox)

struct _CzPageClass {
  GtkBoxClass parent_class;
  /* Makes the widgets; the kiosk is set. */
  void (*build) (CzPage *page);
  /* A visit begins. */
  void (*enter) (CzPage *page, gint64 argument);
  /* Content changed, or a visit begins (after enter): read again and show. */
  void (*refresh) (CzPage *page);
  /* Adds what the page says of itself. */
  void (*speak) (CzPage *page, CzScript *script);
  /* What 再说一遍 says; by default what a visit says. */
  void (*speak_again) (CzPage *page, CzScript *script);
  /* Its entries, one after another, for 听读模式; optional. */
  void (*speak_entries) (CzPage *page, CzScript *script);
  /* Text at the right of the strip, owned by the caller; optional. */
  char *(*strip_note) (CzPage *page);
  /* Marks what is being read; by default the CSS class "speaking" on the part's widget. */
  void (*mark) (CzPage *page, const CzScriptPart *part, gboolean is_heard);
};

/* no_voice: a CzNoVoice of the page: everything the page says goes by it. */
void cz_page_set_no_voice (CzPage *page, GtkWidget *no_voice);
CzPage *cz_page_new (GType type, CzKiosk *kiosk);
CzKiosk *cz_page_kiosk (CzPage *page);
void cz_page_enter (CzPage *page, gint64 argument);
void cz_page_refresh (CzPage *page);
char *cz_page_strip_note (CzPage *page); /* NULL: none */
/* Says the page, ending what was said before. */
void cz_page_say (CzPage *page);
/* 再说一遍. */
void cz_page_say_again (CzPage *page);
/* Says a script of the page's own (a block that was tapped). Takes over script. */
void cz_page_say_script (CzPage *page, CzScript *script);
