//! A terminal whose cursor rests at the start of a line.
//!
//! indicatif fills the last row of its bars up to the edge and leaves the cursor there. When somebody types
//! Ctrl-C, the terminal writes `^C` at the cursor: at the edge that begins a new row, and the bars would then be
//! looked for one row too low. At the start of the row nothing moves, and the next drawing goes over it.

use std::io;

use indicatif::TermLike;

/// Passes everything on, and returns the cursor to the start of its row after each drawing.
#[derive(Debug)]
pub struct LineStart<T>(pub T);

impl<T: TermLike> TermLike for LineStart<T> {
    fn width(&self) -> u16 {
        self.0.width()
    }
    fn height(&self) -> u16 {
        self.0.height()
    }
    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }
    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }
    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }
    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }
    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }
    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }
    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }
    fn flush(&self) -> io::Result<()> {
        self.0.write_str("\r")?;
        self.0.flush()
    }
}
