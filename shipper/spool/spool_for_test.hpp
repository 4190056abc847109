// What the spool's tests share: small batches whose events say which they are, and a reader that checks them on the way.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "shipper/spool/file_names.hpp"
#include "shipper/spool/spool.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::shipper {

inline constexpr const char* kDir = "spool";

inline SpoolOptions options_for_test(Durability durability = Durability::batch) {
  SpoolOptions options;
  options.dir = kDir;
  options.durability = durability;
  return options;
}

inline std::unique_ptr<Spool> open_spool(base::FileSystem& file_system, SpoolOptions options = options_for_test()) {
  auto spool = Spool::open(std::move(options), file_system);
  EXPECT_TRUE(spool) << spool.error().message;
  return spool ? *std::move(spool) : nullptr;
}

// Appends one event whose message is `text`.
inline void add_event(Batch& batch, const std::string& text) {
  if (batch.sources.empty()) batch.sources.push_back({"syslog udp://127.0.0.1:514", {"tag-a", "tag-b"}});
  Event event;
  event.frame = batch.arena.append("<13>host app: " + text);
  event.message = {event.frame.end() - static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(text.size())};
  event.set_host({event.frame.offset + 4, 4});
  event.set_app({event.frame.offset + 9, 3});
  event.priority = 13;
  event.format = Format::rfc3164;
  event.time_ns = 1'700'000'000'000'000'000;
  batch.events.push_back(event);
}

inline std::shared_ptr<Batch> make_batch(const std::vector<std::string>& texts, std::vector<Checkpoint> checkpoints = {}) {
  auto batch = std::make_shared<Batch>();
  for (const std::string& text : texts) add_event(*batch, text);
  batch->checkpoints = std::move(checkpoints);
  batch->received = {1'700'000'000'123'456'789};
  return batch;
}

// "name 1", "name 2", … `count` of them.
inline std::vector<std::string> texts(const std::string& name, int count) {
  std::vector<std::string> list;
  for (int i = 1; i <= count; ++i) list.push_back(fmt::format("{} {}", name, i));
  return list;
}

struct SeenEvent {
  std::uint64_t seq = 0;
  std::string text;
  friend bool operator==(const SeenEvent&, const SeenEvent&) = default;
};
inline void PrintTo(const SeenEvent& event, std::ostream* out) { *out << event.seq << " \"" << event.text << '"'; }

// All that the reader gives now, from `from` on.
inline std::vector<SeenEvent> drain(SpoolReader& reader, std::uint64_t from = 0) {
  std::vector<SeenEvent> seen;
  for (;;) {
    const auto batch = reader.next();
    if (!batch) {
      ADD_FAILURE() << batch.error().message;
      return seen;
    }
    if (!*batch) return seen;
    for (std::size_t i = 0; i < (*batch)->events.size(); ++i) {
      const Event& event = (*batch)->events[i];
      EXPECT_EQ((*batch)->text(event.host()), "host");
      EXPECT_EQ((*batch)->sources.at(event.source).tags, (std::vector<std::string>{"tag-a", "tag-b"}));
      if ((*batch)->first_seq + i >= from)
        seen.push_back({(*batch)->first_seq + i, std::string((*batch)->text(event.message))});
    }
  }
}
inline std::vector<SeenEvent> read_all(Spool& spool, std::uint64_t from = 0) { return drain(*spool.reader(from), from); }

inline std::vector<SeenEvent> numbered(std::uint64_t first_seq, const std::vector<std::string>& list) {
  std::vector<SeenEvent> events;
  for (const std::string& text : list) events.push_back({first_seq++, text});
  return events;
}

// The segment files, oldest first, as paths.
inline std::vector<std::string> segment_paths(const test_support::FaultFileSystem& file_system) {
  std::vector<std::string> found;
  for (const std::string& path : file_system.paths())
    if (path.ends_with(".segment")) found.push_back(path);
  return found;
}

}  // namespace longshore::shipper
