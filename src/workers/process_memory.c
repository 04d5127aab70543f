/* process_memory.c: a task on its way into the memory that a place shares with its child, and its result on the way out: see shared.h. */
#include "workers/process_parts.h"

#include "workers/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

bool process_lay_out(struct place *p, struct task *t)
{
    struct shared *s = p->shared;
    struct slice input = block_slice(t->input);
    if (input.len > shared_input_room(p->type)) {
        task_fail(t, TASK_FAILED, "input_too_large", "The input has %zu bytes, %zu fit.", input.len, shared_input_room(p->type));
        return false;
    }
    memset(&s->task, 0, TASK_CLEAR_BYTES);
    task_init(&s->task, NULL);
    s->task.n_params = t->n_params;
    for (uint8_t i = 0; i < t->n_params; i++) {
        s->task.params[i].name = t->params[i].name; /* of the type's table, which the child has at the same address */
        s->param_at[i] = (uint32_t)(t->params[i].text - t->params_text);
    }
    if (t->n_params) memcpy(s->task.params_text, t->params_text, sizeof t->params_text);
    memcpy(s->task.input_type, t->input_type, sizeof t->input_type);
    s->input_bytes = input.len;
    if (input.len) memcpy(shared_input(s), input.p, input.len);
    if (input.len >= COPIES_FROM) copies_count(input.len);
    return true;
}

/* Copies what may lack its end. */
static void take_text(char *to, size_t room, const char *from)
{
    size_t n = strnlen(from, room - 1);
    memcpy(to, from, n);
    to[n] = 0;
}

/* The block of a sealed file that the child has sent; NULL: it has not, or it is not what it says. */
static struct block *receive_file(struct place *p, struct block_budget *budget, size_t bytes)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    char one;
    int fd = -1;
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    struct stat st;
    struct iovec io = {&one, 1};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    if (recvmsg(p->channel[0], &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != 1) return NULL;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (!c || c->cmsg_type != SCM_RIGHTS) return NULL;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    bool is_sound = (fcntl(fd, F_GET_SEALS) & seals) == seals && fstat(fd, &st) == 0 && (size_t)st.st_size >= bytes;
    struct block *b = is_sound ? block_map(budget, fd, bytes) : NULL;
    (void)close(fd);
    return b;
}

static struct block *take_result(struct place *p, struct task *t, uint32_t kind, size_t bytes)
{
    struct block *b;
    switch ((enum shared_result)kind) {
    case SHARED_INPUT: return t->input ? block_ref(t->input) : block_new(t->budget, 0);
    case SHARED_FILE: return receive_file(p, t->budget, bytes);
    case SHARED_AREA:
        b = bytes <= SHARED_RESULT_BYTES ? block_new(t->budget, bytes) : NULL;
        if (b) block_append(b, slice_make(shared_result(p->shared), bytes));
        return b;
    case SHARED_NONE: break;
    }
    return block_new(t->budget, 0);
}

void process_collect(struct place *p, struct task *t)
{
    struct shared *s = p->shared;
    uint64_t bytes = s->result_bytes;
    take_text(t->result_type, sizeof t->result_type, s->task.result_type);
    for (char *c = t->result_type; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = 0; /* it goes into a field line */
    if (s->task.outcome != TASK_COMPLETED) {
        char message[TASK_MESSAGE_BYTES], code[sizeof t->fail_code];
        take_text(message, sizeof message, s->task.fail_message);
        take_text(code, sizeof code, s->task.fail_code);
        task_fail(t, TASK_FAILED, *code ? code : "handler_error", "%s", message);
        return;
    }
    if (bytes > p->spec->result_max) {
        task_fail(t, TASK_FAILED, "result_too_large", "The result has more than %llu bytes.", (unsigned long long)p->spec->result_max);
        return;
    }
    t->outcome = TASK_COMPLETED;
    t->result = take_result(p, t, s->result, (size_t)bytes);
    if (!t->result) task_fail(t, TASK_FAILED, "out_of_memory", "No memory for a result of %zu bytes.", (size_t)bytes);
}
