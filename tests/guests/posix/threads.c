// The part of threads that programs with one have, too.
#include "sockets.h"
#include <pthread.h>

#define PRINT(call) printf(#call " = %s\n", errno_name(call))

static int count;

static void init(void) { count++; }

int main(void) {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, recursive;
    pthread_mutexattr_t attributes;
    pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_key_t key;
    PRINT(pthread_mutex_lock(&mutex));
    PRINT(pthread_mutex_unlock(&mutex));
    PRINT(pthread_mutex_trylock(&mutex));
    printf("%d\n", pthread_mutex_trylock(&mutex) == EBUSY);
    PRINT(pthread_mutex_unlock(&mutex));
    PRINT(pthread_mutexattr_init(&attributes));
    PRINT(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE));
    PRINT(pthread_mutex_init(&recursive, &attributes));
    PRINT(pthread_mutex_lock(&recursive));
    PRINT(pthread_mutex_lock(&recursive));
    PRINT(pthread_mutex_trylock(&recursive));
    PRINT(pthread_mutex_unlock(&recursive));
    PRINT(pthread_mutex_unlock(&recursive));
    PRINT(pthread_mutex_unlock(&recursive));
    PRINT(pthread_mutex_destroy(&recursive));
    PRINT(pthread_once(&once, init));
    PRINT(pthread_once(&once, init));
    printf("%d\n", count);
    PRINT(pthread_key_create(&key, NULL));
    PRINT(pthread_setspecific(key, &count));
    printf("%d\n", pthread_getspecific(key) == &count);
    PRINT(pthread_key_delete(key));
    PRINT(pthread_key_create(&key, NULL));
    printf("%d\n", pthread_getspecific(key) == NULL);
    PRINT(pthread_setspecific(key, &key));
    printf("%d\n", pthread_getspecific(key) == &key);
    int error;
    do error = pthread_key_create(&key, NULL); while (!error);
    printf("%s\n", errno_name(error));
    printf("%d\n", pthread_equal(pthread_self(), pthread_self()) != 0);
    return 0;
}
