/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include "sync/model/cz-code.h"
#include "sync/model/cz-day.h"

/* A county notice: immutable. Main thread. */
#define CZ_TYPE_NOTICE (cz_notice_get_type ())
G_DECLARE_FINAL_TYPE (CzNotice, cz_notice, CZ, NOTICE, GObject)

typedef struct {
  gint64 id;
  CzChannel channel;
  char *title;
  char *text;
  char *office;
  char *lang; /* of title and text: BCP 47, "" = Mandarin, or the catalog's language where they are translated */
  CzDay from; /* 0 = not given */
  CzDay to; /* last day it holds, 0 = until withdrawn */
} CzNoticeInfo;

CzNotice *cz_notice_new (CzNoticeInfo *info); /* takes over info's strings */
const CzNoticeInfo *cz_notice_info (CzNotice *self);
