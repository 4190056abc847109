#include "rotator/config/blocks.hpp"

#include "rotator/config/user_and_group.hpp"

namespace longshore::rotator {
namespace {

Criterion criterion_of(When when) {
  switch (when) {
    case When::never:
      return Criterion::size;
    case When::interval:
      return Criterion::interval;
    case When::hourly:
      return Criterion::hourly;
    case When::daily:
      return Criterion::daily;
    case When::weekly:
      return Criterion::weekly;
    case When::monthly:
      return Criterion::monthly;
    case When::yearly:
      return Criterion::yearly;
  }
  return Criterion::daily;
}

std::optional<std::uint64_t> limit(base::Bytes bytes) {
  return bytes.value == 0 ? std::nullopt : std::optional(bytes.value);
}
Script script(const std::string& text) { return text.empty() ? std::nullopt : Script(text); }

void set_codec(Policy& policy, const RuleOptions& rule) {
  policy.compress = rule.compress != WhichCodec::none;
  policy.delay_compress = rule.delay_compress;
  if (rule.compress == WhichCodec::zstd) {
    policy.compress_command = {"zstd"};
    policy.uncompress_command = {"unzstd"};
    policy.compress_extension = ".zst";
  }
  if (rule.level != 0) policy.compress_options = std::vector{"-" + std::to_string(rule.level)};
}

Policy policy_of(const RuleOptions& rule) {
  Policy policy;
  policy.criterion = criterion_of(rule.when);
  policy.interval = rule.every;
  policy.size = rule.max_size.value;  // with When::never
  policy.max_size = limit(rule.max_size);
  policy.min_size = limit(rule.min_size);
  policy.if_empty = rule.if_empty;
  policy.missing_ok = true;

  policy.rotate = rule.keep;
  policy.max_age_days = static_cast<int>(rule.max_age / std::chrono::hours(24));
  policy.max_total_size = limit(rule.max_total_size);
  policy.keep_min = rule.keep_min;

  policy.copy = rule.how == HowToRotate::copy;
  policy.copytruncate = rule.how == HowToRotate::in_place;
  policy.in_place = rule.in_place;
  if (rule.how == HowToRotate::rename) {
    policy.create.emplace();
    if (rule.create_mode != 0) policy.create->mode = rule.create_mode;
  }
  policy.old_directory = rule.archive_dir;
  if (!rule.archive_dir.empty()) policy.create_old_directory.emplace();
  set_codec(policy, rule);

  policy.su = read_user_and_group(rule.user);
  policy.su_owner = rule.user == "owner";
  policy.pre_rotate = script(rule.before);
  policy.post_rotate = script(rule.after);
  for (const SignalOptions& signal : rule.signals) policy.signals.push_back({signal.container, signal.signal});
  for (const CallOptions& call : rule.calls) policy.calls.push_back({call.url, call.method});
  return policy;
}

}  // namespace

std::vector<NamedBlock> blocks_of(const Config& config, const std::string& file) {
  std::vector<NamedBlock> blocks;
  for (const RuleOptions& rule : config.rules) {
    blocks.push_back({rule.name, {}, rule.exclude});
    Block& block = blocks.back().block;
    block.policy = policy_of(rule);
    block.globs = rule.paths;
    for (const std::string& path : rule.paths) block.pattern += (block.pattern.empty() ? "" : " ") + path;
    block.source = file;
  }
  return blocks;
}

}  // namespace longshore::rotator
