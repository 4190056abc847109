// `redact`: secrets are overwritten where they stand, before anything of the event reaches the rules, the disk or a sink.
// The place keeps its length: "[redacted:NAME]" filled up with asterisks, or asterisks alone where that does not fit.
//
// A secret that was found once in an event is overwritten wherever else the event shows it. If the frame is JSON around the
// message (GELF, Docker's json-file), it may show the secret with other escapes: it is wiped, and the message becomes the
// frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "shipper/config/transform_options.hpp"
#include "shipper/json/json_object.hpp"
#include "shipper/transform/pattern.hpp"
#include "shipper/transform/pattern_set.hpp"
#include "shipper/transform/transform.hpp"

namespace longshore::shipper {

class Redact final : public Transform {
 public:
  static base::Result<Redact> make(const RedactOptions& options);
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) override;

  // Secrets overwritten so far, by the pattern's name; a secret that an event shows twice counts once.
  struct Count {
    std::string name;
    std::uint64_t secrets = 0;
  };
  const std::vector<Count>& counts() const { return counts_; }

 private:
  struct Range {
    std::uint32_t begin = 0, end = 0;  // in the arena
    std::size_t name = 0;              // in counts_
  };
  struct Secret {
    std::string text;
    std::size_t name = 0;
    friend bool operator==(const Secret&, const Secret&) = default;
  };

  explicit Redact(bool cards) : patterns_(cards) {}
  base::Result<void> add(std::string_view name, std::string regex, PatternSet::Text text);
  std::size_t name_index(std::string_view name);

  void collect(const Batch& batch, const Event& event);
  bool look(const Batch& batch, Slice region);
  void look_at_fields(const Batch& batch, Slice fields);
  void add_range(const Batch& batch, Range range);
  void overwrite(Batch& batch, Event& event);
  void mask(char* bytes, std::size_t size, std::size_t name) const;
  void wipe_frame(Batch& batch, Event& event);
  void repair_fields(Batch& batch, Slice fields);

  PatternSet patterns_;
  std::vector<std::size_t> name_of_;   // pattern -> counts_
  std::optional<std::size_t> cards_;   // in counts_
  std::optional<std::size_t> tokens_;  // in counts_
  std::optional<Pattern> secret_name_;
  std::vector<Count> counts_;

  JsonObject json_;
  std::vector<Match> matches_;
  std::vector<Slice> regions_;  // of the event: where text of it stands
  std::vector<Range> ranges_;
  std::vector<Secret> secrets_;
  Slice quiet_fields_;     // of an event before, without a hit: neighbours share them
  Slice redacted_fields_;  // the same with one
};

}  // namespace longshore::shipper
