// `drop` and `sample`: events that are wanted nowhere, and one in N where all would be too many. Counted as "filtered" and
// "sampled".
#pragma once

#include <cstddef>
#include <cstdint>

#include "shipper/transform/transform.hpp"
#include "shipper/transform/where.hpp"

namespace longshore::shipper {

class DropEvents final : public Transform {
 public:
  static base::Result<DropEvents> make(const DropOptions& options);
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) override;

 private:
  explicit DropEvents(Where where) : where_(std::move(where)) {}
  Where where_;
};

class SampleEvents final : public Transform {
 public:
  static base::Result<SampleEvents> make(const SampleOptions& options);
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) override;

 private:
  SampleEvents(std::uint64_t keep_one_in, Where where) : keep_one_in_(keep_one_in), where_(std::move(where)) {}
  std::uint64_t keep_one_in_;
  Where where_;
  std::uint64_t seen_ = 0;  // deterministic: no dice
};

}  // namespace longshore::shipper
