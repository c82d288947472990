// A component that says hello by `wasi:http` itself.
#include "handler.h"

static void must(bool ok) {
    if (!ok)
        __builtin_trap();
}

static void append(wasi_http_types_borrow_fields_t fields, const char *name, const char *value, size_t length) {
    handler_string_t text;
    handler_string_set(&text, name);
    wasi_http_types_field_value_t bytes = {(uint8_t *)value, length};
    wasi_http_types_header_error_t error;
    must(wasi_http_types_method_fields_append(fields, &text, &bytes, &error));
}

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t out
) {
    wasi_http_types_incoming_request_drop_own(request);
    wasi_http_types_own_fields_t fields = wasi_http_types_constructor_fields();
    append(wasi_http_types_borrow_fields(fields), "content-type", "text/plain", 10);
    wasi_http_types_own_outgoing_response_t response = wasi_http_types_constructor_outgoing_response(fields);
    wasi_http_types_own_outgoing_body_t body;
    must(wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(response), &body));
    wasi_http_types_own_output_stream_t stream;
    must(wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream));
    wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val.ok = response};
    wasi_http_types_static_response_outparam_set(out, &result);
    handler_list_u8_t text = {(uint8_t *)"hello\n", 6};
    wasi_io_streams_stream_error_t error;
    must(wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(stream), &text, &error));
    wasi_io_streams_output_stream_drop_own(stream);
    wasi_http_types_error_code_t code;
    must(wasi_http_types_static_outgoing_body_finish(body, NULL, &code));
}
