/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-notice.h"

struct _CzNotice {
  GObject parent_instance;
  CzNoticeInfo info;
};

G_DEFINE_FINAL_TYPE (CzNotice, cz_notice, G_TYPE_OBJECT)

static void
cz_notice_finalize (GObject *object)
{
  CzNoticeInfo *info = &CZ_NOTICE (object)->info;

  g_free (info->title);
  g_free (info->text);
  g_free (info->office);
  g_free (info->lang);
  G_OBJECT_CLASS (cz_notice_parent_class)->finalize (object);
}

static void
cz_notice_class_init (CzNoticeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_notice_finalize;
}

static void
cz_notice_init (CzNotice *self)
{
}

CzNotice *
cz_notice_new (CzNoticeInfo *info)
{
  CzNotice *self = g_object_new (CZ_TYPE_NOTICE, NULL);

  self->info = *info;
  *info = (CzNoticeInfo) { 0 };
  return self;
}

const CzNoticeInfo *
cz_notice_info (CzNotice *self)
{
  return &self->info;
}
