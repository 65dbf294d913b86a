//! Lists that are shown a page at a time.

/// Most entries of a page.
pub const PAGE: usize = 40;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub entries: Vec<T>,
    /// Where the list goes on, if it does. Whoever keeps the list knows what it means.
    pub next: Option<String>,
}
