// Factors and twiddles of the band transform.
#include "model/cpu/band_transform.hpp"

#include <cmath>
#include <numbers>

namespace pac::cpu {
namespace {

/// Fewest passes over {2..10}.
void factorise(std::int64_t rest, int largest, std::vector<int>& chosen, std::vector<int>& best) {
  if (rest == 1) {
    if (best.empty() || chosen.size() < best.size()) best = chosen;
    return;
  }
  if (!best.empty() && chosen.size() + 1 >= best.size() && rest > largest) return;
  for (int radix = largest; radix >= 2; --radix) {
    if (rest % radix != 0) continue;
    chosen.push_back(radix);
    factorise(rest / radix, radix, chosen, best);
    chosen.pop_back();
  }
}

void append_unit(double angle, std::vector<float>& list) {
  list.push_back(static_cast<float>(std::cos(angle)));
  list.push_back(static_cast<float>(std::sin(angle)));
}

/// The order in which a decimation in time of `passes` passes meets the frequencies f, f + stride, ..
void append_order(const std::vector<int>& radix, std::size_t passes, std::int64_t f, std::int64_t stride,
                  std::vector<std::int32_t>& order) {
  if (passes == 0) {
    order.push_back(static_cast<std::int32_t>(f));
    return;
  }
  for (int q = 0; q < radix[passes - 1]; ++q)
    append_order(radix, passes - 1, f + q * stride, stride * radix[passes - 1], order);
}

}  // namespace

BandTransformPlan::BandTransformPlan(std::int64_t length)
    : length_(length), size_(length % 2 == 0 ? length / 2 : length) {
  constexpr double two_pi = 2 * std::numbers::pi;
  std::vector<int> chosen;
  factorise(size_, 10, chosen, radix_);
  std::int64_t below = 1;  // length of the sub-transforms that a pass joins
  for (const int radix : radix_) {
    first_.push_back(static_cast<std::int64_t>(twiddle_.size()));
    const std::int64_t joined = below * radix;
    for (std::int64_t k = 0; below > 1 && k < below; ++k) {
      for (std::int64_t q = 1; q < radix; ++q) {
        append_unit(two_pi * static_cast<double>(k * q % joined) / static_cast<double>(joined), twiddle_);
      }
    }
    below = joined;
  }
  append_order(radix_, radix_.size(), 0, 1, order_);
  for (std::int32_t& f : order_) {
    append_unit(two_pi * static_cast<double>(f) / static_cast<double>(length), turn_);
    if (f >= (length + 1) / 2) f = -1;
  }
  if (length % 2 != 0) return;
  mirror_.resize(order_.size());
  std::vector<std::int32_t> place(order_.size() + 1, static_cast<std::int32_t>(size_));
  for (std::size_t i = 0; i < order_.size(); ++i)
    place[static_cast<std::size_t>(order_[i])] = static_cast<std::int32_t>(i);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    mirror_[i] = place[static_cast<std::size_t>(size_ - order_[i])];  // f = 0: the entry behind the last, L/2
  }
}

BandTransform BandTransformPlan::view() const {
  return {length_,       size_,         static_cast<int>(radix_.size()),
          radix_.data(), first_.data(), twiddle_.data(),
          order_.data(), turn_.data(),  mirror_.data()};
}

}  // namespace pac::cpu
