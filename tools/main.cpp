#include "tools/program.h"

int main(int argc, char** argv) { return replica::tools::run_program(argc, argv); }
