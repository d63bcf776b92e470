// A desk of pipes and files: the log goes to standard output, a line at a time, and lines of standard input are commands.
#pragma once

#include <memory>

#include "tools/hercules/desk.h"
#include "tools/hercules/line_source.h"

namespace replica::tools {

class PlainDesk final : public Desk {
 public:
  // `source` may be null: nobody types. `interactive`: a person does.
  explicit PlainDesk(std::unique_ptr<LineSource> source, bool interactive)
      : source_(std::move(source)), interactive_(interactive) {}

  bool write_line(const std::string& line) override;
  std::optional<std::string> take_line() override { return source_ ? source_->take() : std::nullopt; }
  bool is_open() const override { return source_ && source_->is_open(); }
  bool is_interactive() const override { return interactive_; }
  void on_input(std::function<void()> notify) override {
    if (source_) source_->on_line(std::move(notify));
  }

 private:
  std::unique_ptr<LineSource> source_;
  bool interactive_;
};

}  // namespace replica::tools
