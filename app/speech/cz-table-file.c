/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-table-file.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/speech/cz-speech-text.h"

#define HEADER_BYTES 96
#define MAX_FILE_BYTES (16u << 20) /* eight times what the tables may take together */

struct _CzTableFile {
  GMappedFile *file;
  const guint8 *bytes;
  gsize size;
};

G_DEFINE_QUARK (cz_speech_text_error, cz_speech_text_error)

static guint32
crc32_of (const guint8 *data, gsize size)
{
  guint32 table[256];
  guint32 crc = 0xffffffff;

  for (guint32 i = 0; i < 256; i++) {
    guint32 c = i;
    for (int k = 0; k < 8; k++)
      c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  for (gsize i = 0; i < size; i++)
    crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
  return crc ^ 0xffffffff;
}

/* Returns what is wrong, or NULL. */
static const char *
fault_of (const CzTableFile *self, const CzTableKind *kind)
{
  const guint8 *p = self->bytes;
  char padded[8] = { 0 };
  gsize directory = HEADER_BYTES + 8 * (gsize) kind->n_sections;

  if (self->size < directory || self->size > MAX_FILE_BYTES)
    return "wrong size";
  memcpy (padded, kind->magic, MIN (strlen (kind->magic), sizeof padded));
  if (memcmp (p, padded, sizeof padded) != 0)
    return "not a table of this kind";
  if (cz_table_u16 (p + 8) != kind->version || cz_table_u16 (p + 10) != kind->n_sections)
    return "made for another version of the program";
  if (cz_table_u32 (p + 12) != self->size)
    return "cut short or too long";
  if (cz_table_u32 (p + 16) != crc32_of (p + HEADER_BYTES, self->size - HEADER_BYTES))
    return "checksum wrong";
  for (guint i = 0; i < kind->n_sections; i++) {
    gsize offset = cz_table_u32 (p + HEADER_BYTES + 8 * i);
    gsize size = cz_table_u32 (p + HEADER_BYTES + 8 * i + 4);

    if (offset < directory || offset > self->size || size > self->size - offset)
      return "a section lies outside the file";
  }
  return NULL;
}

CzTableFile *
cz_table_file_open (const char *path, const CzTableKind *kind, gpointer owner, GError **error)
{
  g_autoptr (CzTableFile) self = g_new0 (CzTableFile, 1);
  g_autoptr (GError) local = NULL;
  const char *fault;

  self->file = g_mapped_file_new (path, FALSE, &local);
  if (self->file == NULL) {
    g_set_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_MISSING, "%s", local->message);
    return NULL;
  }
  self->bytes = (const guint8 *) g_mapped_file_get_contents (self->file);
  self->size = g_mapped_file_get_length (self->file);
  fault = fault_of (self, kind);
  if (fault != NULL) {
    g_set_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_DAMAGED, "%s: %s", path, fault);
    return NULL;
  }
  if (!kind->take (owner, self)) {
    g_set_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_DAMAGED,
                 _("%s: its parts do not fit together; install it anew"), path);
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
cz_table_file_free (CzTableFile *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_free (self);
}

const guint8 *
cz_table_file_section (const CzTableFile *self, guint number, gsize *size)
{
  const guint8 *entry = self->bytes + HEADER_BYTES + 8 * number;

  *size = cz_table_u32 (entry + 4);
  return self->bytes + cz_table_u32 (entry);
}
