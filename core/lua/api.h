/// The registry of what Lua code is given: every function, method and field,
/// with its types and what it does. The reference, the types for editors, and
/// the shell's help and completion are made from it.
#ifndef SF_API_H
#define SF_API_H

#include "base/base.h"

/// One name. Types are written as the Lua language server writes them.
typedef struct {
  const char *name;        ///< Of an operator, how it is written: "#text".
  const char *parameters;  ///< "name: type, other?: type"; NULL: a field.
  const char *gives;       ///< "type" or "name: type, …"; "" for nothing.
  const char *doc;         ///< Sentences, with `code` as in Markdown.
} sf_api_entry;

/// A type of values, a library, or what a plugin has.
typedef struct {
  const char *name;       ///< "sheaf.doc"; "sheaf" for the library.
  const char *variable;   ///< What a value of it is called in the docs,
  const char *separator;  ///< and what its functions are called with.
  const char *doc;
  const sf_api_entry *entries;  ///< Ended by one without a name.
} sf_api_type;

/// All of them, ended by one without a name.
extern const sf_api_type sf_api_types[];

#endif
