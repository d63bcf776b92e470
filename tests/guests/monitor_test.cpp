// The monitor on the bare machine and on Hercules: it prints what its cards promise, its partitions are kept apart, bad cards are
// told, and events come at the rates that its dials ask for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/guests/monitor_workload.h"
#include "tests/tools/replica_process.h"

namespace replica::test {
namespace {

using testing::HasSubstr;

struct MonitorRun {
  std::string printed;
  std::string log;
  double instructions = 0;
};

MonitorRun run_monitor(const std::string& cards, const std::string& engine = "tiered") {
  const MonitorWorkload workload(cards);
  const tools::ProcessResult process = tools::run_replica(
      {"run", "work.cnf", "--rc", "monitor.rc", "--deterministic", "--engine", engine}, workload.path(""));
  MonitorRun run{workload.printed(), process.out + process.err};
  std::smatch found;
  if (std::regex_search(run.log, found, std::regex("Executed ([0-9]+)"))) run.instructions = std::stod(found[1]);
  return run;
}

void expect_end(const MonitorRun& run, const std::string& address) {
  EXPECT_THAT(run.log, HasSubstr("PSW=00020000 " + address)) << run.printed;
}

// ---- The workloads ----

class MonitorWorkloads : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(MonitorWorkloads, PrintWhatIsExpected) {
  const auto& [name, engine] = GetParam();
  const MonitorRun run = run_monitor(workload_file(std::string(name) + ".cards"), engine);
  expect_end(run, "00000000");
  EXPECT_EQ(run.printed, workload_file(std::string(name) + ".expected"));
}
INSTANTIATE_TEST_SUITE_P(All, MonitorWorkloads,
                         testing::Combine(testing::Values("compute", "commercial", "io", "mixed", "spaces", "trials"),
                                          testing::Values("interpreter", "tiered")),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param);
                         });

class MonitorOnHercules : public testing::TestWithParam<const char*> {};

TEST_P(MonitorOnHercules, PrintsTheSame) {
  if (std::system("command -v hercules >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs hercules";
  const std::string name = GetParam();
  const MonitorWorkload workload(workload_file(name + ".cards"));
  // It hangs in its own shutdown now and then.
  const std::string command = "cd " + workload.path("") +
                              " && HERCULES_RC=monitor.rc timeout -s KILL 60 hercules -d -f work.cnf "
                              "</dev/null >hercules.log 2>&1";
  static_cast<void>(std::system(command.c_str()));
  SCOPED_TRACE(read_monitor_file(workload.path("hercules.log")));
  EXPECT_EQ(workload.printed(), workload_file(name + ".expected"));
}
INSTANTIATE_TEST_SUITE_P(All, MonitorOnHercules, testing::Values("mixed", "spaces", "trials"),
                         [](const auto& test) { return std::string(test.param); });

// With the files that the build has made: deck, configuration, directory and disk.
TEST(Monitor, PrintsTheSameUnderCp) {
  const std::filesystem::path built = REPLICA_BINARY_DIR "/guests/monitor";
  const tools::TemporaryFolder folder;
  for (const char* name : {"mixed-vm.cnf", "userid.card", "mixed.deck", "mixed.ckd", "monitor.direct", "vm.rc"})
    std::filesystem::copy_file(built / name, folder.path(name));
  const tools::ProcessResult process = tools::run_replica(
      {"vm", "mixed-vm.cnf", "--directory", "monitor.direct", "--spool", "spool", "--rc", "vm.rc", "--deterministic"},
      folder.path(""));
  EXPECT_THAT(process.out, HasSubstr("DISABLED WAIT PSW '00020000 00000000'"));
  EXPECT_EQ(folder.read("mixed-vm.txt"), workload_file("mixed.expected"));
}

// ---- Protection: what partition 2 tries ends its job, whatever the mode, and its neighbours print what they always do ----

struct Trial {
  const char* program;
  const char* reason;
};
void PrintTo(const Trial& trial, std::ostream* stream) { *stream << trial.program; }

class MonitorTrial : public testing::TestWithParam<std::tuple<Trial, const char*>> {
 protected:
  // The lines of the partitions 1 and 3.
  static std::string neighbours(const std::string& printed) {
    std::string lines;
    std::istringstream in(printed);
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("P 1 ") || line.starts_with("P 3 ")) lines += line + "\n";
    return lines;
  }
};

TEST_P(MonitorTrial, EndsTheJobAndHarmsNobody) {
  const auto& [trial, mode] = GetParam();
  const std::string cards = std::string("RUN PARTITIONS=3 ") + mode +
                            "\nVOLUME LABEL=MON001\nDIAL SVC=300 SIO=50 TIMER=20\nJOB PARTITION=2 PROGRAM=";
  const MonitorRun tried = run_monitor(cards + trial.program + "\nEND\n");
  expect_end(tried, "00000000");
  EXPECT_THAT(tried.printed, HasSubstr(std::string("ABEND ") + trial.reason));
  const MonitorRun peaceful = run_monitor(cards + "COMPUTE\nEND\n");
  EXPECT_EQ(neighbours(tried.printed), neighbours(peaceful.printed));
  EXPECT_THAT(neighbours(tried.printed), HasSubstr("P 3 JOB  1 COMPUTE  UNITS"));
}
INSTANTIATE_TEST_SUITE_P(
    All, MonitorTrial,
    testing::Combine(testing::Values(Trial{"STORE", "0C4 PROTECTION"}, Trial{"FETCH", "0C4 PROTECTION"},
                                     Trial{"BADTIME", "30A ADDRESS IS NOT THE JOBS OWN"},
                                     Trial{"BADPASS", "913 WRONG PASSWORD"}, Trial{"BADLABEL", "813 WRONG VOLUME"}),
                     testing::Values("MODE=BC", "MODE=EC DAT=NO", "MODE=EC DAT=ONE", "MODE=EC DAT=EACH")),
    [](const auto& test) {
      return std::get<0>(test.param).program +
             std::regex_replace(std::string(std::get<1>(test.param)), std::regex("[^A-Z]"), "_");
    });

TEST(Monitor, DoesNotMountAVolumeWithAnotherLabel) {
  const MonitorRun run = run_monitor("VOLUME LABEL=OTHER1\nEND\n");
  EXPECT_EQ(run.printed, "VOLUME 150: FOUND LABEL MON001, EXPECTED OTHER1\n");
  expect_end(run, "00DEA202");
}

TEST(Monitor, DoesNotMountAVolumeWithoutALabel) {
  const MonitorWorkload workload("VOLUME LABEL=MON001\nEND\n");
  const NewVolume volume{.geometry = find_ckd_geometry("3330"), .cylinders = 17, .format = {.raw = true}};
  std::filesystem::remove(workload.path("work.ckd"));
  ASSERT_TRUE(create_volume(workload.path("work.ckd"), volume,
                            [](TrackAddress address) -> Result<Track> { return Track(address); }));
  tools::run_replica({"run", "work.cnf", "--rc", "monitor.rc", "--deterministic"}, workload.path(""));
  EXPECT_THAT(workload.printed(), HasSubstr("VOLUME 150: FOUND STATUS"));
}

// ---- Messages and timers ----

TEST(Monitor, PassesMessagesAround) {
  const MonitorRun run = run_monitor("RUN PARTITIONS=4\nJOB PROGRAM=TALK\nEND\n");
  // Partition 2 receives what 1 has sent, 0, and each adds one, until 1 receives 3.
  for (const char* line :
       {"P 1 JOB  1 TALK     UNITS        249 RESULT 00000003", "P 2 JOB  1 TALK     UNITS        249 RESULT 00000000",
        "P 3 JOB  1 TALK     UNITS        249 RESULT 00000001", "P 4 JOB  1 TALK     UNITS        249 RESULT 00000002"})
    EXPECT_THAT(run.printed, HasSubstr(line));
}

// By its own timer (result 0) and not before.
TEST(Monitor, WakesAPartitionByItsTimer) {
  const MonitorRun run = run_monitor("DIAL TIMER=50\nJOB PROGRAM=SLEEP\nRUN MEASURE=YES\nEND\n");
  EXPECT_THAT(run.printed, testing::ContainsRegex("SLEEP .*RESULT 00000000 .*ERRORS 0"));
  EXPECT_GE(counted(run.printed, "TIMER INTERRUPTIONS"), 3);
}

// Slices end among equals. Of two priorities the lower one runs when the higher has ended.
TEST(Monitor, GivesTheCpuToTheHighestPriority) {
  const std::string cards = "RUN MILLIONS=4 PARTITIONS=2 MEASURE=YES\nDIAL SVC=50 TIMER=25\n";
  EXPECT_NEAR(counted(run_monitor(cards + "END\n").printed, "SWITCHES"), 100, 5);
  const std::string first = "JOB PARTITION=2 PRIORITY=11\nEND\n";
  EXPECT_LE(counted(run_monitor(cards + first).printed, "SWITCHES"), 2);
}

// ---- Cards ----

TEST(Monitor, TellsWhatIsWrongWithEachCard) {
  const MonitorRun run = run_monitor(
      "* A COMMENT, AND AN EMPTY CARD\n\nDAIL SVC=5\nRUN MILLIONS=0\nRUN JOBS=1A\nRUN MODE=XA\nVOLUME LABLE=X\n"
      "VOLUME LABEL=SEVENTH\nDIAL SVC 5\nRUN JOBS=12345678901\nRUN MEASURE=\nJOB PARTITION=16\nEND\n");
  const char* expected =
      "CARD: DAIL SVC=5\n"
      "FOUND 'DAIL', EXPECTED RUN, VOLUME, DIAL, JOB OR END\n"
      "CARD: RUN MILLIONS=0\n"
      "FOUND '0', EXPECTED A NUMBER FROM 1 TO 100000\n"
      "CARD: RUN JOBS=1A\n"
      "FOUND '1A', EXPECTED A NUMBER FROM 1 TO 20\n"
      "CARD: RUN MODE=XA\n"
      "FOUND 'XA', EXPECTED ONE OF BC        EC\n"
      "CARD: VOLUME LABLE=X\n"
      "FOUND 'LABLE', EXPECTED ONE OF LABEL     FORMAT\n"
      "CARD: VOLUME LABEL=SEVENTH\n"
      "FOUND 'SEVENTH', EXPECTED 1 TO 6 CHARACTERS\n"
      "CARD: DIAL SVC 5\n"
      "FOUND 'SVC', EXPECTED = AND A VALUE BEHIND IT\n"
      "CARD: RUN JOBS=12345678901\n"
      "FOUND '12345678901', EXPECTED A NUMBER FROM 1 TO 20\n"
      "CARD: RUN MEASURE=\n"
      "FOUND '', EXPECTED ONE OF NO        YES\n"
      "CARD: JOB PARTITION=16\n"
      "FOUND '16', EXPECTED A NUMBER FROM 1 TO 15\n";
  EXPECT_EQ(run.printed, expected);
  expect_end(run, "00DEA200");
}

struct BadCards {
  const char* name;
  const char* cards;
  const char* printed;
  const char* end;
};
void PrintTo(const BadCards& bad, std::ostream* stream) { *stream << bad.name; }

class MonitorBadCards : public testing::TestWithParam<BadCards> {};

TEST_P(MonitorBadCards, AreTold) {
  const MonitorRun run = run_monitor(GetParam().cards);
  EXPECT_EQ(run.printed, GetParam().printed);
  expect_end(run, GetParam().end);
}
INSTANTIATE_TEST_SUITE_P(
    All, MonitorBadCards,
    testing::Values(
        BadCards{"NoEnd", "RUN JOBS=2\n", "CARD READER: FOUND NO FURTHER CARD, EXPECTED A CARD END\n", "00DEA200"},
        BadCards{"DatInBcMode", "RUN DAT=ONE\nEND\n", "RUN DAT: FOUND MODE=BC, EXPECTED MODE=EC\n", "00DEA201"},
        BadCards{"MoreTransfersThanCalls", "VOLUME LABEL=MON001\nDIAL SVC=10 SIO=11\nEND\n",
                 "DIAL SIO: FOUND 11, EXPECTED NO MORE THAN SVC=10\n", "00DEA201"},
        BadCards{"NoVolume", "DIAL SVC=10 SIO=10\nEND\n", "DIAL SIO: FOUND NO VOLUME, EXPECTED A CARD VOLUME LABEL=\n",
                 "00DEA201"},
        BadCards{"MoreSwitchesThanCalls", "RUN PARTITIONS=2\nDIAL SVC=10 SWITCH=11\nEND\n",
                 "DIAL SWITCH: FOUND 11, EXPECTED NO MORE THAN SVC=10\n", "00DEA201"},
        BadCards{"TooFewLpsw", "DIAL SVC=10 TIMER=5 LPSW=14\nEND\n",
                 "DIAL LPSW: FOUND 14, EXPECTED SVC + SIO + TIMER=15 OR MORE\n", "00DEA201"},
        BadCards{"NoWork", "DIAL SVC=10000 LPSW=50000 SSM=50000\nEND\n",
                 "DIALS: FOUND -140000 INSTRUCTIONS OF A MILLION FOR WORK, EXPECTED 50000 OR MORE\n", "00DEA201"}),
    [](const auto& test) { return std::string(test.param.name); });

// ---- Rates ----

struct Dials {
  const char* name;
  const char* cards;
  double svc, sio, lpsw, ssm, timer, switches;
};
void PrintTo(const Dials& dials, std::ostream* stream) { *stream << dials.name; }

class MonitorRates : public testing::TestWithParam<Dials> {};

// Events are counted by the monitor, instructions by the machine.
TEST_P(MonitorRates, AreThoseOfTheDials) {
  const Dials& dials = GetParam();
  const MonitorRun run =
      run_monitor(std::string("RUN MILLIONS=10 MEASURE=YES\nVOLUME LABEL=MON001\n") + dials.cards + "END\n");
  expect_end(run, "00000000");
  const auto expect_rate = [&](const char* what, double rate) {
    EXPECT_NEAR(counted(run.printed, what) * 1e6 / run.instructions, rate, 0.05 * rate) << what << "\n" << run.printed;
  };
  expect_rate("SUPERVISOR CALLS", dials.svc);
  expect_rate("START I/O TO THE DISK", dials.sio);
  expect_rate("LOAD PSW", dials.lpsw);
  expect_rate("SET SYSTEM MASK", dials.ssm);
  expect_rate("TIMER INTERRUPTIONS", dials.timer);
  if (dials.switches > 0) expect_rate("SWITCHES", dials.switches);
}
INSTANTIATE_TEST_SUITE_P(
    All, MonitorRates,
    testing::Values(Dials{"Mixed",
                          "RUN PARTITIONS=4 JOBS=3\nJOB PROGRAM=MIXED\n"
                          "DIAL SVC=600 SIO=40 LPSW=900 SSM=500 TIMER=20 SWITCH=80\n",
                          600, 40, 900, 500, 20, 80},
                    Dials{"Spaces",
                          "RUN PARTITIONS=6 JOBS=2 MODE=EC DAT=EACH\nJOB PROGRAM=MIXED\n"
                          "DIAL SVC=1000 SIO=40 LPSW=1200 SSM=2000 TIMER=30 SWITCH=300\n",
                          1000, 40, 1200, 2000, 30, 300},
                    Dials{"FewSwitches",
                          "RUN PARTITIONS=3 MODE=EC DAT=EACH\nDIAL SVC=400 SIO=60 LPSW=5000 TIMER=40 SWITCH=30\n", 400,
                          60, 5000, 0, 40, 30},
                    Dials{"OnePartition", "JOB PROGRAM=COMMERCE\nDIAL SVC=2000 SIO=200 LPSW=2205 SSM=10000 TIMER=5\n",
                          2000, 200, 2205, 10000, 5, 0},
                    Dials{"FifteenPartitions",
                          "RUN PARTITIONS=15 MODE=EC DAT=EACH\nDIAL SVC=500 SIO=20 TIMER=20 SWITCH=100\n", 500, 20, 540,
                          0, 20, 100},
                    Dials{"Transfers", "RUN PARTITIONS=2\nJOB PROGRAM=FILES\nDIAL SVC=500 SIO=250 TIMER=10\n", 500, 250,
                          760, 0, 10, 0}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace replica::test
