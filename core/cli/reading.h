/// The options with which verbs read bundles: limits, and the fields of jsonl.
#ifndef CLI_READING_H
#define CLI_READING_H

#include "cli/cli.h"

/// How many they are. They stand at the end of a verb's list of options.
#define CLI_READING_COUNT 6

#define CLI_READING_OPTIONS                                                    \
  {"max-document", 0, true}, {"max-total", 0, true}, {"max-members", 0, true}, \
      {"max-ratio", 0, true}, {"text-field", 0, true}, {                       \
    "id-field", 0, true                                                        \
  }

/// What the help of such a verb says about them.
#define CLI_READING_HELP                                                       \
  "      --max-document N  largest document in bytes (K, M, G; default 64M)\n" \
  "      --max-total N     most bytes that a bundle may unpack to (1024G)\n"   \
  "      --max-members N   most entries of a bundle (100000000)\n"             \
  "      --max-ratio N     most that a compressed stream may grow (250 "       \
  "times)\n"                                                                   \
  "      --text-field NAME of jsonl: the field with the text (text, content "  \
  "or\n"                                                                       \
  "                        body)\n"                                            \
  "      --id-field NAME   of jsonl: the field with the name (id)\n"

/// Takes option number `option` of the above, from 0. Returns CLI_OK, or 2
/// when a usage error of `verb` was printed.
int cli_reading_take(sheaf_bundle_options *reading, const char *verb,
                     int option, const char *text);

#endif
