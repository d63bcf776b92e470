#include "tools/hercules/script.h"

#include "tools/hercules/text_file.h"

namespace replica::tools {
namespace {

// As Hercules does it, '#' ends a line wherever it stands, but a line that begins with it is a comment as a whole.
std::string without_comment(const std::string& line) {
  const std::string text = trimmed(line);
  return text.starts_with('#') ? text : trimmed(text.substr(0, text.find('#')));
}

}  // namespace

Status ScriptRun::begin(std::vector<std::string> lines) {
  if (files_.size() == kDeepest) return fail("HHCPN998E Script aborted : Script recursion level exceeded");
  files_.push_back({.lines = std::move(lines)});
  return {};
}

ScriptRun::Step ScriptRun::next() {
  File& file = files_.back();
  while (file.next < file.lines.size()) {
    std::string line = without_comment(file.lines[file.next++]);
    if (!line.empty()) return {.line = std::move(line)};
  }
  files_.pop_back();
  return {.line = "", .at_end = true};
}

void ScriptRun::cancel() {
  files_.clear();
  resume_at_ = 0;
}

}  // namespace replica::tools
