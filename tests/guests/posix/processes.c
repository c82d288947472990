// Other processes: there is none, and none can be started.
#include "sockets.h"
#include <spawn.h>
#include <sys/wait.h>

int main(void) {
    T(wait(NULL));
    T(waitpid(-1, NULL, WNOHANG));
    T(waitpid(4321, NULL, 0));
    printf("%d %d %d\n", WIFEXITED(0x300), WEXITSTATUS(0x300), WIFSIGNALED(0x300));
    printf("%d %d %d\n", WIFEXITED(11), WTERMSIG(11), WIFSIGNALED(11));
    printf("%d %d\n", WIFSTOPPED(0x137f), WSTOPSIG(0x137f));
}
