// Synthetic rows: pink noise with planted phase-amplitude coupling.
#include "core/synthetic.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "core/philox.hpp"

namespace pac {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

double unit_interval(std::uint32_t word) { return (static_cast<double>(word) + 0.5) / 4294967296.0; }

/// Two independent standard normal numbers from two words (Box and Muller 1958).
std::array<double, 2> normal_pair(std::uint32_t a, std::uint32_t b) {
  const double radius = std::sqrt(-2 * std::log(unit_interval(a)));
  const double angle = two_pi * unit_interval(b);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// White noise in, pink noise of unit variance out: a sum of one-pole low-passes (P. Kellet's filter), 3 dB an octave
/// to within 0.05 dB above fs / 4800.
class PinkFilter {
 public:
  PinkFilter() {
    double variance = 0;
    std::array<double, 6> response{};
    for (int n = 0; n < settle; ++n) {
      const double h = step(response, n == 0 ? 1.0 : 0.0);
      variance += h * h;
    }
    scale_ = 1 / std::sqrt(variance);
  }
  double next(double white) { return scale_ * step(state_, white); }
  static constexpr int settle = 8192;  ///< samples until the slowest pole has forgotten its start

 private:
  static double step(std::array<double, 6>& state, double white) {
    constexpr std::array<double, 6> pole{0.99886, 0.99332, 0.96900, 0.86650, 0.55000, -0.7616};
    constexpr std::array<double, 6> gain{0.0555179, 0.0750759, 0.1538520, 0.3104856, 0.5329522, -0.0168980};
    double sum = 0.5362 * white;
    for (std::size_t i = 0; i < pole.size(); ++i) {
      state[i] = pole[i] * state[i] + gain[i] * white;
      sum += state[i];
    }
    return sum;
  }
  std::array<double, 6> state_{};
  double scale_ = 1;
};

class SyntheticSource final : public RowSource {
 public:
  explicit SyntheticSource(const Config& config) : config_(config) {
    shape_.n_batches = config.n_batches * config.batch_size;
    shape_.n_channels = config.n_channels;
    shape_.fs_hz = config.fs;
    shape_.n_times = std::llround(config.seq_sec * config.fs);
    for (std::int64_t c = 0; c < shape_.n_channels; ++c) shape_.channel_names.push_back("ch" + std::to_string(c));
    shape_.start_s.assign(static_cast<std::size_t>(shape_.n_batches), 0.0);
  }
  [[nodiscard]] const SignalShape& shape() const override { return shape_; }

 protected:
  [[nodiscard]] Neighbours neighbours(std::int64_t) const override { return {}; }

  void read_window(std::int64_t batch, std::int64_t channel, std::int64_t n_channels, std::int64_t begin,
                   std::int64_t end, std::span<double> out) override {
    const auto width = static_cast<std::size_t>(end - begin);
    for (std::int64_t c = 0; c < n_channels; ++c) {
      generate(batch * shape_.n_channels + channel + c, begin, out.subspan(static_cast<std::size_t>(c) * width, width));
    }
  }

 private:
  void generate(std::int64_t row, std::int64_t begin, std::span<double> out) const {
    const auto key = static_cast<std::uint64_t>(row);
    PinkFilter pink;
    std::array<double, 2> white{};
    const std::int64_t first = begin + PinkFilter::settle;
    for (std::int64_t n = 0; n < first + static_cast<std::int64_t>(out.size()); ++n) {
      if (n % 2 == 0) {
        const auto words = philox(config_.seed, key, static_cast<std::uint32_t>(n / 2), Stream::white_noise);
        white = normal_pair(words[0], words[1]);
      }
      const double noise = pink.next(white[static_cast<std::size_t>(n % 2)]);
      if (n >= first) out[static_cast<std::size_t>(n - first)] = config_.noise * noise;
    }
    for (std::size_t i = 0; i < config_.coupling.size(); ++i) {
      const Coupling& coupling = config_.coupling[i];
      const auto words = philox(config_.seed, key, static_cast<std::uint32_t>(i), Stream::coupling_phase);
      const double slow_start = two_pi * unit_interval(words[0]);
      const double fast_start = two_pi * unit_interval(words[1]);
      for (std::size_t k = 0; k < out.size(); ++k) {
        const double t_s = static_cast<double>(begin + static_cast<std::int64_t>(k)) / config_.fs;
        const double slow = std::sin(two_pi * coupling.phase_hz * t_s + slow_start);
        const double fast = std::sin(two_pi * coupling.amplitude_hz * t_s + fast_start);
        out[k] += slow + 0.5 * (1 + coupling.strength * slow) * fast;
      }
    }
  }

  Config config_;
  SignalShape shape_;
};

}  // namespace

std::unique_ptr<RowSource> synthetic_signals(const Config& config) { return std::make_unique<SyntheticSource>(config); }

}  // namespace pac
