/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words to chunks: where to stop, where to breathe, what goes into one call of the synthesiser. */
#include <string.h>

#include "app/speech/cz-normalise.h"
#include "app/speech/cz-pinyin.h"
#include "app/speech/cz-readings.h"
#include "app/speech/cz-speech-tables.h"

/* Field study: 20 to 40 syllables a chunk; a highlighted line much longer is no help to the eye. */
#define SYLLABLES_ENOUGH 20
#define SYLLABLES_MOST 40
#define LETTERS_MOST 160
/* Pauses at the ordinary speed, as a newsreader makes them. */
#define PAUSE_STOP_MS 450
#define PAUSE_SOFT_MS 250
#define PAUSE_LINE_MS 600
#define PAUSE_PHONE_MS 350

typedef enum { MARK_NONE, MARK_SILENT, MARK_SOFT, MARK_STOP, MARK_LINE } Mark;

typedef struct {
  const CzSpeechTables *tables;
  CzLang lang;
  const CzSpokenChar *chars;
  guint n;
  CzReadings readings;
  GPtrArray *chunks;
  /* The chunk being gathered. */
  GArray *syllables; /* CzSyllable; .word is the number of its token */
  GArray *spans; /* Span, one a token; a pause is a token without syllables */
  gboolean is_slow;
  gboolean is_twice;
} Chunker;

typedef struct {
  gsize start, end;
  guint first, length; /* in syllables; length 0 is a pause */
} Span;

static Mark
mark_of (const Chunker *self, guint i)
{
  gunichar c = self->chars[i].c;

  if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029)
    return MARK_LINE;
  if (c < 0x80 && c != 0)
    return strchr ("!?;", (int) c) != NULL                                 ? MARK_STOP
           : strchr (",:\t|", (int) c) != NULL                             ? MARK_SOFT
           : c == '.' && (i + 1 == self->n || self->chars[i + 1].c == ' ') ? MARK_STOP
                                                                           : MARK_SILENT;
  if (g_utf8_strchr ("。！？；…‥", -1, c) != NULL)
    return MARK_STOP;
  if (g_utf8_strchr ("，、：—–　·•▲▼◆●○■□★※", -1, c) != NULL)
    return MARK_SOFT;
  return cz_hanzi_is_hanzi (c) ? MARK_NONE : MARK_SILENT;
}

static gboolean
is_latin (const CzSpokenChar *said)
{
  return (said->flags & CZ_SPOKEN_LATIN) != 0 || (g_unichar_isalpha (said->c) && !cz_hanzi_is_hanzi (said->c));
}

static CzChunk *
add_chunk (Chunker *self, CzLang lang, gsize start, gsize end)
{
  CzChunk *chunk = g_new0 (CzChunk, 1);

  chunk->start = start;
  chunk->end = end;
  chunk->lang = lang;
  chunk->tokens = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_token_free);
  g_ptr_array_add (self->chunks, chunk);
  return chunk;
}

static void
add_token (CzChunk *chunk, const Span *span, char *spoken, char *input)
{
  CzToken *token = g_new0 (CzToken, 1);

  token->start = span->start;
  token->end = span->end;
  token->spoken = spoken;
  token->input = input;
  g_ptr_array_add (chunk->tokens, token);
}

static void
clear_gathered (Chunker *self)
{
  g_array_set_size (self->syllables, 0);
  g_array_set_size (self->spans, 0);
  self->is_slow = FALSE;
  self->is_twice = FALSE;
}

/* Sandhi runs from pause to pause. */
static void
apply_sandhi (Chunker *self)
{
  CzSyllable *syllables = (CzSyllable *) (void *) self->syllables->data;
  guint first = 0;

  for (guint t = 0; t <= self->spans->len; t++) {
    const Span *span = t < self->spans->len ? &g_array_index (self->spans, Span, t) : NULL;

    if (span != NULL && span->length > 0) {
      cz_pinyin_mark_erhua (syllables + span->first, span->length);
      continue;
    }
    guint end = span != NULL ? span->first : self->syllables->len;
    cz_pinyin_apply_sandhi (syllables + first, end - first);
    first = end;
  }
}

static char *
spoken_of (const CzSyllable *syllables, guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_unichar (out, syllables[i].c);
  return g_string_free (out, FALSE);
}

static void
fill_chunk (Chunker *self, CzChunk *chunk, GString *spoken, GString *input)
{
  const CzSyllable *syllables = (const CzSyllable *) (const void *) self->syllables->data;

  for (guint t = 0; t < self->spans->len; t++) {
    const Span *span = &g_array_index (self->spans, Span, t);
    g_autoptr (GString) word = g_string_new (NULL);

    if (span->length == 0) {
      g_string_append (spoken, "，");
      g_string_append (input, self->lang == CZ_LANG_YUE ? "，" : ",");
      add_token (chunk, span, g_strdup ("，"), g_strdup (""));
      continue;
    }
    g_autofree char *said = spoken_of (syllables + span->first, span->length);
    if (self->lang == CZ_LANG_YUE)
      g_string_append (word, said);
    else
      cz_pinyin_append_word (word, syllables + span->first, span->length);
    g_string_append (spoken, said);
    if (input->len > 0 && self->lang != CZ_LANG_YUE)
      g_string_append_c (input, ' ');
    g_string_append (input, word->str);
    add_token (chunk, span, g_steal_pointer (&said), g_strdup (word->str));
  }
}

static void
drop_last_pause (Chunker *self)
{
  while (self->spans->len > 0 && g_array_index (self->spans, Span, self->spans->len - 1).length == 0)
    g_array_set_size (self->spans, self->spans->len - 1);
}

/* A telephone number once more after a breath; all its words stand for the whole number then. */
static void
say_again (Chunker *self)
{
  guint n_syllables = self->syllables->len, n_spans = self->spans->len;
  gsize start = g_array_index (self->spans, Span, 0).start;
  gsize end = g_array_index (self->spans, Span, n_spans - 1).end;
  Span pause = { .start = start, .end = end, .first = n_syllables };

  for (guint t = 0; t < n_spans; t++) {
    g_array_index (self->spans, Span, t).start = start;
    g_array_index (self->spans, Span, t).end = end;
  }
  g_array_append_val (self->spans, pause);
  for (guint i = 0; i < n_syllables; i++) {
    CzSyllable again = g_array_index (self->syllables, CzSyllable, i);
    again.word += n_spans + 1;
    g_array_append_val (self->syllables, again);
  }
  for (guint t = 0; t < n_spans; t++) {
    Span again = g_array_index (self->spans, Span, t);
    again.first += n_syllables;
    g_array_append_val (self->spans, again);
  }
}

static void
flush (Chunker *self, guint pause_ms)
{
  g_autoptr (GString) spoken = g_string_new (NULL), input = g_string_new (NULL);
  CzChunk *chunk;

  drop_last_pause (self);
  if (self->spans->len == 0) {
    clear_gathered (self);
    return;
  }
  if (self->is_twice)
    say_again (self);
  apply_sandhi (self);
  chunk = add_chunk (self, self->lang, g_array_index (self->spans, Span, 0).start,
                     g_array_index (self->spans, Span, self->spans->len - 1).end);
  chunk->pause_ms = pause_ms;
  chunk->slow = self->is_slow;
  fill_chunk (self, chunk, spoken, input);
  chunk->spoken = g_strdup (spoken->str);
  chunk->input = g_strdup (input->str);
  clear_gathered (self);
}

static void
add_pause (Chunker *self, guint i)
{
  Span pause = { .start = self->chars[i].start, .end = self->chars[i].end, .first = self->syllables->len };

  if (self->spans->len > 0 && g_array_index (self->spans, Span, self->spans->len - 1).length > 0)
    g_array_append_val (self->spans, pause);
}

/* A word of a number goes on where the dictionary would cut it: 三十|八块. */
static gboolean
goes_on (const Chunker *self, guint i)
{
  return self->spans->len > 0 && (self->chars[i].flags & (CZ_SPOKEN_NUMBER | CZ_SPOKEN_DIGIT)) != 0
         && (self->chars[i].flags & CZ_SPOKEN_FIRST) == 0
         && g_array_index (self->spans, Span, self->spans->len - 1).length > 0;
}

/* 小鸡|儿: the end of the noun before, where the dictionary has the noun without it. */
static gboolean
colours_last (const Chunker *self, const CzHanziWord *word)
{
  guint i = word->start;
  const CzHanziWord *before;

  if (self->lang != CZ_LANG_ZH || word->length != 1 || self->chars[i].c != 0x513f || i == 0 || self->spans->len == 0
      || !cz_hanzi_is_hanzi (self->chars[i - 1].c) || cz_pinyin_is_child (self->chars[i - 1].c))
    return FALSE;
  before = &g_array_index (self->readings.words, CzHanziWord, self->readings.word_of[i - 1]);
  return before->known && (before->klass == CZ_WORD_NOUN || before->klass == CZ_WORD_FARM)
         && g_array_index (self->spans, Span, self->spans->len - 1).length > 0;
}

static void
add_word (Chunker *self, const CzHanziWord *word)
{
  gboolean joins = goes_on (self, word->start) || colours_last (self, word);
  Span span = { .start = self->chars[word->start].start,
                .end = self->chars[word->start + word->length - 1].end,
                .first = self->syllables->len,
                .length = word->length };

  for (guint i = word->start; i < word->start + word->length; i++) {
    CzSyllable s = { .c = self->chars[i].c, .word = self->spans->len - (joins ? 1 : 0) };
    guint flags = self->chars[i].flags;

    s.is_number = (flags & CZ_SPOKEN_NUMBER) != 0;
    s.is_name = (flags & CZ_SPOKEN_DIGIT) != 0;
    if (self->readings.syllables[i] != CZ_HANZI_NO_SYLLABLE)
      g_strlcpy (s.text, cz_hanzi_syllable (self->tables->hanzi, self->readings.syllables[i]), sizeof s.text);
    g_array_append_val (self->syllables, s);
  }
  if (joins) {
    Span *last = &g_array_index (self->spans, Span, self->spans->len - 1);
    last->length += word->length;
    last->end = MAX (last->end, span.end);
    return;
  }
  g_array_append_val (self->spans, span);
}

/* From character i on, the foreign run: its letters, and the blanks and hyphens between them. Returns its end. */
static guint
say_foreign (Chunker *self, guint i)
{
  guint end = i, k = i;
  g_autoptr (GString) words = g_string_new (NULL);
  Span span = { .start = self->chars[i].start };
  CzChunk *chunk;

  while (k < self->n && k - i < LETTERS_MOST && (is_latin (&self->chars[k]) || g_utf8_strchr (" '’.-&", -1, self->chars[k].c) != NULL)) {
    k++;
    if (is_latin (&self->chars[k - 1]))
      end = k;
  }
  /* "B to B" for B2B stands for one place and stays in one chunk. */
  while (end < self->n && self->chars[end].start == self->chars[end - 1].start)
    end++;
  for (k = i; k < end; k++)
    g_string_append_unichar (words, self->chars[k].c);
  flush (self, 0);
  span.end = self->chars[end - 1].end;
  chunk = add_chunk (self, CZ_LANG_EN, span.start, span.end);
  chunk->spoken = g_strdup (words->str);
  chunk->input = g_strdup (words->str);
  add_token (chunk, &span, g_strdup (words->str), g_strdup (words->str));
  return end;
}

static void
pause_after_last (Chunker *self, guint pause_ms)
{
  if (self->chunks->len > 0) {
    CzChunk *last = g_ptr_array_index (self->chunks, self->chunks->len - 1);
    last->pause_ms = MAX (last->pause_ms, pause_ms);
  }
}

static void
take_mark (Chunker *self, guint i, Mark mark)
{
  guint pause_ms = mark == MARK_LINE ? PAUSE_LINE_MS : mark == MARK_STOP ? PAUSE_STOP_MS : PAUSE_SOFT_MS;
  gboolean gathered = self->spans->len > 0;

  if (mark == MARK_SILENT)
    return;
  /* A rule's answer is never cut in two: both halves would stand for the same bytes. */
  if (gathered && i + 1 < self->n && self->chars[i + 1].start == self->chars[i].start)
    add_pause (self, i);
  else if (mark == MARK_SOFT && gathered && self->syllables->len < SYLLABLES_ENOUGH && !self->is_slow)
    add_pause (self, i);
  else if (gathered)
    flush (self, pause_ms);
  else
    pause_after_last (self, pause_ms);
}

static void
take_word (Chunker *self, const CzHanziWord *word)
{
  guint flags = self->chars[word->start].flags;
  gboolean is_slow = (flags & CZ_SPOKEN_SLOW) != 0;
  gboolean inside_one = word->start > 0 && self->chars[word->start - 1].start == self->chars[word->start].start;

  if (self->spans->len > 0 && is_slow != self->is_slow)
    flush (self, self->is_slow ? PAUSE_PHONE_MS : 0);
  else if (self->is_slow && !inside_one)
    flush (self, PAUSE_PHONE_MS);
  else if (self->syllables->len + word->length > SYLLABLES_MOST && !inside_one)
    flush (self, 0);
  self->is_slow = is_slow;
  self->is_twice = (flags & CZ_SPOKEN_TWICE) != 0;
  if (flags & CZ_SPOKEN_GROUP)
    add_pause (self, word->start);
  add_word (self, word);
}

static void
walk (Chunker *self)
{
  guint i = 0;

  for (guint w = 0; w < self->readings.words->len; w++) {
    const CzHanziWord *word = &g_array_index (self->readings.words, CzHanziWord, w);

    if (word->start < i)
      continue;
    i = word->start;
    if (is_latin (&self->chars[i]))
      i = say_foreign (self, i);
    else if (mark_of (self, i) != MARK_NONE)
      take_mark (self, i, mark_of (self, i));
    else
      take_word (self, word);
  }
  flush (self, 0);
}

/* English content: sentences as they are. */
static void
say_english (Chunker *self, const char *text, gsize len)
{
  gsize start = 0;

  while (start < len) {
    gsize end = start;
    Span span;
    while (end < len && strchr (".!?;\n", text[end]) == NULL)
      end++;
    end = MIN (end + 1, len);
    span = (Span){ .start = start, .end = end };
    g_autofree char *sentence = g_utf8_make_valid (text + start, (gssize) (end - start));
    g_strstrip (sentence);
    if (sentence[strspn (sentence, ".!?; \n")] != '\0') {
      CzChunk *chunk = add_chunk (self, CZ_LANG_EN, start, end);
      chunk->spoken = g_strdup (sentence);
      chunk->input = g_strdup (sentence);
      chunk->pause_ms = PAUSE_STOP_MS;
      add_token (chunk, &span, g_strdup (sentence), g_strdup (sentence));
    }
    start = end;
  }
}

GPtrArray *
cz_speech_text_chunks (CzSpeechTables *tables, const char *text, gsize len, CzLang lang, CzSpeechStyle style)
{
  Chunker self = { .tables = tables, .lang = lang };

  self.chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_chunk_free);
  if (lang == CZ_LANG_EN) {
    say_english (&self, text, len);
    return self.chunks;
  }
  g_autoptr (GArray) said = cz_normalise (text, len, lang == CZ_LANG_YUE ? CZ_SPEECH_STYLE_FORMAL : style);
  self.chars = (const CzSpokenChar *) (const void *) said->data;
  self.n = said->len;
  self.syllables = g_array_new (FALSE, FALSE, sizeof (CzSyllable));
  self.spans = g_array_new (FALSE, FALSE, sizeof (Span));
  cz_readings_assign (&self.readings, tables, self.chars, self.n);
  walk (&self);
  cz_readings_clear (&self.readings);
  g_array_unref (self.syllables);
  g_array_unref (self.spans);
  return self.chunks;
}
