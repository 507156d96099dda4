/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the sections of a pronunciation table: refused as damaged, or safe to read with. Header and checksum are put right here,
 * since an engine would not get past them. Input: a byte, even for hanzi.tbl and odd for polyphone.tbl; then for each section its size in
 * two bytes and its bytes. The table by character is sparse: pairs of place and value, two bytes each. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/speech/cz-speech-tables.h"

#define HEADER_BYTES 96
#define HANZI_SECTIONS 28
#define POLYPHONE_SECTIONS 3
#define DIRECT 3
#define DIRECT_ENTRIES (0x9fff - 0x3400 + 1)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char text[] = "重庆银行长得好，一只鸡还没长大；种地的得种子。㐀〇";

static void
put (guint8 *p, guint32 value, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    p[i] = (guint8) (value >> 8 * i);
}

static guint32
crc32_of (const guint8 *data, gsize size)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < size; i++) {
    crc ^= data[i];
    for (int k = 0; k < 8; k++)
      crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
  }
  return crc ^ 0xffffffff;
}

static void
append_direct (GByteArray *file, const guint8 *data, gsize size)
{
  g_autofree guint8 *all = g_malloc (2 * DIRECT_ENTRIES);

  memset (all, 0xff, 2 * DIRECT_ENTRIES);
  for (gsize i = 0; i + 4 <= size; i += 4)
    memcpy (all + 2 * ((data[i] | data[i + 1] << 8) % DIRECT_ENTRIES), data + i + 2, 2);
  g_byte_array_append (file, all, 2 * DIRECT_ENTRIES);
}

static GByteArray *
build (const guint8 *data, gsize size, gboolean hanzi)
{
  guint n = hanzi ? HANZI_SECTIONS : POLYPHONE_SECTIONS;
  GByteArray *file = g_byte_array_new ();
  static const guint8 zeros[4];

  g_byte_array_set_size (file, HEADER_BYTES + 8 * n);
  memset (file->data, 0, file->len);
  for (guint i = 0; i < n; i++) {
    gsize length = size >= 2 ? MIN ((gsize) (data[0] | data[1] << 8), size - 2) : 0;
    gsize offset = file->len;

    data += MIN (size, 2);
    size -= MIN (size, 2);
    if (hanzi && i == DIRECT)
      append_direct (file, data, length);
    else
      g_byte_array_append (file, data, (guint) length);
    put (file->data + HEADER_BYTES + 8 * i, (guint32) offset, 4);
    put (file->data + HEADER_BYTES + 8 * i + 4, (guint32) (file->len - offset), 4);
    g_byte_array_append (file, zeros, (4 - file->len % 4) % 4);
    data += length;
    size -= length;
  }
  memcpy (file->data, hanzi ? "CZHANZI" : "CZPOLY\0", 8);
  put (file->data + 8, hanzi ? 1 : CZ_POLYPHONE_FEATURES_VERSION, 2);
  put (file->data + 10, n, 2);
  put (file->data + 12, file->len, 4);
  put (file->data + 16, crc32_of (file->data + HEADER_BYTES, file->len - HEADER_BYTES), 4);
  return file;
}

static CzSpeechTables *
real_tables (void)
{
  static CzSpeechTables *opened; /* a fuzzer has no place to hand it down from */

  if (opened == NULL)
    opened = cz_speech_tables_open (g_getenv ("CZ_TEST_TABLES"), NULL);
  if (opened == NULL)
    abort ();
  return opened;
}

static void
read_with (CzSpeechTables *tables)
{
  g_autoptr (GPtrArray) chunks = cz_speech_text_chunks (tables, text, strlen (text), CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN);
  g_autofree char *readings = cz_speech_text_readings (tables, text, strlen (text));

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    if (chunk->end <= chunk->start || chunk->end > strlen (text) || strlen (readings) == 0)
      abort ();
  }
}

static void
try_path (const char *path, gboolean hanzi)
{
  CzSpeechTables tables = *real_tables ();
  g_autoptr (GError) error = NULL;

  if (hanzi)
    tables.hanzi = cz_hanzi_open (path, &error);
  else
    tables.polyphone = cz_polyphone_open (path, &error);
  if (error != NULL) {
    if (!g_error_matches (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_DAMAGED))
      abort ();
    return;
  }
  read_with (&tables);
  if (hanzi)
    cz_hanzi_free (tables.hanzi);
  else
    cz_polyphone_free (tables.polyphone);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gboolean hanzi = size > 0 && data[0] % 2 == 0;
  g_autoptr (GByteArray) file = NULL;
  g_autofree char *path = NULL;
  int fd;

  if (size == 0)
    return 0;
  file = build (data + 1, size - 1, hanzi);
  fd = memfd_create ("table", MFD_CLOEXEC);
  if (fd < 0 || write (fd, file->data, file->len) != (ssize_t) file->len)
    abort ();
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  try_path (path, hanzi);
  close (fd);
  return 0;
}
