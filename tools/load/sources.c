/* sources.c: see sources.h.
 *
 * A pair is a local address with a destination port; each has all local ports of the range. A place is a port's place among
 * the thread's own times the number of pairs, plus the pair's: so that places in turn go round the pairs first. Places are
 * taken in turn until each was used once, then in the order in which they came back: a port rests as long as possible,
 * for the sake of TIME_WAIT. */
#include "tools/load/sources.h"

#include "base/check.h"

#include <errno.h>
#include <stdlib.h>

#define PORT_FIRST 1024 /* with sources and no range */
#define PORT_LAST 65535

/* Where the next run of a sweep goes on, by thread: the kernel keeps the ports of the last one for a while. Main thread. */
#define STARTS_N 64u
static uint64_t starts[STARTS_N];

struct sources {
    const struct options *o;
    uint32_t addresses_n, pairs_n;
    uint32_t next_remote;    /* where the kernel chooses: whose turn it is */
    uint32_t ports_n;        /* this thread's */
    uint16_t *ports;         /* of local ports, in host order */
    uint16_t *port_places;   /* by local port less the first of the range: its place in ports */
    uint16_t port_first;
    uint32_t thread;
    uint64_t start, fresh, places; /* fresh of the places, from start on and round, have been used */
    uint32_t *returned;      /* ring buffer of places that are free again; room is a power of two */
    uint64_t returned_first, returned_n, returned_room;
};

static bool kernel_chooses(const struct options *o)
{
    return o->sources_n == 0 && o->port_first == 0;
}

static uint16_t first_port(const struct options *o)
{
    return o->port_first ? o->port_first : PORT_FIRST;
}

static uint16_t last_port(const struct options *o)
{
    return o->port_first ? o->port_last : PORT_LAST;
}

/* A port that the server listens on cannot be ours: it may listen on all addresses. */
static bool is_remote(const struct options *o, uint32_t port)
{
    for (int i = 0; i < o->dst_ports_n; i++)
        if (o->dst_ports[i] == port) return true;
    return false;
}

static uint32_t count_ports(const struct options *o)
{
    uint32_t n = 0;
    for (uint32_t port = first_port(o); port <= last_port(o); port++) n += !is_remote(o, port);
    return n;
}

static uint32_t count_addresses(const struct options *o)
{
    return o->sources_n ? o->sources_n : 1;
}

uint64_t sources_capacity(const struct options *o)
{
    if (kernel_chooses(o)) return UINT64_MAX;
    return (uint64_t)count_addresses(o) * (uint64_t)o->dst_ports_n * count_ports(o);
}

/* ---- making ---- */

/* Every T-th usable port of the range, and the way back. */
static void choose_ports(struct sources *s, uint32_t thread, uint32_t threads)
{
    uint32_t usable = 0;
    for (uint32_t port = first_port(s->o); port <= last_port(s->o); port++) {
        if (is_remote(s->o, port) || usable++ % threads != thread) continue;
        s->port_places[port - s->port_first] = (uint16_t)s->ports_n;
        s->ports[s->ports_n++] = (uint16_t)port;
    }
}

int sources_make(const struct options *o, uint32_t thread, uint32_t threads, struct sources **out)
{
    assert(thread < threads && o->dst_ports_n >= 1);
    struct sources *s = calloc(1, sizeof *s);
    if (!s) return -ENOMEM;
    s->o = o;
    s->thread = thread;
    s->addresses_n = count_addresses(o);
    s->pairs_n = s->addresses_n * (uint32_t)o->dst_ports_n;
    s->next_remote = thread % (uint32_t)o->dst_ports_n;
    if (!kernel_chooses(o)) {
        size_t range = (size_t)(last_port(o) - first_port(o)) + 1;
        s->port_first = first_port(o);
        s->ports = calloc(range, sizeof *s->ports);
        s->port_places = calloc(range, sizeof *s->port_places);
        if (!s->ports || !s->port_places) {
            sources_free(s);
            return -ENOMEM;
        }
        choose_ports(s, thread, threads);
        s->places = (uint64_t)s->ports_n * s->pairs_n;
        if (s->places > UINT32_MAX) s->places = UINT32_MAX; /* more than there can be connections */
        s->start = s->places ? starts[thread % STARTS_N] % s->places : 0;
    }
    *out = s;
    return 0;
}

struct sources *sources_free(struct sources *s)
{
    if (!s) return NULL;
    starts[s->thread % STARTS_N] = s->start + s->fresh;
    free(s->ports);
    free(s->port_places);
    free(s->returned);
    free(s);
    return NULL;
}

/* ---- places ---- */

static void fill(const struct sources *s, uint32_t place, struct endpoint *e)
{
    uint32_t pair = place % s->pairs_n;
    e->local.sin_port = htons(s->ports[place / s->pairs_n]);
    if (s->o->sources_n) e->local.sin_addr.s_addr = s->o->sources[pair % s->addresses_n];
    e->remote.sin_port = htons(s->o->dst_ports[pair / s->addresses_n]);
}

static uint32_t find_address(const struct sources *s, in_addr_t address)
{
    uint32_t low = 0, high = s->addresses_n - 1; /* the list ascends */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ntohl(s->o->sources[middle]) < ntohl(address)) low = middle + 1;
        else high = middle;
    }
    return low;
}

static uint32_t find_remote(const struct sources *s, uint16_t port)
{
    uint32_t i = 0;
    while (i + 1 < (uint32_t)s->o->dst_ports_n && s->o->dst_ports[i] != port) i++;
    return i;
}

static bool make_room(struct sources *s)
{
    if (s->returned_n < s->returned_room) return true;
    uint64_t room = s->returned_room ? s->returned_room * 2 : 256;
    uint32_t *more = calloc(room, sizeof *more);
    if (!more) return false;
    for (uint64_t i = 0; i < s->returned_n; i++) more[i] = s->returned[(s->returned_first + i) & (s->returned_room - 1)];
    free(s->returned);
    s->returned = more;
    s->returned_first = 0;
    s->returned_room = room;
    return true;
}

static bool take_place(struct sources *s, uint32_t *place)
{
    if (s->fresh < s->places) {
        *place = (uint32_t)((s->start + s->fresh++) % s->places);
        return true;
    }
    if (!s->returned_n) return false;
    *place = s->returned[s->returned_first];
    s->returned_first = (s->returned_first + 1) & (s->returned_room - 1);
    s->returned_n--;
    return true;
}

int sources_take(struct sources *s, struct endpoint *e)
{
    uint32_t place;
    struct endpoint found = {.local = {.sin_family = AF_INET}, .remote = s->o->target};
    found.local.sin_addr.s_addr = htonl(INADDR_ANY);
    if (kernel_chooses(s->o)) {
        found.remote.sin_port = htons(s->o->dst_ports[s->next_remote]);
        s->next_remote = (s->next_remote + 1) % (uint32_t)s->o->dst_ports_n;
    } else {
        if (!take_place(s, &place)) return -EADDRNOTAVAIL;
        fill(s, place, &found);
    }
    *e = found;
    return 0;
}

void sources_give(struct sources *s, const struct sockaddr_in *local, uint16_t remote_port)
{
    if (kernel_chooses(s->o)) return;
    uint32_t port = ntohs(local->sin_port);
    uint32_t address = s->o->sources_n ? find_address(s, local->sin_addr.s_addr) : 0;
    assert(port >= s->port_first && port <= last_port(s->o) && s->ports[s->port_places[port - s->port_first]] == port);
    assert(!s->o->sources_n || s->o->sources[address] == local->sin_addr.s_addr);
    if (!make_room(s)) return; /* without memory the port is lost: one less */
    uint32_t pair = find_remote(s, remote_port) * s->addresses_n + address;
    s->returned[(s->returned_first + s->returned_n++) & (s->returned_room - 1)] =
        s->port_places[port - s->port_first] * s->pairs_n + pair;
}
