//! Which line a record stands in.

/// Counts the lines of a text as far as it is asked; an end is `\n`, `\r\n` or `\r` alone.
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of the record that begins at this byte, which must not fall. The parser's own count is
    /// taken before it has passed the rest of a line's end and blank lines, and so is its byte.
    pub fn at(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let begins = start + rest.iter().take_while(|&&b| matches!(b, b'\r' | b'\n')).count();
        let passed = self.text.get(self.at..begins).unwrap_or_default();
        let ends = memchr::memchr2_iter(b'\r', b'\n', passed)
            .filter(|&i| passed[i] == b'\n' || passed.get(i + 1) != Some(&b'\n'))
            .count();
        self.line += ends as u64;
        self.at = begins.max(self.at);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = "a\r\nb\n\n\nc\rd\r\n\r\ne";
        let mut lines = Lines::of(text);
        for (name, line) in [("a", 1), ("b", 2), ("c", 5), ("d", 6), ("e", 8)] {
            let at = text.find(name).unwrap() as u64;
            assert_eq!(lines.at(at), line, "{name}");
            assert_eq!(lines.at(at), line, "{name} again");
        }
        // From the second half of a line's end, where the parser says that a record begins.
        assert_eq!(Lines::of(text).at(2), 2);
        assert_eq!(Lines::of("").at(9), 1);
    }
}
