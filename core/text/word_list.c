/// Sorted lists of words.
#include "text/word_list.h"

#include <string.h>

static int compare(const char *entry, sheaf_bytes word) {
  size_t size = strlen(entry);
  size_t shorter = size < word.size ? size : word.size;
  int order = shorter > 0 ? memcmp(entry, word.data, shorter) : 0;

  if (order != 0) return order;
  return (size > word.size) - (size < word.size);
}

bool sf_word_list_has(const char *const *list, size_t count, sheaf_bytes word) {
  while (count > 0) {
    size_t middle = count / 2;
    int order = compare(list[middle], word);
    if (order == 0) return true;
    if (order < 0) {
      list += middle + 1;
      count -= middle + 1;
    } else {
      count = middle;
    }
  }
  return false;
}
