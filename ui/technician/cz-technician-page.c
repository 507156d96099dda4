/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/technician/cz-technician-page.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-frame.h"
#include "ui/common/cz-icon.h"
#include "ui/common/cz-key.h"
#include "ui/common/cz-pager.h"
#include "ui/technician/cz-findings-store.h"

#include <glib/gi18n.h>
#include <string.h>

#define PART_NAME "part-"

struct _CzTechnicianPage {
  CzPage parent_instance;
  CzFrame frame;
  GtkWidget *pager;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzTechnicianPage, cz_technician_page, CZ_TYPE_PAGE)

static void
on_part (GtkWidget *key, gpointer data)
{
  const char *id = cz_key_get_name (key) + strlen (PART_NAME);

  for (int i = 0; i < CZ_N_PARTS; i++)
    if (g_str_equal (cz_part_id ((CzPart) i), id))
      cz_kiosk_go (cz_page_kiosk (data), CZ_PAGE_PART, i);
}

static GtkWidget *
build_cell (CzTechnicianPage *self, CzPart part)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  const CzMetrics *metrics = &kiosk->metrics;
  const CzFinding *finding = cz_findings_get (kiosk, part);
  gboolean is_fault = finding->state == CZ_FINDING_FAULT;
  g_autofree char *name = g_strconcat (PART_NAME, cz_part_id (part), NULL);
  g_autofree char *value = cz_findings_short (kiosk, part);
  g_autofree char *shown = is_fault ? g_strdup_printf ("%d", finding->code) : g_strdup (value);
  g_autofree char *words = g_strdup_printf (_("%1$s: %2$s"), cz_part_name (part), value);
  GtkWidget *key = cz_key_new (kiosk, name, is_fault ? "fault" : NULL, on_part, self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (metrics, 1.4));
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, TRUE);
  GtkWidget *state = cz_fit_label_new (metrics, CZ_MM_QUIET, CZ_MM_QUIET, 0, FALSE);

  cz_fit_label_set_fixed (CZ_FIT_LABEL (title));
  cz_fit_label_set_fixed (CZ_FIT_LABEL (state));
  cz_fit_label_set_text (CZ_FIT_LABEL (title), cz_part_name (part));
  cz_fit_label_set_text (CZ_FIT_LABEL (state), shown);
  gtk_widget_add_css_class (box, is_fault ? "bad" : finding->state == CZ_FINDING_GOOD ? "good" : "quiet");
  gtk_widget_set_margin_start (box, cz_px (metrics, 1.4));
  gtk_box_append (GTK_BOX (texts), title);
  gtk_box_append (GTK_BOX (texts), state);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), cz_icon_new (is_fault ? "key-cross" : finding->state == CZ_FINDING_GOOD ? "key-check" : "mark-old", cz_px (metrics, CZ_MM_QUIET)));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_button_set_child (GTK_BUTTON (key), box);
  gtk_widget_set_hexpand (key, TRUE);
  cz_key_set_words (key, words);
  return key;
}

/* What is at fault first, so that a small screen shows it on its first page. */
static void
fill (CzTechnicianPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  guint columns = cz_metrics_is_small (&kiosk->metrics) ? 2 : 4;
  GtkWidget *row = NULL;
  guint n = 0;

  cz_pager_clear (CZ_PAGER (self->pager));
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < CZ_N_PARTS; i++) {
      gboolean is_fault = cz_findings_get (kiosk, (CzPart) i)->state == CZ_FINDING_FAULT;
      if (is_fault != (pass == 0))
        continue;
      if (n++ % columns == 0) {
        row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, cz_px (&kiosk->metrics, CZ_MM_GAP));
        gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
        cz_pager_append (CZ_PAGER (self->pager), row);
      }
      gtk_box_append (GTK_BOX (row), build_cell (self, (CzPart) i));
    }
  }
}

static void
show (CzTechnicianPage *self)
{
  CzKiosk *kiosk = cz_page_kiosk (CZ_PAGE (self));
  guint faults = cz_findings_count (kiosk, CZ_FINDING_FAULT);
  g_autofree char *title = kiosk->findings == NULL ? g_strdup (_("Self-test under way …"))
                           : faults > 0            ? g_strdup_printf (ngettext ("Self-test: %u fault", "Self-test: %u faults", faults), faults)
                                                   : g_strdup (_("Self-test: no fault"));

  cz_fit_label_set_text (CZ_FIT_LABEL (self->frame.title), title);
  fill (self);
}

static void
on_tested (GObject *source, GAsyncResult *result, gpointer data)
{
  CzTechnicianPage *self = data;

  if (g_cancellable_is_cancelled (G_CANCELLABLE (g_task_get_cancellable (G_TASK (result)))))
    return;
  if (!cz_findings_take (cz_page_kiosk (data), result))
    return;
  show (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cz_page_say (CZ_PAGE (self));
}

static void
cz_technician_page_build (CzPage *page)
{
  CzTechnicianPage *self = CZ_TECHNICIAN_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);

  self->pager = cz_pager_new (kiosk);
  self->frame = cz_frame_build (page, cz_pager_keys_new (CZ_PAGER (self->pager), "turn"));
  gtk_widget_set_size_request (self->frame.head, -1, -1);
  gtk_widget_set_visible (self->frame.subtitle, FALSE);
  gtk_box_set_spacing (GTK_BOX (self->frame.body), cz_px (&kiosk->metrics, 1));
  gtk_box_append (GTK_BOX (self->frame.body), self->pager);
}

static void
cz_technician_page_enter (CzPage *page, gint64 argument)
{
  CzTechnicianPage *self = CZ_TECHNICIAN_PAGE (page);

  cz_findings_look (cz_page_kiosk (page), self->cancellable, on_tested, self);
}

static void
cz_technician_page_refresh (CzPage *page)
{
  show (CZ_TECHNICIAN_PAGE (page));
}

static void
cz_technician_page_speak (CzPage *page, CzScript *script)
{
  CzTechnicianPage *self = CZ_TECHNICIAN_PAGE (page);
  CzKiosk *kiosk = cz_page_kiosk (page);
  g_autofree char *words = g_strdup_printf (_("%s. "), cz_fit_label_get_text (CZ_FIT_LABEL (self->frame.title)));

  if (kiosk->findings == NULL)
    return;
  cz_script_add (script, self->frame.title, 0, words);
  for (int i = 0; i < CZ_N_PARTS; i++) {
    if (cz_findings_get (kiosk, (CzPart) i)->state == CZ_FINDING_FAULT) {
      g_autofree char *value = cz_findings_short (kiosk, (CzPart) i);
      g_autofree char *part = g_strdup_printf (_("%1$s: %2$s"), cz_part_name ((CzPart) i), value);
      g_autofree char *entry = g_strdup_printf (_("%s. "), part);
      cz_script_add (script, NULL, 0, entry);
    }
  }
}

static void
cz_technician_page_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_TECHNICIAN_PAGE (object)->cancellable);
  G_OBJECT_CLASS (cz_technician_page_parent_class)->dispose (object);
}

static void
cz_technician_page_finalize (GObject *object)
{
  g_clear_object (&CZ_TECHNICIAN_PAGE (object)->cancellable);
  G_OBJECT_CLASS (cz_technician_page_parent_class)->finalize (object);
}

static void
cz_technician_page_class_init (CzTechnicianPageClass *klass)
{
  CzPageClass *page_class = CZ_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_technician_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_technician_page_finalize;
  page_class->build = cz_technician_page_build;
  page_class->enter = cz_technician_page_enter;
  page_class->refresh = cz_technician_page_refresh;
  page_class->speak = cz_technician_page_speak;
}

static void
cz_technician_page_init (CzTechnicianPage *self)
{
  self->cancellable = g_cancellable_new ();
}
