//! Wisconsin diagnostic breast cancer.

use super::super::column::Ids;
use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin};
use super::{dataset, names, tabular_info};
use runner_declare::{Chosen, Section};
use runner_ground::error::Result;

/// The dataset `breast_cancer`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "breast_cancer",
        doc: "569 breast masses, 30 measures of their cell nuclei, malignant or benign (Wolberg 1995); embedded.",
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
    let raw = smartcore::dataset::breast_cancer::load_dataset();
    let target = FieldKind::Class(names(&["malignant", "benign"]));
    let note = "breast cancer Wisconsin (diagnostic), as published by UCI; embedded";
    let info = tabular_info("breast_cancer", raw.feature_names, target, note);
    dataset(info, raw.data, Ids::classes(raw.target), chosen, context)
}
