#include "rules/delivery/make_alert_sink.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/delivery/alertmanager.hpp"
#include "rules/delivery/http_carrier.hpp"
#include "rules/delivery/json_lines.hpp"
#include "rules/delivery/lines_carrier.hpp"
#include "rules/delivery/opsgenie.hpp"
#include "rules/delivery/pagerduty.hpp"
#include "rules/delivery/webhook.hpp"

namespace longshore::rules {
namespace {

struct Type {
  std::string_view name, url;
  std::uint32_t per_minute;  // PagerDuty: about 120 for each key
  bool needs_url, needs_key, needs_path;
};
constexpr std::array<Type, 6> kTypes = {{
    {"opsgenie", "https://api.opsgenie.com", 600, true, true, false},
    {"pagerduty", "https://events.pagerduty.com", 100, true, true, false},
    {"alertmanager", "", 6'000, true, false, false},
    {"webhook", "", 600, true, false, false},
    {"stdout", "", 0, false, false, false},
    {"file", "", 0, false, false, true},
}};

bool fit_for_a_file(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name[0] != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

base::Result<void> complete(AlertSinkOptions& options) {
  const Type& type = kTypes[static_cast<std::size_t>(options.type)];
  const auto invalid = [&](std::string_view what) {
    return base::fail(base::Code::invalid, fmt::format("alerts: {} \"{}\": {}", type.name, options.name, what));
  };
  if (!fit_for_a_file(options.name)) return invalid("its name must be letters, digits, \"-\", \"_\" and \".\"");
  if (options.url.empty()) options.url = type.url;
  if (options.type != AlertSinkType::webhook)
    while (options.url.ends_with('/')) options.url.pop_back();
  if (type.needs_url && options.url.empty()) return invalid("has no url");
  if (type.needs_key && options.key.empty()) return invalid("has no key");
  if (type.needs_path && options.path.empty()) return invalid("has no path");
  if (options.type == AlertSinkType::alertmanager && options.resend_every < std::chrono::seconds(1))
    return invalid("must send again what fires, at most once a second");
  if (options.per_minute == 0) options.per_minute = type.per_minute;
  options.max_in_flight = type.needs_url ? std::max(1U, options.max_in_flight) : 1;
  return {};
}

}  // namespace

std::string_view name_of(AlertSinkType type) { return kTypes[static_cast<std::size_t>(type)].name; }

base::Result<MadeAlertSink> make_alert_sink(AlertSinkOptions options, boost::asio::any_io_executor loop,
                                            io::BlockingPool& pool, base::FileSystem& file_system) {
  TRY_VOID(complete(options));
  MadeAlertSink made;
  switch (options.type) {
    case AlertSinkType::opsgenie:
      made.sink = std::make_unique<OpsgenieSink>(options);
      break;
    case AlertSinkType::pagerduty:
      made.sink = std::make_unique<PagerdutySink>(options);
      break;
    case AlertSinkType::alertmanager:
      made.sink = std::make_unique<AlertmanagerSink>(options);
      break;
    case AlertSinkType::webhook:
      made.sink = std::make_unique<WebhookSink>(options);
      break;
    case AlertSinkType::standard_output:
      made.sink = std::make_unique<JsonLinesSink>();
      made.carrier = std::make_unique<DescriptorCarrier>(pool, STDOUT_FILENO);
      break;
    case AlertSinkType::file:
      made.sink = std::make_unique<JsonLinesSink>();
      made.carrier = std::make_unique<FileCarrier>(pool, file_system, options.path);
      break;
  }
  if (!made.carrier) made.carrier = std::make_unique<HttpCarrier>(std::move(loop), options);
  made.options = std::move(options);
  return made;
}

}  // namespace longshore::rules
