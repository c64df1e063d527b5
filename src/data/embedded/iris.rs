//! Fisher's iris flowers.

use super::super::column::Ids;
use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin};
use super::{dataset, names, tabular_info};
use runner_declare::{Chosen, Section};
use runner_ground::error::Result;

/// The dataset `iris`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "iris",
        doc: "150 iris flowers of three species, four lengths in centimetres each (Fisher 1936); embedded.",
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
    let raw = smartcore::dataset::iris::load_dataset();
    let target = FieldKind::Class(names(&["setosa", "versicolor", "virginica"]));
    let info = tabular_info(
        "iris",
        raw.feature_names,
        target,
        "iris (Fisher 1936), as published by UCI; embedded",
    );
    dataset(info, raw.data, Ids::classes(raw.target), chosen, context)
}
