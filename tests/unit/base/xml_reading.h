/* xml_reading.h: what the tests of reading XML share. */
#ifndef QUERN_TESTS_UNIT_BASE_XML_READING_H
#define QUERN_TESTS_UNIT_BASE_XML_READING_H

#include "base/xml_read.h"

static const struct xml_record known, inner;
static const struct xml_member inner_members[] = {{SLICE_INIT("name"), XML_TEXT, NULL},
                                                  {SLICE_INIT("more"), XML_RECORD, &inner}};
static const struct xml_record inner = {inner_members, 2};
static const struct xml_member members[] = {
    {SLICE_INIT("name"), XML_TEXT, NULL}, {SLICE_INIT("tags"), XML_TEXTS, NULL},    {SLICE_INIT("args"), XML_LIST, NULL},
    {SLICE_INIT("meta"), XML_MAP, NULL},  {SLICE_INIT("more"), XML_RECORD, &inner}, {SLICE_INIT("all"), XML_RECORDS, &known},
};
static const struct xml_record known = {members, sizeof members / sizeof *members};
static const struct xml_form form = {SLICE_INIT("r"), SLICE_INIT("urn:x"), "another root"};

static char json_text[1 << 16];

static inline bool read_as(const struct xml_record *record, struct slice xml, size_t room, struct json_out *o,
                           struct xml_fault *fault)
{
    json_out_init(o, json_text, room);
    return xml_to_json(xml, &form, record, o, fault);
}

#endif
