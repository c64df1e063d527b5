//! The recipe language from outside: messages, layers, the resolved form, the schema, and that nothing
//! that can be written makes it panic. A small language stands in for the registries of the program.

mod approach;
mod errors;
mod errors_names;
mod errors_whole;
mod fuzz;
mod language;
mod layers;
mod limits;
mod resolved;
mod schema;
mod shipped;
mod words;
