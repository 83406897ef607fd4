#include "markup.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "limit.h"

#define PIECE ((size_t)1 << 20)

typedef struct {
  XML_Parser parser;
  const markup_events *events;
  void *context;
  size_t depth;  ///< Of the element that is open.
} parse;

static const char *local_name(const char *name) {
  const char *colon = strrchr(name, ':');
  return colon ? colon + 1 : name;
}

const char *markup_attribute(const char **attributes, const char *name) {
  for (; *attributes; attributes += 2)
    if (strcmp(local_name(attributes[0]), name) == 0) return attributes[1];
  return NULL;
}

// --- Events ----------------------------------------------------------------

static void check_memory(parse *on) {
  if (on->events->failed && *on->events->failed)
    XML_StopParser(on->parser, XML_FALSE);
}

static void on_start(void *context, const char *name, const char **pairs) {
  parse *on = context;
  if (++on->depth > DEPTH_MAX) {
    XML_StopParser(on->parser, XML_FALSE);
    return;
  }
  on->events->start(on->context, local_name(name), pairs);
  check_memory(on);
}

static void on_end(void *context, const char *name) {
  parse *on = context;
  on->depth--;
  on->events->end(on->context, local_name(name));
}

static void on_text(void *context, const char *data, int size) {
  parse *on = context;
  on->events->text(on->context, data, (size_t)size);
  check_memory(on);
}

// --- Parsing ---------------------------------------------------------------

static int no_memory(sheaf_error *error) {
  *error = (sheaf_error){.code = SHEAF_ENOMEM, .why = "out of memory"};
  return SHEAF_ENOMEM;
}

static int fail(const parse *on, const char *what, sheaf_error *error) {
  enum XML_Error reason = XML_GetErrorCode(on->parser);
  if (on->depth > DEPTH_MAX) return fail_depth(what, error);
  if (reason == XML_ERROR_ABORTED || reason == XML_ERROR_NO_MEMORY)
    return no_memory(error);
  *error = (sheaf_error){.code = SHEAF_ESYNTAX};
  snprintf(error->what, sizeof error->what, "%s", what);
  snprintf(error->why, sizeof error->why, "it is no XML: %s in line %lu",
           XML_ErrorString(reason),
           (unsigned long)XML_GetCurrentLineNumber(on->parser));
  snprintf(error->hint, sizeof error->hint, "--raw takes it as it is");
  return SHEAF_ESYNTAX;
}

int markup_parse(sheaf_bytes source, bool decode, const char *what,
                 const markup_events *events, void *context,
                 sheaf_error *error) {
  parse on = {XML_ParserCreate(decode ? NULL : "UTF-8"), events, context, 0};
  enum XML_Status status = XML_STATUS_OK;
  bool last = false;
  if (!on.parser) return no_memory(error);
  XML_SetUserData(on.parser, &on);
  XML_SetElementHandler(on.parser, on_start, on_end);
  XML_SetCharacterDataHandler(on.parser, on_text);
  while (!last && status == XML_STATUS_OK) {
    size_t size = source.size < PIECE ? source.size : PIECE;
    last = size == source.size;
    status = XML_Parse(on.parser, source.data, (int)size, last);
    source.data += size;
    source.size -= size;
  }
  int code = status == XML_STATUS_OK ? SHEAF_OK : fail(&on, what, error);
  XML_ParserFree(on.parser);
  return code;
}
