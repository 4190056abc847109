#include "rules/commands/live_state.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <boost/asio/io_context.hpp>

#include "common/http/client.hpp"
#include "common/io/task_group.hpp"

namespace longshore::rules {
namespace {

using simdjson::dom::element;

// Missing members keep their defaults: the shipper may be of another version.
template <class Value>
void read(element from, const char* key, Value& to) {
  if constexpr (std::is_same_v<Value, std::string>) {
    if (std::string_view text; from[key].get(text) == simdjson::SUCCESS) to = text;
  } else if (Value value{}; from[key].get(value) == simdjson::SUCCESS) {
    to = value;
  }
}
template <class Visit>
void each(element from, const char* key, Visit visit) {
  simdjson::dom::array items;
  if (from[key].get(items) != simdjson::SUCCESS) return;
  for (const element item : items) visit(item);
}

io::Task<base::Result<std::string>> get(http::Client& client, std::string url) {
  http::Request request{.url = url, .headers = {}, .body = {}, .timeout = std::chrono::seconds(5)};
  base::Result<http::Response> answer = co_await client.send(std::move(request));
  if (!answer) co_return base::fail(answer.error());
  if (answer->status != 200) co_return base::fail(base::Code::invalid, fmt::format("{} answers {}", url, answer->status));
  co_return std::move(answer->body);
}

}  // namespace

base::Result<LiveState> read_live_state(std::string_view rules_json, std::string_view status_json) {
  LiveState state;
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(rules_json.data(), rules_json.size()).get(root) != simdjson::SUCCESS)
    return base::fail(base::Code::invalid, "/rules is not JSON");
  each(root, "rules", [&](element item) {
    LiveState::Rule& rule = state.rules.emplace_back();
    read(item, "rule", rule.rule);
    read(item, "muted", rule.muted);
    read(item, "last_match", rule.last_match);
    read(item, "matches", rule.matches);
    read(item, "groups", rule.groups);
    read(item, "open", rule.open);
  });
  if (parser.parse(status_json.data(), status_json.size()).get(root) != simdjson::SUCCESS)
    return base::fail(base::Code::invalid, "/status is not JSON");
  each(root, "alerts", [&](element item) {
    LiveState::Alert& alert = state.alerts.emplace_back();
    read(item, "rule", alert.rule);
    read(item, "alias", alert.alias);
    read(item, "at", alert.at);
    read(item, "message", alert.message);
    read(item, "note", alert.note);
    read(item, "count", alert.count);
    read(item, "open", alert.open);
  });
  each(root, "alert_sinks", [&](element item) {
    LiveState::Sink& sink = state.sinks.emplace_back();
    read(item, "name", sink.name);
    read(item, "state", sink.state);
    read(item, "last_error", sink.last_error);
    read(item, "waiting", sink.waiting);
  });
  if (element rules; root["rules"].get(rules) == simdjson::SUCCESS) read(rules, "problems", state.problems);
  return state;
}

base::Result<LiveState> ask_shipper(const std::string& admin) {
  boost::asio::io_context loop(1);
  http::Client client(loop.get_executor(), {.connect_timeout = std::chrono::seconds(3), .body_limit = 64 << 20});
  io::TaskGroup tasks(loop.get_executor());
  base::Result<LiveState> result = base::fail(base::Code::closed, "no answer");
  auto ask = [&]() -> io::Task<void> {
    const base::Result<std::string> rules = co_await get(client, "http://" + admin + "/rules");
    const base::Result<std::string> status = co_await get(client, "http://" + admin + "/status");
    if (rules && status)
      result = read_live_state(*rules, *status);
    else
      result = base::fail(rules ? status.error() : rules.error());
  };
  tasks.spawn("ask", ask());
  loop.run();
  return result;
}

}  // namespace longshore::rules
