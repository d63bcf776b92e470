// The panel as a whole: scripts, pauses in virtual time, the Automatic Operator, keys of the CPU, devices. Messages are those
// of Hercules 3.13.
#include "tools/hercules/panel.h"

#include <chrono>
#include <filesystem>

#include "base/big_endian.h"
#include "tests/tools/hercules/panel_fixture.h"

namespace replica::tools {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kShutdown = "HHCIN900I Begin Hercules shutdown\nHHCIN099I Hercules terminated\n";

class PanelCommands : public PanelTest {
 protected:
  // Restart new PSW at 0, and at 200 a program that counts in register 1 for ever:  LA 1,1(,1)  BC 15,512
  void store_loop() {
    store(0, {0, 0, 0, 0, 0, 0, 0x02, 0x00});
    store(0x200, {0x41, 0x10, 0x10, 0x01, 0x47, 0xF0, 0x02, 0x00});
  }
  // One that ends in a disabled wait with this code:  LA 1,15  AR 1,1  ST 1,768  LPSW 544
  void store_program(u8 code) {
    store(0, {0, 0, 0, 0, 0, 0, 0x02, 0x00});
    store(0x200, {0x41, 0x10, 0x00, 0x0F, 0x1A, 0x11, 0x50, 0x10, 0x03, 0x00, 0x82, 0x00, 0x02, 0x20});
    store(0x220, {0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, code});
  }
};

// ---- Scripts ----

TEST_F(PanelCommands, TellWhatTheEngineDid) {
  EXPECT_THAT(print({"engine"}), testing::MatchesRegex("Engine interpreter\nInstructions executed +0\n"));
  EXPECT_EQ(print({"help engine"}), "engine: display who executed the instructions, and what was translated\n");
}

TEST_F(PanelCommands, EchoesTheLinesOfScripts) {
  EXPECT_EQ(run({"# a comment", "", "  pr  ", "* another", "r 0.10 # cut off", "quit", "pr"}),
            "# a comment\npr\nPrefix=00000000\n* another\n"
            "r 0.10\nR:00000000:K:00=00000000 00000000 00000000 00000000  ................\nquit\n" +
                std::string(kShutdown));
  EXPECT_EQ(status_, kSuccess);
}

TEST_F(PanelCommands, EndsWhenTheScriptsHaveAndNothingRuns) {
  EXPECT_EQ(run({"pr"}), "pr\nPrefix=00000000\nHHCPN013I EOF reached on SCRIPT file. Processing complete.\n" +
                             std::string(kShutdown));
  EXPECT_EQ(status_, kSuccess);
}

TEST_F(PanelCommands, ExecutesAScriptInThePlaceOfItsCommand) {
  const std::string inner = script("inner.rc", "msgnoh * one\r\npause 1\r\nmsgnoh * two");
  EXPECT_EQ(run({"script " + inner, "msgnoh * three"}),
            "script " + inner +
                "\nmsgnoh * one\none\nHHCPN011I Pausing SCRIPT file processing for 1 seconds...\n"
                "HHCPN012I Resuming SCRIPT file processing...\nmsgnoh * two\ntwo\n"
                "HHCPN013I EOF reached on SCRIPT file. Processing complete.\nmsgnoh * three\nthree\n"
                "HHCPN013I EOF reached on SCRIPT file. Processing complete.\n" +
                kShutdown);
}

TEST_F(PanelCommands, EndsScriptsThatStartEachOther) {
  const std::string file = script("loop.rc", "script " + folder_.path("loop.rc") + "\n");
  const std::string log = run({"script " + file});
  EXPECT_THAT(log, EndsWith("HHCPN998E Script aborted : Script recursion level exceeded\n" + std::string(kShutdown)));
}

TEST_F(PanelCommands, RefusesScriptsThatAreNone) {
  EXPECT_EQ(print({"script"}), "HHCPN996E The script command requires a filename\n");
  EXPECT_EQ(print({"script nonexist"}), "HHCPN995E Script file \"nonexist\" not found\n");
  EXPECT_THAT(print({"script " + folder_.path("")}), StartsWith("HHCPN007E Script file open failed: "));
}

// The clock that `pause` waits for is the machine's: no host time goes by.
TEST_F(PanelCommands, PausesInMachineTime) {
  const auto start = std::chrono::steady_clock::now();
  run({"pause 900", "quit"});
  EXPECT_GE(cpu().now(), 900'000'000 * kUnitsPerMicrosecond);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST_F(PanelCommands, LetsTheMachineRunDuringAPause) {
  store_loop();
  run({"restart", "pause 0.5", "stop", "quit"});
  EXPECT_GT(cpu().gr[1], 1'000'000u);
  const u64 instructions = cpu().instructions();
  // Half a second at 64 million instructions a second.
  EXPECT_NEAR(static_cast<double>(instructions), 32e6, 1000);
}

TEST_F(PanelCommands, IsTheSameRunEveryTime) {
  std::string logs[2];
  u64 instructions[2];
  for (int n = 0; n < 2; ++n) {
    desk_.lines.clear();
    build(kConfiguration);
    store_loop();
    logs[n] = run({"hao tgt GR00", "hao cmd pr", "restart", "pause 0.01", "gpr", "clocks", "msg * x", "uptime",
                   "ipending", "quit"});
    instructions[n] = cpu().instructions();
  }
  EXPECT_EQ(logs[0], logs[1]);
  EXPECT_EQ(instructions[0], instructions[1]);
  EXPECT_THAT(logs[0], HasSubstr("\n 12:00:00  * MSG FROM HERCULES: x\n"));
}

TEST_F(PanelCommands, RefusesPausesThatAreNone) {
  for (const std::string text : {"1x", "-1", "foo", "1000", "nan", "inf", "0x10", "1 2"}) {
    EXPECT_EQ(print({"pause " + text}), "HHCPN010W Ignoring invalid SCRIPT file pause statement: " + text + "\n");
  }
}

TEST_F(PanelCommands, TakesTypedLinesAfterTheScript) {
  desk_.typed = {"pause 1", "msgnoh * typed", "quit", "msgnoh * never"};
  EXPECT_EQ(run({"pause 1", "msgnoh * script"}),
            "HHCPN011I Pausing SCRIPT file processing for 1 seconds...\nHHCPN012I Resuming SCRIPT file processing...\n"
            "msgnoh * script\nscript\nHHCPN013I EOF reached on SCRIPT file. Processing complete.\n"
            "HHCPN011I Pausing SCRIPT file processing for 1 seconds...\nHHCPN012I Resuming SCRIPT file processing...\n"
            "msgnoh * typed\ntyped\nquit\n" +
                std::string(kShutdown));
}

TEST_F(PanelCommands, ExecutesWhatAPersonTypesAtOnce) {
  desk_.interactive = true;
  desk_.typed = {"msgnoh * typed", "pause 1", "hst"};
  EXPECT_EQ(run({"pause 1", "msgnoh * script", "quit"}),
            "HHCPN011I Pausing SCRIPT file processing for 1 seconds...\ntyped\n"
            "HHCPN010W Ignoring pause: expected it in a script\n   1 msgnoh * typed\n   2 pause 1\n   3 hst\n"
            "HHCPN012I Resuming SCRIPT file processing...\nmsgnoh * script\nscript\nquit\n" +
                std::string(kShutdown));
}

TEST_F(PanelCommands, FailsIfTheLogCannotBeWritten) {
  desk_.broken = true;
  run({"pr", "pause 1"});
  EXPECT_EQ(status_, kFailure);
}

TEST_F(PanelCommands, EndsWhenAskedTo) {
  store_loop();
  panel_->request_quit(kInterrupted);
  run({"restart"});
  EXPECT_EQ(status_, kInterrupted);
}

// ---- The Automatic Operator ----

TEST_F(PanelCommands, FiresCommands) {
  EXPECT_EQ(run({"hao tgt MARK", "hao cmd pr", "msgnoh * a MARK"}),
            "hao tgt MARK\nHHCAO016I Target placed at index 0\nhao cmd pr\nHHCAO020I Command placed at index 0\n"
            "msgnoh * a MARK\na MARK\n"
            "HHCAO003I Firing command: 'pr'\npr\nPrefix=00000000\n"  // for the echo
            "HHCAO003I Firing command: 'pr'\npr\nPrefix=00000000\n"  // and for the message
            "HHCPN013I EOF reached on SCRIPT file. Processing complete.\n" +
                std::string(kShutdown));
}

// A script that it has started ends before the next command is fired, pauses included.
TEST_F(PanelCommands, FiresOneAfterTheOther) {
  const std::string slow = script("slow.rc", "pause 1\nmsgnoh * slow\n");
  const std::string log = run({"hao tgt ^A$", "hao cmd script " + slow, "hao tgt ^B$", "hao cmd msgnoh * quick",
                               "msgnoh * A", "msgnoh * B", "pause 2", "quit"});
  const auto at = [&](const char* text) { return log.find(text); };
  EXPECT_LT(at("\nA\n"), at("\nB\n"));
  EXPECT_LT(at("\nB\n"), at("\nslow\n"));
  EXPECT_LT(at("\nslow\n"), at("\nquick\n"));
  EXPECT_NE(at("\nquick\n"), std::string::npos);
}

// A rule that answers itself neither stops the machine nor the script.
TEST_F(PanelCommands, SurvivesRulesThatFireForEver) {
  store_loop();
  const std::string log = run({"hao tgt Prefix", "hao cmd pr", "restart", "pr", "pause 0.01", "quit"});
  EXPECT_THAT(log, EndsWith(kShutdown));
  EXPECT_GT(cpu().instructions(), 1000u);
}

// ---- The CPU ----

TEST_F(PanelCommands, ReportsADisabledWait) {
  store_program(0);
  EXPECT_EQ(run({"restart"}),
            "restart\nHHCPN038I Restart key depressed\nHHCPN013I EOF reached on SCRIPT file. Processing complete.\n"
            "HHCCP011I CPU0000: Disabled wait state\n          PSW=00020000 00000000\n" +
                std::string(kShutdown));
  EXPECT_EQ(status_, kSuccess);
}

TEST_F(PanelCommands, FailsIfTheGuestDoes) {
  store_program(0xBC);
  run({"restart"});
  EXPECT_EQ(status_, kFailure);
}

TEST_F(PanelCommands, ReportsAnInterruptionLoop) {
  store(0, {0x80, 0x08, 0, 0, 0, 0, 0, 0});
  store(0x68, {0x80, 0x08, 0, 0, 0, 0, 0, 0});
  EXPECT_THAT(run({"restart"}), HasSubstr("\nHHCCP016I CPU0000: Program interrupt loop: PSW=80080000 00000000\n"));
  EXPECT_EQ(status_, kFailure);
}

TEST_F(PanelCommands, RefusesWhileTheCpuRuns) {
  store_loop();
  const std::string core = script("x.core", "x");
  EXPECT_EQ(print({"restart", "sysreset", "sysclear", "ipl 01f", "store", "loadcore " + core, "savecore y 0 10"}),
            "HHCPN038I Restart key depressed\n"
            "HHCPN053E System reset/clear rejected: All CPU's must be stopped\n"
            "HHCPN053E System reset/clear rejected: All CPU's must be stopped\n"
            "HHCPN053E ipl rejected: All CPU's must be stopped\n"
            "HHCPN035E store status rejected: CPU not stopped\n"
            "HHCPN111E loadcore rejected: CPU not stopped\n"
            "HHCPN102E savecore rejected: CPU not stopped\n");
}

// The key leaves registers and PSW as they are, unless it clears.
TEST_F(PanelCommands, Resets) {
  print({"gpr 5=1", "psw ia=204", "r 200=01", "sysreset"});
  EXPECT_EQ(cpu().gr[5], 1u);
  EXPECT_EQ(cpu().psw.address, 0x204u);
  EXPECT_EQ(print({"sysclear", "r 200.10"}), "R:00000200:K:00=00000000 00000000 00000000 00000000  ................\n");
  EXPECT_EQ(cpu().gr[5], 0u);
  EXPECT_EQ(cpu().psw.address, 0u);
}

TEST_F(PanelCommands, StoresStatus) {
  print({"psw ia=204", "gpr 1=1"});
  EXPECT_EQ(print({"store"}), "HHCCP010I CPU0000 store status completed.\n");
  EXPECT_EQ(load_be64(panel_->machine().storage().data() + 256), 0x204u);
  EXPECT_EQ(load_be32(panel_->machine().storage().data() + 388), 1u);
}

TEST_F(PanelCommands, StartsAndStops) {
  store_loop();
  run({"restart", "pause 0.001", "stop", "gpr", "pause 0.001", "gpr 2=1", "start", "pause 0.001", "stopall", "startall",
       "pause 0.001", "quit"});
  EXPECT_NEAR(static_cast<double>(cpu().instructions()), 192'000, 100);
}

TEST_F(PanelCommands, InterruptsWithTheKey) {
  // A wait enabled for external interruptions; the new PSW is a disabled wait with the address DEF.
  store(0x58, {0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x0D, 0xEF});
  const std::string log =
      run({"cr 0=00000040", "psw sm=01 cmwp=2", "start", "pause 1", "ext", "pause 1", "psw", "quit"});
  EXPECT_THAT(log, HasSubstr("HHCPN050I Interrupt key depressed\n"));
  EXPECT_THAT(log, HasSubstr("HHCCP011I CPU0000: Disabled wait state\n          PSW=00020000 00000DEF\n"));
  EXPECT_EQ(load_be64(panel_->machine().storage().data() + 24) >> 32 & 0xFFFF, 0x0040u);
}

// An enabled wait that nothing can end is not the end while a script pauses.
TEST_F(PanelCommands, WaitsWithTheGuest) {
  const std::string log = run({"psw sm=FF cmwp=2", "cr 0=0", "start", "pause 5", "msgnoh * later"});
  EXPECT_THAT(log, EndsWith("msgnoh * later\nlater\nHHCPN013I EOF reached on SCRIPT file. Processing complete.\n" +
                            std::string(kShutdown)));
  EXPECT_EQ(status_, kFailure);
}

// ---- Looking at instructions ----

TEST_F(PanelCommands, TracesInstructions) {
  store_program(0);
  const std::string log = run({"t+", "restart", "pause 1", "quit"});
  const std::string registers =
      "GR04=00000000  GR05=00000000  GR06=00000000  GR07=00000000\n"
      "GR08=00000000  GR09=00000000  GR10=00000000  GR11=00000000\n"
      "GR12=00000000  GR13=00000000  GR14=00000000  GR15=00000000\n";
  EXPECT_THAT(log, HasSubstr("t+\nHHCPN040I Instruction tracing on \n"));
  EXPECT_THAT(log, HasSubstr("PSW=00000000 00000200 INST=4110000F     LA    1,15(0,0)              load_address\n"
                             "R:0000000F:K:06=00 00000000 00000000 00000000 000000 ................\n"
                             "GR00=00000000  GR01=00000000  GR02=00000000  GR03=00000000\n" +
                             registers + "PSW=00000000 00000204 INST=1A11         AR    1,1                    add\n" +
                             "GR00=00000000  GR01=0000000F  GR02=00000000  GR03=00000000\n" + registers +
                             "PSW=00000000 20000206 INST=50100300     ST    1,768(0,0)             store\n"));
}

TEST_F(PanelCommands, StopsInFrontOfABreakpoint) {
  store_program(0);
  const std::string log = run({"b 206", "restart", "pause 1", "psw", "msgnoh * on", "start", "pause 1", "psw", "quit"});
  EXPECT_THAT(log, HasSubstr("b 206\nHHCPN040I Instruction break on range 206-206\n"));
  EXPECT_THAT(log, HasSubstr("PSW=00000000 20000206 INST=50100300     ST    1,768(0,0)             store\n"));
  EXPECT_THAT(log, HasSubstr("psw\npsw sm=00 pk=0 cmwp=0 as=pri cc=2 pm=0 am=24 ia=206\nPSW=00000000 20000206\n"));
  EXPECT_THAT(log, HasSubstr("PSW=00020000 00000000\n"));
  EXPECT_EQ(load_be32(panel_->machine().storage().data() + 0x300), 0x1Eu);
}

TEST_F(PanelCommands, StepsInstructionByInstruction) {
  store_program(0);
  run({"s+", "restart", "pause 1", "start", "pause 1", "start", "pause 1", "quit"});
  EXPECT_EQ(cpu().psw.address, 0x206u);
  EXPECT_EQ(cpu().instructions(), 2u);
}

TEST_F(PanelCommands, StopsEachTimeRoundALoop) {
  store_loop();
  run({"b 200", "restart", "pause 1", "start", "pause 1", "start", "pause 1", "quit"});
  EXPECT_EQ(cpu().gr[1], 2u);
  EXPECT_EQ(cpu().psw.address, 0x200u);
}

TEST_F(PanelCommands, GoesOnWithoutSteps) {
  store_program(0);
  EXPECT_THAT(run({"s+", "restart", "pause 1", "g", "pause 1", "s?", "quit"}),
              HasSubstr("s?\nHHCPN040I Instruction stepping off \n"));
  EXPECT_EQ(panel_->processor().state(), Processor::State::disabled_wait);
}

TEST_F(PanelCommands, TellsTheStateOfItsSwitches) {
  EXPECT_EQ(print({"b", "b 200", "b 200-300", "b-", "b+ 200", "t?", "t+", "t+ 0-100", "t-", "t 200-300", "t- 200", "s?",
                   "s-", "s+ 200.10"}),
            "HHCPN040I Instruction break off \n"
            "HHCPN040I Instruction break on range 200-200\n"
            "HHCPN040I Instruction break on range 200-300\n"
            "HHCPN040I Instruction break off range 200-300\n"
            "HHCPN040I Instruction break on range 200-200\n"
            "HHCPN040I Instruction tracing off \n"
            "HHCPN040I Instruction tracing on \n"
            "HHCPN040I Instruction tracing on range 0-100\n"
            "HHCPN040I Instruction tracing off range 0-100\n"
            "HHCPN040I Instruction tracing off range 200-300\n"
            "HHCPN039E Invalid arguments: expected none, found 200\n"
            "HHCPN040I Instruction stepping on range 200-200\n"
            "HHCPN040I Instruction stepping off range 200-200\n"
            "HHCPN040I Instruction stepping on range 200-20F\n");
  EXPECT_EQ(print({"b 1000000"}), "HHCPN145E Invalid range: 1000000\n");
  EXPECT_THAT(print({"b zz"}), StartsWith("HHCPN039E Invalid arguments: "));
}

// The program check at 200 of an operation that does not exist, with the new PSW a disabled wait.
TEST_F(PanelCommands, ReportsProgramChecksUnlessTailored) {
  store(0, {0, 0, 0, 0, 0, 0, 0x02, 0x00});
  store(0x68, {0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00});
  EXPECT_THAT(run({"restart"}), Not(HasSubstr("HHCCP014I")));  // OSTAILOR QUIET
  EXPECT_THAT(run({"ostailor null", "restart"}),
              HasSubstr("HHCCP014I CPU0000: Operation exception CODE=0001 ILC=2\n"
                        "PSW=00000001 40000202 INST=0000         ????? ,                      ?\n"
                        "GR00=00000000"));
}

TEST_F(PanelCommands, ListsWhatIsNotTraced) {
  const std::string head =
      " * = Tracing suppressed; otherwise tracing enabled\n"
      " 0000000000000001111111111111111222222222222222233333333333333334\n"
      " 123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0\n";
  EXPECT_EQ(print({"ostailor", "pgmtrace"}), "OSTAILOR QUIET\npgmtrace == none\n");
  EXPECT_EQ(print({"ostailor null", "pgmtrace"}), "pgmtrace == all\n");
  EXPECT_EQ(print({"ostailor OS/390", "pgmtrace"}),
            head + "  *             **    *     *              **   **  *           *\n");
  EXPECT_EQ(print({"ostailor VM", "pgmtrace"}),
            head + " **             **    *     *                                   *\n");
  EXPECT_EQ(print({"ostailor VSE", "pgmtrace"}),
            head + "                **    *     *              **   **  *           *\n");
  EXPECT_EQ(print({"ostailor LINUX", "pgmtrace"}),
            head + "    *           **    *     *                            ***    *\n");
  EXPECT_EQ(print({"ostailor null", "pgmtrace -5", "pgmtrace"}),
            head + "     *                                                           \n");
  EXPECT_EQ(print({"pgmtrace 99", "pgmtrace xx", "pgmtrace -", "ostailor foo"}),
            "HHCPN067E Program interrupt number out of range (0099)\nHHCPN066E Program interrupt number xx is invalid\n"
            "HHCPN066E Program interrupt number - is invalid\nUnknown OS tailor specification foo\n");
}

// ---- Files ----

TEST_F(PanelCommands, LoadsAndSavesStorage) {
  const std::string core = script("add.core", "\x01\x02\x03\x04"), saved = folder_.path("saved");
  EXPECT_EQ(print({"loadcore " + core + " 200", "r 200.8"}),
            "HHCPN112I Loading " + core + " to location 200 \nHHCPN113I 4 bytes read from " + core +
                "\nR:00000200:K:06=01020304 00000000 00000000 00000000  ................\n");
  EXPECT_EQ(print({"savecore " + saved + " 200 203"}),
            "HHCPN104I Saving locations 00000200-00000203 to " + saved + "\nHHCPN170I savecore command complete.\n");
  EXPECT_EQ(folder_.read("saved"), "\x01\x02\x03\x04");
  EXPECT_EQ(print({"savecore " + saved}), "HHCPN104I Saving locations 00000000-000007FF to " + saved +
                                              "\nHHCPN105E savecore error creating " + saved + ": File exists\n");
}

TEST_F(PanelCommands, RefusesBadCores) {
  const std::string core = script("x.core", "x");
  EXPECT_EQ(print({"loadcore", "loadcore nonexist", "loadcore " + core + " zz", "loadcore " + core + " 200000",
                   "savecore", "savecore x 200 1FF", "savecore x zz 1FF", "savecore x 0 zz", "savecore x 0 200000"}),
            "HHCPN108E loadcore rejected: filename missing\nHHCPN109E Cannot open nonexist: No such file or directory\n"
            "HHCPN110E invalid address: zz \nHHCPN110E invalid address: 200000 \n"
            "HHCPN099E savecore rejected: filename missing\nHHCPN103E invalid range: 00000200-000001FF\n"
            "HHCPN100E savecore: invalid starting address: zz \nHHCPN101E savecore: invalid ending address: zz \n"
            "HHCPN101E savecore: invalid ending address: 200000 \n");
  EXPECT_THAT(print({"loadcore " + folder_.path("")}), HasSubstr("is a directory"));
}

// ---- Devices ----

TEST_F(PanelCommands, ListsDevices) {
  EXPECT_EQ(print({"devlist", "devlist 01f", "devlist 0:01F"}),
            "0:001F 1052 *syscons cmdpref(/) noprompt\n0:001F 1052 *syscons cmdpref(/) noprompt\n"
            "0:001F 1052 *syscons cmdpref(/) noprompt\n");
  EXPECT_EQ(
      print({"devlist 123", "devlist zz"}),
      "HHCPN181E Device number 0:0123 not found\nHHCCF055E Incorrect device address specification near character z\n");
}

TEST_F(PanelCommands, AttachesDetachesAndRenames) {
  const std::string printer = folder_.path("p.txt");
  EXPECT_EQ(print({"attach 00e 1403 " + printer, "attach 010-011 3505"}), "");
  EXPECT_THAT(panel_->system().channels->addresses(), ElementsAre(0x0E, 0x10, 0x11, 0x1F));
  EXPECT_THAT(print({"devlist 00e"}), StartsWith("0:000E 1403 " + printer));
  EXPECT_EQ(print({"define 00e 00f"}), "");
  EXPECT_THAT(print({"devlist 00f"}), StartsWith("0:000F 1403 " + printer));
  EXPECT_EQ(print({"detach 00f", "detach 0:010"}), "HHCCF047I Device 000F detached\nHHCCF047I Device 0010 detached\n");
  EXPECT_THAT(panel_->system().channels->addresses(), ElementsAre(0x11, 0x1F));
}

TEST_F(PanelCommands, RefusesBadDevices) {
  EXPECT_EQ(
      print({"attach",
             "attach 010",
             "attach 01f 3505",
             "attach 011 3270x",
             "attach zz 3505",
             "detach",
             "detach 012",
             "detach zz",
             "define",
             "define 01f",
             "define 012 013",
             "define 01f 01f",
             "devinit",
             "devinit 123",
             "i",
             "i zz",
             "i 123",
             "ds",
             "ds 123",
             "start 123",
             "start 01f",
             "stop 01f",
             "stop zz"}),
      "HHCPN057E Missing argument(s)\nHHCPN057E Missing argument(s)\nHHCCF041E Device 0:001F already exists\n" +
          print({"attach 011 3270x"}) +
          "HHCCF055E Incorrect device address specification: device number zz: expected 1 to 4 hexadecimal digits, "
          "found 'zz'\n"
          "HHCPN031E Missing device number\nHHCCF046E Device 0:0012 does not exist\n"
          "HHCCF055E Incorrect device address specification near character z\n"
          "HHCPN062E Missing argument(s)\nHHCPN062E Missing argument(s)\nHHCCF048E Device 0:0012 does not exist\n"
          "HHCCF049E Device 0:001F already exists\n"
          "HHCPN093E Missing argument(s)\nHHCPN181E Device number 0:0123 not found\n"
          "HHCPN031E Missing device number\nHHCCF055E Incorrect device address specification near character z\n"
          "HHCPN181E Device number 0:0123 not found\n"
          "HHCPN031E Missing device number\nHHCPN181E Device number 0:0123 not found\n"
          "HHCPN181E Device number 0:0123 not found\nHHCPN017E Device 0:001F is not a printer device\n"
          "HHCPN024E Device 0:001F is not a printer device\n"
          "HHCCF055E Incorrect device address specification near character z\n");
  EXPECT_THAT(print({"attach 011 3270x"}), EndsWith("HHCCF044E Initialization failed for device 0011\n"));
}

TEST_F(PanelCommands, PutsNewMediaIntoDevices) {
  const std::string one = script("one.txt", "ONE\n"), two = script("two.txt", "TWO\n");
  print({"attach 00c 3505 " + one + " ascii eof"});
  EXPECT_THAT(print({"devlist 00c"}), HasSubstr(one));
  EXPECT_EQ(print({"devinit 00c " + two + " ascii eof"}), "HHCPN098I Device 0:000C initialized\n");
  EXPECT_THAT(print({"devlist 00c"}), HasSubstr(two));
}

// The machine is a VMM's then: the panel leaves its CPU, its storage and its devices alone.
TEST_F(PanelCommands, RefusesWhatWouldDisturbAControlProgram) {
  const std::string cards = script("one.txt", "ONE\n");
  print({"attach 00c 3505 " + cards + " ascii eof"});
  panel_->options().control_program = [](const std::string&) {};
  panel_->processor().start();
  const u64 psw = panel_->cpu().psw.pack();
  for (const std::string command : {"ipl 00c",
                                    "IPLC 00c",
                                    "loadcore x",
                                    "start",
                                    "startall",
                                    "g",
                                    "stop",
                                    "stopall",
                                    "restart",
                                    "sysreset",
                                    "sysclear",
                                    "ext",
                                    "store",
                                    "psw ia=200",
                                    "gpr 1=1",
                                    "cr 0=0",
                                    "r 0=00",
                                    "v 0=00",
                                    "s",
                                    "s+ 200",
                                    "b 200",
                                    "b+ 200",
                                    "attach 00e 1403 p.txt",
                                    "detach 00c",
                                    "define 00c 00f",
                                    "cpu 0 stop"}) {
    const std::string answer = print({command});
    EXPECT_THAT(answer, StartsWith("HHCPN053E ")) << command;
    EXPECT_THAT(answer, HasSubstr(" rejected: the machine is CP's, with its devices; expected the CP command "))
        << command;
  }
  EXPECT_EQ(print({"devinit 01f"}),
            "HHCPN096E Device 0:001F is CP's: only cards, paper and tapes can be put in; expected VARY OFFLINE\n");
  EXPECT_TRUE(panel_->processor().is_operating());
  EXPECT_EQ(panel_->cpu().psw.pack(), psw);
  EXPECT_THAT(panel_->system().channels->addresses(), ElementsAre(0x0C, 0x1F));

  EXPECT_EQ(print({"devinit 00c " + cards + " ascii eof"}), "HHCPN098I Device 0:000C initialized\n");
  for (const std::string command : {"psw", "gpr", "cr", "r 0", "devlist", "clocks", "ipending"})
    EXPECT_THAT(print({command}), Not(HasSubstr("rejected"))) << command;
}

TEST_F(PanelCommands, RaisesAttention) {
  EXPECT_EQ(print({"i 01f"}), "HHCPN045I Device 001F attention request raised\n");
  EXPECT_EQ(print({"ds 01f"}), "001F:D/T=1052 CSW=Flags:00 CCW:000000 Stat:0000 Count:0000\n");
}

TEST_F(PanelCommands, StartsAndStopsPrinters) {
  print({"attach 00e 1403 " + folder_.path("p.txt")});
  EXPECT_EQ(print({"stop 00e"}), "HHCPN025I Printer 0:000E stopped\n");
  EXPECT_EQ(print({"start 00e"}), "HHCPN018I Printer 0:000E started\n");
  EXPECT_EQ(print({"start 00e"}), "HHCPN019E Printer 0:000E not started: busy or interrupt pending\n");
}

TEST_F(PanelCommands, RefusesBadLoads) {
  print({"attach 00e 1403 " + folder_.path("p.txt")});
  EXPECT_EQ(print({"ipl", "ipl zz", "ipl 999", "ipl 01f 5"}),
            "HHCPN031E Missing device number\nHHCCF055E Incorrect device address specification near character z\n"
            "HHCCP027E Device 0999 not in configuration or not connected to channelset\n"
            "HHCPN039E Invalid arguments: expected clear or parm, found '5'\n");
  EXPECT_THAT(print({"ipl 00e"}), StartsWith("HHCCP029E S/370 mode IPL failed: "));
}

// A deck of two cards: the first has the PSW and a CCW that reads the second over location 512.
TEST_F(PanelCommands, LoadsFromCards) {
  std::vector<u8> deck(160, 0x40);
  const u8 first[] = {0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,   // PSW: disabled wait
                      0x02, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x50};  // CCW: read 80 bytes to 200
  std::copy(std::begin(first), std::end(first), deck.begin());
  deck[80] = 0xC1;
  const std::string file = folder_.write("ipl.deck", deck);
  const std::string log =
      run({"attach 00c 3505 " + file + " ebcdic eof", "ipl 00c parm hello", "pause 1", "r 200.10", "quit"});
  EXPECT_THAT(log, HasSubstr("HHCCP011I CPU0000: Disabled wait state\n"));
  EXPECT_THAT(log, HasSubstr("R:00000200:K:06=C1404040"));
  EXPECT_EQ(cpu().gr[0], 0xC8C5D3D3u);
  EXPECT_EQ(cpu().gr[1], 0xD6404040u);
}

// ---- The console ----

TEST_F(PanelCommands, TypesOnTheConsoleByItsPrefix) {
  EXPECT_EQ(run({"/log  on ", "/", "quit"}), "/(001F) log  on\n/(001F) \nquit\n" + std::string(kShutdown));
  EXPECT_EQ(print({"detach 01f", "/log"}),
            "HHCCF047I Device 001F detached\nHHCPN139E Command \"/log\" not found; enter '?' for list.\n");
  EXPECT_EQ(print({".text", "!text"}),
            "HHCCP037E SCP not receiving commands\nHHCCP036E SCP not receiving priority messages\n");
}

// ---- The rest ----

TEST_F(PanelCommands, KnowsItsCommandsInAnyCaseOfLetters) {
  EXPECT_EQ(print({"PR", "herc herc Pr"}), "Prefix=00000000\nPrefix=00000000\n");
  EXPECT_EQ(print({"FOO bar", "b?"}),
            "HHCPN139E Command \"FOO\" not found; enter '?' for list.\nHHCPN139E Command \"b?\" not found; enter '?' "
            "for list.\n");
}

TEST_F(PanelCommands, Helps) {
  EXPECT_THAT(print({"help"}),
              StartsWith("HHCPN140I Valid panel commands are...\n \n  Command      Description... \n"));
  EXPECT_THAT(print({"?"}), HasSubstr("\n  ipl          IPL Normal from device xxxx\n"));
  EXPECT_THAT(print({"help r"}), StartsWith("r: display or alter real storage\nFormat: \"r addr[.len]\""));
  EXPECT_EQ(print({"help foo"}), "HHCPN142I Command foo not found - no help available\n");
  for (const Command& command : all_commands()) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_EQ(find_command(command.name)->execute, command.execute) << "two commands have the name " << command.name;
  }
}

TEST_F(PanelCommands, ReplacesSymbols) {
  EXPECT_EQ(print({"defsym A 1 2", "msgnoh * [$(A)] [$(REPLICA_NOT_DEFINED)] [$A]"}), "[1 2] [**UNRESOLVED**] [$A]\n");
  EXPECT_THAT(print({"defsym"}), HasSubstr("HHCPN042I A=1 2\n"));
}

TEST_F(PanelCommands, ShowsClocks) {
  EXPECT_EQ(print({"clocks"}),
            "HHCPN028I tod = B361B92E03000000    2000.001 12:00:00.000000\n"
            "          h/w = B361B92E03000000    2000.001 12:00:00.000000\n"
            "          off = 0000000000000000       0.000 00:00:00.000000\n"
            "          ckc = 0000000000000000    1900.001 00:00:00.000000\n"
            "          cpt = not decrementing\n"
            "          itm = 00000000                     00:00:00.000000\n");
}

TEST_F(PanelCommands, ShowsPendingInterruptions) {
  const std::string text = print({"ipending"});
  EXPECT_THAT(text, StartsWith("HHCPN123I CPU0000: CPUint=00000000 (State:"));
  EXPECT_THAT(text, HasSubstr("\n          CPU0000: I/O interrupt not pending\n"));
  EXPECT_THAT(text, HasSubstr("\n          CPU0000: state STOPPED\n"));
  EXPECT_THAT(text, EndsWith("\n          I/O interrupt queue: (NULL)\n"));
}

TEST_F(PanelCommands, ReportsRates) {
  EXPECT_EQ(
      print({"maxrates"}),
      "Highest observed MIPS/SIOS rates:\n\n"
      "  From: Sat Jan  1 12:00:00 2000\n  To:   Sat Jan  1 12:00:00 2000\n\n        MIPS:  0.00\n        SIOS: 0\n\n"
      "  From: Sat Jan  1 12:00:00 2000\n  To:   Sat Jan  1 12:00:00 2000\n\n        MIPS:  0.00\n        SIOS: 0\n\n"
      "Current interval = 1440 minutes.\n");
  EXPECT_EQ(
      print({"maxrates 5", "maxrates 5x", "maxrates 0"}),
      "Maxrates interval set to 5 minutes.\n\"5x\": invalid maxrates interval; enter \"help maxrates\" for help.\n"
      "\"0\": invalid maxrates interval; enter \"help maxrates\" for help.\n");
}

TEST_F(PanelCommands, KnowsWhatItIs) {
  EXPECT_THAT(print({"version"}), StartsWith("Replica/370 Version "));
  EXPECT_EQ(print({"uptime"}), "Hercules has been up for 00:00:00.\n");
  EXPECT_EQ(print({"archmode", "archmode z", "archmode s/370"}),
            "HHCPN126I Architecture mode = S/370\nHHCPN128E Invalid architecture mode z\n");
  EXPECT_EQ(print({"loadparm abc", "loadparm"}), "HHCPN051I LOADPARM=ABC\n");
  EXPECT_EQ(print({"cpu", "cpu 0", "cpu 5", "cpu 0 pr"}),
            "HHCPN054E Missing argument\nHHCPN055E Target CPU 5 is invalid\nPrefix=00000000\n");
  EXPECT_EQ(print({"sh echo hi"}), "HHCPN180E shell commands are disabled\n");
  EXPECT_EQ(print({"msg op", "msgnoh op hello there"}), "hello there\n");
}

// Whatever is typed, the panel answers or does it, and goes on.
TEST_F(PanelCommands, SurvivesAnyOperands) {
  const std::string operands[] = {"",
                                  "-",
                                  "=",
                                  "0=",
                                  "=0",
                                  "-1",
                                  "0-",
                                  "0.",
                                  "99999999999999999999999",
                                  "\xFF\x80",
                                  "%s%n",
                                  "$(",
                                  "${=}",
                                  "a b c d e f g h",
                                  "0:",
                                  "1f 3505",
                                  "/",
                                  "FFFFFF.1",
                                  "FFFFFF-FFFFFF"};
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path(""));  // savecore makes files
  for (const Command& command : all_commands()) {
    if (command.name == "cd") continue;
    for (const std::string& operand : operands) panel_->execute(std::string(command.name) + " " + operand);
  }
  std::filesystem::current_path(here);
  EXPECT_EQ(print({"help foo"}), "HHCPN142I Command foo not found - no help available\n");
}

}  // namespace
}  // namespace replica::tools
