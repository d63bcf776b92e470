// The plug-in: lowers a region, runs a short list of passes over it, and makes code that runs wherever it is put.

#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/PassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/DCE.h>
#include <llvm/Transforms/Scalar/DeadStoreElimination.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/GVN.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>

#include <cstring>

#include "jit/llvm/region_lowering.h"

namespace replica {
namespace {

// Puts all sections of an object side by side into one piece of memory. What they refer to is in them, relative to where
// it is referred from, so that the piece may be moved.
class OnePiece final : public llvm::RuntimeDyld::MemoryManager {
 public:
  bool needsToReserveAllocationSpace() override { return true; }
  void reserveAllocationSpace(uintptr_t code, llvm::Align, uintptr_t read_only, llvm::Align, uintptr_t read_write,
                              llvm::Align) override {
    bytes_.resize(code + read_only + read_write + 4 * CompiledRegion::kAlignment);
    const u64 begin = reinterpret_cast<u64>(bytes_.data());
    used_ = -begin & (CompiledRegion::kAlignment - 1);
    first_ = used_;
  }
  std::uint8_t* allocateCodeSection(uintptr_t size, unsigned alignment, unsigned, llvm::StringRef) override {
    return allocate(size, alignment);
  }
  std::uint8_t* allocateDataSection(uintptr_t size, unsigned alignment, unsigned, llvm::StringRef, bool) override {
    return allocate(size, alignment);
  }
  bool allowStubAllocation() const override { return false; }
  void registerEHFrames(std::uint8_t*, std::uint64_t, std::size_t) override {}
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string*) override { return false; }

  const u8* begin() const { return bytes_.data() + first_; }
  const u8* end() const { return bytes_.data() + used_; }
  bool has_overflowed() const { return has_overflowed_; }

 private:
  u8* allocate(std::size_t size, unsigned alignment) {
    const u64 address = reinterpret_cast<u64>(bytes_.data()) + used_;
    used_ += -address & (std::max(alignment, 1u) - 1);
    if (used_ + size > bytes_.size()) {
      has_overflowed_ = true;
      return nullptr;
    }
    u8* const place = bytes_.data() + used_;
    used_ += size;
    return place;
  }

  std::vector<u8> bytes_;
  std::size_t first_ = 0, used_ = 0;
  bool has_overflowed_ = false;
};

// The code refers to nothing by name.
class NoSymbols final : public llvm::JITSymbolResolver {
 public:
  void lookup(const LookupSet& symbols, OnResolvedFunction on_resolved) override {
    if (symbols.empty()) return on_resolved(LookupResult());
    on_resolved(llvm::createStringError(llvm::inconvertibleErrorCode(), "a symbol of another object"));
  }
  llvm::Expected<LookupSet> getResponsibilitySet(const LookupSet&) override { return LookupSet(); }
};

class Compiler final : public RegionCompiler {
 public:
  explicit Compiler(std::unique_ptr<llvm::TargetMachine> target) : target_(std::move(target)) {}

  Result<CompiledRegion> compile(const Region& region, const RegionEnvironment& environment) override {
    llvm::LLVMContext context;
    llvm::Module module("region", context);
    module.setDataLayout(target_->createDataLayout());
    module.setTargetTriple(target_->getTargetTriple().str());
    llvm::Function* const function = RegionLowering(region, environment, module).lower();
    if (!function) return fail("region {:06X}: no lowering", region.address);
#ifndef NDEBUG
    std::string wrong;
    llvm::raw_string_ostream report(wrong);
    if (llvm::verifyFunction(*function, &report)) return fail("region {:06X}: {}", region.address, wrong);
#endif
    optimize(*function);
    auto compiled = link(emit(module));
    if (compiled && environment.wants_text) {
      llvm::raw_string_ostream text(compiled->text);
      module.print(text, nullptr);
    }
    return compiled;
  }

 private:
  void optimize(llvm::Function& function) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager graph;
    llvm::ModuleAnalysisManager modules;
    llvm::PassBuilder builder(target_.get());
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(graph);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, graph, modules);
    llvm::FunctionPassManager passes;
    passes.addPass(llvm::SROAPass(llvm::SROAOptions::PreserveCFG));
    passes.addPass(llvm::EarlyCSEPass(true));
    passes.addPass(llvm::InstCombinePass());
    passes.addPass(llvm::SimplifyCFGPass());
    passes.addPass(llvm::GVNPass());
    llvm::LoopPassManager in_loops;
    in_loops.addPass(llvm::LICMPass(llvm::LICMOptions()));
    passes.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(in_loops), true));
    passes.addPass(llvm::DSEPass());
    passes.addPass(llvm::InstCombinePass());
    passes.addPass(llvm::SimplifyCFGPass(llvm::SimplifyCFGOptions().sinkCommonInsts(false)));
    passes.run(function, functions);
  }

  llvm::SmallVector<char, 0> emit(llvm::Module& module) {
    llvm::SmallVector<char, 0> object;
    llvm::raw_svector_ostream stream(object);
    llvm::legacy::PassManager passes;
    if (target_->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile)) return {};
    passes.run(module);
    return object;
  }

  static Result<CompiledRegion> link(const llvm::SmallVector<char, 0>& object) {
    const llvm::MemoryBufferRef buffer(llvm::StringRef(object.data(), object.size()), "region");
    auto file = llvm::object::ObjectFile::createObjectFile(buffer);
    if (!file) return fail("region: {}", llvm::toString(file.takeError()));
    OnePiece piece;
    NoSymbols symbols;
    llvm::RuntimeDyld linker(piece, symbols);
    linker.loadObject(**file);
    linker.resolveRelocations();
    if (linker.hasError()) return fail("region: {}", linker.getErrorString().str());
    const auto entry = linker.getSymbol(RegionLowering::kName).getAddress();
    if (piece.has_overflowed() || entry == 0) return fail("region: more code than was announced");
    return CompiledRegion{
        {piece.begin(), piece.end()}, static_cast<u32>(entry - reinterpret_cast<u64>(piece.begin())), {}};
  }

  std::unique_ptr<llvm::TargetMachine> target_;
};

// The pass would count the budget in several registers at once, for each way out of a loop its own. It is run by all targets,
// and there is no other way to leave it out.
bool leave_out_loop_strength_reduction() {
  const auto& options = llvm::cl::getRegisteredOptions();
  const auto option = options.find("disable-lsr");
  if (option == options.end()) return false;
  static_cast<llvm::cl::opt<bool>*>(option->second)->setValue(true);
  return true;
}

std::unique_ptr<llvm::TargetMachine> make_target() {
  llvm::InitializeNativeTarget();
  if (!leave_out_loop_strength_reduction()) return nullptr;
  llvm::InitializeNativeTargetAsmPrinter();
  const std::string triple = llvm::sys::getProcessTriple();
  std::string error;
  const llvm::Target* const target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target) return nullptr;
  std::string features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
    features += (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  }
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(triple, llvm::sys::getHostCPUName(), features,
                                                                          {}, llvm::Reloc::PIC_, llvm::CodeModel::Small,
                                                                          llvm::CodeGenOptLevel::Default, true));
}

}  // namespace
}  // namespace replica

extern "C" [[gnu::visibility("default")]] replica::RegionCompiler* replica_make_region_compiler() {
  auto target = replica::make_target();
  return target ? new replica::Compiler(std::move(target)) : nullptr;
}
