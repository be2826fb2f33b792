// Owners of HDF5 identifiers and the few calls that reader and report writer share. HDF5's own error printing is
// switched off here; its words go into our errors. Which data are read or written is not decided here.
#pragma once

#include <string>
#include <utility>

#include <hdf5.h>

namespace pac {

/// The only owner of an HDF5 identifier: closes it once, movable, not copyable.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Hdf5Handle() = default;
  Hdf5Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, H5I_INVALID_HID);
      close_ = other.close_;
    }
    return *this;
  }
  ~Hdf5Handle() { reset(); }

  [[nodiscard]] hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  void reset();

  /// Closes now; false when HDF5 could not (a write that failed late shows here).
  [[nodiscard]] bool close_now();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

/// Silences HDF5's printing in this thread; checked() and check_hdf5() call it, call it before other HDF5 calls.
void silence_hdf5();

/// The innermost words of HDF5's error stack, e.g. "file signature not found"; "" when there are none.
std::string hdf5_words();

/// Takes ownership of `id`; throws Error (input) "what: HDF5's words" when it is negative.
Hdf5Handle checked(hid_t id, Hdf5Handle::Close close, const std::string& what);

/// Throws Error (input) "what: HDF5's words" when a call's status is negative.
void check_hdf5(herr_t status, const std::string& what);

}  // namespace pac
