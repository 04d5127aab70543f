/* extension.c: see extension.h. */
#include "http/extension.h"

#include "base/token.h"

enum at {
    IN_SIZE,     /* of extensions nothing has come */
    BEFORE_NAME, /* behind ';' */
    IN_NAME,
    BEFORE_VALUE, /* behind '=' */
    IN_VALUE,
    IN_QUOTES,
    BEHIND_BACKSLASH,
    BEHIND_QUOTES,
    BEHIND_LINE, /* CR has come: what follows is the chunk parser's */
    WRONG,
};

/* HTAB, SP, VCHAR, obs-text (RFC 9110 §5.6.4). */
static bool is_text(char c)
{
    return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f);
}

static enum at behind_word(char c, enum at same)
{
    if (token_byte(c)) return same;
    if (c == '=' && same == IN_NAME) return BEFORE_VALUE;
    return c == ';' ? BEFORE_NAME : c == '\r' ? BEHIND_LINE : WRONG;
}

static enum at step(enum at at, char c)
{
    switch (at) {
    case IN_SIZE: return c == ';' ? BEFORE_NAME : IN_SIZE;
    case BEFORE_NAME: return token_byte(c) ? IN_NAME : WRONG;
    case IN_NAME: return behind_word(c, IN_NAME);
    case BEFORE_VALUE: return c == '"' ? IN_QUOTES : token_byte(c) ? IN_VALUE : WRONG;
    case IN_VALUE: return behind_word(c, IN_VALUE);
    case IN_QUOTES: return c == '\\' ? BEHIND_BACKSLASH : c == '"' ? BEHIND_QUOTES : is_text(c) ? IN_QUOTES : WRONG;
    case BEHIND_BACKSLASH: return is_text(c) ? IN_QUOTES : WRONG;
    case BEHIND_QUOTES: return c == ';' ? BEFORE_NAME : c == '\r' ? BEHIND_LINE : WRONG;
    case BEHIND_LINE: return BEHIND_LINE;
    case WRONG: break;
    }
    return WRONG;
}

bool extension_scan(extension_at *at, struct slice bytes)
{
    enum at now = (enum at)*at;
    size_t i = 0;
    if (now == IN_SIZE) { /* nearly always: there is none */
        const char *semicolon = bytes.len ? memchr(bytes.p, ';', bytes.len) : NULL;
        i = semicolon ? (size_t)(semicolon - bytes.p) : bytes.len;
    }
    for (; i < bytes.len && now != WRONG; i++) now = step(now, bytes.p[i]);
    *at = (extension_at)now;
    return now != WRONG;
}
