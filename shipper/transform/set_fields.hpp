// `set`: adds the same fields to every event it is for. Its tags are the source's (transform_tags() in chain.hpp).
#pragma once

#include <cstddef>

#include "shipper/transform/transform.hpp"
#include "shipper/transform/where.hpp"

namespace longshore::shipper {

class SetFields final : public Transform {
 public:
  static base::Result<SetFields> make(const SetOptions& options);
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) override;

 private:
  explicit SetFields(Where where) : where_(std::move(where)) {}
  Where where_;
  Arena packed_;
  Slice last_fields_;
};

}  // namespace longshore::shipper
