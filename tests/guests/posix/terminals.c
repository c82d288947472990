// Attributes of terminals: of descriptors that are none.
#include "sockets.h"
#include <termios.h>

#define PRINT(call) printf(#call " = %d\n", (int)(call))

static void ask(int fd) {
    struct termios attributes = {0};
    T(tcgetattr(fd, &attributes));
    T(tcsetattr(fd, TCSANOW, &attributes));
    T(tcdrain(fd));
    T(tcflush(fd, TCIOFLUSH));
    T(tcflow(fd, TCOON));
    T(tcsendbreak(fd, 0));
    T(tcgetsid(fd));
}

int main(void) {
    ask(99);
    ask(-1);
    int ends[2];
    T(pipe(ends));
    ask(ends[0]);
    int file = open("f", O_RDWR | O_CREAT, 0600);
    ask(file);
    T(unlink("f"));

    struct termios attributes = {0};
    PRINT(cfgetospeed(&attributes) == B0);
    T(cfsetospeed(&attributes, B38400));
    PRINT(cfgetospeed(&attributes) == B38400);
    T(cfsetispeed(&attributes, B115200));
    PRINT(cfgetispeed(&attributes) == B115200);
    T(cfsetispeed(&attributes, B0));
    T(cfsetospeed(&attributes, 99));
}
