/// The parts of the wall. Private to this module.
#ifndef SF_JAIL_PARTS_H
#define SF_JAIL_PARTS_H

#include "jail/jail.h"

// A sanitizer looks into its own process, and its memory into the sky.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SF_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SF_SANITIZED true
#endif
#endif
#ifndef SF_SANITIZED
#define SF_SANITIZED false
#endif

/// The version of Landlock's interface; 0: it is not there (landlock.c).
int sf_landlock_version(void);
int sf_landlock_enter(const sf_jail *jail, sheaf_error *error);

/// True when system calls can be filtered (seccomp.c).
bool sf_seccomp_found(void);
int sf_seccomp_enter(const sf_jail *jail, sheaf_error *error);

/// Above the numbers of all system calls.
#define SF_CALLS_MAX 512

/// Lists where ranges of refused calls begin and end, in turn and sorted, and
/// returns how many such borders there are (calls.c).
size_t sf_jail_calls(const sf_jail *jail, uint16_t borders[SF_CALLS_MAX]);

#endif
