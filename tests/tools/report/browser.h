// A browser without a window, Debian's chromium, which loads a page and is asked what became of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace replica::report {

// False if there is no chromium: tools/install-packages has it in its group `test`.
bool has_browser();

// What the page has become when all of its scripts have run:
//   "problems": texts of errors and of what was written on the console
//   "resources": how many other files or addresses it asked for
//   "colours": for each canvas, in the order of the page, how many pixels have a colour, which is written as "#rrggbb"
// In the light colours of page.css. Errors: the browser did not start, or did not come to an end of the page.
Result<nlohmann::json> load_in_browser(const std::string& html);

}  // namespace replica::report
