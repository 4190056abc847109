# Every library the house uses, as third_party::NAME; nothing else in the tree names a library file. How one is found or built
# is decided here alone: the distribution's shared libraries for tests, static archives for the release. Where Debian ships no
# archive, its own source package is built (tools/third-party-sources).
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)
set(OPENSSL_USE_STATIC_LIBS ${LONGSHORE_STATIC})
find_package(OpenSSL REQUIRED)

function(third_party_interface name)
  add_library(third_party_${name} INTERFACE)
  target_link_libraries(third_party_${name} INTERFACE ${ARGN})
  add_library(third_party::${name} ALIAS third_party_${name})
endfunction()

# third_party_pkg(NAME MODULE): by pkg-config; for the static release the archive lib<LIB>.a of the module
function(third_party_pkg name module)
  pkg_check_modules(pkg_${name} REQUIRED IMPORTED_TARGET ${module})
  if(NOT LONGSHORE_STATIC)
    third_party_interface(${name} PkgConfig::pkg_${name})
    return()
  endif()
  set(archives)
  foreach(library ${pkg_${name}_STATIC_LIBRARIES} ${pkg_${name}_LIBRARIES})
    find_library(archive_${library} NAMES lib${library}.a)
    if(archive_${library})
      list(APPEND archives ${archive_${library}})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES archives)
  third_party_interface(${name} ${archives})
  target_include_directories(third_party_${name} SYSTEM INTERFACE ${pkg_${name}_INCLUDE_DIRS})
endfunction()

# third_party_compiled(NAME DEFINITIONS SOURCE): one translation unit where there is no archive
function(third_party_compiled name definitions source)
  add_library(third_party_${name}_objects STATIC ${source})
  target_compile_features(third_party_${name}_objects PRIVATE cxx_std_17)
  target_compile_options(third_party_${name}_objects PRIVATE -O2 -march=x86-64-v2 -ffunction-sections -fdata-sections)
  target_compile_definitions(third_party_${name}_objects PUBLIC ${definitions})
  third_party_interface(${name} third_party_${name}_objects)
endfunction()

third_party_pkg(yaml yaml-cpp)
third_party_pkg(re2 re2)
third_party_pkg(zstd libzstd)
third_party_pkg(zlib zlib)
third_party_pkg(expat expat)
third_party_interface(openssl OpenSSL::SSL OpenSSL::Crypto)
third_party_interface(cli11)  # headers only

if(LONGSHORE_STATIC)
  # The installed headers hold fmt's whole source; its one translation unit is written here.
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/third_party/fmt.cc @ONLY CONTENT [[
#include <fmt/format-inl.h>
FMT_BEGIN_NAMESPACE
template FMT_API auto detail::dragonbox::to_decimal(float) noexcept -> detail::dragonbox::decimal_fp<float>;
template FMT_API auto detail::dragonbox::to_decimal(double) noexcept -> detail::dragonbox::decimal_fp<double>;
template FMT_API detail::locale_ref::locale_ref(const std::locale&);
template FMT_API auto detail::locale_ref::get<std::locale>() const -> std::locale;
template FMT_API auto detail::thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto detail::decimal_point_impl(locale_ref) -> char;
template FMT_API void detail::buffer<char>::append(const char*, const char*);
template FMT_API void detail::vformat_to(detail::buffer<char>&, string_view, basic_format_args<FMT_BUFFER_CONTEXT(char)>,
                                         detail::locale_ref);
FMT_END_NAMESPACE
]])
  third_party_compiled(fmt "" ${CMAKE_BINARY_DIR}/third_party/fmt.cc)

  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/third-party-sources COMMAND_ERROR_IS_FATAL ANY)
  file(REAL_PATH ${CMAKE_SOURCE_DIR}/build/third-party/simdjson simdjson_source)  # the links name the version
  file(REAL_PATH ${CMAKE_SOURCE_DIR}/build/third-party/curl curl_source)
  third_party_compiled(simdjson "" ${simdjson_source}/singleheader/simdjson.cpp)
  target_include_directories(third_party_simdjson_objects PRIVATE ${simdjson_source}/singleheader)

  set(curl_build ${curl_source}-build)
  set(curl_archive ${curl_build}/lib/libcurl.a)
  add_custom_command(OUTPUT ${curl_archive}
    COMMAND ${CMAKE_COMMAND} -S ${curl_source} -B ${curl_build} -G Ninja -DCMAKE_BUILD_TYPE=Release
      -DCMAKE_C_COMPILER_LAUNCHER=ccache "-DCMAKE_C_FLAGS=-ffunction-sections -fdata-sections" -DBUILD_SHARED_LIBS=OFF
      -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF
      -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF -DCURL_DISABLE_LDAP=ON -DCURL_BROTLI=OFF
      -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
    COMMAND ${CMAKE_COMMAND} --build ${curl_build} --target libcurl
    COMMENT "libcurl, small and static, from Debian's source package" VERBATIM)
  add_custom_target(third_party_curl_build DEPENDS ${curl_archive})
  # Imported, not a plain path: only so the linker is given what it needs behind it.
  add_library(third_party_curl_archive STATIC IMPORTED)
  set_target_properties(third_party_curl_archive PROPERTIES IMPORTED_LOCATION ${curl_archive})
  target_link_libraries(third_party_curl_archive INTERFACE OpenSSL::SSL OpenSSL::Crypto third_party_zlib)
  third_party_interface(curl third_party_curl_archive)
  target_include_directories(third_party_curl SYSTEM INTERFACE ${curl_source}/include)
  target_compile_definitions(third_party_curl INTERFACE CURL_STATICLIB)
  add_dependencies(third_party_curl third_party_curl_build)
else()
  third_party_pkg(fmt fmt)
  third_party_pkg(simdjson simdjson)
  third_party_pkg(curl libcurl)
endif()

find_package(GTest REQUIRED)
third_party_interface(gtest GTest::gmock GTest::gtest GTest::gtest_main)
find_package(benchmark REQUIRED)
third_party_interface(benchmark benchmark::benchmark)

# Asio compiled once (common/io/asio_impl.cpp): every other translation unit sees declarations only.
third_party_interface(asio Boost::headers)
target_compile_definitions(third_party_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_NO_TS_EXECUTORS)
