/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store/cz-sections-ahead.h"

#include "sync/store/cz-content-prior.h"
#include "sync/wire/cz-limits.h"

/* Rows that lie ready and are not taken yet: four days of a county. */
#define READY_BYTES_MAX (512u * 1024u)
/* A thread costs some tenths of a millisecond, a packed row about ten microseconds. */
#define WORTH_ROWS 400u

typedef enum { SECTION_FREE, SECTION_BEGUN, SECTION_READY } SectionStep;

struct _CzSectionsAhead {
  CzContent *content;
  const CzBundle *bundle;
  const guint8 *data;
  gsize size;
  GThread *thread;
  GMutex mutex; /* over all below */
  GCond changed;
  gboolean is_over;
  gsize ready_bytes; /* of sections begun or ready */
  SectionStep step[CZ_SECTIONS_MAX];
  CzSectionReader *readers[CZ_SECTIONS_MAX];
  GError *errors[CZ_SECTIONS_MAX];
};

static gboolean
is_packed (const CzSection *section)
{
  return section->codec > CZ_CODEC_ZSTD;
}

/* Waits until section i may be begun; FALSE when it is not ours. Called with the mutex held. */
static gboolean
claim (CzSectionsAhead *self, guint i)
{
  const CzSection *section = &self->bundle->manifest.sections[i];

  if (!is_packed (section) || section->raw_len > READY_BYTES_MAX)
    return FALSE;
  while (!self->is_over && self->step[i] == SECTION_FREE && self->ready_bytes + section->raw_len > READY_BYTES_MAX)
    g_cond_wait (&self->changed, &self->mutex);
  if (self->is_over || self->step[i] != SECTION_FREE)
    return FALSE;
  self->step[i] = SECTION_BEGUN;
  self->ready_bytes += section->raw_len;
  return TRUE;
}

static gpointer
unpack_ahead (gpointer data)
{
  CzSectionsAhead *self = data;
  const CzManifest *m = &self->bundle->manifest;
  g_autoptr (CzContentPrior) prior = cz_content_prior_new (self->content, m->channel, NULL);

  /* The first is the caller's. Without a second connection all are. */
  for (guint i = 1; prior != NULL && i < m->n_sections; i++) {
    g_mutex_lock (&self->mutex);
    gboolean ours = claim (self, i);
    g_mutex_unlock (&self->mutex);
    if (!ours)
      continue;
    GError *error = NULL;
    CzSectionReader *reader = cz_bundle_read_section (self->bundle, i, self->data, self->size, cz_content_prior_wire (prior), &error);
    g_mutex_lock (&self->mutex);
    self->readers[i] = reader;
    self->errors[i] = error;
    self->step[i] = SECTION_READY;
    g_cond_broadcast (&self->changed);
    g_mutex_unlock (&self->mutex);
  }
  return NULL;
}

static gboolean
is_worth_it (const CzManifest *m)
{
  guint n = 0;
  guint64 rows = 0;

  for (guint i = 0; i < m->n_sections; i++)
    if (is_packed (&m->sections[i])) {
      n++;
      rows += m->sections[i].rows;
    }
  return n > 1 && rows >= WORTH_ROWS && g_get_num_processors () > 1;
}

CzSectionsAhead *
cz_sections_ahead_new (CzContent *content, const CzBundle *bundle, const guint8 *data, gsize size)
{
  if (!is_worth_it (&bundle->manifest))
    return NULL;
  CzSectionsAhead *self = g_new0 (CzSectionsAhead, 1);
  self->content = content;
  self->bundle = bundle;
  self->data = data;
  self->size = size;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->thread = g_thread_try_new ("sections", unpack_ahead, self, NULL);
  return self;
}

CzSectionReader *
cz_sections_ahead_take (CzSectionsAhead *self, guint i, gboolean *taken, GError **error)
{
  *taken = FALSE;
  if (self == NULL || !is_packed (&self->bundle->manifest.sections[i]))
    return NULL;
  g_mutex_lock (&self->mutex);
  *taken = self->step[i] != SECTION_FREE;
  while (self->step[i] == SECTION_BEGUN)
    g_cond_wait (&self->changed, &self->mutex);
  self->step[i] = SECTION_READY;
  if (*taken)
    self->ready_bytes -= self->bundle->manifest.sections[i].raw_len;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  if (self->errors[i] != NULL)
    g_propagate_error (error, g_steal_pointer (&self->errors[i]));
  return g_steal_pointer (&self->readers[i]);
}

void
cz_sections_ahead_free (CzSectionsAhead *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  if (self->thread != NULL)
    (void) g_thread_join (self->thread);
  for (guint i = 0; i < CZ_SECTIONS_MAX; i++) {
    g_clear_pointer (&self->readers[i], cz_section_reader_free);
    g_clear_error (&self->errors[i]);
  }
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
