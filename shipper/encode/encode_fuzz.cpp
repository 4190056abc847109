// Any event encodes to one valid line within its limit, in every format. Input: format, framing, flags, priority, five
// sizes, then the texts.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "shipper/encode/batch_for_test.hpp"
#include "shipper/encode/encoder.hpp"
#include "shipper/encode/json_text_twin.hpp"

using namespace longshore::shipper;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t byte() {
    const auto value = rest_.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return value;
  }
  std::string text(std::size_t size) {
    const std::string out(rest_.substr(0, size));
    rest_.remove_prefix(out.size());
    return out;
  }
  std::string rest() { return text(rest_.size()); }

 private:
  std::string_view rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({reinterpret_cast<const char*>(data), size});
  const auto format = static_cast<LineShape>(input.byte() % 4);
  const auto framing = static_cast<LineFraming>(input.byte() % 3);
  EventText event{.flags = input.byte(), .format = static_cast<Format>(input.byte() % 6)};
  event.priority = input.byte();
  const std::uint8_t sizes[] = {input.byte(), input.byte(), input.byte(), input.byte(), input.byte()};
  event.host = input.text(sizes[0]);
  event.app = input.text(sizes[1]);
  event.msgid = input.text(sizes[2]);
  event.structured_data = input.text(sizes[3]);
  const std::string key = input.text(sizes[4] % 16), value = input.text(sizes[4] / 16);
  event.fields = {{FieldKind::text, key, value}, {FieldKind::text, value, key}};
  event.message = input.rest();

  Batch batch;
  add_event(batch, event);
  Encoder encoder({.format = format, .framing = framing, .max_line = kLeastMaxLine, .tags_in_json = true});
  encoder.begin(batch);
  Output out;
  const bool cut = encoder.append(batch.events[0], out);
  std::string_view line = out.view();
  if (framing == LineFraming::octet_counting) return 0;
  require(line.ends_with('\n'));
  line.remove_suffix(1);
  require(line.size() <= kLeastMaxLine);
  if (framing == LineFraming::lf || format == LineShape::json) require(line.find('\n') == std::string_view::npos);
  if (format != LineShape::json) return 0;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  require(parser.parse(simdjson::padded_string(line)).get(object) == simdjson::SUCCESS);
  std::string_view message;
  require(object["message"].get(message) == simdjson::SUCCESS);
  if (!cut) require(line.find("\"message\":\"" + json_text_twin(event.message) + '"') != std::string_view::npos);
  return 0;
}
