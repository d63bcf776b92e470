#include "tests/oracle/campaign.h"

#include <algorithm>
#include <fstream>
#include <span>

#include "base/big_endian.h"
#include "base/check.h"
#include "tests/oracle/generator.h"
#include "tests/oracle/hercules.h"

namespace replica::oracle {
namespace {

// Hercules may write a longer record than we do.
constexpr u32 kRecordSlack = 1024;
// A longer record than most, and the storage for cases cut short and their records.
constexpr u32 kLongRecord = 4096;
constexpr std::size_t kTraceRoom = 7 << 20;

constexpr u32 kStorageSizes[] = {16 << 20, 8 << 20};

Image image_of(std::span<const Case> cases) {
  Image image(cases.front().storage_bytes);
  for (const Case& c : cases) CHECK(image.add(c, 0));
  return image;
}

// True if a suspect in front of it has left something behind, on Hercules.
bool differs_before_its_first_instruction(const Record& ours, const std::optional<Record>& theirs, const Case& cut) {
  return theirs && !compare(cut, ours, *theirs).empty();
}

// True for an event that Hercules does not know. A loop that it ends here goes on there.
bool ends_loop_on_ours_alone(const Interruption& entry) {
  constexpr u8 kRegisterAlteration = 0x10;
  return Finding::has_per(entry) && (entry.locations[150 - 128] & kRegisterAlteration);
}

}  // namespace

bool Campaign::is_late() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
  return options_.seconds > 0 && elapsed.count() > options_.seconds;
}

bool Campaign::wants_more() const {
  return totals_.instructions < options_.instructions && totals_.candidates < options_.max_cases &&
         totals_.unexplained.size() < options_.max_unexplained;
}

Result<Totals> Campaign::run() {
  next_ = options_.first_case;
  for (u32 round = 0; wants_more() && !is_late(); ++round) {
    const Batch batch =
        collect(options_.storage_mb ? options_.storage_mb << 20 : kStorageSizes[round % std::size(kStorageSizes)]);
    if (batch.cases.empty()) {
      std::string why;
      for (const auto& [verdict, count] : totals_.dropped) why += fmt::format(" {}: {};", describe(verdict), count);
      return fail("no case was fit for comparison:{}", why);
    }
    if (Status status = compare_batch(batch); !status) return tl::unexpected(status.error());
    if (options_.verbose)
      fmt::print("{} cases, {} instructions, {} unexplained\n", totals_.cases, totals_.instructions,
                 totals_.unexplained.size());
  }
  return totals_;
}

Campaign::Batch Campaign::collect(u32 storage_bytes) {
  Batch batch{Image(storage_bytes), {}, {}};
  TrialMachine machine(storage_bytes);
  while (wants_more() && batch.cases.size() < options_.cases_in_image) {
    const Case c = make_case(options_.seed, next_++, storage_bytes);
    const Trial trial = machine.run(c, totals_.coverage);
    ++totals_.candidates;
    if (trial.verdict != Verdict::good) {
      ++totals_.dropped[trial.verdict];
      continue;
    }
    if (!batch.image.add(c, trial.record_bytes + kRecordSlack)) {
      --next_;
      --totals_.candidates;
      break;
    }
    totals_.instructions += trial.instructions;
    batch.cases.push_back(c);
    batch.trials.push_back(trial.record);
    count(trial.record);
  }
  return batch;
}

void Campaign::count(const Record& record) {
  ++totals_.cases;
  for (const Interruption& entry : record.interruptions) {
    const bool supervisor_call = entry.cls == static_cast<u32>(InterruptionClass::supervisor_call);
    ++totals_.interruptions[fmt::format("class {} code {:04X}", entry.cls,
                                        supervisor_call ? 0 : interruption_code(entry))];
  }
}

Result<std::vector<Campaign::Outcome>> Campaign::run_on_hercules(std::span<const Case> cases) {
  std::vector<Outcome> outcomes;
  if (cases.empty()) return outcomes;
  const Image image = image_of(cases);
  const auto run = run_hercules(options_.hercules, image.bytes(), image.storage_bytes(), kParameters);
  if (!run) return tl::unexpected(run.error());
  if (run->storage.empty()) {  // there are no records, but it is known where it got lost
    const std::size_t lost = std::min(image.case_at(run->watched), cases.size() - 1);
    auto before = run_on_hercules(cases.first(lost));
    if (before && before->size() == lost) before->push_back({std::nullopt, true});
    return before;
  }
  for (Record& record : image.records(run->storage)) outcomes.push_back({std::move(record), false});
  if (outcomes.size() < cases.size()) outcomes.push_back({std::nullopt, run->crashed});
  return outcomes;
}

Status Campaign::compare_batch(const Batch& batch) {
  const std::vector<u8> storage = run_ours(batch.image);
  if (storage.empty()) return fail("our machine did not finish an image whose cases it finished one by one");
  const std::vector<Record> ours = batch.image.records(storage);
  const auto theirs = run_past_losses(batch.cases, {});
  if (!theirs) return tl::unexpected(theirs.error());
  std::vector<Suspect> suspects;
  TrialMachine machine(batch.image.storage_bytes());
  for (std::size_t i = 0; i < batch.cases.size(); ++i) {
    const Case& c = batch.cases[i];
    const auto tiers = compare(c, ours[i], batch.trials[i]);
    const std::optional<Record>& other = (*theirs)[i].record;
    if (tiers.empty() && other && compare(c, ours[i], *other).empty()) continue;
    if (machine.depends_on_timer(c)) {
      ++totals_.timer_readers;
    } else if (!tiers.empty()) {
      add_unexplained(c, "plain and watched execution differ: " + describe(tiers[0], c.storage_bytes) + "\n" +
                             listing(c, c.program.size()) + "plain:\n" + describe(ours[i]) + "watched:\n" +
                             describe(batch.trials[i]));
    } else {
      suspects.push_back({&c, ours[i], other});
    }
  }
  return trace(suspects);
}

// Hercules may get lost in a case. That one gets no record, and those behind it (or behind its group, if `group_ends` has
// the ends of groups) get another run.
Result<std::vector<Campaign::Outcome>> Campaign::run_past_losses(std::span<const Case> cases,
                                                                 std::span<const std::size_t> group_ends) {
  std::vector<Outcome> outcomes;
  while (outcomes.size() < cases.size()) {
    const auto run = run_on_hercules(cases.subspan(outcomes.size()));
    if (!run) return tl::unexpected(run.error());
    outcomes.insert(outcomes.end(), run->begin(), run->end());
    if (outcomes.back().record) continue;
    const auto end = std::ranges::upper_bound(group_ends, outcomes.size() - 1);
    if (end != group_ends.end()) outcomes.resize(*end);
  }
  return outcomes;
}

// Runs each suspect cut short behind each of its instructions: the shortest that differs shows the guilty one.
Status Campaign::trace(std::span<const Suspect> suspects) {
  while (!suspects.empty()) {
    std::size_t count = 0;
    for (std::size_t room = kTraceRoom; count < suspects.size(); ++count) {
      const Case& c = *suspects[count].subject;
      const std::size_t bytes = (c.program.size() + 1) * (serialize(c).size() + kLongRecord);
      if (bytes > room) break;
      room -= bytes;
    }
    if (Status status = trace_group(suspects.first(count)); !status) return status;
    suspects = suspects.subspan(count);
  }
  return {};
}

Status Campaign::trace_group(std::span<const Suspect> suspects) {
  std::vector<Case> cuts;
  std::vector<std::size_t> ends;
  for (const Suspect& suspect : suspects) {
    for (std::size_t i = 0; i <= suspect.subject->program.size(); ++i) cuts.push_back(cut_short(*suspect.subject, i));
    ends.push_back(cuts.size());
  }
  std::vector<u8> storage = run_ours(image_of(cuts));
  if (storage.empty()) {
    // Cut short, a program may do what disqualified others: loop, or overwrite the monitor.
    leave_out_unfit(cuts);
    storage = run_ours(image_of(cuts));
    if (storage.empty()) return fail("our machine did not finish cases that it finished one by one");
  }
  const std::vector<Record> ours = image_of(cuts).records(storage);
  const auto theirs = run_past_losses(cuts, ends);
  if (!theirs) return tl::unexpected(theirs.error());
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    const std::size_t count = ends[i] - begin;
    if (i > 0 && differs_before_its_first_instruction(ours[begin], (*theirs)[begin].record, cuts[begin])) {
      if (Status status = trace_group(suspects.subspan(i, 1)); !status) return status;
      continue;
    }
    find_guilty(suspects[i], std::span(cuts).subspan(begin, count), std::span(ours).subspan(begin, count),
                std::span(*theirs).subspan(begin, count));
  }
  return {};
}

// In the place of an unfit case comes the one before it.
void Campaign::leave_out_unfit(std::vector<Case>& cuts) {
  TrialMachine machine(cuts.front().storage_bytes);
  Coverage ignored;
  for (std::size_t i = 1; i < cuts.size(); ++i)
    if (machine.run(cuts[i], ignored).verdict != Verdict::good) cuts[i] = cuts[i - 1];
}

void Campaign::find_guilty(const Suspect& suspect, std::span<const Case> cuts, std::span<const Record> ours,
                           std::span<const Outcome> theirs) {
  const Case& c = *suspect.subject;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    if (!theirs[i].record) {
      if (std::ranges::any_of(ours[i].interruptions, ends_loop_on_ours_alone)) {
        ++totals_.explained["PER general-register alteration"];
        return;
      }
      if (!theirs[i].crashed)
        return add_unexplained(c, fmt::format("Hercules gets lost in instruction {}\n", i ? i - 1 : 0) + listing(c, i));
      ++totals_.explained[fmt::format("Hercules does not survive {}", i ? c.program[i - 1].label : "")];
      return;
    }
    if (compare(cuts[i], ours[i], *theirs[i].record).empty()) continue;
    // Without any instruction there would be none to name.
    return report(i == 0 ? Finding(c, 0, Record{}, ours[0], *theirs[0].record)
                         : Finding(cuts[i], i - 1, ours[i - 1], ours[i], *theirs[i].record));
  }
  // Hercules, asked again, agrees with us; and we do the same every time.
  ++totals_.explained[suspect.theirs ? "Hercules does otherwise in another run" : "Hercules gets lost in another run"];
}

void Campaign::report(const Finding& finding) {
  if (const Explanation* explanation = explain(finding)) {
    ++totals_.explained[explanation->name];
  } else if (TrialMachine(finding.subject().storage_bytes).depends_on_timer(finding.subject())) {
    ++totals_.timer_readers;  // what it read is overwritten later in the program
  } else {
    add_unexplained(finding.subject(), describe(finding));
  }
}

void Campaign::add_unexplained(const Case& c, const std::string& text) {
  totals_.unexplained.push_back(
      fmt::format("seed {} case {} storage {} MB, {}", options_.seed, c.number, c.storage_bytes >> 20, text));
  if (options_.keep.empty()) return;
  const std::string stem = fmt::format("{}/{}-{}", options_.keep, options_.seed, c.number);
  const std::vector<u8> image = image_of(std::span(&c, 1)).bytes();
  std::ofstream(stem + ".image", std::ios::binary)
      .write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
  std::ofstream(stem + ".txt") << totals_.unexplained.back();
}

}  // namespace replica::oracle
