#include "shipper/console/annotations.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "shipper/console/json_string.hpp"

namespace longshore::shipper {
namespace {

using base::Result;

constexpr std::size_t kLongest = 512;  // bytes of a member
constexpr auto kMostTtl = std::chrono::hours(24);
constexpr std::string_view kMembers = "kind, phase, environment, composition, rollout, ttl, by, build_url, outcome";

std::unexpected<base::Error> wrong(std::string_view member, std::string_view what) {
  return base::fail(base::Code::invalid, fmt::format("{}: {}", member, what));
}

Result<void> set(Annotation& to, std::string_view key, std::string_view value, std::string& phase, std::string& kind) {
  if (value.size() > kLongest) return wrong(key, fmt::format("longer than {} bytes", kLongest));
  if (key == "ttl") {
    const auto ttl = base::parse_duration(value);
    if (!ttl) return wrong(key, ttl.error().message);
    if (*ttl <= base::Duration{} || *ttl > kMostTtl) return wrong(key, "must be over 0s and at most 24h");
    to.ttl = *ttl;
    return {};
  }
  const std::pair<std::string_view, std::string*> members[] = {
      {"kind", &kind},          {"phase", &phase}, {"environment", &to.environment}, {"composition", &to.composition},
      {"rollout", &to.rollout}, {"by", &to.by},    {"build_url", &to.build_url},     {"outcome", &to.outcome}};
  for (const auto& [name, member] : members) {
    if (key != name) continue;
    *member = value;
    return {};
  }
  return wrong(key, fmt::format("there is no such member; there are {}", kMembers));
}

}  // namespace

Result<Annotation> parse_annotation(std::string_view json) {
  if (json.size() > kAnnotationLimit)
    return base::fail(base::Code::invalid, fmt::format("the body is longer than {} bytes", kAnnotationLimit));
  simdjson::dom::parser parser;
  simdjson::dom::object members;
  if (const auto error = parser.parse(json.data(), json.size()).get(members); error != simdjson::SUCCESS)
    return base::fail(base::Code::invalid, fmt::format("the body is no JSON object: {}", simdjson::error_message(error)));
  Annotation annotation;
  std::string phase, kind;
  for (const auto& [key, value] : members) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return wrong(key, "must be a string");
    TRY_VOID(set(annotation, key, text, phase, kind));
  }
  if (kind != "deploy") return wrong("kind", "must be \"deploy\"");
  if (phase != "begin" && phase != "end") return wrong("phase", "must be \"begin\" or \"end\"");
  if (annotation.environment.empty()) return wrong("environment", "is missing");
  if (annotation.rollout.empty()) return wrong("rollout", "is missing");
  annotation.begins = phase == "begin";
  if (annotation.begins && annotation.composition.empty()) return wrong("composition", "is missing");
  return annotation;
}

std::string to_json(const Annotation& annotation, std::string_view phase) {
  std::string out = fmt::format("{{\"kind\":\"deploy\",\"phase\":{}", json_string(phase));
  const std::pair<std::string_view, const std::string*> members[] = {
      {"environment", &annotation.environment}, {"composition", &annotation.composition},
      {"rollout", &annotation.rollout},         {"by", &annotation.by},
      {"build_url", &annotation.build_url},     {"outcome", &annotation.outcome}};
  for (const auto& [name, member] : members)
    if (!member->empty()) out += fmt::format(",\"{}\":{}", name, json_string(*member));
  return out + "}";
}

bool Annotations::apply(const Annotation& annotation, base::Timestamp now) {
  const auto known = std::find_if(under_way_.begin(), under_way_.end(), [&](const UnderWay& each) {
    return each.annotation.environment == annotation.environment && each.annotation.rollout == annotation.rollout;
  });
  if (known != under_way_.end() && annotation.begins) {
    known->until = now + annotation.ttl;
    return false;
  }
  if (annotation.begins)
    under_way_.push_back({annotation, now, now + annotation.ttl});
  else if (known != under_way_.end())
    under_way_.erase(known);
  return true;
}

std::vector<Annotation> Annotations::expire(base::Timestamp now) {
  std::vector<Annotation> over;
  std::erase_if(under_way_, [&](const UnderWay& each) {
    if (now < each.until) return false;
    over.push_back(each.annotation);
    return true;
  });
  return over;
}

std::vector<AnnotationStatus> Annotations::status() const {
  std::vector<AnnotationStatus> out;
  for (const UnderWay& each : under_way_)
    out.push_back({.kind = "deploy",
                   .environment = each.annotation.environment,
                   .composition = each.annotation.composition,
                   .rollout = each.annotation.rollout,
                   .by = each.annotation.by,
                   .since = base::format_rfc3339(each.since, 0),
                   .until = base::format_rfc3339(each.until, 0)});
  return out;
}

}  // namespace longshore::shipper
