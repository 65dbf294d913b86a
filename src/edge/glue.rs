//! `glue.js`: what is asked of the platform on every request, in as few crossings as it takes. What takes time returns
//! a ticket (`task`).

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(raw_module = "./glue.js")]
extern "C" {
    /// The platform's bindings.
    #[derive(Clone)]
    pub type Env;

    /// A request, as the platform has it.
    #[derive(Clone)]
    pub type Incoming;

    /// A Durable Object, as entry.js has it.
    pub type Object;

    /// A task that had to wait is done.
    pub fn finish(task: u32, value: JsValue);

    /// The value of a header.
    pub fn header(request: &Incoming, name: &str) -> Option<String>;

    /// All of the body, or undefined as soon as it is over the limit.
    pub fn body(request: &Incoming, limit: u32) -> u32;

    /// A copy of bytes that the platform has, if it has any.
    pub fn bytes(value: &JsValue) -> Option<Vec<u8>>;

    /// Keeps a set of headers, a line each, for responses of 200: its number.
    #[wasm_bindgen(catch, js_name = keepHeaders)]
    pub fn keep_headers(lines: &str) -> Result<u32, JsValue>;

    /// A response of 200 with headers that are kept.
    #[wasm_bindgen(catch, js_name = respondAlike)]
    pub fn respond_alike(headers: u32, body: &[u8]) -> Result<JsValue, JsValue>;

    /// A response with headers of its own, a line each.
    #[wasm_bindgen(catch)]
    pub fn respond(status: u16, headers: &str, body: &[u8]) -> Result<JsValue, JsValue>;

    /// A setting or a secret.
    pub fn setting(env: &Env, name: &str) -> Option<String>;

    /// What an error says.
    pub fn message(error: &JsValue) -> String;

    /// An error that is thrown where the task was begun.
    pub fn failure(message: &str) -> JsValue;

    /// Milliseconds since the epoch.
    pub fn now() -> f64;

    /// The value of a KV key, or null.
    #[wasm_bindgen(js_name = readKv)]
    pub fn read_kv(env: &Env, key: &str) -> u32;

    /// Writes a KV key; the metadata is JSON.
    #[wasm_bindgen(js_name = writeKv)]
    pub fn write_kv(env: &Env, key: &str, value: &str, metadata: Option<&str>) -> u32;

    /// Deletes a KV key.
    #[wasm_bindgen(js_name = deleteKv)]
    pub fn delete_kv(env: &Env, key: &str) -> u32;

    /// The keys with a prefix, as JSON: pairs of the name and the metadata, which is JSON, or null.
    #[wasm_bindgen(js_name = listKv)]
    pub fn list_kv(env: &Env, prefix: &str) -> u32;

    /// So many keys with a prefix, from a cursor on, as JSON: pairs as above, and where the list goes on, or null.
    #[wasm_bindgen(js_name = pageKv)]
    pub fn page_kv(env: &Env, prefix: &str, limit: u32, cursor: Option<&str>) -> u32;

    /// Logs a line, and writes what it says to the data set `EVENTS`.
    pub fn tell(env: &Env, line: &str);

    /// Logs what went wrong.
    pub fn complain(line: &str);

    /// Whether a rate limiter has room for a key.
    pub fn admits(env: &Env, binding: &str, key: &str) -> u32;

    /// PBKDF2 with SHA-256, 256 bits of it.
    pub fn pbkdf2(password: &[u8], salt: &[u8], iterations: u32) -> u32;

    /// A fresh id for an object, in hex.
    #[wasm_bindgen(catch, js_name = newId)]
    pub fn new_id(env: &Env, binding: &str) -> Result<String, JsValue>;

    /// The id of an object that has a name, in hex.
    #[wasm_bindgen(catch, js_name = idFromName)]
    pub fn id_from_name(env: &Env, binding: &str, name: &str) -> Result<String, JsValue>;

    /// An object's reply to a command; undefined where the id was not made for that class.
    #[wasm_bindgen(js_name = callObject)]
    pub fn call_object(env: &Env, binding: &str, id: &str, command: &str) -> u32;

    /// Sends a command to an object after the answer, whatever comes of it.
    #[wasm_bindgen(catch, js_name = tellObject)]
    pub fn tell_object(env: &Env, binding: &str, id: &str, command: &str) -> Result<(), JsValue>;

    /// The object's own id, in hex.
    #[wasm_bindgen(js_name = ownId)]
    pub fn own_id(object: &Object) -> String;

    /// The record of an object, if it has one.
    #[wasm_bindgen(catch, js_name = loadRecord)]
    pub fn load_record(object: &Object) -> Result<Option<String>, JsValue>;

    /// Writes it.
    #[wasm_bindgen(catch, js_name = saveRecord)]
    pub fn save_record(object: &Object, json: &str) -> Result<(), JsValue>;

    /// Wakes the object at a time, in milliseconds, unless it is to be woken earlier: then there is no ticket.
    #[wasm_bindgen(catch, js_name = wakeAt)]
    pub fn wake_at(object: &Object, at: f64) -> Result<Option<u32>, JsValue>;

    /// The alarm has gone off: it is no longer set.
    #[wasm_bindgen(catch, js_name = clearAlarm)]
    pub fn clear_alarm(object: &Object) -> Result<(), JsValue>;

    /// Deletes all that an object has stored, its alarm too.
    #[wasm_bindgen(js_name = eraseRecord)]
    pub fn erase_record(object: &Object) -> u32;
}
