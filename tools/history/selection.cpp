#include "tools/history/selection.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <set>
#include <system_error>

#include "tools/history/benchmark_file.h"

namespace replica::history {
namespace {

constexpr std::size_t kFewestDigits = 4;
constexpr std::size_t kShortCommit = 12;
constexpr std::string_view kDirty = "-dirty";

// As one word of the shell.
std::string quoted(const std::string& word) {
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

// The first line that git prints; empty if it fails.
std::string ask_git(const std::string& arguments) {
  const std::string command = "git " + arguments + " 2>/dev/null </dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return "";
  std::array<char, 256> line{};
  const bool has_line = std::fgets(line.data(), line.size(), pipe) != nullptr;
  const bool succeeded = pclose(pipe) == 0;
  if (!has_line || !succeeded) return "";
  std::string answer = line.data();
  answer.erase(answer.find_last_not_of('\n') + 1);
  return answer;
}

template <typename Condition>
std::vector<Run> runs_with(const std::vector<Run>& history, Condition condition) {
  std::vector<Run> runs;
  std::copy_if(history.begin(), history.end(), std::back_inserter(runs), condition);
  return runs;
}

std::vector<Run> runs_of_commit(const std::vector<Run>& history, const std::string& commit) {
  return runs_with(history, [&](const Run& run) { return run.commit == commit; });
}

// Those that begin with `name`. A commit and the same one with changes are different things: who wants the latter says so.
std::set<std::string> commits_that_begin(const std::string& name, const std::vector<Run>& history) {
  std::set<std::string> commits;
  if (name.size() < kFewestDigits) return commits;
  for (const Run& run : history) {
    const bool is_dirty = run.commit.ends_with(kDirty);
    if (run.commit.starts_with(name) && (!is_dirty || name == run.commit)) commits.insert(run.commit);
  }
  return commits;
}

}  // namespace

std::string short_commit(const std::string& commit) {
  const bool is_dirty = commit.ends_with(kDirty);
  return commit.substr(0, kShortCommit) + (is_dirty && commit.size() > kShortCommit ? std::string(kDirty) : "");
}

std::string checked_out_commit() { return ask_git("describe --always --dirty --abbrev=40 --exclude '*'"); }

Result<std::vector<Run>> select_runs(const std::string& name, const std::vector<Run>& history) {
  std::error_code error;
  if (std::filesystem::is_regular_file(name, error)) {
    auto run = read_benchmark_file(name, {});
    if (!run) return tl::unexpected(run.error());
    return std::vector<Run>{std::move(*run)};
  }
  auto runs = runs_with(history, [&](const Run& run) { return !name.empty() && run.tag == name; });
  if (!runs.empty()) return runs;
  const auto commits = commits_that_begin(name, history);
  if (commits.size() > 1)
    return fail("{}: found {} commits that begin so, {} and {} among them; expected more of its digits", name,
                commits.size(), *commits.begin(), *commits.rbegin());
  if (commits.size() == 1) return runs_of_commit(history, *commits.begin());
  const std::string commit = ask_git("rev-parse --verify --quiet --end-of-options " + quoted(name + "^{commit}"));
  if (!commit.empty()) {
    runs = runs_of_commit(history, commit);
    if (runs.empty()) return fail("{}: found commit {}, of which the history has no results", name, commit);
    return runs;
  }
  return fail(
      "{}: found no such file, and in the history neither this tag nor a commit that begins so; "
      "'replica history list' shows what there is",
      name);
}

}  // namespace replica::history
