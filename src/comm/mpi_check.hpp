// Calls of MPI that fail become Errors. Inside comm/ only.
#pragma once

#include <string>

#include <mpi.h>

#include "core/error.hpp"

namespace pac {

inline void check_mpi(int status, const char* what) {
  if (status == MPI_SUCCESS) return;
  char words[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(status, words, &length);
  throw Error(Exit::communication,
              std::string("MPI: ") + what + ": " + std::string(words, static_cast<std::size_t>(length)));
}

}  // namespace pac
