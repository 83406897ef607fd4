/// Reading at offsets, inflating, and writing that survives.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"

#define PATTERN_SIZE ((size_t)3 << 20)

// A folder for one test, and what it is removed by.
static int make_folder(void **state) {
  char *folder = strdup("/tmp/sheaf-io-XXXXXX");
  *state = folder;
  return folder && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state) {
  char command[100];
  snprintf(command, sizeof command, "rm -rf %s", (char *)*state);
  int failed = chdir("/") || system(command);
  free(*state);
  return failed;
}

static void write_file(const char *path, const char *data, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, size, file), size);
  fclose(file);
}

// Bytes that tell by themselves where they stand.
static char *make_pattern(void) {
  char *pattern = malloc(PATTERN_SIZE);
  for (size_t i = 0; i < PATTERN_SIZE; i++)
    pattern[i] = (char)((i * 2654435761u) >> 13);
  return pattern;
}

// --- Reading ---------------------------------------------------------------

static void views_are_what_the_file_has(void **state) {
  (void)state;
  char *pattern = make_pattern();
  write_file("pattern", pattern, PATTERN_SIZE);
  sf_file *file;
  assert_int_equal(sf_file_open(&file, "pattern", NULL), SHEAF_OK);
  assert_int_equal(sf_file_size(file), PATTERN_SIZE);
  uint32_t random = 1;
  size_t offset = 0;
  for (int i = 0; i < 3000; i++) {
    random = random * 1664525 + 1013904223;
    size_t size = (random >> 8) % (i % 50 ? 5000 : 1500000);
    if (i % 4 == 0) offset = (random >> 3) % PATTERN_SIZE;  // A jump.
    if (size > PATTERN_SIZE - offset) size = PATTERN_SIZE - offset;
    sheaf_bytes bytes;
    assert_int_equal(sf_file_view(file, offset, size, &bytes, NULL), SHEAF_OK);
    assert_int_equal(bytes.size, size);
    if (size) assert_memory_equal(bytes.data, pattern + offset, size);
    offset += size;
  }
  sf_file_close(file);
  free(pattern);
}

static void views_past_the_end_are_refused(void **state) {
  (void)state;
  write_file("short", "12345", 5);
  sf_file *files[2];
  assert_int_equal(sf_file_open(&files[0], "short", NULL), SHEAF_OK);
  assert_int_equal(sf_file_memory(&files[1], "short", sf_bytes("12345"), NULL),
                   SHEAF_OK);
  for (int i = 0; i < 2; i++) {
    sheaf_bytes bytes;
    sheaf_error error;
    assert_int_equal(sf_file_view(files[i], 5, 0, &bytes, &error), SHEAF_OK);
    assert_int_equal(sf_file_view(files[i], 6, 0, &bytes, &error),
                     SHEAF_ETRUNCATED);
    assert_int_equal(
        sf_file_view(files[i], UINT64_MAX, SIZE_MAX, &bytes, &error),
        SHEAF_ETRUNCATED);
    assert_int_equal(sf_file_view(files[i], 3, 4, &bytes, &error),
                     SHEAF_ETRUNCATED);
    assert_string_equal(error.what, "short");
    assert_non_null(strstr(error.why, "expected 4 bytes at byte 3, found 2"));
    sf_file_close(files[i]);
  }
}

static void a_file_that_shrinks_is_truncated(void **state) {
  (void)state;
  char *pattern = make_pattern();
  write_file("shrinking", pattern, 100000);
  sf_file *file;
  sheaf_bytes bytes;
  char out[10];
  assert_int_equal(sf_file_open(&file, "shrinking", NULL), SHEAF_OK);
  assert_int_equal(truncate("shrinking", 50), 0);
  assert_int_equal(sf_file_view(file, 0, 50, &bytes, NULL), SHEAF_OK);
  assert_int_equal(sf_file_view(file, 0, 51, &bytes, NULL), SHEAF_ETRUNCATED);
  assert_int_equal(sf_file_read(file, 45, out, 10, NULL), SHEAF_ETRUNCATED);
  sf_file_close(file);
  free(pattern);
}

static void only_regular_files_are_opened(void **state) {
  (void)state;
  sf_file *file;
  sheaf_error error;
  assert_int_equal(mkfifo("pipe", 0600), 0);
  assert_int_equal(sf_file_open(&file, "pipe", &error), SHEAF_EOPEN);
  assert_string_equal(error.why, "a named pipe, not a regular file");
  assert_int_equal(sf_file_open(&file, ".", &error), SHEAF_EOPEN);
  assert_int_equal(sf_file_open(&file, "/dev/zero", &error), SHEAF_EOPEN);
  assert_int_equal(sf_file_open(&file, "missing", &error), SHEAF_EOPEN);
  assert_string_equal(error.why, "no such file");
}

static void slurping_has_a_limit(void **state) {
  (void)state;
  sf_buffer out = {0};
  sheaf_error error;
  write_file("ten", "0123456789", 10);
  sf_buffer_puts(&out, "before ");
  assert_int_equal(sf_file_slurp("ten", 9, &out, &error), SHEAF_ETOOLARGE);
  assert_string_equal(error.why, "10 bytes, more than the limit of 9");
  assert_int_equal(sf_file_slurp("ten", 10, &out, &error), SHEAF_OK);
  assert_string_equal(sf_buffer_text(&out), "before 0123456789");
  sf_buffer_clear(&out);
}

static int open_beneath(const char *name) {
  int folder = open(".", O_RDONLY | O_DIRECTORY);
  int fd = sf_open_beneath(folder, name, O_RDONLY);
  int reason = fd < 0 ? errno : 0;
  if (fd >= 0) close(fd);
  close(folder);
  return reason;
}

static void nothing_outside_a_folder_is_opened(void **state) {
  (void)state;
  assert_int_equal(mkdir("a", 0700), 0);
  assert_int_equal(mkdir("a/b", 0700), 0);
  write_file("a/b/c", "", 0);
  assert_int_equal(symlink("a", "link"), 0);
  assert_int_equal(symlink("b/c", "a/link"), 0);
  assert_int_equal(open_beneath("a/b/c"), 0);
  assert_int_equal(open_beneath("a/b"), 0);
  assert_int_equal(open_beneath("a/link"), ELOOP);
  assert_int_not_equal(open_beneath("link/b/c"), 0);
  assert_int_equal(open_beneath("a/../a/b/c"), EINVAL);
  assert_int_equal(open_beneath("/etc/passwd"), EINVAL);
  assert_int_equal(open_beneath(""), EINVAL);
  assert_int_equal(open_beneath("a/missing"), ENOENT);
}

// --- Inflating -------------------------------------------------------------

// "hello hello hello hello\n" as raw deflate data.
static const char packed_hello[] = {
    (char)0xcb, 0x48, (char)0xcd, (char)0xc9, (char)0xc9, 0x57,
    (char)0xc8, 0x40, 0x27,       (char)0xb9, 0x00};
#define HELLO "hello hello hello hello\n"

static void inflates_whole_data(void **state) {
  (void)state;
  sf_inflater *inflater;
  sheaf_error error;
  char out[100];
  size_t size = sizeof HELLO - 1;
  sheaf_bytes packed = {packed_hello, sizeof packed_hello};
  assert_int_equal(sf_inflater_new(&inflater, NULL), SHEAF_OK);
  assert_int_equal(sf_inflate(inflater, packed, out, size, &error), SHEAF_OK);
  assert_memory_equal(out, HELLO, size);
  assert_int_equal(sf_inflate(inflater, packed, out, size + 1, &error),
                   SHEAF_EDAMAGED);
  assert_non_null(strstr(error.why, "fewer bytes than the 25 expected"));
  assert_int_equal(sf_inflate(inflater, packed, out, size - 1, &error),
                   SHEAF_EDAMAGED);
  assert_non_null(strstr(error.why, "more bytes than the 23 expected"));
  packed.size--;
  assert_int_equal(sf_inflate(inflater, packed, out, size, &error),
                   SHEAF_EDAMAGED);
  assert_int_equal(
      sf_inflate(inflater, sf_bytes("\xff\xff"), out, size, &error),
      SHEAF_EDAMAGED);
  sf_inflater_free(inflater);
}

static void inflates_piece_by_piece(void **state) {
  (void)state;
  sf_inflater *inflater;
  assert_int_equal(sf_inflater_new(&inflater, NULL), SHEAF_OK);
  for (size_t room = 1; room < 30; room++) {
    char out[100];
    size_t size = 0, at = 0;
    int code = sf_inflate_start(inflater, SF_INFLATE_RAW, NULL);
    while (code == SHEAF_OK) {
      size_t written;
      sheaf_bytes packed = {packed_hello + at, at < sizeof packed_hello};
      code =
          sf_inflate_some(inflater, &packed, out + size, room, &written, NULL);
      at = (size_t)(packed.data - packed_hello);
      size += written;
      assert_true(size < sizeof out - 30);
    }
    assert_int_equal(code, SHEAF_END);
    assert_int_equal(at, sizeof packed_hello);
    assert_int_equal(size, sizeof HELLO - 1);
    assert_memory_equal(out, HELLO, size);
  }
  sf_inflater_free(inflater);
}

static void computes_crc32(void **state) {
  (void)state;
  // The check value of the CRC catalogue.
  assert_int_equal(sf_crc32(0, "123456789", 9), 0xcbf43926);
  assert_int_equal(sf_crc32(sf_crc32(0, "1234", 4), "56789", 5), 0xcbf43926);
  assert_int_equal(sf_crc32(7, NULL, 0), 7);
}

// --- Writing ---------------------------------------------------------------

static void replaces_files(void **state) {
  (void)state;
  sf_buffer out = {0};
  assert_int_equal(sf_file_replace("state", sf_bytes("old"), NULL), SHEAF_OK);
  assert_int_equal(sf_file_replace("state", sf_bytes("new"), NULL), SHEAF_OK);
  assert_int_equal(sf_file_slurp("state", 10, &out, NULL), SHEAF_OK);
  assert_string_equal(sf_buffer_text(&out), "new");
  assert_int_not_equal(access("state.part", F_OK), 0);
  sf_buffer_clear(&out);
}

static void tells_what_cannot_be_written(void **state) {
  (void)state;
  sheaf_error error;
  assert_int_equal(sf_file_replace("no/state", sf_bytes("new"), &error),
                   SHEAF_EWRITE);
  assert_string_equal(error.what, "no/state.part");
  assert_int_equal(mkdir("state", 0700), 0);
  assert_int_equal(sf_file_replace("state", sf_bytes("new"), &error),
                   SHEAF_EWRITE);
  assert_int_not_equal(access("state.part", F_OK), 0);
  int full = open("/dev/full", O_WRONLY);
  assert_int_equal(sf_write_all(full, "full", "x", 1, &error), SHEAF_EWRITE);
  assert_string_equal(error.what, "full");
  close(full);
  assert_int_equal(sf_folder_sync("no", &error), SHEAF_EWRITE);
  assert_int_equal(sf_folder_sync(".", &error), SHEAF_OK);
}

#define IN_FOLDER(sentence, test) \
  { sentence, test, make_folder, remove_folder, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER("io: views are what the file has", views_are_what_the_file_has),
      IN_FOLDER("io: views past the end are refused",
                views_past_the_end_are_refused),
      IN_FOLDER("io: a file that shrinks is truncated",
                a_file_that_shrinks_is_truncated),
      IN_FOLDER("io: only regular files are opened, without blocking",
                only_regular_files_are_opened),
      IN_FOLDER("io: reading a whole file has a limit", slurping_has_a_limit),
      IN_FOLDER("io: nothing outside a folder is opened",
                nothing_outside_a_folder_is_opened),
      {"io: inflates whole data", inflates_whole_data, NULL, NULL, NULL},
      {"io: inflates piece by piece", inflates_piece_by_piece, NULL, NULL,
       NULL},
      {"io: computes CRC-32", computes_crc32, NULL, NULL, NULL},
      IN_FOLDER("io: replaces files", replaces_files),
      IN_FOLDER("io: tells what cannot be written",
                tells_what_cannot_be_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
