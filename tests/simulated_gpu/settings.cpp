// Reading the environment.
#include "settings.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace simulated {

namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void apply(Settings& to, const std::string& name, const std::string& value, bool is_the_rank) {
  const std::string item = name + "=" + value;
  if (name == "count") {
    to.count = std::stoi(value);
  } else if (name == "capability") {
    to.major = std::stoi(value);
    to.minor = std::stoi(value.substr(value.find('.') + 1));
  } else if (name == "threads") {
    using pac::kernels::Order;
    to.threads = value == "shuffled" ? Order::shuffled : value == "reverse" ? Order::reverse : Order::forward;
  } else if (name == "rank") {
    return;
  } else if (!is_the_rank) {
    return;
  } else if (name == "bytes") {
    to.bytes = std::stoull(value);
  } else if (item == "driver=none" || item == "driver=old") {
    to.driver = value == "none" ? Driver::none : Driver::old;
  } else if (item.rfind("fail=ecc@", 0) == 0 || item.rfind("fail=illegal@", 0) == 0) {
    to.fault = value[0] == 'e' ? Fault::ecc : Fault::illegal;
    to.faulty_launch = std::stoul(value.substr(value.find('@') + 1));
  } else if (item == "nccl=hang" || item == "nccl=error") {
    to.nccl = value == "hang" ? Nccl::hang : Nccl::error;
  } else {
    give_up("PACBENCH_SIMULATED_GPU: unknown: " + item);
  }
}

/// As CUDA reads the list: it ends before the first entry that is no device.
std::vector<int> visible_devices(int count) {
  std::vector<int> devices;
  const char* const list = std::getenv("CUDA_VISIBLE_DEVICES");
  if (list == nullptr) {
    for (int i = 0; i < count; ++i) devices.push_back(i);
    return devices;
  }
  std::istringstream text(list);
  for (std::string item; std::getline(text, item, ',');) {
    char* end = nullptr;
    const long index = std::strtol(item.c_str(), &end, 10);
    if (end == item.c_str() || index < 0 || index >= count) break;
    devices.push_back(static_cast<int>(index));
  }
  return devices;
}

Settings read() {
  Settings result;
  std::string list = environment("PACBENCH_SIMULATED_GPU");
  std::replace(list.begin(), list.end(), ',', ';');
  const std::size_t rank = (";" + list).find(";rank=");
  const bool is_the_rank = rank == std::string::npos ||
                           std::atoi(list.c_str() + rank + 5) == std::atoi(environment("OMPI_COMM_WORLD_RANK").c_str());
  std::istringstream text(list);
  for (std::string item; std::getline(text, item, ';');) {
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) give_up("PACBENCH_SIMULATED_GPU: not name=value: " + item);
    apply(result, item.substr(0, equals), item.substr(equals + 1), is_the_rank);
  }
  result.lazy = environment("PACBENCH_SIMULATED_ORDER") == "lazy";
  result.visible = visible_devices(result.count);
  return result;
}

}  // namespace

const Settings& settings() {
  static const Settings* const read_once = new Settings(read());
  return *read_once;
}

void say(const std::string& line) { std::fprintf(stderr, "simulated GPU: %s\n", line.c_str()); }

void give_up(const std::string& line) {
  say(line);
  std::abort();
}

}  // namespace simulated
