/* Network interfaces, of which a program sees none. A preview1 sysroot has no such header. */
#ifndef WASI_ADAPT_NET_IF_H
#define WASI_ADAPT_NET_IF_H

#pragma GCC system_header

#define IF_NAMESIZE 16
#define IFNAMSIZ IF_NAMESIZE

#ifdef __cplusplus
extern "C" {
#endif

struct if_nameindex {
  unsigned int if_index;
  char *if_name;
};

unsigned int if_nametoindex(const char *);
char *if_indextoname(unsigned int, char *);
struct if_nameindex *if_nameindex(void);
void if_freenameindex(struct if_nameindex *);

#ifdef __cplusplus
}
#endif

#endif
