/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gtk/gtk.h>

/* Media pictures by hash, decoded at display size in a worker; the last ones are kept. Main thread. */
typedef struct _CzPictures CzPictures;

/* media_dir: the folder that holds objects named by their hash in hex. */
CzPictures *cz_pictures_new (const char *media_dir);
void cz_pictures_free (CzPictures *pictures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPictures, cz_pictures_free)

/* A product's picture, or the drawing of its class while there is none. */
#define CZ_TYPE_PICTURE (cz_picture_get_type ())
G_DECLARE_FINAL_TYPE (CzPicture, cz_picture, CZ, PICTURE, GtkWidget)
GtkWidget *cz_picture_new (CzPictures *pictures, int size_px);
/* Down to two fifths of its width where words need the room. */
void cz_picture_may_shrink (CzPicture *self);
/* hash: (nullable) hex; fallback_icon: a name of assets/icons. */
void cz_picture_set (CzPicture *self, const char *hash, const char *fallback_icon);
