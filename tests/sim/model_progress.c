/* model_progress.c: see model.h: how far workers say that they are, and the checkpoints that the next attempt gets (docs/jobs.md). A word is
 * a number: it is said as data and as checkpoint, and how far it goes follows from it. Words are kept in memory: each life begins with none. */
#include "model_parts.h"

#include "world.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <string.h>

double model_word_fraction(uint64_t word)
{
    return (double)(word % 101) / 100;
}

uint64_t model_word(struct model_job *j)
{
    if (j->n_words == MODEL_WORDS_MAX) return 0;
    return j->words[j->n_words++] = model_tick();
}

void model_words_crashed(struct model_job *j)
{
    j->n_words = 0;
    j->said = 0;
}

static bool is_word_out(const struct model_job *j, uint64_t word)
{
    for (uint32_t i = 0; i < j->n_words; i++)
        if (j->words[i] == word) return true;
    return false;
}

static void drop_word(struct model_job *j, uint64_t word)
{
    for (uint32_t i = 0; i < j->n_words; i++)
        if (j->words[i] == word) j->words[i--] = j->words[--j->n_words];
}

static void word_counted(struct model_job *j, uint32_t token, uint64_t word, uint64_t asked_ns)
{
    struct model_token *t = &j->tokens[token];
    if (model_is_outdated(j, token, word) && !j->is_vague) sim_fail("job %s: the progress of an outdated token counts", j->id);
    if (asked_ns + t->ttl_ns > t->until_ns) t->until_ns = asked_ns + t->ttl_ns; /* it is a heartbeat, too */
    if (j->said && token < j->said_token) return; /* an answer that was long on its way */
    j->said = word;
    j->said_token = token;
}

/* It was asked when the clock showed its number. */
void model_word_answered(struct model_job *j, uint32_t token, uint64_t word, uint64_t asked_ns, int status, const cJSON *answer)
{
    if (status == 503 || status == 0 || status == 408) return;
    drop_word(j, word);
    j->word_order = model_tick();
    if (status == 404 && model_may_be_missing(j, word)) return;
    if (status != 200) sim_fail("progress of %s: %d", j->id, status);
    bool is_taken = model_number(cJSON_GetObjectItemCaseSensitive(answer, "data"), "n") == word;
    if (is_taken) word_counted(j, token, word, asked_ns);
    else if (!model_may_be_refused(j, token)) sim_fail("job %s: its worker's progress does not count", j->id);
}

void model_check_checkpoint(const struct model_job *j, const cJSON *view)
{
    uint64_t shown = model_number(cJSON_GetObjectItemCaseSensitive(view, "last_checkpoint"), "n");
    if (shown != j->said && !is_word_out(j, shown))
        sim_fail("job %s begins from checkpoint %" PRIu64 ", and %" PRIu64 " was said last", j->id, shown, j->said);
}

/* Its worker certainly has it, as it had when order was asked. */
static bool is_surely_held(const struct model_job *j, uint64_t order)
{
    if (!j->n_tokens || j->told != TOLD_OPEN || j->is_vague) return false;
    const struct model_token *t = &j->tokens[j->n_tokens - 1];
    bool may_have_ended = t->is_ended || j->acks_out || j->nacks_out || j->requeues_out || j->cancels_out;
    return !may_have_ended && t->told_order < order && t->until_ns > sim.now_ns;
}

void model_progress_seen(const struct model_job *j, uint64_t order, int status, const cJSON *answer)
{
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 404 && model_may_be_missing(j, order)) return;
    if (status != 200) sim_fail("progress of %s: %d", j->id, status);
    if (j->queue == 0 || j->word_order > order) return;
    uint64_t shown = model_number(cJSON_GetObjectItemCaseSensitive(answer, "data"), "n");
    const cJSON *fraction = cJSON_GetObjectItemCaseSensitive(answer, "progress");
    if (shown && shown != j->said && !is_word_out(j, shown))
        sim_fail("job %s shows progress that nobody said: %" PRIu64, j->id, shown);
    if (!shown && j->said && j->said_token + 1 == j->n_tokens && is_surely_held(j, order))
        sim_fail("job %s has lost its progress", j->id);
    if (!shown) return;
    double least = strcmp(model_text(answer, "state"), "completed") == 0 ? 1 : model_word_fraction(shown);
    if (!cJSON_IsNumber(fraction) || fraction->valuedouble < least - 0.001 || fraction->valuedouble > 1)
        sim_fail("job %s has come to %f, and %f was said", j->id, cJSON_IsNumber(fraction) ? fraction->valuedouble : -1.0,
                 least);
}
