// See hdf5_handles.hpp.
#include "io/hdf5_handles.hpp"

#include "core/error.hpp"

namespace pac {
namespace {

/// H5Ewalk2's callback, called from the innermost frame outwards: keeps the first words.
herr_t keep_first(unsigned /*depth*/, const H5E_error2_t* frame, void* words) {
  auto& text = *static_cast<std::string*>(words);
  if (text.empty() && frame != nullptr && frame->desc != nullptr) text = frame->desc;
  return 0;
}

}  // namespace

void Hdf5Handle::reset() { static_cast<void>(close_now()); }

bool Hdf5Handle::close_now() {
  const hid_t id = std::exchange(id_, H5I_INVALID_HID);
  return id < 0 || close_ == nullptr || close_(id) >= 0;
}

void silence_hdf5() {
  // Per thread in a thread-safe HDF5, one for all otherwise: cheap enough to repeat.
  static_cast<void>(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr));
}

std::string hdf5_words() {
  std::string words;
  // H5E_WALK_UPWARD begins at the frame where the error arose.
  static_cast<void>(H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &words));
  return words;
}

Hdf5Handle checked(hid_t id, Hdf5Handle::Close close, const std::string& what) {
  check_hdf5(id < 0 ? -1 : 0, what);
  return {id, close};
}

void check_hdf5(herr_t status, const std::string& what) {
  if (status >= 0) return;
  const std::string words = hdf5_words();
  throw Error(Exit::input, words.empty() ? what : what + ": " + words);
}

}  // namespace pac
