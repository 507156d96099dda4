/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "sync/model/cz-code.h"
#include "sync/model/cz-day.h"
#include "sync/model/cz-vocab.h"

/* A policy: immutable. Lists hand it out without texts (blocks and paragraphs empty). Main thread. */
#define CZ_TYPE_POLICY (cz_policy_get_type ())
G_DECLARE_FINAL_TYPE (CzPolicy, cz_policy, CZ, POLICY, GObject)

/* The five blocks of rule N23, in the order they are read. */
typedef enum { CZ_BLOCK_WHO, CZ_BLOCK_HOW_MUCH, CZ_BLOCK_PAPERS, CZ_BLOCK_PLACE, CZ_BLOCK_DEADLINE, CZ_N_BLOCKS } CzPolicyBlock;

typedef struct {
  gint64 id;
  CzChannel channel;
  CzPolicyKind kind;
  CzPolicyState state; /* superseded also when a newer policy says that it replaces this one */
  char *title;
  char *summary;
  char *office;
  char *source;
  char *law_ref;
  char *picture; /* hash in hex, or NULL */
  char *blocks[CZ_N_BLOCKS];
  char *body;
  char *lang; /* as CzNoticeInfo */
  CzDay issued;
  CzDay effective; /* 0 = not given */
  CzDay deadline; /* 0 = none */
  gboolean is_passed; /* deadline lies before the catalog's today */
  gint64 replaced_by; /* 0 = none */
  guint season_mask;
} CzPolicyInfo;

CzPolicy *cz_policy_new (CzPolicyInfo *info); /* takes over info's strings */
const CzPolicyInfo *cz_policy_info (CzPolicy *self);
/* The body cut into paragraphs (CzParagraph): Markdown headings lose their #, blank lines are passed over. */
GListModel *cz_policy_paragraphs (CzPolicy *self);

/* One paragraph of a longer text. */
#define CZ_TYPE_PARAGRAPH (cz_paragraph_get_type ())
G_DECLARE_FINAL_TYPE (CzParagraph, cz_paragraph, CZ, PARAGRAPH, GObject)
const char *cz_paragraph_text (CzParagraph *self);
gboolean cz_paragraph_is_heading (CzParagraph *self);
GListModel *cz_paragraphs_new (const char *body);
