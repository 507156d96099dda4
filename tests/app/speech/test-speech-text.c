/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front end: tables, rules, readings, sandhi and chunks. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/speech/cz-hanzi.h"
#include "app/speech/cz-normalise.h"
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

/* A dose or a mixture is no time of day, unless a word about time says so. */
static void
test_doses (void)
{
  static const Pair PAIRS[] = {
    { "1:50", "一比五十" },
    { "按1:50稀释", "按一比五十稀释" },
    { "1:20倍", "一比二十倍" },
    { "药土比1:20", "药土比一比二十" },
    { "石灰与水1:10", "石灰与水一比十" },
    { "以1:15", "以一比十五" },
    { "1∶50", "一比五十" },
    { "1 : 50", "一比五十" },
    { "雌雄比1:10", "雌雄比一比十" },
    { "氮磷钾15:15:15", "氮磷钾十五比十五比十五" },
    { "石灰∶水=1∶50", "石灰比水等于一比五十" },
    { "1:50-1:100", "一比五十到一比一百" },
    { "按1:1:100配波尔多液", "按一比一比一百配波尔多液" },
    { "1:02", "一点零二分" },
    { "2:30", "两点三十分" },
    { "15:15:15", "十五点十五分十五秒" },
    { "下午1:50开会", "下午一点五十分开会" },
    { "会议1:30开始", "会议一点三十分开始" },
    { "1:30-5:00", "一点三十分到五点" },
    { "比赛8:30开始", "比赛八点三十分开始" },
    { "兑水1:300，8:30打药", "兑水一比三百，八点三十分打药" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* Telephone numbers however they are grouped, one behind another, hidden in part; extensions and accounts. */
static void
test_telephones (void)
{
  static const Pair PAIRS[] = {
    { "电话：3821234/3821235", "电话：三八二幺二三四、三八二幺二三五" },
    { "电话：3821234、3821235", "电话：三八二幺二三四、三八二幺二三五" },
    { "电话3821234，3821235", "电话三八二幺二三四，三八二幺二三五" },
    { "电话3821234或 3821235", "电话三八二幺二三四或三八二幺二三五" },
    { "联系电话：382-1234", "联系电话：三八二幺二三四" },
    { "0571-8888 1234", "零五七幺八八八八幺二三四" },
    { "010—62345678", "零幺零六二三四五六七八" },
    { "(0396)382-1234", "零三九六三八二幺二三四" },
    { "（0371）6590 1234", "零三七幺六五九零幺二三四" },
    { "+86-10-62345678", "八六幺零六二三四五六七八" },
    { "86-371-65901234", "八六三七幺六五九零幺二三四" },
    { "139.0000.1234", "幺三九零零零零幺二三四" },
    { "138****5678", "幺三八星号五六七八" },
    { "15900001111/15900002222", "幺五九零零零零幺幺幺幺、幺五九零零零零二二二二" },
    { "12316/12345", "幺二三幺六、幺二三四五" },
    { "手机号后四位5678", "手机号后四位五六七八" },
    { "转分机8012", "转分机八零幺二" },
    { "微信号：abc123456", "微信号：abc幺二三四五六" },
    { "114查号台", "幺幺四查号台" },
    { "电话：3821234/3821235元", "电话：三八二幺二三四、三百八十二万一千二百三十五元" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* Rooms, roads, codes, documents and days that became names are read figure by figure. */
static void
test_names (void)
{
  static const Pair PAIRS[] = {
    { "3-2-501", "三杠二杠五零幺" },
    { "3-501室", "三杠五零幺室" },
    { "15-15-15", "十五、十五、十五" },
    { "生产许可证号XK13-003-00001", "生产许可证号XK幺三杠零零三杠零零零零幺" },
    { "农药登记证号：PD20081234", "农药登记证号：PD二零零八幺二三四" },
    { "Q/ABC001-2020", "Q、ABC零零幺杠二零二零" },
    { "豫农函〔2024〕15号", "豫农函〔二零二四〕十五号" },
    { "国发[2023]8号", "国发[二零二三]八号" },
    { "国办发（2023）12号", "国办发（二零二三）十二号" },
    { "302室", "三零二室" },
    { "5号楼2单元301室", "五号楼二单元三零幺室" },
    { "102路", "幺零二路" },
    { "100路灯", "一百路灯" },
    { "312国道", "三幺二国道" },
    { "3/8妇女节", "三八妇女节" },
    { "6·1儿童节", "六一儿童节" },
    { "5·1", "五一" },
    { "12·4国家宪法日", "十二四国家宪法日" },
    { "“11·11”", "“双十一”" },
    { "315晚会", "三一五晚会" },
    { "3·15", "三一五" },
    { "315斤", "三百一十五斤" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* Signs before a number: which way a price went, what is compared, what is added. */
static void
test_changes (void)
{
  static const Pair PAIRS[] = {
    { ">3元/斤", "大于三块一斤" },
    { "‹2元", "小于两元" },
    { "能见度‹500米", "能见度小于五百米" },
    { "酸碱度>7", "酸碱度大于七" },
    { "<b>3", "<b>三" },
    { "->3", "->三" },
    { "2<=4", "二小于等于四" },
    { "比昨日+0.2元", "比昨日涨两毛" },
    { "同比+3.2%", "同比涨百分之三点二" },
    { "同比-3.2%", "同比跌百分之三点二" },
    { "-98%", "负百分之九十八" },
    { "+5%", "正百分之五" },
    { "+0.2元/斤", "涨两毛一斤" },
    { "-0.1元/斤", "跌一毛一斤" },
    { "白菜 1.2元/斤 +0.1", "白菜一块二一斤涨零点一" },
    { "↑0.2 ↓0.1 ▲0.2 ▼0.1", "涨零点二，跌零点一，涨零点二，跌零点一" },
    { "▲1、浇水", "▲一、浇水" },
    { "较昨天+3℃", "较昨天升三摄氏度" },
    { "夜间+5℃", "夜间零上五度" },
    { "15%三唑酮+50%多菌灵", "百分之十五三唑酮加百分之五十多菌灵" },
    { "50%速克灵1500倍+70%代森锰锌500倍", "百分之五十速克灵一千五百倍加百分之七十代森锰锌五百倍" },
    { "尿素+磷酸二氢钾", "尿素加磷酸二氢钾" },
    { "1+2+3", "一加二加三" },
    { "C++", "C++" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* Days, hours, seasons and temperatures that a stroke, a hyphen or a stop joins. */
static void
test_dates_and_hours (void)
{
  static const Pair PAIRS[] = {
    { "25/18℃", "二十五度到十八度" },
    { "白天20/10℃", "白天二十度到十度" },
    { "今天晴25/12℃", "今天晴二十五度到十二度" },
    { "5日晚-3/8℃", "五日晚零下三度到零上八度" },
    { "-3/-8℃", "零下三度到零下八度" },
    { "25℃/18℃", "二十五度到十八度" },
    { "2024.05.01-2024.10.31", "二零二四年五月一日到二零二四年十月三十一日" },
    { "2024/05/01-2024/05/07", "二零二四年五月一日到二零二四年五月七日" },
    { "2024.5.1-5.7", "二零二四年五月一日到五月七日" },
    { "7/1-7/10", "七月一日到七月十日" },
    { "占1/3-1/2", "占三分之一到二分之一" },
    { "3/1-5/31", "三月一日到五月三十一日" },
    { "6/20-7/10报名", "六月二十日到七月十日报名" },
    { "2季度", "二季度" },
    { "2车间", "二车间" },
    { "90年代", "九十年代" },
    { "80年代", "八十年代" },
    { "上世纪90年代", "上世纪九十年代" },
    { "1990年代", "一九九零年代" },
    { "00年代", "零零年代" },
    { "2008/08", "二零零八年八月" },
    { "08/08", "八月八日" },
    { "2024-05-01至2024-05-07", "二零二四年五月一日至二零二四年五月七日" },
    { "1/2", "二分之一" },
    { "12/2/2", "一二年二月二日" },
    { "1.0.1", "一点零点一" },
    { "05/01-05/07", "五月一日到五月七日" },
    { "8:00-11:30/14:30-17:30", "八点到十一点三十分、十四点三十分到十七点三十分" },
    { "6月1日8时—6月3日20时", "六月一日八时到六月三日二十时" },
    { "8:00时", "八时" },
    { "8:30时开会", "八时三十分开会" },
    { "8:30时间", "八点三十分时间" },
    { "营业时间8.30-17.30", "营业时间八点半到十七点半" },
    { "价格8.30-17.30元", "价格八块三到十七块三" },
    { "8点半-10点开门", "八点半到十点开门" },
    { "12日-3℃", "十二日零下三度" },
    { "6月1日—3日", "六月一日到三日" },
    { "周一-周五", "周一到周五" },
    { "2024年5月-2025年3月", "二零二四年五月到二零二五年三月" },
    { "上午8.00-11.30，下午14.30-17.30", "上午八点到十一点半，下午十四点半到十七点半" },
    { "3/2是一个假分数", "二分之三是一个假分数" },
    { "08.2008", "二零零八年八月" },
    { "2024.05-2024.10", "二零二四年五月到二零二四年十月" },
    { "2024/05-2024/10", "二零二四年五月到二零二四年十月" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* So much of one thing in or for another, powers, classes and sizes. */
static void
test_measures (void)
{
  static const Pair PAIRS[] = {
    { "10⁶", "十的六次方" },
    { "10⁻³", "十的负三次方" },
    { "3²", "三的平方" },
    { "100亿孢子/克", "每克一百亿孢子" },
    { "16000IU/mg", "每毫克一万六千国际单位" },
    { "≥1亿CFU/g", "大于等于每克一亿菌落" },
    { "10亿PIB/毫升", "每毫升十亿多角体" },
    { "35微克/立方米", "每立方米三十五微克" },
    { "500W/m²", "每平方米五百瓦" },
    { "1.2mS/cm", "每厘米一点二毫西门子" },
    { "1.5t/h", "每小时一点五吨" },
    { "2-3片/次", "每次两到三片" },
    { "5-10ml/头·次", "每头每次五到十毫升" },
    { "20mL/667㎡", "每六百六十七平方米二十毫升" },
    { "5毛钱/斤", "五毛钱一斤" },
    { "三块五/斤", "三块五一斤" },
    { "三元/斤", "三元一斤" },
    { "0.2g/kg体重", "每公斤体重零点二克" },
    { "1½斤", "一又二分之一斤" },
    { "3A级景区", "三A级景区" },
    { "4A景区", "四A景区" },
    { "30cm*50cm", "三十厘米乘五十厘米" },
    { "30cmx50cm", "三十厘米乘五十厘米" },
    { "√", "√" },
    { "√9", "根号九" },
    { "3.5/2.8元", "三点五、二点八元" },
    { "8/5", "五分之八" },
    { "5ml-10ml/亩", "每亩五到十毫升" },
    { "2m³/亩·次", "每亩每次两立方米" },
    { "100g/100kg水", "每一百公斤水一百克" },
    { "5V电压", "五伏电压" },
    { "20-30克/亩", "每亩二十到三十克" },
    { "3次/年", "每年三次" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* Items and columns are said with a pause; numbers set apart from their units are not. */
static void
test_lists (void)
{
  static const Pair PAIRS[] = {
    { "大白菜 0.80 1.20 1.00 元/公斤", "大白菜零点八零，一点二零，一块一公斤" },
    { "黄瓜 3.5 茄子 2.8", "黄瓜三点五，茄子二点八" },
    { "白菜 1.20元/斤 萝卜 0.8元/斤", "白菜一块二一斤萝卜八毛一斤" },
    { "在 2024 年 5 月 1 日", "在二零二四年五月一日" },
    { "共 5 个村 3 个组", "共五个村三个组" },
    { "1）浇水", "一，浇水" },
    { "1)浇水", "一，浇水" },
    { "（1）浇水", "一，浇水" },
    { "(1)浇水", "一，浇水" },
    { "1.浇水", "一，浇水" },
    { "1. 浇水", "一，浇水" },
    { "（一）浇水", "一，浇水" },
    { "超过16 000公顷", "超过十六零零零公顷" },
    { "说明(1)", "说明(一)" },
    { "增加1) ", "增加一)" },
  };

  check_pairs (PAIRS, G_N_ELEMENTS (PAIRS), CZ_SPEECH_STYLE_PLAIN);
}

/* The same things with something around them. */
static void
test_sentences (void)
{
  static const Pair PAIRS[] = {
    { "水肥比1:20~1:30", "水肥比一比二十到一比三十" },
    { "1:30~1:50倍液", "一比三十到一比五十倍液" },
    { "值班电话：3821234（白天）、3821235（夜间）", "值班电话：三八二幺二三四（白天）、三八二幺二三五（夜间）" },
    { "打电话给老王13912345678或座机3821234", "打电话给老王幺三九幺二三四五六七八或座机三八二幺二三四" },
    { "村委会电话3821234，有事找3821235", "村委会电话三八二幺二三四，有事找三八二幺二三五" },
    { "昼夜温差15/20℃", "昼夜温差十五度到二十度" },
    { "猪价14.2元/公斤，比昨天+0.3元", "猪价十四块二一公斤，比昨天涨三毛" },
    { "同比增长+5%", "同比增长百分之五" },
    { "面积>500亩的大户", "面积大于五百亩的大户" },
    { "pH<5.5的酸性土", "酸碱度小于五点五的酸性土" },
    { "价格在3-5元之间", "价格在三块到五块之间" },
    { "9.1-9.30活动", "九月一日到九月三十日活动" },
    { "6.18大促", "六一八大促" },
    { "9/1-9/30", "九月一日到九月三十日" },
    { "7/8成熟", "八分之七成熟" },
    { "第1/2批", "第二分之一批" },
    { "3.8妇女节", "三八妇女节" },
    { "9.10教师节", "九月十日教师节" },
    { "上午8.5小时", "上午八点五小时" },
    { "省道302", "省道三零二" },
    { "3楼302", "三楼三零二" },
    { "（2023）粤01民终123号", "（二零二三）粤零一民终一百二十三号" },
    { "合同号HT-2024-001", "合同号HT-二零二四杠零零幺" },
    { "卡号6222 0000 1111 2222", "卡号六二二二零零零零幺幺幺幺二二二二" },
    { "微信nongji2024", "微信nongji二零二四" },
    { "耳标号1410000012345678", "耳标号幺四幺零零零零零幺二三四五六七八" },
    { "2×10^6孢子/毫升", "二乘十的六次方孢子每毫升" },
    { "5m x 3m", "五米乘三米" },
    { "2.选种 3.育苗", "二，选种，三，育苗" },
    { "（三）补贴标准 1.水稻每亩100元；2.小麦每亩80元。", "三，补贴标准，一，水稻每亩一百元；二，小麦每亩八十元。" },
    { "班车8:30、1:30各一班", "班车八点三十分、一点三十分各一班" },
    { "1:30、5:00发车", "一点三十分、五点发车" },
    { "60+老人免费", "六十+老人免费" },
    { "比例为1/10-1/20", "比例为十分之一到二十分之一" },
    { "1/10-1/20报名", "一月十日到一月二十日报名" },
    { "5.1-5.5放假", "五月一日到五月五日放假" },
    { "3.15晚会", "三一五晚会" },
    { "挂号10000余人", "挂号一万余人" },
    { "第 12 章 80 条", "第十二章八十条" },
    { "葱 3.5 姜 5.2", "葱三点五，姜五点二" },
    { "3个/5个", "三个、五个" },
    { "3袋/5亩", "每五亩三袋" },
    { "25kg/袋", "每袋二十五千克" },
    { "150 2000 3000 元", "一百五十，两千，三千元" },
    { "138 0013 8000", "幺三八零零幺三八零零零" },
    { "25/18度", "二十五度到十八度" },
    { "8时30分-11时30分", "八时三十分到十一时三十分" },
    { "10月1-7日", "十月一到七日" },
    { "(3)班", "(三)班" },
    { "表1-2", "表一杠二" },
    { "凌晨1:20", "凌晨一点二十分" },
    { "气温由25/15℃降到18/8℃", "气温由二十五度到十五度降到十八度到八度" },
    { "+3～+5℃", "零上三到五摄氏度" },
    { "(+86)13800001234", "八六幺三八零零零零幺二三四" },
    { "0086-371-65901234", "零零八六三七幺六五九零幺二三四" },
    { "400 123 4567", "四零零幺二三四五六七" },
    { "热线电话0371-12316", "热线电话零三七幺幺二三幺六" },
    { "2024/5", "二零二四年五月" },
    { "4/4拍的节奏", "四分之四拍的节奏" },
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
    { "小鸡儿", "xiao3ji1r" },
    { "豆角儿", "dou4jiao3r" },
    { "农民儿子", "nong2min2 er2zi5" },
    { "一等奖", "yi1deng2jiang3" },
    { "等一等", "deng3 yi5deng3" },
    { "一级品", "yi1ji2 pin3" },
    { "上一级", "shang4 yi4ji2" },
    { "一类苗", "yi1lei4 miao2" },
    { "这一类", "zhe4 yi2lei4" },
    { "一期工程", "yi1qi1 gong1cheng2" },
    { "村民一组", "cun1min2 yi1zu3" },
    { "一组数据", "yi4zu3 shu4ju4" },
    { "一年级", "yi1 nian2ji2" },
    { "一年收两季", "yi4nian2 shou1 liang3ji4" },
    { "一季度", "yi1ji4du4" },
    { "每季一次", "mei3ji4 yi2ci4" },
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

/* Work for unit repeated as often as it takes to fill about n bytes. */
static guint64
looks_at (const char *unit, gsize n, CzSpeechStyle style)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 n_looks;

  while (text->len < n)
    g_string_append (text, unit);
  g_array_unref (cz_normalise_counted (text->str, text->len, style, &n_looks));
  return n_looks;
}

static void
check_is_linear (const char *unit, CzSpeechStyle style)
{
  guint64 once = looks_at (unit, 2000, style), twice = looks_at (unit, 4000, style);

  if (twice > once * 9 / 4 + 4000)
    g_test_message ("%s: %" G_GUINT64_FORMAT ", twice as long %" G_GUINT64_FORMAT, unit, once, twice);
  g_assert_cmpuint (twice, <=, once * 9 / 4 + 4000);
}

/* A line twice as long is looked at about twice as often, whatever is repeated in it. */
static void
test_work_grows_with_the_line (void)
{
  static const char *const UNITS[] = { "3-", "-3", "3", "3.", "3,", "3,333,", "3/", "3:", ":3", "3 ", " ", "  -", "- ", "a", "a ", "a:", "a.", "0", "0-", "1月1-",
                                       "1日-", "1年-", "2024-", "(", "3~", "3至", "3个-", "1/2-", "8:00-", "8:00/", "(0371)", "400-", "138-", "3821234、", "/", "元/", "3元-",
                                       "3kg-", "3%-", "%", "+", "+3", "3+", ">", "3>", "·3", "3·", "I、", "①", "²", "10²", "*", "138*", "¥", "¥3-", "又1/", "1又", "-1又",
                                       "A1-", "A1", "〔2024〕", "∶", "1∶", "1 : ", "比", "比1:50", "电话", "电话3", "拨", "℃", "3/8℃", "8.30-", "1)", "√", "↑3" };
  static const char *const PIECES[] = { "3", "-", ":", "/", ".", ",", " ", "元", "kg", "年", "月", "日", "%", "比", "电话", "a", "A", "(", ")", "+", "至", "0371", "2024", "℃", "·", "个", "号", "第" };
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (gsize i = 0; i < G_N_ELEMENTS (UNITS); i++)
    check_is_linear (UNITS[i], i % 2 ? CZ_SPEECH_STYLE_PLAIN : CZ_SPEECH_STYLE_FORMAL);
  for (int round = 0; round < 200; round++) {
    g_autoptr (GString) unit = g_string_new (NULL);
    int n = g_rand_int_range (rand, 1, 6);

    for (int i = 0; i < n; i++)
      g_string_append (unit, PIECES[g_rand_int_range (rand, 0, G_N_ELEMENTS (PIECES))]);
    check_is_linear (unit->str, round % 2 ? CZ_SPEECH_STYLE_PLAIN : CZ_SPEECH_STYLE_FORMAL);
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
  g_test_add_func ("/speech/text/doses-are-no-clock", test_doses);
  g_test_add_func ("/speech/text/telephones-in-every-dress", test_telephones);
  g_test_add_func ("/speech/text/names-are-not-counted", test_names);
  g_test_add_func ("/speech/text/signs-say-which-way", test_changes);
  g_test_add_func ("/speech/text/dates-and-hours-in-figures", test_dates_and_hours);
  g_test_add_func ("/speech/text/so-much-in-another", test_measures);
  g_test_add_func ("/speech/text/lists-have-pauses", test_lists);
  g_test_add_func ("/speech/text/as-they-stand-in-sentences", test_sentences);
  g_test_add_func ("/speech/text/formal-where-formal", test_formal);
  g_test_add_func ("/speech/text/pinyin-with-sandhi", test_pinyin);
  g_test_add_func ("/speech/text/readings", test_readings);
  g_test_add_func ("/speech/text/telephone-twice-and-slower", test_telephone_twice_and_slower);
  g_test_add_func ("/speech/text/second-number-as-the-first", test_second_number_as_the_first);
  g_test_add_func ("/speech/text/english-apart", test_english_apart);
  g_test_add_func ("/speech/text/long-text-is-cut", test_long_text_is_cut);
  g_test_add_func ("/speech/text/nothing-to-say", test_nothing_to_say);
  g_test_add_func ("/speech/text/other-languages", test_other_languages);
  g_test_add_func ("/speech/text/work-grows-with-the-line", test_work_grows_with_the_line);
  g_test_add_data_func ("/speech/text/spans-of-any-text", NULL, test_spans);
  g_test_add_data_func ("/speech/text/spans-of-any-bytes", "any", test_spans);
  g_test_add_data_func ("/speech/text/refuses-damaged-words", "hanzi.tbl", test_damaged_tables);
  g_test_add_data_func ("/speech/text/refuses-damaged-model", "polyphone.tbl", test_damaged_tables);
  g_test_add_func ("/speech/text/syllables-legal", test_syllables);
  return g_test_run ();
}
