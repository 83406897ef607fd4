/// Plugins that are programs of their own, in any language: JSON lines on
/// standard input and output. plugins/PROTOCOL.md is for those who write them.
#ifndef SF_PROCESS_H
#define SF_PROCESS_H

#include "plugin/plugin.h"

/// The language "process".
extern const sf_language sf_process;

#endif
