//! libFuzzer calls the property of the same name.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| postern_fuzz::user_agent(data));
