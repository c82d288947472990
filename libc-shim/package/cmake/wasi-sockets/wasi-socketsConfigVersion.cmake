# Versions below 1 are compatible if their second number is the same, others if the first is.
set(PACKAGE_VERSION "@VERSION@")
set(PACKAGE_VERSION_COMPATIBLE FALSE)
string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" _wasi_sockets_own "${PACKAGE_VERSION}")
string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" _wasi_sockets_asked "${PACKAGE_FIND_VERSION}")
if(NOT PACKAGE_FIND_VERSION
    OR (_wasi_sockets_own STREQUAL _wasi_sockets_asked AND PACKAGE_FIND_VERSION VERSION_LESS_EQUAL PACKAGE_VERSION))
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
  set(PACKAGE_VERSION_EXACT TRUE)
endif()
unset(_wasi_sockets_own)
unset(_wasi_sockets_asked)
