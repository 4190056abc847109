#include "shipper/transform/chain.hpp"

#include <algorithm>

#include "shipper/transform/collapse.hpp"
#include "shipper/transform/compact.hpp"
#include "shipper/transform/drop_events.hpp"
#include "shipper/transform/parse_json.hpp"
#include "shipper/transform/redact.hpp"
#include "shipper/transform/set_fields.hpp"

namespace longshore::shipper {
namespace {

using Made = base::Result<std::unique_ptr<Transform>>;

template <class Kind, class Options>
Made make_one(std::string_view name, const Options& options) {
  auto made = Kind::make(options);
  if (!made) return base::fail(made.error().code, "transform " + std::string(name) + ": " + made.error().message);
  return std::make_unique<Kind>(std::move(*made));
}

struct Make {
  Made operator()(const ParseJsonOptions& options) const { return make_one<ParseJson>("parse_json", options); }
  Made operator()(const DropOptions& options) const { return make_one<DropEvents>("drop", options); }
  Made operator()(const SampleOptions& options) const { return make_one<SampleEvents>("sample", options); }
  Made operator()(const RedactOptions& options) const { return make_one<Redact>("redact", options); }
  Made operator()(const SetOptions& options) const { return make_one<SetFields>("set", options); }
  Made operator()(const CollapseOptions& options) const { return make_one<Collapse>("collapse", options); }
};

}  // namespace

TransformChain::TransformChain() = default;
TransformChain::TransformChain(TransformChain&&) noexcept = default;
TransformChain& TransformChain::operator=(TransformChain&&) noexcept = default;
TransformChain::~TransformChain() = default;

base::Result<TransformChain> TransformChain::make(std::span<const TransformOptions> options) {
  TransformChain chain;
  for (const TransformOptions& one : options) {
    TRY(made, std::visit(Make{}, one));
    chain.transforms_.push_back(std::move(made));
  }
  return chain;
}

void TransformChain::apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) {
  if (transforms_.empty()) return;
  const std::uint32_t begin = begin_of(batch, first);
  const std::size_t before = batch.events.size();
  apply_from(0, batch, first, now, dropped);
  const auto is_redacted = [](const Event& event) { return (event.flags & flag::kRedacted) != 0; };
  const auto events = batch.events.begin() + static_cast<std::ptrdiff_t>(first);
  if (batch.events.size() < before || std::any_of(events, batch.events.end(), is_redacted))
    compact(batch, first, begin, scratch_);
}

void TransformChain::flush(Batch& batch, base::Timestamp now, DropCounter& dropped) {
  for (std::size_t i = 0; i < transforms_.size(); ++i) {
    const std::size_t first = batch.events.size();
    transforms_[i]->flush(batch, now);
    if (first < batch.events.size()) apply_from(i + 1, batch, first, now, dropped);
  }
}

void TransformChain::apply_from(std::size_t step, Batch& batch, std::size_t first, base::Timestamp now,
                                DropCounter& dropped) {
  for (; step < transforms_.size(); ++step) transforms_[step]->apply(batch, first, now, dropped);
}

base::Timestamp TransformChain::next_deadline() const {
  base::Timestamp earliest = base::kNever;
  for (const auto& transform : transforms_) earliest = std::min(earliest, transform->next_deadline());
  return earliest;
}

std::uint64_t TransformChain::held() const {
  std::uint64_t held = 0;
  for (const auto& transform : transforms_) held += transform->held();
  return held;
}

std::vector<std::string> transform_tags(std::span<const TransformOptions> options) {
  std::vector<std::string> tags;
  for (const TransformOptions& one : options)
    if (const auto* set = std::get_if<SetOptions>(&one)) tags.insert(tags.end(), set->tags.begin(), set->tags.end());
  return tags;
}

}  // namespace longshore::shipper
