/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/policies/cz-policies-page.h"

#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"
#include "ui/common/cz-text-list.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

struct _CzPoliciesPage {
  CzPage parent_instance;
  GtkWidget *list; /* CzTextList */
  GtkWidget *empty;
  GListModel *policies;
};

G_DEFINE_FINAL_TYPE (CzPoliciesPage, cz_policies_page, CZ_TYPE_PAGE)

static void
on_chosen (gint64 id, gpointer data)
{
  cz_kiosk_go (cz_page_kiosk (data), CZ_PAGE_POLICY, id);
}

static char *
standing_words (CzKiosk *kiosk, const CzPolicyInfo *info)
{
  CzDay today = cz_catalog_today (kiosk->catalog);
  g_autofree char *day = cz_words_day_near (info->deadline != 0 ? info->deadline : info->issued, today);

  if (info->state != CZ_POLICY_IN_FORCE)
    return g_strdup (_("superseded"));
  if (info->is_passed)
    return g_strdup_printf (_("closed since %s"), day);
  if (info->deadline != 0)
    return g_strdup_printf (_("until %s"), day);
  return info->issued != 0 ? g_strdup_printf (_("of %s"), day) : g_strdup ("");
}

/* The list asks for a row at a time, when the page shows it. */
static void
describe (guint position, CzTextRow *row, gpointer data)
{
  CzPoliciesPage *self = data;
  g_autoptr (CzPolicy) policy = g_list_model_get_item (self->policies, position);
  const CzPolicyInfo *info = cz_policy_info (policy);

  row->id = info->id;
  row->title = g_strdup (info->title);
  row->detail = g_strdup (info->summary[0] != '\0' ? info->summary : info->office);
  row->note = standing_words (cz_page_kiosk (CZ_PAGE (self)), info);
  row->is_past = info->state != CZ_POLICY_IN_FORCE || info->is_passed;
}

static void
cz_policies_page_build (CzPage *page)
{
  CzPoliciesPage *self = CZ_POLICIES_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  CzTextListCalls calls = { "policy", "policy-full", describe, on_chosen, page };

  self->list = cz_text_list_new (kiosk, _("Policies"), &calls);
  self->empty = cz_empty_new (kiosk, "tile-policy");
  gtk_box_append (GTK_BOX (page), self->list);
  gtk_box_append (GTK_BOX (page), self->empty);
}

static void
cz_policies_page_refresh (CzPage *page)
{
  CzPoliciesPage *self = CZ_POLICIES_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  guint n;

  g_clear_object (&self->policies);
  self->policies = cz_catalog_policies (kiosk->catalog);
  n = g_list_model_get_n_items (self->policies);
  cz_text_list_set_count (CZ_TEXT_LIST (self->list), n);
  gtk_widget_set_visible (self->list, n > 0);
  gtk_widget_set_visible (self->empty, n == 0);
  cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("The county has sent no policies yet.")));
}

static void
cz_policies_page_speak (CzPage *page, CzScript *script)
{
  CzPoliciesPage *self = CZ_POLICIES_PAGE (page);
  guint n = g_list_model_get_n_items (self->policies);
  g_autofree char *words = g_strdup_printf (ngettext ("There is %u policy. Touch one to hear it. ",
                                                      "There are %u policies. Touch one to hear it. ", n), n);

  if (n == 0)
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
  else
    cz_script_add (script, cz_text_list_title (CZ_TEXT_LIST (self->list)), 0, words);
}

static void
cz_policies_page_speak_entries (CzPage *page, CzScript *script)
{
  cz_text_list_speak (CZ_TEXT_LIST (CZ_POLICIES_PAGE (page)->list), script);
}

static void
cz_policies_page_dispose (GObject *object)
{
  g_clear_object (&CZ_POLICIES_PAGE (object)->policies);
  G_OBJECT_CLASS (cz_policies_page_parent_class)->dispose (object);
}

static void
cz_policies_page_class_init (CzPoliciesPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_policies_page_dispose;
  page_class->build = cz_policies_page_build;
  page_class->refresh = cz_policies_page_refresh;
  page_class->speak = cz_policies_page_speak;
  page_class->speak_entries = cz_policies_page_speak_entries;
}

static void
cz_policies_page_init (CzPoliciesPage *self)
{
}
