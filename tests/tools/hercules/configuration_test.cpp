// Hercules configuration files: what each statement means, which are only named, and that wrong ones are refused with file,
// line, what was found and what was expected.
#include "tools/hercules/configuration.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "tests/tools/temporary_folder.h"

namespace replica::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Configuration parse(const std::string& text) {
  auto configuration = parse_configuration(text, "x.cnf");
  EXPECT_TRUE(configuration) << configuration.error().message;
  return configuration ? *configuration : Configuration();
}

std::string error_of(const std::string& text) {
  const auto configuration = parse_configuration(text, "x.cnf");
  return configuration ? "accepted" : configuration.error().message;
}

TEST(Configuration, IsHerculesDefaultIfEmpty) {
  const Configuration c = parse("");
  EXPECT_EQ(c.main_storage, 2u << 20);
  EXPECT_EQ(c.cpu_serial, 1u);
  EXPECT_EQ(c.cpu_model, 0x0586);
  EXPECT_EQ(c.cpu_version, 0xFD);
  EXPECT_EQ(c.epoch_year, 1900);
  EXPECT_EQ(c.code_page, "default");
  EXPECT_EQ(c.operating_system, "NULL");
  EXPECT_EQ(c.console_port, std::nullopt);
  EXPECT_THAT(c.devices, IsEmpty());
  EXPECT_THAT(c.notes, IsEmpty());
}

TEST(Configuration, HasTheStatementsOfARealFile) {
  const Configuration c = parse(
      "# OS/VS1 Release 6.0\n* a comment\n\n"
      "CPUSERIAL 060305\nCPUMODEL  3032\nMAINSIZE  8   # megabytes\nNUMCPU    1\nSYSEPOCH  1900 -28\nARCHMODE  S/370\n"
      "OSTAILOR  QUIET\nCNSLPORT  32711\nCODEPAGE  437/037\n"
      "000C 3505 asmgo.jcl ascii eof trunc\r\n001F 3215-C noprompt\n");
  EXPECT_EQ(c.cpu_serial, 0x060305u);
  EXPECT_EQ(c.cpu_model, 0x3032);
  EXPECT_EQ(c.main_storage, 8u << 20);
  EXPECT_EQ(c.epoch_year, 1900);
  EXPECT_EQ(c.year_offset, -28);
  EXPECT_EQ(c.operating_system, "QUIET");
  EXPECT_EQ(c.console_port, 32711);
  EXPECT_EQ(c.code_page, "437/037");
  ASSERT_THAT(c.devices, SizeIs(2));
  EXPECT_EQ(c.devices[0].address, 0x00C);
  EXPECT_EQ(c.devices[0].type, "3505");
  EXPECT_THAT(c.devices[0].arguments, ElementsAre("asmgo.jcl", "ascii", "eof", "trunc"));
  EXPECT_EQ(c.devices[0].place, "x.cnf:13");
  EXPECT_EQ(c.devices[1].type, "3215-C");
  EXPECT_THAT(c.notes, IsEmpty());
}

TEST(Configuration, TakesEachParameterInAnyCaseOfLetters) {
  EXPECT_EQ(parse("mainsize 16").main_storage, 16u << 20);
  EXPECT_EQ(parse("MAINSIZE 512K").main_storage, 512u << 10);
  EXPECT_EQ(parse("MAINSIZE 4M").main_storage, 4u << 20);
  EXPECT_EQ(parse("CpuVerId 00").cpu_version, 0);
  EXPECT_EQ(parse("YROFFSET +4").year_offset, 4);
  EXPECT_EQ(parse("TZOFFSET -0530").zone_offset_minutes, -330);
  EXPECT_EQ(parse("CNSLPORT localhost:3270").console_port, 3270);
  EXPECT_EQ(parse("LOADPARM abc").load_parameter, "ABC");
  EXPECT_EQ(parse("LOADPARM").load_parameter, "");
  EXPECT_EQ(parse("OSTAILOR vm").operating_system, "VM");
  EXPECT_TRUE(parse("LEGACYSENSEID on").sense_id);
  EXPECT_FALSE(parse("LEGACYSENSEID OFF").sense_id);
  EXPECT_THAT(parse("ARCHLVL s/370").notes, IsEmpty());
}

TEST(Configuration, NamesWhatHasNoEffectInOneLine) {
  EXPECT_THAT(
      parse("HTTPPORT 8081 AUTH u p\nPANRATE FAST\n").notes,
      ElementsAre("x.cnf:1: HTTPPORT has no effect on this machine", "x.cnf:2: PANRATE has no effect on this machine"));
  EXPECT_THAT(parse("NUMCPU 2").notes, ElementsAre("x.cnf:1: this machine has one CPU"));
  const Configuration large = parse("MAINSIZE 64");
  EXPECT_EQ(large.main_storage, 16u << 20);
  EXPECT_THAT(large.notes, ElementsAre("x.cnf:1: MAINSIZE 64: this machine has 16 MB at most"));
}

TEST(Configuration, HasDevicesByRangeCountAndList) {
  const auto addresses = [](const std::string& text) {
    std::vector<unsigned> numbers;
    for (const DeviceStatement& device : parse(text).devices) numbers.push_back(device.address);
    return numbers;
  };
  EXPECT_THAT(addresses("010-012 3505"), ElementsAre(0x10, 0x11, 0x12));
  EXPECT_THAT(addresses("010.3 3505"), ElementsAre(0x10, 0x11, 0x12));
  EXPECT_THAT(addresses("00C,1C0-1C1 3505"), ElementsAre(0x0C, 0x1C0, 0x1C1));
  EXPECT_THAT(addresses("0:00E 1403 x"), ElementsAre(0x0E));
}

TEST(Configuration, ReplacesSymbols) {
  setenv("REPLICA_TEST_SYMBOL", "from-environment", 1);
  const Configuration c = parse(
      "DEFSYM DISK packs\nDEFSYM EMPTY\n"
      "0150-0151 3330 $(DISK)/vol$(CUU).$(ccuu)\n"
      "000C 3505 ${REPLICA_TEST_SYMBOL} ${NOT_THERE=default} [$(EMPTY)] $5\n");
  ASSERT_THAT(c.devices, SizeIs(3));
  EXPECT_THAT(c.devices[0].arguments, ElementsAre("packs/vol150.0150"));
  EXPECT_THAT(c.devices[1].arguments, ElementsAre("packs/vol151.0151"));
  EXPECT_THAT(c.devices[2].arguments, ElementsAre("from-environment", "default", "[]", "$5"));
}

TEST(Configuration, KeepsBlanksInQuotes) {
  EXPECT_THAT(parse("000C 3505 \"a b.txt\" 'c d' eof").devices.at(0).arguments, ElementsAre("a b.txt", "c d", "eof"));
}

TEST(Configuration, IncludesFiles) {
  const TemporaryFolder folder;
  const std::string text = "MAINSIZE 4\n000C 3505\n";
  const std::string inner = folder.write("inner.cnf", {text.begin(), text.end()});
  const Configuration c = parse("INCLUDE " + inner + "\n000E 1403 x\n");
  EXPECT_EQ(c.main_storage, 4u << 20);
  ASSERT_THAT(c.devices, SizeIs(2));
  EXPECT_EQ(c.devices[0].place, inner + ":2");
  EXPECT_EQ(c.devices[1].place, "x.cnf:2");
  EXPECT_THAT(error_of("INCLUDE " + folder.path("absent")), HasSubstr("x.cnf:1: INCLUDE: " + folder.path("absent")));
  const std::string loop = "INCLUDE " + folder.path("loop.cnf") + "\n";
  folder.write("loop.cnf", {loop.begin(), loop.end()});
  EXPECT_THAT(error_of(loop), HasSubstr("more than 8 files include each other"));
}

struct BadText {
  const char* text;
  const char* message;  // all of it
};

const BadText kBadTexts[] = {
    {"FOOBAR 1",
     "x.cnf:1: found the unknown statement 'FOOBAR'; expected a system parameter of Hercules, or a device number and "
     "type"},
    {"\nMAINSIZE 0", "x.cnf:2: MAINSIZE: expected a size in megabytes, 1 to 16; found '0'"},
    {"MAINSIZE 8x", "x.cnf:1: MAINSIZE: expected a size in megabytes, 1 to 16; found '8x'"},
    {"MAINSIZE", "x.cnf:1: MAINSIZE: expected a value, found nothing"},
    {"MAINSIZE 8 9", "x.cnf:1: MAINSIZE: found '9' behind the value; expected nothing"},
    {"MAINSIZE 99999999999999999999",
     "x.cnf:1: MAINSIZE: expected a size in megabytes, 1 to 16; found '99999999999999999999'"},
    {"CPUSERIAL GG", "x.cnf:1: CPUSERIAL: expected 1 to 6 hexadecimal digits, found 'GG'"},
    {"CPUSERIAL 1234567", "x.cnf:1: CPUSERIAL: expected 1 to 6 hexadecimal digits, found '1234567'"},
    {"CPUMODEL 31458", "x.cnf:1: CPUMODEL: expected 1 to 4 hexadecimal digits, found '31458'"},
    {"CPUVERID 100", "x.cnf:1: CPUVERID: expected 1 to 2 hexadecimal digits, found '100'"},
    {"NUMCPU 0", "x.cnf:1: NUMCPU: expected a number from 1 to 64, found '0'"},
    {"ARCHMODE z/Arch", "x.cnf:1: ARCHMODE: expected S/370, the only architecture of this machine; found 'z/Arch'"},
    {"SYSEPOCH 1799", "x.cnf:1: SYSEPOCH: expected a number from 1800 to 2100, found '1799'"},
    {"SYSEPOCH 1900 +x", "x.cnf:1: SYSEPOCH: expected a number from -142 to 142, found '+x'"},
    {"YROFFSET 1.5", "x.cnf:1: YROFFSET: expected a number from -142 to 142, found '1.5'"},
    {"YROFFSET -", "x.cnf:1: YROFFSET: expected a number from -142 to 142, found '-'"},
    {"TZOFFSET +0160", "x.cnf:1: TZOFFSET: expected hours and minutes, from -2359 to +2359; found '+0160'"},
    {"CNSLPORT 0", "x.cnf:1: CNSLPORT: expected a port, 1 to 65535; found '0'"},
    {"CNSLPORT 65536", "x.cnf:1: CNSLPORT: expected a port, 1 to 65535; found '65536'"},
    {"LOADPARM 123456789", "x.cnf:1: LOADPARM: expected at most 8 characters, found '123456789'"},
    {"OSTAILOR MVS", "x.cnf:1: OSTAILOR: expected QUIET, OS/390, Z/OS, VM, VSE, LINUX or NULL; found 'MVS'"},
    {"LEGACYSENSEID maybe", "x.cnf:1: LEGACYSENSEID: expected ON or OFF, found 'maybe'"},
    {"DEFSYM", "x.cnf:1: DEFSYM: expected a value, found nothing"},
    {"INCLUDE", "x.cnf:1: INCLUDE: expected one file name, found 0"},
    {"000C", "x.cnf:1: device number 000C: expected a device type after it, found nothing"},
    {"20000 3505", "x.cnf:1: device number 20000: expected 1 to 4 hexadecimal digits, found '20000'"},
    {"020-01F 3505", "x.cnf:1: device number 020-01F: expected a range that goes up, to FFFF at most; found '020-01F'"},
    {"020.0 3505", "x.cnf:1: device number 020.0: expected a range that goes up, to FFFF at most; found '020.0'"},
    {"0-FFFF 3505", "x.cnf:1: device number 0-FFFF: expected at most 4096 devices"},
    {"0C- 3505", "x.cnf:1: device number 0C-: expected 1 to 4 hexadecimal digits, found ''"},
    {"00C 3505\n010,00C 1403 x", "x.cnf:2: device 000C is there already, by x.cnf:1; expected each number once"},
    {"000C 3505 \"x", "x.cnf:1: found a quoted word without its end: \"x"},
    {"000C 3505 $(REPLICA_NOT_DEFINED)",
     "x.cnf:1: the symbol REPLICA_NOT_DEFINED is not defined; expected DEFSYM REPLICA_NOT_DEFINED VALUE before, or an "
     "environment variable"},
};

TEST(Configuration, RefusesWhatIsWrong) {
  for (const BadText& bad : kBadTexts) EXPECT_EQ(error_of(bad.text), bad.message) << bad.text;
}

TEST(Configuration, RefusesFilesThatAreNoText) {
  const TemporaryFolder folder;
  const auto error = [](const std::string& path) {
    const auto configuration = read_configuration(path);
    return configuration ? "accepted" : configuration.error().message;
  };
  EXPECT_THAT(error(folder.path("absent")), HasSubstr("absent: No such file or directory; expected a file"));
  EXPECT_THAT(error(folder.path("")), HasSubstr("is a directory; expected a file"));
  EXPECT_THAT(error(folder.write("zeros", std::vector<u8>(100))), HasSubstr("zeros:1: found a byte of zeros"));
  EXPECT_THAT(error(folder.write("large", std::vector<u8>((1 << 20) + 1, 'x'))),
              HasSubstr("has more than 1048576 bytes"));
  EXPECT_THAT(error(folder.write("garbage", {0xFF, 0xFE, 'x', ' ', 0x80})),
              HasSubstr("garbage:1: found the unknown statement"));
}

// Every prefix of a real file, and every file with one byte changed, is read or refused, but never more.
TEST(Configuration, SurvivesDamagedFiles) {
  const std::string text = "MAINSIZE 8\nSYSEPOCH 1900 -28\n010-01F,20.3 3270 \"a b\" $(CUU)\n${X=y} 1\n";
  for (std::size_t n = 0; n < text.size(); ++n) {
    static_cast<void>(error_of(text.substr(0, n)));
    for (const char c : {'\0', ' ', '$', '(', '"', '-', '9', '\x80', '\n'}) {
      std::string damaged = text;
      damaged[n] = c;
      static_cast<void>(error_of(damaged));
    }
  }
}

}  // namespace
}  // namespace replica::tools
