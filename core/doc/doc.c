/// Documents: their facts, their metadata and the adding of spans.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc/private.h"
#include "json/json.h"
#include "text/text.h"

// --- Life ------------------------------------------------------------------

/// Puts a copy of `name`, with a NUL, at `*end` and moves that behind it.
static const char *put_name(char **end, sheaf_bytes name) {
  char *copy = *end;
  if (name.size) memcpy(copy, name.data, name.size);
  copy[name.size] = '\0';
  *end = copy + name.size + 1;
  return copy;
}

int sf_doc_borrow(sheaf_doc **out, const char *id, const char *bundle,
                  sheaf_bytes member, sheaf_bytes text, sheaf_error *error) {
  *out = NULL;
  sheaf_bytes id_name = sf_bytes(id), bundle_name = sf_bytes(bundle);
  size_t names = id_name.size + bundle_name.size + member.size + 3;
  sheaf_doc *doc = malloc(sizeof *doc + names);
  if (!doc) return sf_no_memory(error);
  *doc = (sheaf_doc){.id = NULL};
  char *end = doc->names;
  doc->id = put_name(&end, id_name);
  doc->bundle = put_name(&end, bundle_name);
  doc->member = (sheaf_bytes){put_name(&end, member), member.size};
  if (!text.size) text.data = "";  // Nobody has to expect a NULL.
  doc->text = doc->content = text;
  doc->media_type = "text/plain";
  doc->plugin = "";
  if (sheaf_value_map(&doc->metadata) != SHEAF_OK) {
    sheaf_doc_free(doc);
    return sf_no_memory(error);
  }
  *out = doc;
  return SHEAF_OK;
}

int sheaf_doc_new(sheaf_doc **out, const char *id, const char *bundle,
                  sheaf_bytes member, sheaf_bytes text, sheaf_error *error) {
  *out = NULL;
  size_t valid = sf_utf8_valid(text);
  if (valid != text.size)
    return sf_fail(error, SHEAF_ENOTTEXT, id, "not UTF-8 at byte %zu", valid);
  char *copy = sf_strndup(text.data, text.size);
  if (!copy) return sf_no_memory(error);
  text.data = copy;
  int code = sf_doc_borrow(out, id, bundle, member, text, error);
  if (code == SHEAF_OK)
    (*out)->own_text = copy;
  else
    free(copy);
  return code;
}

void sheaf_doc_free(sheaf_doc *doc) {
  if (!doc) return;
  sf_spans_clear(&doc->spans);
  sheaf_value_clear(&doc->metadata);
  sheaf_value_clear(&doc->kept);
  free(doc->own_media_type);
  free(doc->own_text);
  free(doc->read_text);
  free(doc);
}

// --- Facts -----------------------------------------------------------------

const char *sheaf_doc_id(const sheaf_doc *doc) {
  return doc->id;
}

const char *sheaf_doc_bundle(const sheaf_doc *doc) {
  return doc->bundle;
}

sheaf_bytes sheaf_doc_member(const sheaf_doc *doc) {
  return doc->member;
}

const char *sheaf_doc_media_type(const sheaf_doc *doc) {
  return doc->media_type;
}

const char *sheaf_doc_language(sheaf_doc *doc) {
  if (!doc->language) doc->language = sf_text_language(doc->text);
  return doc->language;
}

sheaf_bytes sheaf_doc_text(const sheaf_doc *doc) {
  return doc->text;
}

// What is about to be changed is kept for a rollback, once for each mark.
static int keep_metadata(sheaf_doc *doc) {
  if (!doc->marked || doc->kept.type != SHEAF_NULL) return SHEAF_OK;
  doc->kept_memory = doc->metadata_memory;
  return sheaf_value_copy(&doc->kept, &doc->metadata);
}

sheaf_value *sheaf_doc_metadata(sheaf_doc *doc) {
  // Whoever asks may change them; without memory there is no way back.
  (void)keep_metadata(doc);
  return &doc->metadata;
}

const sheaf_value *sf_doc_metadata(const sheaf_doc *doc) {
  return &doc->metadata;
}

void sf_doc_set_media_type(sheaf_doc *doc, const char *media_type) {
  doc->media_type = media_type;
}

int sf_doc_own_media_type(sheaf_doc *doc, const char *media_type) {
  char *copy = sf_strndup(media_type, strlen(media_type));
  if (!copy) return SHEAF_ENOMEM;
  free(doc->own_media_type);
  doc->media_type = doc->own_media_type = copy;
  return SHEAF_OK;
}

sheaf_bytes sheaf_doc_content(const sheaf_doc *doc) {
  return doc->content;
}

void sf_doc_set_content(sheaf_doc *doc, sheaf_bytes content) {
  doc->content = content;
}

void sf_doc_set_plugin(sheaf_doc *doc, const char *plugin) {
  doc->plugin = plugin;
}

size_t sf_doc_memory(const sheaf_doc *doc) {
  size_t read = doc->read_text ? doc->text.size : 0;
  return doc->spans.memory + doc->metadata_memory + read;
}

int sf_doc_set_metadata(sheaf_doc *doc, const char *key, sheaf_value value) {
  if (keep_metadata(doc) != SHEAF_OK) {
    sheaf_value_clear(&value);
    return SHEAF_ENOMEM;
  }
  const sheaf_value *old = sheaf_value_get(&doc->metadata, key);
  size_t less = old ? sf_value_memory(old) : 0;
  size_t more = sf_value_memory(&value) + (old ? 0 : strlen(key));
  int code = sheaf_value_set(&doc->metadata, key, value);
  if (code != SHEAF_OK) return code;
  // What was there before may have been set without being counted.
  if (less > doc->metadata_memory) less = doc->metadata_memory;
  doc->metadata_memory += more - less;
  return SHEAF_OK;
}

// --- Reading ---------------------------------------------------------------

void sf_doc_set_unread(sheaf_doc *doc) {
  doc->unread = true;
}

bool sf_doc_unread(const sheaf_doc *doc) {
  return doc->unread && !doc->read_text;
}

bool sf_doc_read(const sheaf_doc *doc) {
  return doc->read_text != NULL;
}

void sf_doc_let_read(sheaf_doc *doc, uint64_t limit) {
  doc->read_limit = limit;
}

bool sf_doc_reading(const sheaf_doc *doc) {
  return doc->read_limit > 0;
}

static int check_text(const sheaf_doc *doc, sheaf_bytes text,
                      sheaf_error *error) {
  if (!doc->read_limit)
    return sf_fail(error, SHEAF_EINVAL, doc->plugin,
                   "the text of a document is set by plugins of stage 'read' "
                   "only, and never changes after that");
  if (doc->read_text || doc->spans.count)
    return sf_fail(error, SHEAF_EINVAL, doc->plugin,
                   "the text is set once, and before spans are added to it");
  if (text.size > doc->read_limit)
    return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                   "%zu bytes of text, more than the limit of %" PRIu64,
                   text.size, doc->read_limit);
  size_t valid = sf_utf8_valid(text);
  if (valid == text.size) return SHEAF_OK;
  return sf_fail(error, SHEAF_ENOTTEXT, doc->plugin,
                 "the text that was read is not UTF-8 at byte %zu", valid);
}

int sheaf_doc_set_text(sheaf_doc *doc, sheaf_bytes text, sheaf_error *error) {
  int code = check_text(doc, text, error);
  if (code) return code;
  doc->read_text = sf_strndup(text.data, text.size);
  if (!doc->read_text) return sf_no_memory(error);
  doc->source = doc->text;
  doc->text = (sheaf_bytes){doc->read_text, text.size};
  doc->language = NULL;
  return SHEAF_OK;
}

// A reader that failed, or begins anew, has set nothing.
static void take_text_back(sheaf_doc *doc) {
  if (!doc->read_text) return;
  free(doc->read_text);
  doc->read_text = NULL;
  doc->text = doc->source;
  doc->language = NULL;
}

// --- Adding spans ----------------------------------------------------------

static bool kind_allowed(const char *kind) {
  size_t size = strspn(kind, "abcdefghijklmnopqrstuvwxyz0123456789_.");
  return size > 0 && size <= SF_KIND_MAX && kind[size] == '\0';
}

bool sf_doc_attribute_allowed(sheaf_bytes name) {
  return name.size > 0 && !sf_bytes_equal(name, "start") &&
         !sf_bytes_equal(name, "end");
}

// True when the list has the kind; one in it may end in a question mark.
static bool lists(const sheaf_value *kinds, const char *kind) {
  size_t size = strlen(kind);
  for (size_t i = 0; i < sheaf_value_count(kinds); i++) {
    const char *name = sheaf_value_at(kinds, i)->as.string.data;
    if (strncmp(name, kind, size) == 0 &&
        (!name[size] || strcmp(name + size, "?") == 0))
      return true;
  }
  return false;
}

static int check_span(const sheaf_doc *doc, const char *kind, size_t from,
                      size_t to, sheaf_error *error) {
  if (!kind_allowed(kind))
    return sf_fail(error, SHEAF_EINVAL, kind,
                   "not a kind of span: 1 to %d of a-z, 0-9, '_' and '.'",
                   SF_KIND_MAX);
  if (doc->writes && !lists(doc->writes, kind)) {
    sf_fail(error, SHEAF_EINVAL, kind,
            "\"writes\" in plugin.json does not list this kind of span");
    sf_hint(error, "add \"%s\" to it", kind);
    return SHEAF_EINVAL;
  }
  if (from > to || to > doc->text.size)
    return sf_fail(error, SHEAF_EINVAL, kind,
                   "[%zu, %zu) is not within the text of %zu bytes", from, to,
                   doc->text.size);
  if (!sf_utf8_boundary(doc->text, from) || !sf_utf8_boundary(doc->text, to))
    return sf_fail(error, SHEAF_EINVAL, kind,
                   "[%zu, %zu) cuts a character in two", from, to);
  return SHEAF_OK;
}

void sf_doc_limit_kinds(sheaf_doc *doc, const sheaf_value *reads,
                        const sheaf_value *writes) {
  doc->reads = reads;
  doc->writes = writes;
  doc->misread[0] = '\0';
}

void sf_doc_limit(sheaf_doc *doc, uint64_t spans) {
  doc->last_serial = spans ? doc->spans.next_serial + spans : 0;
  doc->full = false;
}

bool sf_doc_full(const sheaf_doc *doc) {
  return doc->full;
}

static int refuse_span(sheaf_doc *doc, const char *kind, sheaf_error *error) {
  doc->full = true;
  return sf_fail(error, SHEAF_ELIMIT, kind, "there are too many spans");
}

int sf_doc_add_json(sheaf_doc *doc, const char *kind, size_t from, size_t to,
                    sheaf_bytes attributes, sheaf_error *error) {
  int code = check_span(doc, kind, from, to, error);
  if (code != SHEAF_OK) return code;
  if (doc->last_serial && doc->spans.next_serial >= doc->last_serial)
    return refuse_span(doc, kind, error);
  sf_span span = {.from = from,
                  .to = to,
                  .plugin = doc->plugin,
                  .attributes = attributes.data,
                  .attributes_size = attributes.size};
  return sf_spans_add(&doc->spans, kind, span) ? SHEAF_OK : sf_no_memory(error);
}

static int check_attributes(const char *kind, const sheaf_value *attributes,
                            sheaf_error *error) {
  if (attributes->type != SHEAF_MAP)
    return sf_fail(error, SHEAF_EINVAL, kind, "attributes are a map, not a %s",
                   sheaf_type_name(attributes->type));
  for (size_t i = 0; i < sheaf_value_count(attributes); i++) {
    sheaf_bytes name = sheaf_value_key(attributes, i);
    if (!sf_doc_attribute_allowed(name))
      return sf_fail(error, SHEAF_EINVAL, kind,
                     "no attribute may be called '%.*s'", (int)name.size,
                     name.data);
  }
  return SHEAF_OK;
}

int sheaf_doc_add(sheaf_doc *doc, const char *kind, size_t from, size_t to,
                  const sheaf_value *attributes, sheaf_error *error) {
  if (!attributes)
    return sf_doc_add_json(doc, kind, from, to, sf_bytes("{}"), error);
  int code = check_attributes(kind, attributes, error);
  if (code != SHEAF_OK) return code;
  sf_buffer json = {0};
  sf_json_canonical(&json, attributes);
  code = json.failed ? sf_no_memory(error)
                     : sf_doc_add_json(doc, kind, from, to,
                                       sf_buffer_bytes(&json), error);
  sf_buffer_clear(&json);
  return code;
}

sf_doc_mark sf_doc_save(sheaf_doc *doc) {
  sheaf_value_clear(&doc->kept);
  doc->marked = true;
  return (sf_doc_mark){doc->spans.next_serial};
}

void sf_doc_rollback(sheaf_doc *doc, sf_doc_mark mark) {
  sf_spans_rollback(&doc->spans, mark.next_serial);
  if (doc->read_limit) take_text_back(doc);
  if (doc->kept.type == SHEAF_NULL) return;
  sheaf_value_clear(&doc->metadata);
  doc->metadata = doc->kept;
  doc->metadata_memory = doc->kept_memory;
  doc->kept = (sheaf_value)SHEAF_VALUE_NULL;
}

// --- Reading spans ---------------------------------------------------------

bool sf_doc_may_read(const sheaf_doc *doc, const char *kind) {
  return !doc->reads || lists(doc->reads, kind) || lists(doc->writes, kind);
}

int sf_doc_refuse_read(const char *kind, sheaf_error *error) {
  sf_fail(error, SHEAF_EINVAL, kind,
          "\"reads\" in plugin.json does not list this kind of span");
  sf_hint(error, "add \"%s\" to it, or \"%s?\" where it may be missing", kind,
          kind);
  return SHEAF_EINVAL;
}

const char *sf_doc_misread(const sheaf_doc *doc) {
  return doc->misread;
}

// The same for those who are told by a code alone: the first kind is noted.
static bool may_read(sheaf_doc *doc, const char *kind) {
  if (sf_doc_may_read(doc, kind)) return true;
  if (!doc->misread[0]) snprintf(doc->misread, sizeof doc->misread, "%s", kind);
  return false;
}

size_t sheaf_doc_span_count(sheaf_doc *doc, const char *kind) {
  size_t count = 0;
  if (kind && !may_read(doc, kind)) return 0;
  for (size_t i = 0; i < doc->spans.count; i++) {
    const sf_layer *layer = &doc->spans.layers[i];
    if (!kind || strcmp(kind, layer->kind) == 0) count += layer->count;
  }
  return count;
}

int sheaf_doc_span(sheaf_doc *doc, const char *kind, size_t index,
                   sheaf_span *span) {
  if (!may_read(doc, kind)) return SHEAF_EINVAL;
  const sf_layer *layer = sf_spans_layer(&doc->spans, kind);
  if (!layer || index >= layer->count) return SHEAF_END;
  const sf_span *found = &layer->spans[index];
  *span =
      (sheaf_span){.kind = layer->kind,
                   .plugin = found->plugin,
                   .from = found->from,
                   .to = found->to,
                   .attributes = {found->attributes, found->attributes_size}};
  return SHEAF_OK;
}

const char *sheaf_doc_kind(const sheaf_doc *doc, size_t index) {
  return index < doc->spans.count ? doc->spans.layers[index].kind : NULL;
}
