#include "shipper/sinks/make_sink.hpp"

#include <unistd.h>

#include <utility>

#include "shipper/sinks/archive_sender.hpp"
#include "shipper/sinks/http_sender.hpp"
#include "shipper/sinks/stdout_sender.hpp"
#include "shipper/sinks/stream_sender.hpp"
#include "shipper/sinks/tags.hpp"

namespace longshore::shipper {
namespace {

using base::Result;
using Made = Result<std::unique_ptr<SinkRunner>>;

constexpr std::size_t kLogglyMaxEvent = 1'000'000;  // bytes of a line: docs/sinks.md
constexpr std::size_t kStreamPayload = 256 * 1024;  // what is sent again when a connection breaks
constexpr std::size_t kFilePayload = 1'000'000;
constexpr base::Duration kArchiveLinger = std::chrono::seconds(2);  // a frame each: small ones compress badly

RunnerOptions runner_options(const SinkCommon& common, std::string type) {
  return {.name = common.name, .type = std::move(type), .retry_min = common.retry_min, .retry_max = common.retry_max};
}

void take_request_options(RunnerOptions& runner, HttpSenderOptions& sender, const RequestCommon& options) {
  runner.max_in_flight = options.max_in_flight;
  runner.rules.max_bytes = options.batch_size.value;
  runner.rules.linger = options.linger;
  sender.name = runner.name;
  sender.ca_file = options.ca_file;
  sender.timeout = options.timeout;
  sender.compress = options.compress;
  sender.max_in_flight = options.max_in_flight;
}

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

struct Maker {
  RunnerParts parts;
  base::FileSystem& file_system;

  Made runner(RunnerOptions options, std::unique_ptr<Sender> sender) const {
    return std::make_unique<SinkRunner>(parts, std::move(options), std::move(sender));
  }
  Made http(RunnerOptions options, HttpSenderOptions sender) const {
    auto made = std::make_unique<HttpSender>(parts.loop, parts.pool, parts.timers, parts.log, std::move(sender));
    return runner(std::move(options), std::move(made));
  }
  Made stream(RunnerOptions options, const StreamCommon& common) const {
    TRY(peer, io::parse_endpoint(common.url));
    options.rules.max_bytes = kStreamPayload;
    return runner(std::move(options), std::make_unique<StreamSender>(parts.loop, parts.timers, std::move(peer), common));
  }

  Made operator()(const LogglySinkOptions& options) const {
    RunnerOptions runner = runner_options(options, "loggly");
    runner.retention = options.retention;
    runner.rules.encoder = {.format = options.format, .framing = LineFraming::lf, .max_line = kLogglyMaxEvent};
    runner.rules.partition = [tags = options.tags](const SourceInfo& source) { return loggly_tag_list(tags, source); };
    HttpSenderOptions sender;
    take_request_options(runner, sender, options);
    sender.url = without_trailing_slash(options.url) + "/bulk/" + std::string(options.token.reveal());
    sender.headers = {{"Content-Type", "text/plain"}};
    sender.partition_header = "X-LOGGLY-TAG";
    sender.compression_may_be_refused = true;
    sender.acknowledgement = Acknowledgement::loggly;
    sender.daily_budget = options.daily_budget;
    return http(std::move(runner), std::move(sender));
  }

  Made operator()(const HttpSinkOptions& options) const {
    RunnerOptions runner = runner_options(options, "http");
    runner.rules.encoder = {.tags_in_json = true};
    HttpSenderOptions sender;
    take_request_options(runner, sender, options);
    sender.url = options.url;
    sender.headers = {{"Content-Type", "application/x-ndjson"}};
    for (const auto& [name, value] : options.headers) sender.headers.emplace_back(name, value);
    if (!options.bearer_token.empty())
      sender.headers.emplace_back("Authorization", "Bearer " + std::string(options.bearer_token.reveal()));
    return http(std::move(runner), std::move(sender));
  }

  Made operator()(const LogglySyslogSinkOptions& options) const {
    RunnerOptions runner = runner_options(options, "loggly_syslog");
    runner.rules.encoder = {.format = LineShape::rfc5424, .framing = LineFraming::lf, .max_line = kLogglyMaxEvent};
    runner.rules.encoder.element = [token = options.token, tags = options.tags](const SourceInfo& source) {
      return loggly_element(token.reveal(), loggly_tags(tags, source));
    };
    return stream(std::move(runner), options);
  }

  Made operator()(const SyslogSinkOptions& options) const {
    RunnerOptions runner = runner_options(options, "syslog");
    runner.rules.encoder = {
        .format = options.format,
        .framing = options.framing == SyslogFraming::octet ? LineFraming::octet_counting : LineFraming::lf};
    return stream(std::move(runner), options);
  }

  Made operator()(const ArchiveSinkOptions& options) const {
    RunnerOptions runner = runner_options(options, "archive");
    runner.max_in_flight = 1;
    runner.rules = {.encoder = {.format = options.format, .framing = LineFraming::lf_verbatim, .tags_in_json = true},
                    .max_bytes = kFilePayload,
                    .linger = kArchiveLinger,
                    .partition = [](const SourceInfo& source) { return source.name; },
                    .by_hour = true};
    auto sender = std::make_unique<ArchiveSender>(parts.pool, file_system, options.dir, options.compress, options.level);
    return this->runner(std::move(runner), std::move(sender));
  }

  Made operator()(const StdoutSinkOptions& options) const {
    RunnerOptions runner = runner_options(options, "stdout");
    runner.max_in_flight = 1;
    runner.rules = {.encoder = {.format = options.format, .framing = LineFraming::lf_verbatim, .tags_in_json = true},
                    .max_bytes = kFilePayload};
    return this->runner(std::move(runner), std::make_unique<StdoutSender>(parts.loop, parts.pool, STDOUT_FILENO));
  }
};

}  // namespace

Made make_sink(const SinkOptions& options, RunnerParts parts, base::FileSystem& file_system) {
  return std::visit(Maker{std::move(parts), file_system}, options);
}

}  // namespace longshore::shipper
