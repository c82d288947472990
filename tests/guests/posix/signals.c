// Signals that a program sends itself.
#include "sockets.h"
#include <signal.h>

static void note(int signal) { printf("signal %d\n", signal); }

static int rounds = 3;

static void again(int signal) {
    printf("again %d\n", signal);
    if (--rounds > 0) T(raise(signal));
    printf("over\n");
}

static void inform(int signal, siginfo_t *information, void *context) {
    (void)context;
    printf("signal %d, %d, by itself: %d\n", signal, information->si_signo, information->si_pid == getpid());
}

int main(void) {
    sigset_t set, old;
    struct sigaction action = {.sa_handler = note}, before;
    T(sigemptyset(&set));
    T(sigaddset(&set, SIGUSR2));
    T(sigaddset(&set, 0));
    T(sigaddset(&set, 65));
    T(sigismember(&set, SIGUSR2));
    T(sigismember(&set, SIGTERM));
    T(sigdelset(&set, SIGUSR2));
    T(sigismember(&set, SIGUSR2));
    T(sigfillset(&set));
    T(sigismember(&set, SIGTERM));

    T(raise(SIGCHLD));
    T(raise(SIGURG));
    T(raise(0));
    T(raise(99));
    T(raise(-1));
    T(kill(getpid(), 0));
    T(kill(getpid(), 99));

    T(sigaction(SIGUSR2, NULL, &before));
    printf("%d\n", before.sa_handler == SIG_DFL);
    T(sigaction(SIGUSR2, &action, NULL));
    T(sigaction(SIGUSR2, NULL, &before));
    printf("%d\n", before.sa_handler == note);
    T(sigaction(SIGKILL, &action, NULL));
    T(sigaction(SIGSTOP, &action, NULL));
    T(sigaction(99, NULL, &before));
    T(raise(SIGUSR2));
    T(kill(getpid(), SIGUSR2));

    // Those that are blocked wait.
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGTERM);
    T(sigprocmask(SIG_BLOCK, &set, NULL));
    T(sigprocmask(99, &set, NULL));
    T(raise(SIGUSR2));
    T(raise(SIGUSR2));
    T(sigpending(&old));
    T(sigismember(&old, SIGUSR2));
    T(sigismember(&old, SIGTERM));
    T(sigprocmask(SIG_SETMASK, NULL, &old));
    T(sigismember(&old, SIGUSR2));
    sigemptyset(&old);
    T(sigsuspend(&old));
    T(raise(SIGUSR2));
    T(sigprocmask(SIG_UNBLOCK, &set, NULL));
    T(sigpending(&old));
    T(sigismember(&old, SIGUSR2));

    // A handler runs with its own signal blocked, and those of its mask.
    sigaddset(&action.sa_mask, SIGUSR2);
    T(sigaction(SIGHUP, &action, NULL));
    action = (struct sigaction){.sa_handler = again, .sa_flags = SA_NODEFER};
    T(sigaction(SIGUSR1, &action, NULL));
    T(raise(SIGUSR1));
    action = (struct sigaction){.sa_handler = again, .sa_flags = SA_RESETHAND};
    T(sigaction(SIGCHLD, &action, NULL));
    rounds = 3;
    T(raise(SIGCHLD));
    T(sigaction(SIGCHLD, NULL, &before));
    printf("%d\n", before.sa_handler == SIG_DFL);
    action = (struct sigaction){.sa_sigaction = inform, .sa_flags = SA_SIGINFO};
    T(sigaction(SIGUSR1, &action, NULL));
    T(kill(getpid(), SIGUSR1));

    printf("%d\n", signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    T(raise(SIGUSR1));
    printf("%d\n", signal(SIGUSR1, note) == SIG_IGN);
    printf("%d\n", signal(SIGKILL, note) == SIG_ERR && errno == EINVAL);
    signal(SIGTERM, note);
    T(raise(SIGTERM));
    return 0;
}
