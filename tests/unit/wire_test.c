/// What supervisor and workers tell each other: frames, entries, the page.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "json/json.h"
#include "run/page.h"
#include "run/row.h"
#include "run/timing.h"
#include "run/wire.h"

#define CHECK_BYTES(bytes, text)                           \
  do {                                                     \
    assert_int_equal((bytes).size, strlen(text));          \
    assert_memory_equal((bytes).data, text, (bytes).size); \
  } while (0)

static void numbers_and_bytes(void **state) {
  (void)state;
  sf_buffer out = {0};
  sf_put_u8(&out, 250);
  sf_put_u32(&out, 0xfedcba98);
  sf_put_u64(&out, 0xfedcba9876543210);
  sf_put_bytes(&out, sf_bytes("leaf"));
  sf_unpack from = {sf_buffer_bytes(&out), false};
  assert_int_equal(sf_get_u8(&from), 250);
  assert_int_equal(sf_get_u32(&from), 0xfedcba98);
  assert_true(sf_get_u64(&from) == 0xfedcba9876543210);
  sheaf_bytes bytes = sf_get_bytes(&from);
  CHECK_BYTES(bytes, "leaf");
  assert_true(sf_unpack_whole(&from));
  sf_buffer_clear(&out);
}

static void reading_past_the_end(void **state) {
  (void)state;
  sf_unpack from = {{"\xff\xff\xff\xff leaf", 9}, false};
  assert_int_equal(sf_get_bytes(&from).size, 0);
  assert_true(from.failed);
  assert_int_equal(sf_get_u8(&from), 0);
  assert_false(sf_unpack_whole(&from));
}

static void errors_travel(void **state) {
  (void)state;
  sheaf_error sent, got;
  sf_fail(&sent, SHEAF_EOPEN, "a.zip", "no such file");
  sf_hint(&sent, "look again");
  sf_buffer out = {0};
  sf_put_error(&out, &sent);
  sf_unpack from = {sf_buffer_bytes(&out), false};
  sf_get_error(&from, &got);
  assert_true(sf_unpack_whole(&from));
  assert_int_equal(got.code, SHEAF_EOPEN);
  assert_string_equal(got.what, "a.zip");
  assert_string_equal(got.why, "no such file");
  assert_string_equal(got.hint, "look again");
  sf_buffer_clear(&out);
}

static void put_frames(sf_buffer *out) {
  sf_frame_end(out, sf_frame_begin(out, SF_FRAME_READY));
  size_t at = sf_frame_begin(out, SF_FRAME_ROWS);
  sf_buffer_puts(out, "payload");
  sf_frame_end(out, at);
}

static void frames_in_pieces(void **state) {
  (void)state;
  sf_buffer out = {0};
  put_frames(&out);
  for (size_t size = 0; size <= out.size; size++) {
    sheaf_bytes stream = {out.data, size};
    sf_frame frame;
    int code = sf_frame_next(&stream, &frame);
    assert_int_equal(code, size < 5 ? SHEAF_END : SHEAF_OK);
    if (code) continue;
    assert_int_equal(frame.type, SF_FRAME_READY);
    assert_int_equal(frame.payload.size, 0);
    code = sf_frame_next(&stream, &frame);
    assert_int_equal(code, size < out.size ? SHEAF_END : SHEAF_OK);
    if (code) continue;
    assert_int_equal(frame.type, SF_FRAME_ROWS);
    CHECK_BYTES(frame.payload, "payload");
    assert_int_equal(stream.size, 0);
  }
  sf_buffer_clear(&out);
}

static void frames_that_are_none(void **state) {
  (void)state;
  static const char unknown[] = "\1\0\0\0\xf0 ";
  static const char huge[] = "\0\0\0\x7f\1";
  sf_frame frame;
  sheaf_bytes stream = {unknown, sizeof unknown - 1};
  assert_int_equal(sf_frame_next(&stream, &frame), SHEAF_EDAMAGED);
  stream = (sheaf_bytes){huge, sizeof huge - 1};
  assert_int_equal(sf_frame_next(&stream, &frame), SHEAF_EDAMAGED);
}

static const sf_row row = {
    .bundle = 1,
    .path = "b.zip",
    .member = 7,
    .name = {"a\"b.txt", 7},
    .status = SHEAF_ROW_FAILED,
    .code = SHEAF_ECHECKSUM,
    .reason = {"expected 1, found 2", 19},
    .microseconds = 12034,
    .bytes_in = 5,
    .bytes_out = 0,
};

static const char line[] =
    "{\"id\":\"2/7/a\\\"b.txt\",\"bundle\":\"b.zip\",\"member\":\"a\\\"b.txt\","
    "\"status\":\"failed\",\"reason\":\"expected 1, found 2\","
    "\"code\":\"checksum\",\"plugin\":null,\"ms\":12.034,\"bytes_in\":5,"
    "\"bytes_out\":0}\n";

static void ledger_line(void **state) {
  (void)state;
  sf_buffer out = {0};
  sf_row_line(&out, &row, NULL, 0);
  assert_string_equal(sf_buffer_text(&out), line);
  sf_buffer_clear(&out);
}

static void id_without_nul(void **state) {
  (void)state;
  sf_row strange = row;
  strange.name = (sheaf_bytes){"a\0b", 3};
  sf_buffer out = {0};
  sf_row_id(&out, &strange);
  assert_string_equal(sf_buffer_text(&out),
                      "2/7/a\xef\xbf\xbd"
                      "b");
  sf_buffer_clear(&out);
}

static void entries_travel(void **state) {
  (void)state;
  sf_buffer records[2] = {{0}, {0}}, out = {0}, told = {0};
  sf_buffer_puts(&records[1], "second");
  sf_entry_write(&out, &row, records, 2);
  sf_entry entry;
  assert_int_equal(sf_entry_read(&entry, sf_buffer_bytes(&out), 2), 0);
  assert_int_equal(entry.member, 7);
  assert_int_equal(entry.status, SHEAF_ROW_FAILED);
  // Where there are several outputs the line tells how much of each it has.
  sf_row_line(&told, &row, records, 2);
  const char *whole = sf_buffer_text(&told);
  CHECK_BYTES(entry.line, whole);
  assert_non_null(strstr(whole, ",\"outputs\":[0,6]}\n"));
  sf_buffer_clear(&told);
  sf_unpack from = {entry.records, false};
  assert_int_equal(sf_get_bytes(&from).size, 0);
  sheaf_bytes second = sf_get_bytes(&from);
  CHECK_BYTES(second, "second");
  sf_buffer_clear(&records[1]);
  sf_buffer_clear(&out);
}

static void broken_entries(void **state) {
  (void)state;
  sf_buffer records[1] = {{0}}, out = {0};
  sf_entry entry;
  sf_buffer_puts(&records[0], "one");
  sf_entry_write(&out, &row, records, 1);
  sheaf_bytes whole = sf_buffer_bytes(&out);
  assert_int_equal(sf_entry_read(&entry, whole, 1), SHEAF_OK);
  assert_int_equal(sf_entry_read(&entry, whole, 2), SHEAF_EDAMAGED);
  assert_int_equal(sf_entry_read(&entry, whole, 0), SHEAF_EDAMAGED);
  size_t bare = whole.size - 7;  // Without the records: as good as any.
  for (size_t size = 0; size < whole.size; size++) {
    sheaf_bytes cut = {whole.data, size};
    int wanted = size == bare ? SHEAF_OK : SHEAF_EDAMAGED;
    assert_int_equal(sf_entry_read(&entry, cut, 1), wanted);
  }
  out.data[8] = SHEAF_STATUS_COUNT;
  assert_int_equal(sf_entry_read(&entry, whole, 1), SHEAF_EDAMAGED);
  sf_buffer_clear(&records[0]);
  sf_buffer_clear(&out);
}

static void timings_add_up(void **state) {
  (void)state;
  sf_timing more[2] = {{.memory = 7}, {.calls = 0}}, total[2] = {{0}};
  sf_buffer out = {0};
  sf_timing_call(&more[0], 10);
  sf_timing_call(&more[0], 20);
  sf_timing_call(&more[1], 5);
  sf_timing_call(&total[0], 25);
  total[0].memory = 9;
  sf_timing_pack(&out, more, 2);
  assert_int_equal(sf_timing_unpack(sf_buffer_bytes(&out), total, 2), 0);
  assert_int_equal(total[0].calls, 3);
  assert_int_equal(total[0].microseconds, 55);
  assert_int_equal(total[0].longest, 25);
  assert_int_equal(total[0].memory, 9);
  assert_int_equal(sf_timing_quantile(&total[0], 500), 21);
  assert_int_equal(total[1].longest, 5);
  assert_int_equal(sf_timing_unpack(sf_buffer_bytes(&out), total, 1),
                   SHEAF_EDAMAGED);
  sf_buffer_clear(&out);
}

/// Eight buckets a doubling: a quantile is up to an eighth too large, and never
/// too small.
static void quantiles(void **state) {
  (void)state;
  static const unsigned parts[] = {1, 10, 500, 900, 990, 999, 1000};
  sf_timing timing = {0};
  for (uint64_t i = 1; i <= 10000; i++) sf_timing_call(&timing, i * 7);
  for (size_t i = 0; i < SF_COUNT(parts); i++) {
    uint64_t right = 70 * (uint64_t)parts[i];
    uint64_t found = sf_timing_quantile(&timing, parts[i]);
    assert_in_range(found, right, right + right / 8);
  }
  assert_int_equal(sf_timing_quantile(&timing, 1000), 70000);
  sf_timing one = {0}, none = {0};
  sf_timing_call(&one, UINT64_MAX / 2);
  assert_true(sf_timing_quantile(&one, 500) == UINT64_MAX / 2);
  assert_int_equal(sf_timing_quantile(&none, 990), 0);
}

static void timing_as_json(void **state) {
  (void)state;
  sf_timing timing = {.memory = 5000}, again = {0};
  sf_buffer out = {0}, copy = {0};
  sheaf_value value;
  for (uint64_t i = 0; i < 50; i++) sf_timing_call(&timing, i * i * 1001);
  sf_timing_write(&out, "a.b", &timing);
  assert_int_equal(sheaf_value_parse(&value, out.data, out.size, NULL), 0);
  assert_true(sf_timing_read(&value, &again));
  sf_timing_write(&copy, "a.b", &again);
  assert_string_equal(sf_buffer_text(&out), sf_buffer_text(&copy));
  sheaf_value_set(&value, "histogram_us", sheaf_value_bool(true));
  assert_false(sf_timing_read(&value, &again));
  sheaf_value_clear(&value);
  sf_buffer_clear(&out);
  sf_buffer_clear(&copy);
}

static void page_is_shared(void **state) {
  (void)state;
  sf_page *ours = NULL, *theirs = NULL;
  int fd = -1;
  sf_note note;
  assert_int_equal(sf_page_new(&ours, &fd, NULL), 0);
  assert_int_equal(sf_page_adopt(&theirs, fd, NULL), 0);
  close(fd);
  sf_page_document(theirs, 9, sf_bytes("nine.txt"), 100, 7000);
  sf_page_content(theirs, 1234);
  assert_true(sf_page_read(ours, &note));
  assert_int_equal(note.document, 9);
  assert_int_equal(note.bytes_in, 1234);
  assert_int_equal(note.step, SF_STEP_NONE);
  assert_int_equal(note.wall_ms, 100);
  CHECK_BYTES(sf_page_name(ours), "nine.txt");
  uint64_t before = note.call;
  sf_page_enter(theirs, 2, 500, 8000);
  assert_true(sf_page_read(ours, &note));
  assert_true(note.call != before);
  assert_int_equal(note.document, 9);
  assert_int_equal(note.step, 2);
  assert_int_equal(note.wall_ms, 500);
  sf_page_leave(theirs, 9000);
  assert_true(sf_page_read(ours, &note));
  assert_int_equal(note.wall_ms, 0);
  sf_page_free(ours);
  sf_page_free(theirs);
}

static void page_of_something_else(void **state) {
  (void)state;
  int ends[2];
  sf_page *page;
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(sf_page_adopt(&page, ends[0], NULL), SHEAF_EINTERNAL);
  close(ends[0]);
  close(ends[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"wire: numbers and bytes come out as they went in", numbers_and_bytes,
       NULL, NULL, NULL},
      {"wire: reading past the end fails and gives zeros", reading_past_the_end,
       NULL, NULL, NULL},
      {"wire: an error keeps its code and texts", errors_travel, NULL, NULL,
       NULL},
      {"wire: a frame is taken when it has come in whole", frames_in_pieces,
       NULL, NULL, NULL},
      {"wire: an unknown or huge frame is refused", frames_that_are_none, NULL,
       NULL, NULL},
      {"row: a line has the ledger's fields in their order", ledger_line, NULL,
       NULL, NULL},
      {"row: a NUL in a name is replaced in the id", id_without_nul, NULL, NULL,
       NULL},
      {"row: an entry keeps its row and its records", entries_travel, NULL,
       NULL, NULL},
      {"row: an entry that is cut or has other records is refused",
       broken_entries, NULL, NULL, NULL},
      {"timing: quantiles are at most an eighth too large", quantiles, NULL,
       NULL, NULL},
      {"timing: what was written as JSON is read again", timing_as_json, NULL,
       NULL, NULL},
      {"timing: calls and times add up, the longest stays", timings_add_up,
       NULL, NULL, NULL},
      {"page: what one side notes the other side reads", page_is_shared, NULL,
       NULL, NULL},
      {"page: a descriptor that is no page is refused", page_of_something_else,
       NULL, NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
