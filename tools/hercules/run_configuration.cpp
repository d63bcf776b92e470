#include <cstdio>

#include "tools/hercules/configuration.h"
#include "tools/hercules/machine_builder.h"
#include "tools/hercules/panel.h"
#include "tools/run.h"

namespace replica::tools {

Result<ExitStatus> run_configuration(const RunRequest& request) {
  const auto configuration = read_configuration(*request.configuration);
  if (!configuration) return tl::unexpected(configuration.error());
  const auto system = build_system(*configuration, request.deterministic);
  if (!system) return tl::unexpected(system.error());
  Panel panel(**system, [](const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
  });
  for (const std::string& note : configuration->notes) panel.log(note);
  if (request.run_commands) {
    if (Status status = panel.start_script(*request.run_commands); !status) return tl::unexpected(status.error());
  }
  return panel.run();
}

}  // namespace replica::tools
