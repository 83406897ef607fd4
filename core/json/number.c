/// Numbers as text, whatever the locale of the program that uses the library.
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/private.h"

// The C library reads and writes "1,5" where the locale wants it so: this
// thread gets the locale "C" for a moment.
typedef struct {
  locale_t plain;
  locale_t before;
} c_locale;

static c_locale enter_c_locale(void) {
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return (c_locale){plain, uselocale(plain)};
}

static void leave_c_locale(c_locale locale) {
  uselocale(locale.before);
  if (locale.plain) freelocale(locale.plain);
}

double sf_json_read_float(const char *text) {
  c_locale locale = enter_c_locale();
  double number = strtod(text, NULL);
  leave_c_locale(locale);
  return number;
}

void sf_json_write_float(sf_buffer *out, double number) {
  if (!isfinite(number)) {
    sf_buffer_puts(out, "null");
    return;
  }
  char text[40];
  c_locale locale = enter_c_locale();
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, number);
    if (strtod(text, NULL) == number) break;
  }
  leave_c_locale(locale);
  sf_buffer_puts(out, text);
  if (!strpbrk(text, ".e")) sf_buffer_puts(out, ".0");
}

void sf_json_write_int(sf_buffer *out, int64_t number) {
  if (number < 0) sf_buffer_putc(out, '-');
  sf_buffer_put_number(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}
