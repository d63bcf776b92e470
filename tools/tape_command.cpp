#include <fmt/format.h>

#include <memory>

#include "tools/commands.h"
#include "tools/output.h"
#include "tools/tape_make.h"
#include "tools/tape_map.h"

namespace replica::tools {
namespace {

constexpr const char* kFooter =
    "Images are AWS (.aws), HET (.het) or, for reading, SIMH (.tap).\n"
    "Example: replica tape make new.het data.txt --text --record 80 --block 800 --volume TAPE01";

// The words behind --option, as in a configuration.
void add_options(CLI::App* command, std::vector<std::string>& words) {
  command
      ->add_option(
          "--option", words,
          "An option of the tape as in a configuration: compress=0, method=2, level=9, chunksize=4096, maxsize=170M")
      ->type_name("WORD")
      ->allow_extra_args(false);
}

void add_list(CLI::App* group, Action& action) {
  const auto image = std::make_shared<std::string>();
  CLI::App* command = group->add_subcommand("list", "List the files, blocks and labels of a tape");
  command->add_option("image", *image, "The tape")->type_name("IMAGE")->required();
  command->callback([image, &action] {
    action = [image]() -> Result<ExitStatus> {
      const auto tape = open_tape(*image, {.read_only = true});
      if (!tape) return tl::unexpected(tape.error());
      const TapeMap map = map_tape(**tape);
      const ExitStatus printed = print(tape_map_text(map));
      return map.damages.empty() ? printed : kFailure;
    };
  });
}

struct CopyRequest {
  std::string from;
  std::string to;
  std::vector<std::string> options;
};

void add_copy(CLI::App* group, Action& action) {
  const auto request = std::make_shared<CopyRequest>();
  CLI::App* command = group->add_subcommand("copy", "Copy a tape to a new image");
  command->add_option("from", request->from, "The tape to copy")->type_name("IMAGE")->required();
  command->add_option("to", request->to, "The new image, .aws or .het")->type_name("IMAGE")->required();
  add_options(command, request->options);
  command->callback([request, &action] {
    action = [request]() -> Result<ExitStatus> {
      const auto options = parse_tape_options(request->options);
      if (!options) return tl::unexpected(options.error());
      const auto copied = copy_tape(request->from, request->to, *options);
      if (!copied) return tl::unexpected(copied.error());
      return kSuccess;
    };
  });
}

struct MakeRequest {
  TapeRecipe recipe;
  std::vector<std::string> options;
  std::string code_page;
};

Result<ExitStatus> make(MakeRequest& request) {
  const auto options = parse_tape_options(request.options);
  if (!options) return tl::unexpected(options.error());
  request.recipe.options = *options;
  if (!request.code_page.empty()) {
    const auto page = find_code_page(request.code_page);
    if (!page) return tl::unexpected(page.error());
    request.recipe.code_page = *page;
  }
  const auto made = make_tape(request.recipe);
  if (!made) return tl::unexpected(made.error());
  return kSuccess;
}

void add_make(CLI::App* group, Action& action) {
  const auto request = std::make_shared<MakeRequest>();
  TapeRecipe& recipe = request->recipe;
  CLI::App* command = group->add_subcommand("make", "Make a tape of files of the host; without files, a blank one");
  command->add_option("image", recipe.image, "The new image, .aws or .het")->type_name("IMAGE")->required();
  command->add_option("files", recipe.files, "Each becomes a file of the tape")->type_name("FILE");
  command->add_option("--record", recipe.record_length, "Length of a record; blocks are not divided if left out")
      ->type_name("BYTES")
      ->check(CLI::Range(1u, 32760u));
  command->add_option("--block", recipe.block_length, "Length of a block; one record, or 32760 bytes, if left out")
      ->type_name("BYTES")
      ->check(CLI::Range(1u, 65535u));
  command->add_flag("--text", recipe.text, "Each line becomes a record in EBCDIC, filled with blanks");
  command->add_option("--code-page", request->code_page, "For --text, as in a configuration: 819/1047")
      ->type_name("NAME");
  command->add_option("--volume", recipe.volume, "Write standard labels with this serial number")->type_name("SERIAL");
  command->add_option("--owner", recipe.owner, "The owner in the volume label")->type_name("NAME");
  add_options(command, request->options);
  command->callback([request, &action] { action = [request] { return make(*request); }; });
}

}  // namespace

void add_tape_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("tape", "List, copy and make images of tapes");
  group->require_subcommand(1);
  group->footer(kFooter);
  add_list(group, action);
  add_copy(group, action);
  add_make(group, action);
}

}  // namespace replica::tools
