#include "shipper/encode/json_text.hpp"

#include <emmintrin.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "shipper/encode/utf8.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kLane = 16;
constexpr std::size_t kChunk = 4096;  // escaped at a time, so that the worst case of 6 times stays small
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Escape {  // eight bytes, so that one move writes it
  std::array<char, 7> text{};
  std::uint8_t size = 0;
};
static_assert(sizeof(Escape) == 8);

// What a byte below 0x80 becomes; size 0: itself.
constexpr std::array<Escape, 128> kEscapes = [] {
  std::array<Escape, 128> table{};
  constexpr char kHex[] = "0123456789abcdef";
  for (unsigned i = 0; i < 0x20; ++i) table[i] = {{'\\', 'u', '0', '0', kHex[i >> 4], kHex[i & 15]}, 6};
  const auto set = [&table](char byte, char letter) { table[static_cast<unsigned char>(byte)] = {{'\\', letter}, 2}; };
  set('\b', 'b'), set('\f', 'f'), set('\n', 'n'), set('\r', 'r'), set('\t', 't'), set('"', '"'), set('\\', '\\');
  return table;
}();

// One bit for each byte that cannot go out as it is, or that needs a look: < 0x20, '"', '\\', >= 0x80 (negative as signed).
inline unsigned special_bytes(__m128i bytes) {
  const __m128i control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash))));
}

[[gnu::noinline]] __m128i load_at_end_of_memory(const char* p, const char* end) {
  alignas(kLane) char tail[kLane] = {};
  std::memcpy(tail, p, static_cast<std::size_t>(end - p));
  return _mm_load_si128(reinterpret_cast<const __m128i*>(tail));
}

inline __m128i load_tail(const char* p, const char* end, const char* readable_end) {
  if (readable_end - p < static_cast<std::ptrdiff_t>(kLane)) return load_at_end_of_memory(p, end);
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

// Writes at p what the special bytes there become and moves past them.
inline void escape_special(const char*& p, const char* end, char*& out) {
  if (static_cast<signed char>(*p) >= 0) {
    const Escape& escape = kEscapes[static_cast<unsigned char>(*p++)];
    std::memcpy(out, &escape, sizeof escape);
    out += escape.size;
    return;
  }
  do {  // text outside ASCII comes in runs
    const int step = utf8_step(p, end);
    if (step > 0) {
      std::memcpy(out, p, static_cast<std::size_t>(step));
      out += step;
      p += step;
    } else {
      std::memcpy(out, kReplacement.data(), kReplacement.size());
      out += kReplacement.size();
      p -= step;
    }
  } while (p < end && static_cast<signed char>(*p) < 0);
}

inline void store(char* out, __m128i bytes) { _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes); }

// One lane of ASCII, already copied to `out`, in which `special` bytes must be escaped: what follows each is copied again,
// further on. Reads up to a lane beyond this one.
inline void escape_lane(const char*& p, unsigned special, char*& out) {
  int done = 0;
  do {
    const int at = std::countr_zero(special);
    out += at - done;
    const Escape& escape = kEscapes[static_cast<unsigned char>(p[at])];
    std::memcpy(out, &escape, sizeof escape);
    out += escape.size;
    done = at + 1;
    store(out, _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + done)));
    special &= special - 1;
  } while (special != 0);
  out += static_cast<int>(kLane) - done;
  p += kLane;
}

// Where to end a chunk: before a byte that begins a character. Four continuation bytes in a row belong to none.
const char* chunk_end(const char* p, const char* end) {
  if (end - p <= static_cast<std::ptrdiff_t>(kChunk)) return end;
  const char* const cut = p + kChunk;
  for (int back = 0; back < 4; ++back)
    if ((static_cast<unsigned char>(cut[-back]) & 0xC0) != 0x80) return cut - back;
  return cut;
}

}  // namespace

char* escape_json(std::string_view text, const char* readable_end, char* out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (end - p >= static_cast<std::ptrdiff_t>(kLane)) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    store(out, bytes);
    const unsigned special = special_bytes(bytes);
    if (special == 0) {  // a branch, not arithmetic: the next load need not wait for this search
      p += kLane;
      out += kLane;
      continue;
    }
    if (_mm_movemask_epi8(bytes) == 0 && readable_end - p >= 2 * static_cast<std::ptrdiff_t>(kLane)) {
      escape_lane(p, special, out);
      continue;
    }
    const int clean = std::countr_zero(special);
    p += clean;
    out += clean;
    escape_special(p, end, out);
  }
  while (p < end) {
    const __m128i bytes = load_tail(p, end, readable_end);
    store(out, bytes);
    const int clean = std::countr_zero(special_bytes(bytes) | 1U << (end - p));
    p += clean;
    out += clean;
    if (p < end) escape_special(p, end, out);
  }
  return out;
}

void append_json_text(Output& out, std::string_view text, const char* readable_end) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const char* const stop = chunk_end(p, end);
    char* const to = out.room(6 * static_cast<std::size_t>(stop - p) + kLane);
    out.advance(escape_json({p, stop}, readable_end, to));
    p = stop;
  }
}

std::size_t json_text_prefix(std::string_view text, std::size_t budget) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    std::size_t taken = 1, cost = 1;
    if (static_cast<signed char>(*p) >= 0) {
      const std::size_t escaped = kEscapes[static_cast<unsigned char>(*p)].size;
      cost = escaped > 0 ? escaped : 1;
    } else {
      const int step = utf8_step(p, end);
      taken = static_cast<std::size_t>(step > 0 ? step : -step);
      cost = step > 0 ? taken : kReplacement.size();
    }
    if (cost > budget) break;
    budget -= cost;
    p += taken;
  }
  return static_cast<std::size_t>(p - text.data());
}

}  // namespace longshore::shipper
