// The built program from outside: what it prints where, its exit status, and that bad input is refused with a message.
#include "tools/program.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "tests/tools/replica_process.h"
#include "tests/tools/sample_guests.h"

namespace replica::tools {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Program : public testing::Test {
 protected:
  std::string guest(const std::vector<u8>& image) { return folder_.write("guest.core", image); }

  TemporaryFolder folder_;
};

TEST_F(Program, ListsItsSubCommands) {
  const ProcessResult help = run_replica({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* command : {"\n  run ", "\n  disasm ", "\n  isa "}) EXPECT_THAT(help.out, HasSubstr(command));
}

TEST_F(Program, TellsItsVersion) {
  const ProcessResult version = run_replica({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_THAT(version.out, testing::MatchesRegex("Replica/370 [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(Program, PrintsTheGuestsTextOnStdoutAndTheFinalStateOnStderr) {
  const ProcessResult run = run_replica({"run", "--core", guest(printing_guest()), "--text", "100"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, kPrintedText);
  EXPECT_THAT(run.err, AllOf(StartsWith("disabled wait state, code 000000\nPSW       00020000 00000000\nGR  0-3 "),
                             HasSubstr("\n1 instructions in "), EndsWith(" MIPS, virtual time\n")));
}

TEST_F(Program, PrintsLittleIfAskedToBeQuiet) {
  const ProcessResult run = run_replica({"run", "--quiet", "--core", guest(printing_guest()), "--text", "100"});
  EXPECT_EQ(run.out, kPrintedText);
  EXPECT_EQ(run.err, "disabled wait state, code 000000\n");
}

TEST_F(Program, FailsIfTheGuestDoes) {
  const ProcessResult run = run_replica({"run", "--quiet", "--core", guest(waiting_guest(0xDEA028))});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err, "disabled wait state, code DEA028\n");
}

TEST_F(Program, FailsInAnInterruptionLoop) {
  // The PSW and the program new PSW are invalid: EC mode with bit 0 on.
  std::vector<u8> image(0x70);
  image[104] = 0x80;
  image[105] = 0x08;
  const ProcessResult run = run_replica({"run", "--quiet", "--core", guest(image), "--psw", "8008000000000000"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.err, "endless string of interruptions\n");
}

TEST_F(Program, FailsIfThereIsNoTextToPrint) {
  std::vector<u8> image = waiting_guest(0);
  image.resize(0x100);
  image.push_back(0xFF);
  const ProcessResult run = run_replica({"run", "--quiet", "--core", guest(image), "--text", "100"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, StartsWith("replica: --text: expected the length of the text at 000100, found FF000000; "));
}

TEST_F(Program, TracesOnStderrOrIntoAFile) {
  const std::string core = guest(adding_guest());
  const std::string line = "           2  00000000 00000084  000084  1A11          AR    1,1\n";
  EXPECT_THAT(run_replica({"run", "--core", core, "--trace"}).err, HasSubstr(line));
  const ProcessResult run = run_replica({"run", "--core", core, "--trace-file", folder_.path("trace")});
  EXPECT_THAT(folder_.read("trace"), HasSubstr(line));
  EXPECT_THAT(run.err, testing::Not(HasSubstr(line)));
}

TEST_F(Program, FailsIfTheTraceCannotBeWritten) {
  const ProcessResult run =
      run_replica({"run", "--quiet", "--core", guest(adding_guest()), "--trace-file", "/dev/full"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, StartsWith("replica: --trace-file /dev/full: the trace is not complete: "));
}

TEST_F(Program, PrintsStatisticsOnStderrIfAsked) {
  const std::string core = guest(looping_guest());
  const std::vector<std::string> arguments = {"run", "--core", core, "--max-instructions", "1000", "--quiet"};
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), arguments.begin(), arguments.end());
    return run_replica(more).err;
  };
  EXPECT_EQ(run({}), "instruction limit reached\n");
  EXPECT_THAT(run({"--statistics", "--engine", "interpreter"}),
              testing::MatchesRegex("instruction limit reached\nEngine interpreter\nInstructions executed +1000\n"));
  EXPECT_THAT(
      run({"--statistics"}),
      AllOf(StartsWith("instruction limit reached\nEngine tiered: translates after 20 executions, into 64 MB\n"),
            testing::ContainsRegex("Blocks translated +1\n")));
}

TEST_F(Program, DumpsTranslatedBlocksOnStderrOrIntoAFile) {
  const std::string core = guest(looping_guest());
  std::vector<std::string> arguments = {"run",     "--core",   core,     "--max-instructions", "1000",
                                        "--quiet", "--engine", "tiered", "--dump-code",        "0-FF"};
  const std::string line = "Code of the block 000080-000083: 1 instructions\n";
  EXPECT_THAT(run_replica(arguments).err, StartsWith(line));
  arguments.insert(arguments.end(), {"--dump-file", folder_.path("dump")});
  EXPECT_EQ(run_replica(arguments).err, "instruction limit reached\n");
  EXPECT_THAT(folder_.read("dump"), StartsWith(line));
}

TEST_F(Program, FailsIfTheDumpCannotBeWritten) {
  const ProcessResult run =
      run_replica({"run", "--quiet", "--core", guest(looping_guest()), "--max-instructions", "1000", "--engine",
                   "tiered", "--dump-ir", "0-FF", "--dump-file", "/dev/full"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, HasSubstr("replica: --dump-file /dev/full: the dump is not complete: "));
}

// The seventh piece of code, behind six thunks, is the block.
TEST_F(Program, NamesTranslatedCodeForGdb) {
  if (std::system("command -v gdb >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no gdb";
  const std::string core = guest(looping_guest());
  const std::string out = folder_.path("gdb.out");
  const std::string command =
      "gdb -nx -q -batch -ex 'break replica::GdbRegistration::translated' -ex run -ex finish "
      "-ex 'info functions guest_0' --args " REPLICA_BINARY_DIR "/tools/replica run --quiet --core " +
      core + " --max-instructions 1000 --engine tiered --gdb-jit > " + out + " 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << folder_.read("gdb.out");
  const std::string text = folder_.read("gdb.out");
  if (text.find("ptrace") != std::string::npos) GTEST_SKIP() << "GDB may not trace here: " << text;
  EXPECT_THAT(text, testing::ContainsRegex("0x[0-9a-f]+  guest_000080\n"));
}

TEST_F(Program, StopsOnSigintWithTheFinalState) {
  ReplicaProcess process({"run", "--progress", "--core", guest(looping_guest())});
  // The first line of progress shows that the machine runs.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (process.err_so_far().find("MIPS\n") == std::string::npos && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  process.send_signal(SIGINT);
  const ProcessResult run = process.wait();
  EXPECT_EQ(run.status, 130);
  EXPECT_THAT(run.err, AllOf(HasSubstr(" million instructions, "), HasSubstr("stopped by SIGINT\nPSW       00000000 "),
                             HasSubstr(" instructions in ")));
}

TEST_F(Program, ListsInstructions) {
  const ProcessResult hex = run_replica({"disasm", "--hex", "5810C008 07FE", "--address", "1000"});
  EXPECT_EQ(hex.status, 0);
  EXPECT_EQ(hex.out, "001000  5810C008      L     1,8(,12)\n001004  07FE          BCR   15,14\n");
  const ProcessResult file = run_replica({"disasm", guest(adding_guest()), "--start", "84", "--length", "2"});
  EXPECT_EQ(file.out, "000084  1A11          AR    1,1\n");
}

TEST_F(Program, PrintsTheInstructionSetInThreeLayouts) {
  EXPECT_THAT(run_replica({"isa"}).out, StartsWith("opcode  mnemonic "));
  EXPECT_THAT(run_replica({"isa", "--json"}).out, StartsWith("{\n"));
  EXPECT_THAT(run_replica({"isa", "--markdown"}).out, StartsWith("# Instructions\n"));
}

struct BadInput {
  std::vector<std::string> arguments;  // FOLDER stands for the test's folder
  std::string message;                 // a part of the first line on stderr
};

const BadInput kBadInputs[] = {
    // The command line
    {{}, "expected a sub-command, found none"},
    {{"frobnicate"}, "not expected: frobnicate"},
    {{"--frobnicate"}, "not expected: --frobnicate"},
    {{"run", "--frobnicate"}, "not expected: --frobnicate"},
    {{"run", "FOLDER/absent.cnf"}, "FOLDER/absent.cnf: No such file or directory"},
    {{"run", "FOLDER/good", "guest.core"}, "not expected: guest.core"},
    {{"run", "FOLDER/good", "--core", "FOLDER/good"}, "--core excludes configuration"},
    {{"run", "--core", "FOLDER/good", "--rc", "x.rc"}, "--rc requires configuration"},
    {{"run", "--core", "FOLDER/good", "--deterministic"}, "--deterministic requires configuration"},
    {{"run", "--core"}, "--core: 1 required FILE@ADDRESS missing"},
    {{"run", "--psw", "0000000000000000", "--psw", "0000000000000000"}, "--psw"},
    {{"isa", "--json", "--markdown"}, "--json excludes --markdown"},
    // --core
    {{"run"}, "--core: expected at least one storage image to run, found none"},
    {{"run", "--core", "FOLDER/absent"}, "--core FOLDER/absent: No such file or directory; expected"},
    {{"run", "--core", "FOLDER"}, "--core FOLDER: is a directory; expected a file"},
    {{"run", "--core", "FOLDER/empty"}, "--core FOLDER/empty: is empty; expected at least one byte"},
    {{"run", "--core", "FOLDER/large"}, "--core FOLDER/large: has 16777217 bytes; expected at most 16777216 bytes"},
    {{"run", "--core", "FOLDER/good@FFFFF0"}, "--core FOLDER/good: has 132 bytes; expected at most 16 bytes"},
    {{"run", "--core", "FOLDER/good@8000", "--storage", "64K", "--core", "FOLDER/good@10000"},
     "address 010000 is outside of storage; expected one below 10000"},
    {{"run", "--core", "FOLDER/good@12G"}, "expected an address of 1 to 6 hexadecimal digits, found '12G'"},
    {{"run", "--core", "FOLDER/good@1000000"}, "expected an address of 1 to 6 hexadecimal digits, found '1000000'"},
    // The other options of run
    {{"run", "--core", "FOLDER/good", "--psw", "1234"}, "--psw: expected 16 hexadecimal digits, found '1234'"},
    {{"run", "--core", "FOLDER/good", "--psw", "000200000000000G"}, "--psw: expected 16 hexadecimal digits, found"},
    {{"run", "--core", "FOLDER/good", "--regs", "16=1"}, "--regs: expected a register 0 to 15"},
    {{"run", "--core", "FOLDER/good", "--regs", "1=XYZ"}, "--regs: 1: expected 1 to 8 hexadecimal digits, found 'XYZ'"},
    {{"run", "--core", "FOLDER/good", "--regs", "1=1", "--regs", "R1=2"}, "--regs: expected each register once"},
    {{"run", "--core", "FOLDER/good", "--storage", "lots"}, "--storage: expected a size in bytes"},
    {{"run", "--core", "FOLDER/good", "--storage", "16MB"}, "--storage: expected a size in bytes"},
    {{"run", "--core", "FOLDER/good", "--storage", "32M"}, "--storage 32M: storage size 33554432 bytes: expected"},
    {{"run", "--core", "FOLDER/good", "--storage", "65537"}, "--storage 65537: storage size 65537 bytes: expected"},
    {{"run", "--core", "FOLDER/good", "--max-instructions", "10x"},
     "--max-instructions: expected a decimal number below 2^64, found '10x'"},
    {{"run", "--core", "FOLDER/good", "--max-instructions", "-5"},
     "--max-instructions: expected a decimal number below 2^64, found '-5'"},
    {{"run", "--core", "FOLDER/good", "--max-instructions", "0"}, "--max-instructions: expected at least 1, found 0"},
    {{"run", "--core", "FOLDER/good", "--time", "slow"}, "--time: expected 'virtual' or 'real', found 'slow'"},
    {{"run", "--core", "FOLDER/good", "--text", "6OO"}, "--text: expected an address of 1 to 6 hexadecimal digits"},
    {{"run", "--core", "FOLDER/good", "--text", "10000", "--storage", "64K"},
     "--text: address 010000 is outside of storage; expected one below FFFD"},
    {{"run", "--core", "FOLDER/good", "--trace-file", "FOLDER/absent/trace"},
     "--trace-file FOLDER/absent/trace: No such file or directory; expected a file that can be written"},
    {{"run", "--core", "FOLDER/good", "--engine", "fast"},
     "--engine: expected interpreter, asmjit, tiered or llvm; found 'fast'"},
    {{"run", "--core", "FOLDER/good", "--engine", "interpreter", "--threshold", "3"},
     "--threshold: expected --engine asmjit, tiered or llvm"},
    {{"run", "--core", "FOLDER/good", "--engine", "tiered", "--cache", "4096"},
     "--cache: expected a decimal number from 1 to 1024, found '4096'"},
    {{"run", "--core", "FOLDER/good", "--engine", "tiered", "--dump-ir", "start"},
     "--dump-ir: expected ADDRESS, ADDRESS-ADDRESS or ADDRESS.LENGTH"},
    {{"run", "FOLDER/absent.cnf", "--engine", "interpreter", "--cache", "4"},
     "--cache: expected --engine asmjit, tiered or llvm"},
    // disasm
    {{"disasm"}, "disasm: expected either a file or --hex, found neither"},
    {{"disasm", "FOLDER/good", "--hex", "00"}, "disasm: expected either a file or --hex, found both"},
    {{"disasm", "FOLDER"}, "FOLDER: is a directory"},
    {{"disasm", "FOLDER/empty"}, "FOLDER/empty: is empty"},
    {{"disasm", "--hex", "5"}, "--hex: expected pairs of hexadecimal digits, found '5'"},
    {{"disasm", "--hex", "00", "--address", "FFFFFFF"}, "--address: expected an address"},
    {{"disasm", "--hex", "00", "--start", "1"}, "--start: expected an address from 000000 to 000000, found 000001"},
    {{"disasm", "--hex", "00", "--length", "2"}, "--length: expected 1 to 1 from address 000000 on, found 2"},
};

// `text` with the path of the test's folder for FOLDER.
std::string with_folder(std::string text, const TemporaryFolder& folder) {
  const std::string path = folder.path("");
  for (std::size_t at; (at = text.find("FOLDER")) != std::string::npos;) {
    text.replace(at, 6, path.substr(0, path.size() - 1));
  }
  return text;
}

TEST_F(Program, RefusesBadInputWithAMessage) {
  folder_.write("good", looping_guest());
  folder_.write("empty", {});
  folder_.write("large", std::vector<u8>(16 * 1024 * 1024 + 1));
  for (const BadInput& bad : kBadInputs) {
    std::vector<std::string> arguments;
    for (const std::string& argument : bad.arguments) arguments.push_back(with_folder(argument, folder_));
    SCOPED_TRACE(testing::PrintToString(arguments));
    const ProcessResult result = run_replica(arguments);
    const std::string first_line = result.err.substr(0, result.err.find('\n'));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(first_line, AllOf(StartsWith("replica: "), HasSubstr(with_folder(bad.message, folder_))));
    EXPECT_EQ(result.out, "");
  }
}

}  // namespace
}  // namespace replica::tools
