//! An observer of the way from a recipe to a trained run.

use runner_data::Progress;
use runner_ground::error::Error;
use runner_train::event::Event;

/// What is reported on the way; each is ignored unless it is of interest.
pub trait Watcher {
    /// Something that the user should know.
    fn note(&mut self, _text: &str) {}

    /// A step of a download.
    fn download(&mut self, _step: &Progress<'_>) {}

    /// The last download, if there was one, has ended.
    fn downloaded(&mut self) {}

    /// The compiler starts, or another runner's is waited for.
    fn compiling(&mut self) {}

    /// The compiler has ended, well or not.
    fn compiled(&mut self, _well: bool) {}

    /// A run of a group begins or goes on: which seed, and its place among all, from 0.
    fn member(&mut self, _seed: u64, _place: usize, _of: usize) {}

    /// A run of a group failed; the others go on.
    fn member_failed(&mut self, _error: &Error) {}

    /// The trainer says something.
    fn event(&mut self, _event: &Event) {}
}
