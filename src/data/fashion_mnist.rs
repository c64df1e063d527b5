//! Fashion-MNIST: MNIST's format with pictures of clothes.

use super::augment::AUGMENT;
use super::files::{Collection, RemoteFile};
use super::mnist::{TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, describe, load};
use super::picture_file::{NEW_BACKGROUND, NEW_ORIENTATION};
use super::settings::STAND_IN;
use super::{DatasetDef, Origin};
use runner_declare::Section;

/// The dataset `fashion_mnist`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "fashion_mnist",
        doc: "70,000 pictures of clothes in ten classes, grey images of 28×28, with the official test part of 10,000 (Xiao et al. 2017); downloaded once (31 MB).",
        fields: &[STAND_IN, AUGMENT, NEW_ORIENTATION, NEW_BACKGROUND],
        shorthand: None,
    },
    origin: Origin::Download(&FILES),
    describe: |chosen, context| describe("fashion_mnist", class_names(), chosen, context),
    load: |chosen, context| load("fashion_mnist", class_names(), &FILES, chosen, context),
    new_inputs: super::inputs::pictures,
};

/// Hashes of the files of the authors' repository; nobody publishes those of what is in them.
static FILES: Collection = Collection {
    folder: "fashion_mnist",
    mirrors: &[
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ],
    files: &[
        RemoteFile {
            name: TEST_LABELS,
            bytes: 5148,
            sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            unpacked: None,
        },
        RemoteFile {
            name: TRAIN_LABELS,
            bytes: 29_515,
            sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            unpacked: None,
        },
        RemoteFile {
            name: TEST_IMAGES,
            bytes: 4_422_102,
            sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            unpacked: None,
        },
        RemoteFile {
            name: TRAIN_IMAGES,
            bytes: 26_421_880,
            sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            unpacked: None,
        },
    ],
    ..Collection::EMPTY
};

fn class_names() -> Vec<String> {
    let names = [
        "t-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ];
    names.map(str::to_owned).to_vec()
}
