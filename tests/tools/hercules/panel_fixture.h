// A panel with a small System in virtual time, and a desk that keeps the log.
#pragma once

#include <gmock/gmock.h>

#include <deque>
#include <memory>

#include "tests/tools/temporary_folder.h"
#include "tools/hercules/panel.h"

namespace replica::tools {

class TestDesk final : public Desk {
 public:
  bool write_line(const std::string& line) override {
    lines.push_back(line);
    return !broken;
  }
  std::optional<std::string> take_line() override {
    if (typed.empty()) return std::nullopt;
    std::string line = typed.front();
    typed.pop_front();
    return line;
  }
  bool is_open() const override { return !typed.empty(); }
  bool is_interactive() const override { return interactive; }
  void on_input(std::function<void()>) override {}

  std::vector<std::string> lines;
  std::deque<std::string> typed;
  bool interactive = false;
  bool broken = false;
};

class PanelTest : public testing::Test {
 protected:
  static constexpr const char* kConfiguration = "MAINSIZE 2\nOSTAILOR QUIET\n001F 1052-C noprompt\n";

  void build(const std::string& text, bool deterministic = true) {
    const auto configuration = parse_configuration(text, "x.cnf");
    ASSERT_TRUE(configuration) << configuration.error().message;
    auto system = build_system(*configuration, deterministic);
    ASSERT_TRUE(system) << system.error().message;
    panel_.reset();
    system_ = std::move(*system);
    panel_ = std::make_unique<Panel>(*system_, desk_,
                                     Panel::Options{.symbols = configuration->symbols,
                                                    .load_parameter = configuration->load_parameter,
                                                    .operating_system = configuration->operating_system});
  }

  void SetUp() override { build(kConfiguration); }

  // A file of commands, and of a storage image that begins at 0, with words as in storage.
  std::string script(const std::string& name, const std::string& text) {
    return folder_.write(name, {text.begin(), text.end()});
  }

  // What the commands print, their echoes left out: a line each, with '\n'.
  std::string print(const std::vector<std::string>& commands) {
    desk_.interactive = true;  // no echoes
    const std::size_t before = desk_.lines.size();
    for (const std::string& command : commands) panel_->execute(command);
    desk_.interactive = false;
    return log_from(before);
  }

  // The whole log of a run with this start-up script.
  std::string run(const std::vector<std::string>& commands) {
    panel_->add_startup_script(commands, "");
    status_ = panel_->run();
    return log_from(0);
  }

  std::string log_from(std::size_t first) const {
    std::string text;
    for (std::size_t n = first; n < desk_.lines.size(); ++n) text += desk_.lines[n] + "\n";
    return text;
  }

  // Bytes at a real address.
  void store(u32 address, std::initializer_list<u8> bytes) {
    std::copy(bytes.begin(), bytes.end(), system_->machine->storage().data() + address);
  }
  Cpu& cpu() { return system_->machine->cpu(); }

  TemporaryFolder folder_;
  TestDesk desk_;
  std::unique_ptr<System> system_;
  std::unique_ptr<Panel> panel_;
  ExitStatus status_ = kSuccess;
};

}  // namespace replica::tools
