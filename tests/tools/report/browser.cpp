#include "tests/tools/report/browser.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tests/tools/temporary_folder.h"

namespace replica::report {
namespace {

// Before the page's own scripts.
constexpr const char* kWatch = R"(<script>
window.problems = [];
addEventListener('error', (event) => problems.push(event.message ?? 'not loaded: ' + event.target.outerHTML), true);
for (const name of ['error', 'warn', 'log']) console[name] = (...words) => problems.push(name + ': ' + words.join(' '));
</script>
</head>)";

// After them.
constexpr const char* kFind = R"(<script>
addEventListener('load', () => {
  const colours = [...document.querySelectorAll('canvas')].map((canvas) => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = {};
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] !== 255) continue;
      const colour = '#' + [...data.subarray(i, i + 3)].map((part) => part.toString(16).padStart(2, '0')).join('');
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  });
  const findings = {problems, resources: performance.getEntriesByType('resource').length, colours};
  document.body.innerHTML = 'BEGIN' + JSON.stringify(findings) + 'END';
});
</script>
</body>)";

void replace_last(std::string& text, const std::string& what, const char* with) {
  const std::size_t at = text.rfind(what);
  CHECK(at != std::string::npos);
  text.replace(at, what.size(), with);
}

// What the browser prints when all of the page's scripts have run. Root must do without the sandbox.
Result<std::string> document_in_browser(const std::string& html) {
  const tools::TemporaryFolder folder;
  folder.write("page.html", {html.begin(), html.end()});
  const std::string command = fmt::format(
      "chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir='{}' "
      "--virtual-time-budget=10000 --dump-dom 'file://{}' 2>'{}'",
      folder.path("profile"), folder.path("page.html"), folder.path("log"));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return fail("chromium cannot be started");
  std::string output;
  std::array<char, 4096> piece;
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe.get()))
    output.append(piece.data(), size);
  if (output.empty()) return fail("chromium printed nothing; its log:\n{}", folder.read("log"));
  return output;
}

}  // namespace

bool has_browser() { return std::system("command -v chromium >/dev/null") == 0; }

Result<nlohmann::json> load_in_browser(const std::string& html) {
  std::string watched = html;
  replace_last(watched, "</body>", kFind);
  watched.replace(watched.find("</head>"), 7, kWatch);
  const auto output = document_in_browser(watched);
  if (!output) return tl::unexpected(output.error());
  const std::size_t begin = output->rfind("BEGIN{");
  const std::size_t end = output->rfind("}END");
  if (begin == std::string::npos || end == std::string::npos)
    return fail("the page did not come to its end; found:\n{}", output->substr(0, 2000));
  return nlohmann::json::parse(output->substr(begin + 5, end + 1 - (begin + 5)), nullptr, false);
}

}  // namespace replica::report
