/// The registry of formats: the one place that lists them.
#include "bundle/bundle.h"

extern const sf_format sf_format_zip, sf_format_tar, sf_format_folder,
    sf_format_jsonl, sf_format_warc, sf_format_archive, sf_format_single;

const sf_format *const sf_formats[] = {
    &sf_format_folder, &sf_format_zip,     &sf_format_tar,    &sf_format_jsonl,
    &sf_format_warc,   &sf_format_archive, &sf_format_single, NULL};
