#include "tools/overhead/overhead_command.h"
#include "tools/program.h"

int main(int argc, char** argv) {
  return replica::tools::run_program(argc, argv, {replica::overhead::add_overhead_command});
}
