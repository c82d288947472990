// Prints what the library makes of a name.
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    const char *bytes;
    size_t size;
} text;

__attribute__((import_module("demo:chain/words@0.1.0"), import_name("describe"))) void describe(const char *name, size_t size, text *result);

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    (void)old_size;
    return size == 0 ? (void *)align : realloc(old, size);
}

int main(void) {
    text found;
    describe("Ada", 3, &found);
    printf("%.*s\n", (int)found.size, found.bytes);
}
