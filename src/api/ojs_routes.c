#include "api/ojs_routes.h"
#include "api/ojs.h"
#include "api/ojs_handlers.h"

#define SMALL_BODY 65536u /* 1,000 ids or 64 queue names, with room to spare; a cron job */
#define PROGRESS_BODY 16384u /* data and a checkpoint, of which 4 KiB each are recommended */

/* body_max 1 stands for the size that the caller gives. */
#define GIVEN 1u

#define ROUTE(method, path, handler, body, ...)                                                                   \
    {                                                                                                             \
        .methods = METHOD_BIT(METHOD_##method), .pattern = path, .handle = handler, .body_max = body, __VA_ARGS__ \
    }

static const struct route routes[] = {
    ROUTE(POST, "/ojs/v1/jobs", ojs_job_submit, GIVEN, .admit = ojs_admit, .idempotency = true),
    ROUTE(POST, "/ojs/v1/jobs/batch", ojs_batch_submit, GIVEN, .admit = ojs_admit, .idempotency = true),
    ROUTE(POST, "/ojs/v1/jobs/bulk", ojs_bulk_submit, GIVEN, .admit = ojs_admit, .idempotency = true),
    ROUTE(POST, "/ojs/v1/jobs/bulk/cancel", ojs_bulk_cancel, SMALL_BODY, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/jobs/bulk/retry", ojs_bulk_retry, SMALL_BODY, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/jobs/bulk/delete", ojs_bulk_delete, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/jobs", ojs_job_list, 0, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/admin/jobs", ojs_job_list, 0, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/jobs/<uuid:id>", ojs_job_info, 0, .admit = ojs_admit),
    ROUTE(DELETE, "/ojs/v1/jobs/<uuid:id>", ojs_job_cancel, 0, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/jobs/<uuid:id>/activate", ojs_job_activate, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/jobs/<uuid:id>/result", ojs_job_result, 0, .admit = ojs_admit_bytes),
    ROUTE(GET, "/ojs/v1/jobs/<uuid:id>/input", ojs_job_input, 0, .admit = ojs_admit_bytes),
    ROUTE(GET, "/ojs/v1/jobs/<uuid:id>/progress", ojs_progress_show, 0, .admit = ojs_admit),
    ROUTE(PUT, "/ojs/v1/jobs/<uuid:id>/progress", ojs_progress_report, PROGRESS_BODY, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/workers/fetch", ojs_worker_fetch, SMALL_BODY, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/workers/ack", ojs_worker_ack, GIVEN, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/workers/nack", ojs_worker_nack, GIVEN, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/workers/heartbeat", ojs_worker_heartbeat, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/queues", ojs_queue_list, 0, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/queues", ojs_queue_make, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/queues/<name>", ojs_queue_info, 0, .admit = ojs_admit),
    ROUTE(DELETE, "/ojs/v1/queues/<name>", ojs_queue_delete, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/queues/<name>/stats", ojs_queue_stats, 0, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/queues/<name>/pause", ojs_queue_pause, SMALL_BODY, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/queues/<name>/resume", ojs_queue_resume, SMALL_BODY, .admit = ojs_admit),
    ROUTE(PUT, "/ojs/v1/queues/<name>/config", ojs_queue_configure, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/admin/queues/<name>", ojs_queue_info, 0, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/admin/queues/<name>/pause", ojs_queue_pause, SMALL_BODY, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/admin/queues/<name>/resume", ojs_queue_resume, SMALL_BODY, .admit = ojs_admit),
    ROUTE(PUT, "/ojs/v1/admin/queues/<name>/config", ojs_queue_configure, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/dead-letter", ojs_dead_list, 0, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/dead-letter/<uuid:id>/retry", ojs_dead_retry, SMALL_BODY, .admit = ojs_admit),
    ROUTE(DELETE, "/ojs/v1/dead-letter/<uuid:id>", ojs_dead_delete, 0, .admit = ojs_admit),
    ROUTE(POST, "/ojs/v1/cron", ojs_cron_register, SMALL_BODY, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/cron", ojs_cron_list, 0, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/cron/<name>", ojs_cron_info, 0, .admit = ojs_admit),
    ROUTE(PUT, "/ojs/v1/cron/<name>", ojs_cron_replace, SMALL_BODY, .admit = ojs_admit),
    ROUTE(PATCH, "/ojs/v1/cron/<name>", ojs_cron_toggle, SMALL_BODY, .admit = ojs_admit),
    ROUTE(DELETE, "/ojs/v1/cron/<name>", ojs_cron_delete, 0, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/events", ojs_event_list, 0, .admit = ojs_admit),
    ROUTE(GET, "/ojs/v1/health", ojs_health, 0, .admit = ojs_admit, .vital = true),
    /* Without ojs_admit: who asks for a version that is not served finds here which one is
     * (binding §3.1). */
    ROUTE(GET, "/ojs/manifest", ojs_manifest, 0, .admit = NULL),
};
#define N (sizeof routes / sizeof routes[0])
_Static_assert(N <= OJS_ROUTES, "room for every route");

int ojs_routes_add(struct router *r, struct ojs_routes *all, uint64_t body_max, const char **why)
{
    for (size_t i = 0; i < N; i++) {
        all->route[i] = routes[i];
        if (all->route[i].body_max == GIVEN) all->route[i].body_max = body_max;
        int rc = router_add(r, &all->route[i], why);
        if (rc < 0) return rc;
    }
    return 0;
}
