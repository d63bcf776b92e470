# What every target of the project shares: language level, warnings, sanitizers, and the one-target-per-folder rule.

set(REPLICA_SANITIZE "" CACHE STRING "Sanitizers to build with, for example 'address' or 'undefined'")

add_library(replica_options INTERFACE)
target_compile_features(replica_options INTERFACE cxx_std_20)
target_include_directories(replica_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(replica_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
if(REPLICA_SANITIZE)
  target_compile_options(replica_options INTERFACE -fsanitize=${REPLICA_SANITIZE} -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  # The sanitizers' own dlopen() calls the real one, which then looks for a plug-in by the program's path only if that is an RPATH.
  target_link_options(replica_options INTERFACE -fsanitize=${REPLICA_SANITIZE} -Wl,--disable-new-dtags)
endif()

# replica_library(NAME DEPENDS target... [PRIVATE target...] [WITHOUT folder...]): the library of the current folder, made of
# every .cpp file in and below it, but for those of the folders that are libraries themselves.
function(replica_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE;WITHOUT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  foreach(folder IN LISTS ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/${folder}/")
  endforeach()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC replica_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
endfunction()

# replica_test(FOLDER DEPENDS target... [WITHOUT folder...]): one test program of all *_test.cpp files in tests/FOLDER, but for
# those of the folders that have test programs of their own.
function(replica_test folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS;WITHOUT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
  foreach(without IN LISTS ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/${folder}/${without}/")
  endforeach()
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" name "${folder}")
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE REPLICA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                                  REPLICA_BINARY_DIR="${PROJECT_BINARY_DIR}")
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${name})
endfunction()
