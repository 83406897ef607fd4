#include "tree.h"

int tree_parse(tree *of, sheaf_bytes html, GumboTag within, size_t memory_limit,
               unsigned cpu_ms) {
  GumboOptions options = kGumboDefaultOptions;
  arena_begin(&of->memory, memory_limit, cpu_ms);
  int code = setjmp(of->memory.limit_hit);
  if (code) {
    arena_clear(&of->memory);
    return code;
  }
  options.allocator = arena_take;
  options.deallocator = arena_give;
  options.userdata = &of->memory;
  options.max_errors = 0;
  options.fragment_context = within;
  of->root = gumbo_parse_with_options(&options, html.data, html.size)->root;
  return SHEAF_OK;
}

void tree_clear(tree *of) {
  arena_clear(&of->memory);
}
