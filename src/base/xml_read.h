/* xml_read.h: XML 1.0 as JSON text: what xml.h writes, and what people write in its manner. One pass over the bytes, linear in them; no
 * memory but the caller's, nothing is looked up anywhere: there are no entities but the five of XML itself, and a document with a DTD is
 * refused where it begins. Pure functions; any thread.
 *
 * An element is a member of its name, <item> an entry of an array. What it is, is said by the attribute type ("string", "number",
 * "boolean", "null", "array", "object"); without one by what is known of the member (xml_form), else by its content: with elements in it,
 * an array if the first is an <item>, else an object; without, a number or a truth value if its text is one exactly as JSON writes it,
 * else a string. _xHHHH_ in a name is the character of that number, and _x_ the empty name. */
#ifndef QUERN_BASE_XML_READ_H
#define QUERN_BASE_XML_READ_H

#include "json.h"

/* What a member is, as far as that is known before it is seen. */
enum xml_rule {
    XML_FREE, /* anything, and all that is in it */
    XML_TEXT, /* a string, whatever its text looks like */
    XML_TEXTS, /* an array of those */
    XML_LIST, /* an array */
    XML_MAP, /* an object with any members */
    XML_RECORD, /* an object of which members are known */
    XML_RECORDS, /* an array of those */
};

/* What is known of an object's members; others are XML_FREE. Names as they are in JSON, none with a character that is escaped there. Constant. */
struct xml_record {
    const struct xml_member *members;
    size_t n;
};
struct xml_member {
    struct slice name;
    enum xml_rule rule;
    const struct xml_record *record; /* of XML_RECORD, XML_RECORDS */
};

/* How documents of one kind look. Constant. */
struct xml_form {
    struct slice root, name_space;
    const char *other; /* why a document with another root is refused */
};

struct xml_fault {
    const char *why; /* for people: "text beside elements" */
    size_t at; /* the byte of the document; json_line() tells the line */
    bool is_too_large; /* it may be right, but out has no room for it */
};

/* record: of the root; NULL: that is XML_FREE. Appends the JSON text to out, which has room for twice the document, or less where larger ones are to be refused. What comes out is
 * one JSON value that keeps JSON's rules but for two: names may stand twice in an object, or be more than JSON_MEMBERS_MAX. False:
 * *fault. */
bool xml_to_json(struct slice xml, const struct xml_form *form, const struct xml_record *record, struct json_out *out,
                 struct xml_fault *fault);
/* Where in the document the member begins whose name stands at that byte of its JSON: reads it once more, into an out with the same room. */
size_t xml_place(struct slice xml, const struct xml_form *form, const struct xml_record *record, struct json_out *out,
                 size_t at);

#endif
