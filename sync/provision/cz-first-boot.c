/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/provision/cz-first-boot.h"

#include <string.h>

#define RECORD_MAX (16u * 1024u) /* six steps, a sentence each */
#define DETAIL_MAX 1024u

static const char *const step_names[CZ_FIRST_BOOT_N_STEPS] = { "conf", "network", "key", "enrol", "content", "screen" };
static const char *const state_names[] = { "waiting", "doing", "done", "absent", "failed" };

const char *
cz_first_boot_step_name (CzFirstBootStep step)
{
  return step < CZ_FIRST_BOOT_N_STEPS ? step_names[step] : "";
}

const char *
cz_first_boot_state_name (CzFirstBootState state)
{
  return state < G_N_ELEMENTS (state_names) ? state_names[state] : "";
}

void
cz_first_boot_free (CzFirstBoot *self)
{
  if (!self)
    return;
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
    g_free (self->ticks[i].detail);
  g_free (self);
}

static CzFirstBootState
state_of (const char *name)
{
  for (guint i = 0; name && i < G_N_ELEMENTS (state_names); i++)
    if (g_str_equal (state_names[i], name))
      return (CzFirstBootState) i;
  return CZ_FIRST_BOOT_WAITING;
}

/* NULL when there is none that can be used. Never more than RECORD_MAX is taken into memory. */
static GKeyFile *
load (const char *path)
{
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!mapped || g_mapped_file_get_length (mapped) == 0 || g_mapped_file_get_length (mapped) > RECORD_MAX
      || !g_key_file_load_from_data (file, g_mapped_file_get_contents (mapped), g_mapped_file_get_length (mapped), G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_steal_pointer (&file);
}

CzFirstBoot *
cz_first_boot_read (const char *path)
{
  CzFirstBoot *self = g_new0 (CzFirstBoot, 1);
  g_autoptr (GKeyFile) file = load (path);
  for (guint i = 0; file && i < CZ_FIRST_BOOT_N_STEPS; i++) {
    g_autofree char *state = g_key_file_get_string (file, step_names[i], "state", NULL);
    self->ticks[i].state = state_of (state);
    self->ticks[i].detail = g_key_file_get_string (file, step_names[i], "detail", NULL);
  }
  return self;
}

static gboolean
is_over (const CzFirstBootTick *tick)
{
  return tick->state == CZ_FIRST_BOOT_DONE || tick->state == CZ_FIRST_BOOT_ABSENT;
}

gboolean
cz_first_boot_is_complete (const CzFirstBoot *self)
{
  gboolean complete = TRUE;
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
    complete &= is_over (&self->ticks[i]);
  return complete;
}

static gboolean
save (const CzFirstBoot *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize size = 0;
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++) {
    g_key_file_set_string (file, step_names[i], "state", state_names[self->ticks[i].state]);
    if (self->ticks[i].detail)
      g_key_file_set_string (file, step_names[i], "detail", self->ticks[i].detail);
  }
  g_autofree char *text = g_key_file_to_data (file, &size, NULL);
  return g_file_set_contents_full (path, text, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0640, error);
}

static gboolean
record (CzFirstBoot *self, const char *path, CzFirstBootStep step, CzFirstBootState state, const char *detail, GError **error)
{
  g_free (self->ticks[step].detail);
  g_autofree char *valid = detail ? g_utf8_make_valid (detail, (gssize) strnlen (detail, DETAIL_MAX)) : NULL;
  self->ticks[step].detail = g_steal_pointer (&valid);
  self->ticks[step].state = state;
  return save (self, path, error);
}

static gboolean
others_stand_on (CzFirstBootStep step)
{
  return step == CZ_FIRST_BOOT_CONF || step == CZ_FIRST_BOOT_KEY || step == CZ_FIRST_BOOT_ENROL;
}

/* A conf that is read anew may name what the last one did not. */
static void
forget_absent (CzFirstBoot *self)
{
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++)
    if (self->ticks[i].state == CZ_FIRST_BOOT_ABSENT)
      self->ticks[i].state = CZ_FIRST_BOOT_WAITING;
}

gboolean
cz_first_boot_run (CzFirstBoot *self, const char *path, CzFirstBootWork work, gpointer user_data, GError **error)
{
  if (!is_over (&self->ticks[CZ_FIRST_BOOT_CONF]))
    forget_absent (self);
  for (guint i = 0; i < CZ_FIRST_BOOT_N_STEPS; i++) {
    CzFirstBootStep step = (CzFirstBootStep) i;
    g_autofree char *detail = NULL;
    if (is_over (&self->ticks[step]))
      continue;
    if (!record (self, path, step, CZ_FIRST_BOOT_DOING, NULL, error))
      return FALSE;
    CzFirstBootState state = work (step, &detail, user_data);
    if (!record (self, path, step, state, detail, error))
      return FALSE;
    if (state == CZ_FIRST_BOOT_FAILED && others_stand_on (step))
      return TRUE;
  }
  return TRUE;
}
