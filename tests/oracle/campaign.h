// Makes cases, runs them on both machines, and traces differences to instructions.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/oracle/explained.h"
#include "tests/oracle/our_machine.h"

namespace replica::oracle {

struct CampaignOptions {
  u64 seed = 1;
  u32 first_case = 0;
  u32 max_cases = ~u32{0};       // candidates, dropped ones included
  u32 storage_mb = 0;            // 0: some images of 16 MB, some of 8
  u64 instructions = 1'000'000;  // executed by compared cases
  std::size_t cases_in_image = 4000;
  double seconds = 0;  // begin no image after so many; 0: no limit
  std::string hercules = "hercules";
  std::size_t max_unexplained = 20;  // then stop
  std::string keep;                  // a directory for images and dumps of unexplained differences
  bool verbose = false;
};

struct Totals {
  u64 candidates = 0;
  u64 cases = 0;
  u64 instructions = 0;
  std::map<Verdict, u64> dropped;
  std::map<std::string, u64> explained;
  u64 timer_readers = 0;                     // not compared any further
  std::map<std::string, u64> interruptions;  // by class and code
  Coverage coverage;
  std::vector<std::string> unexplained;  // readable dumps
};

class Campaign {
 public:
  explicit Campaign(const CampaignOptions& options) : options_(options) {}

  // Runs to the end. An error is a failure of the harness itself.
  Result<Totals> run();

 private:
  struct Batch {
    Image image;
    std::vector<Case> cases;
    std::vector<Record> trials;
  };
  struct Suspect {
    const Case* subject;
    Record ours;
    std::optional<Record> theirs;
  };

  bool wants_more() const;
  bool is_late() const;
  Batch collect(u32 storage_bytes);
  Status compare_batch(const Batch& batch);
  // What Hercules did with a case: a record, or it got lost.
  struct Outcome {
    std::optional<Record> record;
    bool crashed = false;
  };
  // The outcomes up to the first case in which Hercules gets lost, that one included.
  Result<std::vector<Outcome>> run_on_hercules(std::span<const Case> cases);
  Status trace(std::span<const Suspect> suspects);
  Status trace_group(std::span<const Suspect> suspects);
  static void leave_out_unfit(std::vector<Case>& cuts);
  void find_guilty(const Suspect& suspect, std::span<const Case> cuts, std::span<const Record> ours,
                   std::span<const Outcome> theirs);
  Result<std::vector<Outcome>> run_past_losses(std::span<const Case> cases, std::span<const std::size_t> group_ends);
  void report(const Finding& finding);
  void add_unexplained(const Case& c, const std::string& text);
  void count(const Record& record);

  CampaignOptions options_;
  Totals totals_;
  u32 next_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace replica::oracle
