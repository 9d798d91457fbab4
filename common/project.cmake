# What every target of the project shares: warnings, sanitizers, the C library's feature set.
add_library(project_options INTERFACE)
target_compile_definitions(project_options INTERFACE _GNU_SOURCE PCHAT_VERSION="${PROJECT_VERSION}")
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wformat=2 -Werror -fno-common -fstack-protector-strong)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(project_options INTERFACE -D_FORTIFY_SOURCE=2)
endif()
if(PCHAT_SANITIZE)
  target_compile_definitions(project_options INTERFACE PCHAT_SANITIZED)
  target_compile_options(project_options INTERFACE
    -fsanitize=${PCHAT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${PCHAT_SANITIZE})
endif()
if(PCHAT_FUZZ)
  target_compile_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(GSSAPI REQUIRED IMPORTED_TARGET krb5-gssapi)
pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(NETSNMP REQUIRED IMPORTED_TARGET netsnmp)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)

# FreeTDS ships no pkg-config file.
find_path(SYBDB_INCLUDE_DIR sybdb.h REQUIRED)
find_library(SYBDB_LIBRARY sybdb REQUIRED)
add_library(FreeTDS::sybdb UNKNOWN IMPORTED)
set_target_properties(FreeTDS::sybdb PROPERTIES
  IMPORTED_LOCATION "${SYBDB_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${SYBDB_INCLUDE_DIR}")

# pchat_library(NAME SOURCES... [LINK TARGETS...]): a room of the library; includes are spelled "room/file.h".
function(pchat_library name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE project_options)
endfunction()
