#include "rotator/config/rule_schema.hpp"

#include <fmt/format.h>

#include "common/config/value_rules.hpp"
#include "rotator/config/user_and_group.hpp"

namespace longshore::rotator {

using namespace std::chrono_literals;
using config::choice;
using config::field;
using config::Outside;
using config::Rule;
using config::Schema;

namespace {

std::string path_problem(const std::string& path) {
  return path.starts_with('/') ? std::string() : fmt::format("\"{}\" is no absolute path: it begins with /", path);
}

Rule<std::string> signal_name() {
  return {"signal, e.g. HUP", [](const std::string& name, const Outside&) {
            const bool fits = !name.empty() && name.size() <= 16 &&
                              name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-") == std::string::npos;
            return fits ? std::string() : fmt::format("\"{}\" is no signal: write HUP, USR1 or a number", name);
          }};
}

const Schema<SignalOptions>& signal_schema() {
  static const Schema<SignalOptions> schema{
      field("container", &SignalOptions::container,
            "Name or id, or `label:KEY`, `label:KEY=VALUE` for all that have the label")
          .required()
          .example("label:com.example.logs=reopen"),
      field("signal", &SignalOptions::signal, "What it is sent through the Docker API").is(signal_name()),
  };
  return schema;
}

Rule<std::string> user_and_group() {
  return {"`owner` or UID:GID", [](const std::string& text, const Outside&) {
            if (text.empty() || text == "owner" || read_user_and_group(text)) return std::string();
            return fmt::format("\"{}\" is neither `owner` nor two numbers, e.g. 1000:1000", text);
          }};
}

Rule<std::string> plain_url() {
  Rule<std::string> rule = config::url({"http"});
  rule.problem = [any = rule.problem](const std::string& url, const Outside& outside) {
    if (url.starts_with("https://"))
      return fmt::format("\"{}\": only http:// is spoken, without TLS: let the writer listen on loopback", url);
    return any(url, outside);
  };
  return rule;
}

const Schema<CallOptions>& call_schema() {
  static const Schema<CallOptions> schema{
      field("url", &CallOptions::url,
            "What is asked, without TLS: of a writer on this host, at loopback; any answer below 300 is good")
          .is(plain_url())
          .required()
          .example("http://127.0.0.1:9000/reopen-logs"),
      field("method", &CallOptions::method, "Of the request"),
  };
  return schema;
}

}  // namespace

Rule<std::string> absolute_path() {
  return {"absolute path", [](const std::string& path, const Outside&) { return path_problem(path); }};
}
Rule<std::vector<std::string>> absolute_paths() {
  return {"list of absolute paths", [](const std::vector<std::string>& paths, const Outside&) {
            for (const std::string& path : paths)
              if (const std::string problem = path_problem(path); !problem.empty()) return problem;
            return std::string();
          }};
}

const Schema<RuleOptions>& rule_schema() {
  static const Schema<RuleOptions> schema =
      Schema<RuleOptions>{
          field("name", &RuleOptions::name, "For status, metrics and log lines; the first path if not given"),
          field("paths", &RuleOptions::paths,
                "The files, as shell patterns, with `**` for any number of folders; what is an archive already is left out")
              .is(absolute_paths())
              .required()
              .example("[\"/logs/*/*.log\"]"),
          field("exclude", &RuleOptions::exclude, "Patterns of files that are left alone").is(absolute_paths()),
          choice("when", &RuleOptions::when,
                 {{"never", When::never},
                  {"interval", When::interval},
                  {"hourly", When::hourly},
                  {"daily", When::daily},
                  {"weekly", When::weekly},
                  {"monthly", When::monthly},
                  {"yearly", When::yearly}},
                 "By the clock; `interval` with `every`, `never` with max_size alone"),
          field("every", &RuleOptions::every, "With `when: interval`: this long after the last rotation")
              .between(0s, 24h * 366)
              .example("30s"),
          field("max_size", &RuleOptions::max_size, "From this size on at once, within a second; 0B: only by the clock")
              .example("100MiB"),
          field("min_size", &RuleOptions::min_size, "The clock waits until the file has this size"),
          field("if_empty", &RuleOptions::if_empty, "Rotate a file also without a byte"),
          choice("how", &RuleOptions::how,
                 {{"in_place", HowToRotate::in_place}, {"rename", HowToRotate::rename}, {"copy", HowToRotate::copy}},
                 "`in_place`: the writer keeps its file and knows nothing of it; `rename`: it gets a new file, and must be "
                 "told "
                 "by signals, calls or after; `copy`: the file stays as it is"),
          choice("in_place", &RuleOptions::in_place,
                 {{"automatic", InPlaceMode::automatic},
                  {"exchange", InPlaceMode::exchange},
                  {"collapse", InPlaceMode::collapse},
                  {"punch", InPlaceMode::punch},
                  {"pause", InPlaceMode::pause},
                  {"truncate", InPlaceMode::truncate}},
                 "How the archived bytes leave the file; `automatic` takes the first that loses nothing there"),
          config::octal("create_mode", &RuleOptions::create_mode,
                        "With `how: rename`: mode of the new file; 00: as the old one's"),
          config::list(
              "signals", &RuleOptions::signals, signal_schema(),
              "Containers that are told to open their file anew; with `in_place: pause`, that are paused for a moment"),
          config::list("calls", &RuleOptions::calls, call_schema(), "HTTP requests that tell it"),
          field("before", &RuleOptions::before,
                "Shell script before a rotation; if it fails, there is none. $1 is the file"),
          field("after", &RuleOptions::after, "Shell script after it. $1 is the file"),
          field("user", &RuleOptions::user,
                "As whom files are touched: `owner`, whoever has the log, or `UID:GID`; needs root, or the capabilities "
                "SETUID "
                "and SETGID. Scripts are run as who runs rotator")
              .is(user_and_group())
              .example("owner"),
          field("archive_dir", &RuleOptions::archive_dir,
                "Where archives go, from / or from the file's folder; on the same file system for `how: rename`; beside the "
                "file if not given"),
          choice("compress", &RuleOptions::compress,
                 {{"none", WhichCodec::none}, {"gzip", WhichCodec::gzip}, {"zstd", WhichCodec::zstd}},
                 "How archives are compressed; what is written is read back before its source goes"),
          field("level", &RuleOptions::level, "Of the compression; 0: zstd 3, gzip 6").between(0, 19),
          field("delay_compress", &RuleOptions::delay_compress, "The newest archive stays as it is until the next rotation"),
          field("keep", &RuleOptions::keep, "Archives of each file at most; -1: no limit").between(-1, 1'000'000),
          field("max_age", &RuleOptions::max_age,
                "Archives that are older go, by the clock, not at the next rotation; 0s: none do")
              .between(0s, 24h * 36500)
              .example("30d"),
          field("max_total_size", &RuleOptions::max_total_size,
                "Bytes of all files of the rule with their archives; the oldest archives go first; 0B: no limit")
              .example("10GiB"),
          field("keep_min", &RuleOptions::keep_min,
                "The newest archives of each file that neither max_total_size nor keep_free takes")
              .between(0, 1'000'000),
      }
          .check([](const RuleOptions& rule, const config::Spot& spot) {
            if (rule.when == When::interval && rule.every < 1s)
              spot.option("every").wrong("must be at least 1s with `when: interval`");
            if (rule.when != When::interval && rule.every != 0s)
              spot.option("every").wrong("has no effect without `when: interval`");
            if (rule.when == When::never && rule.max_size.value == 0)
              spot.option("when").wrong("`never` without max_size: the file would never be rotated");
            if (rule.max_age % 24h != 0s) spot.option("max_age").wrong("is a number of whole days, e.g. 30d");
            const bool told = !rule.signals.empty() || !rule.calls.empty() || !rule.after.empty();
            const bool pauses = rule.how == HowToRotate::in_place && rule.in_place == InPlaceMode::pause;
            if (rule.how != HowToRotate::rename && ((!rule.signals.empty() && !pauses) || !rule.calls.empty()))
              spot.option("how").wrong(
                  "signals and calls are for `how: rename`: otherwise the writer has nothing to open anew");
            if (pauses && rule.signals.empty())
              spot.option("in_place").wrong("`pause` needs to know whom: name the containers in signals");
            if (rule.how == HowToRotate::rename && !told)
              spot.option("how").wrong(
                  "`rename` needs signals, calls or after: otherwise the writer goes on writing into the archive");
          });
  return schema;
}

}  // namespace longshore::rotator
