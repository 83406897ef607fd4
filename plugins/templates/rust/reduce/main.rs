//! Counts the documents in which each year is named.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;
use std::os::raw::{c_char, c_int};
use std::{mem, slice};

// What of `sheaf/plugin.h` is used here. The functions are found in the program
// that loads this library.

const END: c_int = 1;

#[repr(C)]
struct Bytes {
    data: *const u8,
    size: usize,
}

/// A value takes 24 bytes, and is only handed on.
#[repr(C)]
#[derive(Default)]
struct Value([u64; 3]);

#[repr(C)]
struct Span {
    kind: *const c_char,
    plugin: *const c_char,
    from: usize,
    to: usize,
    attributes: Bytes,
}

/// The fields up to the last one that is used; `size` says where they end.
#[repr(C)]
struct Context {
    size: usize,
    name: *const c_char,
    folder: *const c_char,
    main: *const c_char,
    library: *const c_char,
    options: *const Value,
}

type Open = extern "C" fn(*mut *mut c_void, *const Context, *mut c_void) -> c_int;
type Work = extern "C" fn(*mut c_void, *mut c_void, *mut c_void, *mut c_void) -> c_int;

#[repr(C)]
struct Hooks {
    size: usize,
    api: c_int,
    open: Open,
    process: Work,
    encode: usize,        // None.
    reserved: [usize; 2],
    finish: Work,
    check: usize,         // None.
    close: extern "C" fn(*mut c_void),
}

extern "C" {
    fn sheaf_doc_span(doc: *mut c_void, kind: *const c_char, index: usize,
        span: *mut Span) -> c_int;
    fn sheaf_result_yield(result: *mut c_void, part: *const Value, error: *mut c_void) -> c_int;
    fn sheaf_result_write(result: *mut c_void, output: usize, record: Bytes) -> c_int;
    fn sheaf_spool_next(spool: *mut c_void, record: *mut Bytes, error: *mut c_void) -> c_int;
    fn sheaf_value_parse(out: *mut Value, data: *const u8, size: usize,
        error: *mut c_void) -> c_int;
    fn sheaf_value_clear(value: *mut Value);
    fn sheaf_value_get_int(map: *const Value, key: *const c_char, otherwise: i64) -> i64;
}

fn text(bytes: &Bytes) -> &str {
    let bytes = unsafe { slice::from_raw_parts(bytes.data, bytes.size) };
    std::str::from_utf8(bytes).unwrap_or("")
}

/// Called once in each worker. The state is the first year that counts.
extern "C" fn open(state: *mut *mut c_void, context: *const Context, _: *mut c_void) -> c_int {
    unsafe {
        let first = sheaf_value_get_int((*context).options, b"first\0".as_ptr().cast(), 1900);
        *state = Box::into_raw(Box::new(first)).cast();
    }
    0
}

extern "C" fn close(state: *mut c_void) {
    unsafe { drop(Box::from_raw(state.cast::<i64>())) }
}

/// The year of a date, whose attributes are JSON: what stands in `"value":"…"`.
fn year_of(date: &Span) -> Option<String> {
    let (_, value) = text(&date.attributes).split_once(r#""value":""#)?;
    value.get(..4).map(String::from)
}

fn years_of(doc: *mut c_void) -> BTreeSet<String> {
    let mut years = BTreeSet::new();
    let mut date = unsafe { mem::zeroed() };
    for index in 0.. {
        if unsafe { sheaf_doc_span(doc, b"date\0".as_ptr().cast(), index, &mut date) } != 0 {
            break;
        }
        years.extend(year_of(&date));
    }
    years
}

/// Called for each document: hands in what it amounts to, here its years. Nothing
/// may be kept from one document for the next: they go to many workers.
extern "C" fn process(_: *mut c_void, doc: *mut c_void, result: *mut c_void,
    error: *mut c_void) -> c_int {
    let years = years_of(doc);
    if years.is_empty() {
        return 0;
    }
    let members: Vec<_> = years.iter().map(|year| format!(r#""{year}":true"#)).collect();
    let json = format!("{{{}}}", members.join(","));
    let mut part = Value::default();
    unsafe {
        let mut code = sheaf_value_parse(&mut part, json.as_ptr(), json.len(), error);
        if code == 0 {
            code = sheaf_result_yield(result, &part, error);
        }
        sheaf_value_clear(&mut part);
        code
    }
}

/// Called once, when all documents are done: reads what each amounts to, in their
/// order, as JSON, and writes the output.
extern "C" fn finish(state: *mut c_void, spool: *mut c_void, result: *mut c_void,
    error: *mut c_void) -> c_int {
    let first = unsafe { *state.cast::<i64>() };
    let mut counts = BTreeMap::new();
    let mut part = Bytes { data: std::ptr::null(), size: 0 };
    let mut code = unsafe { sheaf_spool_next(spool, &mut part, error) };
    while code == 0 {
        for year in text(&part).split('"').filter_map(|word| word.parse::<i64>().ok()) {
            *counts.entry(year).or_insert(0) += 1;
        }
        code = unsafe { sheaf_spool_next(spool, &mut part, error) };
    }
    if code != END {
        return code;
    }
    let rows: String =
        counts.range(first..).map(|(year, count)| format!("{year:04},{count}\n")).collect();
    unsafe { sheaf_result_write(result, 0, Bytes { data: rows.as_ptr(), size: rows.len() }) }
}

static HOOKS: Hooks = Hooks {
    size: mem::size_of::<Hooks>(),
    api: 1,
    open,
    process,
    encode: 0,
    reserved: [0; 2],
    finish,
    check: 0,
    close,
};

#[no_mangle]
extern "C" fn sheaf_plugin_entry() -> *const Hooks {
    &HOOKS
}
