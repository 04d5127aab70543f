/* restrict.c: see uring.h. The lists are what ring.c, ring_file.c and bufring.c ask of the kernel; ring_launch() holds every operation against
 * them where slow checks are on, and tests/unit/ring/test_restrict.c every opcode. */
#include "ring/uring.h"

#include "base/check.h"

struct allowed {
    uint8_t what;
    uint8_t without; /* not in a ring of which this is not asked: enum ring_without */
};

static const struct allowed operations[] = {
    {IORING_OP_ACCEPT, RING_WITHOUT_SOCKETS},
    {IORING_OP_RECV, RING_WITHOUT_SOCKETS},
    {IORING_OP_SEND, RING_WITHOUT_SOCKETS},
    {IORING_OP_SENDMSG, RING_WITHOUT_SOCKETS},
    {IORING_OP_SHUTDOWN, RING_WITHOUT_SOCKETS},
    {IORING_OP_CONNECT, RING_WITHOUT_CONNECT},
    {IORING_OP_WRITE, RING_WITHOUT_FILES},
    {IORING_OP_FSYNC, RING_WITHOUT_FILES},
    {IORING_OP_OPENAT, RING_WITHOUT_FILES},
    {IORING_OP_FALLOCATE, RING_WITHOUT_FILES},
    {IORING_OP_RENAMEAT, RING_WITHOUT_FILES},
    {IORING_OP_UNLINKAT, RING_WITHOUT_FILES},
    {IORING_OP_POLL_ADD, 0}, /* wake.h */
    {IORING_OP_ASYNC_CANCEL, 0},
    {IORING_OP_CLOSE, 0},
};

static const struct allowed flags[] = {
    {IOSQE_FIXED_FILE, RING_WITHOUT_SOCKETS},
    {IOSQE_BUFFER_SELECT, RING_WITHOUT_SOCKETS},
    {IOSQE_IO_LINK, RING_WITHOUT_FILES},
};

/* Once it runs; what is registered before that is not asked. */
static const struct allowed registers[] = {
    {IORING_REGISTER_PBUF_RING, RING_WITHOUT_SOCKETS},
    {IORING_UNREGISTER_PBUF_RING, RING_WITHOUT_SOCKETS},
    {IORING_REGISTER_FILES_UPDATE, RING_WITHOUT_CONNECT},
    {IORING_REGISTER_EVENTFD, RING_WITHOUT_CONNECT},
    {IORING_UNREGISTER_RING_FDS, 0}, /* as a ring is closed */
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool is_allowed(const struct allowed *a, unsigned without)
{
    return (a->without & without) == 0;
}

static uint8_t flags_of(unsigned without)
{
    uint8_t all = 0;
    for (size_t i = 0; i < COUNT(flags); i++)
        if (is_allowed(&flags[i], without)) all |= flags[i].what;
    return all;
}

bool ring_allows(const struct io_uring_sqe *sqe, unsigned without)
{
    for (size_t i = 0; i < COUNT(operations); i++)
        if (operations[i].what == sqe->opcode) return is_allowed(&operations[i], without) && (sqe->flags & ~flags_of(without)) == 0;
    return false;
}

int ring_restrict(struct ring *r, unsigned without)
{
    struct io_uring_restriction list[COUNT(operations) + COUNT(registers) + 1] = {0};
    unsigned n = 0;
    for (size_t i = 0; i < COUNT(operations); i++)
        if (is_allowed(&operations[i], without))
            list[n++] = (struct io_uring_restriction){.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = operations[i].what};
    for (size_t i = 0; i < COUNT(registers); i++)
        if (is_allowed(&registers[i], without))
            list[n++] = (struct io_uring_restriction){.opcode = IORING_RESTRICTION_REGISTER_OP, .register_op = registers[i].what};
    list[n++] = (struct io_uring_restriction){.opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED, .sqe_flags = flags_of(without)};
    assert(n <= COUNT(list));
    return io_uring_register_restrictions(&r->uring, list, n);
}
