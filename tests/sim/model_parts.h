/* model_parts.h: what the model's own files share. */
#ifndef SIM_MODEL_PARTS_H
#define SIM_MODEL_PARTS_H

#include "model.h"

struct model_queue {
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
uint32_t model_fetching(int queue); /* fetches that may have been served and not been seen */

#endif
