// Vector types of the compiler, as the lane loops use them. For files that are compiled once per instruction set only:
// everything here has internal linkage, so that no variant's code can end up in another.
#pragma once

#include <cstdint>

namespace pac::cpu {
namespace {

using F16 = float __attribute__((vector_size(64)));
using I16 = std::int32_t __attribute__((vector_size(64)));
using U16 = std::uint32_t __attribute__((vector_size(64)));
using L8 = std::int64_t __attribute__((vector_size(64)));
using F8 = float __attribute__((vector_size(32)));
using D8 = double __attribute__((vector_size(64)));
using B16 = std::uint8_t __attribute__((vector_size(16)));
// The same without a promise of alignment.
using F16u = float __attribute__((vector_size(64), aligned(4), may_alias));
using B16u = std::uint8_t __attribute__((vector_size(16), aligned(1), may_alias));

}  // namespace
}  // namespace pac::cpu
