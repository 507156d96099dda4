/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-pace.h"

void
cz_pace_init (CzPace *self, CzPaceMode mode)
{
  *self = (CzPace){ .mode = mode, .rate_hz = 22050, .times = 1 };
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

void
cz_pace_clear (CzPace *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

static guint64
played_locked (CzPace *self)
{
  guint64 frames = self->base_frames;

  if (self->mode == CZ_PACE_FAST)
    return self->written;
  if (self->mode == CZ_PACE_REAL)
    frames += (guint64) (g_get_monotonic_time () - self->base_us) * self->rate_hz * self->times / G_USEC_PER_SEC;
  return MIN (frames, self->written);
}

void
cz_pace_begin (CzPace *self, guint rate_hz)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->interrupted = FALSE;
  self->rate_hz = rate_hz;
  self->written = 0;
  self->base_frames = 0;
  self->base_us = g_get_monotonic_time ();
}

static void
wait_for_frames (CzPace *self, guint64 frames)
{
  gint64 wait_us = (gint64) (frames * G_USEC_PER_SEC / self->rate_hz / self->times) + 1;

  if (self->mode == CZ_PACE_REAL)
    g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + wait_us);
  else
    g_cond_wait (&self->changed, &self->lock);
}

gsize
cz_pace_take (CzPace *self, gsize n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 room = (guint64) self->rate_hz * CZ_PACE_AHEAD_MS / 1000;
  guint64 waiting = 0;

  while (!self->interrupted) {
    waiting = self->written - played_locked (self);
    if (self->mode == CZ_PACE_FAST || waiting < room)
      break;
    wait_for_frames (self, waiting - room + 1);
  }
  if (self->interrupted)
    return 0;
  /* A card that ran dry starts again with the next frame: lost time does not count as heard. */
  if (self->mode == CZ_PACE_REAL && waiting == 0) {
    self->base_frames = self->written;
    self->base_us = g_get_monotonic_time ();
  }
  if (self->mode != CZ_PACE_FAST)
    n = (gsize) MIN ((guint64) n, room - waiting);
  self->written += n;
  return n;
}

guint64
cz_pace_played (CzPace *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return played_locked (self);
}

void
cz_pace_drain (CzPace *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->interrupted && played_locked (self) < self->written)
    wait_for_frames (self, self->written - played_locked (self));
}

guint64
cz_pace_drop (CzPace *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->written = played_locked (self);
  return self->written;
}

void
cz_pace_interrupt (CzPace *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->interrupted = TRUE;
  /* What was heard stays as it is from now on, or the clock would go on counting the dropped rest. */
  self->written = played_locked (self);
  g_cond_broadcast (&self->changed);
}

void
cz_pace_advance (CzPace *self, guint64 n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->base_frames += n;
  g_cond_broadcast (&self->changed);
}
