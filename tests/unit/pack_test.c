/// The packer: members in pieces of any size, large ones and such that turn out
/// to be damaged.
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
#include "sheaf/bundle.h"
#include "sheaf/pack.h"

#define LARGE ((size_t)5 << 20)
#define WHOLE ((size_t)4 << 20)

// Words of which no two pieces are the same.
static sf_buffer make_text(size_t size, unsigned seed) {
  sf_buffer out = {0};
  while (out.size < size) {
    seed = seed * 1103515245 + 12345;
    sf_buffer_printf(&out, "%u words and %x more.\n", seed >> 20, seed >> 24);
  }
  out.size = size;
  return out;
}

static sheaf_packer *open_packer(const char *path, unsigned threads,
                                 int level) {
  sheaf_pack_options options = SHEAF_PACK_OPTIONS_INIT;
  sheaf_packer *packer;
  options.replace = true;
  options.threads = threads;
  options.level = level;
  assert_int_equal(sheaf_packer_new(&packer, path, &options, NULL), SHEAF_OK);
  return packer;
}

static sheaf_packed called(const char *name) {
  return (sheaf_packed){.name = sf_bytes(name)};
}

static void add(sheaf_packer *packer, const char *name, sheaf_bytes content) {
  const sheaf_packed about = called(name);
  assert_int_equal(sheaf_packer_add(packer, &about, content, NULL), SHEAF_OK);
}

// Begins a member and writes its content in pieces.
static void write_pieces(sheaf_packer *packer, const char *name,
                         sheaf_bytes content, size_t piece) {
  const sheaf_packed about = called(name);
  assert_int_equal(sheaf_packer_begin(packer, &about, NULL), SHEAF_OK);
  while (content.size > 0) {
    size_t size = content.size < piece ? content.size : piece;
    assert_int_equal(
        sheaf_packer_write(packer, (sheaf_bytes){content.data, size}, NULL),
        SHEAF_OK);
    content.data += size;
    content.size -= size;
  }
}

static void finish(sheaf_packer *packer) {
  assert_int_equal(sheaf_packer_finish(packer, NULL), SHEAF_OK);
  sheaf_packer_free(packer);
}

static sf_buffer slurp(const char *path) {
  sf_buffer out = {0};
  assert_int_equal(sf_file_slurp(path, UINT64_MAX / 4, &out, NULL), SHEAF_OK);
  return out;
}

static void expect_same_files(const char *path, const char *other) {
  sf_buffer one = slurp(path), two = slurp(other);
  assert_int_equal(one.size, two.size);
  assert_memory_equal(one.data, two.data, one.size);
  sf_buffer_clear(&one);
  sf_buffer_clear(&two);
}

// The next member has that name and content.
static void expect_member(sheaf_bundle *bundle, const char *name,
                          sheaf_bytes content) {
  sheaf_member member;
  sheaf_bytes found;
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_true(sf_bytes_equal(member.name, name));
  assert_int_equal(sheaf_bundle_read(bundle, &found, NULL), SHEAF_OK);
  assert_int_equal(found.size, content.size);
  assert_memory_equal(found.data, content.data, found.size);
}

static void any_size_comes_back(void **state) {
  (void)state;
  static const size_t sizes[] = {0,         1,         WHOLE - 1,       WHOLE,
                                 WHOLE + 1, LARGE - 1, LARGE + 1234567, LARGE};
  sf_buffer text = make_text(LARGE + 1234567, 1);
  for (int level = 0; level <= 6; level += 6) {
    sheaf_packer *packer = open_packer("sizes.zip", 2, level);
    sheaf_bundle *bundle;
    for (size_t i = 0; i < SF_COUNT(sizes); i++)
      add(packer, "text", (sheaf_bytes){text.data, sizes[i]});
    finish(packer);
    assert_int_equal(sheaf_bundle_open(&bundle, "sizes.zip", NULL, NULL), 0);
    for (size_t i = 0; i < SF_COUNT(sizes); i++) {
      char name[16] = "text";
      if (i) snprintf(name, sizeof name, "text~%zu", i + 1);
      expect_member(bundle, name, (sheaf_bytes){text.data, sizes[i]});
    }
    sheaf_bundle_close(bundle);
  }
  sf_buffer_clear(&text);
}

static void pieces_do_not_matter(void **state) {
  (void)state;
  sf_buffer text = make_text(LARGE, 2);
  static const size_t pieces[] = {777, 65536, LARGE};
  for (size_t i = 0; i < SF_COUNT(pieces); i++) {
    sheaf_packer *packer =
        open_packer(i ? "other.zip" : "first.zip", (unsigned)(3 - i), 6);
    write_pieces(packer, "large", sf_buffer_bytes(&text), pieces[i]);
    assert_int_equal(sheaf_packer_end(packer, NULL, NULL), SHEAF_OK);
    write_pieces(packer, "small", (sheaf_bytes){text.data, 5000}, pieces[i]);
    assert_int_equal(sheaf_packer_end(packer, NULL, NULL), SHEAF_OK);
    finish(packer);
    if (i) expect_same_files("first.zip", "other.zip");
  }
  sf_buffer_clear(&text);
}

static void a_dropped_member_leaves_nothing(void **state) {
  (void)state;
  sf_buffer text = make_text(LARGE, 3);
  for (int level = 0; level <= 6; level += 6)
    for (size_t size = 3000; size <= LARGE; size += LARGE - 3000) {
      sheaf_packer *packer = open_packer("dropped.zip", 2, level);
      add(packer, "before", (sheaf_bytes){text.data, 10000});
      write_pieces(packer, "text", (sheaf_bytes){text.data, size}, 100000);
      assert_int_equal(sheaf_packer_drop(packer, NULL), SHEAF_OK);
      add(packer, "text", sf_bytes("another one"));
      finish(packer);
      packer = open_packer("without.zip", 2, level);
      add(packer, "before", (sheaf_bytes){text.data, 10000});
      add(packer, "text", sf_bytes("another one"));
      finish(packer);
      expect_same_files("dropped.zip", "without.zip");
    }
  sf_buffer_clear(&text);
}

static void calls_have_an_order(void **state) {
  (void)state;
  const sheaf_packed about = called("a");
  sheaf_packer *packer = open_packer("order.zip", 1, 6);
  sheaf_bytes content = {"x", 1};
  assert_int_equal(sheaf_packer_write(packer, content, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_packer_end(packer, NULL, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_packer_drop(packer, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_packer_begin(packer, &about, NULL), SHEAF_OK);
  assert_int_equal(sheaf_packer_begin(packer, &about, NULL), SHEAF_EINVAL);
  assert_int_equal(sheaf_packer_finish(packer, NULL), SHEAF_EINVAL);
  sheaf_packer_free(packer);
  assert_int_equal(access("order.zip.part", F_OK), -1);
}

static void many_have_one_name(void **state) {
  (void)state;
  sheaf_packer *packer = open_packer("names.zip", 2, 0);
  sheaf_bundle *bundle;
  for (int i = 1; i <= 20000; i++) add(packer, "a.txt", sf_bytes("x"));
  add(packer, "a~7.txt", sf_bytes("y"));
  finish(packer);
  assert_int_equal(sheaf_bundle_open(&bundle, "names.zip", NULL, NULL), 0);
  assert_int_equal(sheaf_bundle_seek(bundle, 20000, NULL, NULL), SHEAF_OK);
  expect_member(bundle, "a~20000.txt", sf_bytes("x"));
  expect_member(bundle, "a~7~2.txt", sf_bytes("y"));
  sheaf_bundle_close(bundle);
}

// --- What it is made of ----------------------------------------------------

static void parts_are_one_stream(void **state) {
  (void)state;
  sf_buffer text = make_text(300000, 4), packed = {0};
  sf_deflater *deflater;
  assert_int_equal(sf_deflater_new(&deflater, 6, NULL), SHEAF_OK);
  for (size_t at = 0; at < text.size; at += 50000) {
    size_t window = at < SF_DEFLATE_WINDOW ? at : SF_DEFLATE_WINDOW;
    assert_true(sf_deflate_part(
        deflater, (sheaf_bytes){text.data + at - window, window},
        (sheaf_bytes){text.data + at, 50000}, at == 250000, &packed));
  }
  sf_deflater_free(deflater);
  sf_inflater *inflater;
  char *out = malloc(text.size);
  assert_int_equal(sf_inflater_new(&inflater, NULL), SHEAF_OK);
  assert_int_equal(
      sf_inflate(inflater, sf_buffer_bytes(&packed), out, text.size, NULL),
      SHEAF_OK);
  assert_memory_equal(out, text.data, text.size);
  sf_inflater_free(inflater);
  free(out);
  sf_buffer_clear(&packed);
  sf_buffer_clear(&text);
}

static int collect(void *context, sheaf_bytes piece, sheaf_error *error) {
  (void)error;
  sf_buffer_append(context, piece.data, piece.size);
  return SHEAF_OK;
}

static void spilled_bytes_come_back(void **state) {
  (void)state;
  sf_buffer text = make_text(3500000, 5), found = {0};
  sf_spill spill;
  sf_spill_init(&spill);
  for (size_t at = 0; at < text.size; at += 1000) {
    sf_buffer_append(&spill.tail, text.data + at, 1000);
    assert_int_equal(sf_spill_settle(&spill, NULL), SHEAF_OK);
    assert_true(spill.tail.size < 1 << 20);
  }
  assert_int_equal(sf_spill_size(&spill), text.size);
  assert_int_equal(sf_spill_send(&spill, collect, &found, NULL), SHEAF_OK);
  assert_int_equal(found.size, text.size);
  assert_memory_equal(found.data, text.data, text.size);
  sf_spill_clear(&spill);
  sf_buffer_clear(&found);
  sf_buffer_clear(&text);
}

static int enter_folder(void **state) {
  char folder[] = "/tmp/sheaf-pack-XXXXXX";
  if (!mkdtemp(folder) || chdir(folder)) return -1;
  *state = strdup(folder);
  return *state ? 0 : -1;
}

static int leave_folder(void **state) {
  static const char *const names[] = {"sizes.zip",   "first.zip",
                                      "other.zip",   "dropped.zip",
                                      "without.zip", "names.zip"};
  for (size_t i = 0; i < SF_COUNT(names); i++) unlink(names[i]);
  int code = rmdir(*state);
  free(*state);
  return code;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"pack: members of any size come back, packed and stored",
       any_size_comes_back, NULL, NULL, NULL},
      {"pack: neither pieces nor threads change the file", pieces_do_not_matter,
       NULL, NULL, NULL},
      {"pack: a member that is dropped leaves nothing",
       a_dropped_member_leaves_nothing, NULL, NULL, NULL},
      {"pack: calls out of turn are refused", calls_have_an_order, NULL, NULL,
       NULL},
      {"pack: many of one name have numbers", many_have_one_name, NULL, NULL,
       NULL},
      {"pack: parts that were packed alone are one stream",
       parts_are_one_stream, NULL, NULL, NULL},
      {"pack: what is kept for later comes back", spilled_bytes_come_back, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
