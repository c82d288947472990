/*
 * For layers of `wasi-adapt link --layer`: modules between a program and the adapter.
 *
 * A layer defines layer_NAME for each function of preview1 that it takes the place of, and calls next_NAME for the same
 * function one layer down. Both have the parameters of preview1, and return its errno:
 * https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 *
 * Pointers are the caller's, and passed on as they are. What they point to is reached by guest_read, guest_write and
 * guest_address only.
 * For itself the layer uses its C library, whose files are those of the component.
 *
 * Build it as a library: clang --target=wasm32-wasip1 -mexec-model=reactor
 */
#ifndef WASI_ADAPT_LAYER_H
#define WASI_ADAPT_LAYER_H

#include <stdint.h>

#define WASI_ADAPT_NEXT(name) __attribute__((__import_module__("wasi_adapt:next"), __import_name__(name)))
#define WASI_ADAPT_LAYER(name) __attribute__((__export_name__(name)))

#ifdef __cplusplus
extern "C" {
#endif

/* Copies from the caller's memory. Returns 0, or 21 (EFAULT) if the bytes are not all inside of it. */
__attribute__((__import_module__("wasi_adapt:guest"), __import_name__("read")))
uint32_t guest_read(void *to, uint32_t from, uint32_t len);

/* Copies to the caller's memory. Returns 0, or 21 (EFAULT) if there is not all that room inside of it. */
__attribute__((__import_module__("wasi_adapt:guest"), __import_name__("write")))
uint32_t guest_write(uint32_t to, const void *from, uint32_t len);

/* Returns where the caller's bytes are for this layer, or NULL if they are not all inside of the caller's memory. */
__attribute__((__import_module__("wasi_adapt:guest"), __import_name__("address")))
void *guest_address(uint32_t from, uint32_t len);

/* FUNCTIONS */

#ifdef __cplusplus
}
#endif

#endif
