//! Lines of a file or stream, none longer than [`LONGEST_LINE`] held in memory. Must not know what a line says.

use std::io::{self, BufRead};

/// The longest line that is read: 16 MiB. A longer one is passed over and reported.
pub const LONGEST_LINE: usize = 16 << 20;

/// A line that cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    /// It is longer than is read.
    #[error("it is {} MB long and at most {} MB are read; split the conversation", .0 / 1_000_000, LONGEST_LINE >> 20)]
    TooLong(u64),
    /// It is not UTF-8.
    #[error("byte {0} is not UTF-8; save the file as UTF-8")]
    NotUtf8(usize),
}

/// Numbered lines.
pub struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: io::Read> Lines<io::BufReader<R>> {
    /// Whether a whole line was read already: the next one is there without waiting for more to come.
    pub fn has_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

impl<R: BufRead> Lines<R> {
    /// Reads from `input`; the first line is number 1.
    pub fn new(input: R) -> Self {
        Self { input, number: 0, buffer: Vec::new() }
    }

    /// The next line without its line break, and its number; `None` at the end. Each byte read goes to `seen`.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn next(&mut self, mut seen: impl FnMut(&[u8])) -> io::Result<Option<(u64, Result<&str, BadLine>)>> {
        self.buffer.clear();
        // one long line must not keep its room for the rest of a million short ones
        self.buffer.shrink_to(1 << 20);
        let mut length: u64 = 0;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if chunk.is_empty() {
                if length == 0 {
                    return Ok(None);
                }
                break;
            }
            let end = chunk.iter().position(|b| *b == b'\n');
            let taken = end.map_or(chunk.len(), |i| i + 1);
            seen(&chunk[..taken]);
            length += taken as u64;
            if length <= LONGEST_LINE as u64 {
                self.buffer.extend_from_slice(&chunk[..taken]);
            }
            self.input.consume(taken);
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if length > LONGEST_LINE as u64 {
            return Ok(Some((self.number, Err(BadLine::TooLong(length)))));
        }
        let mut line = self.buffer.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let text = std::str::from_utf8(line).map_err(|e| BadLine::NotUtf8(e.valid_up_to() + 1));
        Ok(Some((self.number, text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_numbers_and_what_is_no_text() {
        let mut input = b"\xEF\xBB\xBFa\r\n\nb\xff\n".to_vec();
        input.resize(input.len() + LONGEST_LINE + 5, b'x');
        input.extend_from_slice(b"\nlast");
        let mut lines = Lines::new(io::BufReader::new(input.as_slice()));
        let mut got = Vec::new();
        let mut bytes = 0;
        while let Some((n, line)) = lines.next(|seen| bytes += seen.len()).unwrap() {
            got.push((n, line.map(|l| l.trim_end().to_owned())));
        }
        assert_eq!(
            got,
            [
                (1, Ok("a".into())),
                (2, Ok(String::new())),
                (3, Err(BadLine::NotUtf8(2))),
                (4, Err(BadLine::TooLong(LONGEST_LINE as u64 + 6))),
                (5, Ok("last".into())),
            ]
        );
        assert_eq!(bytes, input.len());
    }
}
