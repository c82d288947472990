// Describes a name, by the numbers of another module.
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    char *bytes;
    size_t size;
} text;

__attribute__((import_module("demo:chain/numbers@0.1.0"), import_name("mix"))) int mix(int a, int b);

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    (void)old_size;
    return size == 0 ? (void *)align : realloc(old, size);
}

__attribute__((export_name("describe"))) text *describe(const char *name, size_t size) {
    static text result;
    result.bytes = malloc(100);
    result.size = snprintf(result.bytes, 100, "C: %.*s=%d", (int)size, name, mix((int)size, 100));
    fprintf(stderr, "middle\n");
    return &result;
}
