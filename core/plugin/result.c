/// What a hook has to say: drops, doubts, records, and child documents.
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "plugin/plugin.h"

enum { NAME_MAX_BYTES = 4096 };

int sheaf_result_drop(sheaf_result *result, const char *reason) {
  char *copy = sf_strndup(reason, strlen(reason));
  if (!copy) return SHEAF_ENOMEM;
  free(result->dropped);
  result->dropped = copy;
  return SHEAF_OK;
}

void sheaf_result_partial(sheaf_result *result, const sheaf_error *about) {
  if (result->partial) *result->partial = *about;
}

static uint64_t records_size(const sheaf_result *result) {
  uint64_t size = 0;
  for (size_t i = 0; i < result->outputs; i++) size += result->records[i].size;
  return size;
}

int sheaf_result_write(sheaf_result *result, size_t output,
                       sheaf_bytes record) {
  if (output >= result->outputs) return SHEAF_EINVAL;
  uint64_t size = result->sink ? result->written : records_size(result);
  if (result->limit && size + record.size > result->limit) {
    result->full = true;
    return SHEAF_ELIMIT;
  }
  result->written += record.size;
  if (result->sink) return result->sink(result->context, output, record);
  sf_buffer_append(&result->records[output], record.data, record.size);
  return result->records[output].failed ? SHEAF_ENOMEM : SHEAF_OK;
}

int sheaf_result_yield(sheaf_result *result, const sheaf_value *part,
                       sheaf_error *error) {
  sf_buffer text = {0};
  if (!result->yields || result->records[0].size)
    return sf_fail(error, SHEAF_EPLUGIN, "result",
                   "a document amounts to one value, handed in by 'process' "
                   "of a plugin of stage 'reduce'");
  sf_json_value(&text, part);
  int code = text.failed
                 ? SHEAF_ENOMEM
                 : sheaf_result_write(result, 0, sf_buffer_bytes(&text));
  sf_buffer_clear(&text);
  if (code == SHEAF_ENOMEM) return sf_no_memory(error);
  return code ? sf_fail(error, code, "result", "the value is too large") : code;
}

const char *sheaf_result_file(const sheaf_result *result, size_t output) {
  return result->files && output < result->outputs ? result->files[output]
                                                   : NULL;
}

// --- Children --------------------------------------------------------------

void sf_children_cut(sf_children *children, size_t count) {
  while (children->count > count) {
    sheaf_doc *doc = children->items[--children->count].doc;
    children->family->count--;
    children->family->bytes -= sheaf_doc_text(doc).size;
    sheaf_doc_free(doc);
  }
}

void sf_children_clear(sf_children *children) {
  sf_children_cut(children, 0);
  free(children->items);
  *children = (sf_children){.family = children->family};
}

static int check_child(const sf_children *children, const sheaf_child *child,
                       sheaf_error *error) {
  static const char what[] = "child document";
  if (!children)
    return sf_fail(error, SHEAF_EINVAL, what, "none can be made here");
  if (!child->name || !child->name[0] || strlen(child->name) > NAME_MAX_BYTES)
    return sf_fail(error, SHEAF_EINVAL, what, "its name has 1 to %d bytes",
                   NAME_MAX_BYTES);
  if (child->metadata && child->metadata->type != SHEAF_MAP)
    return sf_fail(error, SHEAF_EINVAL, what,
                   "its metadata are a map, not a %s",
                   sheaf_type_name(child->metadata->type));
  const sf_family *family = children->family;
  if (child->text.size > family->max_document)
    return sf_fail(error, SHEAF_ETOOLARGE, what,
                   "%zu bytes of text, more than the limit of %llu",
                   child->text.size, (unsigned long long)family->max_document);
  if (family->count >= SHEAF_CHILDREN_MAX)
    return sf_fail(error, SHEAF_ELIMIT, what, "one member leads to at most %d",
                   SHEAF_CHILDREN_MAX);
  if (child->text.size > SHEAF_CHILDREN_TEXT_MAX - family->bytes)
    return sf_fail(error, SHEAF_ELIMIT, what,
                   "those of one member have at most %zu bytes of text",
                   SHEAF_CHILDREN_TEXT_MAX);
  return SHEAF_OK;
}

static int make_doc(sheaf_doc **out, const sheaf_result *result,
                    const sheaf_child *child, sheaf_error *error) {
  sheaf_doc *parent = result->doc, *doc;
  sheaf_value metadata = SHEAF_VALUE_NULL;
  char *id = sf_sprintf("%s/%zu/%s", sheaf_doc_id(parent),
                        result->children->count + 1, child->name);
  if (!id) return sf_no_memory(error);
  int code = sheaf_doc_new(&doc, id, sheaf_doc_bundle(parent),
                           sf_bytes(child->name), child->text, error);
  free(id);
  if (code) return code;
  if (child->media_type) code = sf_doc_own_media_type(doc, child->media_type);
  if (!code && child->metadata)
    code = sheaf_value_copy(&metadata, child->metadata);
  if (code) {
    sheaf_doc_free(doc);
    return sf_no_memory(error);
  }
  if (child->metadata) {
    sheaf_value *own = sheaf_doc_metadata(doc);
    sheaf_value_clear(own);
    *own = metadata;
  }
  *out = doc;
  return SHEAF_OK;
}

static int keep_doc(sf_children *children, sheaf_doc *doc, size_t step) {
  if (children->count == children->capacity) {
    size_t capacity = children->capacity ? 2 * children->capacity : 8;
    void *grown = realloc(children->items, capacity * sizeof *children->items);
    if (!grown) return SHEAF_ENOMEM;
    children->items = grown;
    children->capacity = capacity;
  }
  children->items[children->count++] = (struct sf_child_doc){doc, step};
  children->family->count++;
  children->family->bytes += sheaf_doc_text(doc).size;
  return SHEAF_OK;
}

int sheaf_result_emit(sheaf_result *result, const sheaf_child *child,
                      sheaf_error *error) {
  sheaf_child known = {0};
  sheaf_doc *doc = NULL;
  // A plugin of an older version has a shorter struct.
  memcpy(&known, child,
         child->size < sizeof known ? child->size : sizeof known);
  int code = check_child(result->children, &known, error);
  if (!code) code = make_doc(&doc, result, &known, error);
  if (code) return code;
  if (!keep_doc(result->children, doc, result->step)) return SHEAF_OK;
  sheaf_doc_free(doc);
  return sf_no_memory(error);
}
