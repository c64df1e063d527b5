//! Training: the same numbers as PyTorch, the same bytes every time, what recipes reach.

mod comparison_figures;
mod compiling;
mod exactness;
mod loss_figures;
mod made_digits;
mod making;
mod metric_figures;
mod optim_rules;
mod optim_schedules;
mod own_model;
mod own_task;
mod recipes;
mod refused_resumes;
#[path = "../support/mod.rs"]
mod support;
mod torch_loads;
mod tree_figures;
mod workloads;
