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

/* The child may write at any moment, also while we look: what is decided on is read once. */
#define READ_ONCE(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)

/* The one descriptor that has come; -1: none, or several, which are closed: there is room for two where one is asked for. */
static int only_descriptor(struct msghdr *m)
{
    int fds[2], n = 0;
    struct cmsghdr *c = CMSG_FIRSTHDR(m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    if (n > 2) n = 2; /* more do not fit, so the kernel has given no more */
    if (n > 0) memcpy(fds, CMSG_DATA(c), (size_t)n * sizeof(int));
    if (n == 1) return fds[0];
    while (n > 0) (void)close(fds[--n]);
    return -1;
}

/* Only of a sealed file is it certain that it stays as long as it is: a map of another would be the server's end. */
static bool is_sealed(int fd, size_t bytes)
{
    const int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    struct stat st;
    int seals = fcntl(fd, F_GET_SEALS); /* -1: no file that can be sealed */
    return seals >= 0 && (seals & wanted) == wanted && fstat(fd, &st) == 0 && (uint64_t)st.st_size == bytes;
}

static void close_file(int fd)
{
    if (fd >= 0) (void)close(fd);
}

/* The next message. False: there is none. *fd: its one descriptor, -1 if it has not exactly one. */
static bool next_message(struct place *p, uint32_t *run, int *fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec io = {run, sizeof *run};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(p->channel[0], &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0 || (n == 0 && m.msg_controllen == 0)) return false; /* nothing more, or the child has closed its end */
    *fd = only_descriptor(&m);
    if (n != sizeof *run) *run = p->run - 1; /* not even a number: of no run that is looked for */
    return true;
}

#define MESSAGES_MAX 16 /* that are looked at after a run: an honest child sends one at most */

/* The file that the child has sent for this run, whatever else it has sent: that is closed, or the next run would take it for its own.
 * -1: there is none, there are several, or the child sends without an end. */
static int receive_file(struct place *p)
{
    int file = -1, fd;
    uint32_t run, n_of_run = 0;
    for (int i = 0; i < MESSAGES_MAX; i++) {
        if (!next_message(p, &run, &fd)) {
            if (n_of_run == 1) return file;
            break;
        }
        if (run == p->run && n_of_run++ == 0) file = fd;
        else close_file(fd);
    }
    close_file(file);
    return -1;
}

/* 0; -ENOMEM; -EBADMSG: what it says of its result cannot be. file: that of this run, or -1; borrowed. */
static int take_result(struct place *p, struct task *t, uint32_t kind, size_t bytes, int file)
{
    switch ((enum shared_result)kind) {
    case SHARED_NONE: t->result = block_new(t->budget, 0); break;
    case SHARED_INPUT: t->result = t->input ? block_ref(t->input) : block_new(t->budget, 0); break;
    case SHARED_FILE:
        if (file < 0 || bytes == 0 || !is_sealed(file, bytes)) return -EBADMSG;
        t->result = block_map(t->budget, file, bytes);
        break;
    case SHARED_AREA:
        if (bytes > SHARED_RESULT_BYTES) return -EBADMSG;
        t->result = block_new(t->budget, bytes);
        if (t->result) block_append(t->result, slice_make(shared_result(p->shared), bytes));
        break;
    default: return -EBADMSG; /* a number of the child's */
    }
    return t->result ? 0 : -ENOMEM;
}

static void take_failure(const struct shared *s, struct task *t)
{
    char message[TASK_MESSAGE_BYTES], code[sizeof t->fail_code];
    take_text(message, sizeof message, s->task.fail_message);
    take_text(code, sizeof code, s->task.fail_code);
    task_fail(t, TASK_FAILED, *code ? code : "handler_error", "%s", message);
}

/* False: see process_collect. */
static bool collect_result(struct place *p, struct task *t, uint32_t kind, int file)
{
    uint64_t bytes = READ_ONCE(p->shared->result_bytes);
    uint64_t max = p->spec->result_max;
    if (bytes > max) {
        task_fail(t, TASK_FAILED, "result_too_large", "The result has more than %llu bytes.", (unsigned long long)max);
        return true;
    }
    t->outcome = TASK_COMPLETED;
    int rc = take_result(p, t, kind, (size_t)bytes, file);
    if (rc == -ENOMEM) task_fail(t, TASK_FAILED, "out_of_memory", "No memory for a result of %zu bytes.", (size_t)bytes);
    if (rc == -EBADMSG) task_fail(t, TASK_FAILED, "result_unsound", "The worker process has not sent the result that it speaks of.");
    return rc != -EBADMSG;
}

bool process_collect(struct place *p, struct task *t)
{
    struct shared *s = p->shared;
    bool is_sound = true;
    uint32_t kind = READ_ONCE(s->result);
    int file = kind == SHARED_FILE ? receive_file(p) : -1; /* also of a result that is not taken: none may stay in the channel */
    take_text(t->result_type, sizeof t->result_type, s->task.result_type);
    for (char *c = t->result_type; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = 0; /* it goes into a field line */
    if (READ_ONCE(s->task.outcome) != TASK_COMPLETED) take_failure(s, t);
    else is_sound = collect_result(p, t, kind, file);
    close_file(file);
    return is_sound;
}
