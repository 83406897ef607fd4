//! What a plugin in Rust reaches. Each document is called after what to try.

use std::ffi::{c_void, CStr, CString};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::raw::{c_char, c_int};
use std::{fs, mem, ptr, slice};

// What of `sheaf/plugin.h` is used here.

#[repr(C)]
#[derive(Clone, Copy)]
struct Bytes {
    data: *const u8,
    size: usize,
}

#[repr(C)]
struct Context {
    size: usize,
    texts: [*const c_char; 4], // name, folder, main, library
    options: *const c_void,
}

#[repr(C)]
struct Error {
    code: c_int,
    what: [u8; 256],
    why: [u8; 512],
    hint: [u8; 256],
}

#[repr(C)]
struct Command {
    size: usize,
    words: *const *const c_char,
    input: Bytes,
}

#[repr(C)]
struct Outcome {
    size: usize,
    status: c_int,
    signal: c_int,
    output: Bytes,
    errors: Bytes,
    held: *mut c_void,
}

#[repr(C)]
struct Hooks {
    size: usize,
    api: c_int,
    open: extern "C" fn(*mut *const Context, *const Context, *mut Error) -> c_int,
    process: extern "C" fn(*const Context, *mut c_void, *mut c_void, *mut Error) -> c_int,
    others: [usize; 6],
}

extern "C" {
    fn sheaf_doc_member(doc: *const c_void) -> Bytes;
    fn sheaf_doc_metadata(doc: *mut c_void) -> *mut c_void;
    fn sheaf_value_get_int(map: *const c_void, key: *const c_char, otherwise: i64) -> i64;
    fn sheaf_value_get_string(map: *const c_void, key: *const c_char,
        otherwise: *const c_char) -> *const c_char;
    fn sheaf_value_set_string(map: *mut c_void, key: *const c_char,
        text: *const c_char) -> c_int;
    fn sheaf_plugin_spawn(context: *const Context, command: *const Command,
        outcome: *mut Outcome, error: *mut Error) -> c_int;
    fn sheaf_outcome_clear(outcome: *mut Outcome);
}

const PLUGIN_FAILED: c_int = -30;

type Attempt = Result<String, String>;

/// A text of C, which ends in a NUL.
fn c(text: &'static str) -> *const c_char {
    text.as_ptr().cast()
}

fn text(bytes: Bytes) -> String {
    let bytes = unsafe { slice::from_raw_parts(bytes.data, bytes.size) };
    String::from_utf8_lossy(bytes).trim().into()
}

fn option(context: &Context, key: &'static str) -> String {
    let found = unsafe { sheaf_value_get_string(context.options, c(key), c("\0")) };
    unsafe { CStr::from_ptr(found) }.to_string_lossy().into()
}

fn read() -> Attempt {
    let content = fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    Ok(content[..4].into())
}

fn write(context: &Context) -> Attempt {
    let path = option(context, "place\0") + "/" + &option(context, "language\0");
    fs::write(path, "x").map_err(|error| error.to_string())?;
    Ok("written".into())
}

fn net(context: &Context) -> Attempt {
    let port = unsafe { sheaf_value_get_int(context.options, c("port\0"), 0) };
    let talk = || {
        let mut connection = TcpStream::connect(("127.0.0.1", port as u16))?;
        writeln!(connection, "{}", option(context, "language\0"))?;
        let mut line = String::new();
        BufReader::new(connection).read_line(&mut line)?;
        Ok(line.trim().into())
    };
    talk().map_err(|error: std::io::Error| error.to_string())
}

fn spawn(context: &Context, error: &mut Error) -> Result<String, c_int> {
    let words = [c("sh\0"), c("-c\0"), c("echo from a shell\0"), ptr::null()];
    let input = Bytes { data: ptr::null(), size: 0 };
    let command = Command { size: mem::size_of::<Command>(), words: words.as_ptr(), input };
    unsafe {
        let mut outcome: Outcome = mem::zeroed();
        let code = sheaf_plugin_spawn(context, &command, &mut outcome, error);
        let said = if code == 0 { Ok(text(outcome.output)) } else { Err(code) };
        sheaf_outcome_clear(&mut outcome);
        said
    }
}

extern "C" fn open(state: *mut *const Context, context: *const Context, _: *mut Error) -> c_int {
    unsafe { *state = context };
    0
}

fn attempt(context: &Context, member: &str, error: &mut Error) -> Result<String, c_int> {
    let got = match member {
        "read.txt" => read(),
        "write.txt" => write(context),
        "net.txt" => net(context),
        _ => return spawn(context, error),
    };
    got.map_err(|why| {
        *error = Error { code: PLUGIN_FAILED, what: [0; 256], why: [0; 512], hint: [0; 256] };
        error.why[..why.len()].copy_from_slice(why.as_bytes());
        PLUGIN_FAILED
    })
}

extern "C" fn process(context: *const Context, doc: *mut c_void, _: *mut c_void,
    error: *mut Error) -> c_int {
    let member = text(unsafe { sheaf_doc_member(doc) });
    match attempt(unsafe { &*context }, &member, unsafe { &mut *error }) {
        Err(code) => code,
        Ok(got) => unsafe {
            let got = CString::new(got).unwrap_or_default();
            sheaf_value_set_string(sheaf_doc_metadata(doc), c("got\0"), got.as_ptr())
        },
    }
}

static HOOKS: Hooks =
    Hooks { size: mem::size_of::<Hooks>(), api: 1, open, process, others: [0; 6] };

#[no_mangle]
extern "C" fn sheaf_plugin_entry() -> *const Hooks {
    &HOOKS
}
