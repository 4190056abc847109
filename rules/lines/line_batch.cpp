#include "rules/lines/line_batch.hpp"

#include "shipper/event/batch.hpp"

namespace longshore::rules {

LineBatch::LineBatch() : batch_(std::make_unique<shipper::Batch>()) {}
LineBatch::~LineBatch() = default;
LineBatch::LineBatch(LineBatch&&) noexcept = default;
LineBatch& LineBatch::operator=(LineBatch&&) noexcept = default;

std::size_t LineBatch::size() const { return batch_->events.size(); }
void LineBatch::clear() { batch_->clear(); }
void LineBatch::set_time(std::size_t index, base::Timestamp time) { batch_->events[index].time_ns = time.ns; }

EventView LineBatch::operator[](std::size_t index) const {
  const shipper::Batch& batch = *batch_;
  const shipper::Event& event = batch.events[index];
  const shipper::SourceInfo& source = batch.sources[event.source];
  return {.time = {event.time_ns},
          .priority = event.priority,
          .message = batch.text(event.message),
          .raw = batch.text(event.frame),
          .host = batch.text(event.host()),
          .app = batch.text(event.app()),
          .procid = batch.text(event.procid()),
          .msgid = batch.text(event.msgid()),
          .structured_data = batch.text(event.structured_data),
          .fields = batch.text(event.fields),
          .source = source.name,
          .tags = source.tags};
}

void LineBatch::add(const EventView& from) {
  shipper::Arena& arena = batch_->arena;
  shipper::Event event;
  event.time_ns = from.time.ns;
  event.priority = from.priority;
  event.frame = arena.append(from.raw);
  event.message = arena.append(from.message);
  event.structured_data = arena.append(from.structured_data);
  event.fields = arena.append(from.fields);
  event.set_host(arena.append(from.host));
  event.set_app(arena.append(from.app));
  event.set_procid(arena.append(from.procid));
  event.set_msgid(arena.append(from.msgid));
  event.source = batch_->source_index({std::string(from.source), {from.tags.begin(), from.tags.end()}});
  batch_->events.push_back(event);
}

}  // namespace longshore::rules
