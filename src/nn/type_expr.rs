//! Types of the generated program, as they are printed into it.

use std::fmt;

/// A type of the generated program.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// An identifier of `runner_nn`.
    pub name: &'static str,
    /// What stands between the angle brackets.
    pub arguments: Vec<Argument>,
}

/// One generic argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A const.
    Size(usize),
    /// A type.
    Type(TypeExpr),
}

impl TypeExpr {
    /// A type without arguments.
    pub fn plain(name: &'static str) -> Self {
        Self::new(name, [])
    }

    /// A type with arguments.
    pub fn new(name: &'static str, arguments: impl IntoIterator<Item = Argument>) -> Self {
        Self {
            name,
            arguments: arguments.into_iter().collect(),
        }
    }

    /// These layers one after the other; `None` when there are none.
    ///
    /// The chains are nested evenly, so that the depth of the type grows with the logarithm of the
    /// number of layers and rustc's recursion limit stays far away.
    ///
    /// ```
    /// use runner_nn::TypeExpr;
    /// let net = TypeExpr::chain(["A", "B", "C"].map(TypeExpr::plain).to_vec()).unwrap();
    /// assert_eq!(net.to_string(), "chain::Chain<chain::Chain<A, B>, C>");
    /// ```
    pub fn chain(mut layers: Vec<TypeExpr>) -> Option<Self> {
        if layers.len() <= 1 {
            return layers.pop();
        }
        let last = layers.split_off(layers.len().div_ceil(2));
        let [first, last] = [Self::chain(layers)?, Self::chain(last)?];
        Some(Self::new("chain::Chain", [Argument::Type(first), Argument::Type(last)]))
    }

    /// The dfdx shape of a sample: `Rank1<784>`, `Rank2<64, 256>` (a sequence), `Rank3<1, 28, 28>`; `None` for
    /// other ranks.
    pub fn shape(sizes: &[usize]) -> Option<Self> {
        let name = match sizes.len() {
            1 => "Rank1",
            2 => "Rank2",
            3 => "Rank3",
            _ => return None,
        };
        Some(Self::new(name, sizes.iter().copied().map(Argument::Size)))
    }
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for (i, argument) in self.arguments.iter().enumerate() {
            f.write_str(if i == 0 { "<" } else { ", " })?;
            match argument {
                Argument::Size(size) => write!(f, "{size}")?,
                Argument::Type(ty) => write!(f, "{ty}")?,
            }
        }
        f.write_str(if self.arguments.is_empty() { "" } else { ">" })
    }
}
