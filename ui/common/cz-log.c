/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/common/cz-log.h"

#include "ui/common/cz-fit-label.h"
#include "ui/common/cz-key.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>

struct _CzLog {
  FILE *file;
};

CzLog *
cz_log_new (const char *path, GError **error)
{
  FILE *file = fopen (path, "ae");
  CzLog *log;

  if (file == NULL) {
    int saved = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path, g_strerror (saved));
    return NULL;
  }
  log = g_new0 (CzLog, 1);
  log->file = file;
  return log;
}

void
cz_log_free (CzLog *log)
{
  if (log == NULL)
    return;
  fclose (log->file);
  g_free (log);
}

static void
append_quoted (GString *line, const char *text)
{
  g_string_append_c (line, '"');
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_printf (line, "\\%c", *p);
    else if ((guchar) *p < 0x20)
      g_string_append_printf (line, "\\u%04x", (guint) *p);
    else
      g_string_append_c (line, *p);
  }
  g_string_append_c (line, '"');
}

static void
append_pair (GString *line, const char *key, const char *value)
{
  if (line->len > 1)
    g_string_append_c (line, ',');
  append_quoted (line, key);
  g_string_append_c (line, ':');
  append_quoted (line, value);
}

static void
append_number (GString *line, const char *key, int value)
{
  g_string_append_printf (line, ",\"%s\":%d", key, value);
}

static void
write_line (CzLog *log, GString *line)
{
  g_string_append (line, "}\n");
  fwrite (line->str, 1, line->len, log->file);
  fflush (log->file);
}

void
cz_log_event (CzLog *log, const char *event, ...)
{
  g_autoptr (GString) line = NULL;
  const char *key;
  va_list pairs;

  if (log == NULL)
    return;
  line = g_string_new ("{");
  append_pair (line, "event", event);
  va_start (pairs, event);
  while ((key = va_arg (pairs, const char *)) != NULL) {
    const char *value = va_arg (pairs, const char *);
    append_pair (line, key, value != NULL ? value : "");
  }
  va_end (pairs);
  append_number (line, "ms", (int) (g_get_monotonic_time () / 1000 % G_MAXINT));
  write_line (log, line);
}

static void
append_label (GString *line, GtkWidget *widget)
{
  PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (widget));
  const PangoFontDescription *font;
  int width, height, x, y;
  gboolean is_cut;

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_label_get_layout_offsets (GTK_LABEL (widget), &x, &y);
  is_cut = pango_layout_is_ellipsized (layout) || width > gtk_widget_get_width (widget) + 1
           || height > gtk_widget_get_height (widget) + 1;
  font = pango_context_get_font_description (pango_layout_get_context (layout));
  append_pair (line, "text", gtk_label_get_text (GTK_LABEL (widget)));
  append_number (line, "font_px", (int) (pango_font_description_get_size (font) / (double) PANGO_SCALE + 0.5));
  append_number (line, "cut", is_cut);
}

static void
append_widget (GString *line, GtkWidget *widget, GtkWidget *root)
{
  graphene_rect_t box;

  if (!gtk_widget_compute_bounds (widget, root, &box))
    return;
  g_string_append (line, line->str[line->len - 1] == '[' ? "{" : ",{");
  g_string_append_printf (line, "\"type\":\"%s\"", G_OBJECT_TYPE_NAME (widget));
  append_pair (line, "name", gtk_widget_get_name (widget));
  append_number (line, "x", (int) box.origin.x);
  append_number (line, "y", (int) box.origin.y);
  append_number (line, "w", (int) box.size.width);
  append_number (line, "h", (int) box.size.height);
  append_number (line, "speaking", gtk_widget_has_css_class (widget, "speaking"));
  if (GTK_IS_LABEL (widget)) {
    append_label (line, widget);
  } else if (CZ_IS_FIT_LABEL (widget)) {
    append_pair (line, "text", cz_fit_label_get_text (CZ_FIT_LABEL (widget)));
    append_number (line, "font_px", cz_fit_label_get_font_px (CZ_FIT_LABEL (widget)));
    append_number (line, "cut", cz_fit_label_is_cut (CZ_FIT_LABEL (widget)));
  } else if (GTK_IS_BUTTON (widget)) {
    append_pair (line, "key", cz_key_get_name (widget));
  }
  g_string_append_c (line, '}');
}

static void
append_tree (GString *line, GtkWidget *widget, GtkWidget *root)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  append_widget (line, widget, root);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    append_tree (line, child, root);
}

void
cz_log_layout (CzLog *log, GtkWidget *root)
{
  g_autoptr (GString) line = NULL;

  if (log == NULL)
    return;
  line = g_string_new ("{\"event\":\"layout\",\"widgets\":[");
  append_tree (line, root, root);
  g_string_append_c (line, ']');
  write_line (log, line);
}
