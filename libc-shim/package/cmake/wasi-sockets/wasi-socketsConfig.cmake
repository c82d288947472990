# Defines the target `wasi-sockets::wasi-sockets`, the sockets of C for programs that are built for WASI preview1.
# Everything is found from where this file lies, so the directory can be moved.
if(TARGET wasi-sockets::wasi-sockets)
  return()
endif()

get_filename_component(_wasi_sockets_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
add_library(wasi-sockets::wasi-sockets STATIC IMPORTED)
set_target_properties(wasi-sockets::wasi-sockets PROPERTIES
  IMPORTED_LOCATION "${_wasi_sockets_prefix}/lib/libwasi_sockets.a"
  INTERFACE_INCLUDE_DIRECTORIES "${_wasi_sockets_prefix}/include"
  # The headers lie over those of the C library, so they come before them: not by -isystem.
  IMPORTED_NO_SYSTEM TRUE)
unset(_wasi_sockets_prefix)
