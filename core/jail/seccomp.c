/// System calls behind the wall: a seccomp filter (see seccomp(2)).
///
/// What a worker never needs and what reaches other processes, the kernel or
/// its administration is refused with EPERM, so that a library which only
/// tries can go on.
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

// --- What is refused -------------------------------------------------------

/// Other processes, and the place of this one among them.
static const uint16_t processes[] = {SYS_process_vm_readv,
                                     SYS_process_vm_writev,
                                     SYS_process_madvise,
                                     SYS_kcmp,
                                     SYS_pidfd_getfd,
                                     SYS_pidfd_send_signal,
                                     SYS_tkill,
                                     SYS_rt_sigqueueinfo,
                                     SYS_rt_tgsigqueueinfo,
                                     SYS_migrate_pages,
                                     SYS_move_pages,
                                     SYS_sched_setaffinity,
                                     SYS_sched_setscheduler,
                                     SYS_sched_setparam,
                                     SYS_sched_setattr,
                                     SYS_setpriority,
                                     SYS_ioprio_set};

/// Large parts of the kernel that programs rarely need.
static const uint16_t machinery[] = {SYS_bpf,
                                     SYS_perf_event_open,
                                     SYS_userfaultfd,
                                     SYS_io_uring_setup,
                                     SYS_io_uring_enter,
                                     SYS_io_uring_register,
                                     SYS_add_key,
                                     SYS_request_key,
                                     SYS_keyctl,
                                     SYS_fanotify_init,
                                     SYS_lookup_dcookie};

/// What processes share beyond files.
static const uint16_t shared[] = {
    SYS_shmget, SYS_shmat,   SYS_shmctl,   SYS_msgget, SYS_msgsnd,
    SYS_msgrcv, SYS_msgctl,  SYS_semget,   SYS_semop,  SYS_semtimedop,
    SYS_semctl, SYS_mq_open, SYS_mq_unlink};

static const uint16_t administration[] = {SYS_mount,
                                          SYS_umount2,
                                          SYS_pivot_root,
                                          SYS_chroot,
                                          SYS_unshare,
                                          SYS_setns,
                                          SYS_open_tree,
                                          SYS_move_mount,
                                          SYS_fsopen,
                                          SYS_fsconfig,
                                          SYS_fsmount,
                                          SYS_fspick,
                                          SYS_mount_setattr,
                                          SYS_swapon,
                                          SYS_swapoff,
                                          SYS_reboot,
                                          SYS_kexec_load,
                                          SYS_kexec_file_load,
                                          SYS_init_module,
                                          SYS_finit_module,
                                          SYS_delete_module,
                                          SYS_sethostname,
                                          SYS_setdomainname,
                                          SYS_settimeofday,
                                          SYS_clock_settime,
                                          SYS_clock_adjtime,
                                          SYS_adjtimex,
                                          SYS_acct,
                                          SYS_quotactl,
                                          SYS_syslog,
                                          SYS_vhangup,
                                          SYS_name_to_handle_at,
                                          SYS_open_by_handle_at};

/// Facts about files that Landlock does not look after.
static const uint16_t facts[] = {
    SYS_fchmod,      SYS_fchmodat,     SYS_fchown,       SYS_fchownat,
    SYS_utimensat,   SYS_setxattr,     SYS_lsetxattr,    SYS_fsetxattr,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_mknodat};

static const uint16_t serving[] = {SYS_listen, SYS_accept, SYS_accept4};

#if defined(__x86_64__)
static const uint16_t older[] = {
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime,  SYS_utimes,    SYS_futimesat,
    SYS_mknod, SYS_iopl,  SYS_ioperm, SYS_uselib, SYS_modify_ldt};
static const uint16_t forks[] = {SYS_fork, SYS_vfork};
#else
// Younger machines have none of these; clone3() is refused anyway.
static const uint16_t older[] = {SYS_clone3}, forks[] = {SYS_clone3};
#endif

/// A list of calls and their number.
typedef struct {
  const uint16_t *calls;
  size_t count;
} call_list;

#define CALLS(list) \
  { list, SF_COUNT(list) }

static const call_list always[] = {
    CALLS(processes), CALLS(machinery), CALLS(shared), CALLS(administration),
    CALLS(facts),     CALLS(serving),   CALLS(older)};

static const uint16_t sockets[] = {SYS_socket, SYS_connect, SYS_bind};
static const uint16_t programs[] = {SYS_execve, SYS_execveat};
static const uint16_t debugging[] = {SYS_ptrace};

// --- The filter ------------------------------------------------------------

/// Room for two instructions a call that is refused, and for the rest.
#define PROGRAM_SIZE 400

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

static void refuse_calls(program *to, const uint16_t *calls, size_t count) {
  for (size_t i = 0; i < count; i++) {
    skip_unless(to, calls[i], 1);
    refuse(to);
  }
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
  if (jail->net)
    refuse_unless(to, SYS_socket, 0, AF_INET, AF_INET6);
  else
    refuse_calls(to, sockets, SF_COUNT(sockets));
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
  for (size_t i = 0; i < SF_COUNT(always); i++)
    refuse_calls(to, always[i].calls, always[i].count);
  if (!jail->exec) refuse_calls(to, programs, SF_COUNT(programs));
  if (!jail->fork) refuse_calls(to, forks, SF_COUNT(forks));
  if (!SF_SANITIZED) refuse_calls(to, debugging, SF_COUNT(debugging));
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
