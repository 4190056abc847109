#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/lines/line_parser.hpp"

// Every line is one event, in every format, and what it says lies in memory that is its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::rules;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const InputFormat format : {InputFormat::detect, InputFormat::raw, InputFormat::rfc5424, InputFormat::json}) {
    LineParser parser(format, "fuzz", {1'795'000'000'000'000'000});
    LineBatch batch, copy;
    parser.parse(line, {}, batch);
    if (batch.size() != 1) std::abort();
    copy.add(batch[0]);
    if (copy[0].message != batch[0].message || copy[0].fields != batch[0].fields) std::abort();
  }
  return 0;
}
