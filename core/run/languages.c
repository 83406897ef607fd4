/// The registry of languages: the one place that lists them.
#include "lua/lua.h"
#include "native/native.h"
#include "process/process.h"
#include "run/run.h"

const sf_language *const sf_languages[] = {&sf_lua, &sf_native, &sf_process,
                                           NULL};
