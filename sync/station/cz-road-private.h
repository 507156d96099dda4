/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "sync/station/cz-road.h"

/* What a kind of road brings. */
typedef struct {
  GBytes *(*get) (CzRoad *road, const char *path, gsize max_bytes, char **tag, GCancellable *cancellable, GError **error);
  gboolean (*get_range) (CzRoad *road, const CzRange *range, CzRoadSink sink, gpointer user_data, char **tag_out,
                         GCancellable *cancellable, GError **error);
  gboolean (*put) (CzRoad *road, const char *path, GBytes *bytes, gboolean *was_there, GCancellable *cancellable, GError **error);
  gboolean (*has) (CzRoad *road, const char *path); /* NULL: a network */
  void (*free) (CzRoad *road);
} CzRoadKind;

struct _CzRoad {
  const CzRoadKind *kind;
  char *address; /* as given */
  guint64 bytes_in;
  guint64 bytes_out;
  guint requests;
  gboolean certificate_time_ignored;
  gboolean expects_last; /* cz_road_expect_last; taken back by the next get */
};

CzRoad *cz_road_http_new (const char *address, const CzRoadOptions *options, GError **error);
CzRoad *cz_road_folder_new (const char *folder, GError **error);
/* cz-road-put.c: cz_road_put into a folder. */
gboolean cz_road_folder_put (const char *folder, const char *path, GBytes *bytes, gboolean *was_there, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For who writes into a folder that somebody else filled. */
#define CZ_ROAD_FILE_MODE 0644
/* The folder above the last of n names, entered one by one and never through a link; make: where one is absent. -1 with errno. */
int cz_road_folder_parent (const char *folder, char **parts, guint n, gboolean make);
/* FALSE with errno. */
gboolean cz_road_folder_write_all (int fd, const guint8 *data, gsize size);
/* Sets the CZ_ROAD_ERROR that an errno means, returns FALSE. */
gboolean cz_road_folder_failed (const char *path, int code, GError **error);
