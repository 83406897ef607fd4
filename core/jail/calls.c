/// The system calls that are refused behind the wall, whatever their arguments:
/// what a worker never needs, and what reaches other processes, the kernel or
/// its administration.
#include <stdlib.h>
#include <sys/syscall.h>

#include "jail/parts.h"

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
// Younger machines have none of these; what is refused anyway stands for them.
static const uint16_t older[] = {SYS_reboot}, forks[] = {SYS_reboot};
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

// --- Together --------------------------------------------------------------

/// Sets a mark for each call of the list.
static void mark(bool *marks, const uint16_t *calls, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (calls[i] < SF_CALLS_MAX) marks[calls[i]] = true;
}

size_t sf_jail_calls(const sf_jail *jail, uint16_t borders[SF_CALLS_MAX]) {
  bool refused[SF_CALLS_MAX + 1] = {false};
  for (size_t i = 0; i < SF_COUNT(always); i++)
    mark(refused, always[i].calls, always[i].count);
  if (!jail->net) mark(refused, sockets, SF_COUNT(sockets));
  if (!jail->exec) mark(refused, programs, SF_COUNT(programs));
  if (!jail->fork) mark(refused, forks, SF_COUNT(forks));
  if (!SF_SANITIZED) mark(refused, debugging, SF_COUNT(debugging));
  size_t count = 0;
  for (uint16_t call = 1; call < SF_CALLS_MAX; call++)
    if (refused[call] != refused[call - 1]) borders[count++] = call;
  return count;
}
