#include "shipper/event/held_event.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

// An event as a syslog parser leaves it: everything but the fields lies inside the frame.
Event syslog_event(Batch& batch) {
  const std::string_view frame = "<30>host app[7]: first ";
  Event event;
  event.fields = append_field(batch.arena, FieldKind::text, "k", "v");
  const Slice slice = batch.arena.append(frame);
  const auto part = [slice, frame](std::string_view text) {
    return Slice{slice.offset + static_cast<std::uint32_t>(frame.find(text)), static_cast<std::uint32_t>(text.size())};
  };
  event.frame = slice;
  event.message = part("first ");
  event.set_host(part("host"));
  event.set_app(part("app"));
  event.set_procid(part("7"));
  event.priority = 30;
  return event;
}

TEST(HeldEvent, ComesBackAsItWasInAnotherBatch) {
  Batch from, to;
  from.arena.append("something before");
  HeldEvent held;
  held.take(from.arena, syslog_event(from));
  to.arena.append("other content");
  const Event event = held.release(to.arena);
  EXPECT_EQ(to.text(event.frame), "<30>host app[7]: first ");
  EXPECT_EQ(to.text(event.message), "first ");
  EXPECT_EQ(to.text(event.host()), "host");
  EXPECT_EQ(to.text(event.app()), "app");
  EXPECT_EQ(to.text(event.procid()), "7");
  EXPECT_TRUE(event.msgid().empty());
  EXPECT_EQ(event.priority, 30);
  Field field;
  ASSERT_TRUE(FieldReader(to.text(event.fields)).next(field));
  EXPECT_EQ(field.value, "v");
  EXPECT_TRUE(held.empty());
}

TEST(HeldEvent, ALongerMessageMakesItsFrameLonger) {
  Batch batch;
  HeldEvent held;
  held.take(batch.arena, syslog_event(batch));
  held.extend("second");
  held.add_field(FieldKind::json, "n", "2");
  const Event event = held.release(batch.arena);
  EXPECT_EQ(batch.text(event.message), "first second");
  EXPECT_EQ(batch.text(event.frame), "<30>host app[7]: first second");
  FieldReader reader(batch.text(event.fields));
  Field field;
  ASSERT_TRUE(reader.next(field) && reader.next(field));
  EXPECT_EQ(field.key, "n");
}

TEST(HeldEvent, AMessageThatIsNotItsFramesTailLeavesTheFrameAlone) {
  Batch batch;
  Event event;
  event.frame = batch.arena.append("{\"m\":\"text\"}");
  event.message = {event.frame.offset + 6, 4};
  HeldEvent held;
  held.take(batch.arena, event);
  held.extend(" more");
  const Event back = held.release(batch.arena);
  EXPECT_EQ(batch.text(back.message), "text more");
  EXPECT_EQ(batch.text(back.frame), "{\"m\":\"text\"}");
}

TEST(HeldEvent, SavedBytesOutliveTheProcess) {
  Batch from, to;
  HeldEvent held, restored;
  held.take(from.arena, syslog_event(from));
  ASSERT_TRUE(restored.restore(held.save()));
  restored.extend("second");
  const Event event = restored.release(to.arena);
  EXPECT_EQ(to.text(event.message), "first second");
  EXPECT_EQ(to.text(event.host()), "host");
}

TEST(HeldEvent, DamagedBytesAreRefused) {
  Batch batch;
  HeldEvent held;
  held.take(batch.arena, syslog_event(batch));
  const std::string saved = held.save();
  HeldEvent restored;
  for (std::size_t size = 0; size < saved.size(); ++size) EXPECT_FALSE(restored.restore(saved.substr(0, size))) << size;
  for (std::size_t i = 0; i < sizeof(Event); ++i) {
    std::string damaged = saved;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x80);
    if (restored.restore(damaged)) restored.release(batch.arena);  // must stay within its bytes
  }
}

}  // namespace
}  // namespace longshore::shipper
