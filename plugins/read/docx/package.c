#include "package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheaf/bundle.h"

static const char *const names[PART_COUNT] = {
    "word/document.xml",  "word/styles.xml",   "word/_rels/document.xml.rels",
    "word/footnotes.xml", "word/endnotes.xml", "docProps/core.xml"};

const char *package_name(part number) {
  return names[number];
}

static int find_part(sheaf_bytes name) {
  for (int i = 0; i < PART_COUNT; i++)
    if (name.size == strlen(names[i]) &&
        !memcmp(name.data, names[i], name.size))
      return i;
  return PART_COUNT;
}

static int keep(sheaf_bytes *to, sheaf_bytes content, sheaf_error *error) {
  char *copy = malloc(content.size + 1);
  if (!copy) {
    *error = (sheaf_error){.code = SHEAF_ENOMEM, .why = "out of memory"};
    return SHEAF_ENOMEM;
  }
  if (content.size) memcpy(copy, content.data, content.size);
  free((char *)to->data);
  *to = (sheaf_bytes){copy, content.size};
  return SHEAF_OK;
}

static int read_parts(package *out, sheaf_bundle *bundle, sheaf_error *error) {
  sheaf_member member;
  sheaf_bytes content;
  int code;
  while ((code = sheaf_bundle_next(bundle, &member, error)) != SHEAF_END) {
    if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return code;
    int number = code ? PART_COUNT : find_part(member.name);
    if (number == PART_COUNT) continue;
    code = sheaf_bundle_read(bundle, &content, error);
    if (!code) code = keep(&out->parts[number], content, error);
    if (code) return code;
  }
  return SHEAF_OK;
}

int package_open(package *out, sheaf_bytes content, sheaf_error *error) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bundle *bundle;
  options.format = "zip";
  *out = (package){0};
  int code = sheaf_bundle_open_memory(&bundle, "", content, &options, error);
  if (code) return code;
  code = read_parts(out, bundle, error);
  sheaf_bundle_close(bundle);
  if (!code && !out->parts[PART_DOCUMENT].data) {
    *error = (sheaf_error){.code = code = SHEAF_EDAMAGED};
    snprintf(error->why, sizeof error->why, "it has no %s",
             names[PART_DOCUMENT]);
  }
  if (code) package_clear(out);
  return code;
}

void package_clear(package *of) {
  for (int i = 0; i < PART_COUNT; i++) free((char *)of->parts[i].data);
  *of = (package){0};
}
