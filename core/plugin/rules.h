/// Rules for the maps in plugin.json: what the check holds it to, and what the
/// JSON Schema is made from.
#ifndef SF_RULES_H
#define SF_RULES_H

#include "base/base.h"
#include "sheaf/value.h"

/// What one key may be. A list of them ends with a key of NULL.
typedef struct sf_rule sf_rule;
struct sf_rule {
  const char *key;
  sheaf_type type;  ///< SHEAF_NULL: any. SHEAF_FLOAT takes whole numbers, too.
  bool required;
  const char *doc;

  /// The map has it only where it says one of `of` under the key `only`, and is
  /// required to have it there alone. An empty list is as good as none.
  const char *only;
  const char *const *of;  ///< Ended by NULL.

  bool or_bool;                ///< True or false will do as well.
  int64_t least, most;         ///< Of a number, or of items; both 0: any.
  int64_t otherwise;           ///< Of a number, where it is left out.
  const char *const *choices;  ///< Of a string. Ended by NULL; or NULL: any.

  /// What a string matches: an extended regular expression, which JavaScript
  /// has to understand alike; and what one that does not is, in words. Of a
  /// list, whose items are strings then.
  const char *pattern, *form;

  const sf_rule *fields;  ///< Of a map.
  const sf_rule *each;    ///< Of each map in a list, or in a map.
};

/// Checks `map`. Errors are SHEAF_EMANIFEST about `where`, the file, and
/// `part`, what of it the map is; NULL: the whole.
int sf_rules_check(const sheaf_value *map, const sf_rule *rules,
                   const char *part, const char *where, sheaf_error *error);

#endif
