/* xml_reader.h: what xml_read.c (tags and text) and xml_value.c (the JSON that they become) share. Private to them. Any thread. */
#ifndef QUERN_BASE_XML_READER_H
#define QUERN_BASE_XML_READER_H

#include "xml_read.h"

/* The attribute "type". */
enum xml_type { XML_UNTYPED, XML_STRING, XML_NUMBER, XML_BOOLEAN, XML_NULL, XML_ARRAY, XML_OBJECT, XML_TYPES };

/* What has been found in an element so far. */
enum xml_content { XML_NOTHING, XML_BLANKS, XML_WORDS, XML_ITEMS, XML_MEMBERS };

/* What is known of an element beforehand. */
struct xml_kind {
    enum xml_rule rule;
    const struct xml_record *record;
};

struct xml_element {
    struct slice name; /* as in its tag */
    size_t value_at; /* where its value begins in the JSON */
    enum xml_type type;
    struct xml_kind kind;
    enum xml_content content; /* XML_BLANKS, XML_WORDS: written as a string that is still open */
};

struct xml_reader {
    const char *start, *p, *end;
    const struct xml_form *form;
    const struct xml_record *record; /* of the root */
    struct json_out *out;
    size_t sought; /* the reading ends before the name that stands there in the JSON; SIZE_MAX: at none */
    struct slice prefix; /* that stands for the name space, with its colon; empty: none does */
    unsigned depth;
    uint32_t n_elements;
    const char *why; /* NULL: nothing is wrong but that out may have overflowed */
    struct xml_element
        open[JSON_DEPTH_MAX + 1]; /* the last of as many arrays and objects as there may be holds one that is neither */
};

/* All of these: false, and the reader's why is set, when the document is wrong. */
static inline bool xml_fail(struct xml_reader *r, const char *why)
{
    if (!r->why) r->why = why;
    return false;
}

static inline struct xml_element *xml_innermost(struct xml_reader *r)
{
    return &r->open[r->depth - 1];
}

static inline bool xml_is_container(const struct xml_element *e)
{
    return e->content == XML_ITEMS || e->content == XML_MEMBERS;
}

/* An element begins in the innermost one: all that stands before its value. *kind: its own. */
bool xml_begin_inside(struct xml_reader *r, struct slice name, struct xml_kind *kind);
/* Whether blanks are what it has to say when nothing else comes: not in what is known to be an array, an object or null. */
bool xml_keeps_blanks(const struct xml_element *e);
/* The innermost one gets some text. */
bool xml_add_text(struct xml_reader *r, const char *p, size_t len);
/* The innermost one ends. */
bool xml_end_element(struct xml_reader *r);

#endif
