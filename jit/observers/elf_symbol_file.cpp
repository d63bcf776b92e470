#include "jit/observers/elf_symbol_file.h"

#include <elf.h>

#include <cstddef>

namespace replica {
namespace {

enum Section : u16 { kNone, kText, kSymbols, kNames, kSections };

// The names of sections, then that of the symbol.
constexpr char kSectionNames[] = "\0.text\0.symtab\0.strtab";
constexpr u32 kTextName = 1, kSymbolsName = 7, kNamesName = 15, kSymbolName = sizeof kSectionNames;

// What is in front of the names.
struct Fixed {
  Elf64_Ehdr header;
  Elf64_Shdr sections[kSections];
  Elf64_Sym symbols[2];  // the first is always empty
};

Elf64_Ehdr make_header() {
  Elf64_Ehdr header{};
  constexpr unsigned char kIdentity[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT};
  std::copy(std::begin(kIdentity), std::end(kIdentity), header.e_ident);
  header.e_type = ET_EXEC;  // addresses are those of the process
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_shoff = offsetof(Fixed, sections);
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = kSections;
  header.e_shstrndx = kNames;
  return header;
}

}  // namespace

std::string elf_symbol_file(const NamedCode& code) {
  std::string names(kSectionNames, sizeof kSectionNames);
  names += code.name + '\0';
  const u64 address = reinterpret_cast<u64>(code.code.data());

  Fixed fixed{.header = make_header(), .sections = {}, .symbols = {}};
  Elf64_Shdr& text = fixed.sections[kText];
  text.sh_name = kTextName;
  text.sh_type = SHT_NOBITS;
  text.sh_flags = SHF_ALLOC | SHF_EXECINSTR;
  text.sh_addr = address;
  text.sh_size = code.code.size();
  text.sh_addralign = 1;
  Elf64_Shdr& symbols = fixed.sections[kSymbols];
  symbols.sh_name = kSymbolsName;
  symbols.sh_type = SHT_SYMTAB;
  symbols.sh_offset = offsetof(Fixed, symbols);
  symbols.sh_size = sizeof fixed.symbols;
  symbols.sh_link = kNames;
  symbols.sh_info = 1;  // the first that is not local
  symbols.sh_addralign = alignof(Elf64_Sym);
  symbols.sh_entsize = sizeof(Elf64_Sym);
  Elf64_Shdr& strings = fixed.sections[kNames];
  strings.sh_name = kNamesName;
  strings.sh_type = SHT_STRTAB;
  strings.sh_offset = sizeof fixed;
  strings.sh_size = names.size();
  strings.sh_addralign = 1;
  fixed.symbols[1] = {.st_name = kSymbolName,
                      .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                      .st_other = STV_DEFAULT,
                      .st_shndx = kText,
                      .st_value = address,
                      .st_size = code.code.size()};
  return std::string(reinterpret_cast<const char*>(&fixed), sizeof fixed) + names;
}

}  // namespace replica
