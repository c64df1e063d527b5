//! Layers: one file each, with its definition for recipes, its fused CPU path and its reference
//! path through dfdx. A network is a type, built of these by [`Chain`]; rustc proves its shapes.

pub mod chain;
pub mod def;
pub mod engine;
pub mod fused;
pub mod layer;
pub mod layout;
pub mod linear;
pub mod shape;
pub mod taped;

pub use chain::Chain;
pub use def::{LayerDef, Lowered, TypeExpr, lower_layers};
pub use engine::{Engine, Network};
pub use fused::Fused;
pub use layer::{Hyperparameters, Layer, Mode, Pass, Reference, Weights};
pub use layout::{Init, Layout};
pub use shape::SampleShape;
pub use taped::Taped;

/// Every layer that a recipe may name. Adding one: a file with its definition, a line here.
pub static LAYERS: &[&LayerDef] = &[&linear::DEF];
