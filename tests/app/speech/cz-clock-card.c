/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sound card that is a clock: an ALSA plugin that plays in real time, runs dry when it is not fed, and writes what
 * it was given to a file. So the ALSA sink is tried in time on machines without a card.
 *   pcm_type.czclock { lib "…/libcz-clock-card.so" }
 *   pcm.clock { type czclock file "/path/heard.raw" } */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define RATE_HZ 22050
#define TICK_NS 10000000

typedef struct {
  snd_pcm_ioplug_t io;
  FILE *file;
  long long start_ns; /* when the frames counted below began to play; 0 while stopped */
  snd_pcm_uframes_t given; /* since prepare */
} Card;

SND_PCM_PLUGIN_DEFINE_FUNC (czclock);

static long long
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int
card_start (snd_pcm_ioplug_t *io)
{
  ((Card *) io->private_data)->start_ns = now_ns ();
  return 0;
}

static int
card_stop (snd_pcm_ioplug_t *io)
{
  ((Card *) io->private_data)->start_ns = 0;
  return 0;
}

static int
card_prepare (snd_pcm_ioplug_t *io)
{
  Card *card = io->private_data;

  card->start_ns = 0;
  card->given = 0;
  return 0;
}

static snd_pcm_sframes_t
card_pointer (snd_pcm_ioplug_t *io)
{
  Card *card = io->private_data;
  snd_pcm_uframes_t played;

  if (card->start_ns == 0)
    return 0;
  played = (snd_pcm_uframes_t) ((now_ns () - card->start_ns) * RATE_HZ / 1000000000LL);
  if (played > card->given)
    return -EPIPE;
  return (snd_pcm_sframes_t) (played % io->buffer_size);
}

static snd_pcm_sframes_t
card_transfer (snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset,
               snd_pcm_uframes_t size)
{
  Card *card = io->private_data;
  const char *samples = (const char *) areas[0].addr + offset * 2;

  card->given += size;
  fwrite (samples, 2, size, card->file);
  fflush (card->file);
  return (snd_pcm_sframes_t) size;
}

static int
card_close (snd_pcm_ioplug_t *io)
{
  Card *card = io->private_data;

  close (io->poll_fd);
  fclose (card->file);
  free (card);
  return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
  .start = card_start,
  .stop = card_stop,
  .prepare = card_prepare,
  .pointer = card_pointer,
  .transfer = card_transfer,
  .close = card_close,
};

static int
open_timer (void)
{
  struct itimerspec every = { .it_interval.tv_nsec = TICK_NS, .it_value.tv_nsec = TICK_NS };
  int fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

  timerfd_settime (fd, 0, &every, NULL);
  return fd;
}

static int
set_limits (snd_pcm_ioplug_t *io)
{
  unsigned int access[] = { SND_PCM_ACCESS_RW_INTERLEAVED };
  unsigned int formats[] = { SND_PCM_FORMAT_S16_LE };

  snd_pcm_ioplug_set_param_list (io, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
  snd_pcm_ioplug_set_param_list (io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats);
  snd_pcm_ioplug_set_param_minmax (io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 1);
  snd_pcm_ioplug_set_param_minmax (io, SND_PCM_IOPLUG_HW_RATE, RATE_HZ, RATE_HZ);
  snd_pcm_ioplug_set_param_minmax (io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 256, 65536);
  snd_pcm_ioplug_set_param_minmax (io, SND_PCM_IOPLUG_HW_PERIODS, 2, 16);
  return snd_pcm_ioplug_set_param_minmax (io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 1024, 131072);
}

/* The macro's own parameters: pcmp, name, root, conf, stream, mode. */
SND_PCM_PLUGIN_DEFINE_FUNC (czclock)
{
  Card *card;
  const char *path = NULL;
  snd_config_t *file_node;
  int code;

  (void) root;
  if (snd_config_search (conf, "file", &file_node) < 0 || snd_config_get_string (file_node, &path) < 0)
    return -EINVAL;
  card = calloc (1, sizeof *card);
  card->file = fopen (path, "ab");
  card->io.version = SND_PCM_IOPLUG_VERSION;
  card->io.name = "A clock";
  card->io.callback = &callbacks;
  card->io.private_data = card;
  card->io.poll_fd = open_timer ();
  card->io.poll_events = POLLIN;
  code = snd_pcm_ioplug_create (&card->io, name, stream, mode);
  if (code >= 0)
    code = set_limits (&card->io);
  *pcmp = card->io.pcm;
  return code;
}

SND_PCM_PLUGIN_SYMBOL (czclock);
