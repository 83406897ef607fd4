/// What reading a zip costs at the least: its directory, and each member
/// inflated by libdeflate and its CRC checked, with nothing around it.
#include <fcntl.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t number(const unsigned char *p, int bytes) {
  uint32_t value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | p[i];
  return value;
}

int main(int argc, char **argv) {
  struct stat facts;
  int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  if (fd < 0 || fstat(fd, &facts)) return 2;
  size_t size = (size_t)facts.st_size;
  const unsigned char *zip = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  const unsigned char *end = zip + size - 22;
  while (memcmp(end, "PK\5\6", 4) != 0) end--;
  struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
  unsigned char *out = malloc((size_t)64 << 20);
  const unsigned char *entry = zip + number(end + 16, 4);
  uint64_t bytes = 0, bad = 0;
  for (uint32_t i = 0; i < number(end + 10, 2) || entry < end; i++) {
    if (memcmp(entry, "PK\1\2", 4) != 0) break;
    uint32_t packed = number(entry + 20, 4), whole = number(entry + 24, 4);
    const unsigned char *local = zip + number(entry + 42, 4);
    const unsigned char *data =
        local + 30 + number(local + 26, 2) + number(local + 28, 2);
    if (number(entry + 10, 2))
      libdeflate_deflate_decompress(inflater, data, packed, out, whole, NULL);
    else
      memcpy(out, data, whole);
    bad += libdeflate_crc32(0, out, whole) != number(entry + 16, 4);
    bytes += whole;
    entry += 46 + number(entry + 28, 2) + number(entry + 30, 2) +
             number(entry + 32, 2);
  }
  printf("%llu bytes, %llu bad\n", (unsigned long long)bytes,
         (unsigned long long)bad);
  return bad != 0;
}
