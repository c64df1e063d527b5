//! Tasks that make samples, as a user meets them: messages, pictures, the same bytes on any number of threads and after
//! a kill, and pictures on demand.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::place::{Place, text};

const VAE: &str = "
task: vae
dataset: {name: mnist, normalize: none, stand_in: digits}
latent_dim: 3
encoder: [{linear: 20}, relu, {linear: 6}]
decoder: [{linear: 20}, relu, {linear: 784}]
kl_warmup_epochs: 1
trainer: {epochs: 3, batch_size: 50, gradient_clip_norm: 5, checkpoint_every_steps: 3}
";

const GAN: &str = "
task: gan
dataset: {name: mnist, normalize: symmetric, stand_in: digits}
latent_dim: 6
conditional: true
discriminator_steps: 2
generator: [{linear: 20}, {batch_norm: {}}, relu, {linear: 784}, tanh]
discriminator: [{linear: 20}, {leaky_relu: 0.2}, {dropout: 0.2}, {linear: 1}]
trainer: {epochs: 3, batch_size: 50, checkpoint_every_steps: 3}
";

/// All that must be the same bytes.
fn exact(run: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(run.join("samples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.extend(["best", "last"].map(|name| run.join(format!("checkpoint/{name}.safetensors"))));
    let bytes = files.into_iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(path).unwrap())
    });
    let metrics = crate::support::place::metrics_without_time(run).into_bytes();
    bytes.chain([("metrics.csv".to_owned(), metrics)]).collect()
}

fn assert_same(left: &Path, right: &Path) {
    let (left, right) = (exact(left), exact(right));
    assert_eq!(left.len(), right.len());
    for ((name, left), (other, right)) in left.iter().zip(&right) {
        assert!(name == other && left == right, "{name} differs");
    }
}

fn threads_and_kills_change_nothing(recipe: &str, samples: usize) {
    let place = Place::new();
    let recipe = place.write("recipe.yaml", recipe);
    let whole = place.train(&recipe, &["--set", "trainer.threads=1"]);
    let pictures = std::fs::read_dir(whole.join("samples")).unwrap().count();
    assert_eq!(pictures, 3 * samples);
    for threads in ["2", "5"] {
        let other = place.train(&recipe, &["--set", &format!("trainer.threads={threads}")]);
        assert_same(&whole, &other);
    }
    // More epochs than it lives to see.
    let before = place.runs();
    let long = place.train(&recipe, &["--set", "trainer.epochs=40"]);
    let mut child = place.start([
        recipe.to_str().unwrap(),
        "--offline",
        "--quiet",
        "--set",
        "trainer.epochs=40",
    ]);
    let started = Instant::now();
    let killed = loop {
        let runs = place.runs();
        let own = runs.iter().find(|run| !before.contains(run) && **run != long);
        if let Some(run) = own.filter(|run| run.join("checkpoint/trainer.safetensors").exists()) {
            break run.clone();
        }
        assert!(started.elapsed() < Duration::from_secs(60), "no checkpoint came");
        std::thread::sleep(Duration::from_millis(2));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    // The trainer notices that its runner is gone, ends its step, and saves.
    let output = loop {
        let output = place.runner(["resume", killed.to_str().unwrap(), "--quiet"]);
        if output.status.success() || started.elapsed() > Duration::from_secs(120) {
            break output;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(output.status.success(), "{}", text(&output));
    assert_same(&long, &killed);
}

#[test]
fn a_vae_gives_the_same_bytes_on_any_threads_and_after_a_kill() {
    threads_and_kills_change_nothing(VAE, 2);
}

#[test]
fn a_gan_gives_the_same_bytes_on_any_threads_and_after_a_kill() {
    threads_and_kills_change_nothing(GAN, 1);
}

#[test]
fn pictures_are_made_on_demand() {
    let place = Place::new();
    for (name, recipe, rows) in [("vae", VAE, 8), ("gan", GAN, 10)] {
        let recipe = place.write(&format!("{name}.yaml"), recipe);
        let run = place.train(&recipe, &["--set", "trainer.epochs=1"]);
        let run = run.to_str().unwrap();
        let make = |options: &[&str]| {
            let folder = place.path().join("made");
            let _ = std::fs::remove_dir_all(&folder);
            let fixed = ["generate", run, "--output", folder.to_str().unwrap()];
            let output = place.runner(fixed.iter().chain(options));
            assert!(output.status.success(), "{}", text(&output));
            let entries = std::fs::read_dir(&folder).unwrap();
            let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
            files.sort();
            files
                .into_iter()
                .map(|file| std::fs::read(file).unwrap())
                .collect::<Vec<_>>()
        };
        let [grid] = &make(&[])[..] else { panic!("one grid") };
        let info = png::Decoder::new(std::io::Cursor::new(grid)).read_info().unwrap();
        assert_eq!(info.info().size(), (8 * 30 + 2, rows * 30 + 2));
        let single = make(&["--count", "3", "--seed", "5"]);
        assert_eq!(single.len(), 3);
        assert_eq!(single, make(&["--count", "3", "--seed", "5"]));
        assert_ne!(single, make(&["--count", "3", "--seed", "6"]));
        let output = place.runner(["generate", run, "--temperature", "0.5"]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    }
}

/// A recipe, what is changed in it, and the entry with what is said.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);

#[test]
fn impossible_settings_are_told_with_their_place_and_a_remedy() {
    let place = Place::new();
    let cases: &[Case] = &[
        (VAE, &[("linear: 6}", "linear: 7}")], "an encoder too wide"),
        (VAE, &[("linear: 784", "linear: 783")], "a decoder too narrow"),
        (VAE, &[("latent_dim: 3", "latent_dim: 4")], "a latent space too large"),
        (
            VAE,
            &[("{linear: 784}", "{linear: 784}, sigmoid")],
            "a decoder that ends as its loss",
        ),
        (VAE, &[("normalize: none, ", "")], "a vae on standardized pixels"),
        (VAE, &[("latent_dim: 3\n", "")], "no latent space"),
        (VAE, &[("[{linear: 20}, relu, {linear: 6}]", "[]")], "an empty encoder"),
        (GAN, &[("linear: 784", "linear: 10")], "a generator too narrow"),
        (GAN, &[("{linear: 1}", "{linear: 2}")], "a discriminator of two numbers"),
        (
            GAN,
            &[("{linear: 1}", "{linear: 1}, sigmoid")],
            "a discriminator that ends as its loss",
        ),
        (GAN, &[("symmetric", "standardize")], "a gan on standardized pixels"),
        (
            GAN,
            &[("epochs: 3", "epochs: 3, accumulate_grad_batches: 2")],
            "a gan that accumulates",
        ),
        (
            GAN,
            &[(
                "conditional: true",
                "conditional: true\nloss: hinge\nlabel_smoothing: 0.1",
            )],
            "smoothed labels with hinge",
        ),
        (
            GAN,
            &[(
                "{name: mnist, normalize: symmetric, stand_in: digits}",
                "{name: diabetes, normalize: symmetric}",
            )],
            "a condition without classes",
        ),
        (
            GAN,
            &[("\ntrainer:", "\nearly_stopping: {monitor: val_loss}\ntrainer:")],
            "a gan that stops early on no metric",
        ),
    ];
    for (recipe, changes, name) in cases {
        let changed = changes
            .iter()
            .fold((*recipe).to_owned(), |text, (from, to)| text.replace(from, to));
        assert_ne!(changed, *recipe);
        place.write("recipe.yaml", &changed);
        place.told(name, 3, &["check", "recipe.yaml"]);
    }
}

#[test]
fn data_beyond_0_and_1_are_no_chances() {
    let place = Place::new();
    let recipe = VAE
        .replace(
            "{name: mnist, normalize: none, stand_in: digits}",
            "{name: digits, normalize: none}",
        )
        .replace("linear: 784", "linear: 64");
    place.write("recipe.yaml", recipe);
    place.told("numbers that are no probabilities", 4, &["recipe.yaml", "--quiet"]);
}
