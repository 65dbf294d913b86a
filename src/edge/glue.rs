//! `glue.js`: what is asked of the platform on every request, in as few crossings as it takes.

use worker::Env;
use worker::wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::worker_sys::DurableObjectState as State;

#[wasm_bindgen(module = "/src/edge/glue.js")]
extern "C" {
    /// Milliseconds since the epoch, method and URL, separated by blanks.
    pub fn describe(request: &web_sys::Request) -> String;

    /// The value of a header.
    pub fn header(request: &web_sys::Request, name: &str) -> Option<String>;

    /// All of the body, or undefined as soon as it is over the limit.
    #[wasm_bindgen(catch)]
    pub async fn body(request: &web_sys::Request, limit: u32) -> Result<JsValue, JsValue>;

    /// A response; `headers` is a line a header, `shared` says that none of them belongs to this response alone.
    #[wasm_bindgen(catch)]
    pub fn respond(
        status: u16,
        headers: &str,
        shared: bool,
        body: &[u8],
    ) -> Result<web_sys::Response, JsValue>;

    /// A setting or a secret.
    pub fn setting(env: &Env, name: &str) -> Option<String>;

    /// What an error says.
    pub fn message(error: &JsValue) -> String;

    /// The value of a KV key, or null.
    #[wasm_bindgen(catch, js_name = readKv)]
    pub async fn read_kv(env: &Env, key: &str) -> Result<JsValue, JsValue>;

    /// Writes a KV key; the metadata is JSON.
    #[wasm_bindgen(catch, js_name = writeKv)]
    pub async fn write_kv(
        env: &Env,
        key: &str,
        value: &str,
        metadata: Option<&str>,
    ) -> Result<JsValue, JsValue>;

    /// Deletes a KV key.
    #[wasm_bindgen(catch, js_name = deleteKv)]
    pub async fn delete_kv(env: &Env, key: &str) -> Result<JsValue, JsValue>;

    /// The keys with a prefix, as JSON: pairs of the name and the metadata, which is JSON, or null.
    #[wasm_bindgen(catch, js_name = listKv)]
    pub async fn list_kv(env: &Env, prefix: &str) -> Result<JsValue, JsValue>;

    /// Logs a line, and writes what it says to the data set `EVENTS`.
    pub fn tell(env: &Env, line: &str);

    /// Whether a rate limiter has room for a key.
    #[wasm_bindgen(catch)]
    pub async fn admits(env: &Env, binding: &str, key: &str) -> Result<JsValue, JsValue>;
    /// A fresh id for an object, in hex.
    #[wasm_bindgen(catch, js_name = newId)]
    pub fn new_id(env: &Env, binding: &str) -> Result<String, JsValue>;

    /// The id of an object that has a name, in hex.
    #[wasm_bindgen(catch, js_name = idFromName)]
    pub fn id_from_name(env: &Env, binding: &str, name: &str) -> Result<String, JsValue>;

    /// An object's reply to a command; undefined where the id was not made for that class.
    #[wasm_bindgen(catch, js_name = callObject)]
    pub async fn call_object(env: &Env, binding: &str, id: &str, command: &str) -> Result<JsValue, JsValue>;

    /// What an object answers.
    #[wasm_bindgen(catch)]
    pub fn reply(status: u16, text: &str) -> Result<web_sys::Response, JsValue>;

    /// The object's own id, in hex.
    #[wasm_bindgen(js_name = ownId)]
    pub fn own_id(state: &State) -> String;

    /// Runs a statement that has no parameter.
    #[wasm_bindgen(catch)]
    pub fn query(state: &State, statement: &str) -> Result<JsValue, JsValue>;

    /// Runs a statement that has one.
    #[wasm_bindgen(catch, js_name = query)]
    pub fn query_text(state: &State, statement: &str, value: &str) -> Result<JsValue, JsValue>;

    /// Runs a statement that has one.
    #[wasm_bindgen(catch, js_name = query)]
    pub fn query_number(state: &State, statement: &str, value: f64) -> Result<JsValue, JsValue>;

    /// Wakes the object at a time, in milliseconds.
    #[wasm_bindgen(catch, js_name = setAlarm)]
    pub async fn set_alarm(state: &State, at: f64) -> Result<JsValue, JsValue>;

    /// Deletes all that an object has stored, its alarm too.
    #[wasm_bindgen(catch, js_name = deleteAll)]
    pub async fn delete_all(state: &State) -> Result<JsValue, JsValue>;
}
