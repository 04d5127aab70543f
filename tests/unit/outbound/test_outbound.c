/* Asking others by HTTPS: what comes of it when they answer, do not, or answer what nobody wants; and how it ends. */
#include "outbound/outbound.h"

#include "base/clock.h"

#include <criterion/criterion.h>
#include <semaphore.h>

#include "peer.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static struct peer peer;
static struct outbound *outbound;
static struct network here;
static struct outbound_peer whom;
static sem_t answered;

/* One that is asked, and what came of it. */
struct asked {
    struct outbound_request request; /* must stay first */
    unsigned answers;
    uint16_t status;
    uint32_t fresh_s;
    size_t len;
    char body[64]; /* its beginning */
    char why[256]; /* empty: none */
};

static void on_answer(struct outbound_request *r, const struct outbound_answer *a)
{
    struct asked *k = (struct asked *)(void *)r;
    k->answers++;
    k->status = a->status;
    k->fresh_s = a->fresh_s;
    k->len = a->body.len;
    if (a->body.len) memcpy(k->body, a->body.p, a->body.len < sizeof k->body ? a->body.len : sizeof k->body - 1);
    (void)snprintf(k->why, sizeof k->why, "%s", a->why ? a->why : "");
    (void)sem_post(&answered);
}

/* ---- a tenant, which tells that the thread runs; it asks on its own when it is told to ---- */

static atomic_bool has_turned, tenant_asks;
static struct asked of_tenant;
static sem_t turned;

static uint64_t on_turn(void *arg, uint64_t now_ns)
{
    (void)arg, (void)now_ns;
    if (!atomic_exchange(&has_turned, true)) (void)sem_post(&turned);
    if (atomic_exchange(&tenant_asks, false)) cr_assert(outbound_begin(outbound, &of_tenant.request));
    return UINT64_MAX;
}

static void await(sem_t *s)
{
    while (sem_wait(s) != 0) continue; /* the test has its own time-out */
}

static void init(void)
{
    peer_start(&peer);
    peer_says(&peer, SLICE(OK), false);
    cr_assert(sem_init(&answered, 0, 0) == 0 && sem_init(&turned, 0, 0) == 0 && network_parse(SLICE("127.0.0.0/8"), &here));
    whom = (struct outbound_peer){.url = peer.url, .authorities = slice_str(peer.pem), .allowed = &here, .n_allowed = 1};
    cr_assert(outbound_new(NULL, (struct outbound_tenant){.on_turn = on_turn}, &outbound) == 0 && outbound_start(outbound) == 0);
    await(&turned);
}

static void fini(void)
{
    outbound = outbound_free(outbound);
    peer_stop(&peer);
}

static bool push(struct asked *k)
{
    *k = (struct asked){.request = {.peer = &whom, .on_answer = on_answer, .write_form = k->request.write_form}};
    return outbound_push(outbound, &k->request);
}

/* One request, to its end. */
static struct asked ask(void)
{
    static struct asked k; /* another thread's meanwhile */
    k.request.write_form = NULL;
    cr_assert(push(&k));
    await(&answered);
    cr_assert_eq(k.answers, 1u);
    return k;
}

/* Asks somebody who says this, and hears nothing but why not. */
static void expect_none(struct slice says, const char *why)
{
    peer_says(&peer, says, true);
    struct asked k = ask();
    cr_assert(k.status == 0 && k.len == 0 && k.fresh_s == OUTBOUND_FRESH_UNKNOWN, "%u", k.status);
    cr_assert(k.why[0] && strstr(k.why, why), "%s", k.why);
}

/* ---- answers ---- */

Test(outbound, an_answer, .init = init, .fini = fini, .timeout = 60)
{
    struct asked k = ask();
    cr_assert(k.status == 200 && k.len == 2 && memcmp(k.body, "{}", 2) == 0 && !k.why[0], "%s", k.why);
    cr_assert_eq(k.fresh_s, OUTBOUND_FRESH_UNKNOWN);
    cr_assert(strncmp(peer_request(&peer), "GET /keys HTTP/1.1\r\n", 20) == 0 && strstr(peer_request(&peer), "\r\nAccept: application/json\r\n"), "%s",
              peer_request(&peer));
    cr_assert_not(strstr(peer_request(&peer), "Authorization"));
    (void)ask();
    cr_assert_eq(peer_count(&peer, &peer.visits), 1u, "a connection is kept");
}

static size_t write_form(struct outbound_request *r, char *out)
{
    (void)r;
    memcpy(out, "token=a%2Bb", 11);
    return 11;
}

Test(outbound, a_form_and_who_asks, .init = init, .fini = fini, .timeout = 60)
{
    static struct asked k = {.request = {.write_form = write_form}};
    whom.user = "me";
    whom.password = "pw";
    cr_assert(push(&k));
    await(&answered);
    cr_assert_eq(k.status, 200);
    cr_assert(strncmp(peer_request(&peer), "POST /keys HTTP/1.1\r\n", 21) == 0 && strstr(peer_request(&peer), "\r\n\r\ntoken=a%2Bb"), "%s", peer_request(&peer));
    cr_assert(strstr(peer_request(&peer), "\r\nAuthorization: Basic bWU6cHc=\r\n"), "%s", peer_request(&peer));
    whom.user = whom.password = NULL;
    (void)ask();
    cr_assert_not(strstr(peer_request(&peer), "Authorization"), "nothing is left of the one before: %s", peer_request(&peer));
}

Test(outbound, how_long_it_may_be_kept, .init = init, .fini = fini, .timeout = 60)
{
    peer_says(&peer, SLICE("HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nAge: 600\r\nContent-Length: 0\r\n\r\n"), false);
    struct asked k = ask();
    cr_assert(k.fresh_s <= 3000 && k.fresh_s >= 3000 - OUTBOUND_SECONDS, "%u", k.fresh_s);
    peer_says(&peer, SLICE("HTTP/1.1 103 Early Hints\r\nCache-Control: no-store\r\nAge: 9\r\n\r\n" OK), false);
    cr_assert_eq(ask().fresh_s, OUTBOUND_FRESH_UNKNOWN, "an interim answer says nothing of the one that follows");
    peer_says(&peer, SLICE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nCache-Control: max-age=9\r\n\r\n"), false);
    k = ask();
    cr_assert(k.len == 2 && k.fresh_s == OUTBOUND_FRESH_UNKNOWN, "nor does a trailer");
}

Test(outbound, another_status_is_told_and_not_followed, .init = init, .fini = fini, .timeout = 60)
{
    char text[256];
    int n = snprintf(text, sizeof text, "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:%d/other\r\nContent-Length: 0\r\n\r\n", peer.port);
    peer_says(&peer, slice_make(text, (size_t)n), false);
    struct asked k = ask();
    cr_assert(k.status == 302 && !k.why[0]);
    cr_assert_eq(peer_count(&peer, &peer.asked), 1u);
    peer_says(&peer, SLICE("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\nContent-Length: 0\r\n\r\n"), false);
    cr_assert_eq(ask().status, 401);
    cr_assert_eq(peer_count(&peer, &peer.asked), 2u);
}

/* ---- what is no answer ---- */

/* 64 KiB and no byte more, whether its length is said or not. */
Test(outbound, only_so_much_is_read, .init = init, .fini = fini, .timeout = 60)
{
    static char text[OUTBOUND_BODY_MAX + 256];
    for (unsigned more = 0; more < 2; more++)
        for (int said = 0; said < 2; said++) {
            int n = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n");
            if (said) n += snprintf(text + n, sizeof text - (size_t)n, "Content-Length: %u\r\n", OUTBOUND_BODY_MAX + more);
            n += snprintf(text + n, sizeof text - (size_t)n, "\r\n");
            memset(text + n, 'x', OUTBOUND_BODY_MAX + more);
            struct slice says = slice_make(text, (size_t)n + OUTBOUND_BODY_MAX + more);
            if (more) {
                expect_none(says, "longer than 64 KiB");
                continue;
            }
            peer_says(&peer, says, true);
            struct asked k = ask();
            cr_assert(k.status == 200 && k.len == OUTBOUND_BODY_MAX, "%s", k.why);
        }
}

Test(outbound, only_so_long_a_head_is_read, .init = init, .fini = fini, .timeout = 60)
{
    static char text[20000];
    size_t n = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n");
    while (n < 16384) n += (size_t)snprintf(text + n, sizeof text - n, "X-Filler: %0100d\r\n", 1);
    n += (size_t)snprintf(text + n, sizeof text - n, "Content-Length: 0\r\n\r\n");
    expect_none(slice_make(text, n), "longer than 16 KiB");
}

Test(outbound, answers_that_are_cut_or_none, .init = init, .fini = fini, .timeout = 60)
{
    expect_none(SLICE("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}"), "");
    expect_none(SLICE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "");
    expect_none(SLICE("hello\r\n\r\n"), "");
    expect_none(SLICE(""), "");
    peer_says(&peer, SLICE(OK), false);
    cr_assert_eq(ask().status, 200, "and it goes on");
}

Test(outbound, who_does_not_answer_in_time, .init = init, .fini = fini, .timeout = 120)
{
    uint64_t begin_ns = clock_now_ns();
    peer_hold(&peer, true);
    struct asked k = ask();
    cr_assert(k.status == 0 && strstr(k.why, "timed out"), "%s", k.why);
    cr_assert_geq(clock_now_ns() - begin_ns, OUTBOUND_SECONDS * NS_PER_S);
    peer_hold(&peer, false);
    cr_assert_eq(ask().status, 200);
}

Test(outbound, nobody_listens, .init = init, .fini = fini, .timeout = 60)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    char url[64];
    cr_assert(bind(fd, (struct sockaddr *)&a, len) == 0 && getsockname(fd, (struct sockaddr *)&a, &len) == 0);
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/", ntohs(a.sin_port)); /* bound, so that nobody else takes it */
    whom.url = url;
    struct asked k = ask();
    cr_assert(k.status == 0 && strstr(k.why, "onnect"), "%s", k.why);
    (void)close(fd);
}

/* ---- who is not asked ---- */

Test(outbound, addresses_that_are_not_allowed, .init = init, .fini = fini, .timeout = 60)
{
    whom.n_allowed = 0;
    expect_none(SLICE(OK), "public internet");
    cr_assert(network_parse(SLICE("127.0.0.2"), &here));
    whom.n_allowed = 1;
    expect_none(SLICE(OK), "public internet");
    cr_assert_eq(peer_count(&peer, &peer.visits), 0u);
}

/* One that was allowed when its connection was made, and is not any more. */
Test(outbound, a_kept_connection_is_looked_at_again, .init = init, .fini = fini, .timeout = 60)
{
    cr_assert_eq(ask().status, 200);
    whom.n_allowed = 0;
    struct asked k = ask();
    cr_assert(k.status == 0 && strstr(k.why, "public internet"), "%s", k.why);
    cr_assert_eq(peer_count(&peer, &peer.asked), 1u);
}

Test(outbound, other_protocols, .init = init, .fini = fini, .timeout = 60)
{
    static const char *const urls[] = {"http://127.0.0.1:%d/", "ftp://127.0.0.1:%d/", "file:///etc/passwd", "telnet://127.0.0.1:%d/"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        char url[64];
        (void)snprintf(url, sizeof url, urls[i], peer.port);
        whom.url = url;
        struct asked k = ask();
        cr_assert(k.status == 0 && k.why[0] && k.len == 0, "%s: %s", url, k.why);
    }
    cr_assert_eq(peer_count(&peer, &peer.visits), 0u);
}

Test(outbound, whom_nobody_vouches_for, .init = init, .fini = fini, .timeout = 60)
{
    struct peer other;
    peer_start(&other);
    whom.authorities = slice_str(other.pem);
    struct asked k = ask();
    cr_assert(k.status == 0 && strstr(k.why, "certificate"), "%s", k.why);
    whom.authorities = (struct slice){NULL, 0};
    cr_assert_eq(ask().status, 0, "nor does the system");
    cr_assert_eq(peer_count(&peer, &peer.asked), 0u);
    peer_stop(&other);
}

/* ---- questions ---- */

/* The first is on its way before the others are asked. The tenant asks in a turn that takes up all of them: once it is heard, they are. */
static void ask_beside(struct asked *k, unsigned n)
{
    peer_hold(&peer, true);
    for (unsigned i = 0; i < n; i++) {
        cr_assert(outbound_push(outbound, &k[i].request));
        if (i == 0) peer_await(&peer, 1);
    }
    of_tenant = (struct asked){.request = {.peer = &whom, .on_answer = on_answer}};
    atomic_store(&tenant_asks, true);
    outbound_wake(outbound);
}

static size_t write_other_form(struct outbound_request *r, char *out)
{
    (void)r;
    memcpy(out, "token=a%2Bc", 11);
    return 11;
}

#define QUESTION(whom, form) {.request = {.peer = (whom), .on_answer = on_answer, .write_form = (form), .is_question = true}}

/* Equal ones that are under way at once are asked once, and each hears the answer. */
Test(outbound, equal_questions_are_one, .init = init, .fini = fini, .timeout = 60)
{
    static struct asked k[4] = {QUESTION(&whom, write_form), QUESTION(&whom, write_form), QUESTION(&whom, write_form), QUESTION(&whom, write_form)};
    ask_beside(k, 4);
    peer_await(&peer, 2); /* the first of them, and the tenant's */
    peer_hold(&peer, false);
    for (int i = 0; i < 5; i++) await(&answered);
    bool any_late = false; /* a slow machine lets the 5 s go by */
    for (int i = 0; i < 4; i++) {
        bool is_late = k[i].status == 0 && strstr(k[i].why, "timed out");
        cr_assert(k[i].answers == 1 && (is_late || (k[i].status == 200 && k[i].len == 2 && memcmp(k[i].body, "{}", 2) == 0)), "%d: %s", i, k[i].why);
        any_late |= is_late;
    }
    unsigned asked = peer_count(&peer, &peer.asked);
    cr_assert(any_late || asked == 2, "%u", asked);
    cr_assert(outbound_push(outbound, &k[0].request));
    await(&answered);
    cr_assert_eq(k[0].answers, 2u);
    cr_assert(peer_count(&peer, &peer.asked) == asked + 1 || strstr(k[0].why, "timed out"), "that was another question");
}

/* To others, of something else, or what is no question. */
Test(outbound, others_are_asked_beside_them, .init = init, .fini = fini, .timeout = 60)
{
    static struct outbound_peer other;
    static struct asked k[4] = {QUESTION(&whom, write_form), QUESTION(&whom, write_other_form), QUESTION(&other, write_form),
                                {.request = {.peer = &whom, .on_answer = on_answer, .write_form = write_form}}};
    other = whom;
    ask_beside(k, 4);
    peer_await(&peer, 5);
    peer_hold(&peer, false);
    for (int i = 0; i < 5; i++) await(&answered);
    for (int i = 0; i < 4; i++) cr_assert(k[i].answers == 1 && (k[i].status == 200 || strstr(k[i].why, "timed out")), "%d: %s", i, k[i].why);
}

Test(outbound, an_end_while_questions_wait, .init = init, .fini = fini, .timeout = 60)
{
    static struct asked k[3] = {QUESTION(&whom, write_form), QUESTION(&whom, write_form), QUESTION(&whom, write_form)};
    ask_beside(k, 3);
    outbound = outbound_free(outbound);
    for (int i = 0; i < 3; i++) cr_assert(k[i].answers == 1 && k[i].status == 0 && k[i].why[0], "%d", i);
}

/* ---- many, and the end ---- */

enum { MANY = OUTBOUND_AT_ONCE + OUTBOUND_QUEUE + 8 };

/* As many as are taken while nobody is answered. */
static unsigned fill(struct asked k[MANY])
{
    unsigned n = 0;
    peer_hold(&peer, true);
    while (n < MANY && push(&k[n])) n++;
    return n;
}

Test(outbound, only_so_many_wait, .init = init, .fini = fini, .timeout = 120)
{
    static struct asked k[MANY];
    unsigned n = fill(k);
    cr_assert(n >= OUTBOUND_QUEUE && n <= OUTBOUND_AT_ONCE + OUTBOUND_QUEUE, "%u", n);
    peer_hold(&peer, false);
    for (unsigned i = 0; i < n; i++) await(&answered);
    for (unsigned i = 0; i < n; i++) {
        cr_assert_eq(k[i].answers, 1u, "%u", i);
        cr_assert(k[i].status == 200 || k[i].why[0], "each is told what came of it");
    }
    cr_assert_eq(ask().status, 200, "there is room again");
}

Test(outbound, the_tenant_is_served_whatever_there_is, .init = init, .fini = fini, .timeout = 120)
{
    static struct asked k[MANY];
    unsigned n = fill(k);
    cr_assert_lt(n, MANY);
    of_tenant = (struct asked){.request = {.peer = &whom, .on_answer = on_answer}};
    atomic_store(&tenant_asks, true);
    outbound_wake(outbound);
    peer_await(&peer, OUTBOUND_AT_ONCE + 1);
    peer_hold(&peer, false);
    for (unsigned i = 0; i < n + 1; i++) await(&answered);
    cr_assert(of_tenant.answers == 1 && (of_tenant.status == 200 || strstr(of_tenant.why, "timed out")), "%s", of_tenant.why);
}

Test(outbound, an_end_while_it_is_busy, .init = init, .fini = fini, .timeout = 60)
{
    static struct asked k[MANY];
    unsigned n = fill(k);
    peer_await(&peer, 1);
    outbound = outbound_free(outbound);
    for (unsigned i = 0; i < n; i++) {
        cr_assert_eq(k[i].answers, 1u, "%u", i);
        cr_assert(k[i].status == 0 && k[i].len == 0 && k[i].why[0]);
    }
    cr_assert_str_eq(k[n - 1].why, "the server ends");
}

Test(outbound, without_a_thread_nothing_is_taken, .timeout = 60)
{
    struct asked k = {.request = {.peer = &whom, .on_answer = on_answer}};
    cr_assert_eq(outbound_new(NULL, (struct outbound_tenant){0}, &outbound), 0);
    cr_assert_not(outbound_push(outbound, &k.request));
    outbound_wake(outbound);
    outbound_wake(NULL);
    cr_assert_null(outbound_free(outbound));
    cr_assert_null(outbound_free(NULL));
    cr_assert_eq(k.answers, 0u);
}
