/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/model/cz-clock.h"

#include <time.h>

typedef struct {
  GMutex lock;
  gint64 trusted_s;
  gint64 trusted_at_boot_us; /* boot time when trusted_s was last raised */
} CzClockPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CzClock, cz_clock, G_TYPE_OBJECT)

static void
cz_clock_finalize (GObject *object)
{
  CzClockPrivate *priv = cz_clock_get_instance_private (CZ_CLOCK (object));
  g_mutex_clear (&priv->lock);
  G_OBJECT_CLASS (cz_clock_parent_class)->finalize (object);
}

static void
cz_clock_class_init (CzClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_clock_finalize;
}

static void
cz_clock_init (CzClock *self)
{
  CzClockPrivate *priv = cz_clock_get_instance_private (self);
  g_mutex_init (&priv->lock);
}

/* This file is the one place that may ask the system (see tests/checks). */
static gint64
system_seconds (clockid_t id)
{
  struct timespec now;
  return clock_gettime (id, &now) == 0 ? (gint64) now.tv_sec : 0;
}

static gint64
system_boot_us (void)
{
  struct timespec now;
  if (clock_gettime (CLOCK_BOOTTIME, &now) != 0)
    return 0;
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* ---- the system's clock ---- */

#define CZ_TYPE_CLOCK_SYSTEM (cz_clock_system_get_type ())
G_DECLARE_FINAL_TYPE (CzClockSystem, cz_clock_system, CZ, CLOCK_SYSTEM, CzClock)
struct _CzClockSystem {
  CzClock parent;
};
G_DEFINE_FINAL_TYPE (CzClockSystem, cz_clock_system, CZ_TYPE_CLOCK)

static gint64
system_wall_s (CzClock *self)
{
  return system_seconds (CLOCK_REALTIME);
}

static gint64
system_class_boot_us (CzClock *self)
{
  return system_boot_us ();
}

static void
cz_clock_system_class_init (CzClockSystemClass *klass)
{
  CZ_CLOCK_CLASS (klass)->wall_s = system_wall_s;
  CZ_CLOCK_CLASS (klass)->boot_us = system_class_boot_us;
}

static void
cz_clock_system_init (CzClockSystem *self)
{
}

CzClock *
cz_clock_new_system (void)
{
  return g_object_new (CZ_TYPE_CLOCK_SYSTEM, NULL);
}

/* ---- a clock in a file ---- */

#define CZ_TYPE_CLOCK_FILE (cz_clock_file_get_type ())
G_DECLARE_FINAL_TYPE (CzClockFile, cz_clock_file, CZ, CLOCK_FILE, CzClock)
struct _CzClockFile {
  CzClock parent;
  char *path;
};
G_DEFINE_FINAL_TYPE (CzClockFile, cz_clock_file, CZ_TYPE_CLOCK)

static gboolean
file_read (CzClockFile *self, gint64 *wall_s, gint64 *boot_us)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (self->path, &text, NULL, NULL))
    return FALSE;
  char *end = NULL;
  *wall_s = g_ascii_strtoll (text, &end, 10);
  const char *second = end;
  *boot_us = g_ascii_strtoll (second, &end, 10);
  if (end == second)
    *boot_us = system_boot_us ();
  return TRUE;
}

static gint64
file_wall_s (CzClock *clock)
{
  gint64 wall_s = 0, boot_us = 0;
  return file_read (CZ_CLOCK_FILE (clock), &wall_s, &boot_us) ? wall_s : 0;
}

static gint64
file_boot_us (CzClock *clock)
{
  gint64 wall_s = 0, boot_us = 0;
  return file_read (CZ_CLOCK_FILE (clock), &wall_s, &boot_us) ? boot_us : 0;
}

static void
cz_clock_file_finalize (GObject *object)
{
  g_free (CZ_CLOCK_FILE (object)->path);
  G_OBJECT_CLASS (cz_clock_file_parent_class)->finalize (object);
}

static void
cz_clock_file_class_init (CzClockFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_clock_file_finalize;
  CZ_CLOCK_CLASS (klass)->wall_s = file_wall_s;
  CZ_CLOCK_CLASS (klass)->boot_us = file_boot_us;
}

static void
cz_clock_file_init (CzClockFile *self)
{
}

CzClock *
cz_clock_new_file (const char *path)
{
  CzClockFile *self = g_object_new (CZ_TYPE_CLOCK_FILE, NULL);
  self->path = g_strdup (path);
  return CZ_CLOCK (self);
}

/* ---- a clock that stands still ---- */

#define CZ_TYPE_CLOCK_FIXED (cz_clock_fixed_get_type ())
G_DECLARE_FINAL_TYPE (CzClockFixed, cz_clock_fixed, CZ, CLOCK_FIXED, CzClock)
struct _CzClockFixed {
  CzClock parent;
  gint64 wall_s;
  gint64 boot_us;
};
G_DEFINE_FINAL_TYPE (CzClockFixed, cz_clock_fixed, CZ_TYPE_CLOCK)

static gint64
fixed_wall_s (CzClock *clock)
{
  return CZ_CLOCK_FIXED (clock)->wall_s;
}

static gint64
fixed_boot_us (CzClock *clock)
{
  return CZ_CLOCK_FIXED (clock)->boot_us;
}

static void
cz_clock_fixed_class_init (CzClockFixedClass *klass)
{
  CZ_CLOCK_CLASS (klass)->wall_s = fixed_wall_s;
  CZ_CLOCK_CLASS (klass)->boot_us = fixed_boot_us;
}

static void
cz_clock_fixed_init (CzClockFixed *self)
{
}

CzClock *
cz_clock_new_fixed (gint64 wall_s, gint64 boot_us)
{
  CzClock *self = g_object_new (CZ_TYPE_CLOCK_FIXED, NULL);
  cz_clock_fixed_set (self, wall_s, boot_us);
  return self;
}

void
cz_clock_fixed_set (CzClock *self, gint64 wall_s, gint64 boot_us)
{
  g_return_if_fail (CZ_IS_CLOCK_FIXED (self));
  CZ_CLOCK_FIXED (self)->wall_s = wall_s;
  CZ_CLOCK_FIXED (self)->boot_us = boot_us;
}

/* ---- what all share ---- */

gint64
cz_clock_wall_s (CzClock *self)
{
  g_return_val_if_fail (CZ_IS_CLOCK (self), 0);
  return CZ_CLOCK_GET_CLASS (self)->wall_s (self);
}

gint64
cz_clock_boot_us (CzClock *self)
{
  g_return_val_if_fail (CZ_IS_CLOCK (self), 0);
  return CZ_CLOCK_GET_CLASS (self)->boot_us (self);
}

gint64
cz_clock_trusted_s (CzClock *self)
{
  g_return_val_if_fail (CZ_IS_CLOCK (self), 0);
  CzClockPrivate *priv = cz_clock_get_instance_private (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);
  return priv->trusted_s;
}

void
cz_clock_raise_trusted (CzClock *self, gint64 trusted_s)
{
  g_return_if_fail (CZ_IS_CLOCK (self));
  CzClockPrivate *priv = cz_clock_get_instance_private (self);
  gint64 boot_us = cz_clock_boot_us (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);
  if (trusted_s <= priv->trusted_s)
    return;
  priv->trusted_s = trusted_s;
  priv->trusted_at_boot_us = boot_us;
}

gboolean
cz_clock_is_plausible (CzClock *self)
{
  g_return_val_if_fail (CZ_IS_CLOCK (self), FALSE);
  CzClockPrivate *priv = cz_clock_get_instance_private (self);
  gint64 wall_s = cz_clock_wall_s (self);
  gint64 boot_us = cz_clock_boot_us (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&priv->lock);
  if (priv->trusted_s == 0)
    return FALSE;
  /* Powered-off time is not counted by the boot clock, so the wall may be ahead of the bound by any number of days
   * since the last contact; a day ahead is what one night without power explains. */
  gint64 supported_s = priv->trusted_s + MAX (0, boot_us - priv->trusted_at_boot_us) / G_USEC_PER_SEC;
  return wall_s >= priv->trusted_s && wall_s <= supported_s + 86400;
}

CzDay
cz_clock_today (CzClock *self)
{
  return cz_day_from_unix (MAX (cz_clock_wall_s (self), cz_clock_trusted_s (self)));
}
