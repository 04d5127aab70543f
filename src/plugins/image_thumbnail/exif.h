/* exif.h: what a JPEG's application segments say, read without trusting one length in them. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_EXIF_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_EXIF_H

#include <stddef.h>
#include <stdint.h>

struct jpeg_segments {
    int orientation;      /* 1 to 8; 1 when the file does not say */
    uint64_t icc_bytes;   /* payload of all ICC profile segments, to decide whether to have them kept */
};

/* Walks the segments before the first scan. Never fails: it stops at what it does not understand. */
struct jpeg_segments jpeg_segments_read(const uint8_t *bytes, size_t len);

/* The orientation in a TIFF block ("II*\0…" or "MM\0*…"), as in JPEG's APP1 after "Exif\0\0" and in PNG's eXIf. 1 when
 * it is absent or damaged. */
int exif_orientation(const uint8_t *tiff, size_t len);

#endif
