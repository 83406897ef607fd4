#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

/// The same input gives the same bytes: nothing depends on time or chance.
/// There is no journal, since a file that is not finished is thrown away.
#define SETTINGS                                                  \
  "PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-8'; "          \
  "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "         \
  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; " \
  "PRAGMA temp_store = FILE; BEGIN;"

static int fail(const database *db, const char *what, sheaf_error *error) {
  int code = sqlite3_errcode(db->handle) == SQLITE_FULL ||
                     sqlite3_errcode(db->handle) == SQLITE_IOERR
                 ? SHEAF_EWRITE
                 : SHEAF_EPLUGIN;
  *error = (sheaf_error){.code = code};
  snprintf(error->what, sizeof error->what, "export.sqlite");
  snprintf(error->why, sizeof error->why, "%s: %s", what,
           sqlite3_errmsg(db->handle));
  return code;
}

static int run(const database *db, const char *sql, sheaf_error *error) {
  if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return SHEAF_OK;
  return fail(db, "the database", error);
}

static int prepare(const database *db, const char *sql, sqlite3_stmt **out,
                   sheaf_error *error) {
  if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, out,
                         NULL) == SQLITE_OK)
    return SHEAF_OK;
  return fail(db, "a statement", error);
}

int database_open(database *db, const char *path, bool spans, bool search,
                  sheaf_error *error) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  *db = (database){.handle = NULL};
  if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
    return fail(db, "the database cannot be made", error);
  int code = run(db, SETTINGS, error);
  if (!code) code = run(db, SCHEMA, error);
  if (!code && search) code = run(db, SEARCH_SCHEMA, error);
  if (!code) code = prepare(db, INSERT_DOCUMENT, &db->document, error);
  if (!code && spans) code = prepare(db, INSERT_SPAN, &db->span, error);
  if (!code && search) code = prepare(db, INSERT_SEARCH, &db->search, error);
  return code;
}

void database_close(database *db) {
  sqlite3_finalize(db->document);
  sqlite3_finalize(db->span);
  sqlite3_finalize(db->search);
  sqlite3_close(db->handle);
}

int database_finish(database *db, sheaf_error *error) {
  int code = run(db, INDEXES, error);
  return code ? code : run(db, "COMMIT", error);
}

// --- Values ----------------------------------------------------------------

/// Binds borrowed bytes; NULL data is SQL's null.
static void bind_bytes(sqlite3_stmt *to, int place, sheaf_bytes text) {
  if (text.data)
    sqlite3_bind_text64(to, place, text.data, text.size, SQLITE_STATIC,
                        SQLITE_UTF8);
  else
    sqlite3_bind_null(to, place);
}

static sheaf_bytes text_of(const sheaf_value *value) {
  if (!value || value->type != SHEAF_STRING) return (sheaf_bytes){NULL, 0};
  return (sheaf_bytes){value->as.string.data, value->as.string.size};
}

static void bind_field(sqlite3_stmt *to, int place, const sheaf_value *map,
                       const char *key) {
  bind_bytes(to, place, text_of(sheaf_value_get(map, key)));
}

/// Binds a value as JSON.
static int bind_json(sqlite3_stmt *to, int place, const sheaf_value *value) {
  char *json;
  size_t size;
  int code = sheaf_value_write(value, &json, &size);
  if (code) return code;
  sqlite3_bind_text64(to, place, json, size, free, SQLITE_UTF8);
  return SHEAF_OK;
}

static int insert(const database *db, sqlite3_stmt *statement,
                  sheaf_error *error) {
  int status = sqlite3_step(statement);
  sqlite3_reset(statement);
  return status == SQLITE_DONE ? SHEAF_OK : fail(db, "a row", error);
}

// --- Spans -----------------------------------------------------------------

/// What a span says, for those who look for it: the first of these attributes.
static sheaf_bytes value_of(const sheaf_value *span) {
  static const char *const keys[] = {"symbol", "value", "name", "number"};
  sheaf_bytes found = {NULL, 0};
  for (size_t i = 0; i < sizeof keys / sizeof *keys && !found.data; i++)
    found = text_of(sheaf_value_get(span, keys[i]));
  return found;
}

/// A copy of the attributes alone: a span has its place beside them.
static int copy_attributes(sheaf_value *out, const sheaf_value *span) {
  int code = sheaf_value_map(out);
  for (size_t i = 0; i < sheaf_value_count(span) && !code; i++) {
    const char *key = sheaf_value_key(span, i).data;
    sheaf_value copy;
    if (!strcmp(key, "start") || !strcmp(key, "end")) continue;
    code = sheaf_value_copy(&copy, sheaf_value_at(span, i));
    if (!code) code = sheaf_value_set(out, key, copy);
  }
  return code;
}

static int add_span(const database *db, sheaf_bytes kind,
                    const sheaf_value *span, sheaf_error *error) {
  sheaf_value attributes = SHEAF_VALUE_NULL;
  int code = copy_attributes(&attributes, span);
  sqlite3_bind_int64(db->span, 1, db->count);
  bind_bytes(db->span, 2, kind);
  sqlite3_bind_int64(db->span, 3, sheaf_value_get_int(span, "start", 0));
  sqlite3_bind_int64(db->span, 4, sheaf_value_get_int(span, "end", 0));
  bind_bytes(db->span, 5, value_of(span));
  if (!code) code = bind_json(db->span, 6, &attributes);
  sheaf_value_clear(&attributes);
  return code ? code : insert(db, db->span, error);
}

static int add_spans(const database *db, const sheaf_value *kinds,
                     sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(kinds) && !code; i++) {
    const sheaf_value *spans = sheaf_value_at(kinds, i);
    for (size_t k = 0; k < sheaf_value_count(spans) && !code; k++)
      code = add_span(db, sheaf_value_key(kinds, i), sheaf_value_at(spans, k),
                      error);
  }
  return code;
}

// --- Documents -------------------------------------------------------------

static const sheaf_value *first_span(const sheaf_value *document,
                                     const char *kind) {
  const sheaf_value *kinds = sheaf_value_get(document, "spans");
  return sheaf_value_at(sheaf_value_get(kinds, kind), 0);
}

/// The text of the document's title; NULL data where it has none.
static sheaf_bytes title_of(const sheaf_value *document) {
  const sheaf_value *span = first_span(document, "title");
  sheaf_bytes text = text_of(sheaf_value_get(document, "text"));
  size_t from = (size_t)sheaf_value_get_int(span, "start", 0);
  size_t to = (size_t)sheaf_value_get_int(span, "end", 0);
  if (!span || from > to || to > text.size) return (sheaf_bytes){NULL, 0};
  return (sheaf_bytes){text.data + from, to - from};
}

/// The sentences of the summary, a line each. SQLite frees it.
static void bind_summary(sqlite3_stmt *to, int place,
                         const sheaf_value *document) {
  const sheaf_value *list = sheaf_value_get(document, "summary");
  sqlite3_str *lines = sqlite3_str_new(NULL);
  for (size_t i = 0; i < sheaf_value_count(list); i++) {
    sheaf_bytes line = text_of(sheaf_value_at(list, i));
    if (i) sqlite3_str_appendchar(lines, 1, '\n');
    if (line.data) sqlite3_str_append(lines, line.data, (int)line.size);
  }
  sqlite3_bind_text(to, place, sqlite3_str_finish(lines), -1, sqlite3_free);
}

static int add_row(const database *db, const sheaf_value *document,
                   sheaf_error *error) {
  static const char *const fields[] = {"id",         "bundle",   "member",
                                       "media_type", "language", "sha256"};
  sqlite3_stmt *to = db->document;
  sqlite3_bind_int64(to, 1, db->count);
  for (int i = 0; i < 6; i++) bind_field(to, i + 2, document, fields[i]);
  bind_field(to, 8, first_span(document, "symbol"), "symbol");
  bind_bytes(to, 9, title_of(document));
  bind_summary(to, 10, document);
  int code = bind_json(to, 11, sheaf_value_get(document, "metadata"));
  bind_field(to, 12, document, "text");
  return code ? code : insert(db, to, error);
}

static int add_to_search(const database *db, const sheaf_value *document,
                         sheaf_error *error) {
  sqlite3_bind_int64(db->search, 1, db->count);
  bind_bytes(db->search, 2, title_of(document));
  bind_field(db->search, 3, document, "text");
  return insert(db, db->search, error);
}

int database_add(database *db, const sheaf_value *document,
                 sheaf_error *error) {
  db->count++;
  int code = add_row(db, document, error);
  if (!code && db->span)
    code = add_spans(db, sheaf_value_get(document, "spans"), error);
  if (!code && db->search) code = add_to_search(db, document, error);
  return code;
}
