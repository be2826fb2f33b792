// The tables of a report's section: cases, parameters, provenance.
#pragma once

#include "io/html_page.hpp"
#include "measure/record.hpp"

namespace pac {

/// Warnings of the run, one a box.
void write_warnings(Markup& page, const Record& record);

/// The numbers that matter of every case, and folded all of them, and memory of each rank.
void write_cases(Markup& page, const Record& record);

/// Options that differ from their defaults, and folded all of them.
void write_parameters(Markup& page, const Record& record);

/// Build, libraries, command line, input, and where the ranks ran.
void write_provenance(Markup& page, const Record& record);

}  // namespace pac
