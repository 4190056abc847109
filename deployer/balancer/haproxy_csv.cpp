#include "deployer/balancer/haproxy_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <initializer_list>
#include <optional>

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using Row = std::vector<std::string>;

constexpr std::string_view kStart = "# pxname,";
constexpr std::string_view kServerType = "2";  // 0 frontend, 1 backend, 2 server, 3 listener

// Takes the next row off `text`: RFC 4180, with line feeds alone. Nullopt: the text ends within it.
std::optional<Row> take_row(std::string_view& text) {
  Row row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      row.back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c == '\n' && !quoted) {
      text.remove_prefix(i + 1);
      return row;
    } else if (c != '\r' || quoted) {
      row.back() += c;
    }
  }
  return std::nullopt;
}

class Columns {
 public:
  explicit Columns(Row names) : names_(std::move(names)) { names_[0].erase(0, 2); }  // "# "
  std::optional<std::size_t> find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
  }
  // What stands there; empty in a version that has no such column, and where HAProxy has nothing to say.
  std::string_view text(const Row& row, std::string_view name) const {
    const auto at = find(name);
    return at && *at < row.size() ? std::string_view(row[*at]) : std::string_view();
  }
  std::uint64_t sum(const Row& row, std::initializer_list<std::string_view> names) const {
    std::uint64_t all = 0;
    for (const std::string_view name : names) {
      const std::string_view digits = text(row, name);
      std::uint64_t number = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error == std::errc{} && end == digits.data() + digits.size()) all += number;
    }
    return all;
  }

 private:
  Row names_;
};

}  // namespace

Rotation rotation_of(std::string_view status) {
  const std::string_view word = status.substr(0, status.find(' '));
  const bool counting = status.find('/') != std::string_view::npos;  // "UP 1/3": checks on their way to the other state
  if (word == "NOLB" || word == "DRAIN" || word == "MAINT") return Rotation::stopping;
  if (word != "UP" && word != "DOWN") return Rotation::unknown;
  if (counting) return Rotation::checking;
  return word == "UP" ? Rotation::in : Rotation::out;
}

Result<std::vector<ServerState>> read_haproxy_csv(std::string_view csv, const std::string& balancer) {
  const auto wrong = [&](std::string_view why) {
    return fail(Code::corrupt, fmt::format("{}: its answer is not HAProxy's statistics as CSV: {}", balancer, why));
  };
  if (!csv.starts_with(kStart))
    return wrong(
        fmt::format("it begins with \"{}\"", csv.substr(0, std::min(csv.find('\n'), csv.size() < 60 ? csv.size() : 60))));
  std::optional<Row> names = take_row(csv);
  if (!names) return wrong("it ends within the first line");
  const Columns columns(std::move(*names));
  for (const char* needed : {"svname", "type", "status", "scur"})
    if (!columns.find(needed)) return wrong(fmt::format("there is no column {}", needed));

  std::vector<ServerState> servers;
  while (!csv.empty()) {
    const std::optional<Row> row = take_row(csv);
    if (!row) return wrong("it ends within a line");
    if (columns.text(*row, "type") != kServerType) continue;
    ServerState server;
    server.balancer = balancer;
    server.backend = columns.text(*row, "pxname");
    server.server = columns.text(*row, "svname");
    server.status = columns.text(*row, "status");
    server.rotation = rotation_of(server.status);
    server.sessions = columns.sum(*row, {"scur", "qcur"});
    const bool http = !columns.text(*row, "hrsp_2xx").empty();
    server.requests = http ? columns.sum(*row, {"hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other"})
                           : columns.sum(*row, {"stot"});
    server.errors_5xx = columns.sum(*row, {"hrsp_5xx"});
    server.failed = columns.sum(*row, {"econ", "eresp"});
    server.retried = columns.sum(*row, {"wretr", "wredis"});
    server.latency = std::chrono::milliseconds(std::min<std::uint64_t>(columns.sum(*row, {"rtime"}), 1'000'000'000));
    server.last_change = columns.sum(*row, {"lastchg"});
    servers.push_back(std::move(server));
  }
  return servers;
}

}  // namespace longshore::deployer
