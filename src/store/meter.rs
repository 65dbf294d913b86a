//! Counts storage operations: the budget is a promise (P9).

use std::cell::Cell;

/// Operations of one request.
#[derive(Debug, Default)]
pub struct Meter {
    kv_reads: Cell<u32>,
    kv_writes: Cell<u32>,
    kv_lists: Cell<u32>,
    object_calls: Cell<u32>,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// KV reads.
    pub kv_reads: u32,
    /// KV writes and deletes.
    pub kv_writes: u32,
    /// KV lists.
    pub kv_lists: u32,
    /// Calls of Durable Objects.
    pub object_calls: u32,
}

impl Meter {
    /// A KV read begins.
    pub fn kv_read(&self) {
        self.kv_reads.set(self.kv_reads.get().saturating_add(1));
    }

    /// A KV write or delete begins.
    pub fn kv_write(&self) {
        self.kv_writes.set(self.kv_writes.get().saturating_add(1));
    }

    /// A KV list begins.
    pub fn kv_list(&self) {
        self.kv_lists.set(self.kv_lists.get().saturating_add(1));
    }

    /// An object is called.
    pub fn object_call(&self) {
        self.object_calls.set(self.object_calls.get().saturating_add(1));
    }

    /// What was counted since the last time.
    pub fn take(&self) -> Count {
        Count {
            kv_reads: self.kv_reads.take(),
            kv_writes: self.kv_writes.take(),
            kv_lists: self.kv_lists.take(),
            object_calls: self.object_calls.take(),
        }
    }
}

impl Count {
    /// As a `Server-Timing` header (W3C Server Timing §2).
    pub fn server_timing(&self) -> String {
        format!(
            "kv-read;desc=\"{}\", kv-write;desc=\"{}\", kv-list;desc=\"{}\", object;desc=\"{}\"",
            self.kv_reads, self.kv_writes, self.kv_lists, self.object_calls
        )
    }
}
