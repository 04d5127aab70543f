/* model_parts.h: what the model's own files share. */
#ifndef SIM_MODEL_PARTS_H
#define SIM_MODEL_PARTS_H

#include "model.h"

struct model_setting {
    uint32_t value;   /* as last told */
    uint32_t out;     /* asked, not answered */
    bool has_company; /* two at once */
    bool is_unsure;
};
struct model_queue {
    struct model_setting paused, limit;
    uint64_t n_sets; /* of both, asked and told */
    struct model_fetch *fetching; /* under way */
    uint32_t n_unseen;            /* fetches of this life whose answer never came: they may have taken jobs */
    uint32_t filters_out[3];      /* by enum model_act: bulk operations on the whole queue, asked, not answered */
    uint64_t lent_order, lent_ns; /* when a fetch from this queue and others was last answered: where there are several engines it may
                                   * have had a job of this one for a moment */
};
struct model {
    struct model_job *jobs[2000];
    uint32_t n;
    uint64_t order;
    struct model_queue queues[MODEL_QUEUES];
};
extern struct model model;

struct model_job *model_by_nonce(uint64_t nonce); /* NULL: nobody submitted it */
const char *model_text(const struct cJSON *at, const char *name); /* "": it is no string */
uint64_t model_number(const struct cJSON *at, const char *name);
struct model_token *model_last_token(struct model_job *j);
void model_over(struct model_job *j, enum model_told told);
void model_meet(struct model_job *j, const char *id);
void model_look(struct model_job *j, uint64_t order, const struct cJSON *view);
bool model_may_be_discarded(const struct model_job *j);
bool model_is_gone(const struct model_job *j);
/* An ended job of which order was asked may have been brought back, or deleted, before or after what is answered. */
bool model_is_stirred(const struct model_job *j, uint64_t order);
/* It can be that it is not found; if it then is not, it surely is over. */
bool model_may_be_missing(const struct model_job *j, uint64_t order);
/* On a full disk what has ended may be forgotten before its time, and be there again after a restart (src/jobs/engine_room.c). */
bool model_may_be_given_up(const struct model_job *j);
void model_give_up(struct model_job *j);
/* It was told as discarded, and may have been tried again. */
bool model_may_be_revived(const struct model_job *j, uint64_t order);
/* It certainly was. */
void model_revive(struct model_job *j);
/* A crash has decided what was under way. */
void model_settle_acts(struct model_job *j, const char *state);
bool model_is_result(const struct model_job *j, uint64_t n);
/* No answer, or one after a write that failed, which says itself that what was asked may be on the disk or not. */
bool model_is_unknown(int status, const struct cJSON *answer);
void model_queues_crashed(void);
void model_words_crashed(struct model_job *j);
void model_calls_crashed(void);
/* What an attempt that begins is given of the one before. */
void model_check_checkpoint(const struct model_job *j, const struct cJSON *view);
/* A worker with this token can be told that it has lost the job. */
bool model_may_be_refused(const struct model_job *j, uint32_t token);
/* A later grant had been told when order was asked. */
bool model_is_outdated(const struct model_job *j, uint32_t token, uint64_t order);
/* No setting kept a job of that queue from the fetch. */
bool model_is_open(const struct model_fetch *f, int queue);
void model_check_settings(const struct model_fetch *f, int queue, uint32_t n_granted);
uint32_t model_fetching(int queue); /* fetches that may have been served and not been seen */
/* A fetch that has gone without it by now may have had a job of this queue when order was asked, or later. */
bool model_was_lent(int queue, uint64_t order);

#endif
