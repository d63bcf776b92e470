#include <memory>
#include <string>

#include "tools/commands.h"
#include "tools/isa.h"
#include "tools/isa_coverage.h"
#include "tools/output.h"

namespace replica::tools {
namespace {

struct Layout {
  bool json = false;
  bool markdown = false;
  std::string vectors;  // the folder of the behaviour cases; empty if coverage is not asked for
};

Result<ExitStatus> print_isa(const Layout& layout) {
  if (layout.vectors.empty()) return print(layout.json ? isa_json() : layout.markdown ? isa_markdown() : isa_text());
  const auto coverage = isa_coverage(layout.vectors);
  if (!coverage) return tl::unexpected(coverage.error());
  return print(*coverage);
}

}  // namespace

void add_isa_command(CLI::App& app, Action& action) {
  const auto layout = std::make_shared<Layout>();
  CLI::App* command = app.add_subcommand("isa", "Print the table of instructions");
  CLI::Option* json = command->add_flag("--json", layout->json, "As JSON");
  CLI::Option* markdown =
      command->add_flag("--markdown", layout->markdown, "As Markdown: this is docs/instructions.md");
  command
      ->add_option("--coverage", layout->vectors, "What the behaviour cases in this folder (tests/vectors) prove of it")
      ->type_name("FOLDER")
      ->excludes(json)
      ->excludes(markdown);
  markdown->excludes(json);
  command->callback([layout, &action] { action = [layout] { return print_isa(*layout); }; });
}

}  // namespace replica::tools
