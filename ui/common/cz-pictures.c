/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "cz-ui"
#include "ui/common/cz-pictures.h"

#include "ui/common/cz-icon.h"

#include <string.h>

/* Two pages of the grid and a few more: about 3 MB at 130 px. */
#define KEPT 40
/* Larger objects are no thumbnails; decoding them would hold a core of a small board for seconds. */
#define MAX_FILE_BYTES (1024 * 1024)

struct _CzPictures {
  char *media_dir;
  GHashTable *by_key; /* "hash@px" → GdkTexture */
  GQueue recent; /* keys, newest first; borrowed from by_key */
};

CzPictures *
cz_pictures_new (const char *media_dir)
{
  CzPictures *pictures = g_new0 (CzPictures, 1);

  pictures->media_dir = g_strdup (media_dir);
  pictures->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_queue_init (&pictures->recent);
  return pictures;
}

void
cz_pictures_free (CzPictures *pictures)
{
  if (pictures == NULL)
    return;
  g_queue_clear (&pictures->recent);
  g_hash_table_unref (pictures->by_key);
  g_free (pictures->media_dir);
  g_free (pictures);
}

static GdkTexture *
look_up (CzPictures *pictures, const char *key)
{
  gpointer held, texture;
  GList *link;

  if (!g_hash_table_lookup_extended (pictures->by_key, key, &held, &texture))
    return NULL;
  link = g_queue_find (&pictures->recent, held);
  g_queue_unlink (&pictures->recent, link);
  g_queue_push_head_link (&pictures->recent, link);
  return texture;
}

static void
keep (CzPictures *pictures, const char *key, GdkTexture *texture)
{
  char *held;

  if (g_hash_table_contains (pictures->by_key, key))
    return;
  held = g_strdup (key);
  g_hash_table_insert (pictures->by_key, held, g_object_ref (texture));
  g_queue_push_head (&pictures->recent, held);
  if (g_queue_get_length (&pictures->recent) > KEPT)
    g_hash_table_remove (pictures->by_key, g_queue_pop_tail (&pictures->recent));
}

/* --- the widget --- */

struct _CzPicture {
  GtkWidget parent_instance;
  CzPictures *pictures;
  int size_px;
  gboolean may_shrink;
  char *key; /* "hash@px" asked for, NULL = none */
  GdkTexture *texture;
  GtkWidget *fallback; /* CzIcon */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzPicture, cz_picture, GTK_TYPE_WIDGET)

typedef struct {
  char *path;
  int size_px;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job);
}

static void
run_decode (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (GFile) file = g_file_new_for_path (job->path);
  g_autoptr (GFileInfo) info = NULL;
  GError *error = NULL;
  GdkPixbuf *pixbuf;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, cancellable, &error);
  if (info != NULL && g_file_info_get_size (info) > MAX_FILE_BYTES)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: larger than a picture may be", job->path);
  pixbuf = error == NULL ? gdk_pixbuf_new_from_file_at_scale (job->path, job->size_px, job->size_px, TRUE, &error) : NULL;
  if (pixbuf == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, gdk_texture_new_for_pixbuf (pixbuf), g_object_unref);
  g_clear_object (&pixbuf);
}

static void
show_texture (CzPicture *self, GdkTexture *texture)
{
  g_set_object (&self->texture, texture);
  gtk_widget_set_child_visible (self->fallback, texture == NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);
  CzPicture *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (texture == NULL) {
    /* Not fetched yet, or dropped to save room: the drawing stays. */
    g_debug ("%s", error->message);
    return;
  }
  self = CZ_PICTURE (source);
  keep (self->pictures, self->key, texture);
  show_texture (self, texture);
}

static void
start_decode (CzPicture *self, const char *hash)
{
  g_autoptr (GTask) task = NULL;
  Job *job = g_new0 (Job, 1);

  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_decoded, NULL);
  job->path = g_build_filename (self->pictures->media_dir, hash, NULL);
  job->size_px = self->size_px;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_decode);
}

void
cz_picture_set (CzPicture *self, const char *hash, const char *fallback_icon)
{
  g_autofree char *key = hash != NULL ? g_strdup_printf ("%s@%d", hash, self->size_px) : NULL;
  GdkTexture *known;

  cz_icon_set_name (CZ_ICON (self->fallback), fallback_icon);
  if (g_strcmp0 (key, self->key) == 0 && self->texture != NULL)
    return;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_free (self->key);
  self->key = g_steal_pointer (&key);
  known = self->key != NULL ? look_up (self->pictures, self->key) : NULL;
  show_texture (self, known);
  if (self->key != NULL && known == NULL)
    start_decode (self, hash);
}

static void
cz_picture_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                    int *minimum_baseline, int *natural_baseline)
{
  CzPicture *self = CZ_PICTURE (widget);

  *natural = self->size_px;
  *minimum = self->may_shrink && orientation == GTK_ORIENTATION_HORIZONTAL ? self->size_px * 2 / 5 : self->size_px;
}

static void
cz_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (CZ_PICTURE (widget)->fallback, width, height, baseline, NULL);
}

static void
cz_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzPicture *self = CZ_PICTURE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  if (self->texture != NULL) {
    int w = gdk_texture_get_width (self->texture), h = gdk_texture_get_height (self->texture);
    double scale = width < w && self->may_shrink ? (double) width / w : 1;
    int x = (int) (width - w * scale) / 2, y = (int) (height - h * scale) / 2;
    gtk_snapshot_append_texture (snapshot, self->texture, &GRAPHENE_RECT_INIT (x, y, (float) (w * scale), (float) (h * scale)));
  } else {
    gtk_widget_snapshot_child (widget, self->fallback, snapshot);
  }
}

static void
cz_picture_dispose (GObject *object)
{
  CzPicture *self = CZ_PICTURE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->fallback, gtk_widget_unparent);
  g_clear_pointer (&self->key, g_free);
  G_OBJECT_CLASS (cz_picture_parent_class)->dispose (object);
}

static void
cz_picture_class_init (CzPictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_picture_dispose;
  widget_class->measure = cz_picture_measure;
  widget_class->size_allocate = cz_picture_size_allocate;
  widget_class->snapshot = cz_picture_snapshot;
  gtk_widget_class_set_css_name (widget_class, "productpicture");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cz_picture_init (CzPicture *self)
{
}

void
cz_picture_may_shrink (CzPicture *self)
{
  self->may_shrink = TRUE;
}

GtkWidget *
cz_picture_new (CzPictures *pictures, int size_px)
{
  CzPicture *self = g_object_new (CZ_TYPE_PICTURE, NULL);

  self->pictures = pictures;
  self->size_px = size_px;
  self->fallback = cz_icon_new ("class-veg", size_px * 2 / 3);
  gtk_widget_set_parent (self->fallback, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
