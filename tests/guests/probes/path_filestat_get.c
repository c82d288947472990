// path_filestat_get: types, sizes, links followed or not, paths of all sorts.
#include "probe.h"

static const char *const paths[] = {
    "hello.txt", "empty", "data.bin", "sub", "sub/", "sub/.", "sub/..", "sub/inner.txt", "sub/deep/leaf.txt", "emptydir",
    "link", "dirlink", "dirlink/", "dirlink/inner.txt", "dangling", "loop", "escape", "absolute", "longlink", ".", "./", "..", "../",
    "../hello.txt", "/", "/hello.txt", "", "hello.txt/", "hello.txt/x", "hello.txt/.", "missing", "missing/", "missing/x",
    "./hello.txt", "sub//inner.txt", "sub/./deep/../inner.txt", "sub/../../hello.txt", "sub/../sub/../hello.txt", "loop/x",
    "\xc3\xa4", " ", "link/", "dangling/", "escape/", "linkchain",
};

static void show(uint32_t lookup, const char *path) {
    filestat_t stat;
    int32_t result = p1_path_filestat_get(DIR, lookup, path, (uint32_t)strlen(path), &stat);
    if (result != 0) say("lookup %u %s = %s", lookup, quoted(path, strlen(path)), errno_name(result));
    else if (stat.filetype == 3) say("lookup %u %s = directory, times %d", lookup, path, stat.mtim != 0);
    else say("lookup %u %s = %s, size %llu, nlink %llu", lookup, path, type_name(stat.filetype), stat.size, (uint64_t)stat.nlink);
}

int main(void) {
    filestat_t stat;
    EACH_FD(T(path_filestat_get(fd, 0, S("inner.txt"), &stat)));
    for (uint32_t i = 0; i < COUNT(paths); i++) {
        show(0, paths[i]);
        show(SYMLINK_FOLLOW, paths[i]);
    }
    T(path_filestat_get(DIR, 0, S("hello.txt\0x"), &stat));
    T(path_filestat_get(DIR, 0, S("hello.txt\0"), &stat));
    static char longest[8192];
    memset(longest, 'n', sizeof longest);
    T(path_filestat_get(DIR, 0, longest, 255, &stat));
    T(path_filestat_get(DIR, 0, longest, 256, &stat));
    T(path_filestat_get(DIR, 0, longest, 4096, &stat));
    T(path_filestat_get(DIR, 0, longest, 8192, &stat));
    for (int i = 0; i + 1 < (int)sizeof longest; i += 2) memcpy(longest + i, "./", 2);
    T(path_filestat_get(DIR, 0, longest, 4000, &stat));
    T(path_filestat_get(DIR, 0, longest, 8192, &stat));
    // Two hard links are one file.
    filestat_t a, b;
    MUST(path_link(DIR, 0, S("hello.txt"), DIR, S("hard")));
    MUST(path_filestat_get(DIR, 0, S("hello.txt"), &a));
    MUST(path_filestat_get(DIR, 0, S("hard"), &b));
    say("one file %d nlink %llu %llu", a.ino == b.ino && a.dev == b.dev, (uint64_t)a.nlink, (uint64_t)b.nlink);
    say("mtim %llu", a.mtim);
    MUST(path_filestat_get(DIR, SYMLINK_FOLLOW, S("link"), &b));
    say("through the link %d", a.ino == b.ino && a.dev == b.dev);
    MUST(path_filestat_get(DIR, 0, S("link"), &b));
    say("the link itself %d", a.ino != b.ino);
    // Last, because the official adapter traps.
    show(0, "bad\xff\xfe");
    show(SYMLINK_FOLLOW, "bad\xff\xfe");
    return 0;
}
