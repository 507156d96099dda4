/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/policies/cz-policy-page.h"

#include "ui/common/cz-article.h"
#include "ui/common/cz-empty.h"
#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-frame.h"
#include "ui/common/cz-no-voice.h"
#include "ui/common/cz-pager.h"
#include "ui/common/cz-words.h"

#include <glib/gi18n.h>

/* A block longer than this many lines of the screen goes on in a row of its own, so that every row fits a page. */
#define MAX_LINES 4

struct _CzPolicyPage {
  CzPage parent_instance;
  gint64 id;
  CzPolicy *policy;
  GtkWidget *title;
  GtkWidget *office;
  GtkWidget *band; /* 已截止, 已被替代 */
  GtkWidget *no_voice; /* CzNoVoice; owned: a row of the card, or above the article */
  GtkWidget *body;
  GtkWidget *card_keys;
  GtkWidget *article_keys;
  GtkWidget *pager;
  GtkWidget *article;
  GtkWidget *empty;
  GtkWidget *head;
};

G_DEFINE_FINAL_TYPE (CzPolicyPage, cz_policy_page, CZ_TYPE_PAGE)

static const char *
block_title (CzPolicyBlock block)
{
  static const char *const titles[CZ_N_BLOCKS] = { N_("Who can get it"), N_("How much"), N_("What to bring"), N_("Where to go"),
                                                   N_("Until when") };

  return _(titles[block]);
}

/* Lines of the card run on: a screen has little height. */
static char *
flow (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);

  for (char **line = lines; *line != NULL; line++) {
    const char *clean = g_strstrip (*line);
    gboolean needs_space = out->len > 0 && g_ascii_isprint (out->str[out->len - 1]);

    if (clean[0] != '\0')
      g_string_append_printf (out, "%s%s", needs_space ? " " : "", clean);
  }
  return g_string_free (out, FALSE);
}

static char *
block_text (CzPolicyPage *self, CzPolicyBlock block)
{
  const CzPolicyInfo *info = cz_policy_info (self->policy);
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  g_autofree char *text = flow (info->blocks[block]);
  int left = info->deadline - cz_catalog_today (kiosk->catalog);

  /* How many days are left is only said by a clock that can be believed (DESIGN §10). */
  if (block == CZ_BLOCK_DEADLINE && info->deadline != 0 && left >= 0 && cz_clock_is_plausible (cz_catalog_clock (kiosk->catalog)))
    return g_strdup_printf (ngettext ("%1$s %2$d day is left.", "%1$s %2$d days are left.", (gulong) left), text, left);
  return g_steal_pointer (&text);
}

static void
on_block (GtkWidget *key, gpointer data)
{
  CzScript *script = cz_script_new ();

  cz_script_add (script, key, 0, cz_key_get_words (key));
  cz_page_say_script (CZ_PAGE (data), script);
}

/* On a small screen the head is the first words of the text, bold and in the policies' colour. */
static void
write_head_into (GtkWidget *label, const char *words)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  PangoAttribute *weight = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  PangoAttribute *colour = pango_attr_foreground_new (0x5B5B, 0x2A2A, 0x6E6E);
  const char *colon = strpbrk (words, ":") != NULL ? strpbrk (words, ":") : strstr (words, "：");

  weight->end_index = colour->end_index = colon != NULL ? (guint) (colon - words) : 0;
  pango_attr_list_insert (attributes, weight);
  pango_attr_list_insert (attributes, colour);
  gtk_label_set_text (GTK_LABEL (label), words);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
}

static GtkWidget *
block_row (CzPolicyPage *self, CzPolicyBlock block, const char *text, gboolean goes_on)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  const CzMetrics *metrics = &kiosk->metrics;
  g_autofree char *name = g_strdup_printf ("block-%d", block);
  g_autofree char *words = goes_on ? g_strdup (text) : g_strdup_printf (_("%1$s: %2$s"), block_title (block), text);
  GtkWidget *key = cz_key_new (kiosk, name, "block", on_block, self);
  gboolean is_narrow = cz_metrics_is_narrow (metrics);
  GtkWidget *box = gtk_box_new (is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *head = cz_fit_label_new (metrics, is_narrow ? CZ_MM_QUIET : CZ_MM_BODY, CZ_MM_QUIET, is_narrow ? 0 : 0.5, TRUE);
  GtkWidget *label = gtk_label_new (text);

  cz_fit_label_set_text (CZ_FIT_LABEL (head), block_title (block));
  gtk_widget_add_css_class (head, "block-head");
  /* Where width is scarce the head stands above its text. */
  gtk_widget_set_size_request (head, is_narrow ? -1 : cz_px (metrics, 46), -1);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_vexpand (label, is_narrow);
  gtk_widget_set_visible (head, !cz_metrics_is_small (metrics));
  if (cz_metrics_is_small (metrics) && !goes_on)
    write_head_into (label, words);
  gtk_widget_add_css_class (label, "block-text");
  if (!cz_words_are_chinese ())
    gtk_widget_add_css_class (label, "letters");
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (key), box);
  cz_key_set_words (key, words);
  return key;
}

static guint
characters_per_row (const CzMetrics *metrics)
{
  gboolean is_small = cz_metrics_is_small (metrics), is_narrow = cz_metrics_is_narrow (metrics);
  /* Head of the block, paddings, and on a small screen the column of keys. */
  int width = metrics->width - 2 * cz_px (metrics, CZ_MM_MARGIN) - cz_px (metrics, is_small ? (cz_words_are_chinese () ? 47 : 62) : is_narrow ? 8 : 54);
  int per_line = MAX (4, width / cz_text_px (metrics, CZ_MM_BODY));
  int lines = is_small && metrics->text_percent > 115 ? MAX_LINES - 2 : is_narrow ? MAX_LINES - 1 : MAX_LINES;

  /* Words are not broken: large letters leave much of each line empty. */
  if (!cz_words_are_chinese () && metrics->text_percent > 115)
    lines = MAX (2, lines - 2);
  return (guint) (per_line * lines);
}

/* Bytes of text that fill a row: up to the last sentence end that fits, else as many characters as fit. Half-width
 * characters count half. */
static gsize
row_bytes (const char *text, guint max_characters)
{
  const char *p = text, *end = NULL;

  for (guint halves = 0; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    halves += g_unichar_iswide (c) ? 2 : 1;
    if (halves > max_characters * 2)
      return (gsize) ((end != NULL ? end : p) - text);
    if (c == 0x3002 || c == 0xFF1B || (c == '.' && p[1] == ' '))
      end = g_utf8_next_char (p);
  }
  return (gsize) (p - text);
}

static void
add_block (CzPolicyPage *self, CzPolicyBlock block)
{
  g_autofree char *text = block_text (self, block);
  guint most = characters_per_row (&cz_page_kiosk (CZ_PAGE (self))->metrics);
  const char *rest = text;
  gboolean goes_on = FALSE;
  guint head = cz_metrics_is_small (&cz_page_kiosk (CZ_PAGE (self))->metrics) ? (guint) g_utf8_strlen (block_title (block), -1) + 1 : 0;

  while (*rest != '\0') {
    gsize n = row_bytes (rest, goes_on ? most : most - MIN (head, most / 2));
    g_autofree char *part = g_strndup (rest, n);

    cz_pager_append (CZ_PAGER (self->pager), block_row (self, block, g_strstrip (part), goes_on));
    rest += n;
    goes_on = TRUE;
  }
}

static void
read_again (gpointer page)
{
  cz_page_refresh (page);
  cz_page_say_again (page);
}

static void
cz_policy_page_build (CzPage *page)
{
  CzPolicyPage *self = CZ_POLICY_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  GtkWidget *keys = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  CzFrame frame;

  self->pager = cz_pager_new (kiosk);
  self->article = cz_article_new (page);
  self->card_keys = cz_pager_keys_new (CZ_PAGER (self->pager), "policy-full");
  self->article_keys = cz_article_keys_new (CZ_ARTICLE (self->article), "policy-full");
  gtk_box_append (GTK_BOX (keys), self->card_keys);
  gtk_box_append (GTK_BOX (keys), self->article_keys);
  frame = cz_frame_build (page, keys);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->card_keys), gtk_orientable_get_orientation (GTK_ORIENTABLE (keys)));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->article_keys), gtk_orientable_get_orientation (GTK_ORIENTABLE (keys)));
  self->title = frame.title;
  self->office = frame.subtitle;
  self->head = frame.head;
  self->band = cz_fit_label_new (&kiosk->metrics, cz_metrics_is_small (&kiosk->metrics) ? CZ_MM_QUIET : CZ_MM_TITLE, CZ_MM_QUIET, 0.5, TRUE);
  /* Two large lines would leave a small screen no room for the card. */
  if (cz_metrics_is_small (&kiosk->metrics))
    cz_fit_label_set_fixed (CZ_FIT_LABEL (self->band));
  gtk_widget_add_css_class (self->band, "passed");
  self->empty = cz_empty_new (kiosk, "tile-policy");
  gtk_box_append (GTK_BOX (frame.body), self->band);
  self->no_voice = g_object_ref_sink (cz_no_voice_new (kiosk, read_again, page));
  self->body = frame.body;
  cz_page_set_no_voice (page, self->no_voice);
  gtk_box_append (GTK_BOX (frame.body), self->pager);
  gtk_box_append (GTK_BOX (frame.body), self->article);
  gtk_box_append (GTK_BOX (frame.body), self->empty);
}

static void
cz_policy_page_enter (CzPage *page, gint64 argument)
{
  CZ_POLICY_PAGE (page)->id = argument;
  cz_no_voice_forget (CZ_NO_VOICE (CZ_POLICY_PAGE (page)->no_voice));
}

/* What must be said before anything else; "" for a policy in force. */
static char *
band_words (CzPolicyPage *self)
{
  const CzPolicyInfo *info = cz_policy_info (self->policy);
  g_autofree char *day = cz_words_full_day (info->deadline);

  if (info->state == CZ_POLICY_SUPERSEDED) {
    CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
    g_autoptr (CzPolicy) newer = info->replaced_by != 0 ? cz_catalog_policy (kiosk->catalog, info->replaced_by) : NULL;
    CzDay since = newer == NULL ? 0 : cz_policy_info (newer)->effective != 0 ? cz_policy_info (newer)->effective : cz_policy_info (newer)->issued;
    g_autofree char *when = since != 0 ? cz_words_full_day (since) : NULL;

    return when != NULL ? g_strdup_printf (_("Superseded since %s"), when) : g_strdup (_("Superseded, no longer in force"));
  }
  if (info->state == CZ_POLICY_WITHDRAWN)
    return g_strdup (_("Withdrawn, no longer in force"));
  return info->is_passed ? g_strdup_printf (_("Closed · %s"), day) : g_strdup ("");
}

static gboolean
is_law (CzPolicyPage *self)
{
  return self->policy != NULL && cz_policy_info (self->policy)->kind == CZ_POLICY_LAW;
}

static void
show_head (CzPolicyPage *self, const CzPolicyInfo *info)
{
  g_autofree char *issued = info->issued != 0 ? cz_words_full_day (info->issued) : g_strdup ("");
  g_autofree char *effective = info->effective != 0 ? cz_words_full_day (info->effective) : NULL;
  g_autofree char *band = band_words (self);
  GString *office = g_string_new (info->office);

  if (issued[0] != '\0')
    g_string_append_printf (office, "%s%s", office->len > 0 ? " · " : "", issued);
  if (info->kind == CZ_POLICY_LAW && effective != NULL && info->state == CZ_POLICY_IN_FORCE) {
    g_autofree char *since = g_strdup_printf (_("in force from %s"), effective);
    g_string_append_printf (office, "%s%s", office->len > 0 ? " · " : "", since);
  }
  cz_fit_label_set_text (CZ_FIT_LABEL (self->title), info->title);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->office), office->str);
  cz_fit_label_set_text (CZ_FIT_LABEL (self->band), band);
  gtk_widget_set_visible (self->band, band[0] != '\0');
  g_string_free (office, TRUE);
}

static void
cz_policy_page_refresh (CzPage *page)
{
  CzPolicyPage *self = CZ_POLICY_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);

  g_clear_object (&self->policy);
  self->policy = cz_catalog_policy (kiosk->catalog, self->id);
  gtk_widget_set_visible (self->head, self->policy != NULL);
  gtk_widget_set_visible (self->empty, self->policy == NULL);
  gtk_widget_set_visible (self->pager, self->policy != NULL && !is_law (self));
  gtk_widget_set_visible (self->card_keys, self->policy != NULL && !is_law (self));
  gtk_widget_set_visible (self->article, is_law (self));
  gtk_widget_set_visible (self->article_keys, is_law (self));
  cz_pager_clear (CZ_PAGER (self->pager));
  if (gtk_widget_get_parent (self->no_voice) != NULL)
    gtk_box_remove (GTK_BOX (self->body), self->no_voice);
  if (self->policy == NULL) {
    gtk_widget_set_visible (self->band, FALSE);
    cz_no_voice_set (CZ_NO_VOICE (self->no_voice), "", "");
    cz_empty_set_text (self->empty, cz_empty_reason (kiosk, _("This policy is no longer here.")));
    return;
  }
  show_head (self, cz_policy_info (self->policy));
  cz_no_voice_set (CZ_NO_VOICE (self->no_voice), cz_policy_info (self->policy)->lang, cz_policy_info (self->policy)->title);
  if (is_law (self))
    gtk_box_insert_child_after (GTK_BOX (self->body), self->no_voice, self->band);
  else if (gtk_widget_get_visible (self->no_voice))
    cz_pager_append (CZ_PAGER (self->pager), self->no_voice);
  if (is_law (self)) {
    g_autoptr (GListModel) paragraphs = cz_policy_paragraphs (self->policy);
    cz_article_set (CZ_ARTICLE (self->article), paragraphs);
    return;
  }
  for (int block = 0; block < CZ_N_BLOCKS; block++)
    add_block (self, (CzPolicyBlock) block);
}

static void
speak_head (CzPolicyPage *self, CzScript *script)
{
  g_autofree char *title = NULL;
  g_autofree char *band = NULL;

  if (gtk_widget_get_visible (self->band)) {
    band = g_strdup_printf (_("%s. "), cz_fit_label_get_text (CZ_FIT_LABEL (self->band)));
    cz_script_add (script, self->band, 0, band);
  }
  title = g_strdup_printf (_("%s. "), cz_policy_info (self->policy)->title);
  cz_script_add (script, self->title, 0, title);
}

static void
cz_policy_page_speak (CzPage *page, CzScript *script)
{
  CzPolicyPage *self = CZ_POLICY_PAGE (page);

  if (self->policy == NULL) {
    cz_script_add (script, self->empty, 0, cz_empty_get_text (self->empty));
    return;
  }
  speak_head (self, script);
  if (is_law (self)) {
    cz_script_add (script, self->title, 0, _("Touch a paragraph to hear it read from there."));
    return;
  }
  for (GtkWidget *row = gtk_widget_get_first_child (self->pager); row != NULL; row = gtk_widget_get_next_sibling (row)) {
    if (row == self->no_voice)
      continue;
    g_autofree char *words = g_strdup_printf ("%s\n", cz_key_get_words (row));
    cz_script_add (script, row, 0, words);
  }
}

/* A visit to a law says its name; asked again it is read, from the paragraph that was touched last. */
static void
cz_policy_page_speak_again (CzPage *page, CzScript *script)
{
  CzPolicyPage *self = CZ_POLICY_PAGE (page);

  if (!is_law (self)) {
    cz_policy_page_speak (page, script);
    return;
  }
  if (cz_article_begins_at_top (CZ_ARTICLE (self->article)))
    speak_head (self, script);
  cz_article_speak (CZ_ARTICLE (self->article), script);
}

/* A narrow screen has no room for the office under the title. */
static char *
cz_policy_page_strip_note (CzPage *page)
{
  CzPolicyPage *self = CZ_POLICY_PAGE (page);

  if (self->policy == NULL || !cz_metrics_is_narrow (&cz_page_kiosk (page)->metrics))
    return NULL;
  return g_strdup (cz_policy_info (self->policy)->office);
}

/* The card turns its pages itself while it is read. */
static void
cz_policy_page_mark (CzPage *page, const CzScriptPart *part, gboolean is_heard)
{
  CzPolicyPage *self = CZ_POLICY_PAGE (page);

  if (part->widget == NULL) {
    if (gtk_widget_get_visible (self->article))
      cz_article_mark (CZ_ARTICLE (self->article), part, is_heard);
    return;
  }
  if (is_heard)
    cz_pager_reveal (CZ_PAGER (self->pager), part->widget);
  CZ_PAGE_CLASS (cz_policy_page_parent_class)->mark (page, part, is_heard);
}

static void
cz_policy_page_dispose (GObject *object)
{
  g_clear_object (&CZ_POLICY_PAGE (object)->policy);
  g_clear_object (&CZ_POLICY_PAGE (object)->no_voice);
  G_OBJECT_CLASS (cz_policy_page_parent_class)->dispose (object);
}

static void
cz_policy_page_class_init (CzPolicyPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_policy_page_dispose;
  page_class->build = cz_policy_page_build;
  page_class->enter = cz_policy_page_enter;
  page_class->refresh = cz_policy_page_refresh;
  page_class->speak = cz_policy_page_speak;
  page_class->speak_again = cz_policy_page_speak_again;
  page_class->mark = cz_policy_page_mark;
  page_class->strip_note = cz_policy_page_strip_note;
}

static void
cz_policy_page_init (CzPolicyPage *self)
{
}
