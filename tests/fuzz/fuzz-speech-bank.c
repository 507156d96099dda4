/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A phrase bank as it comes on a stick: any bytes as its index and as a recording. Input: the index's length in two bytes, little-endian, the
 * index, then a.wav. What is read leads to no file outside the folder, is found again, makes a plan that says every syllable once, and a
 * recording is loaded whole or refused. */
#include <glib/gstdio.h>
#include <string.h>
#include "app/speech/bank/cz-clip.h"
#include "app/speech/bank/cz-phrase-plan.h"
#include "app/speech/bank/cz-wav.h"
#include "tests/fuzz/cz-fuzz.h"

#define RATE_HZ 22050

static const struct {
  const char *spoken, *input;
} said[] = { { "白菜", "bai2cai4" }, { "", "" }, { "三块", "san1kuai4" }, { "五", "wu3" }, { "花儿", "hua1r" }, { "一斤", "yi4jin1" } };

static guint
n_tones (const char *pinyin)
{
  guint n = 0;

  for (; *pinyin != '\0'; pinyin++)
    n += g_ascii_isdigit (*pinyin);
  return n;
}

static void
try_plan (CzPhraseBank *bank)
{
  CzToken tokens[G_N_ELEMENTS (said)];
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  CzChunk chunk = { .tokens = list };
  g_autoptr (GPtrArray) pieces = NULL;
  guint wanted = 0, found = 0, recorded = 0;

  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    tokens[i] = (CzToken){ .spoken = (char *) said[i].spoken, .input = (char *) said[i].input };
    g_ptr_array_add (list, &tokens[i]);
    wanted += n_tones (said[i].input);
  }
  pieces = cz_phrase_plan (bank, &chunk);
  for (guint i = 0; pieces != NULL && i < pieces->len; i++) {
    const CzPiece *piece = g_ptr_array_index (pieces, i);
    recorded += piece->phrase != NULL;
    found += n_tones (piece->phrase != NULL ? piece->phrase->pinyin : piece->input);
  }
  cz_fuzz_must (pieces == NULL || (found == wanted && recorded > 0), "a plan says every syllable once");
}

static void
try_recording (CzPhraseBank *bank, CzPhrase *phrase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) clip = cz_phrase_bank_load (bank, phrase, RATE_HZ, &error);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gint16));

  if (clip == NULL) {
    cz_fuzz_must (g_error_matches (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_CLIP), "a recording is refused by its name");
    cz_phrase_bank_disable (bank, phrase);
    cz_fuzz_must (cz_phrase_bank_find (bank, phrase->text, phrase->pinyin) == NULL, "what failed is not found again");
    return;
  }
  cz_clip_set_level (clip, RATE_HZ, 5000);
  cz_fuzz_must (cz_clip_peak ((gint16 *) (void *) clip->data, clip->len) <= 30000, "the level leaves room");
  cz_clip_join (out, (gint16 *) (void *) clip->data, clip->len, 0, RATE_HZ);
  cz_clip_join (out, (gint16 *) (void *) clip->data, clip->len, 0, RATE_HZ);
  cz_fuzz_must (out->len > clip->len && out->len < 2 * clip->len, "joined over a crossfade");
}

static void
try_bank (CzPhraseBank *bank)
{
  guint n = cz_phrase_bank_n_phrases (bank);

  cz_fuzz_must (n <= CZ_PHRASE_BANK_MAX_PHRASES, "no more phrases than a bank may hold");
  try_plan (bank);
  for (guint i = 0; i < n; i++) {
    CzPhrase *phrase = cz_phrase_bank_get (bank, i);
    cz_fuzz_must (strchr (phrase->file, '/') == NULL && phrase->file[0] != '.' && g_str_has_suffix (phrase->file, ".wav"),
                  "a recording lies in the folder");
    cz_fuzz_must (phrase->n_units > 0 && phrase->n_units <= cz_phrase_bank_max_units (bank), "units are counted");
    cz_fuzz_must (cz_phrase_bank_find (bank, phrase->text, phrase->pinyin) == phrase, "a phrase is found");
  }
  for (guint i = 0; i < MIN (n, 3); i++)
    try_recording (bank, cz_phrase_bank_get (bank, i));
  try_plan (bank);
}

static void
put (const char *path, const uint8_t *data, size_t size)
{
  cz_fuzz_must (g_file_set_contents_full (path, (const char *) data, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL), "a file is written");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  size_t n_index = size >= 2 ? MIN ((size_t) (data[0] | data[1] << 8), size - 2) : 0;
  const uint8_t *wav = data + MIN (size, 2) + n_index;
  size_t n_wav = size - MIN (size, 2) - n_index;
  const char *parent = g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir ();
  g_autofree char *dir = g_build_filename (parent, "cz-fuzz-bank-XXXXXX", NULL);
  g_autofree char *index_path = NULL;
  g_autofree char *wav_path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzPhraseBank) bank = NULL;
  CzWavInfo info;

  cz_fuzz_must (!cz_wav_parse (wav, n_wav, &info, NULL) || (info.rate_hz >= 8000 && info.rate_hz <= 48000 && info.offset + 2 * info.n_frames <= n_wav),
                "samples lie in the file");
  cz_fuzz_must (g_mkdtemp (dir) != NULL, "a folder is made");
  index_path = g_build_filename (dir, CZ_PHRASE_BANK_INDEX, NULL);
  wav_path = g_build_filename (dir, "a.wav", NULL);
  put (index_path, data + MIN (size, 2), n_index);
  put (wav_path, wav, n_wav);
  bank = cz_phrase_bank_open (dir, &error);
  if (bank != NULL)
    try_bank (bank);
  else
    cz_fuzz_must (g_error_matches (error, CZ_PHRASE_BANK_ERROR, CZ_PHRASE_BANK_ERROR_DAMAGED), "an index is refused by its line");
  g_unlink (index_path);
  g_unlink (wav_path);
  g_rmdir (dir);
  return 0;
}
