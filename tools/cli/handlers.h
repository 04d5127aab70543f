/* handlers.h: one function for each command of commands.c. Each returns an exit code and has said what went wrong. Main thread. */
#ifndef QUERN_CLI_HANDLERS_H
#define QUERN_CLI_HANDLERS_H

struct client;

int run_command(struct client *c);
int submit_command(struct client *c);
int get_command(struct client *c);
int wait_command(struct client *c);
int result_command(struct client *c);
int cancel_command(struct client *c);
int retry_command(struct client *c);
int list_command(struct client *c);
int queues_command(struct client *c);
int queues_pause_command(struct client *c);
int queues_resume_command(struct client *c);
int workers_command(struct client *c);
int dead_list_command(struct client *c);
int dead_delete_command(struct client *c);
int cron_list_command(struct client *c);
int cron_add_command(struct client *c);
int cron_remove_command(struct client *c);
int cron_enable_command(struct client *c);
int cron_disable_command(struct client *c);
int user_add_command(struct client *c);
int user_passwd_command(struct client *c);
int user_remove_command(struct client *c);
int user_list_command(struct client *c);
int token_make_command(struct client *c);
int token_revoke_command(struct client *c);
int token_list_command(struct client *c);
int certificate_add_command(struct client *c);
int certificate_remove_command(struct client *c);
int certificate_list_command(struct client *c);
int key_make_command(struct client *c);
int key_revoke_command(struct client *c);
int tail_command(struct client *c);
int top_command(struct client *c);
int health_command(struct client *c);
int completion_command(struct client *c);

#endif
