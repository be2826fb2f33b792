// FFTW in single precision behind plain functions, and its wisdom.
#include "model/cpu/fft.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fftw3.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pac::cpu {
namespace {

fftwf_complex* complex_of(float* p) { return reinterpret_cast<fftwf_complex*>(p); }

/// Where the cache file lies: PACBENCH_CACHE, else the user's cache folder; empty where neither is known.
std::filesystem::path cache_file() {
  const char* own = std::getenv("PACBENCH_CACHE");
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (own != nullptr && *own != 0) {
    folder = own;
  } else if (xdg != nullptr && *xdg != 0) {
    folder = std::filesystem::path(xdg) / "pacbench";
  } else if (home != nullptr && *home != 0) {
    folder = std::filesystem::path(home) / ".cache" / "pacbench";
  } else {
    return {};
  }
  return folder / (fft_library() + ".wisdom");
}

}  // namespace

void Fft::Release::operator()(void* plan) const { fftwf_destroy_plan(static_cast<fftwf_plan>(plan)); }

Fft::Fft(Transform kind, std::int64_t length) : kind_(kind) {
  const AlignedArray<float> in(2 * length + 32);
  const AlignedArray<float> out(2 * length + 32);
  const int n = static_cast<int>(length);
  const unsigned effort = length <= longest_measured ? FFTW_MEASURE : FFTW_ESTIMATE;
  const auto make = [&]() -> fftwf_plan {
    switch (kind) {
      case Transform::real_forward:
        return fftwf_plan_dft_r2c_1d(n, in.data(), complex_of(out.data()), effort);
      case Transform::real_backward:
        return fftwf_plan_dft_c2r_1d(n, complex_of(in.data()), out.data(), effort);
      case Transform::complex_forward:
        return fftwf_plan_dft_1d(n, complex_of(in.data()), complex_of(out.data()), FFTW_FORWARD, effort);
      case Transform::complex_backward:
        return fftwf_plan_dft_1d(n, complex_of(in.data()), complex_of(out.data()), FFTW_BACKWARD, effort);
    }
    return nullptr;
  };
  plan_.reset(make());
  if (!plan_) throw Error(Exit::device, "FFTW cannot plan a transform of " + std::to_string(length) + " samples");
}

void Fft::operator()(const float* in, float* out) const {
  const auto plan = static_cast<fftwf_plan>(plan_.get());
  float* const source = const_cast<float*>(in);  // FFTW's other out-of-place plans preserve it
  if (kind_ == Transform::real_forward) {
    fftwf_execute_dft_r2c(plan, source, complex_of(out));
  } else if (kind_ == Transform::real_backward) {
    fftwf_execute_dft_c2r(plan, complex_of(source), out);
  } else {
    fftwf_execute_dft(plan, complex_of(source), complex_of(out));
  }
}

std::string export_wisdom() {
  char* const text = fftwf_export_wisdom_to_string();
  if (text == nullptr) return {};
  std::string copy(text);
  std::free(text);
  return copy;
}

bool import_wisdom(const std::string& text) {
  return !text.empty() && fftwf_import_wisdom_from_string(text.c_str()) == 1;
}

std::string load_cached_wisdom() {
  const auto path = cache_file();
  if (path.empty()) return {};
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? text.str() : std::string();
}

void store_cached_wisdom(const std::string& text) {
  const auto path = cache_file();
  if (path.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return;
  auto temporary = path;
  temporary += "." + std::to_string(getpid()) + ".tmp";
  {
    std::ofstream file(temporary);
    file << text;
    if (!file.flush()) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) std::filesystem::rename(temporary, path, error);
  if (error) std::filesystem::remove(temporary, error);
}

std::string fft_library() { return fftwf_version; }

}  // namespace pac::cpu
