// A reserved number: every preview1 call on it is BADF, closing included (renumbering has its own guest).
#include "probe.h"

int main(void) {
    char bytes[64] = "abc";
    iovec_t iov = {bytes, 3};
    uint32_t fd = 0, n, other;
    uint64_t at;
    uint16_t flags;
    filestat_t stat;
    subscription_t sub = {.tag = 1};
    event_t event;
    T(adapter_open_badfd(&fd));
    say("number %u", fd);
    T(fd_advise(fd, 0, 0, 0));
    T(fd_allocate(fd, 0, 0));
    T(fd_close(fd));
    T(fd_datasync(fd));
    T(fd_fdstat_get(fd, bytes));
    T(fd_fdstat_set_flags(fd, 0));
    T(fd_fdstat_set_rights(fd, 0, 0));
    T(fd_filestat_get(fd, &stat));
    T(fd_filestat_set_size(fd, 0));
    T(fd_filestat_set_times(fd, 0, 0, 0));
    T(fd_pread(fd, &iov, 1, 0, &n));
    T(fd_prestat_get(fd, bytes));
    T(fd_prestat_dir_name(fd, bytes, 8));
    T(fd_pwrite(fd, &iov, 1, 0, &n));
    T(fd_read(fd, &iov, 1, &n));
    T(fd_read(fd, NULL, 0, &n));
    T(fd_readdir(fd, bytes, 64, 0, &n));
    T(fd_seek(fd, 0, SET, &at));
    T(fd_seek(fd, 0, CUR, &at));
    T(fd_sync(fd));
    T(fd_tell(fd, &at));
    T(fd_write(fd, &iov, 1, &n));
    T(fd_write(fd, NULL, 0, &n));
    T(path_create_directory(fd, S("x")));
    T(path_filestat_get(fd, 0, S("x"), &stat));
    T(path_filestat_set_times(fd, 0, S("x"), 0, 0, 0));
    T(path_link(fd, 0, S("x"), DIR, S("y")));
    T(path_link(DIR, 0, S("hello.txt"), fd, S("y")));
    T(path_open(fd, 0, S("x"), 0, RIGHT_READ, 0, 0, &other));
    T(path_readlink(fd, S("x"), bytes, 64, &n));
    T(path_remove_directory(fd, S("x")));
    T(path_rename(fd, S("x"), DIR, S("y")));
    T(path_rename(DIR, S("hello.txt"), fd, S("y")));
    T(path_symlink(S("x"), fd, S("y")));
    T(path_unlink_file(fd, S("x")));
    T(sock_accept(fd, 0, &other));
    T(sock_recv(fd, &iov, 1, 0, &n, &flags));
    T(sock_send(fd, &iov, 1, 0, &n));
    T(sock_shutdown(fd, 1));
    sub.fd.fd = fd;
    T(poll_oneoff(&sub, &event, 1, &n));
    say("events %u error %s", n, errno_name(event.error));
    // It is still reserved, and can be given back once.
    T(adapter_close_badfd(fd));
    T(adapter_close_badfd(fd));
    return 0;
}
