//! Reads CSV: a line a row, with tabs between the cells.

use std::ffi::c_void;
use std::os::raw::{c_char, c_int};
use std::{mem, ptr, slice};

// What of `sheaf/plugin.h` is used here. The functions are found in the program
// that loads this library.

#[repr(C)]
struct Bytes {
    data: *const u8,
    size: usize,
}

/// The fields up to the last one that is used; `size` says where they end.
#[repr(C)]
struct Context {
    size: usize,
    name: *const c_char,
    folder: *const c_char,
    main: *const c_char,
    library: *const c_char,
    options: *const c_void,
}

type Open = extern "C" fn(*mut *const c_char, *const Context, *mut c_void) -> c_int;
type Work = extern "C" fn(*const c_char, *mut c_void, *mut c_void, *mut c_void) -> c_int;

#[repr(C)]
struct Hooks {
    size: usize,
    api: c_int,
    open: Open,
    process: Work,
    others: [usize; 6], // encode, two without a use, finish, check, close: none.
}

extern "C" {
    fn sheaf_doc_content(doc: *const c_void) -> Bytes;
    fn sheaf_doc_set_text(doc: *mut c_void, text: Bytes, error: *mut c_void) -> c_int;
    fn sheaf_doc_add(doc: *mut c_void, kind: *const c_char, from: usize, to: usize,
        attributes: *const c_void, error: *mut c_void) -> c_int;
    fn sheaf_value_get_string(map: *const c_void, key: *const c_char,
        otherwise: *const c_char) -> *const c_char;
}

/// Called once in each worker. The state is what stands between two cells.
extern "C" fn open(state: *mut *const c_char, context: *const Context, _: *mut c_void) -> c_int {
    unsafe {
        *state = sheaf_value_get_string((*context).options, b"separator\0".as_ptr().cast(),
            b",\0".as_ptr().cast());
    }
    0
}

/// A line with tabs between its cells. Within quotation marks a separator is one of
/// the letters.
fn row_of(line: &str, separator: char) -> String {
    let mut quoted = false;
    let mut row = String::new();
    for letter in line.chars() {
        if letter == '"' {
            quoted = !quoted;
        } else {
            row.push(if letter == separator && !quoted { '\t' } else { letter });
        }
    }
    row
}

fn add_rows(doc: *mut c_void, rows: &[String], error: *mut c_void) -> c_int {
    let mut from = 0;
    for row in rows {
        let to = from + row.len();
        let kind = b"table_row\0".as_ptr().cast();
        let code = unsafe { sheaf_doc_add(doc, kind, from, to, ptr::null(), error) };
        if code != 0 {
            return code;
        }
        from = to + 1;
    }
    0
}

/// Called for each document: gives it its text, then adds spans.
extern "C" fn process(state: *const c_char, doc: *mut c_void, _: *mut c_void,
    error: *mut c_void) -> c_int {
    let separator = char::from(unsafe { *state } as u8);
    let bytes = unsafe { sheaf_doc_content(doc) };
    let content = match bytes.size {
        0 => String::new(),
        size => String::from_utf8_lossy(unsafe { slice::from_raw_parts(bytes.data, size) }).into(),
    };
    let lines = content.split(['\r', '\n'].as_ref()).filter(|line| !line.is_empty());
    let rows: Vec<_> = lines.map(|line| row_of(line, separator)).collect();
    let text: String = rows.iter().flat_map(|row| [row.as_str(), "\n"]).collect();
    let bytes = Bytes { data: text.as_ptr(), size: text.len() };
    let code = unsafe { sheaf_doc_set_text(doc, bytes, error) };
    if code != 0 {
        return code;
    }
    add_rows(doc, &rows, error)
}

static HOOKS: Hooks =
    Hooks { size: mem::size_of::<Hooks>(), api: 1, open, process, others: [0; 6] };

#[no_mangle]
extern "C" fn sheaf_plugin_entry() -> *const Hooks {
    &HOOKS
}
