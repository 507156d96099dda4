/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "app/speech/cz-synth.h"

/* Every base syllable of the common dictionaries in every tone: 2,100 forms, of which some 1,606 occur. */
static const char syllables[] =
  "a ai an ang ao e ei en eng er o ou "
  "ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu "
  "ca cai can cang cao ce cei cen ceng ci cong cou cu cuan cui cun cuo "
  "cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun "
  "chuo "
  "da dai dan dang dao de dei den deng di dia dian diao die din ding diu dong dou du duan dui dun "
  "duo "
  "fa fan fang fei fen feng fiao fo fou fu "
  "ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo "
  "ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo "
  "ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun "
  "ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo "
  "la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu lo long lou lu luan "
  "lun luo lv lve "
  "ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu "
  "na nai nan nang nao ne nei nen neng ni nia nian niang niao nie nin ning niu nong nou nu nuan "
  "nun nuo nv nve "
  "pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu "
  "qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun "
  "ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo "
  "sa sai san sang sao se sen seng si song sou su suan sui sun suo "
  "sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun "
  "shuo "
  "ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo "
  "wa wai wan wang wei wen weng wo wong wu "
  "xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun "
  "ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun "
  "za zai zan zang zao ze zei zen zeng zi zong zou zu zuan zui zun zuo "
  "zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui "
  "zhun zhuo";

static gboolean
drop_samples (const gint16 *samples, gsize n, gpointer data)
{
  *(gsize *) data += n;
  return TRUE;
}

static char *
phonemes_of (CzSynth *synth, const char *input)
{
  CzSynthStyle style = { CZ_LANG_ZH, CZ_SYNTH_WPM_FAST, NULL };
  char *phonemes = NULL;
  gsize n = 0;

  cz_synth_speak (synth, input, &style, drop_samples, &n, &phonemes);
  g_assert_cmpuint (n, >, 0);
  g_assert_nonnull (phonemes);
  return phonemes;
}

/* The tone stands behind the vowel in Chao's digits: exactly one run of them. Returns: (transfer full) (nullable). */
static char *
only_tone (const char *phonemes)
{
  char *tone = NULL;

  for (const char *p = phonemes; *p != '\0';) {
    gsize n = strspn (p, "0123456789");
    /* i2 is the name of a vowel (zi, ci), y2 and the like too; a tone is of two digits or more, or a lone 1. */
    if (n >= 2 || (n == 1 && *p == '1')) {
      if (tone != NULL) {
        g_free (tone);
        return NULL;
      }
      tone = g_strndup (p, n);
    }
    p += MAX (n, 1);
  }
  return tone;
}

static gboolean
is_right (const char *phonemes, guint tone)
{
  static const char *const chao[] = { NULL, "55", "35", "214", "51", "11" };
  g_autofree char *found = only_tone (phonemes);

  return strstr (phonemes, "(en)") == NULL && strstr (phonemes, "(") == NULL && g_strcmp0 (found, chao[tone]) == 0;
}

static void
test_all_tones (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSynth) synth = cz_synth_new (&error);
  g_auto (GStrv) bases = g_strsplit (syllables, " ", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint n = 0, n_wrong = 0;

  g_assert_no_error (error);
  for (guint i = 0; bases[i] != NULL; i++) {
    for (guint tone = 1; tone <= 5; tone++, n++) {
      char *input = g_strdup_printf ("%s%u", bases[i], tone);
      char *phonemes = phonemes_of (synth, input);
      const char *other = g_hash_table_lookup (seen, phonemes);
      if (!is_right (phonemes, tone) || other != NULL) {
        n_wrong++;
        g_test_message ("%s is spoken %s%s%s", input, phonemes, other != NULL ? " like " : "",
                        other != NULL ? other : "");
      }
      g_hash_table_replace (seen, phonemes, input);
    }
  }
  g_test_message ("%u toned syllables, %u wrong", n, n_wrong);
  g_assert_cmpuint (n, ==, 5 * g_strv_length (bases));
  g_assert_cmpuint (n, >=, 1606);
  g_assert_cmpuint (n_wrong, ==, 0);
}

/* What the front end may also write: a foot's last third tone as phonemes, and erhua. */
static void
test_escapes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSynth) synth = cz_synth_new (&error);
  g_autofree char *foot = NULL;
  g_autofree char *erhua = NULL;

  g_assert_no_error (error);
  foot = phonemes_of (synth, "wo2 xiang3 mai3 [[w'o21]] shui2guo3");
  erhua = phonemes_of (synth, "hua1r");
  g_assert_cmpstr (foot, ==, "w'o35_| S;'iA35N_| m'ai21_| w'o21_| s.wei35k'uo214_|");
  g_assert_nonnull (strstr (erhua, "55"));
  g_assert_null (strstr (erhua, "("));
}

/* The tests of whole texts rest on this mark. */
static void
test_english_shows (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSynth) synth = cz_synth_new (&error);
  g_autofree char *english = NULL;
  g_autofree char *pinyin = NULL;

  g_assert_no_error (error);
  english = cz_synth_phonemes (synth, "hello", CZ_LANG_ZH);
  pinyin = cz_synth_phonemes (synth, "bai2cai4, san1kuai4", CZ_LANG_ZH);
  g_assert_nonnull (strstr (english, "(en)"));
  g_assert_null (strchr (pinyin, '('));
  g_assert_nonnull (strstr (pinyin, "pai35tsh'ai51"));
  g_assert_nonnull (strstr (pinyin, "kh'uai51"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/synth/all-tones", test_all_tones);
  g_test_add_func ("/speech/synth/escapes", test_escapes);
  g_test_add_func ("/speech/synth/english-shows", test_english_shows);
  return g_test_run ();
}
