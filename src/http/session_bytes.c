/* session_bytes.c: see session_bytes.h. */
#include "http/session_bytes.h"

#include "http/session.h"

/* ---- the carry ---- */

char *session_grow_carry(struct parser_carry *carry, uint32_t room)
{
    struct session *s = container_of(carry, struct session, carry);
    struct http *h = s->http;
    char *memory;
    uint32_t slot;
    if (room <= CHUNK_ROOM && !s->carry_chunk) {
        s->carry_chunk = chunk_get(h->o.chunks);
        if (!s->carry_chunk) return NULL;
        memory = s->carry_chunk->bytes;
        room = CHUNK_ROOM;
    } else {
        if (room > LARGE_HEAD_BYTES || s->carry_large) return NULL;
        memory = s->carry_large = slab_get(&h->large_heads, &slot);
        if (!memory) return NULL;
        room = LARGE_HEAD_BYTES;
    }
    if (carry->len) memcpy(memory, carry->p, carry->len);
    carry->p = memory;
    carry->room = room;
    return memory;
}

void session_drop_carry(struct session *s)
{
    s->carry_chunk = chunk_put(s->http->o.chunks, s->carry_chunk);
    s->carry_large = slab_put(&s->http->large_heads, s->carry_large);
    s->carry.p = NULL;
    s->carry.len = s->carry.room = 0;
}

/* ---- held bytes ---- */

bool session_hold(struct session *s, struct slice in)
{
    s->held_bytes += (uint32_t)in.len;
    while (in.len) {
        struct chunk *c = s->held_last;
        if (!c || c->end == CHUNK_ROOM) {
            c = http_has_room(s->http) ? chunk_get(s->http->o.chunks) : NULL;
            if (!c) return false;
            if (s->held_last) s->held_last->next = c;
            else s->held_first = c;
            s->held_last = c;
        }
        size_t n = CHUNK_ROOM - c->end < in.len ? CHUNK_ROOM - c->end : in.len;
        memcpy(c->bytes + c->end, in.p, n);
        c->end += (uint32_t)n;
        in = slice_from(in, n);
    }
    return true;
}

void session_drop_held(struct session *s)
{
    s->held_first = chunk_put_all(s->http->o.chunks, s->held_first);
    s->held_last = NULL;
    s->held_bytes = 0;
}
