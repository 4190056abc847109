// The tree's coroutine type and its one completion token. Errors of Asio operations are values, never exceptions.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace longshore::io {

template <class T>
using Task = boost::asio::awaitable<T>;

// auto [error, count] = co_await socket.async_read_some(buffer, kNoThrow);
inline constexpr auto kNoThrow = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace longshore::io
