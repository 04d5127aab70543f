/* What a ring refuses because nothing in src/ring asks for it. */
#include "ring/bufring.h"
#include "ring/uring.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define BIT(opcode) (UINT64_C(1) << (opcode))
#define ALWAYS (BIT(IORING_OP_POLL_ADD) | BIT(IORING_OP_ASYNC_CANCEL) | BIT(IORING_OP_CLOSE))
#define SOCKETS (BIT(IORING_OP_ACCEPT) | BIT(IORING_OP_RECV) | BIT(IORING_OP_SEND) | BIT(IORING_OP_SENDMSG) | BIT(IORING_OP_SHUTDOWN))
#define FILES \
    (BIT(IORING_OP_WRITE) | BIT(IORING_OP_FSYNC) | BIT(IORING_OP_OPENAT) | BIT(IORING_OP_FALLOCATE) | BIT(IORING_OP_RENAMEAT) | \
     BIT(IORING_OP_UNLINKAT))

static struct ring *open_ring(unsigned without)
{
    struct ring *r;
    const char *why;
    struct ring_options o = {.sq_entries = 8, .cq_entries = 16, .direct_max = 4, .without = without};
    cr_assert_eq(ring_open(&o, &r, &why), 0, "%s", why);
    if (!ring_features(r).restricted) cr_skip_test("this kernel has no restrictions");
    return r;
}

/* Past ring.h, as somebody would who has got into the process. */
static int32_t submit(struct ring *r, uint8_t opcode, uint8_t flags)
{
    struct io_uring_cqe *cqe;
    struct io_uring_sqe *sqe = io_uring_get_sqe(&r->uring);
    cr_assert_not_null(sqe);
    memset(sqe, 0, sizeof *sqe);
    sqe->opcode = opcode;
    sqe->flags = flags;
    sqe->fd = -1;
    cr_assert_eq(io_uring_submit_and_wait(&r->uring, 1), 1);
    cr_assert_eq(io_uring_wait_cqe(&r->uring, &cqe), 0);
    int32_t res = cqe->res;
    io_uring_cqe_seen(&r->uring, cqe);
    return res;
}

static void each_opcode(unsigned without, uint64_t allowed)
{
    struct ring *r = open_ring(without);
    struct io_uring_probe *known = io_uring_get_probe();
    cr_assert_not_null(known);
    for (uint8_t opcode = 0; opcode < IORING_OP_LAST; opcode++) {
        if (!io_uring_opcode_supported(known, opcode)) continue; /* an older kernel */
        int32_t res = submit(r, opcode, 0);
        if (allowed >> opcode & 1) cr_expect_neq(res, -EACCES, "opcode %u is refused", opcode);
        else cr_expect_eq(res, -EACCES, "opcode %u: %d", opcode, res);
    }
    io_uring_free_probe(known);
    ring_close(r);
}

Test(ring_restrict, each_opcode_that_nobody_asks_for_is_refused)
{
    each_opcode(0, ALWAYS | SOCKETS | FILES | BIT(IORING_OP_CONNECT));
}

Test(ring_restrict, so_is_what_was_not_asked_of_this_ring)
{
    each_opcode(RING_WITHOUT_CONNECT, ALWAYS | SOCKETS | FILES);
    each_opcode(RING_WITHOUT_CONNECT | RING_WITHOUT_FILES, ALWAYS | SOCKETS);
    each_opcode(RING_WITHOUT_CONNECT | RING_WITHOUT_SOCKETS, ALWAYS | FILES);
}

Test(ring_restrict, flags)
{
    struct ring *r = open_ring(0);
    cr_expect_eq(submit(r, IORING_OP_CLOSE, IOSQE_ASYNC), -EACCES);
    cr_expect_eq(submit(r, IORING_OP_RECV, IOSQE_FIXED_FILE), -EBADF);
    ring_close(r);
    r = open_ring(RING_WITHOUT_SOCKETS);
    cr_expect_eq(submit(r, IORING_OP_FSYNC, IOSQE_FIXED_FILE), -EACCES);
    ring_close(r);
}

Test(ring_restrict, registering)
{
    struct bufring *b;
    int pair[2];
    ring_fd fd;
    struct ring *r = open_ring(0);
    struct iovec v = {.iov_base = pair, .iov_len = sizeof pair};
    cr_expect_eq(io_uring_register_buffers(&r->uring, &v, 1), -EACCES);
    cr_expect_eq(io_uring_register_personality(&r->uring), -EACCES);
    cr_expect_eq(bufring_open(r, 8, 64, 8, &b), 0);
    cr_assert_eq(pipe(pair), 0);
    cr_expect_eq(ring_install(r, pair[0], 0, &fd), 0);
    cr_expect_eq(ring_notify(r, pair[1]), -EINVAL); /* asked, and not an eventfd */
    close(pair[1]);
    bufring_close(b);
    ring_close(r);

    r = open_ring(RING_WITHOUT_CONNECT);
    cr_expect_eq(ring_notify(r, 0), -EACCES);
    cr_expect_eq(ring_install(r, 0, 0, &fd), -EACCES);
    ring_close(r);
}

/* For good: restrictions are not taken back by registering others. */
Test(ring_restrict, nobody_lifts_them)
{
    struct ring *r = open_ring(0);
    struct io_uring_restriction more = {.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_NOP};
    cr_expect_lt(io_uring_register_restrictions(&r->uring, &more, 1), 0);
    cr_expect_lt(io_uring_enable_rings(&r->uring), 0);
    cr_expect_eq(submit(r, IORING_OP_NOP, 0), -EACCES);
    ring_close(r);
}

Test(ring_restrict, a_ring_may_be_without_restrictions)
{
    struct ring *r;
    const char *why;
    struct ring_options o = {.sq_entries = 8, .cq_entries = 16, .force = {.unrestricted = true}};
    cr_assert_eq(ring_open(&o, &r, &why), 0, "%s", why);
    cr_expect_not(ring_features(r).restricted);
    cr_expect_eq(submit(r, IORING_OP_NOP, 0), 0);
    ring_close(r);
}
