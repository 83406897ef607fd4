/// Bodies of HTTP responses: what they are comes out, in whatever pieces they
/// come in.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "bundle/http.h"

static const char text[] =
    "Recalling its resolutions, and recalling them again, the Assembly "
    "recalls what it has recalled.";

static sheaf_bytes the_text(void) {
  return (sheaf_bytes){text, sizeof text - 1};
}

// --- What was sent ---------------------------------------------------------

static void pack_by(sf_buffer *out, sheaf_bytes content, int bits,
                    int strategy) {
  z_stream stream = {0};
  assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, bits, 8, strategy),
                   Z_OK);
  size_t room = deflateBound(&stream, content.size);
  stream.next_in = (Bytef *)content.data;
  stream.avail_in = (uInt)content.size;
  stream.next_out = (Bytef *)sf_buffer_reserve(out, room);
  stream.avail_out = (uInt)room;
  assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out->size += room - stream.avail_out;
  deflateEnd(&stream);
}

// Packs `content` as zlib does with these window bits.
static void pack(sf_buffer *out, sheaf_bytes content, int bits) {
  pack_by(out, content, bits, Z_DEFAULT_STRATEGY);
}

static void cut_in_chunks(sf_buffer *out, sheaf_bytes content, size_t size) {
  for (size_t at = 0; at < content.size; at += size) {
    size_t left = content.size - at;
    if (left < size) size = left;
    sf_buffer_printf(out, "%zX;name=value\r\n", size);
    sf_buffer_append(out, content.data + at, size);
    sf_buffer_puts(out, "\r\n");
  }
  sf_buffer_puts(out, "0\r\nTrailer: too\r\n\r\n");
}

// --- What comes out --------------------------------------------------------

static int keep(void *context, const char *data, size_t size) {
  sf_buffer_append(context, data, size);
  return SHEAF_OK;
}

// Sends `sent` in pieces through its encodings.
static int decode(const char *transfer, const char *content, sheaf_bytes sent,
                  size_t piece, sf_buffer *out, sheaf_error *error) {
  const sf_http_response response = {.transfer_encoding = sf_bytes(transfer),
                                     .content_encoding = sf_bytes(content)};
  sf_http_body *body;
  out->size = 0;
  int code = sf_http_body_new(&body, &response, 250, keep, out, error);
  if (code) return code;
  for (size_t at = 0; !code && at < sent.size; at += piece) {
    size_t size = sent.size - at < piece ? sent.size - at : piece;
    code = sf_http_body_write(body, sent.data + at, size);
  }
  if (!code) code = sf_http_body_end(body);
  sf_http_body_free(body);
  return code;
}

static void expect_text(const char *transfer, const char *content,
                        const sf_buffer *sent) {
  static const size_t pieces[] = {1, 2, 3, 7, 100000};
  for (size_t i = 0; i < SF_COUNT(pieces); i++) {
    sf_buffer out = {0};
    sheaf_error error = {0};
    if (decode(transfer, content, sf_buffer_bytes(sent), pieces[i], &out,
               &error))
      fail_msg("%s", error.why);
    assert_true(sf_bytes_equal(sf_buffer_bytes(&out), text));
    sf_buffer_clear(&out);
  }
}

static void every_encoding(void **state) {
  (void)state;
  sf_buffer gzip = {0}, zlib = {0}, bare = {0}, chunks = {0}, zipped = {0};
  pack(&gzip, (sheaf_bytes){text, 20}, MAX_WBITS + 16);
  pack(&gzip, (sheaf_bytes){text + 20, sizeof text - 21}, MAX_WBITS + 16);
  sf_buffer_append(&gzip, "\0\0", 2);
  pack(&zlib, the_text(), MAX_WBITS);
  pack(&bare, the_text(), -MAX_WBITS);
  cut_in_chunks(&chunks, the_text(), 10);
  cut_in_chunks(&zipped, sf_buffer_bytes(&gzip), 17);
  expect_text("", "gzip", &gzip);
  expect_text("identity", "X-GZIP", &gzip);
  expect_text("", "deflate", &zlib);
  expect_text("", "deflate", &bare);
  expect_text("chunked", "", &chunks);
  expect_text("chunked", "gzip", &zipped);
  expect_text("gzip, chunked", "", &zipped);
  sf_buffer *const all[] = {&gzip, &zlib, &bare, &chunks, &zipped};
  for (size_t i = 0; i < SF_COUNT(all); i++) sf_buffer_clear(all[i]);
}

static void decoded_already(void **state) {
  (void)state;
  sf_buffer sent = {0};
  sf_buffer_append(&sent, text, sizeof text - 1);
  expect_text("chunked", "gzip", &sent);
  expect_text("", "gzip", &sent);
  sf_buffer_clear(&sent);
}

static void expect_error(const char *transfer, const char *content,
                         sheaf_bytes sent, int code) {
  static const size_t pieces[] = {1, 5, 1 << 20};
  for (size_t i = 0; i < SF_COUNT(pieces); i++) {
    sf_buffer out = {0};
    sheaf_error error = {0};
    assert_int_equal(decode(transfer, content, sent, pieces[i], &out, &error),
                     code);
    assert_int_equal(error.code, code);
    sf_buffer_clear(&out);
  }
}

static void damage(void **state) {
  (void)state;
  sf_buffer gzip = {0};
  pack(&gzip, the_text(), MAX_WBITS + 16);
  for (size_t size = 4; size < gzip.size; size++)
    expect_error("", "gzip", (sheaf_bytes){gzip.data, size}, SHEAF_ETRUNCATED);
  gzip.data[gzip.size - 5] ^= 1;
  expect_error("", "gzip", sf_buffer_bytes(&gzip), SHEAF_EDAMAGED);
  gzip.data[gzip.size - 5] ^= 1;
  sf_buffer_puts(&gzip, "junk");
  expect_error("", "gzip", sf_buffer_bytes(&gzip), SHEAF_EDAMAGED);
  sf_buffer_clear(&gzip);
  expect_error("chunked", "", sf_bytes("5\r\nabcde\r\n"), SHEAF_ETRUNCATED);
  expect_error("chunked", "", sf_bytes("5\r\nabc"), SHEAF_ETRUNCATED);
  expect_error("chunked", "", sf_bytes("5\r\nabcde\r\nx\r\n"), SHEAF_EDAMAGED);
  expect_error("chunked", "", sf_bytes("1\r\na\r\n11112222333344445\r\n"),
               SHEAF_EDAMAGED);
}

static void malice(void **state) {
  (void)state;
  sf_buffer zeros = {0}, packed = {0};
  char *room = sf_buffer_reserve(&zeros, 4 << 20);
  assert_non_null(room);
  memset(room, 0, 4 << 20);
  zeros.size = 4 << 20;
  pack(&packed, sf_buffer_bytes(&zeros), MAX_WBITS + 16);
  expect_error("", "gzip", sf_buffer_bytes(&packed), SHEAF_ETOOLARGE);
  expect_error("", "gzip, gzip, gzip, gzip, gzip", sf_bytes("x"),
               SHEAF_EUNSUPPORTED);
  expect_error("", "br", sf_bytes("x"), SHEAF_EUNSUPPORTED);
  sf_buffer_clear(&zeros);
  sf_buffer_clear(&packed);
}

// Each time what is sent becomes eight times smaller at most.
static void growth_of_all_encodings(void **state) {
  (void)state;
  sf_buffer sent = {0}, out = {0};
  sheaf_error error;
  size_t size = (size_t)4 << 20;
  char *room = sf_buffer_reserve(&sent, size);
  assert_non_null(room);
  memset(room, 0, size);
  sent.size = size;
  for (int i = 0; i < 4; i++) {
    sf_buffer packed = {0};
    pack_by(&packed, sf_buffer_bytes(&sent), MAX_WBITS + 16, Z_HUFFMAN_ONLY);
    sf_buffer_clear(&sent);
    sent = packed;
  }
  assert_int_equal(decode("", "gzip, gzip, gzip, gzip", sf_buffer_bytes(&sent),
                          1000, &out, &error),
                   SHEAF_ETOOLARGE);
  sf_buffer_clear(&sent);
  sf_buffer_clear(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"http: every encoding is undone, in pieces of any size", every_encoding,
       NULL, NULL, NULL},
      {"http: a body that was decoded already is left as it is",
       decoded_already, NULL, NULL, NULL},
      {"http: what is cut or damaged is told", damage, NULL, NULL, NULL},
      {"http: bombs and endless encodings are refused", malice, NULL, NULL,
       NULL},
      {"http: the limit of growth is one for all encodings together",
       growth_of_all_encodings, NULL, NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
