/* exif.c: see exif.h. Layouts: ITU T.81 annex B, EXIF 2.32 §4.5 and §4.6, ICC.1:2010 annex B.4. */
#include "exif.h"

#include <stdbool.h>
#include <string.h>

enum { MARKER_TEM = 0x01, MARKER_RST0 = 0xd0, MARKER_RST7 = 0xd7, MARKER_EOI = 0xd9, MARKER_SOS = 0xda };
enum { MARKER_APP1 = 0xe1, MARKER_APP2 = 0xe2 };
enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

/* Bytes in one of the two orders that TIFF allows. The callers check the bounds. */
struct tiff {
    const uint8_t *bytes;
    size_t len;
    bool big;
};

static unsigned u16(const struct tiff *t, size_t at)
{
    const uint8_t *p = t->bytes + at;
    return t->big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

static uint32_t u32(const struct tiff *t, size_t at)
{
    uint32_t first = u16(t, at), second = u16(t, at + 2);
    return t->big ? first << 16 | second : second << 16 | first;
}

int exif_orientation(const uint8_t *tiff, size_t len)
{
    if (len < 14) return 1; /* header, one count, and nothing to read after it */
    struct tiff t = {tiff, len, tiff[0] == 'M'};
    if (memcmp(tiff, t.big ? "MM\0*" : "II*\0", 4) != 0) return 1;
    size_t at = u32(&t, 4);
    if (at > len - 2) return 1;
    size_t entries = u16(&t, at);
    at += 2;
    for (; entries > 0 && len - at >= 12; entries--, at += 12) {
        if (u16(&t, at) != TAG_ORIENTATION) continue;
        unsigned value = u16(&t, at + 8); /* a SHORT sits in the first two of the four value bytes, in either order */
        bool sound = u16(&t, at + 2) == TYPE_SHORT && u32(&t, at + 4) == 1 && value >= 1 && value <= 8;
        return sound ? (int)value : 1;
    }
    return 1;
}

static void segment_note(struct jpeg_segments *found, bool *has_exif, int marker, const uint8_t *body, size_t len)
{
    if (marker == MARKER_APP1 && !*has_exif && len >= 6 && memcmp(body, "Exif\0\0", 6) == 0) {
        *has_exif = true; /* a second one would be somebody's embedded preview */
        found->orientation = exif_orientation(body + 6, len - 6);
    }
    if (marker == MARKER_APP2 && len >= 14 && memcmp(body, "ICC_PROFILE\0", 12) == 0) found->icc_bytes += len - 14;
}

struct jpeg_segments jpeg_segments_read(const uint8_t *bytes, size_t len)
{
    struct jpeg_segments found = {.orientation = 1};
    bool has_exif = false;
    size_t at = 2; /* after SOI */
    while (len >= 4 && at <= len - 4 && bytes[at] == 0xff) {
        int marker = bytes[at + 1];
        if (marker == MARKER_SOS || marker == MARKER_EOI) break;
        if (marker == 0xff) { /* fill byte, T.81 B.1.1.2 */
            at++;
            continue;
        }
        at += 2;
        if (marker == MARKER_TEM || (marker >= MARKER_RST0 && marker <= MARKER_RST7)) continue;
        size_t size = (size_t)bytes[at] << 8 | bytes[at + 1]; /* counts its own two bytes */
        if (size < 2 || size > len - at) break;
        segment_note(&found, &has_exif, marker, bytes + at + 2, size - 2);
        at += size;
    }
    return found;
}
