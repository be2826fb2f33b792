// The style sheet of pages and figures.
#pragma once

namespace pac {

/// Plain CSS without < and &. Words have a contrast of at least 4.5 to their ground, marks of 3, in the light and the
/// dark set of colours.
extern const char* const html_style;

}  // namespace pac
