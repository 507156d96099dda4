/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/common/cz-style.h"

#define PROVIDER_DATA "cz-style"

/* Sizes stand as @NAME@ and are put in from millimetres; colours are constants. The first rule takes away what the
 * toolkit's own theme spends drawing time on. */
static const char sheet[]
    = "* { transition: none; animation: none; box-shadow: none; text-shadow: none; -gtk-icon-shadow: none;"
      " outline-width: 0; }"
      "window, .page { background: #FBF7EF; color: #1F1B16; font-family: 'WenQuanYi Micro Hei'; font-size: @body@; }"
      "button { background-image: none; background-color: #FFFFFF; color: #1F1B16; border: @edge@ solid #8C7F68;"
      " border-radius: @radius@; padding: 0; min-width: 0; min-height: 0; font-weight: normal; }"
      "button:focus-visible { outline: @focus@ solid #1D4E89; outline-offset: -@focus@; }"
      "button:active { background-color: #F1E9DA; }"
      ".strip { background: #F1E9DA; padding: 0 @margin@; min-height: @strip@; font-size: @quiet@; }"
      ".strip .name { font-weight: bold; }"
      ".amber { color: #6E4700; font-weight: bold; }"
      ".bar { padding: 0 @margin@ @pad@ @margin@; }"
      ".bar button { background-color: #1F1B16; color: #FFF6E0; border-color: #1F1B16; }"
      ".bar button:active { background-color: #4A443B; }"
      ".bar button.again { background-color: #6E4700; border-color: #6E4700; }"
      ".bar button.again:active { background-color: #1F1B16; }"
      ".page { padding: @page@ @margin@ @gap@ @margin@; }"
      ".title { font-size: @title@; font-weight: bold; }"
      ".body { font-size: @body@; }"
      ".quiet { font-size: @quiet@; color: #4A443B; }"
      ".plain { font-size: @quiet@; }"
      ".figure { font-size: @title@; font-weight: bold; }"
      ".good { color: #005A26; font-weight: bold; } .bad { color: #A30000; font-weight: bold; }"
      "button.set-edge { border-color: #1D4E89; color: #1D4E89; }"
      "button.set-full { background-color: #1D4E89; border-color: #1D4E89; color: #FFFFFF; }"
      "button.set-full:active { background-color: #1F1B16; }"
      "button.fault { border-color: #A30000; }"
      ".rise { color: #A30000; } .fall { color: #005A26; } .flat { color: #1F1B16; }"
      "button.tile { color: #FFF6E0; border: none; }"
      "button.tile-price, button.price-full { background-color: #8A3B12; border-color: #8A3B12; color: #FFFFFF; }"
      "button.tile-policy, button.policy-full { background-color: #5B2A6E; border-color: #5B2A6E; color: #FFFFFF; }"
      "button.tile-notice, button.notice-full { background-color: #7A2E4D; border-color: #7A2E4D; color: #FFFFFF; }"
      "button.tile:active, button.price-full:active, button.policy-full:active, button.notice-full:active"
      " { background-color: #1F1B16; }"
      "button.price-edge { border-color: #8A3B12; color: #8A3B12; }"
      "button.price-edge:active { background-color: #F1E9DA; }"
      "button.chip { border-color: #8A3B12; color: #8A3B12; }"
      "button.chip.chosen { background-color: #8A3B12; color: #FFFFFF; }"
      "button.turn { background-color: #F1E9DA; }"
      "button.turn:active { background-color: #D8CCB4; }"
      ".card { background: #FFFFFF; border: @edge@ solid #8C7F68; border-radius: @radius@; }"
      ".cell { padding: @small@; }"
      ".row { padding: @small@ @pad@; }"
      "productpicture { background: #F1E9DA; color: #4A443B; }"
      ".rounded { border-radius: @radius@; }"
      ".block-head { background: #5B2A6E; color: #FFFFFF; font-weight: bold; padding: 0 @small@; }"
      ".block-text, .paragraph { line-height: 1.3; }"
      ".block-text.letters { line-height: 1.1; }"
      ".block-text { padding: @tiny@ @pad@; }"
      ".speaking { background-color: #FFF3CF; color: #1F1B16; border-radius: @small@; outline: @mark@ solid #8A5A00;"
      " outline-offset: @tiny@; }"
      "button.speaking, .card.speaking, .paragraph.speaking { background-color: #FFF3CF; border-color: #8A5A00; outline-width: 0;"
      " border-radius: @radius@; box-shadow: inset 0 0 0 @mark@ #8A5A00; }"
      ".passed.speaking { background-color: #A30000; color: #FFFFFF; }"
      ".passed { background: #A30000; color: #FFFFFF; border-radius: @radius@; font-size: @title@; font-weight: bold;"
      " padding: @small@ @pad@; }"
      ".old { background-image: repeating-linear-gradient(135deg, rgba(140,127,104,0.28) 0, rgba(140,127,104,0.28) @edge@,"
      " rgba(255,255,255,0) @edge@, rgba(255,255,255,0) @hatch@); }"
      ".tag { background: #FFE3A3; color: #1F1B16; border-radius: @small@; padding: 0 @small@; font-size: @quiet@;"
      " font-weight: bold; }"
      ".warning { background: #FFE3A3; border: @edge@ solid #8A5A00; border-radius: @radius@; padding: @small@ @pad@; }"
      "button.setting .value { color: #8A3B12; }"
      "button.setting.on { background-color: #FFF3CF; border-color: #8A5A00; }"
      "button.setting.on .value { color: #1F1B16; }"
      "listview, scrolledwindow, viewport { background: transparent; }"
      "listview > row { background: transparent; padding: @tiny@ 0; }"
      "listview > row:hover, listview > row:active { background: transparent; }"
      ".paragraph { padding: @small@ @pad@; border-radius: @radius@; border: @edge@ solid transparent; }"
      ".paragraph-head { font-size: @body@; font-weight: bold; color: #5B2A6E; }"
      "undershoot, overshoot { background: none; }";

typedef struct {
  const char *name;
  double mm;
  gboolean is_text;
} Size;

static const Size sizes[] = {
  { "body", CZ_MM_BODY, TRUE },
  { "quiet", CZ_MM_QUIET, TRUE },
  { "title", CZ_MM_TITLE, TRUE },
  { "edge", 0.5, FALSE },
  { "mark", 0.55, FALSE },
  { "focus", 0.8, FALSE },
  { "hatch", 3.0, FALSE },
  { "radius", 3.3, FALSE },
  { "margin", CZ_MM_MARGIN, FALSE },
  { "strip", 9.4, FALSE },
  { "pad", 2.6, FALSE },
  { "page", 0, FALSE },
  { "gap", CZ_MM_GAP, FALSE },
  { "small", 1.4, FALSE },
  { "tiny", 0.5, FALSE },
};

static char *
write_sheet (const CzMetrics *metrics)
{
  GString *css = g_string_new (sheet);
  gboolean is_small = cz_metrics_is_small (metrics);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *mark = g_strdup_printf ("@%s@", sizes[i].name);
    double mm = g_str_equal (sizes[i].name, "page") ? (is_small ? 0.9 : 2.2) : sizes[i].mm;
    int px = sizes[i].is_text ? cz_text_px (metrics, mm) : cz_px (metrics, mm);
    g_autofree char *value = g_strdup_printf ("%dpx", MAX (px, 1));

    g_string_replace (css, mark, value, 0);
  }
  return g_string_free (css, FALSE);
}

void
cz_style_apply (GdkDisplay *display, const CzMetrics *metrics)
{
  GtkCssProvider *provider = g_object_get_data (G_OBJECT (display), PROVIDER_DATA);
  g_autofree char *css = write_sheet (metrics);

  if (provider == NULL) {
    provider = gtk_css_provider_new ();
    gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
    g_object_set_data_full (G_OBJECT (display), PROVIDER_DATA, provider, g_object_unref);
  }
  gtk_css_provider_load_from_data (provider, css, -1);
}
