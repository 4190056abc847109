// Asio's own code, compiled once (BOOST_ASIO_SEPARATE_COMPILATION): every other translation unit sees declarations only.
#include <boost/asio/impl/src.hpp>
