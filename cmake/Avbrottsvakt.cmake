# Warnings and sanitizers are interface targets, so that generated and third-party code is not held to ours.
add_library(av_warnings INTERFACE)
target_compile_options(av_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wimplicit-fallthrough -Werror)

set(AV_SANITIZE "" CACHE STRING "Sanitizers for all code, as -fsanitize takes them")
if(AV_SANITIZE)
  add_compile_options(-fsanitize=${AV_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${AV_SANITIZE})
endif()
# av_limit(SECONDS test...): how long the tests may take. With sanitizers five times as long, which is what they cost at most.
function(av_limit seconds)
  if(AV_SANITIZE)
    math(EXPR seconds "5 * ${seconds}")
  endif()
  set_tests_properties(${ARGN} PROPERTIES TIMEOUT ${seconds})
endfunction()

if(AV_SANITIZE MATCHES thread)
  # Exported, so that librdkafka finds them before those of the C library: cmake/tsan/c11_threads.c says why.
  add_library(av_c11_threads OBJECT "${PROJECT_SOURCE_DIR}/cmake/tsan/c11_threads.c")
  target_compile_options(av_c11_threads PRIVATE -std=gnu11 -Wall -Wextra -Werror)
  set_property(TARGET PkgConfig::rdkafka APPEND PROPERTY INTERFACE_SOURCES $<TARGET_OBJECTS:av_c11_threads>)
  set_property(TARGET PkgConfig::rdkafka APPEND PROPERTY INTERFACE_LINK_OPTIONS -rdynamic)
endif()

# av_library(NAME USES folder... LINKS target... [SOURCES file...])
#
# One static library per folder of daemon/. USES names the folders of ours whose headers it may include; LINKS the
# third-party targets. tests/architecture compares USES with the real includes.
function(av_library name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS;SOURCES" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  endif()
  add_library(av_${name} STATIC ${ARG_SOURCES})
  target_include_directories(av_${name} PUBLIC "${PROJECT_SOURCE_DIR}/daemon")
  target_link_libraries(av_${name} PRIVATE av_warnings)
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(av_${name} PUBLIC av_${used})
  endforeach()
  target_link_libraries(av_${name} PUBLIC ${ARG_LINKS})
endfunction()

# av_test(NAME LABEL label [TIMEOUT seconds] [EACH_CASE] SOURCES file... LINKS target...)
# One test program, one CTest case with the label: starting it anew for each of a thousand GoogleTest cases takes ten times
# as long as the cases. EACH_CASE: those whose cases take long, so that they run beside each other.
function(av_test name)
  cmake_parse_arguments(ARG "EACH_CASE" "LABEL;TIMEOUT" "SOURCES;LINKS;ENVIRONMENT" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE av_warnings ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  # Only for those that read files of the project: in the others the path of the checkout would part caches of objects.
  foreach(source IN LISTS ARG_SOURCES)
    file(STRINGS "${source}" uses REGEX AV_SOURCE_DIR LIMIT_COUNT 1)
    if(uses)
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_DEFINITIONS AV_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(ARG_EACH_CASE)
    # Without the parameter's value: GoogleTest prints a struct as bytes, addresses among them, which differ in each run.
    if(AV_SANITIZE)
      math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")
    endif()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES
      PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${ARG_ENVIRONMENT}")
    return()
  endif()
  add_test(NAME ${ARG_LABEL}.${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${ARG_LABEL}.${name} PROPERTIES
    LABELS "${ARG_LABEL}" ENVIRONMENT "${ARG_ENVIRONMENT}")
  av_limit(${ARG_TIMEOUT} ${ARG_LABEL}.${name})
endfunction()
