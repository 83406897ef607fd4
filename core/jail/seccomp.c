/// System calls behind the wall: a seccomp filter (see seccomp(2)).
///
/// What is refused fails with EPERM, so that a library which only tries can go
/// on.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail/parts.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

/// Numbers from here on are those of the x32 interface, a way around a filter.
#define X32_CALLS 0x40000000u

bool sf_seccomp_found(void) {
  uint32_t action = SECCOMP_RET_ERRNO;
  return ARCHITECTURE &&
         !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

// --- The filter ------------------------------------------------------------

/// Room for an instruction a border between calls, and for the rest. A jump
/// goes no further than 255 of them.
#define PROGRAM_SIZE 300

typedef struct {
  struct sock_filter code[PROGRAM_SIZE];
  unsigned short size;
} program;

static void add(program *to, uint16_t operation, uint32_t operand,
                uint8_t if_true, uint8_t if_false) {
  to->code[to->size++] =
      (struct sock_filter){operation, if_true, if_false, operand};
}

static void load(program *to, size_t offset) {
  add(to, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/// The lower half of an argument; the machines are little-endian.
static void load_argument(program *to, size_t number) {
  load(to, offsetof(struct seccomp_data, args) + 8 * number);
}

static void load_call(program *to) {
  load(to, offsetof(struct seccomp_data, nr));
}

static void end(program *to, uint32_t action) {
  add(to, BPF_RET | BPF_K, action, 0, 0);
}

static void refuse(program *to) {
  end(to, SECCOMP_RET_ERRNO | EPERM);
}

/// Skips the next `count` instructions unless the value at hand is `value`.
static void skip_unless(program *to, uint32_t value, uint8_t count) {
  add(to, BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
}

static void skip_if(program *to, uint32_t value, uint8_t count) {
  add(to, BPF_JMP | BPF_JEQ | BPF_K, value, count, 0);
}

/// Refuses calls by their number: a binary search for the last of the borders
/// from `low` to before `high` that is not above it. Each is one instruction;
/// behind those of all `count` stands the refusal, and what is not refused goes
/// on after that. The kernel tries a filter with every call there is when it
/// gets it, so that a list would make each start slower.
static void search(program *to, const uint16_t *borders, size_t low,
                   size_t high, size_t end_of_search) {
  if (low == high) return;
  size_t middle = low + (high - low) / 2, at = to->size;
  // What is between two borders is refused if it is behind an odd number.
  size_t below = middle > low ? at + 1 : end_of_search + !(low % 2);
  size_t above = high > middle + 1 ? at + 1 + (middle - low)
                                   : end_of_search + (middle % 2);
  add(to, BPF_JMP | BPF_JGE | BPF_K, borders[middle], (uint8_t)(above - at - 1),
      (uint8_t)(below - at - 1));
  search(to, borders, low, middle, end_of_search);
  search(to, borders, middle + 1, high, end_of_search);
}

static void refuse_calls(program *to, const sf_jail *jail) {
  uint16_t borders[SF_CALLS_MAX];
  size_t count = sf_jail_calls(jail, borders);
  search(to, borders, 0, count, to->size + count);
  refuse(to);
}

/// Refuses the call unless an argument is one of two values.
static void refuse_unless(program *to, uint32_t call, size_t argument,
                          uint32_t one, uint32_t other) {
  skip_unless(to, call, 5);
  load_argument(to, argument);
  skip_if(to, one, 2);
  skip_if(to, other, 1);
  refuse(to);
  load_call(to);
}

/// Refuses the call where an argument is that value.
static void refuse_value(program *to, uint32_t call, size_t argument,
                         uint32_t value) {
  skip_unless(to, call, 4);
  load_argument(to, argument);
  skip_unless(to, value, 1);
  refuse(to);
  load_call(to);
}

/// Threads are always allowed, children with `fork`, and either in namespaces
/// of their own never. A sanitizer's look for leaks is a child in our memory.
static void filter_clone(program *to, const sf_jail *jail) {
  static const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
                                     CLONE_NEWUSER | CLONE_NEWPID |
                                     CLONE_NEWNET | CLONE_NEWCGROUP;
  uint32_t thread = SF_SANITIZED ? CLONE_VM : CLONE_THREAD;
  skip_unless(to, SYS_clone, 5);
  load_argument(to, 0);
  add(to, BPF_JMP | BPF_JSET | BPF_K, namespaces, 1, 0);
  add(to, BPF_JMP | BPF_JSET | BPF_K, jail->fork ? UINT32_MAX : thread, 1, 0);
  refuse(to);
  load_call(to);
  // Its flags are in memory, which no filter sees; libraries fall back.
  skip_unless(to, SYS_clone3, 1);
  end(to, SECCOMP_RET_ERRNO | ENOSYS);
}

static void filter_sockets(program *to, const sf_jail *jail) {
  if (jail->net) refuse_unless(to, SYS_socket, 0, AF_INET, AF_INET6);
}

/// A process without children looks after itself alone. The signals of others
/// are told apart by Landlock, from its version 6 on.
static void filter_processes(program *to, const sf_jail *jail) {
  uint32_t own = (uint32_t)getpid();
  if (jail->fork) return;
  refuse_unless(to, SYS_kill, 0, own, own);
  refuse_unless(to, SYS_tgkill, 0, own, own);
  refuse_unless(to, SYS_prlimit64, 0, 0, own);
}

static void write_filter(program *to, const sf_jail *jail) {
  load(to, offsetof(struct seccomp_data, arch));
  skip_if(to, ARCHITECTURE, 1);
  end(to, SECCOMP_RET_KILL_PROCESS);
  load_call(to);
  add(to, BPF_JMP | BPF_JGE | BPF_K, X32_CALLS, 0, 1);
  refuse(to);
  refuse_calls(to, jail);
  filter_clone(to, jail);
  filter_sockets(to, jail);
  filter_processes(to, jail);
  // Words put into the terminal's input are commands to the user's shell.
  refuse_value(to, SYS_ioctl, 1, TIOCSTI);
  end(to, SECCOMP_RET_ALLOW);
}

int sf_seccomp_enter(const sf_jail *jail, sheaf_error *error) {
  program filter = {.size = 0};
  write_filter(&filter, jail);
  struct sock_fprog given = {filter.size, filter.code};
  if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
               &given))
    return SHEAF_OK;
  return sf_fail_errno(error, SHEAF_ESANDBOX, "seccomp", "not enforced");
}
