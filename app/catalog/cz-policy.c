/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-policy.h"

struct _CzPolicy {
  GObject parent_instance;
  CzPolicyInfo info;
};

struct _CzParagraph {
  GObject parent_instance;
  char *text;
  gboolean is_heading;
};

G_DEFINE_FINAL_TYPE (CzPolicy, cz_policy, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (CzParagraph, cz_paragraph, G_TYPE_OBJECT)

static void
cz_policy_finalize (GObject *object)
{
  CzPolicyInfo *info = &CZ_POLICY (object)->info;

  g_free (info->title);
  g_free (info->summary);
  g_free (info->office);
  g_free (info->source);
  g_free (info->law_ref);
  g_free (info->picture);
  g_free (info->body);
  g_free (info->lang);
  for (int i = 0; i < CZ_N_BLOCKS; i++)
    g_free (info->blocks[i]);
  G_OBJECT_CLASS (cz_policy_parent_class)->finalize (object);
}

static void
cz_policy_class_init (CzPolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_policy_finalize;
}

static void
cz_policy_init (CzPolicy *self)
{
}

CzPolicy *
cz_policy_new (CzPolicyInfo *info)
{
  CzPolicy *self = g_object_new (CZ_TYPE_POLICY, NULL);

  self->info = *info;
  *info = (CzPolicyInfo) { 0 };
  return self;
}

const CzPolicyInfo *
cz_policy_info (CzPolicy *self)
{
  return &self->info;
}

GListModel *
cz_policy_paragraphs (CzPolicy *self)
{
  return cz_paragraphs_new (self->info.body);
}

static void
cz_paragraph_finalize (GObject *object)
{
  g_free (CZ_PARAGRAPH (object)->text);
  G_OBJECT_CLASS (cz_paragraph_parent_class)->finalize (object);
}

static void
cz_paragraph_class_init (CzParagraphClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_paragraph_finalize;
}

static void
cz_paragraph_init (CzParagraph *self)
{
}

const char *
cz_paragraph_text (CzParagraph *self)
{
  return self->text;
}

gboolean
cz_paragraph_is_heading (CzParagraph *self)
{
  return self->is_heading;
}

static CzParagraph *
paragraph_new (const char *line)
{
  CzParagraph *self = g_object_new (CZ_TYPE_PARAGRAPH, NULL);

  while (*line == '#') {
    self->is_heading = TRUE;
    line++;
  }
  self->text = g_strstrip (g_strdup (line));
  return self;
}

GListModel *
cz_paragraphs_new (const char *body)
{
  GListStore *store = g_list_store_new (CZ_TYPE_PARAGRAPH);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) lines = g_strsplit (body != NULL ? body : "", "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_autoptr (CzParagraph) paragraph = paragraph_new (*line);
    if (paragraph->text[0] != '\0')
      g_ptr_array_add (items, g_steal_pointer (&paragraph));
  }
  g_list_store_splice (store, 0, 0, items->pdata, items->len);
  return G_LIST_MODEL (store);
}
