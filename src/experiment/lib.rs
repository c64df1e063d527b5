//! From a recipe's file to a trained run, in steps that each have a type: a recipe is [`load`]ed and [`Checked`], its
//! network compiled, if it has one ([`Ready`]), a run's folder made ([`Ready::create`]), and trained ([`train()`]).
//! What happens on the way is reported to a [`Watcher`]; nothing here prints.

mod ask;
mod checked;
mod create;
mod initial;
mod load;
pub mod places;
mod prepare;
mod process;
mod ready;
mod resume;
mod same_data;
pub mod seeds;
mod temporary;
mod train;
mod watcher;

pub use ask::ask;
pub use checked::Checked;
pub use create::{Member, Resolved, first_record, like};
pub use load::{folder_of, load, load_as_of, moved};
pub use places::Places;
pub use prepare::{Source, prepared};
pub use process::{ask_to_stop, trainer};
pub use ready::Ready;
pub use resume::{bring_up, data_elsewhere, go_on};
pub use same_data::same_data;
pub use temporary::{TempRun, temporary};
pub use train::{how_to_go_on, train};
pub use watcher::Watcher;
