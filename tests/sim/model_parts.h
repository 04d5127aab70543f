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
bool model_is_result(const struct model_job *j, uint64_t n);
/* No answer, or one after a write that failed, which says itself that what was asked may be on the disk or not. */
bool model_is_unknown(int status, const struct cJSON *answer);
void model_queues_crashed(void);
/* No setting kept a job of its queue from the fetch. */
bool model_is_open(const struct model_fetch *f);
void model_check_settings(const struct model_fetch *f, uint32_t n_granted);
uint32_t model_fetching(int queue); /* fetches that may have been served and not been seen */

#endif
