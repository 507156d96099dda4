/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "sync/station/cz-road.h"

static gpointer
cancel_later (gpointer data)
{
  const struct { GCancellable *cancellable; guint64 ms; } *later = data;
  g_usleep ((gulong) later->ms * 1000);
  g_cancellable_cancel (later->cancellable);
  return NULL;
}

/* bucket-put ADDRESS ACCESS-FILE PATH WORDS [MS]: what a station does with an upload, cancelled after so long; exit status 0 or the
 * CzRoadError + 10. */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (argc == 5 || argc == 6);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  struct { GCancellable *cancellable; guint64 ms; } later = { cancellable, argc == 6 ? g_ascii_strtoull (argv[5], NULL, 10) : 0 };
  CzRoadOptions options = { .bucket_access_file = argv[2] };
  g_autoptr (CzRoad) road = cz_road_new (argv[1], &options, &error);
  g_autoptr (GBytes) bytes = g_bytes_new (argv[4], strlen (argv[4]));
  g_assert_no_error (error);
  GThread *thread = argc == 6 ? g_thread_new ("cancel", cancel_later, &later) : NULL;
  gboolean ok = cz_road_put (road, argv[3], bytes, NULL, cancellable, &error);
  if (thread != NULL)
    g_thread_join (thread);
  if (ok)
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return error->code + 10;
}
