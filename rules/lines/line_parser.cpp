#include "rules/lines/line_parser.hpp"

#include <algorithm>

#include "rules/lines/archived_event.hpp"
#include "rules/lines/json_time.hpp"
#include "shipper/json/json_object.hpp"
#include "shipper/parse/syslog.hpp"

namespace longshore::rules {
namespace {

using shipper::Batch;
using shipper::Event;

// "42 2026-11-23T03:42:12.123456Z web-1 [syslog udp] <13>…", as `shipper spool cat` shows an event to people.
struct PeopleLine {
  base::Timestamp time;
  std::string_view host, source, frame;
};

std::optional<PeopleLine> read_people_line(std::string_view line) {
  const auto word = [&line] {
    const std::string_view found = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), found.size() + 1));
    return found;
  };
  const std::string_view number = word();
  if (number.empty() || !std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  const auto time = base::parse_rfc3339(word());
  const std::string_view host = word();
  const std::size_t end = line.find("] ");
  if (!time || host.empty() || !line.starts_with('[') || end == std::string_view::npos) return {};
  return PeopleLine{*time, host == "-" ? "" : host, line.substr(1, end - 1), line.substr(end + 2)};
}

}  // namespace

class LineParser::Impl {
 public:
  Impl(InputFormat format, std::string source, base::Timestamp near) : format_(format), source_{std::move(source), {}} {
    syslog_.now = near;
  }

  bool parse(std::string_view line, base::Timestamp otherwise, Batch& batch) {
    const bool timed = make(line, batch);
    if (!timed) batch.events.back().time_ns = otherwise.ns;
    return timed;
  }

 private:
  bool make(std::string_view line, Batch& batch) {
    const bool detect = format_ == InputFormat::detect;
    if (line.empty() || format_ == InputFormat::raw) return add_raw(line, batch);
    if (detect || format_ == InputFormat::archive) {
      if (looks_archived(line) && json_.read(line) && add_archived_event(line, json_, inner_, batch)) return true;
      if (const auto people = read_people_line(line)) return add_people(*people, batch);
    }
    if (format_ == InputFormat::json || (line.starts_with('{') && format_ != InputFormat::rfc3164))
      return add_json(line, batch);
    return add_syslog(line, source_, batch);
  }

  bool add_raw(std::string_view line, Batch& batch) {
    Event event;
    event.frame = event.message = batch.arena.append(line);
    event.source = batch.source_index(source_);
    batch.events.push_back(event);
    return false;
  }

  bool add_syslog(std::string_view frame, const shipper::SourceInfo& source, Batch& batch) {
    shipper::parse_syslog(batch, batch.arena.append(frame), false, syslog_);
    Event& event = batch.events.back();
    event.source = batch.source_index(source);
    return (event.flags & shipper::flag::kHasTime) != 0;
  }

  bool add_people(const PeopleLine& line, Batch& batch) {
    if (line.frame.empty())
      add_raw(line.frame, batch);
    else
      add_syslog(line.frame, {std::string(line.source), {}}, batch);
    Event& event = batch.events.back();
    event.time_ns = line.time.ns;
    if (event.host().empty()) event.set_host(batch.arena.append(line.host));
    return true;
  }

  bool add_json(std::string_view line, Batch& batch) {
    add_raw(line, batch);
    if (!json_.read(line)) return false;
    const auto time = json_time(json_);
    if (time) batch.events.back().time_ns = time->ns;
    return time.has_value();
  }

  InputFormat format_;
  shipper::SourceInfo source_;
  shipper::SyslogContext syslog_;
  shipper::JsonObject json_, inner_;
};

LineParser::LineParser(InputFormat format, std::string source, base::Timestamp near)
    : impl_(std::make_unique<Impl>(format, std::move(source), near)) {}
LineParser::~LineParser() = default;
LineParser::LineParser(LineParser&&) noexcept = default;
LineParser& LineParser::operator=(LineParser&&) noexcept = default;

bool LineParser::parse(std::string_view line, base::Timestamp otherwise, LineBatch& to) {
  return impl_->parse(line, otherwise, *to.batch_);
}

}  // namespace longshore::rules
