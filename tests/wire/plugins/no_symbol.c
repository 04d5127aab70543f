/* no_symbol.c: a shared object, but no plugin. */
__attribute__((visibility("default"))) extern const int quern_plugout;
const int quern_plugout = 1;
