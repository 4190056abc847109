# longshore_library(NAME SOURCES … DEPS …)   one library a folder; DEPS are PUBLIC
function(longshore_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC longshore_flags ${ARG_DEPS})
endfunction()

# longshore_binary(NAME SOURCES … DEPS …)   lands in <build>/bin
function(longshore_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE longshore_flags ${ARG_DEPS})
endfunction()

# longshore_test(NAME SOURCES … DEPS … [LABEL unit|real|fault] [TIMEOUT seconds])   one GoogleTest binary, one ctest entry
function(longshore_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE longshore_flags third_party::gtest ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# longshore_script_test(NAME COMMAND … [LABEL real|fault|house|lab] [TIMEOUT seconds])   a test that is a program of its own
function(longshore_script_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "LONGSHORE_BIN=${CMAKE_BINARY_DIR}/bin;LONGSHORE_BUILD=${CMAKE_BINARY_DIR}")
endfunction()

# longshore_fuzz(NAME SOURCES … DEPS … CORPUS dir)   libFuzzer under the fuzz preset, elsewhere a replay of CORPUS in ctest.
# SOURCES define LLVMFuzzerTestOneInput.
function(longshore_fuzz name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE longshore_flags ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(LONGSHORE_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME ${name} COMMAND ${name} ${ARG_CORPUS})
    set_tests_properties(${name} PROPERTIES LABELS "unit;fuzz" TIMEOUT 60)
  endif()
endfunction()

# longshore_benchmark(NAME SOURCES … DEPS …)   Google Benchmark; ctest runs one iteration so that it cannot rot
function(longshore_benchmark name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE longshore_flags third_party::benchmark ${ARG_DEPS})
  # DYNAMIC also in a static build: Debian has no archive of Google Benchmark.
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/benchmark DYNAMIC ON)
  add_test(NAME ${name} COMMAND ${name} --benchmark_min_time=0)
  set_tests_properties(${name} PROPERTIES LABELS benchmark TIMEOUT 60)
endfunction()
