// Writes the example record for readers that are not ours: report_example RESULT.h5 [RESULT.json RESULT.csv] [--large
// ROWS]. With --large: a comodulogram of that many rows of 20 x 30 bands and the seconds it took to write.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "io/example_record.hpp"
#include "io/report.hpp"

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    pac::Record record = pac::test::example_record();
    record.config.overwrite = true;
    if (arguments.size() == 3 && arguments[1] == "--large") {
      const std::int64_t rows = std::atoll(arguments[2].c_str());
      record.shape.n_batches = rows;
      record.shape.n_channels = 1;
      record.comodulogram = pac::test::example_comodulogram(rows, 20, 30);
      record.comodulogram.amplitude_distribution.clear();
      const auto start = std::chrono::steady_clock::now();
      pac::write_hdf5(record, arguments[0], true);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      std::printf("%lld rows: %.2f s\n", static_cast<long long>(rows), took.count());
      return 0;
    }
    if (arguments.empty() || arguments.size() > 3) {
      std::fprintf(stderr, "usage: report_example RESULT.h5 [RESULT.json RESULT.csv | --large ROWS]\n");
      return 2;
    }
    pac::write_hdf5(record, arguments[0], true);
    if (arguments.size() > 1) pac::write_json(record, arguments[1]);
    if (arguments.size() > 2) pac::write_csv(record, arguments[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
  return 0;
}
