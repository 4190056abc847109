#include "shipper/pipeline/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "common/io/endpoint.hpp"
#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"
#include "shipper/pipeline/memory.hpp"
#include "shipper/pipeline/metrics.hpp"
#include "shipper/sinks/make_sink.hpp"
#include "shipper/sources/own_host.hpp"
#include "shipper/sources/source_factory.hpp"
#include "shipper/version.hpp"

namespace longshore::shipper {
namespace {

using base::Result;

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr unsigned kPoolThreads = 2;  // encoding of payloads, cursors
constexpr base::Bytes kDeadLetterSize{256 << 20};

BatcherOptions batcher_options(const SpoolOptions& spool) {
  return {.interval = spool.group_interval,
          .group_size = spool.group_size,
          .seal_at_once = spool.durability == Durability::always};
}

void log_sink(SinkLogLevel level, std::string_view sink, const std::string& text) {
  constexpr telemetry::Level kLevels[] = {telemetry::Level::info, telemetry::Level::warn, telemetry::Level::error};
  telemetry::log(kLevels[static_cast<int>(level)], text, {{"sink", sink}});
}

std::vector<TransformOptions> all_transforms(const SourceOptions& source, const Config& config) {
  std::vector<TransformOptions> all;
  if (const auto* file = std::get_if<FileSourceOptions>(&source); file != nullptr && file->parse == LineFormat::json)
    all.emplace_back(ParseJsonOptions{});
  all.insert(all.end(), common(source).transforms.begin(), common(source).transforms.end());
  all.insert(all.end(), config.transforms.begin(), config.transforms.end());
  return all;
}

// Tags that `set` gives belong to the source: they are the same for all of its events.
std::vector<std::string> all_tags(const SourceOptions& source, const std::vector<TransformOptions>& transforms) {
  std::vector<std::string> tags = common(source).tags;
  for (std::string& tag : transform_tags(transforms))
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  return tags;
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::make(boost::asio::io_context& loop, Config config) {
  static base::PosixFileSystem file_system;
  TRY(spool, Spool::open(config.spool, file_system));
  std::unique_ptr<Pipeline> pipeline(new Pipeline(loop, std::move(config), std::move(spool)));
  for (const SourceOptions& source : pipeline->config_.sources) TRY_VOID(pipeline->add_source(source));
  for (const SinkOptions& sink : pipeline->config_.sinks) TRY_VOID(pipeline->add_sink(sink));
  TRY_VOID(pipeline->open_alerting());
  TRY_VOID(pipeline->open_admin());
  return pipeline;
}

Pipeline::Pipeline(boost::asio::io_context& loop, Config config, std::unique_ptr<Spool> spool)
    : loop_(loop),
      config_(std::move(config)),
      started_(clock_.now()),
      spool_(std::move(spool)),
      dead_letters_(config_.data_dir + "/dead-letters", kDeadLetterSize, file_system_),
      pool_(kPoolThreads),
      checkpoints_(spool_->checkpoints()),
      batcher_(loop.get_executor(), batcher_options(config_.spool), clock_,
               [this](std::shared_ptr<Batch> batch) { keep(std::move(batch)); }),
      pace_(config_.spool.memory.value / 2),
      tap_(loop.get_executor()),
      tasks_(loop.get_executor()) {
  // From here on, what a source reads survives: `durable` runs when a batch is as safe as configured.
  SpoolWriter::Hooks hooks;
  hooks.durable = [this](std::shared_ptr<Batch> batch) {
    spooled_ += batch->events.size();
    batcher_.settled(*batch);
    pace_.wrote(batch->end_seq(), batch->arena.size());
    for (auto& done : batch->on_durable) done();
    for (RunningSink& sink : sinks_) sink.runner->notify(batch->arena.size());
  };
  hooks.stalled = [this](const base::Error& error) {
    stalled_ = error.message;
    telemetry::log_error("the spool cannot be written; sources wait, nothing is lost that can wait",
                         {{"why", error.message}});
  };
  hooks.resumed = [this] {
    stalled_.clear();
    telemetry::log_info("the spool is written again");
  };
  batcher_.set_sinks_behind([this] { return sinks_behind(); });
  writer_ = std::make_unique<SpoolWriter>(loop_.get_executor(), *spool_, std::move(hooks));
}

Pipeline::~Pipeline() = default;

// What the rules have said about it is on disk first.
void Pipeline::keep(std::shared_ptr<Batch> batch) {
  if (!alerting_) return writer_->submit(std::move(batch));
  alerting_->when_saved([this, batch = std::move(batch)] { writer_->submit(batch); });
}

Result<void> Pipeline::add_source(const SourceOptions& options) {
  const std::vector<TransformOptions> transforms = all_transforms(options, config_);
  TRY(chain, TransformChain::make(transforms));
  const SourceId id = batcher_.add_source({common(options).name, all_tags(options, transforms)});
  batcher_.set_transforms(id, std::move(chain));
  TRY(source, make_source(options, {loop_.get_executor(), id, batcher_, clock_, checkpoints_}));
  if (running_) source->start();
  sources_.push_back({options, id, std::move(source)});
  return {};
}

Result<void> Pipeline::add_sink(const SinkOptions& options) {
  // Far less than the sources' pace allows (sinks_behind), or they would wait for each other.
  const std::size_t most_unread = config_.spool.memory.value / 8;
  const RunnerParts parts{loop_.get_executor(), pool_, timers_, *spool_, dead_letters_, log_sink, most_unread};
  TRY(runner, make_sink(options, parts, file_system_));
  TRY_VOID(runner->open());
  if (running_) runner->start();
  sinks_.push_back({options, std::move(runner)});
  return {};
}

bool Pipeline::sinks_behind() {
  std::uint64_t gathered = UINT64_MAX;
  for (const RunningSink& sink : sinks_)
    if (const auto seq = sink.runner->gathered()) gathered = std::min(gathered, *seq);
  pace_.gathered(gathered);
  return pace_.behind();
}

// Without rules nothing is looked at, and without anything to say nothing waits.
Result<void> Pipeline::open_alerting() {
  if (config_.rules.dir.empty() && config_.alerts.empty()) return {};
  TRY(alerting, Alerting::make(config_, {loop_.get_executor(), pool_, timers_, file_system_, clock_}));
  alerting_ = std::move(alerting);
  batcher_.set_evaluator(&alerting_->evaluator());
  return {};
}

Result<void> Pipeline::open_admin() {
  TRY(endpoint, io::parse_endpoint("tcp://" + config_.admin));
  TRY(socket, io::open_listener(endpoint));
  admin_ = std::make_unique<http::Server>(loop_.get_executor(), std::move(socket),
                                          [this](const http::ServerRequest& request) { return answer(request); });
  return {};
}

void Pipeline::start() {
  running_ = true;
  if (alerting_) alerting_->start();
  for (RunningSink& sink : sinks_) sink.runner->start();
  for (RunningSource& source : sources_) source.source->start();
  admin_->start();
  tasks_.spawn("tick", tick());
}

io::Task<void> Pipeline::tick() {
  for (;;) {
    const bool due = co_await io::sleep_for(kTick);
    if (!due) co_return;
    const base::Timestamp now = clock_.now();
    for (RunningSource& source : sources_) source.source->expire(now);
    batcher_.tick(now);
    for (const Annotation& over : annotations_.expire(now)) keep_annotation(over, "expired");
  }
}

io::Task<void> Pipeline::reload(Config config) {
  const auto keeps = [](const auto& list, const auto& options) {
    return std::find(list.begin(), list.end(), options) != list.end();
  };
  const bool transforms_changed = config.transforms != config_.transforms;
  for (auto next = sources_.begin(); next != sources_.end();) {
    if (!transforms_changed && keeps(config.sources, next->options)) {
      ++next;
      continue;
    }
    co_await next->source->stop();
    telemetry::log_info("source stopped", {{"source", common(next->options).name}});
    next = sources_.erase(next);
  }
  for (auto next = sinks_.begin(); next != sinks_.end();) {
    if (keeps(config.sinks, next->options)) {
      ++next;
      continue;
    }
    co_await next->runner->stop(std::chrono::seconds(5));
    telemetry::log_info("sink stopped", {{"sink", common(next->options).name}});
    next = sinks_.erase(next);
  }
  if (!(config.spool == config_.spool) || config.admin != config_.admin || config.data_dir != config_.data_dir)
    telemetry::log_warn("changes of spool, admin and data_dir take effect at the next start");
  config.spool = config_.spool;
  config.admin = config_.admin;
  config.data_dir = config_.data_dir;
  config_ = std::move(config);
  checkpoints_ = spool_->checkpoints();
  if (alerting_) {
    co_await alerting_->reload(config_);
  } else if (const Result<void> opened = open_alerting(); !opened) {
    telemetry::log_error("the rules are not used", {{"why", opened.error().message}});
  } else if (alerting_) {
    alerting_->start();
  }
  for (const SourceOptions& options : config_.sources) {
    if (std::any_of(sources_.begin(), sources_.end(),
                    [&](const RunningSource& source) { return source.options == options; }))
      continue;
    if (const Result<void> added = add_source(options); !added)
      telemetry::log_error("source left out", {{"source", common(options).name}, {"why", added.error().message}});
  }
  for (const SinkOptions& options : config_.sinks) {
    if (std::any_of(sinks_.begin(), sinks_.end(), [&](const RunningSink& sink) { return sink.options == options; }))
      continue;
    if (const Result<void> added = add_sink(options); !added)
      telemetry::log_error("sink left out", {{"sink", common(options).name}, {"why", added.error().message}});
  }
}

io::Task<void> Pipeline::stop(base::Duration drain_limit) {
  draining_ = true;
  tasks_.cancel();
  co_await tasks_.join();
  for (RunningSource& source : sources_) co_await source.source->stop();
  // From here on nothing comes in.
  batcher_.tick(base::kNever);
  batcher_.flush();
  if (alerting_) co_await alerting_->saved();
  const std::uint64_t unwritten =
      co_await io::run_blocking(pool_, [this] { return writer_->stop(std::chrono::seconds(5)); });
  if (unwritten > 0) telemetry::log_error("lines could not be written before the end and are lost", {{"lines", unwritten}});
  // From here on everything that was read is on disk.
  co_await io::sleep_for(std::chrono::milliseconds(1));  // what the writer has posted runs
  for (RunningSink& sink : sinks_) co_await sink.runner->stop(drain_limit);
  if (alerting_) co_await alerting_->stop(drain_limit);
  tap_.close();
  co_await admin_->stop();
  running_ = false;
}

Status Pipeline::status() const {
  Status status;
  status.version = kVersion;
  status.started = base::format_rfc3339(started_, 0);
  status.state = draining_ ? "draining" : "running";
  status.uptime_seconds = std::chrono::duration<double>(clock_.now() - started_).count();
  status.rss_bytes = resident_bytes();
  for (SourceId id = 0; id < batcher_.sources().size(); ++id) {
    const Batcher::Source& counted = batcher_.sources()[id];
    SourceStatus& source = status.sources.emplace_back();
    source.name = counted.info.name;
    source.received = counted.counters.received;
    source.bytes = counted.counters.bytes;
    source.dropped.insert(counted.counters.dropped.begin(), counted.counters.dropped.end());
    for (const RunningSource& running : sources_)
      if (running.id == id) source.gauges = running.source->gauges();
  }
  status.pending_events = batcher_.pending_events();
  status.spooled_events = spooled_;
  const SpoolStats spool = spool_->stats();
  status.spool = {spool.bytes,    config_.spool.max_size.value, spool.segments,   spool.first_seq,
                  spool.next_seq, spool.corrupt_blocks,         spool.torn_bytes, spool.lost_events,
                  stalled_};
  for (const RunningSink& sink : sinks_) status.sinks.push_back(sink.runner->status());
  if (alerting_) alerting_->fill(status);
  status.annotations = annotations_.status();
  return status;
}

io::Task<http::ServerResponse> Pipeline::answer(const http::ServerRequest& request) {
  http::ServerResponse response;
  if (request.path == "/annotations") {
    response = annotate(request);
  } else if (request.method != "GET" && request.method != "HEAD") {
    response.status = 405;
    response.headers = {{"Allow", "GET, HEAD"}};
    response.body = "GET only, but for POST /annotations\n";
  } else if (request.path == "/healthz") {
    response.body = "ok\n";
  } else if (request.path == "/readyz") {
    response.status = ready() ? 200 : 503;
    response.body = ready() ? "ready\n" : stalled_.empty() ? "starting or draining\n" : stalled_ + "\n";
  } else if (request.path == "/status") {
    response.content_type = "application/json";
    response.body = to_json(status());
  } else if (request.path == "/rules" && alerting_) {
    response.content_type = "application/json";
    response.body = to_json(alerting_->rule_states());
  } else if (request.path == "/metrics") {
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_text(status());
  } else if (request.path == "/tap") {
    auto filter = TapFilter::parse(http::query_value(request.query, "q"));
    const std::string limit = http::query_value(request.query, "limit");
    if (!filter) {
      response.status = 400;
      response.body = filter.error().message + "\n";
    } else {
      if (!batcher_.observed())
        batcher_.set_observer([this](const Batch& batch, std::size_t first) {
          if (tap_.watched()) tap_.show(batch, first);
        });
      response.content_type = "application/x-ndjson";
      response.stream = [this, filter = std::move(*filter), most = std::strtoull(limit.c_str(), nullptr, 10)](
                            http::ChunkWriter& out) { return tap_.serve(out, filter, most); };
    }
  } else {
    response.status = 404;
    response.body = "there are /healthz, /readyz, /metrics, /status, /rules, /tap?q=… and POST /annotations\n";
  }
  co_return response;
}

// POST /annotations: a deploy begins on this host, or is over (docs/shipper.md).
http::ServerResponse Pipeline::annotate(const http::ServerRequest& request) {
  http::ServerResponse response;
  if (request.method != "POST") {
    response.status = 405;
    response.headers = {{"Allow", "POST"}};
    response.body = "POST only; /status shows the annotations under way\n";
    return response;
  }
  const auto annotation = parse_annotation(request.body);
  if (!annotation) {
    response.status = request.body.size() > kAnnotationLimit ? 413 : 400;
    response.body = annotation.error().message + "\n";
    return response;
  }
  if (annotations_.apply(*annotation, clock_.now())) keep_annotation(*annotation, annotation->begins ? "begin" : "end");
  response.body = "ok\n";
  return response;
}

// Among the host's lines, and told to the rules before they see that line.
void Pipeline::keep_annotation(const Annotation& annotation, std::string_view phase) {
  const bool begins = phase == "begin";
  if (alerting_ && (begins || annotations_.empty())) alerting_->set_deploy(begins, annotation.composition);
  if (!annotations_source_) annotations_source_ = batcher_.add_source({"annotations", {}});
  constexpr std::uint8_t kDaemonNotice = 3 * 8 + 5;
  Batch& batch = batcher_.batch();
  const std::size_t first = batch.events.size();
  Event event;
  event.time_ns = clock_.now().ns;
  event.format = Format::line;
  event.priority = kDaemonNotice;
  event.frame = event.message = batch.arena.append(to_json(annotation, phase));
  event.set_host(batch.arena.append(own_host()));
  event.set_app(batch.arena.append("longshore-deploy"));
  batch.events.push_back(event);
  batcher_.finish(*annotations_source_, first, event.frame.size);
}

}  // namespace longshore::shipper
