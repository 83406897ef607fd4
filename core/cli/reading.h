/// The options with which verbs read bundles: limits, the fields of jsonl, and
/// how deep bundles inside of bundles are opened.
#ifndef CLI_READING_H
#define CLI_READING_H

#include "cli/cli.h"

/// How many they are. They stand at the end of a verb's list of options.
#define CLI_READING_COUNT 10

typedef struct {
  sheaf_bundle_options how;
  unsigned nested;
  bool limited;  ///< --max-document was given.
} cli_reading;

#define CLI_READING_INIT \
  { SHEAF_BUNDLE_OPTIONS_INIT, 0, false }

// clang-format off
#define CLI_READING_OPTIONS                                      \
  {"max-document", 0, true}, {"max-total", 0, true},             \
  {"max-members", 0, true}, {"max-ratio", 0, true},              \
  {"max-name", 0, true}, {"max-stall", 0, true},                 \
  {"text-field", 0, true}, {"id-field", 0, true},                \
  {"format", 0, true}, {"nested", 0, CLI_NUMBER}
// clang-format on

/// What the help of such a verb says about them.
#define CLI_READING_HELP                                                       \
  "      --max-document N  largest document in bytes (K, M, G; default 64M)\n" \
  "      --max-total N     most bytes of a whole stream unpacked (1024G)\n"    \
  "      --max-members N   most entries of a bundle (100000000)\n"             \
  "      --max-ratio N     most that packed data may grow to (250 times)\n"    \
  "      --max-name N      most bytes of a member's name (4096)\n"             \
  "      --max-stall N     seconds of processor time that libarchive may "     \
  "get\n"                                                                      \
  "                        nowhere with a 7z, rar … (1); 0: no limits\n"     \
  "      --text-field NAME of jsonl: the field with the text (text, content "  \
  "or\n"                                                                       \
  "                        body)\n"                                            \
  "      --id-field NAME   of jsonl: the field with the name (id)\n"           \
  "      --format NAME     of the bundle: zip, tar, jsonl …; told by its\n"  \
  "                        content when not given\n"                           \
  "      --nested [DEPTH]  open bundles inside of bundles, up to so deep (3; " \
  "at\n"                                                                       \
  "                        most 8)\n"

/// Takes option number `option` of the above, from 0. Returns CLI_OK, or 2
/// when a usage error of `verb` was printed.
int cli_reading_take(cli_reading *reading, const char *verb, int option,
                     const char *text);

#endif
