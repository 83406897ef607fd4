//! Finds years.

use std::ffi::c_void;
use std::os::raw::{c_char, c_int};
use std::slice;

// What of `sheaf/plugin.h` is used here. The functions are found in the program
// that loads this library.

#[repr(C)]
struct Bytes {
    data: *const u8,
    size: usize,
}

/// A value takes 24 bytes, and is only handed on.
#[repr(C)]
#[derive(Default)]
struct Value([u64; 3]);

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
    others: [usize; 5], // encode, two without a use, finish, check: none.
    close: extern "C" fn(*mut c_void),
}

extern "C" {
    fn sheaf_doc_text(doc: *const c_void) -> Bytes;
    fn sheaf_doc_add(doc: *mut c_void, kind: *const c_char, from: usize, to: usize,
        attributes: *const Value, error: *mut c_void) -> c_int;
    fn sheaf_value_parse(out: *mut Value, data: *const c_char, size: usize,
        error: *mut c_void) -> c_int;
    fn sheaf_value_clear(value: *mut Value);
    fn sheaf_value_get_int(map: *const Value, key: *const c_char, otherwise: i64) -> i64;
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

fn add_year(doc: *mut c_void, year: i64, from: usize, error: *mut c_void) -> c_int {
    let json = format!(r#"{{"value":"{year:04}","precision":"year"}}"#);
    let mut attributes = Value::default();
    unsafe {
        let mut code =
            sheaf_value_parse(&mut attributes, json.as_ptr().cast(), json.len(), error);
        if code == 0 {
            code = sheaf_doc_add(doc, b"date\0".as_ptr().cast(), from, from + 4, &attributes, error);
        }
        sheaf_value_clear(&mut attributes);
        code
    }
}

/// Called for each document.
extern "C" fn process(state: *mut c_void, doc: *mut c_void, _: *mut c_void,
    error: *mut c_void) -> c_int {
    let first = unsafe { *state.cast::<i64>() };
    let bytes = unsafe { sheaf_doc_text(doc) };
    if bytes.size == 0 {
        return 0;
    }
    let text = unsafe { slice::from_raw_parts(bytes.data, bytes.size) };
    let mut at = 0;
    for word in text.split(|byte| !byte.is_ascii_alphanumeric()) {
        let year = std::str::from_utf8(word).ok().and_then(|word| word.parse::<i64>().ok());
        match year {
            Some(year) if word.len() == 4 && year >= first => {
                let code = add_year(doc, year, at, error);
                if code != 0 {
                    return code;
                }
            }
            _ => (),
        }
        at += word.len() + 1;
    }
    0
}

static HOOKS: Hooks = Hooks {
    size: std::mem::size_of::<Hooks>(),
    api: 1,
    open,
    process,
    others: [0; 5],
    close,
};

#[no_mangle]
extern "C" fn sheaf_plugin_entry() -> *const Hooks {
    &HOOKS
}
