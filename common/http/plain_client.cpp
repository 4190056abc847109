#include "common/http/plain_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/io/blocking_stream.hpp"

namespace longshore::http {
namespace {

namespace beast = boost::beast;
using base::Code;
using base::fail;
using base::Result;

struct Target {
  io::Endpoint to;
  std::string authority, path = "/";
};

Result<Target> split(const PlainRequest& request) {
  constexpr std::string_view kScheme = "http://";
  const std::string& url = request.url;
  const bool clean = std::none_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (!url.starts_with(kScheme) || !clean) return fail(Code::invalid, "not a URL that begins with http://");
  Target target;
  const std::size_t slash = std::min(url.find_first_of("/?", kScheme.size()), url.size());
  target.authority = url.substr(kScheme.size(), slash - kScheme.size());
  if (slash < url.size()) target.path = (url[slash] == '?' ? "/" : "") + url.substr(slash);
  if (!request.unix_socket.empty()) {
    target.to = {io::Transport::unix_stream, {}, 0, request.unix_socket};
    return target;
  }
  const bool has_port = target.authority.find(':', target.authority.rfind(']') + 1) != std::string::npos;
  auto to = io::parse_endpoint("tcp://" + target.authority + (has_port ? "" : ":80"));
  if (!to) return fail(Code::invalid, url.substr(0, slash) + ": " + "the URL names no host and port");
  target.to = std::move(*to);
  return target;
}

std::string head_of(const PlainRequest& request, const Target& target) {
  const bool has_host = std::any_of(request.headers.begin(), request.headers.end(),
                                    [](const auto& header) { return beast::iequals(header.first, "host"); });
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", request.method, target.path);
  if (!has_host) text += "Host: " + target.authority + "\r\n";
  for (const auto& [name, value] : request.headers) text += fmt::format("{}: {}\r\n", name, value);
  text += "User-Agent: longshore\r\nConnection: close\r\n";
  if (!request.content_type.empty()) text += "Content-Type: " + request.content_type + "\r\n";
  if (!request.body.empty() || request.method != "GET") text += fmt::format("Content-Length: {}\r\n", request.body.size());
  return text + "\r\n";
}

Result<Response> receive(const PlainRequest& request, io::BlockingStream& stream) {
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(request.body_limit);
  parser.eager(true);
  if (request.method == "HEAD") parser.skip(true);
  std::string pending;
  char chunk[16 * 1024];
  while (!parser.is_done()) {
    TRY(count, stream.receive(chunk));
    boost::system::error_code error;
    if (count == 0) {
      if (parser.got_some()) parser.put_eof(error);
      if (error || !parser.is_done())
        return fail(Code::closed, stream.where() + " closed the connection before its answer was complete");
      break;
    }
    pending.append(chunk, count);
    const std::size_t used = parser.put(boost::asio::buffer(pending), error);
    pending.erase(0, used);
    if (error == beast::http::error::body_limit)
      return fail(Code::exhausted, stream.where() + " answers more than is allowed");
    if (error && error != beast::http::error::need_more)
      return fail(Code::corrupt, stream.where() + " does not answer in HTTP");
  }
  Response response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    response.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  response.body = std::move(parser.get().body());
  return response;
}

}  // namespace

Result<Response> send_plain(const PlainRequest& request) {
  TRY(target, split(request));
  TRY(stream, io::BlockingStream::connect(target.to, request.timeout));
  TRY_VOID(stream.send(head_of(request, target) + request.body));
  return receive(request, stream);
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return out;
}

}  // namespace longshore::http
