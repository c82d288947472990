// Other processes: none can be started, and each function says so.
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void is_refused(const char *function, int result) {
    if (result != -1 || errno != ENOSYS) printf("%s: %d, %s\n", function, result, strerror(errno));
    errno = 0;
}

int main(void) {
    char *none[] = {NULL};
    double average;
    is_refused("fork", fork());
    is_refused("vfork", vfork());
    is_refused("execv", execv("/bin/true", none));
    is_refused("execve", execve("/bin/true", none, none));
    is_refused("execvp", execvp("true", none));
    is_refused("execl", execl("/bin/true", "true", NULL));
    is_refused("execlp", execlp("true", "true", NULL));
    is_refused("system", system("true"));
    is_refused("popen", popen("true", "r") ? 0 : -1);
    is_refused("getloadavg", getloadavg(&average, 1));
    if (pclose(stdin) != -1 || errno != ECHILD) printf("pclose: %s\n", strerror(errno));
    printf("%d\n", system(NULL));
    printf("%s\n", strerror(posix_spawn(NULL, "/bin/true", NULL, NULL, none, none)));
    printf("%s\n", strerror(posix_spawnp(NULL, "true", NULL, NULL, none, none)));
}
