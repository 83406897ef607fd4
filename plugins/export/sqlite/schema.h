/// The tables of the database, as README.md explains them.
#ifndef SQLITE_SCHEMA_H
#define SQLITE_SCHEMA_H

/// Made first. Offsets are bytes of the text in UTF-8.
#define SCHEMA                                                             \
  "CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL, " \
  "bundle TEXT NOT NULL, member TEXT NOT NULL, media_type TEXT, "          \
  "language TEXT, sha256 TEXT, symbol TEXT, title TEXT, summary TEXT, "    \
  "metadata TEXT NOT NULL, text TEXT NOT NULL);"                           \
  "CREATE TABLE spans (document INTEGER NOT NULL REFERENCES "              \
  "documents(number), "                                                    \
  "kind TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, "     \
  "value TEXT, attributes TEXT NOT NULL);"                                 \
  "CREATE VIEW span_texts AS SELECT spans.*, "                             \
  "CAST(substr(CAST(documents.text AS BLOB), start + 1, end - start) "     \
  "AS TEXT) AS text FROM spans JOIN documents ON number = document;"       \
  "CREATE VIEW citations AS SELECT document, "                             \
  "symbol AS citing, value AS cited, "                                     \
  "json_extract(attributes, '$.type') AS type, start, end "                \
  "FROM spans JOIN documents ON number = document "                        \
  "WHERE kind = 'citation';"

/// Its texts are those of the documents.
#define SEARCH_SCHEMA                                    \
  "CREATE VIRTUAL TABLE search USING fts5(title, text, " \
  "content = 'documents', content_rowid = 'number', "    \
  "tokenize = 'unicode61 remove_diacritics 2');"

/// Made last, which is quicker.
#define INDEXES                                              \
  "CREATE UNIQUE INDEX documents_by_id ON documents(id);"    \
  "CREATE INDEX documents_by_symbol ON documents(symbol);"   \
  "CREATE INDEX spans_by_document ON spans(document, kind);" \
  "CREATE INDEX spans_by_value ON spans(kind, value);"

#define INSERT_DOCUMENT                                    \
  "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, " \
  "?7, ?8, ?9, ?10, ?11, ?12)"
#define INSERT_SPAN "INSERT INTO spans VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
#define INSERT_SEARCH \
  "INSERT INTO search(rowid, title, text) VALUES (?1, ?2, ?3)"

#endif
