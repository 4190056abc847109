// Events that were lost or left out on purpose, by reason: one side of the sum received = delivered + dropped{reason}.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace longshore::shipper {

struct DropCounter {
  std::map<std::string, std::uint64_t, std::less<>> dropped;  // by reason, a short constant such as "sampled"

  void drop(std::string_view reason, std::uint64_t count = 1) {
    if (count == 0) return;
    const auto found = dropped.find(reason);
    (found != dropped.end() ? found->second : dropped[std::string(reason)]) += count;
  }
};

}  // namespace longshore::shipper
