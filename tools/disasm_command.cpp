#include <memory>

#include "tools/commands.h"
#include "tools/listing.h"
#include "tools/output.h"

namespace replica::tools {

void add_disasm_command(CLI::App& app, Action& action) {
  const auto request = std::make_shared<ListingRequest>();
  CLI::App* command = app.add_subcommand("disasm", "List the bytes of a file as instructions");
  command->add_option("file", request->file, "The file to list")->type_name("FILE");
  command->add_option("--hex", request->hex, "List these bytes instead of a file, as in --hex 5810C008")
      ->type_name("HEXBYTES");
  command->add_option("--address", request->address, "The address of the first byte, hexadecimal; 0 if left out")
      ->type_name("HEX");
  command->add_option("--start", request->start, "The address to start the listing at")->type_name("HEX");
  command->add_option("--length", request->length, "How many bytes to list, hexadecimal")->type_name("HEX");
  command->footer("A halfword that is no instruction is listed as DC.");
  command->callback([request, &action] {
    action = [request]() -> Result<ExitStatus> {
      const auto input = prepare_listing(*request);
      if (!input) return tl::unexpected(input.error());
      return print(list_instructions(input->bytes, input->address));
    };
  });
}

}  // namespace replica::tools
