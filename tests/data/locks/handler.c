// A component that counts at each request, by `wasi:http` itself; one with a query is only answered.
#include "count.h"
#include "handler.h"
#include <string.h>

static void must(bool ok) {
    if (!ok)
        __builtin_trap();
}

static bool has_query(wasi_http_types_borrow_incoming_request_t request) {
    handler_string_t target;
    must(wasi_http_types_method_incoming_request_path_with_query(request, &target));
    return memchr(target.ptr, '?', target.len) != NULL;
}

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t out
) {
    char text[32];
    int number = has_query(wasi_http_types_borrow_incoming_request(request)) ? 0 : count();
    size_t length = snprintf(text, sizeof text, "%d\n", number);
    wasi_http_types_incoming_request_drop_own(request);
    wasi_http_types_own_outgoing_response_t response =
        wasi_http_types_constructor_outgoing_response(wasi_http_types_constructor_fields());
    wasi_http_types_own_outgoing_body_t body;
    must(wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(response), &body));
    wasi_http_types_own_output_stream_t stream;
    must(wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream));
    wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val.ok = response};
    wasi_http_types_static_response_outparam_set(out, &result);
    handler_list_u8_t written = {(uint8_t *)text, length};
    wasi_io_streams_stream_error_t error;
    must(wasi_io_streams_method_output_stream_blocking_write_and_flush(
        wasi_io_streams_borrow_output_stream(stream), &written, &error));
    wasi_io_streams_output_stream_drop_own(stream);
    wasi_http_types_error_code_t code;
    must(wasi_http_types_static_outgoing_body_finish(body, NULL, &code));
}
