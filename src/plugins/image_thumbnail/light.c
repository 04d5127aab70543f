/* light.c: see light.h. Curve: IEC 61966-2-1. */
#include "light.h"

#include <math.h>
#include <string.h>

static double srgb_to_light(double value)
{
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

void light_init(struct light *light)
{
    uint32_t from = 0;
    for (uint32_t byte = 0; byte < 256; byte++) {
        light->of_srgb[byte] = (float)srgb_to_light(byte / 255.0);
        double edge = byte == 255 ? 1 : srgb_to_light((byte + 0.5) / 255.0); /* above it the next byte is nearer */
        uint32_t to = (uint32_t)floor(edge * LIGHT_STEPS) + 1;
        memset(light->to_srgb + from, (int)byte, to - from);
        from = to;
    }
}
