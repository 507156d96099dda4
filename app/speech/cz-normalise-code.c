/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes: standards, licences, documents, accounts, house numbers. */
#include <string.h>

#include "app/speech/cz-normalise-priv.h"

/* GB 2762-2022, NY/T 391, DB41/T 1234-2020, Q/ABC001-2020: the kind of a standard ends before at. */
static gboolean
follows_standard (const CzNormaliser *self, guint at)
{
  static const char *const KINDS[] = { "GB", "NY", "DB", "HJ", "SB", "SC", "LY", "QB", "SL", "Q", "T", "LS", "HG", "JB", "GH", "NB", "ISO", "YC", "DZ", "TD", NULL };
  static const char *const PARTED[] = { "Q", "T", NULL };
  guint from = at, slashes = 0;
  guint kind;

  while (from > 0 && at - from < 12 && ((cz_norm_at (self, from - 1) >= 'A' && cz_norm_at (self, from - 1) <= 'Z') || cz_norm_at (self, from - 1) == '/'
                                        || cz_norm_is_digit (cz_norm_at (self, from - 1)))) {
    from--;
    slashes += cz_norm_at (self, from) == '/';
  }
  kind = cz_norm_one_of (self, from, KINDS, NULL);
  if (from == at || kind == 0 || cz_norm_is_letter (cz_norm_at (self, from + kind)))
    return FALSE;
  return slashes > 0 || cz_norm_one_of (self, from, PARTED, NULL) < kind || kind > 1;
}

/* Says digits and what hangs on them with hyphens, "XK13-003-00001": 杠. Returns the end. */
static guint
say_parts (const CzNormaliser *self, guint at, GString *words, gboolean yao)
{
  guint n = cz_norm_digits (self, at, G_MAXUINT), end = at + n;

  cz_say_digits_at (self, words, at, n, yao);
  for (;;) {
    gunichar c = cz_norm_at (self, end);

    n = c == '-' || c == 0x2014 || c == 0x2013 ? cz_norm_digits (self, end + 1, G_MAXUINT) : 0;
    if (n == 0)
      return end;
    g_string_append (words, "杠");
    cz_say_digits_at (self, words, end + 1, n, yao && n != 4);
    end += 1 + n;
  }
}

/* The number of a standard and its year. Returns characters taken, or 0. */
static guint
standard (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint from = at > 0 && cz_norm_at (self, at - 1) == ' ' ? at - 1 : at;
  guint n = cz_norm_digits (self, at, 7), end = at + n, part;

  if (n < 3 || n > 6 || !follows_standard (self, from))
    return 0;
  cz_say_digits_at (self, words, at, n, TRUE);
  part = cz_norm_at (self, end) == '.' ? cz_norm_digits (self, end + 1, 3) : 0;
  if (part > 0) {
    g_string_append (words, "点");
    cz_say_digits_at (self, words, end + 1, part, FALSE);
    end += 1 + part;
  }
  part = cz_norm_at (self, end) == '-' || cz_norm_at (self, end) == 0x2014 ? cz_norm_digits (self, end + 1, 5) : 0;
  if (part == 4) {
    g_string_append (words, "杠");
    cz_say_digits_at (self, words, end + 1, part, FALSE);
    end += 1 + part;
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 豫农函〔2024〕15号, 国发[2023]8号, 国办发（2023）12号: the year of a document. */
static guint
document_year (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gunichar before = at > 0 ? cz_norm_at (self, at - 1) : 0, after = cz_norm_at (self, at + 4);
  guint next = at + 5, n = 0;

  if (!cz_norm_is_year (self, at, cz_norm_digits (self, at, 5)) || before == 0 || g_utf8_strchr ("〔[［【(（﹝", -1, before) == NULL
      || after == 0 || g_utf8_strchr ("〕]］】)）﹞", -1, after) == NULL)
    return 0;
  for (guint i = next; i < next + 14 && (cz_norm_is_hanzi (cz_norm_at (self, i)) || cz_norm_is_digit (cz_norm_at (self, i))); i++)
    if (cz_norm_is_digit (cz_norm_at (self, i)) && cz_norm_looking_at (self, i + 1, "号") > 0)
      n = i;
  if (before != 0x3014 && before != 0xfe5d && n == 0)
    return 0;
  cz_say_digits_at (self, words, at, 4, FALSE);
  cz_norm_emit (self, at, at + 4, words->str, CZ_SPOKEN_DIGIT);
  return 4;
}

/* 3-2-501, 3-501室: block, stair and flat; 表1-2. What has three short parts is a formula. */
static guint
house_number (CzNormaliser *self, guint at)
{
  static const char *const ROOMS[] = { "室", "号房", "户", NULL };
  static const char *const LABELS[] = { "表", "图", "附表", "附图", NULL };
  gboolean is_label = cz_norm_ends_with_one_of (self, at, LABELS);
  g_autoptr (GString) words = g_string_new (NULL);
  guint parts = 0, end = at, n = 0;

  if (at > 0 && (cz_norm_at (self, at - 1) == '-' || cz_norm_is_digit (cz_norm_at (self, at - 1)) || cz_norm_at (self, at - 1) == '.'))
    return 0;
  do {
    n = cz_norm_digits (self, end, 5);
    if (n == 0 || n > 4 || (n > 2 && cz_norm_at (self, end + n) == '-'))
      return 0;
    end += n + 1;
    parts++;
  } while (parts < 5 && cz_norm_at (self, end - 1) == '-');
  end--;
  if ((n < 3 && !is_label) || parts < 2 || parts > 4 || cz_norm_at (self, end) == '-' || cz_norm_at (self, end) == '.'
      || (parts == 2 && !is_label && cz_norm_one_of (self, end, ROOMS, NULL) == 0))
    return 0;
  if (n == 4 && cz_norm_is_year (self, end - 4, 4))
    return 0;
  for (guint part = at; part < end; part += n + 1) {
    n = cz_norm_digits (self, part, 5);
    if (part > at)
      g_string_append (words, "杠");
    if (n < 3)
      cz_say_value (words, cz_norm_value (self, part, n));
    else
      cz_say_digits_at (self, words, part, n, TRUE);
  }
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 合同号, 耳标号: a word that ends in 号 and is not counted; then a word with letters, or four figures and more that count nothing. */
static gboolean
is_number_of (const CzNormaliser *self, guint end, guint at, gboolean is_word)
{
  static const char *const COUNTED[] = { ".", ",", "%", "余", "多", "几", "左右", "以", "至", "到", "~", NULL };
  guint n = cz_norm_digits (self, at, 24);
  gunichar before = end > 1 ? cz_norm_at (self, end - 2) : 0;

  return cz_norm_ends_with (self, end, "号") && cz_norm_is_hanzi (before) && g_utf8_strchr ("一二三四五六七八九十百千几零第信", -1, before) == NULL
         && (is_word || (n >= 4 && !cz_norm_takes_liang (self, at + n) && cz_norm_one_of (self, at + n, COUNTED, NULL) == 0));
}

/* One of the words for codes stands before at, or before 是, ： and the like. with_yao: (out) (optional): it is dictated. */
static gboolean
is_named_code (const CzNormaliser *self, guint at, gboolean *with_yao)
{
  static const char *const CODES[] = { "编号", "代码", "卡号", "证号", "房号", "账号", "帐号", "单号", "验证码", "密码", "邮编",
                                       "邮政编码", "学号", "工号", "号牌", "车牌号", "耳标", "批号", "许可证号", "登记证号", "微信号", "快手号", "抖音号",
                                       "型号", "文号", "尾号", "QQ", "QQ群", "QQ号", "房间号", "航班号", "车次", "国道G", "省道S", "条码", "序列号", NULL };
  static const char *const DICTATED[] = { "尾号", "后四位", "后4位", "后三位", "后3位", "后六位", "后6位", "末四位", "末4位", "分机", "分机号", "转分机", "微信号", NULL };
  static const char *const WORD_NAMES[] = { "微信", "公众号", "抖音", "快手", "支付宝", "淘宝", "店名", NULL };
  gboolean is_word = cz_norm_is_letter (cz_norm_at (self, at));
  static const char *const LINKS[] = { "", "是", "为", "：", ":", " ", "： ", ": ", NULL };

  for (guint i = 0; LINKS[i] != NULL; i++) {
    guint link = (guint) g_utf8_strlen (LINKS[i], -1);
    gboolean dictated = cz_norm_ends_with (self, at, LINKS[i]) && cz_norm_ends_with_one_of (self, at - link, DICTATED);

    if (with_yao != NULL)
      *with_yao = dictated;
    if (is_word && cz_norm_ends_with (self, at, LINKS[i]) && cz_norm_ends_with_one_of (self, at - link, WORD_NAMES))
      return TRUE;
    if (cz_norm_ends_with (self, at, LINKS[i]) && is_number_of (self, at - link, at, is_word))
      return TRUE;
    if (dictated || (cz_norm_ends_with (self, at, LINKS[i]) && cz_norm_ends_with_one_of (self, at - link, CODES)))
      return TRUE;
  }
  return FALSE;
}

/* XK13-003-00001 and abc123456: figures that go on behind letters with leading zeros, or in a word that a name of codes
 * stands before. */
static guint
figures_in_word (CzNormaliser *self, guint at)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint from = at, end;

  while (from > 0 && at - from < 24 && (cz_norm_is_letter (cz_norm_at (self, from - 1)) || cz_norm_is_digit (cz_norm_at (self, from - 1))
                                        || cz_norm_at (self, from - 1) == '-' || cz_norm_at (self, from - 1) == '_'))
    from--;
  if (from == at || !cz_norm_is_letter (cz_norm_at (self, from)))
    return 0;
  end = say_parts (self, at, words, TRUE);
  if (!is_named_code (self, from, NULL)
      && !(end > at + cz_norm_digits (self, at, G_MAXUINT) && cz_norm_at (self, at - 1) >= 'A' && cz_norm_at (self, at - 1) <= 'Z'
           && strstr (words->str, "杠零") != NULL))
    return 0;
  cz_norm_emit (self, at, end, words->str, CZ_SPOKEN_DIGIT);
  return end - at;
}

/* 尾号1702, 验证码 1234, 转801: what stands before says that it is a name. */
guint
cz_rule_code (CzNormaliser *self, guint at)
{
  static const CzRule RULES[] = { standard, document_year, house_number, figures_in_word, NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = cz_norm_digits (self, at, G_MAXUINT), taken = 0;
  gboolean is_extension = at > 1 && n >= 2 && n <= 6 && cz_norm_ends_with (self, at, "转") && cz_norm_is_digit (cz_norm_at (self, at - 2));
  gboolean is_tail = FALSE;

  for (guint i = 0; taken == 0 && RULES[i] != NULL; i++)
    taken = RULES[i](self, at);
  if (taken > 0)
    return taken;
  if (n < 2 || !(is_extension || is_named_code (self, at, &is_tail)) || cz_norm_at (self, at + n) == '.' || cz_norm_at (self, at + n) == '%')
    return 0;
  taken = say_parts (self, at, words, is_extension || is_tail || n >= 5);
  while (n >= 3 && cz_norm_at (self, taken) == ' ' && cz_norm_digits (self, taken + 1, 5) == n && n < 5) {
    g_string_append_c (words, '|');
    taken = say_parts (self, taken + 1, words, TRUE);
  }
  taken -= at;
  cz_norm_emit (self, at, at + taken, words->str, CZ_SPOKEN_DIGIT);
  return taken;
}
