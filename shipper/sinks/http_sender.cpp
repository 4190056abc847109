#include "shipper/sinks/http_sender.hpp"

#include <fmt/format.h>

#include <utility>

#include "shipper/sinks/compress.hpp"

namespace longshore::shipper {
namespace {

constexpr int kZstdLevel = 3;

http::ClientOptions client_options(const HttpSenderOptions& options) {
  http::ClientOptions client;
  client.ca_file = options.ca_file;
  client.max_connections_per_host = options.max_in_flight;
  client.user_agent = "longshore-shipper";
  return client;
}

}  // namespace

HttpSender::HttpSender(boost::asio::any_io_executor loop, io::BlockingPool& pool, io::Timers& timers, SinkLog log,
                       HttpSenderOptions options)
    : pool_(pool),
      timers_(timers),
      log_(std::move(log)),
      options_(std::move(options)),
      budget_(options_.daily_budget),
      compression_proven_(!options_.compression_may_be_refused),
      client_(std::make_unique<http::Client>(std::move(loop), client_options(options_))) {}

io::Task<Outcome> HttpSender::send(const Payload& payload) {
  if (!budget_.allows(payload.bytes(), timers_.wall()))
    co_return Outcome{.verdict = Verdict::hold,
                      .reason = fmt::format("the daily budget is spent ({} sent); the rest goes out after midnight UTC",
                                            base::format_bytes({budget_.used()})),
                      .pause = DailyBudget::until_tomorrow(timers_.wall())};
  http::Request request;
  request.method = "POST";
  request.url = options_.url;
  request.headers = options_.headers;
  request.timeout = options_.timeout;
  request.body = payload.body;
  if (!options_.partition_header.empty() && !payload.partition.empty())
    request.headers.emplace_back(options_.partition_header, payload.partition);
  const Compression compression = options_.compress;
  if (compression != Compression::none) {
    auto job = [body = payload.body, compression] {
      return compression == Compression::gzip ? gzip(*body) : zstd_frame(*body, kZstdLevel);
    };
    base::Result<std::string> smaller = co_await io::run_blocking(pool_, std::move(job));
    if (!smaller) co_return Outcome{.verdict = Verdict::retry, .reason = smaller.error().message};
    request.body = std::make_shared<const std::string>(std::move(*smaller));
    request.headers.emplace_back("Content-Encoding", compression == Compression::gzip ? "gzip" : "zstd");
  }
  const base::Result<http::Response> answer = co_await client_->send(std::move(request));
  Outcome outcome = http_outcome(answer, options_.acknowledgement, timers_.wall());
  if (outcome.verdict == Verdict::delivered) {
    compression_proven_ = true;
    if (budget_.take(payload.bytes(), timers_.wall()))
      log_(SinkLogLevel::warn, options_.name,
           fmt::format("four fifths of the daily budget are spent ({} of {})", base::format_bytes({budget_.used()}),
                       base::format_bytes(options_.daily_budget)));
  } else if (compression != Compression::none && !compression_proven_ && answer && outcome.verdict != Verdict::retry) {
    options_.compress = Compression::none;
    compression_proven_ = true;
    log_(SinkLogLevel::warn, options_.name,
         "the first compressed body was refused (" + outcome.reason + "): going on without");
    outcome.verdict = Verdict::retry;
  }
  co_return outcome;
}

}  // namespace longshore::shipper
