// An Intake that keeps what it is given, as text, and says "durable" when a test wants it. Test code only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/io/sleep.hpp"
#include "shipper/event/drop_counter.hpp"
#include "shipper/pipeline/intake.hpp"

namespace longshore::shipper {

class IntakeForTest final : public Intake {
 public:
  SourceId add_source(const SourceInfo&) override { return 0; }
  Batch& batch() override { return batch_; }
  void finish(SourceId, std::size_t first_event, std::size_t wire_bytes) override {
    for (std::size_t i = first_event; i < batch_.events.size(); ++i) {
      messages.emplace_back(batch_.text(batch_.events[i].message));
      hosts.emplace_back(batch_.text(batch_.events[i].host()));
    }
    bytes += wire_bytes;
  }
  void drop(SourceId, std::string_view reason, std::uint64_t count) override { dropped.drop(reason, count); }
  bool accepting() const override { return accepts; }
  io::Task<void> wait_accepting() override {
    while (!accepts) co_await io::sleep_for(std::chrono::milliseconds(1));
  }
  bool ahead() const override { return false; }
  io::Task<void> wait_turn() override { co_return; }

  // The open batch is sealed, written and gone.
  void make_durable() {
    for (auto& done : std::exchange(batch_.on_durable, {})) done();
    batch_.clear();
  }

  std::vector<std::string> messages, hosts;
  std::size_t bytes = 0;
  DropCounter dropped;
  bool accepts = true;

 private:
  Batch batch_;
};

}  // namespace longshore::shipper
