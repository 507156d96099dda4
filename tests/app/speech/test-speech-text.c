/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front end: tables, rules, readings, sandhi and chunks. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/speech/cz-hanzi.h"
#include "app/speech/cz-pinyin.h"
#include "app/speech/cz-speech-text.h"

static const char *
tables_dir (void)
{
  return g_getenv ("CZ_TEST_TABLES");
}

static CzSpeechTables *
open_tables (void)
{
  g_autoptr (GError) error = NULL;
  CzSpeechTables *tables = cz_speech_tables_open (tables_dir (), &error);

  g_assert_no_error (error);
  return tables;
}

typedef struct {
  const char *written;
  const char *spoken;
} Pair;

static void
check_pairs (const Pair *pairs, gsize n, CzSpeechStyle style)
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *spoken = cz_speech_text_normalise (pairs[i].written, strlen (pairs[i].written), style);
    g_assert_cmpstr (spoken, ==, pairs[i].spoken);
  }
}

static void
test_village (void)
{
  static const Pair PAIRS[] = {
    { "白菜3.5元/斤", "白菜三块五一斤" },
    { "0.85元/斤", "八毛五一斤" },
    { "2元/斤", "两块一斤" },
    { "0.2元/斤", "两毛一斤" },
    { "3.05元/斤", "三块零五分一斤" },
    { "38-42元/公斤", "三十八块到四十二块一公斤" },
    { "1200元/亩", "一千二百元一亩" },
    { "1:1000", "一比一千" },
    { "拨打12316热线", "拨打幺二三幺六热线" },
    { "每亩施尿素15kg", "每亩施尿素十五公斤" },
    { "最低气温-5℃", "最低气温零下五度" },
    { "2个瓶子，第2个", "两个瓶子，第二个" },
    { "5%-8%", "百分之五到百分之八" },
    { "20%至30%", "百分之二十至百分之三十" },
    { "1元至2元", "一元至两元" },
    { "15-15-15", "十五、十五、十五" },
    { "320万m³", "三百二十万立方米" },
    { "2023/24年度", "二零二三到二四年度" },
    { "网站 www.example.cn", "网站网址见屏幕" },
    { "①拌种", "一，拌种" },
    { "玉米/大豆", "玉米、大豆" },
    { "单位：元/斤", "单位：元每斤" },
    { "5个-10个", "五个到十个" },
    { "亩产800斤-1000斤", "亩产八百斤到一千斤" },
    { "8点半-10点开门", "八点半到十点开门" },
    { "12日-3℃", "十二日零下三度" },
    { "郑单958每亩用种2.5公斤", "郑单九五八每亩用种二点五公斤" },
    { "玉米958亩", "玉米九百五十八亩" },
    { "株距30cm×40cm", "株距三十厘米乘四十厘米" },
    { "拨打110或者119", "拨打幺幺零或者幺幺九" },
    { "电话0431-88888888转801", "电话零四三幺八八八八八八八八转八零幺" },
    { "血压120/80", "血压一百二十、八十" },
    { "占1/3-1/2", "占三分之一到二分之一" },
    { "1/2kg", "二分之一千克" },
    { "G1234次", "G幺二三四次" },
    { "GB 2762-2022", "GB二七六二杠二零二二" },
    { "红队3-1蓝队", "红队三比一蓝队" },
    { "85后", "八五后" },
    { "3块钱一斤", "三块钱一斤" },
    { "13.5￥", "十三点五元" },
    { "3·15晚会", "三一五晚会" },
    { "版本1.0.1", "版本一点零点一" },
    { "5万/亩", "五万每亩" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

static void
test_formal (void)
{
  static const Pair PAIRS[] = {
    { "处1万元以上5万元以下罚款", "处一万元以上五万元以下罚款" },
    { "本法自2023年1月1日起施行", "本法自二零二三年一月一日起施行" },
    { "第257号", "第二百五十七号" },
    { "每平方米1.5元", "每平方米一点五元" },
    { "收购价3.5元/斤", "收购价三点五元每斤" },
    { "气温-5℃", "气温负五摄氏度" },
    { "重25kg", "重二十五千克" },
    { "承包期再延长30年", "承包期再延长三十年" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_FORMAL);
}

static void
test_pinyin (void)
{
  static const Pair PAIRS[] = {
    { "我也想买水果", "wo2 ye3 xiang2 mai3 shui2guo3" },
    { "展览馆", "zhan2lan2guan3" },
    { "一个", "yi2ge4" },
    { "一天", "yi4tian1" },
    { "点一条听一听", "dian3 yi4tiao2 ting1 yi5 ting1" },
    { "请点一下", "qing2 dian3 yi2xia4" },
    { "一点一刻", "yi4dian3 yi2ke4" },
    { "三点一四", "san1dian3 yi1 si4" },
    { "三点一公斤", "san1dian3 yi1 gong1jin1" },
    { "第一", "di4yi1" },
    { "看一看", "kan4 yi5 kan4" },
    { "不对", "bu2 dui4" },
    { "不来", "bu4 lai2" },
    { "花儿", "hua1r" },
    { "一点儿", "yi4dia3r" },
    { "女儿", "nv3er2" },
    { "统一", "tong3yi1" },
    { "绿豆", "lv4dou4" },
    { "二十一", "er4shi2yi1" },
    { "嗯", "en4" },
  };
  g_autoptr (CzSpeechTables) tables = open_tables ();

  for (gsize i = 0; i < G_N_ELEMENTS (PAIRS); i++) {
    g_autofree char *pinyin
        = cz_speech_text_pinyin (tables, PAIRS[i].written, strlen (PAIRS[i].written), CZ_SPEECH_STYLE_PLAIN);
    g_assert_cmpstr (pinyin, ==, PAIRS[i].spoken);
  }
}

static void
test_readings (void)
{
  static const Pair PAIRS[] = {
    { "种子", "zhong3 zi5" },
    { "种地", "zhong4 di4" },
    { "秸秆还田", "jie1 gan3 huan2 tian2" },
    { "处以罚款", "chu3 yi3 fa2 kuan3" },
    { "慢慢地干", "man4 man4 de5 gan4" },
    { "苗长得高", "miao2 zhang3 de5 gao1" },
    { "重庆的银行", "chong2 qing4 de5 yin2 hang2" },
    { "2024年一号文件", "nian2 yi1 hao4 wen2 jian4" },
    { "赶圩", "gan3 xu1" },
    { "", "" },
    { "abc 123", "" },
  };
  g_autoptr (CzSpeechTables) tables = open_tables ();

  for (gsize i = 0; i < G_N_ELEMENTS (PAIRS); i++) {
    g_autofree char *readings = cz_speech_text_readings (tables, PAIRS[i].written, strlen (PAIRS[i].written));
    g_assert_cmpstr (readings, ==, PAIRS[i].spoken);
  }
}

static GPtrArray *
chunks_of (CzSpeechTables *tables, const char *text)
{
  return cz_speech_text_chunks (tables, text, strlen (text), CZ_LANG_ZH, CZ_SPEECH_STYLE_PLAIN);
}

static void
test_telephone_twice_and_slower (void)
{
  g_autoptr (CzSpeechTables) tables = open_tables ();
  const char *text = "电话13800001234，谢谢。";
  g_autoptr (GPtrArray) chunks = chunks_of (tables, text);
  const CzChunk *number = chunks->len == 3 ? g_ptr_array_index (chunks, 1) : NULL;

  g_assert_nonnull (number);
  g_assert_true (number->slow);
  g_assert_cmpstr (number->input, ==,
                   "yao1 san1 ba1, ling2 ling2 ling2 ling2, yao1 er4 san1 si4, "
                   "yao1 san1 ba1, ling2 ling2 ling2 ling2, yao1 er4 san1 si4");
  g_assert_cmpuint (number->start, ==, strlen ("电话"));
  g_assert_cmpuint (number->end, ==, strlen ("电话13800001234"));
  g_assert_false (((const CzChunk *) g_ptr_array_index (chunks, 0))->slow);
}

/* However the second is joined on, it is said as the first. */
static void
test_second_number_as_the_first (void)
{
  static const char *const TEXTS[] = { "电话：3821234、3821235", "电话：3821234/3821235", "电话：3821234或3821235", "电话：3821234，3821235", "13900001111/15900002222" };
  g_autoptr (CzSpeechTables) tables = open_tables ();

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    g_autoptr (GPtrArray) chunks = chunks_of (tables, TEXTS[i]);
    guint slow = 0;

    for (guint k = 0; k < chunks->len; k++) {
      const CzChunk *chunk = g_ptr_array_index (chunks, k);
      gsize half = strlen (chunk->input) / 2;

      if (!chunk->slow)
        continue;
      slow++;
      g_assert_true (g_str_has_prefix (chunk->input + half + 1, "san1 ba1 er4") || g_str_has_prefix (chunk->input + half + 1, "yao1"));
    }
    g_assert_cmpuint (slow, ==, 2);
  }
}

static void
test_english_apart (void)
{
  g_autoptr (CzSpeechTables) tables = open_tables ();
  g_autoptr (GPtrArray) chunks = chunks_of (tables, "打开Android手机。");

  g_assert_cmpuint (chunks->len, ==, 3);
  g_assert_cmpint (((const CzChunk *) g_ptr_array_index (chunks, 0))->lang, ==, CZ_LANG_ZH);
  g_assert_cmpint (((const CzChunk *) g_ptr_array_index (chunks, 1))->lang, ==, CZ_LANG_EN);
  g_assert_cmpstr (((const CzChunk *) g_ptr_array_index (chunks, 1))->input, ==, "Android");
  g_assert_cmpint (((const CzChunk *) g_ptr_array_index (chunks, 2))->lang, ==, CZ_LANG_ZH);
}

static void
test_long_text_is_cut (void)
{
  g_autoptr (CzSpeechTables) tables = open_tables ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < 100; i++)
    g_string_append (text, "今天白菜便宜");
  g_autoptr (GPtrArray) chunks = chunks_of (tables, text->str);
  g_assert_cmpuint (chunks->len, >=, 15);
  for (guint i = 0; i < chunks->len; i++)
    g_assert_cmpint (g_utf8_strlen (((const CzChunk *) g_ptr_array_index (chunks, i))->spoken, -1), <=, 40);
}

static void
test_nothing_to_say (void)
{
  static const char *const TEXTS[] = { "", " ", "。。。", "\n\n", "()", "😀", "\xff\xfe", "——" };
  g_autoptr (CzSpeechTables) tables = open_tables ();

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    g_autoptr (GPtrArray) chunks = chunks_of (tables, TEXTS[i]);
    g_assert_cmpuint (chunks->len, ==, 0);
  }
}

/* "zhong4" and the like, the few marks that are pauses, and Hanzi the table does not know. */
static gboolean
is_sayable (const char *input)
{
  for (const char *p = input; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean letter = c >= 'a' && c <= 'z', before = p > input && g_ascii_isalpha (p[-1]);

    if (g_ascii_isdigit ((char) c) && c < 0x80 ? !(before && c >= '1' && c <= '5')
                                              : !(letter || c == ' ' || c == ',' || cz_hanzi_is_hanzi (c)))
      return FALSE;
  }
  return TRUE;
}

static void
check_chunks (const GPtrArray *chunks, const char *text, gsize len, gboolean valid)
{
  gsize last = 0;

  for (guint i = 0; i < chunks->len; i++) {
    const CzChunk *chunk = g_ptr_array_index (chunks, i);
    gsize token_start = chunk->start, token_end = chunk->start;

    g_assert_cmpuint (chunk->start, >=, last);
    g_assert_cmpuint (chunk->start, <, chunk->end);
    g_assert_cmpuint (chunk->end, <=, len);
    g_assert_true (g_utf8_validate (chunk->input, -1, NULL) && g_utf8_validate (chunk->spoken, -1, NULL));
    g_assert_cmpstr (chunk->input, !=, "");
    g_assert_cmpuint (chunk->tokens->len, >, 0);
    if (chunk->lang == CZ_LANG_ZH)
      g_assert_true (is_sayable (chunk->input));
    if (valid) {
      g_assert_true ((text[chunk->start] & 0xc0) != 0x80);
      g_assert_true (chunk->end == len || (text[chunk->end] & 0xc0) != 0x80);
    }
    for (guint t = 0; t < chunk->tokens->len; t++) {
      const CzToken *token = g_ptr_array_index (chunk->tokens, t);
      g_assert_cmpuint (token->start, >=, token_start);
      g_assert_cmpuint (token->end, >=, token_end);
      g_assert_cmpuint (token->end, <=, chunk->end);
      token_start = token->start;
      token_end = token->end;
    }
    last = chunk->end;
  }
}

/* Pieces that rules meet on, and bytes that are no text at all. */
static void
append_piece (GString *text, GRand *rand, gboolean any_bytes)
{
  static const char *const PIECES[] = { "3.5", "元", "/斤", "一", "不", "儿", "，", "。", "12316", "-", "~", "%", "kg", "年",
                                        "月", "日", "13800001234", "第", "1:1000", "好", "我", "电话", "abc", " ", "\n", "℃",
                                        "￥", "至", "(", "）", "2024", "10:30", "½", "①", "的", "种", "0871-65123456", "𠀀", "é",
                                        "∶", "+", "<", "+0.2", "↑", "〔", "（一）", "1）", "138****5678", "⁶", "√", "3/8℃", "7/1-7/10", "头·次", "孢子", "比", "号", "8.30-17.30" };

  if (any_bytes && g_rand_int_range (rand, 0, 3) == 0)
    g_string_append_c (text, (char) g_rand_int_range (rand, 0, 256));
  else if (g_rand_int_range (rand, 0, 4) == 0)
    g_string_append_unichar (text, (gunichar) g_rand_int_range (rand, 0x4e00, 0x9fff));
  else if (g_rand_int_range (rand, 0, 12) == 0)
    g_string_append_unichar (text, (gunichar) g_rand_int_range (rand, 1, 0xd7ff));
  else
    g_string_append (text, PIECES[g_rand_int_range (rand, 0, G_N_ELEMENTS (PIECES))]);
}

static void
test_spans (gconstpointer any_bytes)
{
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (CzSpeechTables) tables = open_tables ();

  g_test_message ("seed %u", seed);
  for (int round = 0; round < 3000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    int n = g_rand_int_range (rand, 1, 30);

    for (int i = 0; i < n; i++)
      append_piece (text, rand, any_bytes != NULL);
    g_autoptr (GPtrArray) chunks
        = cz_speech_text_chunks (tables, text->str, text->len, CZ_LANG_ZH,
                                 round % 2 ? CZ_SPEECH_STYLE_PLAIN : CZ_SPEECH_STYLE_FORMAL);
    check_chunks (chunks, text->str, text->len, any_bytes == NULL);
  }
}

static void
test_other_languages (void)
{
  g_autoptr (CzSpeechTables) tables = open_tables ();
  const char *english = "Good day. Prices fell 3%!", *cantonese = "今日菜价3.5元，好平。";
  g_autoptr (GPtrArray) en = cz_speech_text_chunks (tables, english, strlen (english), CZ_LANG_EN, CZ_SPEECH_STYLE_PLAIN);
  g_autoptr (GPtrArray) yue
      = cz_speech_text_chunks (tables, cantonese, strlen (cantonese), CZ_LANG_YUE, CZ_SPEECH_STYLE_PLAIN);

  g_assert_cmpuint (en->len, ==, 2);
  g_assert_cmpstr (((const CzChunk *) g_ptr_array_index (en, 0))->input, ==, "Good day.");
  g_assert_cmpuint (yue->len, ==, 1);
  g_assert_cmpint (((const CzChunk *) g_ptr_array_index (yue, 0))->lang, ==, CZ_LANG_YUE);
  g_assert_cmpstr (((const CzChunk *) g_ptr_array_index (yue, 0))->input, ==, "今日菜价三点五元，好平");
}

/* Each table: gone, cut at many places, one byte changed, of another version. */
static void
test_damaged_tables (gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("cz-speech-XXXXXX", &error);
  static const char *const NAMES[] = { "hanzi.tbl", "polyphone.tbl" };
  g_autofree char *damaged = g_build_filename (dir, (const char *) name, NULL);
  g_autofree char *bytes = NULL;
  gsize len = 0;

  g_assert_null (cz_speech_tables_open (dir, &error));
  g_assert_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_MISSING);
  for (gsize i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    g_autofree char *from = g_build_filename (tables_dir (), NAMES[i], NULL), *to = g_build_filename (dir, NAMES[i], NULL);
    g_autofree char *whole = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (from, &whole, &size, NULL) && g_file_set_contents (to, whole, (gssize) size, NULL));
    if (strcmp (NAMES[i], name) == 0) {
      bytes = g_steal_pointer (&whole);
      len = size;
    }
  }
  for (gsize cut = 0; cut < len; cut += 1 + len / 60) {
    g_clear_error (&error);
    g_assert_true (g_file_set_contents (damaged, bytes, (gssize) cut, NULL));
    g_assert_null (cz_speech_tables_open (dir, &error));
    g_assert_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_DAMAGED);
  }
  for (gsize at = 0; at < len; at += at < 19 ? 1 : at < 96 ? 96 - at : 1 + len / 60) {
    g_clear_error (&error);
    bytes[at] ^= 1;
    g_assert_true (g_file_set_contents (damaged, bytes, (gssize) len, NULL));
    g_assert_null (cz_speech_tables_open (dir, &error));
    g_assert_error (error, CZ_SPEECH_TEXT_ERROR, CZ_SPEECH_TEXT_ERROR_DAMAGED);
    bytes[at] ^= 1;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    g_autofree char *path = g_build_filename (dir, NAMES[i], NULL);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* Legal spelling: letters, v only after l and n, one tone; in order and each once, as the search needs them. */
static void
test_syllables (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (tables_dir (), "hanzi.tbl", NULL);
  g_autoptr (CzHanzi) hanzi = cz_hanzi_open (path, &error);
  g_autoptr (GRegex) legal = g_regex_new ("^([bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?([aeo]|ai|ei|ao|ou|an|en|ang|eng|er|i|ia|ie|iao|iu|ian|in|iang|ing|"
                                          "iong|u|ua|uo|uai|ui|uan|un|uang|ong|v|ve|ue|io|m|n|ng|hm|hng|[mn]|van|vn|iai)[1-5]$",
                                          0, 0, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (cz_hanzi_n_syllables (hanzi), >=, 1500);
  for (guint i = 0; i < cz_hanzi_n_syllables (hanzi); i++) {
    const char *syllable = cz_hanzi_syllable (hanzi, (guint16) i);
    if (!g_regex_match (legal, syllable, 0, NULL))
      g_test_message ("not a syllable: %s", syllable);
    g_assert_true (g_regex_match (legal, syllable, 0, NULL));
    g_assert_cmpuint (cz_hanzi_find_syllable (hanzi, syllable), ==, i);
    if (i > 0)
      g_assert_cmpstr (cz_hanzi_syllable (hanzi, (guint16) (i - 1)), <, syllable);
  }
  g_assert_cmpstr (cz_hanzi_syllable (hanzi, CZ_HANZI_NO_SYLLABLE), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/text/as-villagers-say-it", test_village);
  g_test_add_func ("/speech/text/formal-where-formal", test_formal);
  g_test_add_func ("/speech/text/pinyin-with-sandhi", test_pinyin);
  g_test_add_func ("/speech/text/readings", test_readings);
  g_test_add_func ("/speech/text/telephone-twice-and-slower", test_telephone_twice_and_slower);
  g_test_add_func ("/speech/text/second-number-as-the-first", test_second_number_as_the_first);
  g_test_add_func ("/speech/text/english-apart", test_english_apart);
  g_test_add_func ("/speech/text/long-text-is-cut", test_long_text_is_cut);
  g_test_add_func ("/speech/text/nothing-to-say", test_nothing_to_say);
  g_test_add_func ("/speech/text/other-languages", test_other_languages);
  g_test_add_data_func ("/speech/text/spans-of-any-text", NULL, test_spans);
  g_test_add_data_func ("/speech/text/spans-of-any-bytes", "any", test_spans);
  g_test_add_data_func ("/speech/text/refuses-damaged-words", "hanzi.tbl", test_damaged_tables);
  g_test_add_data_func ("/speech/text/refuses-damaged-model", "polyphone.tbl", test_damaged_tables);
  g_test_add_func ("/speech/text/syllables-legal", test_syllables);
  return g_test_run ();
}
