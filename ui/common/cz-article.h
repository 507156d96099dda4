/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "ui/common/cz-key.h"
#include "ui/common/cz-page.h"

/* A long text: paragraphs as rows that are made only when seen. Keys turn it by the screen, a drag moves it, a tap on a
 * paragraph reads on from there. Main thread. */
#define CZ_TYPE_ARTICLE (cz_article_get_type ())
G_DECLARE_FINAL_TYPE (CzArticle, cz_article, CZ, ARTICLE, GtkBox)

/* page: reads the scripts; its mark must hand parts to cz_article_mark. */
GtkWidget *cz_article_new (CzPage *page);
/* paragraphs: element-type CzParagraph (transfer none) */
void cz_article_set (CzArticle *self, GListModel *paragraphs);
/* Adds the paragraphs, read formally, from the one that was tapped last to the end; from the first when none was. */
void cz_article_speak (CzArticle *self, CzScript *script);
gboolean cz_article_begins_at_top (CzArticle *self);
void cz_article_mark (CzArticle *self, const CzScriptPart *part, gboolean is_heard);
/* By ±1 screen. */
void cz_article_turn (CzArticle *self, int by);
/* Two keys that turn it. */
GtkWidget *cz_article_keys_new (CzArticle *self, const char *css_class);
