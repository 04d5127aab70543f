/* light.h: sRGB bytes ↔ amounts of light. Averages are right only in light: of black and white it is 188, not 128. */
#ifndef QUERN_PLUGINS_IMAGE_THUMBNAIL_LIGHT_H
#define QUERN_PLUGINS_IMAGE_THUMBNAIL_LIGHT_H

#include <stdint.h>

#define LIGHT_STEPS 65535 /* at the dark end an sRGB step is 20 of these */

/* 65 KiB, filled per job in about 20 µs: a plugin has no mutable globals. */
struct light {
    float of_srgb[256];             /* 0 to 1 */
    uint8_t to_srgb[LIGHT_STEPS + 1];
};

void light_init(struct light *light);

/* value: light, clamped to 0 … 1. */
static inline uint8_t light_to_srgb(const struct light *light, float value)
{
    if (!(value > 0)) return 0;
    if (value >= 1) return 255;
    return light->to_srgb[(uint32_t)(value * LIGHT_STEPS + 0.5f)];
}

#endif
