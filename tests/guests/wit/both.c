// Strings and lists from the host, now for preview1, now for the program's own WIT.
//! args: ["both", "one", "two words", ""]
//! env: ["GREETING=good morning", "EMPTY="]
#include "plugin.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[1 << 16];

static void add(const char *part, size_t len) {
    size_t old = strlen(text);
    if (old + len + 2 > sizeof text)
        abort();
    memcpy(text + old, part, len);
    strcpy(text + old + len, ";");
}

static void add_setting(const char *name) {
    plugin_string_t key = {(uint8_t *)name, strlen(name)}, value;
    if (test_plugin_settings_get(&key, &value)) {
        add((char *)value.ptr, value.len);
        plugin_string_free(&value);
    } else {
        add("none", 4);
    }
}

static void add_entries(void) {
    plugin_list_tuple2_string_u32_t entries;
    test_plugin_settings_entries(&entries);
    for (size_t i = 0; i < entries.len; i++) {
        char entry[100];
        int len = snprintf(entry, sizeof entry, "%.*s=%u", (int)entries.ptr[i].f0.len, (char *)entries.ptr[i].f0.ptr,
                           entries.ptr[i].f1);
        add(entry, len);
    }
    plugin_list_tuple2_string_u32_free(&entries);
}

static void add_file(const char *path) {
    char line[100] = "";
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        abort();
    fclose(file);
    add(line, strcspn(line, "\n"));
}

static void add_directory(const char *path) {
    DIR *dir = opendir(path);
    int entries = 0;
    while (readdir(dir))
        entries++;
    closedir(dir);
    char count[20];
    add(count, snprintf(count, sizeof count, "%d", entries));
}

bool exports_plugin_run(plugin_list_string_t *words, plugin_string_t *ret, plugin_string_t *err) {
    if (words->len == 0) {
        plugin_string_dup(err, "no words");
        return false;
    }
    for (size_t i = 0; i < words->len; i++)
        add((char *)words->ptr[i].ptr, words->ptr[i].len);
    // Memory that both sides take turns in getting, and contents that tell whether one has overwritten the other.
    char *blocks[300];
    for (int i = 0; i < 300; i++) {
        blocks[i] = malloc(100 + i);
        memset(blocks[i], i, 100 + i);
        if (i % 100 == 0) {
            add_setting("colour");
            add_file("/hello.txt");
            add_entries();
            add_directory("/");
            add(getenv("GREETING"), strlen(getenv("GREETING")));
            add_setting("unknown");
        }
    }
    for (int i = 0; i < 300; i++) {
        for (int j = 0; j < 100 + i; j++)
            if (blocks[i][j] != (char)i)
                abort();
        free(blocks[i]);
    }
    printf("%zu words\n", words->len);
    fflush(stdout);
    plugin_string_dup(ret, text);
    return true;
}
