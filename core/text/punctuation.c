/// What single punctuation characters can be to a sentence.
#include "text/punctuation.h"

static unsigned latin_kinds(uint32_t c) {
  switch (c) {
    case '"':
    case '\'':
    case '*':
    case 0xAB:
    case 0xBB:
      return SF_MARK_OPENER | SF_MARK_CLOSER;
    case '(':
    case '[':
    case '{':
    case '_':
    case 0xA1:
    case 0xBF:
      return SF_MARK_OPENER;
    case ')':
    case ']':
    case '}':
      return SF_MARK_CLOSER;
    case '-':
      return SF_MARK_DASH;
    case 0xB2:
    case 0xB3:
    case 0xB9:
      return SF_MARK_SUPERSCRIPT;
    default:
      return 0;
  }
}

static unsigned general_kinds(uint32_t c) {
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x2039:
    case 0x203A:
      return SF_MARK_OPENER | SF_MARK_CLOSER;
    case 0x2022:
    case 0x2023:
    case 0x2043:
    case 0x25AA:
    case 0x25CF:
      return SF_MARK_BULLET;
    case 0x2070:
      return SF_MARK_SUPERSCRIPT;
    default:
      break;
  }
  if (c >= 0x2012 && c <= 0x2015) return SF_MARK_DASH;
  if (c >= 0x2074 && c <= 0x2079) return SF_MARK_SUPERSCRIPT;
  if ((c >= 0x200E && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
      (c >= 0x2066 && c <= 0x2069))
    return SF_MARK_DIRECTION;
  return 0;
}

static unsigned eastern_kinds(uint32_t c) {
  // Brackets come in pairs, the opening one first and even.
  if ((c >= 0x3008 && c <= 0x3011) || c == 0xFF08 || c == 0xFF09) {
    unsigned closers = SF_MARK_CLOSER | SF_MARK_EAST_CLOSER;
    return c % 2 == 0 ? SF_MARK_OPENER | SF_MARK_EAST_OPENER : closers;
  }
  if (c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF61)
    return SF_MARK_HARD_STOP;
  return 0;
}

unsigned sf_mark_kinds(uint32_t c) {
  if (c < 0x100) return latin_kinds(c);
  if (c >= 0x2000 && c < 0x2600) return general_kinds(c);
  if (c >= 0x3000) return eastern_kinds(c);
  switch (c) {
    case 0x0589:  // Armenian
    case 0x061F:  // Arabic
    case 0x06D4:
    case 0x0964:  // Indic
    case 0x0965:
    case 0x104A:  // Myanmar
    case 0x104B:
    case 0x1362:  // Ethiopic
    case 0x1367:
      return SF_MARK_HARD_STOP;
    default:
      return 0;
  }
}
