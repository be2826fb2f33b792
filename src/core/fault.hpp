// Deliberate faults, for tests alone: the environment variable PACBENCH_FAULT names them, separated by `;`.
//   slow:STAGE:SECONDS   every piece of work of a stage takes so much longer
//   wrong:ROW            this row's results arrive damaged on rank 0
//   memory:RANK:ROWS     this rank has no memory for models of more rows
//   version:RANK         this rank claims to be another program
//   clock:RANK:SECONDS   this rank's wall clock is ahead
// Tests need them to show that measurements and verifications see what they are there to see.
#pragma once

#include <cstdint>
#include <string>

namespace pac {

struct Faults {
  std::string slow_stage;
  double slow_s = 0;
  std::int64_t wrong_row = -1;
  std::int64_t memory_rank = -1;
  std::int64_t memory_rows = 0;
  std::int64_t version_rank = -1;
  std::int64_t clock_rank = -1;
  double clock_s = 0;
};

/// Reads the text of PACBENCH_FAULT; throws Error (usage).
Faults parse_faults(const std::string& text);

/// Those of this process, read once.
const Faults& faults();

/// To be called at the end of a stage's work, before the time is taken: sleeps if the stage is to be slow.
void slow_down(const char* stage);

}  // namespace pac
