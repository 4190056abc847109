// Events made of lines of text, with the bytes they refer to. Pure. One thread at a time.
#pragma once

#include <cstddef>
#include <memory>

#include "rules/evaluator.hpp"

namespace longshore::shipper {
struct Batch;
}

namespace longshore::rules {

class LineBatch {
 public:
  LineBatch();
  ~LineBatch();
  LineBatch(LineBatch&&) noexcept;
  LineBatch& operator=(LineBatch&&) noexcept;

  std::size_t size() const;
  // Valid until something is added or cleared.
  EventView operator[](std::size_t index) const;
  void add(const EventView& event);
  void set_time(std::size_t index, base::Timestamp time);
  void clear();  // keeps the memory

 private:
  friend class LineParser;
  std::unique_ptr<shipper::Batch> batch_;
};

}  // namespace longshore::rules
