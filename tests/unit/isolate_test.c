/// Archives that libarchive reads in a process of its own: what it reads, and
/// what is left when that process dies. In most tests a program of their own
/// stands in its place.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "io/isolate.h"
#include "zip_builder.h"

/// An archive by its first bytes; what is in it, the program in libarchive's
/// place makes up.
#define ANY_ARCHIVE "070707 and nothing more"

#define ENTRIES 5

/// A zip's method of compression that is left to libarchive.
#define PPMD 98

// --- In libarchive's place -------------------------------------------------

/// What it does when the entry number `at` is stepped to or read.
typedef struct {
  enum { CRASHES, STALLS } how;
  enum { NEVER, STEPPING, READING, READING_ALL } when;
  int at;
} death;

static void die(int socket, const death *way) {
  const sf_isolate_reply stalled = {.what = SF_ISOLATE_STALLED};
  if (way->how == STALLS)
    sf_isolate_send(socket, &stalled, sizeof stalled, (sheaf_bytes){"", 0});
  _exit(1);
}

static void serve(int socket, const death *way) {
  static char piece[SF_ISOLATE_PIECE];
  sf_isolate_request request;
  size_t size;
  int entry = 0;
  bool read = false;
  while (sf_isolate_receive(socket, &request, sizeof request, piece, &size)) {
    sf_isolate_reply reply = {.what = SF_ISOLATE_DONE};
    sheaf_bytes bytes = {"", 0};
    char name[32];
    if (request.what == SF_ISOLATE_NEXT) {
      if (++entry == way->at && way->when == STEPPING) die(socket, way);
      snprintf(name, sizeof name, "entry %d", entry);
      bytes = sf_bytes(name);
      reply.offset = (uint64_t)entry;
      reply.code = entry > ENTRIES ? SHEAF_END : SHEAF_OK;
      read = false;
    } else if (request.what == SF_ISOLATE_READ) {
      if (way->when == READING_ALL) die(socket, way);
      if (entry == way->at && way->when == READING) die(socket, way);
      if (read)
        reply.code = SHEAF_END;
      else
        bytes = sf_bytes("content");
      read = true;
    }
    sf_isolate_send(socket, &reply, sizeof reply, bytes);
  }
  _exit(0);
}

// Starts a helper whose processes go that way.
static int start_helper(const death *way) {
  int ends[2], socket;
  char byte;
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid) {
    close(ends[1]);
    return ends[0];
  }
  close(ends[0]);
  while (sf_message_receive(ends[1], &byte, 1, &socket, 1)) {
    if (fork() == 0) serve(socket, way);
    close(socket);
  }
  _exit(0);
}

// --- Reading ---------------------------------------------------------------

static void note(sf_buffer *out, int code) {
  sf_buffer_printf(out, code ? "%s " : "ok ", sheaf_code_slug(code));
}

// What comes of each entry, such as "ok damaged ok ".
static void read_with(const death *way, sheaf_bytes archive, sf_buffer *out,
                      sheaf_error *last) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  options.helper = start_helper(way);
  assert_int_equal(
      sheaf_bundle_open_memory(&bundle, "any", archive, &options, NULL), 0);
  uint64_t ordinal = 0;
  for (int code;
       (code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END;) {
    assert_int_equal(member.ordinal, ++ordinal);
    if (!code) code = sheaf_bundle_read(bundle, &content, &error);
    if (!code) assert_true(sf_bytes_equal(content, "content"));
    if (code) *last = error;
    note(out, code);
  }
  sheaf_bundle_close(bundle);
  close(options.helper);
  assert_true(wait(NULL) > 0);
}

static void expect_of(sheaf_bytes archive, death way, const char *wanted,
                      const char *why) {
  sf_buffer found = {0};
  sheaf_error last = {.code = 0, .why = ""};
  read_with(&way, archive, &found, &last);
  assert_string_equal(sf_buffer_text(&found), wanted);
  if (!strstr(last.why, why)) fail_msg("%s", last.why);
  sf_buffer_clear(&found);
}

static void expect(death way, const char *wanted, const char *why) {
  expect_of(sf_bytes(ANY_ARCHIVE), way, wanted, why);
}

static void whole(void **state) {
  (void)state;
  expect((death){CRASHES, NEVER, 0}, "ok ok ok ok ok ", "");
}

static void crash_while_reading(void **state) {
  (void)state;
  expect((death){CRASHES, READING, 2}, "ok damaged ok ok ok ",
         "member 'entry 2' at byte 2: libarchive, which reads it, crashed");
}

static void stall_while_reading(void **state) {
  (void)state;
  expect((death){STALLS, READING, 5}, "ok ok ok ok timeout ",
         "member 'entry 5' at byte 5: libarchive, which reads it, got nowhere");
}

static void crash_while_stepping(void **state) {
  (void)state;
  expect((death){CRASHES, STEPPING, 3}, "ok ok damaged ", "crashed");
}

static void stall_while_stepping(void **state) {
  (void)state;
  expect((death){STALLS, STEPPING, 1}, "timeout ", "got nowhere");
}

static void many_deaths(void **state) {
  (void)state;
  expect((death){CRASHES, READING_ALL, 0},
         "damaged damaged damaged damaged damaged ",
         "crashed or stalled 3 times: the rest is left out");
}

static void many_stalls(void **state) {
  (void)state;
  expect((death){STALLS, READING_ALL, 0},
         "timeout timeout timeout timeout damaged ",
         "crashed or stalled 3 times: the rest is left out");
}

// Each member of a zip that libarchive unpacks is an archive of its own.
static void many_members(void **state) {
  (void)state;
  zip_builder zip = {.count = 0};
  for (int i = 0; i < 6; i++)
    zip_add(&zip, (zip_item){.name = "m", .content = "packed", .method = PPMD});
  zip_finish(&zip, 0, false, "");
  expect_of(sf_buffer_bytes(&zip.bytes), (death){STALLS, READING_ALL, 0},
            "timeout timeout timeout timeout timeout timeout ",
            "stalled 4 times before: it is not tried again");
  expect_of(sf_buffer_bytes(&zip.bytes), (death){CRASHES, READING_ALL, 0},
            "damaged damaged damaged damaged damaged damaged ", "crashed");
  zip_clear(&zip);
}

static void time_given_back(void **state) {
  (void)state;
  enum { NOW = 5000, TIME = 1000, SOON = NOW + 100 };
  assert_int_equal(sf_isolate_deadline(SOON, NOW, TIME, 0), SOON);
  assert_int_equal(sf_isolate_deadline(SOON, NOW, TIME, SF_ISOLATE_REGAIN / 4),
                   SOON + TIME / 4);
  assert_int_equal(sf_isolate_deadline(SOON, NOW, TIME, SF_ISOLATE_REGAIN),
                   NOW + TIME);
  assert_int_equal(sf_isolate_deadline(SOON, NOW, TIME, UINT64_MAX),
                   NOW + TIME);
}

// --- libarchive itself -----------------------------------------------------

static void add_entry(sf_buffer *out, const char *name, size_t size) {
  sf_buffer_printf(out, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o", 1,
                   1, 0100644, 0, 0, 1, 0, 0, (unsigned)strlen(name) + 1,
                   (unsigned)size);
  sf_buffer_append(out, name, strlen(name) + 1);
  for (size_t i = 0; i < size; i++) sf_buffer_putc(out, (char)('a' + i % 23));
}

// Names, sizes and digests of what is in the archive.
static void read_archive(sheaf_bytes archive, unsigned stall, int helper,
                         sf_buffer *out) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  options.max_stall = stall;
  options.helper = helper;
  assert_int_equal(
      sheaf_bundle_open_memory(&bundle, "a.cpio", archive, &options, NULL), 0);
  while (!sheaf_bundle_next(bundle, &member, &error)) {
    assert_int_equal(sheaf_bundle_read(bundle, &content, &error), 0);
    sf_buffer_printf(out, "%.*s %zu %08x\n", (int)member.name.size,
                     member.name.data, content.size,
                     sf_crc32(0, content.data, content.size));
  }
  sheaf_bundle_close(bundle);
}

static void same_everywhere(void **state) {
  (void)state;
  if (!sf_archive_found()) skip();
  sf_buffer archive = {0}, here = {0}, child = {0}, helped = {0};
  int helper;
  add_entry(&archive, "small.txt", 10);
  add_entry(&archive, "empty.txt", 0);
  add_entry(&archive, "large.txt", 1000000);
  add_entry(&archive, "TRAILER!!!", 0);
  assert_int_equal(sf_isolate_helper(&helper, NULL), 0);
  read_archive(sf_buffer_bytes(&archive), 0, 0, &here);
  read_archive(sf_buffer_bytes(&archive), 10, 0, &child);
  read_archive(sf_buffer_bytes(&archive), 10, helper, &helped);
  assert_non_null(strstr(sf_buffer_text(&here), "large.txt 1000000 "));
  assert_string_equal(sf_buffer_text(&here), sf_buffer_text(&child));
  assert_string_equal(sf_buffer_text(&here), sf_buffer_text(&helped));
  close(helper);
  sf_buffer_clear(&archive);
  sf_buffer_clear(&here);
  sf_buffer_clear(&child);
  sf_buffer_clear(&helped);
}

#define TEST(sentence, function) \
  { sentence, function, NULL, NULL, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST("isolate: entries are read one after the other", whole),
      TEST("isolate: a crash in an entry costs that one", crash_while_reading),
      TEST("isolate: so does a stall", stall_while_reading),
      TEST("isolate: a crash between entries ends the archive, and is told",
           crash_while_stepping),
      TEST("isolate: so does a stall, from the beginning on",
           stall_while_stepping),
      TEST("isolate: after a few deaths the rest is given up, and that is told",
           many_deaths),
      TEST("isolate: so it is after a few stalls", many_stalls),
      TEST("isolate: a zip whose members stall has a few of them tried",
           many_members),
      TEST("isolate: each byte gives back some of the time, up to all of it",
           time_given_back),
      TEST("isolate: libarchive reads the same in this process, in a child and "
           "with a helper",
           same_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
