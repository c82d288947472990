// sockets.c over `wasi:sockets` itself: one host call where one is enough, pollables made once, nothing copied.
#include "direct.h"
#include <stdlib.h>

typedef wasi_io_streams_stream_error_t stream_error_t;
typedef wasi_sockets_tcp_error_code_t error_code_t;
typedef wasi_io_poll_borrow_pollable_t pollable_t;
typedef wasi_sockets_tcp_borrow_tcp_socket_t socket_t;

typedef struct {
    wasi_io_streams_borrow_input_stream_t input;
    wasi_io_streams_borrow_output_stream_t output;
    pollable_t writable;
} connection_t;

static uint8_t block[1 << 16];

static void must(bool ok) {
    if (!ok)
        __builtin_trap();
}

static connection_t connection_of(wasi_io_streams_own_input_stream_t input, wasi_io_streams_own_output_stream_t output) {
    connection_t it = {.input = {input.__handle}, .output = {output.__handle}};
    it.writable.__handle = wasi_io_streams_method_output_stream_subscribe(it.output).__handle;
    return it;
}

static void send_all(const connection_t *it, uint8_t *bytes, size_t len) {
    stream_error_t error;
    while (len > 0) {
        uint64_t room;
        must(wasi_io_streams_method_output_stream_check_write(it->output, &room, &error));
        if (room == 0) {
            wasi_io_poll_method_pollable_block(it->writable);
            continue;
        }
        direct_list_u8_t part = {bytes, len < room ? len : room};
        must(wasi_io_streams_method_output_stream_write(it->output, &part, &error));
        bytes += part.len;
        len -= part.len;
    }
}

static void receive_all(const connection_t *it, size_t len) {
    stream_error_t error;
    while (len > 0) {
        direct_list_u8_t got;
        must(wasi_io_streams_method_input_stream_blocking_read(it->input, len, &got, &error));
        len -= got.len;
        direct_list_u8_free(&got);
    }
}

static void ask(const connection_t *it, size_t len, int count, int ahead) {
    for (int i = 0; i < count + ahead; i++) {
        if (i < count)
            send_all(it, block, len);
        if (i >= ahead)
            receive_all(it, len);
    }
}

static void echo(const connection_t *it) {
    stream_error_t error;
    direct_list_u8_t got;
    while (wasi_io_streams_method_input_stream_blocking_read(it->input, sizeof block, &got, &error)) {
        send_all(it, got.ptr, got.len);
        direct_list_u8_free(&got);
    }
    must(error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED);
    wasi_io_poll_method_pollable_block(it->writable); // What was written last is on its way.
}

static void block_on(socket_t socket) {
    wasi_sockets_tcp_own_pollable_t ready = wasi_sockets_tcp_method_tcp_socket_subscribe(socket);
    wasi_io_poll_method_pollable_block((pollable_t){ready.__handle});
    wasi_io_poll_pollable_drop_own(ready);
}

static connection_t connected(socket_t socket, wasi_sockets_tcp_borrow_network_t network,
                              wasi_sockets_tcp_ip_socket_address_t *address) {
    error_code_t error;
    wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t streams;
    must(wasi_sockets_tcp_method_tcp_socket_start_connect(socket, network, address, &error));
    while (!wasi_sockets_tcp_method_tcp_socket_finish_connect(socket, &streams, &error)) {
        must(error == WASI_SOCKETS_NETWORK_ERROR_CODE_WOULD_BLOCK);
        block_on(socket);
    }
    return connection_of(streams.f0, streams.f1);
}

static connection_t accepted(socket_t socket, wasi_sockets_tcp_borrow_network_t network,
                             wasi_sockets_tcp_ip_socket_address_t *address) {
    error_code_t error;
    wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t made;
    must(wasi_sockets_tcp_method_tcp_socket_start_bind(socket, network, address, &error));
    must(wasi_sockets_tcp_method_tcp_socket_finish_bind(socket, &error));
    must(wasi_sockets_tcp_method_tcp_socket_start_listen(socket, &error));
    must(wasi_sockets_tcp_method_tcp_socket_finish_listen(socket, &error));
    while (!wasi_sockets_tcp_method_tcp_socket_accept(socket, &made, &error)) {
        must(error == WASI_SOCKETS_NETWORK_ERROR_CODE_WOULD_BLOCK);
        block_on(socket);
    }
    return connection_of(made.f1, made.f2);
}

static int number(const direct_string_t *text) {
    int number = 0;
    for (size_t i = 0; i < text->len; i++)
        number = number * 10 + text->ptr[i] - '0';
    return number;
}

// The host takes back what is open at the end.
bool exports_wasi_cli_run_run(void) {
    direct_list_string_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    const direct_string_t *argument = arguments.ptr;
    wasi_sockets_tcp_ip_socket_address_t address = {.tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4};
    address.val.ipv4.port = number(&argument[1]);
    address.val.ipv4.address = (wasi_sockets_network_ipv4_address_t){127, 0, 0, 1};
    wasi_sockets_tcp_borrow_network_t network = {wasi_sockets_instance_network_instance_network().__handle};
    wasi_sockets_tcp_create_socket_own_tcp_socket_t made;
    error_code_t error;
    must(wasi_sockets_tcp_create_socket_create_tcp_socket(WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4, &made, &error));
    socket_t socket = {made.__handle};
    if (arguments.len == 2) {
        connection_t it = accepted(socket, network, &address);
        echo(&it);
    } else {
        connection_t it = connected(socket, network, &address);
        ask(&it, number(&argument[2]), number(&argument[3]), number(&argument[4]));
    }
    return true;
}
