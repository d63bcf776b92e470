# What every target of the project shares: language level, warnings, sanitizers, and the one-target-per-folder rule.

set(REPLICA_SANITIZE "" CACHE STRING "Sanitizers to build with, for example 'address' or 'undefined'")

add_library(replica_options INTERFACE)
target_compile_features(replica_options INTERFACE cxx_std_20)
target_include_directories(replica_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(replica_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
if(REPLICA_SANITIZE)
  target_compile_options(replica_options INTERFACE -fsanitize=${REPLICA_SANITIZE} -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer
                                                   "$<$<BOOL:$<TARGET_PROPERTY:REPLICA_TESTS>>:-fno-sanitize=undefined;-O0>")
  # The sanitizers' own dlopen() calls the real one, which then looks for a plug-in by the program's path only if that is an RPATH.
  target_link_options(replica_options INTERFACE -fsanitize=${REPLICA_SANITIZE} -Wl,--disable-new-dtags)
endif()

# With CMAKE_UNITY_BUILD, sources of a target are compiled some at a time, which shares what they include and instantiate: a
# build with sanitizers takes less than half of the time. Those that name something of their own as another one does must be
# compiled apart.
include(SourcesApart)

# replica_together(TARGET): the sources of TARGET may be compiled together, but for those of SourcesApart.cmake.
function(replica_together target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE name)
    if(name IN_LIST REPLICA_SOURCES_APART)
      set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
endfunction()

option(REPLICA_PRECOMPILE "Parse the headers that most sources include only once" ON)

# replica_headers(NAME HEADER DEPENDS target...): HEADER of the current folder, precompiled for the targets that name NAME.
function(replica_headers name header)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// A target has a source; this one is for ${header} alone.\n")
  add_library(${name} OBJECT "${source}")
  target_link_libraries(${name} PUBLIC replica_options ${ARG_DEPENDS})
  if(REPLICA_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${header})
  endif()
endfunction()

# replica_precompiled(TARGET NAME): TARGET begins each of its sources with the headers of replica_headers(NAME ...).
function(replica_precompiled target from)
  replica_together(${target})
  if(REPLICA_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

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
  replica_precompiled(${name} base_headers)
endfunction()

# replica_test_code(TARGET): the sources of TARGET are tests. With sanitizers, only what they test is optimised and looked at for
# undefined behaviour: of the time that such a build takes, that is a third. (A property, since options of TARGET itself would
# come before those of replica_options, which switch the sanitizers on.)
function(replica_test_code target)
  set_target_properties(${target} PROPERTIES REPLICA_TESTS ON)
endfunction()

# replica_test_sources(TARGET): the sources of TARGET are tests, with the headers that most tests include.
function(replica_test_sources target)
  replica_test_code(${target})
  replica_precompiled(${target} test_headers)
endfunction()

# replica_tests(TARGET LABEL [FILTER pattern] [SHARDS number]): tells ctest of the cases of a test program. Each case is a test,
# but under sanitizers, where the start of a process takes longer than most cases: there the cases run in a few processes.
function(replica_tests target label)
  cmake_parse_arguments(ARG "" "FILTER;SHARDS" "" ${ARGN})
  if(NOT ARG_FILTER)
    set(ARG_FILTER "*")
  endif()
  if(NOT REPLICA_SANITIZE)
    gtest_discover_tests(${target} TEST_FILTER "${ARG_FILTER}" DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label})
    return()
  endif()
  if(NOT ARG_SHARDS)
    set(ARG_SHARDS 1)
  endif()
  foreach(shard RANGE 1 ${ARG_SHARDS})
    set(name "${target}.${label}.${shard}")
    math(EXPR index "${shard} - 1")
    add_test(NAME ${name} COMMAND ${target} "--gtest_filter=${ARG_FILTER}" --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS ${label}
                                            ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${index}")
  endforeach()
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
  replica_test_sources(${name}_test)
  replica_tests(${name}_test ${name} SHARDS 4)
endfunction()
