// Access to storage: the look-up in the access map as in tier 1, where every way that fails leaves the region.

#include <algorithm>

#include <llvm/IR/Intrinsics.h>

#include "frontend/semantics/storage_to_storage.h"
#include "jit/llvm/region_lowering.h"
#include "jit/pieces.h"
#include "mmu/storage.h"

namespace replica {

RegionLowering::Value RegionLowering::at(Value host, u32 offset) { return b_.CreateAdd(host, long_constant(offset)); }

// Leaves unless the operand lies in one block: an aligned one does.
void RegionLowering::check_place(Value address, u32 length, bool must_be_aligned) {
  if (length == 1) return;
  if (must_be_aligned) {
    Value low = b_.CreateAnd(address, constant(length - 1));
    return leave_if(b_.CreateICmpNE(low, constant(0)), called());
  }
  Value offset = b_.CreateAnd(address, constant(kBlockSize - 1));
  leave_if(b_.CreateICmpUGT(offset, constant(kBlockSize - length)), called());
}

bool RegionLowering::is_expected_aligned() const {
  const auto& unaligned = region_.unaligned;
  return std::find(unaligned.begin(), unaligned.end(), instruction().address()) == unaligned.end();
}

// The entry of the access map for an address.
RegionLowering::Value RegionLowering::entry_for(Value address, Access access) {
  const std::size_t entries = access == Access::fetch ? offsetof(AccessMap, fetch) : offsetof(AccessMap, store);
  Value index = b_.CreateZExt(b_.CreateLShr(address, kBlockShift), b_.getInt64Ty());
  Value table = b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), map_, entries);
  Value place = b_.CreateInBoundsGEP(b_.getInt64Ty(), table, index);
  return tagged(b_.CreateLoad(b_.getInt64Ty(), place), table_tag_);
}

RegionLowering::Value RegionLowering::look_up(Value address, u32 length, Access access, bool must_be_aligned) {
  must_be_aligned &= is_expected_aligned();
  check_place(address, length, must_be_aligned);
  Value entry = entry_for(address, access);
  Value long_address = b_.CreateZExt(address, b_.getInt64Ty());
  if (const RegionPage* page = access == Access::store ? page_beside_code(address, length) : nullptr) {
    // The entry is held back. If it leads to where the code is, there is nothing more to ask.
    leave_if(b_.CreateICmpNE(entry, long_constant(static_cast<u64>(~page->entry))), called());
    return b_.CreateAdd(long_constant(static_cast<u64>(page->entry)), long_address);
  }
  const auto checked = [&] {
    if (access == Access::store) return held_back(entry, long_address, must_be_aligned ? 1 : length);
    leave_if(b_.CreateICmpSLT(entry, long_constant(0)), called());
    return entry;
  };
  if (!usual_entry_) return b_.CreateAdd(checked(), long_address);
  const BasicBlock before = b_.GetInsertBlock();
  const auto [other, access_block] = unless_usual(entry);
  b_.SetInsertPoint(other);
  Value found = checked();
  const BasicBlock behind = b_.GetInsertBlock();
  b_.CreateBr(access_block);
  return b_.CreateAdd(joined(access_block, {usual_entry_, before}, {found, behind}), long_address);
}

// Branches: to the first block if the entry is another than the usual one.
std::array<RegionLowering::BasicBlock, 2> RegionLowering::unless_usual(Value entry) {
  const BasicBlock other = block("other_entry"), usual = block("usual_entry");
  b_.CreateCondBr(b_.CreateICmpNE(entry, usual_entry_), other, usual, unlikely_);
  return {other, usual};
}

// The same as to look up and store, but that the two ways to store do not meet before they have: that would need an
// instruction of the host.
void RegionLowering::store_operand(Value address, Value value, u32 length) {
  if (!usual_entry_ || page_beside_code(address, length)) {
    return store(look_up(address, length, Access::store, true), value, length);
  }
  const bool is_aligned = is_expected_aligned();
  check_place(address, length, is_aligned);
  Value entry = entry_for(address, Access::store);
  Value long_address = b_.CreateZExt(address, b_.getInt64Ty());
  const BasicBlock done = block("stored");
  const auto [other, usual] = unless_usual(entry);
  b_.SetInsertPoint(other);
  store(b_.CreateAdd(held_back(entry, long_address, is_aligned ? 1 : length), long_address), value, length);
  b_.CreateBr(done);
  b_.SetInsertPoint(usual);
  store(b_.CreateAdd(usual_entry_, long_address), value, length);
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

// The page of a store whose address is known, into lines that have never held code; nullptr for all others.
const RegionPage* RegionLowering::page_beside_code(Value address, u32 length) const {
  const auto* const known = llvm::dyn_cast<llvm::ConstantInt>(address);
  if (!known) return nullptr;
  const u32 first = static_cast<u32>(known->getZExtValue());
  if ((first & (kBlockSize - 1)) + length > kBlockSize) return nullptr;
  for (const RegionPage& page : region_.pages) {
    const bool is_there = page.address == (first & ~(kBlockSize - 1));
    if (is_there && (Storage::lines_of(first, length) & ~page.free_lines) == 0) return &page;
  }
  return nullptr;
}

// The entry to use for a store: one that is held back if there is no code in the lines of the operand. What is aligned lies in
// one line, like its first byte.
RegionLowering::Value RegionLowering::held_back(Value entry, Value address, u32 length) {
  const BasicBlock allowed = b_.GetInsertBlock();
  const BasicBlock negative = block("negative"), access = block("access");
  b_.CreateCondBr(b_.CreateICmpSLT(entry, long_constant(0)), negative, access, unlikely_);
  b_.SetInsertPoint(negative);
  leave_if(b_.CreateICmpEQ(entry, long_constant(static_cast<u64>(AccessMap::kAsk))), called());
  Value given_back = b_.CreateNot(entry);
  Value offset = b_.CreateSub(b_.CreateAdd(given_back, address), long_constant(environment_.storage));
  Value lines = b_.CreateGEP(b_.getInt32Ty(), pointer(environment_.code_lines), b_.CreateLShr(offset, kBlockShift));
  Value with_code = tagged(b_.CreateLoad(b_.getInt32Ty(), lines), lines_tag_);
  constexpr u32 kLine = 1u << Storage::kLineShift;
  Value found = constant(0);
  for (u32 byte = 0;;) {
    Value line = b_.CreateTrunc(b_.CreateLShr(this->at(offset, byte), Storage::kLineShift), b_.getInt32Ty());
    found = b_.CreateOr(found, b_.CreateLShr(with_code, b_.CreateAnd(line, constant(31))));
    if (byte == length - 1) break;
    byte = std::min(byte + kLine, length - 1);
  }
  leave_if(b_.CreateICmpNE(b_.CreateAnd(found, constant(1)), constant(0)), called());
  const BasicBlock beside_code = b_.GetInsertBlock();
  b_.CreateBr(access);
  return joined(access, {entry, allowed}, {given_back, beside_code});
}

// A number of up to 8 bytes: words and shorter ones become words.
RegionLowering::Value RegionLowering::load(Value host, u32 length, bool is_big_endian) {
  llvm::Type* const type = b_.getIntNTy(8 * length);
  Value bytes = b_.CreateIntToPtr(host, b_.getPtrTy());
  Value value = tagged(b_.CreateAlignedLoad(type, bytes, llvm::Align(1)), guest_tag_);
  if (length > 1 && is_big_endian) value = b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, value);
  return length < 4 ? b_.CreateZExt(value, b_.getInt32Ty()) : value;
}

void RegionLowering::store(Value host, Value value, u32 length) {
  value = b_.CreateTrunc(value, b_.getIntNTy(8 * length));
  if (length > 1) value = b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, value);
  Value bytes = b_.CreateIntToPtr(host, b_.getPtrTy());
  tagged(b_.CreateAlignedStore(value, bytes, llvm::Align(1)), guest_tag_);
}

// Leaves if the first operand begins within the second, behind its first byte: bytes would have to go one by one.
void RegionLowering::check_overlap(Value to, Value from, u32 length) {
  if (length == 1) return;
  Value distance = b_.CreateSub(b_.CreateSub(to, from), long_constant(1));
  leave_if(b_.CreateICmpULT(distance, long_constant(length - 1)), called());
}

// Pieces are copied in ascending order, each loaded before it is stored.
void RegionLowering::lower_move(const ir::Operation& o) {
  const u32 length = o.n + 1u;
  Value from = look_up(operand(o, 1), length, Access::fetch, false);
  Value to = look_up(operand(o, 0), length, Access::store, false);
  check_overlap(to, from, length);
  constexpr u32 kLargestPiece = 32;
  for_each_piece(length, kLargestPiece, [&](u32 offset, u32 piece) {
    llvm::Type* type = b_.getIntNTy(8 * piece);
    if (piece > 8) type = llvm::FixedVectorType::get(b_.getInt8Ty(), piece);
    Value source = b_.CreateIntToPtr(this->at(from, offset), b_.getPtrTy());
    Value target = b_.CreateIntToPtr(this->at(to, offset), b_.getPtrTy());
    Value bytes = tagged(b_.CreateAlignedLoad(type, source, llvm::Align(1)), guest_tag_);
    tagged(b_.CreateAlignedStore(bytes, target, llvm::Align(1)), guest_tag_);
  });
}

void RegionLowering::lower_combine(const ir::Operation& o) {
  const u32 length = o.n + 1u;
  Value from = look_up(operand(o, 1), length, Access::fetch, false);
  Value to = look_up(operand(o, 0), length, Access::store, false);
  check_overlap(to, from, length);
  Value all = long_constant(0);
  for_each_piece(length, 8, [&](u32 offset, u32 piece) {
    llvm::Type* const type = b_.getIntNTy(8 * piece);
    Value target = b_.CreateIntToPtr(this->at(to, offset), b_.getPtrTy());
    Value source = b_.CreateIntToPtr(this->at(from, offset), b_.getPtrTy());
    Value first = tagged(b_.CreateAlignedLoad(type, target, llvm::Align(1)), guest_tag_);
    Value second = tagged(b_.CreateAlignedLoad(type, source, llvm::Align(1)), guest_tag_);
    Value result = nullptr;
    switch (static_cast<Combination>(o.imm)) {
      case Combination::and_: result = b_.CreateAnd(first, second); break;
      case Combination::or_: result = b_.CreateOr(first, second); break;
      case Combination::exclusive_or: result = b_.CreateXor(first, second); break;
    }
    tagged(b_.CreateAlignedStore(result, target, llvm::Align(1)), guest_tag_);
    all = b_.CreateOr(all, b_.CreateZExt(result, b_.getInt64Ty()));
  });
  set_cc(CcKind::nonzero, b_.CreateZExt(b_.CreateICmpNE(all, long_constant(0)), b_.getInt32Ty()));
}

// The first pieces that differ decide.
void RegionLowering::lower_compare(const ir::Operation& o) {
  const u32 length = o.n + 1u;
  Value from = look_up(operand(o, 1), length, Access::fetch, false);
  Value to = look_up(operand(o, 0), length, Access::fetch, false);
  const BasicBlock decided = block("decided");
  std::vector<std::array<Value, 2>> pieces;
  std::vector<BasicBlock> from_blocks;
  for_each_piece(length, 8, [&](u32 offset, u32 piece) {
    Value first = b_.CreateZExt(load(this->at(to, offset), piece), b_.getInt64Ty());
    Value second = b_.CreateZExt(load(this->at(from, offset), piece), b_.getInt64Ty());
    pieces.push_back({first, second});
    from_blocks.push_back(b_.GetInsertBlock());
    if (offset + piece == length) return static_cast<void>(b_.CreateBr(decided));
    const BasicBlock next = block("next_piece");
    b_.CreateCondBr(b_.CreateICmpNE(first, second), decided, next);
    b_.SetInsertPoint(next);
  });
  b_.SetInsertPoint(decided);
  std::array<Value, 2> compared;
  for (unsigned n = 0; n < 2; ++n) {
    llvm::PHINode* const phi = b_.CreatePHI(b_.getInt64Ty(), static_cast<unsigned>(pieces.size()));
    for (std::size_t piece = 0; piece < pieces.size(); ++piece) phi->addIncoming(pieces[piece][n], from_blocks[piece]);
    compared[n] = phi;
  }
  set_cc(CcKind::compare_logical_long, compared[0], compared[1]);
}

}  // namespace replica
