/* floor_uring.c: the floor server on io_uring, with the features that src/ring uses: a ring of one thread whose task work runs when
 * it waits, multishot accept into direct descriptors, multishot receive into a buffer ring, one submit-and-wait per turn. See
 * floor.h. */
#include "floor.h"

#include <errno.h>
#include <liburing.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SQ_ENTRIES 4096u
#define CQ_ENTRIES 32768u
#define BUFFERS 512u
#define BUFFER_BYTES 2048u
#define BUFFER_GROUP 0

/* user_data: kind 8 | slot 32 */
enum kind { KIND_ACCEPT = 1, KIND_RECV, KIND_SEND, KIND_SHUTDOWN, KIND_CLOSE };

/* A connection, by its slot in the table of direct descriptors. */
struct conn {
    uint32_t carried;  /* bytes of the request that has not ended */
    uint32_t owed;     /* answers not sent yet */
    uint32_t send_len; /* of the send under way; 0: none */
    bool ended;        /* nothing more comes */
    bool broken;       /* nothing more can be sent */
};

struct server {
    struct floor floor;
    struct io_uring ring;
    struct io_uring_buf_ring *bufs;
    char *memory;      /* BUFFERS × BUFFER_BYTES */
    int bufs_returned; /* in this turn */
    struct conn *conns;
    bool accepting;
};

/* ---- operations ---- */

static struct io_uring_sqe *next_sqe(struct server *s)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&s->ring);
    while (!sqe) {
        (void)io_uring_submit(&s->ring);
        sqe = io_uring_get_sqe(&s->ring);
    }
    return sqe;
}

static void name(struct io_uring_sqe *sqe, enum kind kind, uint32_t slot)
{
    io_uring_sqe_set_data64(sqe, (uint64_t)kind << 56 | slot);
}

static void start_accept(struct server *s)
{
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_multishot_accept_direct(sqe, s->floor.listen_fd, NULL, NULL, 0);
    name(sqe, KIND_ACCEPT, 0);
    s->accepting = true;
}

static void start_recv(struct server *s, uint32_t slot)
{
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_recv_multishot(sqe, (int)slot, NULL, 0, 0);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
    sqe->buf_group = BUFFER_GROUP;
    name(sqe, KIND_RECV, slot);
}

static void start_send(struct server *s, uint32_t slot)
{
    struct conn *c = &s->conns[slot];
    uint32_t n = c->owed < FLOOR_ANSWERS ? c->owed : FLOOR_ANSWERS;
    struct io_uring_sqe *sqe = next_sqe(s);
    c->owed -= n;
    c->send_len = (uint32_t)(n * s->floor.answer_len);
    io_uring_prep_send(sqe, (int)slot, s->floor.answers, c->send_len, MSG_NOSIGNAL | MSG_WAITALL);
    sqe->flags |= IOSQE_FIXED_FILE;
    name(sqe, KIND_SEND, slot);
}

/* The receive ends by itself then, and the connection with it. */
static void start_shutdown(struct server *s, uint32_t slot)
{
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_shutdown(sqe, (int)slot, SHUT_RDWR);
    sqe->flags |= IOSQE_FIXED_FILE;
    name(sqe, KIND_SHUTDOWN, slot);
}

static void start_close(struct server *s, uint32_t slot)
{
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_close_direct(sqe, slot);
    name(sqe, KIND_CLOSE, slot);
}

/* ---- completions ---- */

static void on_accept(struct server *s, const struct io_uring_cqe *cqe)
{
    if (cqe->res >= 0) {
        s->conns[cqe->res] = (struct conn){0};
        start_recv(s, (uint32_t)cqe->res);
    }
    if (cqe->flags & IORING_CQE_F_MORE) return;
    s->accepting = false;
    if (cqe->res != -ENFILE) start_accept(s); /* a full table: when a connection has gone */
}

static void return_buffer(struct server *s, const struct io_uring_cqe *cqe)
{
    if (!(cqe->flags & IORING_CQE_F_BUFFER)) return;
    uint32_t id = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
    io_uring_buf_ring_add(s->bufs, s->memory + (size_t)id * BUFFER_BYTES, BUFFER_BYTES, (unsigned short)id,
                          io_uring_buf_ring_mask(BUFFERS), s->bufs_returned++);
}

static void settle(struct server *s, uint32_t slot)
{
    struct conn *c = &s->conns[slot];
    if (c->send_len) return;
    if (c->owed && !c->broken) start_send(s, slot);
    else if (c->ended) start_close(s, slot);
}

static void on_recv(struct server *s, uint32_t slot, const struct io_uring_cqe *cqe)
{
    struct conn *c = &s->conns[slot];
    return_buffer(s, cqe);
    if (cqe->res > 0) c->owed += floor_requests(&s->floor, &c->carried, (uint32_t)cqe->res);
    else if (cqe->res != -ENOBUFS) c->ended = true;
    if (!(cqe->flags & IORING_CQE_F_MORE) && !c->ended) start_recv(s, slot);
    settle(s, slot);
}

static void on_send(struct server *s, uint32_t slot, const struct io_uring_cqe *cqe)
{
    struct conn *c = &s->conns[slot];
    bool whole = cqe->res == (int32_t)c->send_len;
    c->send_len = 0;
    if (!whole) {
        c->broken = true;
        if (!c->ended) start_shutdown(s, slot);
    }
    settle(s, slot);
}

static void on_cqe(struct server *s, const struct io_uring_cqe *cqe)
{
    uint32_t slot = (uint32_t)cqe->user_data;
    switch ((enum kind)(cqe->user_data >> 56)) {
    case KIND_ACCEPT: on_accept(s, cqe); break;
    case KIND_RECV: on_recv(s, slot, cqe); break;
    case KIND_SEND: on_send(s, slot, cqe); break;
    case KIND_CLOSE:
        if (!s->accepting) start_accept(s);
        break;
    case KIND_SHUTDOWN: break;
    }
}

/* ---- the loop ---- */

static int loop(struct server *s)
{
    start_accept(s);
    for (;;) {
        int rc = io_uring_submit_and_wait(&s->ring, 1);
        if (rc < 0 && rc != -EINTR && rc != -EAGAIN && rc != -EBUSY) return 1;
        struct io_uring_cqe *cqe;
        unsigned head, n = 0;
        io_uring_for_each_cqe(&s->ring, head, cqe) {
            on_cqe(s, cqe);
            n++;
        }
        io_uring_cq_advance(&s->ring, n);
        io_uring_buf_ring_advance(s->bufs, s->bufs_returned);
        s->bufs_returned = 0;
    }
}

/* ---- set up ---- */

static int open_buffers(struct server *s)
{
    int rc;
    s->memory = malloc((size_t)BUFFERS * BUFFER_BYTES);
    if (!s->memory) return -ENOMEM;
    s->bufs = io_uring_setup_buf_ring(&s->ring, BUFFERS, BUFFER_GROUP, 0, &rc);
    if (!s->bufs) return rc;
    for (uint32_t id = 0; id < BUFFERS; id++)
        io_uring_buf_ring_add(s->bufs, s->memory + (size_t)id * BUFFER_BYTES, BUFFER_BYTES, (unsigned short)id,
                              io_uring_buf_ring_mask(BUFFERS), (int)id);
    io_uring_buf_ring_advance(s->bufs, (int)BUFFERS);
    return 0;
}

static int open_ring(struct server *s)
{
    struct io_uring_params p = {
        .flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
                 IORING_SETUP_DEFER_TASKRUN,
        .cq_entries = CQ_ENTRIES,
    };
    int rc = io_uring_queue_init_params(SQ_ENTRIES, &s->ring, &p);
    if (rc < 0) return rc;
    (void)io_uring_register_ring_fd(&s->ring); /* saves a look-up per enter; not essential */
    rc = io_uring_register_files_sparse(&s->ring, s->floor.conns_max);
    if (rc < 0) return rc;
    s->conns = calloc(s->floor.conns_max, sizeof *s->conns);
    return s->conns ? open_buffers(s) : -ENOMEM;
}

static int run(struct server *s)
{
    int rc = open_ring(s);
    if (rc == 0) return loop(s);
    (void)fprintf(stderr, "floor: io_uring: %s\n", strerror(-rc));
    return 1;
}

/* Ends by a signal; what a failed set-up leaves goes with the process. */
int main(int argc, char **argv)
{
    struct server s = {0};
    int rc = floor_open(argc, argv, &s.floor);
    return rc != 0 ? rc : run(&s);
}
