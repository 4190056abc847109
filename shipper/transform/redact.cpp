#include "shipper/transform/redact.hpp"

#include <algorithm>
#include <cstring>

#include "shipper/transform/card_numbers.hpp"
#include "shipper/transform/secret_patterns.hpp"

namespace longshore::shipper {
namespace {

// Shorter secrets are overwritten where a pattern finds them only: their text stands everywhere by chance.
constexpr std::size_t kLeastToSearch = 4;
constexpr std::string_view kMark = "[redacted:";

bool inside(Slice inner, Slice outer) { return inner.offset >= outer.offset && inner.end() <= outer.end(); }

bool is_masked(std::string_view text) {
  return text.starts_with(kMark) || text.find_first_not_of('*') == std::string_view::npos;
}

// The message, perhaps with blanks, CR or NUL behind it, ends the frame: then the frame shows the message as it is.
bool is_tail(const Batch& batch, const Event& event) {
  if (!inside(event.message, event.frame)) return false;
  const std::string_view rest = batch.text({event.message.end(), event.frame.end() - event.message.end()});
  return std::ranges::all_of(rest, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

}  // namespace

base::Result<Redact> Redact::make(const RedactOptions& options) {
  Redact redact(options.cards);
  if (options.tokens) {
    for (const SecretPattern& pattern : kTokenPatterns)
      TRY_VOID(redact.add(pattern.name, std::string(pattern.regex), PatternSet::Text::bytes));
    TRY(name, Pattern::make(std::string(kSecretName)));
    redact.secret_name_ = std::move(name);
    redact.tokens_ = redact.name_index("token");
  }
  if (options.keys)
    for (const SecretPattern& pattern : kKeyPatterns)
      TRY_VOID(redact.add(pattern.name, std::string(pattern.regex), PatternSet::Text::bytes));
  for (const RedactOptions::Pattern& pattern : options.patterns) {
    const auto is_plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    };
    if (pattern.name.empty() || !std::ranges::all_of(pattern.name, is_plain))
      return base::fail(base::Code::invalid,
                        "the pattern's name '" + pattern.name + "' is not made of letters, digits and -_.");
    if (auto added = redact.add(pattern.name, pattern.regex, PatternSet::Text::utf8); !added)
      return base::fail(added.error().code, "pattern '" + pattern.name + "': " + added.error().message);
  }
  if (options.cards) redact.cards_ = redact.name_index("card");
  redact.patterns_.compile();
  return redact;
}

base::Result<void> Redact::add(std::string_view name, std::string regex, PatternSet::Text text) {
  TRY_VOID(patterns_.add(regex, text));
  name_of_.push_back(name_index(name));
  return {};
}

std::size_t Redact::name_index(std::string_view name) {
  const auto known = std::ranges::find(counts_, name, &Count::name);
  if (known != counts_.end()) return static_cast<std::size_t>(known - counts_.begin());
  counts_.push_back({std::string(name)});
  return counts_.size() - 1;
}

void Redact::apply(Batch& batch, std::size_t first, base::Timestamp, DropCounter&) {
  quiet_fields_ = redacted_fields_ = {};
  for (std::size_t i = first; i < batch.events.size(); ++i) {
    Event& event = batch.events[i];
    collect(batch, event);
    if (!event.fields.empty() && event.fields == redacted_fields_) event.flags |= flag::kRedacted;  // through a neighbour
    if (ranges_.empty()) continue;
    event.flags |= flag::kRedacted;
    const auto in_fields = [&](const Range& range) { return inside({range.begin, range.end - range.begin}, event.fields); };
    if (std::ranges::any_of(ranges_, in_fields)) redacted_fields_ = event.fields;
    overwrite(batch, event);
  }
}

// All places where the event shows text, and what the patterns find there.
void Redact::collect(const Batch& batch, const Event& event) {
  regions_.clear();
  ranges_.clear();
  const auto add_region = [&](Slice region) {
    if (region.empty() || std::ranges::any_of(regions_, [region](Slice known) { return inside(region, known); }))
      return false;
    regions_.push_back(region);
    return true;
  };
  if (add_region(event.frame) && look(batch, event.frame) && event.message != event.frame &&
      inside(event.message, event.frame))
    look(batch, event.message);  // for patterns that ask where it begins
  if (add_region(event.fields)) look_at_fields(batch, event.fields);
  for (const Slice region : {event.message, event.structured_data, event.host(), event.app(), event.procid(), event.msgid()})
    if (add_region(region)) look(batch, region);
}

bool Redact::look(const Batch& batch, Slice region) {
  const std::string_view text = batch.text(region);
  if (!patterns_.may_match(text)) return false;
  matches_.clear();
  patterns_.match(text, matches_);
  const auto range = [&](const Match& match, std::size_t name) {
    add_range(batch, {region.offset + static_cast<std::uint32_t>(match.begin),
                      region.offset + static_cast<std::uint32_t>(match.end), name});
  };
  for (const Match& match : matches_) range(match, name_of_[static_cast<std::size_t>(match.pattern)]);
  if (cards_ && patterns_.found_digits()) {
    matches_.clear();
    find_card_numbers(text, 0, matches_);
    for (const Match& match : matches_) range(match, *cards_);
  }
  return true;
}

void Redact::look_at_fields(const Batch& batch, Slice fields) {
  if (fields == quiet_fields_) return;
  if (!patterns_.may_match(batch.text(fields))) {
    quiet_fields_ = fields;
    return;
  }
  FieldReader reader(batch.text(fields));
  const auto place = [&](std::string_view text) {
    return Slice{static_cast<std::uint32_t>(text.data() - batch.arena.data()), static_cast<std::uint32_t>(text.size())};
  };
  for (Field field; reader.next(field);) {
    const Slice value = place(field.value);
    look(batch, place(field.key));
    look(batch, value);
    if (secret_name_ && secret_name_->matches(field.key)) add_range(batch, {value.offset, value.end(), *tokens_});
  }
}

void Redact::add_range(const Batch& batch, Range range) {
  if (!is_masked(batch.text({range.begin, range.end - range.begin}))) ranges_.push_back(range);
}

void Redact::overwrite(Batch& batch, Event& event) {
  std::ranges::sort(ranges_, {}, [](const Range& range) { return std::pair(range.begin, ~range.end); });
  secrets_.clear();
  for (const Range& range : ranges_) {
    Secret secret{std::string(batch.text({range.begin, range.end - range.begin})), range.name};
    if (std::ranges::find(secrets_, secret) != secrets_.end()) continue;
    ++counts_[range.name].secrets;
    secrets_.push_back(std::move(secret));
  }
  std::uint32_t masked_until = 0;  // matches that lie in one another become one
  for (const Range& range : ranges_) {
    const std::uint32_t begin = std::max(range.begin, masked_until);
    if (begin >= range.end) continue;
    mask(batch.arena.data() + begin, range.end - begin, range.name);
    masked_until = range.end;
  }
  for (const Secret& secret : secrets_) {
    if (secret.text.size() < kLeastToSearch) continue;
    for (const Slice region : regions_) {
      char* const begin = batch.arena.data() + region.offset;
      for (std::size_t at = 0; (at = std::string_view(begin, region.size).find(secret.text, at)) != std::string_view::npos;)
        mask(begin + at, secret.text.size(), secret.name);
    }
  }
  repair_fields(batch, event.fields);
  if (!is_tail(batch, event)) wipe_frame(batch, event);
}

void Redact::mask(char* bytes, std::size_t size, std::size_t name) const {
  std::memset(bytes, '*', size);
  const std::string& label = counts_[name].name;
  if (size < kMark.size() + label.size() + 1) return;
  std::memcpy(bytes, kMark.data(), kMark.size());
  std::memcpy(bytes + kMark.size(), label.data(), label.size());
  bytes[kMark.size() + label.size()] = ']';
}

// Everything of the frame goes but what other parts of the event refer to.
void Redact::wipe_frame(Batch& batch, Event& event) {
  std::vector<Slice> kept;
  for (const Slice part :
       {event.message, event.structured_data, event.fields, event.host(), event.app(), event.procid(), event.msgid()})
    if (inside(part, event.frame)) kept.push_back(part);
  std::ranges::sort(kept, {}, &Slice::offset);
  std::uint32_t from = event.frame.offset;
  const auto wipe_until = [&](std::uint32_t end) {
    if (from < end) std::memset(batch.arena.data() + from, '*', end - from);
  };
  for (const Slice part : kept) {
    wipe_until(part.offset);
    from = std::max(from, part.end());
  }
  wipe_until(event.frame.end());
  event.frame = event.message;
}

// A value that is no longer JSON is text.
void Redact::repair_fields(Batch& batch, Slice fields) {
  FieldReader reader(batch.text(fields));
  for (Field field; reader.next(field);) {
    if (field.kind != FieldKind::json || field.value.find('*') == std::string_view::npos) continue;
    if (json_.read("{\"v\":" + std::string(field.value) + "}")) continue;
    // The kind stands six bytes before the key (fields.hpp).
    batch.arena.data()[field.key.data() - batch.arena.data() - 6] = static_cast<char>(FieldKind::text);
  }
}

}  // namespace longshore::shipper
