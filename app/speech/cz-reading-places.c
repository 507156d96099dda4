/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/cz-reading-places.h"

#include <string.h>

/* # stands for a numeral, in figures or in words; ^ for an edge or a mark, $ for the end of a clause. Not the model's business: these are words
 * of a village, of which its encyclopedia has next to none. */
static const struct {
  const char *character;
  const char *reading;
  const char *places;
} PLACES[] = {
  { "分", "fen5", "部分" },
  { "得", "de2", "可得利益 得了# 得了病 得了便宜" },
  { "得", "de5", "买得到 看得到 找得到 摸得到 吃得到 领得到" },
  { "得", "", "购买得到 观看得到" },
  { "处", "chu3", "并处所采 处应缴 并处应 处相关营 处货值 处违法所得" },
  { "长", "zhang3", "长到 长虫 长斑 长瘤 长膘 长歪 长毛 长绿 长癣 长疮 长刺 长个 长肉 长粗 长壮 长根 长藤 长新 长穗 "
                    "长苔 长了绿 长了白 长了黑 长了锈 长了瘤 长了新 长锈 长蛆 长螨 长蚜 长杂 长#斤 长#两 长#公斤" },
  { "长", "chang2", "一条长虫 长虫咬" },
  { "干", "gan1", "干透 干硬 干裂 又干又 未干透 太干^ 太干了 很干^ 太干的 发干 偏干 半干^ 干一点再 干一些再 干一干 干干的 土干 没干透 ^没干^" },
  { "干", "gan4", "能干 才干 发干劲 再干 接着干 一起干 干一会 干一天 干一阵 干起来 干不 干得 干完 干过 干着 干几 干#年 干#天 干#个 干#会 干事 干点 干活 干农" },
  { "倒", "dao4", "倒进 倒入 倒半 倒出 倒掉 倒水 倒药 倒茶 倒酒 倒垃圾 倒些 倒点 倒满 倒回 倒给 倒光 倒干净 倒污 倒油 "
                  "倒在河 倒在沟 倒在桶 倒在盆 倒在水 倒在田 倒在锅 倒在池 倒在塘 倒在碗 倒在瓶 倒在渠 倒在井 倒在一起 "
                  "倒#杯 倒#桶 倒#碗 倒#瓶 倒#盆 倒#勺 倒#盖 倒#壶 倒#缸 倒#瓢 倒#罐 倒#点 倒#些 倒上水 倒上药 倒到河 倒到沟 倒到桶 倒到一 别倒$ 乱倒 不能倒$ 不要倒$ 不准倒 随便倒 倒完 倒走" },
  { "倒", "dao3", "刮倒 吹倒 推倒 摔倒 压倒 冲倒 绊倒 砸倒 撞倒 打倒 累倒 跌倒 晕倒 倒塌 倒了^ 倒了的 倒了就 倒了才 倒了再 倒了也 墙倒 树倒 倒下 倒地" },
  { "量", "liang2", "量血压 量体温 量身高 量体重 量尺寸 量面积 量腰围 量水温 量土温 量温度 量血糖 量地^ 量地的 量取 量杯 量筒 "
                    "量完 没量过 量过了 量过血 量过体 量过地 量准 量着 量量 量了# 量了量 量得很 量得细 量得准 量得不 量一 量几次 量#次 量#遍" },
  { "量", "liang4", "计量" },
  { "盛", "cheng2", "盛水 盛农药 盛药 盛粮 盛油 盛饭 盛汤 盛菜 盛米 盛面 盛在 盛满 盛入 盛过 盛着 盛装农药 盛种 盛饲料" },
  { "盛", "", "盛水期 盛着装" },
  { "数", "shu3", "数清 数一下 数一数 数到# 数完 数钱 数不清 数得清 数数有 数数看 数数几 ^数数 数了# 数#遍 数出来 地数 再数 数了数 数漏 数错 数过来 数不过来 数得过" },
  { "数", "", "数一数二" },
  { "调", "tiao2", "调成 调匀 调开 调到# 调到最 调至# 调酸 调碱 调湿 调温 调糊 调稀 调一调 调一下 调水温 往上调 往下调" },
  { "铺", "pu1", "铺膜 铺地膜 铺草 铺# 铺上 铺好 铺满 铺平 铺砖 铺沙 铺土 铺稻 铺秸 铺麦 铺黑 铺白 铺滴 铺管 铺路 铺石 铺在 铺了 "
                 "铺水泥 铺厚 铺薄 铺细 铺塑料 铺网 铺被 铺床 铺木 铺锯 铺干" },
  { "卷", "juan3", "卷成 卷起 卷缩 卷着 发卷 卷了 卷得 卷地膜 卷膜 卷胶带 卷纸 卷铁丝 卷电线 卷布 卷草 卷帘 卷叶 卷心 卷管 卷绳 卷进 卷走 "
                   "卷好 卷紧 叶卷" },
  { "卷", "", "交卷了 判卷了 阅卷了 答卷了 改卷了 收卷了 试卷了" },
  { "圈", "", "进圈子" },
  { "圈", "juan4", "进圈 进圈里 圈门 圈墙 圈顶 圈底 圈舍 圈肥 圈养 圈粪 猪圈 羊圈 牛圈 鸡圈 鸭圈 兔圈 马圈 驴圈 单圈饲 单圈喂 单圈养 单圈单 ^单圈^ 出圈 入圈 垫圈 起圈 清圈 圈棚 圈栏 畜圈 圈里的猪 "
                   "圈里的羊 圈里的牛" },
  { "种", "zhong3", "种蛋 种羊 种公 种母 种猪 种牛 种鸡 种鸭 种鹅 种鱼 种兔 种蜂 种马 种驴 种鸽 种虾 种蟹 种块 种芽 种根 种球 种茎 种绳 "
                    "#种 各种 这种 那种 哪种 多种 某种 每种 草种 树种 林种 购种 供种 引种 留种 选种 制种 用种量 换种 留的种 买的种 选的种 他种 此种 何种 诸种 蛋种 备种" },
  { "种", "zhong4", "种草 种树 草种树 树种草 时候种 不能种 怎么种 适合种 适宜种 复种 能种 可以种 会种 要种 想种 去种 来种 先种 才种 "
                    "早种 晚种 好种 难种 没种 不种 自种 抢种 改种 补种 重种 轮种 代种 爱种 敢种 套种 样种 咋种 里种 上种 年种 季种 "
                    "种成 种满 种不 种点 种些 种多 种早 种晚 种几 种密 种稀 种深 种浅 种马铃 种马齿 种羊肚 种羊草 种牛膝 种牛蒡 种鸡毛 种鸡冠 种鸡头 种鱼腥 种猪草 种母草 种蛋黄果 边种 地种 户种 家种 村种 人种的 开种 免种 混种" },
  { "重", "chong2", "重喷 重打 重种 重栽 重做 重播 重浇 重写 重填 重办 重建 重修 重来 重算 重称 重测 重移 重育 重盖 重装 重交 重报" },
  { "重", "zhong4", "重打击 重修养" },
  { "还", "huan2", "还$ 还不上 还不起 还不了 分期还 按期还 到期还 不还^ 还清 还了贷 还了钱 还了债 还利息 还本 还债 还账 还完 还给 "
                   "要还利 还一部分 还得上 还得起 按月还 按年还 还也可以 没还^ 没还清 先还 借了还 还借款 还贷款 多还 少还 慢慢还 替还" },
  { "还", "hai2", "还不上学 还不上课 还不上车 还不上市 还不了解 先还是 还本着 多还是 少还是 慢慢还是" },
  { "行", "hang2", "窄行 大小行 宽行 双行 单行种 单行播 隔行 空#行 行株距 每行 第#行 隔#行 行里 行间 几行^ #行^ #行苗 #行玉米 #行菜 #行树 种成行 栽成行 播成行 排成行 行与行 行行之 株行" },
  { "行", "", "一行^" },
  { "行", "xing2", "一行#人 一行人" },
  { "场", "chang2", "场雨 场雪 场冰雹 场大雨 场大雪 场暴雨 场暴雪 场小雨 场小雪 场中雨 场透雨 场春雨 场秋雨 场雷 场病 场大病 场霜 场雾 "
                    "场大雾 场风 场大风 场灾 场火 场大火 场旱 场大旱 场洪 场涝 场疫 场台风 场寒 场冷 场沙 场梦 场祸 场仗 场及时雨" },
  { "着", "zhe5", "穿着雨 穿着胶 穿着防 穿着衣 穿着工 穿着棉 穿着厚 穿着鞋 穿着靴 穿着白 穿着红 穿着长 穿着短 穿着单 穿着薄 穿着拖 "
                  "穿着一 穿着破 穿着新 穿着校" },
  { "藏", "cang2", "藏起 藏粮 藏好 混藏 窖藏 沙藏 藏进 藏着 藏了 藏有 藏不" },
  { "藏", "zang4", "西藏起" },
  { "当", "dang4", "当回事 当真 不正当 正当理由 正当防卫 正当权益 正当利益 正当经营 正当竞争 正当要求 正当使用 正当途径 正当用途" },
  { "教", "jiao1", "教大家 教我 教你 教他 教她 教您 教农 教村民 教人 教怎么 教孩子 教大伙 教徒弟 教乡亲 教社员 教会了 教会大 教会我 "
                   "教会他 教会农 教会村 教会你 教的 教学徒 教社 教咱 教老 教妇" },
  { "教", "jiao4", "教农林 教农业 教农村 教老师 主教我 宗教人 文教人 教人员 教老年" },
  { "转", "zhuan4", "转了# 转#圈 转圈 转几圈 转得 转起来 打转 空转 不转了 不转^ 转个不 转不动 转动 转一转 转转 泵转 机转 轮转 扇转 叶转 "
                    "转得快" },
  { "转", "zhuan3", "转了#万 转了#千 转了#百 转机转 机转入 机转让 机转给 机转移 机转向 机转到 机转为 轮转换 轮转让" },
  { "空", "kong1", "空房 空屋 空袋 空瓶 空桶 空箱 空腹" },
  { "空", "kong4", "空#行 空#格 空#天 空#米 空#尺 空出 空了# 空开 空着^ 空着的" },
  { "间", "jian4", "间套作 间作 间伐 间苗 间种 间套种 间混 晴间 阴间 雨间 间晴 间阴 云间晴 云间阴 雪间 间多云 间小雨 间阵 间一遍苗 间一次苗 间了苗 间完苗 间过苗 间掉" },
  { "间", "jian1", "阴间^ 阴间里 雨间歇" },
  { "强", "qiang3", "强买 强卖 强迫" },
  { "相", "xiang4", "^相中^ 相中了 相中这 相中那 相中一 看相 相面" },
  { "中", "zhong4", "^相中^ 相中了 相中这 相中那 相中一" },
  { "差", "cha4", "差# 差几 差半 还差 只差 就差 差不 差一点 差一些 差多少 差点" },
  { "差", "cha1", "温差# 价差# 误差# 时差# 高差# 落差# 相差# 利差# 级差# 色差#" },
  { "结", "jie1", "结满 结出 结籽 结瓜 结荚 结穗 结薯 结铃 结桃 结枣 结梨 结杏 结李 结瓜多 结个 结得 开花结果 结果期 结果枝 结果树 "
                  "结果母 结果率 结果多 结果少 结果晚 结果早 结了果 结了瓜 结了籽 结了很多果 结了好多果 结了许多果 结了不少 "
                  "结了#个 结了满 不结果 结果后" },
  { "结", "jie2", "结果多数 结果少数 结果后来 团结得 结个账 结个婚 结果多次" },
  { "地", "de5", "一个一个地 一步一步地 一点一点地 一遍一遍地 一次一次地 一株一株地 一棵一棵地 一行一行地 一家一家地 一户一户地 "
                 "一袋一袋地 一层一层地" },
  { "只", "zhi1", "百只 千只 万只 十只 #只鸡 #只鸭 #只鹅 #只羊 #只兔 #只猪 #只蛋 #只猫 #只狗 #只鸟 #只虾 #只蟹 #只蜂 #只种 #只母 #只公 "
                  "#只小 #只大 #只桶 #只箱" },
  { "只", "zhi3", "万只有 百只有 千只有 十只有 万只能 百只能 千只能 万只是 千只是 百只是" },
  { "钻", "zuan1", "钻蛀 钻入 钻进 钻出 钻洞 钻心 钻到 钻来 钻孔为" },
  { "冠", "guan1", "冠幅 树冠 冠层 林冠 冠径 冠高" },
  { "背", "bei1", "背负 背着 背喷 背药 背粪 背篓 背筐 背粮" },
  { "好", "hao4", "好氧 好气性 好热性 好湿 好光性" },
  { "和", "huo2", "^和面 里和面 房和面 先和面 再和面 水和面 手和面 会和面 来和面 在和面 帮和面 面要和 和好面 和了面 ^和泥 来和泥 先和泥 ^和水泥 来和水泥" },
  { "和", "he2", "^和面对 和泥质 和泥土 和泥沙 和泥鳅 和泥石 和水泥厂 和水泥路 和水泥板" },
  { "没", "mo4", "没过膝 没过脚 没过腰 没过小腿 没过大腿 没过胸 没过头 没过肩 没过路 没过庄 没过田 没过桥 没过车 没过秧 没过苗 没过门 "
                 "没过作物 没过井 没顶 没膝" },
  { "没", "mei2", "没顶住 没过头七" },
  { "散", "san3", "散黄 散卖 散售 散称 散酒 散煤 散粮 散白酒 散放 散种 散籽" },
  { "切", "qie4", "切不可 切不要 切勿 切忌 切记" },
  { "切", "", "一切不可" },
  { "剥", "bao1", "剥玉米 剥皮 剥蒜 剥花生 剥豆 剥壳 剥葱 剥开 剥笋 剥蛋 剥虾 剥毛豆 剥栗 剥莲 剥棉 剥去外" },
  { "血", "xue4", "出血病 出血热 出血症 败血症 出血性" },
  { "角", "jiao3", "豆角 墙角 菱角" },
};

static gboolean
is_edge (const CzReadingContext *x, gint64 at)
{
  return at < 0 || at >= x->n || !g_unichar_isalnum (x->text[at]);
}

static gboolean
ends_clause (const CzReadingContext *x, gint64 at)
{
  return at >= x->n || g_utf8_strchr ("。，；！？、,;!?\n", -1, x->text[at]) != NULL;
}

static gboolean
stands_for (const CzReadingContext *x, gint64 at, gunichar wanted)
{
  if (wanted == '^')
    return is_edge (x, at);
  if (wanted == '$')
    return ends_clause (x, at);
  if (at < 0 || at >= x->n)
    return FALSE;
  if (wanted == '#')
    return x->text[at] == '0' || g_utf8_strchr ("一二两三四五六七八九十百千万几半", -1, x->text[at]) != NULL;
  return x->text[at] == wanted;
}

/* Whether the place, n characters, holds with its k-th at the position. */
static gboolean
holds (const CzReadingContext *x, guint at, const gunichar *place, guint n, guint k)
{
  const CzHanziWord *word = &x->words[x->word_of[at]];
  gint64 first = (gint64) at - k, from = first, to = first + n, end = (gint64) word->start + word->length;

  for (guint j = 0; j < n; j++)
    if (!stands_for (x, first + j, place[j]))
      return FALSE;
  /* A figure and what it counts are no word to be kept whole: 一场|大雪. */
  if (word->length == 2 && at == word->start + 1u && stands_for (x, word->start, '#'))
    return TRUE;
  from += place[0] == '^';
  to -= place[n - 1] == '^' || place[n - 1] == '$';
  return (from <= word->start && to >= end) || (from >= word->start && to <= end);
}

#define MOST 8

/* The length of the longest of the places that holds around the character; 0 for none. */
static guint
longest (const CzReadingContext *x, guint at, const char *places)
{
  guint most = 0;

  for (const char *p = places; *p != '\0';) {
    gunichar place[MOST];
    guint n = 0;

    for (; *p != '\0' && *p != ' '; p = g_utf8_next_char (p))
      if (n < MOST)
        place[n++] = g_utf8_get_char (p);
    for (guint k = 0; k < n; k++)
      if (n > most && place[k] == x->text[at] && holds (x, at, place, n, k))
        most = n;
    p += *p == ' ';
  }
  return most;
}

const char *
cz_reading_place (const CzReadingContext *context, guint at)
{
  const char *reading = NULL;
  guint most = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (PLACES); i++) {
    guint n = g_utf8_get_char (PLACES[i].character) == context->text[at] ? longest (context, at, PLACES[i].places) : 0;

    if (n > most) {
      most = n;
      reading = PLACES[i].reading;
    }
  }
  return reading;
}
