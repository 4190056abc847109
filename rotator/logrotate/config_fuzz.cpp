// Any bytes are a configuration, or errors: nothing else happens, and it ends.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rotator/logrotate/config_reader.hpp"
#include "rotator/logrotate/outside_for_test.hpp"
#include "rotator/logrotate/state_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::rotator;
  const std::string text(reinterpret_cast<const char*>(data), size);
  OutsideForTest outside;
  MessagesForTest messages;
  outside.file("c", text).file("/more", text);
  const Configuration configuration = read_configuration({"c"}, outside, messages);
  if (configuration.failed && messages.errors.empty()) std::abort();
  // As a state file: what was understood is written, and then understood to the last byte.
  const std::string state = write_state(read_state(text, "s").entries);
  const StateReading again = read_state(state, "s");
  if (!again.problems.empty() || write_state(again.entries) != state) std::abort();
  return 0;
}
