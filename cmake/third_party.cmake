# Every library the house uses, as third_party::NAME; nothing else in the tree names a library file. Only imported or
# INTERFACE targets: how a library is found or built (shared for tests, static for the release) is decided here alone.
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)

function(third_party_pkg name module)
  pkg_check_modules(pkg_${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(third_party_${name} INTERFACE)
  target_link_libraries(third_party_${name} INTERFACE PkgConfig::pkg_${name})
  add_library(third_party::${name} ALIAS third_party_${name})
endfunction()

third_party_pkg(fmt fmt)
third_party_pkg(spdlog spdlog)
third_party_pkg(yaml yaml-cpp)
third_party_pkg(re2 re2)
third_party_pkg(simdjson simdjson)
third_party_pkg(zstd libzstd)
third_party_pkg(zlib zlib)
third_party_pkg(curl libcurl)
third_party_pkg(benchmark benchmark)

add_library(third_party_openssl INTERFACE)
target_link_libraries(third_party_openssl INTERFACE OpenSSL::SSL OpenSSL::Crypto)
add_library(third_party::openssl ALIAS third_party_openssl)

add_library(third_party_cli11 INTERFACE)  # header only
add_library(third_party::cli11 ALIAS third_party_cli11)

find_package(GTest REQUIRED)
add_library(third_party_gtest INTERFACE)
target_link_libraries(third_party_gtest INTERFACE GTest::gmock GTest::gtest GTest::gtest_main)
add_library(third_party::gtest ALIAS third_party_gtest)

# Asio compiled once (common/io/asio_impl.cpp): every other translation unit sees declarations only.
add_library(third_party_asio INTERFACE)
target_compile_definitions(third_party_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_NO_TS_EXECUTORS)
target_link_libraries(third_party_asio INTERFACE Boost::headers)
add_library(third_party::asio ALIAS third_party_asio)
