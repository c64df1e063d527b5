//! The generated program: type aliases and one call. Nothing of a recipe's text reaches it.

use std::fmt::Write;

use runner_nn::{Lowered, TypeExpr};

/// Which path of the layers the program takes, and on what device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Fused kernels on the CPU.
    Fused,
    /// dfdx's public ops on the CPU.
    Reference,
    /// dfdx's public ops on CUDA.
    Cuda,
}

/// What is to be compiled.
#[derive(Clone, Debug)]
pub struct Program {
    /// The module of `runner_task` whose `task` makes it.
    pub task: &'static str,
    /// Its networks, in the order in which `task` takes them.
    pub networks: Vec<Vec<Lowered>>,
    /// Path and device.
    pub backend: Backend,
}

/// The program's source.
pub fn emit(program: &Program) -> String {
    let mut source = String::from(
        "// Made by runner from a recipe's network.\n#![recursion_limit = \"512\"]\n\
         #[allow(unused_imports)]\nuse runner_train::nn::*;\n\n",
    );
    let mut engines = Vec::new();
    for (index, layers) in program.networks.iter().enumerate() {
        let layers: Vec<TypeExpr> = layers.iter().map(|layer| layer.ty.clone()).collect();
        // A network without layers is refused long before; rustc would refuse it too. Writing to a String does
        // not fail.
        let network = TypeExpr::chain(layers).unwrap_or_else(|| TypeExpr::plain("()"));
        let _ = writeln!(source, "type Net{index} = {network};\n");
        engines.push(match program.backend {
            Backend::Fused => format!("Fused<Net{index}>"),
            Backend::Reference => format!("Taped<Net{index}, device::Cpu>"),
            Backend::Cuda => format!("Taped<Net{index}, device::Cuda>"),
        });
    }
    let _ = write!(
        source,
        "fn main() -> std::process::ExitCode {{\n    runner_train::process::main(runner_train::task::{}::task::<{}>)\n}}\n",
        program.task,
        engines.join(", ")
    );
    source
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner_declare::Chosen;
    use runner_nn::lower_layers;

    fn linear(out_features: usize) -> Chosen {
        let settings = serde_json::json!({"out_features": out_features, "bias": true});
        Chosen {
            name: "linear".to_owned(),
            settings: settings.as_object().cloned().unwrap_or_default(),
        }
    }

    #[test]
    fn a_program_is_aliases_and_one_call() {
        let layers = lower_layers(&[linear(3), linear(2), linear(1)], &[4]).unwrap();
        let source = emit(&Program {
            task: "regression",
            networks: vec![layers],
            backend: Backend::Fused,
        });
        let line = |inputs, outputs| format!("linear::Linear<{inputs}, {outputs}, linear::WithBias, linear::Identity>");
        let network = format!(
            "type Net0 = chain::Chain<chain::Chain<{}, {}>, {}>;",
            line(4, 3),
            line(3, 2),
            line(2, 1)
        );
        assert!(source.contains(&network), "{source}");
        assert!(
            source.contains("runner_train::process::main(runner_train::task::regression::task::<Fused<Net0>>)"),
            "{source}"
        );
    }
}
