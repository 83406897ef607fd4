/// The wall around workers: what of it a job needs to be open.
///
/// One worker runs all plugins of a job, so that there is one wall for them:
/// what is granted to one of them is open to the process of all. What a Lua
/// plugin may do is checked for it alone, too; see sheaf_plugin_may().
#ifndef SF_RUN_WALL_H
#define SF_RUN_WALL_H

#include "jail/jail.h"
#include "run/job.h"

/// Appends the description of the wall: bytes `places`, for each a u8 access
/// and its path; bytes `names` of variables; u8 net, u8 broker, u8 programs, u8
/// seccomp, u32 landlock, u64 memory.
/// Beyond what the job needs there are `more` places.
void sf_wall_order(const sf_job *job, const sf_jail_place *more, size_t count,
                   sf_buffer *out);

/// True when the plugin of that step is in C, so that nothing but the wall is
/// in its way, and another was granted what it was not. `warning` tells so.
bool sf_wall_is_shared(const sf_job *job, size_t step, sheaf_error *warning);

/// Reads that off the front of `*order` and puts this process behind it. Where
/// plugins may start programs the loop gets a broker for that, behind a wall of
/// its own: this process cannot.
int sf_wall_raise(sheaf_bytes *order, sf_loop *loop, sheaf_error *error);

#endif
