// The order in which a row's shifts are worked on.
#include <algorithm>
#include <numeric>
#include <vector>

#include "kernels/surrogates.hpp"

namespace pac::kernels {

void arrange_shifts(std::uint32_t* shifts, std::uint32_t* permutation, std::int64_t n, std::uint32_t distinct) {
  const std::vector<std::uint32_t> given(shifts, shifts + n);
  std::vector<std::uint32_t> ascending(given.size());
  std::iota(ascending.begin(), ascending.end(), 0U);
  std::sort(ascending.begin(), ascending.end(),
            [&](std::uint32_t a, std::uint32_t b) { return given[a] < given[b] || (given[a] == given[b] && a < b); });
  std::vector<std::vector<std::uint32_t>> residues(distinct);  // places of `given`, largest shift first
  for (auto place = ascending.rbegin(); place != ascending.rend(); ++place) {
    residues[given[*place] % distinct].push_back(*place);
  }
  const auto fuller = [](const auto& a, const auto& b) { return a.size() > b.size(); };
  for (std::int64_t i = 0; i < n;) {
    // The fullest residues first: they decide how often a bank is met twice.
    std::stable_sort(residues.begin(), residues.end(), fuller);
    for (std::uint32_t k = 0; k < distinct && i < n; ++k) {
      auto& from = residues[k].empty() ? *std::min_element(residues.begin(), residues.end(), fuller) : residues[k];
      permutation[i] = from.back();
      shifts[i++] = given[from.back()];
      from.pop_back();
    }
  }
}

}  // namespace pac::kernels
