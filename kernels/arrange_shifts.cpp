// The order in which a row's shifts are worked on.
#include <algorithm>
#include <vector>

#include "kernels/surrogates.hpp"

namespace pac::kernels {

void arrange_shifts(std::uint32_t* shifts, std::int64_t n, std::uint32_t distinct) {
  std::vector<std::vector<std::uint32_t>> residues(distinct);
  std::sort(shifts, shifts + n);
  for (std::int64_t i = n - 1; i >= 0; --i) residues[shifts[i] % distinct].push_back(shifts[i]);
  const auto fuller = [](const auto& a, const auto& b) { return a.size() > b.size(); };
  for (std::int64_t i = 0; i < n;) {
    // The fullest residues first: they decide how often a bank is met twice.
    std::stable_sort(residues.begin(), residues.end(), fuller);
    for (std::uint32_t k = 0; k < distinct && i < n; ++k) {
      auto& from = residues[k].empty() ? *std::min_element(residues.begin(), residues.end(), fuller) : residues[k];
      shifts[i++] = from.back();
      from.pop_back();
    }
  }
}

}  // namespace pac::kernels
