// The instructions of the System/370 as IBM's lists have them, for comparison with frontend/instructions.def. Taken from
// GA22-7000-10 (Principles of Operation) Appendix B and the assists' manuals, not from the table under test.
#pragma once

#include <string_view>

#include "base/types.h"

namespace replica {

struct ExpectedInstruction {
  u16 code;  // 8-bit opcodes stand in the low byte
  std::string_view mnemonic;
  std::string_view layout;
  char privilege;  // P problem state, Q semiprivileged, M privileged
};

// clang-format off
inline constexpr ExpectedInstruction kExpectedInstructions[] = {
  {0x04, "SPM", "RR", 'P'}, {0x05, "BALR", "RR", 'P'}, {0x06, "BCTR", "RR", 'P'}, {0x07, "BCR", "RR", 'P'},
  {0x08, "SSK", "RR", 'M'}, {0x09, "ISK", "RR", 'M'}, {0x0A, "SVC", "RR", 'P'}, {0x0D, "BASR", "RR", 'P'},
  {0x0E, "MVCL", "RR", 'P'}, {0x0F, "CLCL", "RR", 'P'}, {0x10, "LPR", "RR", 'P'}, {0x11, "LNR", "RR", 'P'},
  {0x12, "LTR", "RR", 'P'}, {0x13, "LCR", "RR", 'P'}, {0x14, "NR", "RR", 'P'}, {0x15, "CLR", "RR", 'P'},
  {0x16, "OR", "RR", 'P'}, {0x17, "XR", "RR", 'P'}, {0x18, "LR", "RR", 'P'}, {0x19, "CR", "RR", 'P'},
  {0x1A, "AR", "RR", 'P'}, {0x1B, "SR", "RR", 'P'}, {0x1C, "MR", "RR", 'P'}, {0x1D, "DR", "RR", 'P'},
  {0x1E, "ALR", "RR", 'P'}, {0x1F, "SLR", "RR", 'P'}, {0x20, "LPDR", "RR", 'P'}, {0x21, "LNDR", "RR", 'P'},
  {0x22, "LTDR", "RR", 'P'}, {0x23, "LCDR", "RR", 'P'}, {0x24, "HDR", "RR", 'P'}, {0x25, "LRDR", "RR", 'P'},
  {0x26, "MXR", "RR", 'P'}, {0x27, "MXDR", "RR", 'P'}, {0x28, "LDR", "RR", 'P'}, {0x29, "CDR", "RR", 'P'},
  {0x2A, "ADR", "RR", 'P'}, {0x2B, "SDR", "RR", 'P'}, {0x2C, "MDR", "RR", 'P'}, {0x2D, "DDR", "RR", 'P'},
  {0x2E, "AWR", "RR", 'P'}, {0x2F, "SWR", "RR", 'P'}, {0x30, "LPER", "RR", 'P'}, {0x31, "LNER", "RR", 'P'},
  {0x32, "LTER", "RR", 'P'}, {0x33, "LCER", "RR", 'P'}, {0x34, "HER", "RR", 'P'}, {0x35, "LRER", "RR", 'P'},
  {0x36, "AXR", "RR", 'P'}, {0x37, "SXR", "RR", 'P'}, {0x38, "LER", "RR", 'P'}, {0x39, "CER", "RR", 'P'},
  {0x3A, "AER", "RR", 'P'}, {0x3B, "SER", "RR", 'P'}, {0x3C, "MER", "RR", 'P'}, {0x3D, "DER", "RR", 'P'},
  {0x3E, "AUR", "RR", 'P'}, {0x3F, "SUR", "RR", 'P'}, {0x40, "STH", "RX", 'P'}, {0x41, "LA", "RX", 'P'},
  {0x42, "STC", "RX", 'P'}, {0x43, "IC", "RX", 'P'}, {0x44, "EX", "RX", 'P'}, {0x45, "BAL", "RX", 'P'},
  {0x46, "BCT", "RX", 'P'}, {0x47, "BC", "RX", 'P'}, {0x48, "LH", "RX", 'P'}, {0x49, "CH", "RX", 'P'},
  {0x4A, "AH", "RX", 'P'}, {0x4B, "SH", "RX", 'P'}, {0x4C, "MH", "RX", 'P'}, {0x4D, "BAS", "RX", 'P'},
  {0x4E, "CVD", "RX", 'P'}, {0x4F, "CVB", "RX", 'P'}, {0x50, "ST", "RX", 'P'}, {0x54, "N", "RX", 'P'},
  {0x55, "CL", "RX", 'P'}, {0x56, "O", "RX", 'P'}, {0x57, "X", "RX", 'P'}, {0x58, "L", "RX", 'P'},
  {0x59, "C", "RX", 'P'}, {0x5A, "A", "RX", 'P'}, {0x5B, "S", "RX", 'P'}, {0x5C, "M", "RX", 'P'},
  {0x5D, "D", "RX", 'P'}, {0x5E, "AL", "RX", 'P'}, {0x5F, "SL", "RX", 'P'}, {0x60, "STD", "RX", 'P'},
  {0x67, "MXD", "RX", 'P'}, {0x68, "LD", "RX", 'P'}, {0x69, "CD", "RX", 'P'}, {0x6A, "AD", "RX", 'P'},
  {0x6B, "SD", "RX", 'P'}, {0x6C, "MD", "RX", 'P'}, {0x6D, "DD", "RX", 'P'}, {0x6E, "AW", "RX", 'P'},
  {0x6F, "SW", "RX", 'P'}, {0x70, "STE", "RX", 'P'}, {0x78, "LE", "RX", 'P'}, {0x79, "CE", "RX", 'P'},
  {0x7A, "AE", "RX", 'P'}, {0x7B, "SE", "RX", 'P'}, {0x7C, "ME", "RX", 'P'}, {0x7D, "DE", "RX", 'P'},
  {0x7E, "AU", "RX", 'P'}, {0x7F, "SU", "RX", 'P'}, {0x80, "SSM", "S", 'M'}, {0x82, "LPSW", "S", 'M'},
  {0x83, "DIAGNOSE", "RS", 'M'}, {0x84, "WRD", "SI", 'M'}, {0x85, "RDD", "SI", 'M'}, {0x86, "BXH", "RS", 'P'},
  {0x87, "BXLE", "RS", 'P'}, {0x88, "SRL", "RS", 'P'}, {0x89, "SLL", "RS", 'P'}, {0x8A, "SRA", "RS", 'P'},
  {0x8B, "SLA", "RS", 'P'}, {0x8C, "SRDL", "RS", 'P'}, {0x8D, "SLDL", "RS", 'P'}, {0x8E, "SRDA", "RS", 'P'},
  {0x8F, "SLDA", "RS", 'P'}, {0x90, "STM", "RS", 'P'}, {0x91, "TM", "SI", 'P'}, {0x92, "MVI", "SI", 'P'},
  {0x93, "TS", "S", 'P'}, {0x94, "NI", "SI", 'P'}, {0x95, "CLI", "SI", 'P'}, {0x96, "OI", "SI", 'P'},
  {0x97, "XI", "SI", 'P'}, {0x98, "LM", "RS", 'P'}, {0x9C, "SIO", "S", 'M'}, {0x9C01, "SIOF", "S", 'M'},
  {0x9C02, "RIO", "S", 'M'}, {0x9D, "TIO", "S", 'M'}, {0x9D01, "CLRIO", "S", 'M'}, {0x9E, "HIO", "S", 'M'},
  {0x9E01, "HDV", "S", 'M'}, {0x9F, "TCH", "S", 'M'}, {0x9F01, "CLRCH", "S", 'M'}, {0xAC, "STNSM", "SI", 'M'},
  {0xAD, "STOSM", "SI", 'M'}, {0xAE, "SIGP", "RS", 'M'}, {0xAF, "MC", "SI", 'P'}, {0xB1, "LRA", "RX", 'M'},
  {0xB200, "CONCS", "S", 'M'}, {0xB201, "DISCS", "S", 'M'}, {0xB202, "STIDP", "S", 'M'}, {0xB203, "STIDC", "S", 'M'},
  {0xB204, "SCK", "S", 'M'}, {0xB205, "STCK", "S", 'P'}, {0xB206, "SCKC", "S", 'M'}, {0xB207, "STCKC", "S", 'M'},
  {0xB208, "SPT", "S", 'M'}, {0xB209, "STPT", "S", 'M'}, {0xB20A, "SPKA", "S", 'Q'}, {0xB20B, "IPK", "S", 'Q'},
  {0xB20D, "PTLB", "S", 'M'}, {0xB210, "SPX", "S", 'M'}, {0xB211, "STPX", "S", 'M'}, {0xB212, "STAP", "S", 'M'},
  {0xB213, "RRB", "S", 'M'}, {0xB218, "PC", "S", 'Q'}, {0xB219, "SAC", "S", 'Q'}, {0xB221, "IPTE", "RRE", 'M'},
  {0xB223, "IVSK", "RRE", 'Q'}, {0xB224, "IAC", "RRE", 'Q'}, {0xB225, "SSAR", "RRE", 'Q'}, {0xB226, "EPAR", "RRE", 'Q'},
  {0xB227, "ESAR", "RRE", 'Q'}, {0xB228, "PT", "RRE", 'Q'}, {0xB229, "ISKE", "RRE", 'M'}, {0xB22A, "RRBE", "RRE", 'M'},
  {0xB22B, "SSKE", "RRE", 'M'}, {0xB22C, "TB", "RRE", 'M'}, {0xB22D, "DXR", "RRE", 'P'}, {0xB2F0, "IUCV", "S", 'M'},
  {0xB6, "STCTL", "RS", 'M'}, {0xB7, "LCTL", "RS", 'M'}, {0xBA, "CS", "RS", 'P'}, {0xBB, "CDS", "RS", 'P'},
  {0xBD, "CLM", "RS", 'P'}, {0xBE, "STCM", "RS", 'P'}, {0xBF, "ICM", "RS", 'P'}, {0xD1, "MVN", "SS", 'P'},
  {0xD2, "MVC", "SS", 'P'}, {0xD3, "MVZ", "SS", 'P'}, {0xD4, "NC", "SS", 'P'}, {0xD5, "CLC", "SS", 'P'},
  {0xD6, "OC", "SS", 'P'}, {0xD7, "XC", "SS", 'P'}, {0xD9, "MVCK", "SS", 'Q'}, {0xDA, "MVCP", "SS", 'Q'},
  {0xDB, "MVCS", "SS", 'Q'}, {0xDC, "TR", "SS", 'P'}, {0xDD, "TRT", "SS", 'P'}, {0xDE, "ED", "SS", 'P'},
  {0xDF, "EDMK", "SS", 'P'}, {0xE500, "LASP", "SSE", 'M'}, {0xE501, "TPROT", "SSE", 'M'},
  {0xE502, "FIXPAGE", "SSE", 'M'}, {0xE503, "SVCA", "SSE", 'M'}, {0xE504, "OBTAIN_LOCAL_LOCK", "SSE", 'M'},
  {0xE505, "RELEASE_LOCAL_LOCK", "SSE", 'M'}, {0xE506, "OBTAIN_CMS_LOCK", "SSE", 'M'},
  {0xE507, "RELEASE_CMS_LOCK", "SSE", 'M'}, {0xE508, "TRACE_SVC_INTERRUPTION", "SSE", 'M'},
  {0xE509, "TRACE_PROGRAM_INTERRUPTION", "SSE", 'M'}, {0xE50A, "TRACE_INITIAL_SRB_DISPATCH", "SSE", 'M'},
  {0xE50B, "TRACE_I_O_INTERRUPTION", "SSE", 'M'}, {0xE50C, "TRACE_TASK_DISPATCH", "SSE", 'M'},
  {0xE50D, "TRACE_SVC_RETURN", "SSE", 'M'}, {0xE600, "FREE", "SSE", 'M'}, {0xE601, "FRET", "SSE", 'M'},
  {0xE602, "VLKPG", "SSE", 'M'}, {0xE603, "VULKP", "SSE", 'M'}, {0xE604, "DNCCW", "SSE", 'M'},
  {0xE605, "FCCWS", "SSE", 'M'}, {0xE606, "SCNVU", "SSE", 'M'}, {0xE607, "DISP1", "SSE", 'M'},
  {0xE608, "TRBRG", "SSE", 'M'}, {0xE609, "TRLCK", "SSE", 'M'}, {0xE60A, "VIST", "SSE", 'M'},
  {0xE60B, "VIPT", "SSE", 'M'}, {0xE60C, "DFCCW", "SSE", 'M'}, {0xE60D, "DISP0", "SSE", 'M'},
  {0xE60E, "SCNRU", "SSE", 'M'}, {0xE60F, "CCWGN", "SSE", 'M'}, {0xE610, "UXCCW", "SSE", 'M'},
  {0xE611, "DISP2", "SSE", 'M'}, {0xE612, "STEVL", "SSE", 'M'}, {0xE613, "LCSPG", "SSE", 'M'},
  {0xE614, "FREEX", "SSE", 'M'}, {0xE615, "FRETX", "SSE", 'M'}, {0xE616, "PRFMA", "SSE", 'M'},
  {0xE8, "MVCIN", "SS", 'P'}, {0xF0, "SRP", "SS", 'P'}, {0xF1, "MVO", "SS", 'P'}, {0xF2, "PACK", "SS", 'P'},
  {0xF3, "UNPK", "SS", 'P'}, {0xF8, "ZAP", "SS", 'P'}, {0xF9, "CP", "SS", 'P'}, {0xFA, "AP", "SS", 'P'},
  {0xFB, "SP", "SS", 'P'}, {0xFC, "MP", "SS", 'P'}, {0xFD, "DP", "SS", 'P'},
};
// clang-format on

}  // namespace replica
