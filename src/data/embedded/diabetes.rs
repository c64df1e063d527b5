//! Progression of diabetes.

use super::super::column::Floats;
use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin};
use super::{dataset, names, tabular_info};
use runner_declare::{Chosen, Section};
use runner_ground::error::Result;

/// The dataset `diabetes`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "diabetes",
        doc: "442 diabetes patients, ten measures each; the target is the disease's progression after a year, 25 to 346 (Efron et al. 2004); embedded.",
        fields: &[TEST_SPLIT],
        shorthand: None,
    },
    origin: Origin::Embedded,
    describe,
    load,
    new_inputs: super::super::inputs::rows,
};

fn describe(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    load(chosen, context).map(|dataset| dataset.info)
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let raw = smartcore::dataset::diabetes::load_dataset();
    let target = FieldKind::numbers(names(&["progression"]));
    let note = "diabetes (Efron et al. 2004), each column centred and scaled to length 1; embedded";
    let info = tabular_info("diabetes", raw.feature_names, target, note);
    let values: Vec<f32> = raw.target.iter().map(|&y| y as f32).collect();
    dataset(info, raw.data, Floats::of(1, &values), chosen, context)
}
