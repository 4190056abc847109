#include "shipper/commands/spool_lines.hpp"

#include <fmt/format.h>

#include <vector>

namespace longshore::shipper {
namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr int kAttempts = 8;  // at reading one place: more than the reader needs to give it up as damaged

void append_printable(std::string_view text, Output& out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < ' ' && c != '\t') || byte == 0x7f)
      out.append(fmt::format("\\x{:02x}", byte));
    else
      out.append(c);
  }
}

void append_for_people(const Batch& batch, std::size_t index, Output& out) {
  const Event& event = batch.events[index];
  out.append(fmt::format("{} {} ", batch.first_seq + index, base::format_rfc3339({event.time_ns})));
  append_printable(event.host().empty() ? "-" : batch.text(event.host()), out);
  out.append(" [");
  append_printable(batch.sources[event.source].name, out);
  out.append("] ");
  append_printable(batch.text(event.frame), out);
  out.append('\n');
}

base::Result<std::shared_ptr<const Batch>> next_batch(SpoolReader& reader) {
  auto batch = reader.next();
  for (int i = 1; i < kAttempts && !batch; ++i) batch = reader.next();
  return batch;
}

}  // namespace

base::Result<void> write_lines(SpoolReader& reader, const SpoolRange& range, SpoolLine form,
                               const std::function<base::Result<void>(std::string_view)>& write) {
  Encoder encoder({.format = form == SpoolLine::json ? LineShape::json : LineShape::raw, .tags_in_json = true});
  Output out;
  for (std::uint64_t seq = 0; seq <= range.to;) {
    TRY(batch, next_batch(reader));
    if (!batch) break;
    std::vector<bool> wanted;
    for (const SourceInfo& source : batch->sources) wanted.push_back(source.name.contains(range.source));
    if (form != SpoolLine::people) encoder.begin(*batch);
    for (std::size_t i = 0; i < batch->events.size(); ++i) {
      seq = batch->first_seq + i;
      if (seq < range.from || seq > range.to || !wanted[batch->events[i].source]) continue;
      if (form == SpoolLine::people)
        append_for_people(*batch, i, out);
      else
        encoder.append(batch->events[i], out);
      if (out.size() < kPiece) continue;
      TRY_VOID(write(out.view()));
      out.clear();
    }
    ++seq;
  }
  return write(out.view());
}

}  // namespace longshore::shipper
