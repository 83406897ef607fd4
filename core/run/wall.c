/// Working out the wall of a job, and raising it in a worker.
#include "run/wall.h"

#include <stdlib.h>

#include "io/io.h"
#include "run/wire.h"

/// Memory beyond what plugins are limited to: the program, its libraries, and
/// so many copies of the largest document as it is read and exported.
#define MEMORY_BASE   ((uint64_t)1 << 30)
#define MEMORY_COPIES 16

// --- Working out -----------------------------------------------------------

static void put_place(sf_buffer *out, const char *path, unsigned access) {
  sf_put_u8(out, (uint8_t)access);
  sf_put_bytes(out, sf_bytes(path));
}

static const sheaf_value *grants(const sf_job *job, size_t step,
                                 const char *permission) {
  return sheaf_value_get(&job->steps[step].manifest.grants, permission);
}

/// Adds the paths that were granted; of a program that is not installed there
/// is none.
static void put_granted(sf_buffer *out, const sheaf_value *paths,
                        unsigned access) {
  for (size_t i = 0; i < sheaf_value_count(paths); i++) {
    const sheaf_value *path = sheaf_value_at(paths, i);
    if (path->type == SHEAF_STRING)
      put_place(out, path->as.string.data, access);
  }
}

static int put_program(void *context, const char *path, bool started) {
  put_place(context, path, started ? SF_JAIL_RUN : SF_JAIL_READ);
  return SHEAF_OK;
}

/// A plugin that is a program is started from within the wall.
static bool is_program(const sf_manifest *manifest) {
  return !strcmp(manifest->language, "process");
}

static void put_programs(const sf_manifest *manifest, sf_buffer *out) {
  if (!is_program(manifest)) return;
  const sheaf_value *command = sheaf_value_get(&manifest->json, "command");
  if (sf_program_each(command, manifest->folder, manifest->main, put_program,
                      out))
    out->failed = true;
}

static bool any_program(const sf_job *job) {
  for (size_t i = 0; i < job->step_count; i++)
    if (is_program(&job->steps[i].manifest)) return true;
  return false;
}

static void put_places(const sf_job *job, sf_buffer *out) {
  // Indexes of packed streams are kept there for the next run.
  char *cache = sf_cache_folder(NULL);
  if (cache) put_place(out, cache, SF_JAIL_READ | SF_JAIL_WRITE);
  free(cache);
  char *home = sheaf_plugin_home();
  if (home) put_place(out, home, SF_JAIL_READ);
  free(home);
  char *modules = sf_plugin_modules();
  if (modules) put_place(out, modules, SF_JAIL_READ);
  free(modules);
  for (size_t i = 0; i < job->bundle_count; i++)
    put_place(out, sf_job_source(job, i), SF_JAIL_READ);
  for (size_t i = 0; i < job->step_count; i++) {
    put_place(out, job->steps[i].manifest.folder, SF_JAIL_READ);
    put_granted(out, grants(job, i, "read"), SF_JAIL_READ);
    put_granted(out, grants(job, i, "write"), SF_JAIL_WRITE);
    put_granted(out, grants(job, i, "spawn"), SF_JAIL_RUN);
    put_programs(&job->steps[i].manifest, out);
  }
}

static void put_names(const sf_job *job, sf_buffer *out) {
  for (size_t i = 0; i < job->step_count; i++) {
    const sheaf_value *names = grants(job, i, "env");
    for (size_t k = 0; k < sheaf_value_count(names); k++)
      sf_put_bytes(out, sf_bytes(sheaf_value_at(names, k)->as.string.data));
  }
}

static bool any_granted(const sf_job *job, const char *permission) {
  for (size_t i = 0; i < job->step_count; i++)
    if (grants(job, i, permission)) return true;
  return false;
}

/// A plugin without a limit makes the worker one without.
static uint64_t memory_limit(const sf_job *job) {
  uint64_t sum = MEMORY_BASE;
  if (job->reading.max_document > UINT64_MAX / (2 * MEMORY_COPIES)) return 0;
  sum += job->reading.max_document * MEMORY_COPIES;
  for (size_t i = 0; i < job->step_count; i++) {
    if (!job->steps[i].manifest.memory_limit) return 0;
    sum += job->steps[i].manifest.memory_limit;
  }
  return sum;
}

void sf_wall_order(const sf_job *job, const sf_jail_place *more, size_t count,
                   sf_buffer *out) {
  sf_buffer places = {0}, names = {0};
  put_places(job, &places);
  for (size_t i = 0; i < count; i++)
    put_place(&places, more[i].path, more[i].access);
  put_names(job, &names);
  sf_put_bytes(out, sf_buffer_bytes(&places));
  sf_put_bytes(out, sf_buffer_bytes(&names));
  out->failed |= places.failed || names.failed;
  sf_buffer_clear(&places);
  sf_buffer_clear(&names);
  sf_put_u8(out, any_granted(job, "net"));
  sf_put_u8(out, any_granted(job, "spawn"));
  sf_put_u8(out, any_program(job));
  sf_put_u8(out, job->kernel.seccomp);
  sf_put_u32(out, (uint32_t)job->kernel.landlock);
  sf_put_u64(out, memory_limit(job));
}

// --- What is shared --------------------------------------------------------

/// The first permission that was granted to one plugin and not, in this way, to
/// the other; NULL: there is none.
static const char *granted_beyond(const sf_manifest *one,
                                  const sf_manifest *other) {
  for (size_t i = 0; i < sheaf_value_count(&one->grants); i++) {
    const char *permission = sheaf_value_key(&one->grants, i).data;
    const sheaf_value *same = sheaf_value_get(&other->grants, permission);
    if (!same || !sheaf_value_equal(same, sheaf_value_at(&one->grants, i)))
      return permission;
  }
  return NULL;
}

bool sf_wall_is_shared(const sf_job *job, size_t step, sheaf_error *warning) {
  const sf_manifest *own = &job->steps[step].manifest;
  if (!job->walled || job->steps[step].automatic ||
      strcmp(own->language, "native") != 0)
    return false;
  for (size_t i = 0; i < job->step_count; i++) {
    const sf_manifest *other = &job->steps[i].manifest;
    const char *permission = granted_beyond(other, own);
    if (!permission || job->steps[i].automatic) continue;
    sf_fail(warning, SHEAF_EPERMISSION, own->name,
            "it is in C, and within its reach is what %s may %s", other->name,
            permission);
    sf_hint(warning, "where that is too much, give each a run of its own");
    return true;
  }
  return false;
}

// --- Raising ---------------------------------------------------------------

typedef struct {
  sf_jail jail;
  sf_jail_place *places;
  char **names;
  size_t name_count;
  bool broker;  ///< Plugins may start programs.
} wall;

/// A copy of the next packed text; NULL at the end or without memory.
static char *next_text(sf_unpack *from) {
  sheaf_bytes text = sf_get_bytes(from);
  return from->failed ? NULL : sf_strndup(text.data, text.size);
}

static int read_places(wall *to, sheaf_bytes packed) {
  sf_unpack from = {packed, false};
  // Each takes at least five bytes.
  to->places = calloc(packed.size / 5 + 1, sizeof *to->places);
  if (!to->places) return SHEAF_ENOMEM;
  while (from.rest.size) {
    unsigned access = sf_get_u8(&from);
    char *path = next_text(&from);
    if (!path) return SHEAF_ENOMEM;
    to->places[to->jail.place_count++] = (sf_jail_place){path, access};
  }
  to->jail.places = to->places;
  return SHEAF_OK;
}

static int read_names(wall *to, sheaf_bytes packed) {
  sf_unpack from = {packed, false};
  to->names = calloc(packed.size / 4 + 1, sizeof *to->names);
  if (!to->names) return SHEAF_ENOMEM;
  while (from.rest.size)
    if (!(to->names[to->name_count++] = next_text(&from))) return SHEAF_ENOMEM;
  return SHEAF_OK;
}

static int read_wall(wall *to, sf_unpack *from) {
  int code = read_places(to, sf_get_bytes(from));
  if (!code) code = read_names(to, sf_get_bytes(from));
  to->jail.net = sf_get_u8(from);
  to->broker = sf_get_u8(from);
  to->jail.fork = to->jail.exec = sf_get_u8(from);
  to->jail.kernel.seccomp = sf_get_u8(from);
  to->jail.kernel.landlock = (int)sf_get_u32(from);
  to->jail.memory = sf_get_u64(from);
  return code || !from->failed ? code : SHEAF_EDAMAGED;
}

static void clear_wall(wall *of) {
  for (size_t i = 0; i < of->jail.place_count; i++) free(of->places[i].path);
  for (size_t i = 0; i < of->name_count; i++) free(of->names[i]);
  free(of->places);
  free(of->names);
}

/// Temporary files go where this process may write.
static int move_temporary_files(sheaf_error *error) {
  char *cache = sf_cache_folder(NULL);
  bool failed = cache && setenv("TMPDIR", cache, 1);
  free(cache);
  return failed ? sf_no_memory(error) : SHEAF_OK;
}

/// The broker's own wall: it starts programs, in the place of this process.
static int enter_broker(void *context) {
  const wall *of = context;
  sf_jail jail = of->jail;
  jail.fork = jail.exec = true;
  int code = sf_jail_enter(&jail, NULL);
  if (!code) sf_jail_forget((const char *const *)of->names, of->name_count);
  return code;
}

static int start_broker(wall *of, sf_loop *loop, sheaf_error *error) {
  sf_broker broker;
  if (!of->broker) return SHEAF_OK;
  int code = sf_broker_start(&broker, enter_broker, of, error);
  if (!code) sf_loop_set_broker(loop, &broker);
  return code;
}

int sf_wall_raise(sheaf_bytes *order, sf_loop *loop, sheaf_error *error) {
  wall of = {.places = NULL};
  sf_unpack from = {*order, false};
  int code = read_wall(&of, &from);
  if (code) code = sf_fail(error, code, "worker", "its wall is damaged");
  if (!code) code = start_broker(&of, loop, error);
  if (!code) code = sf_jail_enter(&of.jail, error);
  if (!code) sf_jail_forget((const char *const *)of.names, of.name_count);
  if (!code) code = move_temporary_files(error);
  clear_wall(&of);
  *order = from.rest;
  return code;
}
