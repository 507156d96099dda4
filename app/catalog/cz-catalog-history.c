/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalog/cz-catalog-private.h"

typedef struct {
  char *content_dir;
  CzQuoteInfo series; /* its strings are not used and stay NULL */
  CzDay from;
  CzDay to;
} HistoryJob;

static void
history_job_free (gpointer data)
{
  HistoryJob *job = data;

  g_free (job->content_dir);
  g_free (job);
}

/* The quote table is ordered by day first (3 MB instead of 87 MB a day on the card, DESIGN §4), so one series is
 * gathered by a descent for each day and channel: about 15 ms for two years. */
static void
run_history (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HistoryJob *job = data;
  GArray *points;
  GError *error = NULL;
  g_autoptr (CzShelf) shelf = cz_shelf_open (job->content_dir, &error);

  if (shelf == NULL) {
    g_task_return_error (task, error);
    return;
  }
  points = g_array_new (FALSE, FALSE, sizeof (CzPricePoint));
  for (CzDay day = job->from; day <= job->to; day++) {
    CzPricePoint point = { day, cz_shelf_merged_at (shelf, day, &job->series) };

    if (point.li > 0)
      g_array_append_val (points, point);
    if (g_cancellable_is_cancelled (cancellable))
      break;
  }
  g_task_return_pointer (task, points, (GDestroyNotify) g_array_unref);
}

void
cz_catalog_history_async (CzCatalog *self, const CzQuoteInfo *series, CzDay from, CzDay to,
                          GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, done, data);
  HistoryJob *job = g_new0 (HistoryJob, 1);

  job->content_dir = g_strdup (self->content_dir);
  job->series = *series;
  job->series.market_name = NULL;
  job->series.publisher = NULL;
  job->from = from;
  job->to = to;
  g_task_set_task_data (task, job, history_job_free);
  g_task_run_in_thread (task, run_history);
}

GArray *
cz_catalog_history_finish (CzCatalog *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
