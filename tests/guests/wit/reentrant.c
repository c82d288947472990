// An allocator that uses the host itself, through preview1 and through the program's own WIT, whoever it allocates for.
//! args: ["reentrant"]
//! env: ["GREETING=good morning"]
#include "plugin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

// The C library's constructors make the first preview1 call, for which the adapter asks for its memory.
static bool allowed = true;
static int calls;

// The host does not let anyone in who is asked for memory, so this is for what the adapter asks for by itself.
static void use_the_host(void) {
    plugin_string_t key = {(uint8_t *)"colour", 6}, value;
    if (!test_plugin_settings_get(&key, &value) || value.len != 10 || memcmp(value.ptr, "dark green", 10))
        abort();
    plugin_string_free(&value);
    size_t count, bytes;
    if (__wasi_environ_sizes_get(&count, &bytes) || count != 1 || bytes != 22)
        abort();
    char *environ[1], buffer[22];
    if (__wasi_environ_get((uint8_t **)environ, (uint8_t *)buffer) || strcmp(environ[0], "GREETING=good morning"))
        abort();
}

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    (void)old_size;
    if (allowed) {
        allowed = false;
        calls++;
        use_the_host();
    }
    return size == 0 ? (void *)align : realloc(old, size);
}

bool exports_plugin_run(plugin_list_string_t *words, plugin_string_t *ret, plugin_string_t *err) {
    (void)err;
    char line[200] = "", text[300];
    __wasi_ciovec_t greeting = {(uint8_t *)"hello\n", 6};
    size_t written;
    if (__wasi_fd_write(1, &greeting, 1, &written) || written != 6)
        abort();
    FILE *file = fopen("/hello.txt", "r");
    if (!file || !fgets(line, sizeof line, file))
        abort();
    fclose(file);
    plugin_list_tuple2_string_u32_t entries;
    test_plugin_settings_entries(&entries);
    snprintf(text, sizeof text, "%zu words, %zu entries, first line %s, allocator called: %s", words->len, entries.len,
             strtok(line, "\n"), calls ? "yes" : "no");
    plugin_list_tuple2_string_u32_free(&entries);
    plugin_string_dup(ret, text);
    return true;
}
