/// Gzip streams as files: the same bytes at any offset, and the truth about
/// what is damaged.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "io/io.h"

static const sf_stream_limits no_limits = {0, 0};

// Appends a gzip member. Level 0 stores, 9 packs; `name` may be NULL.
static void add_member(sf_buffer *out, sheaf_bytes content, int level,
                       char *name) {
  z_stream stream = {0};
  gz_header header = {.name = (Bytef *)name,
                      .extra = (Bytef *)"extra",
                      .extra_len = name ? 5 : 0,
                      .hcrc = name != NULL};
  assert_int_equal(deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + 16, 8,
                                Z_DEFAULT_STRATEGY),
                   Z_OK);
  if (name) deflateSetHeader(&stream, &header);
  size_t room = deflateBound(&stream, content.size) + 64;
  stream.next_in = (Bytef *)content.data;
  stream.avail_in = (uInt)content.size;
  stream.next_out = (Bytef *)sf_buffer_reserve(out, room);
  stream.avail_out = (uInt)room;
  assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out->size += room - stream.avail_out;
  deflateEnd(&stream);
}

// Text of which every piece looks different: no place is like another.
static void add_text(sf_buffer *out, size_t size, unsigned seed) {
  while (out->size < size) {
    seed = seed * 1103515245 + 12345;
    sf_buffer_printf(out, "%u words and %x more.\n", seed >> 16, seed);
  }
  out->size = size;
}

static sf_file *open_stream(const sf_buffer *packed,
                            const sf_stream_limits *limits) {
  sf_file *memory, *file;
  assert_int_equal(
      sf_file_memory(&memory, "test.gz", sf_buffer_bytes(packed), NULL), 0);
  sheaf_error error = {0};
  if (sf_gunzip(&file, memory, limits, "", &error)) fail_msg("%s", error.why);
  return file;
}

static void expect_same(sf_file *file, const sf_buffer *wanted) {
  assert_int_equal(sf_file_size(file), wanted->size);
  unsigned seed = 7;
  for (int i = 0; i < 60; i++) {
    seed = seed * 1103515245 + 12345;
    uint64_t offset = (seed >> 3) % wanted->size;
    size_t size = (seed >> 8) % 5000;
    if (size > wanted->size - offset) size = (size_t)(wanted->size - offset);
    sheaf_bytes got;
    assert_int_equal(sf_file_view(file, offset, size, &got, NULL), 0);
    assert_memory_equal(got.data, wanted->data + offset, size);
  }
  assert_int_equal(sf_file_doubt(file, 0, wanted->size, NULL), SHEAF_OK);
}

// --- Whole streams ---------------------------------------------------------

static void one_member(void **state) {
  (void)state;
  for (int level = 0; level <= 9; level += 3) {
    sf_buffer text = {0}, packed = {0};
    add_text(&text, 5 << 20, 1);
    add_member(&packed, sf_buffer_bytes(&text), level, NULL);
    sf_file *file = open_stream(&packed, &no_limits);
    expect_same(file, &text);
    sf_file_close(file);
    sf_buffer_clear(&text);
    sf_buffer_clear(&packed);
  }
}

static void many_members(void **state) {
  (void)state;
  sf_buffer text = {0}, packed = {0};
  for (unsigned i = 0; i < 300; i++) {
    sf_buffer part = {0};
    add_text(&part, i * 41 % 30000, i);
    add_member(&packed, sf_buffer_bytes(&part), (int)(i % 10),
               i % 3 ? NULL : "a name");
    sf_buffer_append(&text, part.data, part.size);
    sf_buffer_clear(&part);
  }
  // What tapes and blocks are filled up with.
  sf_buffer_append(&packed, (char[1000]){0}, 1000);
  sf_file *file = open_stream(&packed, &no_limits);
  expect_same(file, &text);
  sf_file_close(file);
  sf_buffer_clear(&text);
  sf_buffer_clear(&packed);
}

static void empty_stream(void **state) {
  (void)state;
  sf_buffer packed = {0};
  add_member(&packed, (sheaf_bytes){"", 0}, 6, NULL);
  sf_file *file = open_stream(&packed, &no_limits);
  assert_int_equal(sf_file_size(file), 0);
  sf_file_close(file);
  sf_buffer_clear(&packed);
}

// --- Damage ----------------------------------------------------------------

// Each byte of the header is changed, but for those that make it one.
static void a_header_has_a_checksum(void **state) {
  (void)state;
  sf_buffer text = {0}, packed = {0};
  add_text(&text, 3000, 1);
  for (int i = 0; i < 3; i++)
    add_member(&packed, sf_buffer_bytes(&text), 6, "a name");
  size_t from = packed.size / 3, size = 10 + 2 + 5 + 7;
  for (size_t at = 4; at < size + 2; at++) {
    bool length = at == 10 || at == 11;
    if (length || at == size - 1) continue;
    sheaf_error error;
    packed.data[from + at] ^= 1;
    sf_file *file = open_stream(&packed, &no_limits);
    assert_int_equal(sf_file_size(file), 9000);
    assert_int_equal(sf_file_doubt(file, 0, 3000, NULL), SHEAF_OK);
    assert_int_equal(sf_file_doubt(file, 3000, 6000, &error), SHEAF_ECHECKSUM);
    assert_non_null(strstr(error.why, "the checksum of the header"));
    assert_int_equal(sf_file_doubt(file, 6000, 9000, NULL), SHEAF_OK);
    sf_file_close(file);
    packed.data[from + at] ^= 1;
  }
  sf_buffer_clear(&text);
  sf_buffer_clear(&packed);
}

/// Members of which each is a letter many times, and one is damaged.
static void pack_letters(sf_buffer *packed, size_t ends[26]) {
  for (int i = 0; i < 26; i++) {
    char letters[100];
    memset(letters, 'a' + i, sizeof letters);
    sf_buffer part = {0};
    add_text(&part, 400, (unsigned)i);
    sf_buffer_append(&part, letters, sizeof letters);
    add_member(packed, sf_buffer_bytes(&part), 9, NULL);
    ends[i] = packed->size;
    sf_buffer_clear(&part);
  }
}

// Counts the letters that stand there a hundred times and that nothing doubts.
static int count_good(sf_file *file) {
  int good = 0;
  uint64_t size = sf_file_size(file);
  for (uint64_t at = sf_file_resume(file, 0); at + 500 <= size;) {
    sheaf_bytes part;
    sheaf_error error;
    if (sf_file_view(file, at, 500, &part, &error) ||
        part.data[499] != part.data[400] ||
        sf_file_doubt(file, at, at + 500, NULL)) {
      // Onward, past what is doubtful or lost.
      at = sf_file_resume(file, at + 1);
      continue;
    }
    good++;
    at = sf_file_resume(file, at + 500);
  }
  return good;
}

static void flipped_member(void **state) {
  (void)state;
  size_t ends[26];
  sf_buffer packed = {0};
  pack_letters(&packed, ends);
  for (size_t at = ends[9]; at < ends[10]; at++) {
    packed.data[at] ^= 0x10;
    sf_file *file = open_stream(&packed, &no_limits);
    int good = count_good(file);
    // A flip in the header's time or name changes nothing.
    assert_true(good == 25 || good == 26);
    sf_file_close(file);
    packed.data[at] ^= 0x10;
  }
  sf_buffer_clear(&packed);
}

static void every_flip(void **state) {
  (void)state;
  sf_buffer text = {0}, packed = {0};
  add_text(&text, 3000, 3);
  add_member(&packed, sf_buffer_bytes(&text), 6, NULL);
  for (size_t at = 0; at < packed.size * 8; at++) {
    packed.data[at / 8] ^= (char)(1 << at % 8);
    sf_file *file = NULL, *memory;
    sf_file_memory(&memory, "test.gz", sf_buffer_bytes(&packed), NULL);
    assert_int_equal(sf_gunzip(&file, memory, &no_limits, "", NULL), 0);
    uint64_t size = sf_file_size(file);
    bool vouched = size && !sf_file_doubt(file, 0, size, NULL);
    sheaf_bytes got;
    if (vouched) {
      assert_int_equal(size, text.size);
      assert_int_equal(sf_file_view(file, 0, text.size, &got, NULL), 0);
      assert_memory_equal(got.data, text.data, text.size);
    }
    sf_file_close(file);
    packed.data[at / 8] ^= (char)(1 << at % 8);
  }
  sf_buffer_clear(&text);
  sf_buffer_clear(&packed);
}

static void cut_stream(void **state) {
  (void)state;
  sf_buffer text = {0}, packed = {0};
  add_text(&text, 1 << 20, 5);
  add_member(&packed, sf_buffer_bytes(&text), 6, NULL);
  packed.size = packed.size * 3 / 4;
  sf_file *file = open_stream(&packed, &no_limits);
  uint64_t size = sf_file_size(file) - 1;
  sheaf_bytes got;
  sheaf_error error;
  assert_true(size > text.size / 2);
  assert_int_equal(sf_file_view(file, 0, (size_t)size, &got, NULL), 0);
  assert_memory_equal(got.data, text.data, (size_t)size);
  assert_int_equal(sf_file_doubt(file, 0, 1, &error), SHEAF_ETRUNCATED);
  assert_int_equal(sf_file_view(file, size, 1, &got, &error), SHEAF_ETRUNCATED);
  assert_non_null(strstr(error.why, "cut off at the end of the file"));
  sf_file_close(file);
  sf_buffer_clear(&text);
  sf_buffer_clear(&packed);
}

// zlib holds back up to 258 bytes of a repetition when there is no room.
static void cut_within_a_repetition(void **state) {
  (void)state;
  sf_buffer packed = {0};
  char content[3000];
  memset(content, 'a', sizeof content);
  add_member(&packed, (sheaf_bytes){content, sizeof content}, 9, NULL);
  for (size_t end = packed.size - 1; end > 18; end--) {
    packed.size = end;
    sf_file *file = open_stream(&packed, &no_limits);
    for (uint64_t at = sf_file_size(file); at-- > 0;) {
      sheaf_bytes got = {"", 0};
      int code = sf_file_view(file, at, 1, &got, NULL);
      assert_true(code ? code == SHEAF_ETRUNCATED : got.data[0] == 'a');
    }
    sf_file_close(file);
  }
  sf_buffer_clear(&packed);
}

static void junk_behind(void **state) {
  (void)state;
  sf_buffer text = {0}, packed = {0};
  add_text(&text, 5000, 5);
  add_member(&packed, sf_buffer_bytes(&text), 6, NULL);
  sf_buffer_puts(&packed, "this is no gzip member");
  sf_file *file = open_stream(&packed, &no_limits);
  sheaf_error error;
  assert_int_equal(sf_file_size(file), 5001);
  assert_int_equal(sf_file_doubt(file, 0, 5000, NULL), SHEAF_OK);
  assert_int_equal(sf_file_doubt(file, 5000, 5001, &error), SHEAF_EDAMAGED);
  assert_non_null(strstr(error.why, "22 bytes at byte"));
  sf_file_close(file);
  sf_buffer_clear(&text);
  sf_buffer_clear(&packed);
}

// --- Limits ----------------------------------------------------------------

static void bomb(void **state) {
  (void)state;
  static const sf_stream_limits ratio = {0, 250}, total = {3 << 20, 0};
  sf_buffer zeros = {0}, packed = {0};
  char *room = sf_buffer_reserve(&zeros, 16 << 20);
  memset(room, 0, 16 << 20);
  zeros.size = 16 << 20;
  add_member(&packed, sf_buffer_bytes(&zeros), 9, NULL);
  sheaf_error error;
  const sf_stream_limits *limits[] = {&ratio, &total};
  for (int i = 0; i < 2; i++) {
    sf_file *file = open_stream(&packed, limits[i]);
    assert_true(sf_file_size(file) < 6 << 20);
    assert_int_equal(sf_file_doubt(file, 0, 1, &error), SHEAF_ETOOLARGE);
    sf_file_close(file);
  }
  sf_buffer_clear(&zeros);
  sf_buffer_clear(&packed);
}

// --- Kept indexes ----------------------------------------------------------

static void write_file(const char *path, const sf_buffer *content) {
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(content->data, 1, content->size, stream),
                   content->size);
  assert_int_equal(fclose(stream), 0);
}

static sf_file *open_kept(const char *path, const char *cache) {
  sf_file *packed, *file;
  assert_int_equal(sf_file_open(&packed, path, NULL), 0);
  assert_int_equal(sf_gunzip(&file, packed, &no_limits, cache, NULL), 0);
  return file;
}

static int count_kept(const char *cache) {
  char command[256];
  int count = 0;
  snprintf(command, sizeof command, "ls %s/*.gzip-index 2>/dev/null | wc -l",
           cache);
  FILE *pipe = popen(command, "r");
  assert_int_equal(fscanf(pipe, "%d", &count), 1);
  pclose(pipe);
  return count;
}

// Changes a byte of the index, at a place in terms of its size.
static void spoil(const char *cache, const char *place) {
  char command[256];
  snprintf(command, sizeof command,
           "for f in %s/*; do printf x | dd of=$f bs=1 conv=notrunc "
           "seek=$(($(stat -c %%s $f) %s)) 2>/dev/null; done",
           cache, place);
  assert_int_equal(system(command), 0);
}

static void kept_index(void **state) {
  (void)state;
  char folder[] = "/tmp/sheaf-gunzip-XXXXXX", path[64], cache[64], remove[64];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/a.gz", folder);
  snprintf(cache, sizeof cache, "%s/cache", folder);
  sf_buffer text = {0}, packed = {0};
  add_text(&text, 12 << 20, 9);
  add_member(&packed, sf_buffer_bytes(&text), 1, NULL);
  assert_true(packed.size > 4 << 20);
  write_file(path, &packed);
  // Made, used, damaged and made again: always the same bytes.
  for (int i = 0; i < 5; i++) {
    sf_file *file = open_kept(path, cache);
    expect_same(file, &text);
    sf_file_close(file);
    assert_int_equal(count_kept(cache), 1);
    if (i == 1) spoil(cache, "- 200");  // The head,
    if (i == 2) spoil(cache, "/ 3");    // a window.
  }
  // Another content, another index.
  packed.data[packed.size / 2] ^= 1;
  write_file(path, &packed);
  sf_file *file = open_kept(path, cache);
  assert_int_not_equal(sf_file_doubt(file, 0, 1, NULL), SHEAF_OK);
  sf_file_close(file);
  assert_int_equal(count_kept(cache), 2);
  // Where nothing can be kept it works all the same.
  file = open_kept(path, "/dev/null/cache");
  assert_int_not_equal(sf_file_doubt(file, 0, 1, NULL), SHEAF_OK);
  sf_file_close(file);
  snprintf(remove, sizeof remove, "rm -rf %s", folder);
  assert_int_equal(system(remove), 0);
  sf_buffer_clear(&text);
  sf_buffer_clear(&packed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"gunzip: one member gives the same bytes at any offset", one_member,
       NULL, NULL, NULL},
      {"gunzip: so do many, with names and padding", many_members, NULL, NULL,
       NULL},
      {"gunzip: an empty stream is an empty file", empty_stream, NULL, NULL,
       NULL},
      {"gunzip: a header's checksum is checked, and its member in doubt",
       a_header_has_a_checksum, NULL, NULL, NULL},
      {"gunzip: a flipped byte costs the member that it is in", flipped_member,
       NULL, NULL, NULL},
      {"gunzip: no flipped bit goes unnoticed", every_flip, NULL, NULL, NULL},
      {"gunzip: of a stream that is cut, the beginning is there, in doubt",
       cut_stream, NULL, NULL, NULL},
      {"gunzip: byte by byte there is as much of it", cut_within_a_repetition,
       NULL, NULL, NULL},
      {"gunzip: what stands behind the last member is told", junk_behind, NULL,
       NULL, NULL},
      {"gunzip: a bomb ends where a limit is reached", bomb, NULL, NULL, NULL},
      {"gunzip: an index is kept, and made again when it does not fit",
       kept_index, NULL, NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
