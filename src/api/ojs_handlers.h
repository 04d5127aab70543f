/* ojs_handlers.h: the handlers of the Open Job Spec, for the route table. Private to api/. */
#ifndef QUERN_API_OJS_HANDLERS_H
#define QUERN_API_OJS_HANDLERS_H

struct exchange;

/* ojs_jobs.c */
void ojs_job_submit(struct exchange *x);
void ojs_job_info(struct exchange *x);
void ojs_job_cancel(struct exchange *x);
void ojs_job_activate(struct exchange *x);
/* ojs_bytes.c */
void ojs_job_result(struct exchange *x);
void ojs_job_input(struct exchange *x);
/* ojs_batch.c */
void ojs_batch_submit(struct exchange *x);
void ojs_bulk_submit(struct exchange *x);
/* ojs_bulk.c */
void ojs_bulk_cancel(struct exchange *x);
void ojs_bulk_retry(struct exchange *x);
void ojs_bulk_delete(struct exchange *x);
/* ojs_list.c */
void ojs_job_list(struct exchange *x);
/* ojs_workers.c */
void ojs_worker_fetch(struct exchange *x);
void ojs_worker_ack(struct exchange *x);
void ojs_worker_nack(struct exchange *x);
void ojs_worker_heartbeat(struct exchange *x);
/* ojs_progress.c */
void ojs_progress_show(struct exchange *x);
void ojs_progress_report(struct exchange *x);
/* ojs_queues.c */
void ojs_queue_list(struct exchange *x);
/* ojs_queue_admin.c */
void ojs_queue_info(struct exchange *x);
void ojs_queue_stats(struct exchange *x);
void ojs_queue_pause(struct exchange *x);
void ojs_queue_resume(struct exchange *x);
void ojs_queue_configure(struct exchange *x);
void ojs_queue_make(struct exchange *x);
void ojs_queue_delete(struct exchange *x);
/* ojs_dead.c */
void ojs_dead_list(struct exchange *x);
void ojs_dead_retry(struct exchange *x);
void ojs_dead_delete(struct exchange *x);
/* ojs_cron.c */
void ojs_cron_register(struct exchange *x);
void ojs_cron_replace(struct exchange *x);
void ojs_cron_list(struct exchange *x);
void ojs_cron_info(struct exchange *x);
void ojs_cron_toggle(struct exchange *x);
void ojs_cron_delete(struct exchange *x);
/* events.c */
void ojs_event_list(struct exchange *x);
/* ojs_system.c */
void ojs_health(struct exchange *x);
void ojs_manifest(struct exchange *x);

#endif
