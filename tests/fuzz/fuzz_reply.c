/* Any bytes, as the answers on one connection: whole and in pieces the load generator's parser reports the same, and what it
 * reports keeps its promises. The first byte of the input is the size of the pieces (0: one cut in the middle). */
#include "base/check.h"
#include "tools/load/reply.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read: statuses, bytes, ends, one after another. */
struct told {
    uint8_t *bytes;
    size_t len, room;
};

static void tell(struct told *t, const void *bytes, size_t n)
{
    if (t->len + n > t->room) {
        t->room = (t->len + n) * 2;
        t->bytes = realloc(t->bytes, t->room);
        assert(t->bytes);
    }
    if (n) memcpy(t->bytes + t->len, bytes, n);
    t->len += n;
}

static char carry[REPLY_HEAD_MAX];

/* False: the stream is bad. The piece is in memory of its own, so that a byte read beyond it is seen. */
static bool feed(struct reply_state *r, const uint8_t *data, size_t n, struct told *t)
{
    char *piece = malloc(n ? n : 1);
    assert(piece);
    if (n) memcpy(piece, data, n);
    struct slice in = {piece, n};
    bool good = true;
    for (enum reply_event event = REPLY_HEAD_DONE; good && event != REPLY_MORE;) {
        struct slice head = {NULL, 0}, part = {NULL, 0};
        event = reply_read(r, &in, carry, &head, &part);
        switch (event) {
        case REPLY_MORE: assert(in.len == 0); break;
        case REPLY_HEAD_DONE:
            assert(head.len >= 4 && head.len <= REPLY_HEAD_MAX && memcmp(head.p + head.len - 4, "\r\n\r\n", 4) == 0);
            assert(r->status >= 100 && r->status <= 999 && r->carry_len == 0);
            tell(t, &r->status, sizeof r->status);
            break;
        case REPLY_PART:
            assert(part.len > 0 && part.p >= piece && part.p + part.len <= piece + n);
            tell(t, part.p, part.len);
            break;
        case REPLY_DONE: tell(t, r->close ? "#" : "|", 1); break;
        case REPLY_BAD_HEAD:
        case REPLY_BAD_BODY:
            tell(t, "!", 1);
            good = false;
            break;
        }
    }
    free(piece);
    return good;
}

static struct told read_all(const uint8_t *data, size_t size, size_t piece)
{
    struct reply_state r = {0};
    struct told t = {0};
    for (size_t at = 0; at < size; at += piece)
        if (!feed(&r, data + at, size - at < piece ? size - at : piece, &t)) return t;
    if (reply_end(&r)) tell(&t, "$", 1);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    size_t piece = data[0] ? data[0] : size / 2;
    struct told whole = read_all(data + 1, size - 1, size - 1), cut = read_all(data + 1, size - 1, piece);
    assert(whole.len == cut.len && (!whole.len || memcmp(whole.bytes, cut.bytes, whole.len) == 0));
    free(whole.bytes);
    free(cut.bytes);
    return 0;
}
