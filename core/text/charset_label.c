/// Labels of charsets, as the WHATWG's "Encoding" has them: what documents call
/// them is not always what they are.
#include <strings.h>

#include "text/charset.h"

static const sf_charset charsets[] = {
    {"windows-1252", "CP1252"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1255", "CP1255"},
    {"windows-1256", "CP1256"},
    {"windows-1257", "CP1257"},
    {"windows-1258", "CP1258"},
    {"windows-874", "CP874"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"},
    {"ibm866", "IBM866"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"macintosh", "MACINTOSH"},
    {"x-mac-cyrillic", "MAC-CYRILLIC"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5-HKSCS"},
    {"euc-jp", "EUC-JP"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"shift_jis", "CP932"},
    {"euc-kr", "CP949"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
};

// Other labels, and the name above that they mean.
static const struct {
  const char *label, *name;
} aliases[] = {
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"l1", "windows-1252"},
    {"ascii", "windows-1252"},
    {"us-ascii", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"ansi_x3.4-1968", "windows-1252"},
    {"x-cp1252", "windows-1252"},
    {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"x-cp1251", "windows-1251"},
    {"cp1253", "windows-1253"},
    {"cp1254", "windows-1254"},
    {"iso-8859-9", "windows-1254"},
    {"latin5", "windows-1254"},
    {"cp1255", "windows-1255"},
    {"cp1256", "windows-1256"},
    {"cp1257", "windows-1257"},
    {"cp1258", "windows-1258"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"iso8859-2", "iso-8859-2"},
    {"latin2", "iso-8859-2"},
    {"iso8859-5", "iso-8859-5"},
    {"cyrillic", "iso-8859-5"},
    {"iso8859-6", "iso-8859-6"},
    {"arabic", "iso-8859-6"},
    {"iso8859-7", "iso-8859-7"},
    {"greek", "iso-8859-7"},
    {"iso8859-8", "iso-8859-8"},
    {"hebrew", "iso-8859-8"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso8859-15", "iso-8859-15"},
    {"latin-9", "iso-8859-15"},
    {"cp866", "ibm866"},
    {"866", "ibm866"},
    {"koi8", "koi8-r"},
    {"koi8_r", "koi8-r"},
    {"koi8-ru", "koi8-u"},
    {"mac", "macintosh"},
    {"x-mac-roman", "macintosh"},
    {"mac-cyrillic", "x-mac-cyrillic"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"chinese", "gb18030"},
    {"big5-hkscs", "big5"},
    {"x-x-big5", "big5"},
    {"x-euc-jp", "euc-jp"},
    {"csiso2022jp", "iso-2022-jp"},
    {"sjis", "shift_jis"},
    {"x-sjis", "shift_jis"},
    {"shift-jis", "shift_jis"},
    {"ms_kanji", "shift_jis"},
    {"windows-31j", "shift_jis"},
    {"cp932", "shift_jis"},
    {"ks_c_5601-1987", "euc-kr"},
    {"korean", "euc-kr"},
    {"windows-949", "euc-kr"},
    {"uhc", "euc-kr"},
    {"utf-16", "utf-16le"},
    {"unicode", "utf-16le"},
};

static bool is_label(sheaf_bytes text, const char *label) {
  return strncasecmp(text.data, label, text.size) == 0 && !label[text.size];
}

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

const sf_charset *sf_charset_find(sheaf_bytes label) {
  while (label.size && is_blank(label.data[label.size - 1])) label.size--;
  for (; label.size && is_blank(*label.data); label.size--) label.data++;
  sheaf_bytes name = label;
  if (!label.size) return NULL;
  for (size_t i = 0; i < SF_COUNT(aliases); i++)
    if (is_label(label, aliases[i].label)) name = sf_bytes(aliases[i].name);
  for (size_t i = 0; i < SF_COUNT(charsets); i++)
    if (is_label(name, charsets[i].name)) return &charsets[i];
  return NULL;
}
