// Stands in for edf_reader.cpp where edflib was not found when pacbench was built.
#include "core/error.hpp"
#include "io/edf_reader.hpp"

namespace pac {

std::unique_ptr<SignalArray> open_edf(const std::string& path, const Config& /*config*/) {
  throw Error(Exit::input, path + ": this build has no EDF support: install libedf-dev and build again");
}

}  // namespace pac
