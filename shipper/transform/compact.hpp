// Takes the bytes that no event refers to out of an arena's end: those of events that were dropped, of fields that were
// copied, of text that was replaced. They would be written to disk otherwise, and a secret with them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "shipper/event/batch.hpp"

namespace longshore::shipper {

// Where the bytes of events[first …] begin: nothing of earlier events lies behind it.
std::uint32_t begin_of(const Batch& batch, std::size_t first);

// Keeps of the arena from `begin` on only what events[first …] refer to. `scratch` is emptied and used.
void compact(Batch& batch, std::size_t first, std::uint32_t begin, Arena& scratch);

}  // namespace longshore::shipper
