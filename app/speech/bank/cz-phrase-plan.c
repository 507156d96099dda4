/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/speech/bank/cz-phrase-plan.h"

/* Prices of the best path: an unrecorded unit costs most; a change of voice a little more than one unit, so that a
 * recorded island between synthetic words pays from three units on, and one at an edge from two. */
#define COST_SYNTH_UNIT 100
#define COST_PHRASE 10
#define COST_CHANGE 120
#define COST_NONE G_MAXUINT

enum { FROM_SYNTH, FROM_BANK, N_KINDS };

/* A unit on the way, with the cheapest way to have come to its beginning. */
typedef struct {
  CzPhraseUnit *unit; /* not owned; NULL behind the last and for a pause */
  guint token;
  gboolean is_first; /* of its token */
  guint cost[N_KINDS];
  guint back[N_KINDS]; /* where that way came from */
  int back_kind[N_KINDS];
  CzPhrase *phrase[N_KINDS]; /* what was said on it; NULL: synthetic, or a pause */
} Node;

typedef struct {
  CzPhraseBank *bank;
  const CzChunk *chunk;
  GPtrArray *unit_lists; /* keeps the units */
  GArray *nodes;
} Plan;

#define NODE(plan, i) (&g_array_index ((plan)->nodes, Node, (i)))

static void
piece_free (gpointer data)
{
  CzPiece *piece = data;

  g_free (piece->input);
  g_free (piece);
}

static void
add_node (Plan *plan, CzPhraseUnit *unit, guint token, gboolean is_first)
{
  Node node = { .unit = unit, .token = token, .is_first = is_first, .cost = { COST_NONE, COST_NONE } };

  g_array_append_val (plan->nodes, node);
}

static void
add_nodes (Plan *plan)
{
  for (guint t = 0; t < plan->chunk->tokens->len; t++) {
    const CzToken *token = g_ptr_array_index (plan->chunk->tokens, t);
    GPtrArray *units;
    if (token->input[0] == '\0') {
      add_node (plan, NULL, t, TRUE);
      continue;
    }
    units = cz_units_of (token->spoken, token->input);
    g_ptr_array_add (plan->unit_lists, units);
    for (guint i = 0; i < units->len; i++)
      add_node (plan, g_ptr_array_index (units, i), t, i == 0);
  }
  add_node (plan, NULL, plan->chunk->tokens->len, TRUE);
}

/* A way from node i, reached as kind, to node to, saying phrase (NULL: synthetic or pause) as to_kind. */
static void
relax (Plan *plan, guint i, int kind, guint to, int to_kind, CzPhrase *phrase, guint step)
{
  Node *from = NODE (plan, i);
  Node *node = NODE (plan, to);
  guint cost = from->cost[kind] + step + (kind != to_kind && i > 0 ? COST_CHANGE : 0);

  if (from->cost[kind] == COST_NONE || cost >= node->cost[to_kind])
    return;
  node->cost[to_kind] = cost;
  node->back[to_kind] = i;
  node->back_kind[to_kind] = kind;
  node->phrase[to_kind] = phrase;
}

static void
relax_phrases (Plan *plan, guint i, int kind)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) pinyin = g_string_new (NULL);
  guint most = MIN (cz_phrase_bank_max_units (plan->bank), plan->nodes->len - 1 - i);

  for (guint n = 0; n < most && NODE (plan, i + n)->unit != NULL; n++) {
    const CzPhraseUnit *unit = NODE (plan, i + n)->unit;
    CzPhrase *phrase;
    g_string_append (text, unit->text);
    g_string_append_printf (pinyin, "%s%s", n > 0 ? " " : "", unit->pinyin);
    phrase = cz_phrase_bank_find (plan->bank, text->str, pinyin->str);
    if (phrase != NULL)
      relax (plan, i, kind, i + n + 1, FROM_BANK, phrase, COST_PHRASE);
  }
}

static void
relax_synth (Plan *plan, guint i, int kind)
{
  guint to = i + 1;

  if (!NODE (plan, i)->is_first)
    return;
  while (!NODE (plan, to)->is_first)
    to++;
  relax (plan, i, kind, to, FROM_SYNTH, NULL, (to - i) * COST_SYNTH_UNIT);
}

static void
find_ways (Plan *plan)
{
  NODE (plan, 0)->cost[FROM_SYNTH] = 0;
  for (guint i = 0; i + 1 < plan->nodes->len; i++) {
    for (int kind = 0; kind < N_KINDS; kind++) {
      if (NODE (plan, i)->cost[kind] == COST_NONE)
        continue;
      if (NODE (plan, i)->unit == NULL) {
        relax (plan, i, kind, i + 1, kind, NULL, 0);
        continue;
      }
      relax_phrases (plan, i, kind);
      relax_synth (plan, i, kind);
    }
  }
}

static CzPiece *
add_piece (GPtrArray *pieces, CzPhrase *phrase, char *input)
{
  CzPiece *piece = g_new0 (CzPiece, 1);

  piece->phrase = phrase;
  piece->input = input;
  g_ptr_array_add (pieces, piece);
  return piece;
}

/* Neighbouring synthetic words become one call, pauses between them a comma of the synthesiser. */
static void
add_synth (GPtrArray *pieces, const char *input)
{
  CzPiece *last = pieces->len > 0 ? g_ptr_array_index (pieces, pieces->len - 1) : NULL;
  CzPiece *before = pieces->len > 1 ? g_ptr_array_index (pieces, pieces->len - 2) : NULL;
  gboolean pause = last != NULL && last->phrase == NULL && last->input[0] == '\0';
  char *joined;

  if (pause && before != NULL && before->phrase == NULL) {
    g_ptr_array_set_size (pieces, (gint) pieces->len - 1);
    joined = g_strconcat (before->input, ", ", input, NULL);
    last = before;
  } else if (last != NULL && last->phrase == NULL && !pause) {
    joined = g_strconcat (last->input, " ", input, NULL);
  } else {
    add_piece (pieces, NULL, g_strdup (input));
    return;
  }
  g_free (last->input);
  last->input = joined;
}

/* Walks back from the end; steps are collected last first. */
static GPtrArray *
pieces_of (Plan *plan, int kind)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (piece_free);
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint) * 2);
  guint at = plan->nodes->len - 1;

  while (at > 0) {
    Node *node = NODE (plan, at);
    guint step[2] = { at, (guint) kind };
    g_array_append_val (steps, step);
    at = node->back[kind];
    kind = node->back_kind[kind];
  }
  for (guint s = steps->len; s > 0; s--) {
    const guint *step = (const guint *) (const void *) (steps->data + (gsize) (s - 1) * sizeof (guint) * 2);
    const Node *node = NODE (plan, step[0]);
    const Node *from = NODE (plan, node->back[step[1]]);
    if (node->phrase[step[1]] != NULL)
      add_piece (pieces, node->phrase[step[1]], NULL);
    else if (from->unit == NULL)
      add_piece (pieces, NULL, g_strdup (""));
    else
      add_synth (pieces, ((CzToken *) g_ptr_array_index (plan->chunk->tokens, from->token))->input);
  }
  return pieces;
}

static gboolean
has_phrase (GPtrArray *pieces)
{
  for (guint i = 0; i < pieces->len; i++) {
    if (((CzPiece *) g_ptr_array_index (pieces, i))->phrase != NULL)
      return TRUE;
  }
  return FALSE;
}

GPtrArray *
cz_phrase_plan (CzPhraseBank *bank, const CzChunk *chunk)
{
  g_autoptr (GPtrArray) unit_lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GArray) nodes = g_array_new (FALSE, TRUE, sizeof (Node));
  g_autoptr (GPtrArray) pieces = NULL;
  Plan plan = { bank, chunk, unit_lists, nodes };
  Node *last;

  if (chunk->lang != CZ_LANG_ZH || chunk->tokens->len == 0)
    return NULL;
  add_nodes (&plan);
  find_ways (&plan);
  last = NODE (&plan, nodes->len - 1);
  pieces = pieces_of (&plan, last->cost[FROM_BANK] < last->cost[FROM_SYNTH] ? FROM_BANK : FROM_SYNTH);
  return has_phrase (pieces) ? g_steal_pointer (&pieces) : NULL;
}
