//! Where a command's conversations come from: files, standard input, or the samples that the program brings along.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::out::Failure;
use crate::feed::SAMPLES;

/// Hands over each input with its name: the files in their order, `-` is standard input; without a file the samples.
///
/// # Errors
/// A file cannot be opened (2); or what `read` failed with.
pub fn each(
    files: &[PathBuf],
    mut read: impl FnMut(&str, &mut dyn BufRead) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if files.is_empty() {
        return read("built-in samples", &mut SAMPLES.as_bytes());
    }
    files.iter().try_for_each(|path| {
        if path == Path::new("-") {
            return read("standard input", &mut io::stdin().lock());
        }
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| Failure::new(2, format!("{name}: cannot be opened: {e}")))?;
        // a folder can be opened, and fails only when it is read
        if file.metadata().is_ok_and(|m| m.is_dir()) {
            return Err(Failure::new(2, format!("{name}: is a folder; name a file of conversations")));
        }
        read(&name, &mut BufReader::with_capacity(1 << 18, file))
    })
}
