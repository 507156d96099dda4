/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/cz-window.h"

#include "ui/common/cz-host.h"
#include "ui/common/cz-key.h"
#include "ui/common/cz-page.h"
#include "ui/common/cz-style.h"
#include "ui/cz-pages.h"
#include "ui/cz-strip.h"
#include "ui/cz-window-escape.h"

#include <glib/gi18n.h>

/* Three taps is the depth of the tree; a way back longer than this is somebody going in circles. */
#define MAX_WAY_BACK 16
/* The technician's pages close after this long without a tap. */
#define TECHNICIAN_IDLE_S 300

typedef struct {
  CzPageId page;
  gint64 argument;
} Place;

struct _CzWindow {
  GtkApplicationWindow parent_instance;
  CzKiosk *kiosk;
  CzWindowOptions options;
  GtkWidget *strip;
  GtkWidget *stack;
  CzPage *pages[CZ_N_PAGES]; /* made at the first visit; owned by stack */
  Place here;
  GArray *way_back; /* Place */
  guint layout_id;
  guint idle_id; /* while the technician's pages are open */
  guint frames;
  gint64 frame_began_us;
};

G_DEFINE_FINAL_TYPE (CzWindow, cz_window, GTK_TYPE_APPLICATION_WINDOW)

static CzPage *
current_page (CzWindow *self)
{
  return self->pages[self->here.page];
}

static CzPage *
ensure_page (CzWindow *self, CzPageId id)
{
  if (self->pages[id] == NULL) {
    self->pages[id] = cz_page_new (cz_pages_type (id), self->kiosk);
    gtk_stack_add_child (GTK_STACK (self->stack), GTK_WIDGET (self->pages[id]));
  }
  return self->pages[id];
}

static void
update_strip (CzWindow *self)
{
  g_autofree char *note = cz_page_strip_note (current_page (self));

  cz_strip_update (self->strip, note);
}

static gboolean
on_layout_settled (gpointer data)
{
  CzWindow *self = data;

  self->layout_id = 0;
  cz_log_layout (self->kiosk->log, GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* Lower than drawing: the boxes are those of a finished frame. */
static void
log_layout_soon (CzWindow *self)
{
  if (self->options.log_layout && self->layout_id == 0)
    self->layout_id = g_idle_add_full (G_PRIORITY_LOW, on_layout_settled, self, NULL);
}

static void
show_place (CzWindow *self, Place place)
{
  CzPage *page = ensure_page (self, place.page);
  g_autofree char *argument = g_strdup_printf ("%" G_GINT64_FORMAT, place.argument);

  self->here = place;
  cz_page_enter (page, place.argument);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (page));
  update_strip (self);
  cz_log_event (self->kiosk->log, "page", "page", cz_page_id_name (place.page), "argument", argument, NULL);
}

static void
lock (CzWindow *self)
{
  self->kiosk->is_technician = FALSE;
  g_clear_handle_id (&self->idle_id, g_source_remove);
}

static void
window_go (gpointer window, CzPageId id, gint64 argument)
{
  CzWindow *self = window;
  Place place;

  if (id == CZ_PAGE_HOME)
    id = self->kiosk->first_page;
  if (id >= CZ_PAGE_TECHNICIAN && !self->kiosk->is_technician) {
    id = CZ_PAGE_PIN;
    argument = CZ_PIN_ENTER_TECHNICIAN;
  }
  place = (Place){ id, argument };
  if (id == self->kiosk->first_page) {
    lock (self);
    g_array_set_size (self->way_back, 0);
  } else if (self->here.page == CZ_PAGE_PIN) {
    /* Nobody goes back to a PIN that was given. */
  } else if (self->here.page != id || self->here.argument != argument) {
    if (self->way_back->len >= MAX_WAY_BACK)
      g_array_remove_index (self->way_back, 0);
    g_array_append_val (self->way_back, self->here);
  }
  show_place (self, place);
  cz_page_say (current_page (self));
}

static void
window_back (gpointer window)
{
  CzWindow *self = window;
  Place place = { self->kiosk->first_page, 0 };

  if (self->way_back->len > 0) {
    place = g_array_index (self->way_back, Place, self->way_back->len - 1);
    g_array_set_size (self->way_back, self->way_back->len - 1);
  }
  if (place.page == self->kiosk->first_page)
    lock (self);
  show_place (self, place);
  cz_page_say (current_page (self));
}

static void
window_say_again (gpointer window)
{
  cz_page_say_again (current_page (window));
}

static void
window_strip_changed (gpointer window)
{
  update_strip (window);
  log_layout_soon (window);
}

static int
idle_limit_s (CzWindow *self)
{
  return self->options.technician_idle_s > 0 ? self->options.technician_idle_s : TECHNICIAN_IDLE_S;
}

static gboolean
on_technician_idle (gpointer data)
{
  CzWindow *self = data;

  if (g_get_monotonic_time () - self->kiosk->last_tap_us < idle_limit_s (self) * G_USEC_PER_SEC)
    return G_SOURCE_CONTINUE;
  cz_log_event (self->kiosk->log, "technician-idle", NULL);
  self->idle_id = 0;
  cz_narrator_stop (self->kiosk->narrator);
  window_go (self, CZ_PAGE_HOME, 0);
  return G_SOURCE_REMOVE;
}

static void
window_unlocked (gpointer window)
{
  CzWindow *self = window;

  self->kiosk->is_technician = TRUE;
  if (self->idle_id == 0)
    self->idle_id = g_timeout_add_seconds (1, on_technician_idle, self);
}

static void
on_hidden_place (gpointer window)
{
  CzWindow *self = window;

  if (self->kiosk->first_page == CZ_PAGE_HOME)
    window_go (self, CZ_PAGE_TECHNICIAN, 0);
}

/* --- building --- */

static void
on_bar_home (GtkWidget *key, gpointer data)
{
  window_go (data, CZ_PAGE_HOME, 0);
}

static void
on_bar_back (GtkWidget *key, gpointer data)
{
  window_back (data);
}

static void
on_bar_again (GtkWidget *key, gpointer data)
{
  window_say_again (data);
}

static void
on_bar_sound (GtkWidget *key, gpointer data)
{
  window_go (data, CZ_PAGE_SOUND, 0);
}

static void
on_bar_help (GtkWidget *key, gpointer data)
{
  window_go (data, CZ_PAGE_HELP, 0);
}

static GtkWidget *
build_bar (CzWindow *self)
{
  static const struct {
    const char *name, *icon, *text;
    CzKeyFunc on_tap;
  } keys[] = {
    { "bar-home", "bar-home", N_("Home"), on_bar_home },
    { "bar-back", "bar-back", N_("Back"), on_bar_back },
    { "bar-again", "bar-again", N_("Say again"), on_bar_again },
    { "bar-sound", "bar-sound", N_("Sound"), on_bar_sound },
    { "bar-help", "bar-help", N_("Help"), on_bar_help },
  };
  GtkWidget *grid = gtk_grid_new ();
  int column = 0;

  gtk_widget_add_css_class (grid, "bar");
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), (guint) cz_px (&self->kiosk->metrics, CZ_MM_GAP));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    CzKeyLook look = { keys[i].name, NULL, keys[i].icon, 8.2, _(keys[i].text), 7, FALSE, TRUE };
    GtkWidget *key = cz_key_new_labelled (self->kiosk, &look, keys[i].on_tap, self);
    /* 再说一遍 is half as wide again as the others. */
    int span = i == 2 ? 3 : 2;

    if (i == 2)
      gtk_widget_add_css_class (key, "again");
    gtk_grid_attach (GTK_GRID (grid), key, column, 0, span, 1);
    column += span;
  }
  return grid;
}

static void
build (CzWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  cz_style_apply (gtk_widget_get_display (GTK_WIDGET (self)), &self->kiosk->metrics);
  for (int i = 0; i < CZ_N_PAGES; i++)
    self->pages[i] = NULL;
  self->strip = cz_strip_new (self->kiosk, on_hidden_place, self);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_box_append (GTK_BOX (box), self->strip);
  gtk_box_append (GTK_BOX (box), cz_host_new (self->stack));
  gtk_box_append (GTK_BOX (box), build_bar (self));
  gtk_window_set_child (GTK_WINDOW (self), box);
}

static gboolean
on_rebuild (gpointer data)
{
  CzWindow *self = data;

  cz_narrator_stop (self->kiosk->narrator);
  build (self);
  show_place (self, self->here);
  cz_page_say (current_page (self));
  return G_SOURCE_REMOVE;
}

/* The key that asked for it is still on the call stack. */
static void
window_rebuild (gpointer window)
{
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_rebuild, g_object_ref (window), g_object_unref);
}

static void
on_content_changed (CzCatalog *catalog, gpointer data)
{
  CzWindow *self = data;

  cz_page_refresh (current_page (self));
  update_strip (self);
  cz_log_event (self->kiosk->log, "content", NULL);
}

static gboolean
cz_window_close_request (GtkWindow *window)
{
  CzWindow *self = CZ_WINDOW (window);

  cz_log_event (self->kiosk->log, "close-request", NULL);
  return self->options.may_close ? GTK_WINDOW_CLASS (cz_window_parent_class)->close_request (window) : GDK_EVENT_STOP;
}

/* --- frames, for measuring --- */

static void
on_before_paint (GdkFrameClock *clock, gpointer data)
{
  CZ_WINDOW (data)->frame_began_us = g_get_monotonic_time ();
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  CzWindow *self = data;

  log_layout_soon (self);
  if (self->options.log_frames) {
    g_autofree char *number = g_strdup_printf ("%u", ++self->frames);
    g_autofree char *work = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time () - self->frame_began_us);
    cz_log_event (self->kiosk->log, "frame", "number", number, "work_us", work, NULL);
  }
}

static void
cz_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_widget_get_frame_clock (widget), "before-paint", G_CALLBACK (on_before_paint), widget, 0);
  g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint", G_CALLBACK (on_after_paint), widget, G_CONNECT_AFTER);
}

static void
cz_window_dispose (GObject *object)
{
  CzWindow *self = CZ_WINDOW (object);

  g_clear_handle_id (&self->layout_id, g_source_remove);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  G_OBJECT_CLASS (cz_window_parent_class)->dispose (object);
}

static void
cz_window_finalize (GObject *object)
{
  g_array_unref (CZ_WINDOW (object)->way_back);
  G_OBJECT_CLASS (cz_window_parent_class)->finalize (object);
}

static void
cz_window_class_init (CzWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_window_finalize;
  GTK_WIDGET_CLASS (klass)->realize = cz_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = cz_window_close_request;
}

static void
cz_window_init (CzWindow *self)
{
  self->way_back = g_array_new (FALSE, FALSE, sizeof (Place));
}

CzWindow *
cz_window_new (GtkApplication *application, CzKiosk *kiosk, const CzWindowOptions *options)
{
  static const CzKioskCalls calls = { window_go, window_back, window_say_again, window_rebuild, window_strip_changed,
                                      window_unlocked };
  CzWindow *self = g_object_new (CZ_TYPE_WINDOW, "application", application, "decorated", FALSE, NULL);

  self->kiosk = kiosk;
  self->options = *options;
  kiosk->window = self;
  kiosk->calls = &calls;
  gtk_window_set_title (GTK_WINDOW (self), _("Village station"));
  gtk_window_set_default_size (GTK_WINDOW (self), kiosk->metrics.width, kiosk->metrics.height);
  gtk_window_set_decorated (GTK_WINDOW (self), options->may_close && !options->fullscreen);
  if (options->fullscreen)
    gtk_window_fullscreen (GTK_WINDOW (self));
  cz_window_close_escapes (GTK_WIDGET (self));
  g_signal_connect_object (kiosk->catalog, "changed", G_CALLBACK (on_content_changed), self, 0);
  build (self);
  show_place (self, (Place){ kiosk->first_page, 0 });
  return self;
}
