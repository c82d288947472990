// Calls functions that are there and refuse, and prints the error of each: `FUNCTION ERROR`.
#include "sockets.h"
#include <dlfcn.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <termios.h>

// Calls something that is to set an error.
#define ERRNO(name, call) (errno = 0, (void)(call), printf(name " %s\n", errno_name(errno)))
// Calls something that is to return one.
#define RETURNED(name, call) printf(name " %s\n", errno_name(call))

static void *run(void *argument) { return argument; }

int main(void) {
    char *none[] = {NULL};
    struct statvfs filesystem;
    double load;
    pid_t process;
    pthread_t thread;
    struct termios attributes = {0};
    ERRNO("fork", fork());
    ERRNO("vfork", vfork());
    ERRNO("execv", execv("/bin/true", none));
    ERRNO("execve", execve("/bin/true", none, none));
    ERRNO("execvp", execvp("true", none));
    ERRNO("system", system("true"));
    ERRNO("popen", popen("true", "r"));
    RETURNED("posix_spawn", posix_spawn(&process, "/bin/true", NULL, NULL, none, none));
    RETURNED("pthread_create", pthread_create(&thread, NULL, run, NULL));
    ERRNO("alarm", alarm(1));
    ERRNO("getloadavg", getloadavg(&load, 1));
    ERRNO("statvfs", statvfs(".", &filesystem));
    ERRNO("fstatvfs", fstatvfs(3, &filesystem));
    int file = MUST(open("limits-refused", O_RDWR | O_CREAT, 0666));
    ERRNO("mmap", mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    MUST(unlink("limits-refused"));
    ERRNO("tcgetattr", tcgetattr(0, &attributes));
    ERRNO("tcsetattr", tcsetattr(0, TCSANOW, &attributes));
    ERRNO("tcflush", tcflush(0, TCIOFLUSH));
    ERRNO("tcdrain", tcdrain(1));
    void *library = dlopen("libm.so", RTLD_NOW);
    char *error = dlerror();
    printf("dlopen %s\n", !library && error && *error ? "dlerror" : "0");
    return 0;
}
