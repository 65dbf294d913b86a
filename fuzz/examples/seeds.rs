//! Writes what fuzzing starts from into `corpus/`. An example, because cargo-fuzz takes every binary for a target.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, bytes) in postern_fuzz::seeds::files() {
        let path = corpus.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}
