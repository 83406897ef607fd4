/// The database while it is made: documents go in one after the other.
#ifndef SQLITE_DATABASE_H
#define SQLITE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "sheaf/plugin.h"

typedef struct {
  sqlite3 *handle;
  sqlite3_stmt *document;  ///< Those that insert; NULL: none is wanted.
  sqlite3_stmt *span;
  sqlite3_stmt *search;
  sqlite3_int64 count;  ///< Of documents.
} database;

/// Makes the file at `path`, and the tables in it. On failure, too, it has to
/// be closed.
int database_open(database *db, const char *path, bool spans, bool search,
                  sheaf_error *error);

/// Adds a document, as sheaf_doc_json() writes it.
int database_add(database *db, const sheaf_value *document, sheaf_error *error);

/// Makes the indexes, and commits.
int database_finish(database *db, sheaf_error *error);

void database_close(database *db);

#endif
