/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-reading-rules.h"

#include <string.h>

#include "app/speech/cz-reading-places.h"

static const struct {
  const char *measure;
  const char *reading;
} MEASURES[] = {
  { "只", "zhi1" }, { "种", "zhong3" }, { "行", "hang2" }, { "分", "fen1" }, { "间", "jian1" }, { "处", "chu4" },
  { "担", "dan4" },   { "重", "chong2" }, { "场", "chang3" }, { "幢", "zhuang4" }, { "扎", "za1" },
  { "把", "ba3" },  { "卷", "juan3" },  { "头", "tou2" },   { "挑", "tiao1" },  { "撮", "cuo1" },
};

static gunichar
char_at (const CzReadingContext *x, gint64 at)
{
  return at < 0 || at >= x->n ? 0 : x->text[at];
}

static gboolean
is_one_of (gunichar c, const char *set)
{
  return c != 0 && g_utf8_strchr (set, -1, c) != NULL;
}

static gboolean
is_char (gunichar c, const char *wanted)
{
  return c == g_utf8_get_char (wanted);
}

static gboolean
is_edge (gunichar c)
{
  return !g_unichar_isalnum (c);
}

/* The first of the words, divided by blanks, that begins at the position; its length or 0. */
static guint
begins_with (const CzReadingContext *x, guint at, const char *words)
{
  for (const char *p = words; *p != '\0';) {
    guint n = 0;

    while (*p != '\0' && *p != ' ' && char_at (x, (gint64) at + n) == g_utf8_get_char (p)) {
      p = g_utf8_next_char (p);
      n++;
    }
    if (*p == '\0' || *p == ' ')
      return n;
    p = strchr (p, ' ');
    if (p == NULL)
      return 0;
    p++;
  }
  return 0;
}

/* Nobody says more in one breath; a line without marks must not be walked from each of its characters. */
#define CLAUSE_MOST 60

/* Where the clause that the position is in ends: the next mark, or the end. */
static guint
clause_end (const CzReadingContext *x, guint at)
{
  guint last = MIN (x->n, at + CLAUSE_MOST);

  while (at < last && !is_edge (x->text[at]))
    at++;
  return at;
}

static gboolean
clause_has (const CzReadingContext *x, guint from, const char *set)
{
  for (guint i = from, end = clause_end (x, from); i < end; i++)
    if (is_one_of (x->text[i], set))
      return TRUE;
  return FALSE;
}

static const CzHanziWord *
word_at (const CzReadingContext *x, guint at, int step)
{
  gint64 w = (gint64) x->word_of[at] + step;
  return w < 0 || w >= x->n_words ? NULL : &x->words[w];
}

static gboolean
has_class (const CzHanziWord *word, const char *classes)
{
  return word != NULL && word->klass > 0 && word->klass < CZ_WORD_COLLOCATION && classes[word->klass - 1] == '1';
}

/* One digit a class, from 1 on: noun name place office verb verbal-noun adjective adverb pronoun numeral
 * measure preposition conjunction particle location time idiom distinguishing state other. */
#define THINGS "10100000000000000000000"
#define THINGS_AND_TIMES "10100000100000110000000"
#define VERBS "00001100000000000000000"
#define VERBS_AND_BEFORE "00001111000100000100000"
#define DESCRIBING "00000011000000001010000"

/* A measure word after a figure that is no part of a longer word: 三只, 二十分, but not 三分之一. */
static const char *
as_measure (const CzReadingContext *x, const CzSpokenChar *chars, guint i)
{
  gboolean figure;

  if (i == 0 || x->words[x->word_of[i]].length > 1)
    return NULL;
  figure = (chars[i - 1].flags & CZ_SPOKEN_NUMBER) != 0 && (chars[i].flags & CZ_SPOKEN_FIRST) != 0
           && is_one_of (chars[i - 1].c, "一二三四五六七八九十百千万两几");
  if (!figure && !(chars[i - 1].c >= '0' && chars[i - 1].c <= '9'))
    return NULL;
  for (guint k = 0; k < G_N_ELEMENTS (MEASURES); k++)
    if (g_utf8_get_char (MEASURES[k].measure) == chars[i].c)
      return MEASURES[k].reading;
  return NULL;
}

/* 慢慢地干, 及时地喷药: between a describing word and a verb. */
static const char *
read_di (const CzReadingContext *x, guint i)
{
  const CzHanziWord *before = word_at (x, i, -1), *after = word_at (x, i, 1);
  gboolean doubled = i >= 2 && x->text[i - 1] == x->text[i - 2];

  if (before == NULL || after == NULL || !has_class (after, VERBS_AND_BEFORE))
    return NULL;
  if (doubled || (before->length >= 2 && has_class (before, DESCRIBING)))
    return "de5";
  return NULL;
}

/* What one must do begins with these. */
#define TO_DO "先 把 赶 给 有 要 去 按 带 多 少 早 晚 再 等 交 买 打 办 问 看 浇 施 喷 防 治 换 修 请 找 用 花 拿 留 盖 补 重 让 靠 拔 种 收 大家 自己 及时 提前 马上 赶紧 好好 注意 上 下雨前 经过 由 跟 和 两 每 一次 一天 一个 轮 排 深翻 现 天天 年年 月月 经常 常 时时 一直 记 喂 放 晒 捆 运 送 养 管 学 说 洗 扫"
/* Behind these one has to: 出门得带伞. A verb and its object, unlike 跑得快. */
#define GOING "出门 下地 开车 打药 看病 种地 浇水 上学 赶集 干活 播种 施肥 养猪 养鸡 种菜 办证 买药 买房 下雨 雨天 天旱 喷药 收粮 住院 贷款 领钱 结婚 盖房 用电 用水"

static gboolean
ends_with (const CzReadingContext *x, guint end, const char *words)
{
  for (const char *p = words; p != NULL && *p != '\0'; p = strchr (p, ' ')) {
    p += *p == ' ';
    const char *stop = strchr (p, ' ');
    guint n = (guint) g_utf8_strlen (p, stop != NULL ? stop - p : -1);
    if (n > 0 && end >= n && begins_with (x, end - n, p) == n)
      return TRUE;
    if (stop == NULL)
      return FALSE;
  }
  return FALSE;
}

#define SO_DONE "长跑卖干做走说写种过住吃来活睡穿想办学收打"

/* 跑得快, 地犁得深: how something is done. */
static gboolean
tells_how (const CzReadingContext *x, guint i)
{
  const CzHanziWord *before = word_at (x, i, -1), *after = word_at (x, i, 1), *third = word_at (x, i, 2);
  gboolean describes = has_class (after, DESCRIBING) || is_one_of (char_at (x, (gint64) i + 1), "早晚多少净深浅高低");

  return describes && before != NULL && before->length == 1
         && (third == NULL || third->klass == CZ_WORD_MARK || has_class (before, VERBS));
}

/* 这药得早打, 地得轮着种, 出门得带伞: behind what has to be seen to. */
static gboolean
must_be_done (const CzReadingContext *x, guint i)
{
  const CzHanziWord *before = word_at (x, i, -1);
  gunichar l = char_at (x, (gint64) i - 1);
  gboolean subject = before != NULL && has_class (before, THINGS_AND_TIMES) && before->length <= 3;

  return begins_with (x, i + 1, TO_DO) > 0 && (is_edge (l) || is_char (l, "地") || subject || ends_with (x, i, GOING));
}

/* 我们得走, 得大家商量 (must); 跑得快 (how). */
static const char *
read_de (const CzReadingContext *x, guint i)
{
  const CzHanziWord *after = word_at (x, i, 1);
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1);
  gboolean doing = has_class (after, VERBS) || begins_with (x, i + 1, TO_DO) > 0;

  if (after == NULL || is_edge (r) || is_one_of (r, "到了知出罪以过奖分票名"))
    return is_one_of (l, SO_DONE) && !is_one_of (r, "到了知出罪") ? "de5" : NULL;
  if (is_one_of (l, "们我你他她它您咱谁") ? !is_one_of (r, "病癌奖救益") : doing && is_one_of (l, "还就都也总必非又"))
    return "dei3";
  if (is_char (l, "可") && has_class (after, VERBS))
    return "dei3";
  if (is_one_of (l, SO_DONE))
    return doing && ends_with (x, i, GOING) ? "dei3" : "de5";
  if (tells_how (x, i))
    return "de5";
  return must_be_done (x, i) ? "dei3" : NULL;
}

/* Grown, not long: 苗长得高, 长满了草, 长了虫. */
static const char *
read_chang (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1), r2 = char_at (x, (gint64) i + 2);

  if (is_one_of (r, "得成出满大势高芽虫霉草叶壮胖好") || is_one_of (l, "苗草禾徒疯猛生成助"))
    return "zhang3";
  /* 一天长两斤, but not 三天长. */
  if (is_one_of (l, "天月夜周年能") && is_one_of (r, "0一二两三四五六七八九十几半"))
    return "zhang3";
  if (r == 0x4e86 && is_one_of (r2, "一虫草霉芽叶病毛斑刺根")) /* 长了 */
    return "zhang3";
  return NULL;
}

/* To sow: 种西瓜, 种30亩, 种的人; not 各种农药, 两种, 品种. */
static const char *
read_zhong (const CzReadingContext *x, guint i)
{
  const CzHanziWord *after = word_at (x, i, 1);
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1);

  if (is_one_of (l, "各这那哪几某良品一两三四五六七八九十0多数何此该每同另"))
    return NULL;
  if (r == '0' || is_one_of (l, "着谁再还又就也只别不先才能会要想早晚没敢该") /* 连着种, 谁种谁领, 再种 */ || is_one_of (r, "的了地田上下在得过完好什啥一二三四五六七八九十两百") || has_class (after, THINGS))
    return "zhong4";
  return NULL;
}

/* Once more: 重补, 重浇; not 从重处罚, 重施基肥. */
static const char *
read_chong (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1);

  if (is_one_of (l, "从很较太最更加过体比净毛皮总"))
    return NULL;
  return is_one_of (char_at (x, (gint64) i + 1), "补喷种栽播浇写填办建修算称测移育盖装报抄扎搭垒砌刷洗拌兑配挖犁耙埋催孵接剪绑铺换贴印录评选投签领登排") ? "chong2" : NULL;
}

/* 处恢复费用一倍, 并处所采种子价值三倍: at the head of what is imposed. */
static gboolean
imposes (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), l2 = char_at (x, (gint64) i - 2), r = char_at (x, (gint64) i + 1);
  gboolean heads = is_edge (l) || is_char (l, "并") || (is_char (l, "以") && is_char (l2, "可")) || (is_char (l, "当") && is_char (l2, "应"));

  return heads && !is_edge (r) && clause_has (x, i + 1, "倍元罚");
}

/* 处5000元以上罚款, 处以罚款: to punish. */
static const char *
read_chu (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1);

  if (is_one_of (l, "到各住在何几益一用好坏深远近0多"))
    return NULL;
  if (imposes (x, i))
    return "chu3";
  if (r == '0' || is_one_of (r, "以一二三四五六七八九十拘没警有违罚") || l == 0x5e76 /* 并 */)
    return "chu3";
  return NULL;
}

/* To strew on a field. */
static const char *
read_sa (const CzReadingContext *x, guint i)
{
  return is_one_of (char_at (x, (gint64) i + 1), "一了上在些点匀药化肥石灰生种盐粉颗农草施播") ? "sa3" : NULL;
}

/* To set, to mix: 调声音, 调大一点, 调药. */
static const char *
read_tiao (const CzReadingContext *x, guint i)
{
  return is_one_of (char_at (x, (gint64) i + 1), "声音大小高低快慢好准匀稠稀浓淡亮暗药") ? "tiao2" : NULL;
}

/* To buy and sell, as a law forbids it; the dictionary has the noun alone: 做买卖, 一笔买卖, 买卖人. */
static const char *
read_mai (const CzReadingContext *x, guint i)
{
  gunichar before = char_at (x, (gint64) i - 2), r = char_at (x, (gint64) i + 1);

  if (char_at (x, (gint64) i - 1) != 0x4e70 /* 买 */ || is_one_of (before, "做小大笔桩个宗这那谈的") || is_one_of (r, "人好")
      || before == 0)
    return NULL;
  return "mai4";
}

/* Those somebody does a thing for. */
#define PERSONS "农户 农民 村民 老人 老年 消费者 您 你 我 他们 她们 大家 大伙 群众 百姓 老百姓 社员 会员 困难 贫困 低保 脱贫 残疾 孩子 儿童 学生 职工 企业 客户 顾客 用户 " \
                "客商 乡亲 每户 每个 每头 每位 每家 每名 每人 每只 每村 各户 各村 各家 种植 养殖 菜农 果农 粮农 牧民 渔民 农业 农村 当事人 劳动者 妇女 患者 病人 军人 烈士 全村 全体 广大 人民 公民 " \
                "贫困户 困难户 种粮 经营 投保人 被保险人 受害人 未成年人 外地 本村 小农户 合作社 村里 家里 牲畜 猪 牛 羊 鸡 庄稼 果树 作物"
/* What something is done for. */
#define PURPOSES "保障 保护 加强 防止 防治 防范 提高 做好 方便 避免 确保 保证 促进 规范 维护 推进 推动 落实 贯彻 减少 预防 控制 实现 增加 鼓励 支持 帮助 " \
                 "解决 适应 满足 发展 完善 改善 切实 进一步 更好 深入 扎实 全面 加快 巩固 便于 尽快 早日 牟取 谋取 争取 抗旱 抗洪 抗灾 救灾 防冻 防汛 防灾 防虫 保苗 保墒 保命 迎接 庆祝 纪念 配合 应对 摸清 弄清 培养 培育 引导 激励 搞好 抓好 " \
                 "节约 节省 让 使 不误 不耽误 抢 赶 多打 多收 多卖 治 省"

/* For (wei4): 为农户提供, 为防止火灾; not is (wei2): 改为, 以户为单位, 对象为农户, 为群众所知. */
static const char *
read_wei (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1);
  guint end = clause_end (x, i);
  guint person = begins_with (x, i + 1, PERSONS);

  if (is_one_of (l, "成作变改称选视认定列评设分化转即均皆名译命封贬降升聘确判订调更换写读叫唤举推拜尊奉置建造编划指增减涨缩叠合并立易象体者方限的标旨点容明期辟"))
    return NULL;
  if (begins_with (x, i + 1, PURPOSES) > 0)
    return "wei4";
  if (person == 0 || clause_has (x, i + 1, "所"))
    return NULL;
  for (guint w = x->word_of[i] + 1; w < x->n_words && x->words[w].start < end; w++) {
    guint at = x->words[w].start;
    gboolean acts = has_class (&x->words[w], VERBS) || begins_with (x, at, "办 送 装 修 讲 代 做 调 拉 运 派 拨 打 盖 买") > 0;
    if (at >= i + 1 + person && acts && begins_with (x, at, "可 组织 合作 经营 生产 养殖 种植 保险 分配 成立 生活 所有") == 0)
      return "wei4";
  }
  return NULL;
}

/* Should (ying1): 农户应及时防治; not in answer to (ying4): 应村民要求, 应邀. */
static const char *
read_ying (const CzReadingContext *x, guint i)
{
  const CzHanziWord *after = word_at (x, i, 1);
  gunichar r = char_at (x, (gint64) i + 1);

  if (after == NULL || is_edge (r) || is_one_of (r, "邀付对诉约召运考税声验承手景") || begins_with (x, i + 1, "用于 用到 用在 用的 用和") > 0)
    return NULL;
  for (guint k = i + 1, end = clause_end (x, i); k < end; k++)
    if (k > i + 1 && begins_with (x, k, "要求 之邀 邀请 请求 之请 号召 之约") > 0 && !has_class (after, VERBS_AND_BEFORE))
      return "ying4";
  if (has_class (after, VERBS_AND_BEFORE) || is_one_of (r, "及按于由在当以为把将与从对先多少早尽轮立有不予"))
    return "ying1";
  return NULL;
}

/* Dry: 叶子干了, 土还没干; not done: 活干完了. */
static const char *
read_gan (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), r = char_at (x, (gint64) i + 1), r2 = char_at (x, (gint64) i + 2);
  gboolean settled = is_edge (r) || (is_char (r, "了") && (is_edge (r2) || is_one_of (r2, "再就才以之吗吧没后要也"))) || is_one_of (r, "透之");
  gunichar thing = is_one_of (l, "没未不还快已太都全") ? char_at (x, (gint64) i - 2) : l;

  if (is_one_of (l, "没未不还快已太都全") && is_one_of (thing, "没还未已都没就要快"))
    thing = char_at (x, (gint64) i - 3);
  if (is_char (l, "地") && (read_di (x, i - 1) != NULL || char_at (x, (gint64) i - 2) == char_at (x, (gint64) i - 3))) /* 慢慢地干 */
    return NULL;
  return settled && is_one_of (thing, "土泥墙漆叶子露粮谷麦稻衣服被鞋料草秆皮豆枣烟茶面药膜地田水沟渠井塘苗根花籽砖") ? "gan1" : NULL;
}

/* 用不了, 卖不了: cannot. */
static const char *
read_liao (const CzReadingContext *x, guint i)
{
  gunichar l = char_at (x, (gint64) i - 1), l2 = char_at (x, (gint64) i - 2), r = char_at (x, (gint64) i + 1);

  return is_char (l, "不") && g_unichar_isalpha (l2) && !is_one_of (l2, "也都再就从")
                 && !is_one_of (r, "解") ? "liao3" : NULL;
}

/* As (dang4): 当肥料用, 当饮料喝; when, at (dang1): 当农药残留超标时, 当地. */
static const char *
read_dang (const CzReadingContext *x, guint i)
{
  for (guint k = i + 2; k <= i + 5 && k < x->n; k++) {
    gunichar next = char_at (x, (gint64) k + 1);

    if (is_edge (x->text[k]) || is_one_of (x->text[k], "时后的了着是有"))
      return NULL;
    if (is_one_of (x->text[k], "用喝吃卖使烧喂养看") && (is_edge (next) || is_one_of (next, "了的就也，吧呢吗来")))
      return "dang4";
  }
  return NULL;
}

typedef const char *(*Rule) (const CzReadingContext *x, guint i);

static const struct {
  const char *character;
  Rule read;
} RULES[] = {
  { "地", read_di }, { "得", read_de }, { "长", read_chang }, { "种", read_zhong }, { "处", read_chu }, { "撒", read_sa },
  { "调", read_tiao }, { "为", read_wei }, { "应", read_ying }, { "干", read_gan }, { "当", read_dang }, { "重", read_chong },
};

const char *
cz_reading_rule (const CzReadingContext *context, const CzSpokenChar *chars, guint at)
{
  gboolean by_hand = context->words[context->word_of[at]].klass == CZ_WORD_FARM;
  const char *place = by_hand ? NULL : cz_reading_place (context, at);
  const char *measure;

  if (place != NULL)
    return place[0] != '\0' ? place : NULL;
  measure = as_measure (context, chars, at);
  if (measure != NULL)
    return measure;
  if (is_char (context->text[at], "卖"))
    return read_mai (context, at);
  if (is_char (context->text[at], "了") && !by_hand)
    return read_liao (context, at);
  if (context->words[context->word_of[at]].length > 1)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (RULES); i++)
    if (is_char (context->text[at], RULES[i].character))
      return RULES[i].read (context, at);
  return NULL;
}

/* Words set by hand, and the endings of words that an encyclopedia has more often as words of their own. */
gboolean
cz_reading_stands (const CzReadingContext *context, guint at)
{
  const CzHanziWord *word = &context->words[context->word_of[at]];

  if (word->klass == CZ_WORD_FARM)
    return TRUE;
  return word->known && is_one_of (context->text[at], "子头得地们");
}
