#include <memory>

#include "tools/commands.h"
#include "tools/isa.h"
#include "tools/output.h"

namespace replica::tools {
namespace {

struct Layout {
  bool json = false;
  bool markdown = false;
};

}  // namespace

void add_isa_command(CLI::App& app, Action& action) {
  const auto layout = std::make_shared<Layout>();
  CLI::App* command = app.add_subcommand("isa", "Print the table of instructions");
  CLI::Option* json = command->add_flag("--json", layout->json, "As JSON");
  command->add_flag("--markdown", layout->markdown, "As Markdown: this is docs/instructions.md")->excludes(json);
  command->callback([layout, &action] {
    action = [layout]() -> Result<ExitStatus> {
      return print(layout->json ? isa_json() : layout->markdown ? isa_markdown() : isa_text());
    };
  });
}

}  // namespace replica::tools
