//! Who wins: defaults < extends < file < environment < `--set`, and what short and long forms do to each other.

use runner::recipe::{Overrides, Recipe};
use serde_json::json;

use super::language::{Files, GOOD, load};

fn extending(text: &str) -> Files {
    Files::new(&[
        ("sub/base.yaml", GOOD),
        ("x.yaml", &format!("extends: sub/base.yaml\n{text}")),
    ])
}

#[test]
fn each_layer_wins_over_those_below() {
    let files = extending("trainer: {epochs: 6}\nseed: 1\n");
    let recipe = files.load("x.yaml", &[], &[]).unwrap();
    assert_eq!(
        (recipe.trainer.epochs, recipe.trainer.batch_size, recipe.seed),
        (6, 64, 1)
    );
    assert_eq!(recipe.trainer.gradient_clip_norm, Some(1.0));
    let env = [
        ("RUNNER__TRAINER__EPOCHS", "7"),
        ("RUNNER__SEED", "2"),
        ("RUNNER_DATA", "x"),
        ("PATH", "y"),
    ];
    let recipe = files.load("x.yaml", &["seed=3", "seed=4"], &env).unwrap();
    assert_eq!((recipe.trainer.epochs, recipe.seed), (7, 4));
    let sources: Vec<String> = [
        "trainer.batch_size",
        "trainer.gradient_clip_norm",
        "trainer.epochs",
        "seed",
        "dataset.path",
    ]
    .map(|key| {
        recipe
            .provenance()
            .find(|(path, _)| path.to_string() == key)
            .unwrap()
            .1
            .short()
    })
    .into_iter()
    .collect();
    let folder = files.path("").display().to_string();
    let sources: Vec<String> = sources.into_iter().map(|source| source.replace(&folder, "")).collect();
    assert_eq!(
        sources,
        [
            "default",
            "sub/base.yaml:14",
            "environment RUNNER__TRAINER__EPOCHS",
            "--set",
            "sub/base.yaml:3"
        ]
    );
}

#[test]
fn lists_replace_and_elements_can_be_set() {
    let files = extending("network: [linear: 3]\n");
    assert_eq!(files.load("x.yaml", &[], &[]).unwrap().layers("network").len(), 1);
    let set = [
        "network.0.linear=256",
        "network.2.residual.layers.0.linear.bias=true",
        "network.2.residual.layers.1=relu",
        "network.3.dropout={p: 0.1}",
        "optimizer.betas.1=0.95",
    ];
    let recipe = extending("").load("x.yaml", &set, &[]).unwrap();
    let layers = serde_json::to_value(recipe.layers("network")).unwrap();
    assert_eq!(
        layers[0],
        json!({"name": "linear", "settings": {"out_features": 256, "bias": true}})
    );
    assert_eq!(
        layers[2]["settings"]["layers"][0],
        json!({"name": "linear", "settings": {"out_features": 512, "bias": true}})
    );
    assert_eq!(
        layers[2]["settings"]["layers"][1],
        json!({"name": "relu", "settings": {}})
    );
    assert_eq!(layers[3], json!({"name": "dropout", "settings": {"p": 0.1}}));
    assert_eq!(recipe.optimizer.as_ref().unwrap().settings["betas"], json!([0.9, 0.95]));
    let origin = |key: &str| recipe.locate(&key.into()).short();
    assert_eq!(origin("network.0.linear.out_features"), "--set");
    assert!(origin("network.2.residual.layers.0.linear.out_features").ends_with("base.yaml:8"));
    assert!(origin("optimizer.betas.0").ends_with("base.yaml:12"));
    let env = [("RUNNER__NETWORK__0__LINEAR__OUT_FEATURES", "9")];
    assert_eq!(
        extending("").load("x.yaml", &[], &env).unwrap().layers("network")[0].settings["out_features"],
        9
    );
}

#[test]
fn elements_of_a_default_can_be_set() {
    let files = Files::new(&[("x.yaml", &GOOD.replace(", betas: [0.9, 0.99]", ""))]);
    let recipe = files.load("x.yaml", &["optimizer.betas.0=0.5"], &[]).unwrap();
    assert_eq!(
        recipe.optimizer.as_ref().unwrap().settings["betas"],
        json!([0.5, 0.999])
    );
    let origins = recipe
        .provenance()
        .filter(|(path, _)| path.to_string().contains("betas."));
    let origins: Vec<String> = origins.map(|(_, origin)| origin.short()).collect();
    assert_eq!(origins, ["--set", "default"]);
}

#[test]
fn a_bases_paths_start_from_its_own_folder() {
    let child = |extends: &str| format!("extends: {extends}\n");
    let files = Files::new(&[
        ("recipes/base.yaml", GOOD),
        ("recipes/beside.yaml", &child("base.yaml")),
        ("other/x.yaml", &child("../recipes/beside.yaml")),
        (
            "other/own.yaml",
            &(child("../recipes/base.yaml") + "dataset: {path: mine.csv}\n"),
        ),
    ]);
    let path = |name: &str, set: &[&str]| files.load(name, set, &[]).unwrap().dataset.settings["path"].clone();
    assert_eq!(path("recipes/base.yaml", &[]), "taxi.csv");
    assert_eq!(path("recipes/beside.yaml", &[]), "taxi.csv");
    assert_eq!(path("other/x.yaml", &[]), "../recipes/taxi.csv");
    assert_eq!(path("other/own.yaml", &[]), "mine.csv");
    assert_eq!(path("other/x.yaml", &["dataset.path=here.csv"]), "here.csv");
    let absolute = Files::new(&[("x.yaml", &child(files.path("recipes/base.yaml").to_str().unwrap()))]);
    let found = absolute.load("x.yaml", &[], &[]).unwrap().dataset.settings["path"].clone();
    assert_eq!(found, files.path("recipes/taxi.csv").to_str().unwrap());
}

#[test]
fn a_base_whose_paths_start_from_elsewhere_keeps_them() {
    let text = "task: classification\ndataset: {name: csv, path: taxi.csv, target: fare}\nnetwork: [linear: 3]\n";
    let files = Files::new(&[
        ("run/recipe.yaml", text),
        ("run/beside.yaml", "extends: ../plain/base.yaml\n"),
        ("plain/base.yaml", text),
        ("x.yaml", "extends: run/recipe.yaml\n"),
        ("y.yaml", "extends: plain/base.yaml\n"),
    ]);
    let moved = |file: &std::path::Path| file.parent()?.ends_with("run").then(|| "/origin".into());
    let path = |name: &str| {
        let recipe = Recipe::load_with(
            runner::catalog::language(),
            &files.path(name),
            &Overrides::default(),
            &moved,
            |_| Vec::new(),
        );
        recipe.unwrap().dataset.settings["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        path("run/recipe.yaml"),
        "taxi.csv",
        "its reader knows where it starts from"
    );
    assert_eq!(path("x.yaml"), "/origin/taxi.csv");
    assert_eq!(path("y.yaml"), "plain/taxi.csv");
    assert_eq!(
        path("run/beside.yaml"),
        files.path("run/../plain/taxi.csv").to_str().unwrap()
    );
}

#[test]
fn short_and_long_forms_meet_key_by_key() {
    let recipe = extending("")
        .load("x.yaml", &["network.0.linear.bias=false"], &[])
        .unwrap();
    assert_eq!(recipe.layers("network")[0].settings["out_features"], 512);
    assert_eq!(recipe.layers("network")[0].settings["bias"], false);
    let short = load(&GOOD.replace("{name: adamw, lr: 1e-3, betas: [0.9, 0.99]}", "{lr: 0.5}")).unwrap();
    assert_eq!(
        (
            short.optimizer.as_ref().unwrap().name.as_str(),
            &short.optimizer.as_ref().unwrap().settings["lr"]
        ),
        ("adam", &json!(0.5))
    );
    let same = extending("optimizer: adamw\n").load("x.yaml", &[], &[]).unwrap();
    assert_eq!(same.optimizer.as_ref().unwrap().settings["betas"], json!([0.9, 0.99]));
}

#[test]
fn another_choice_drops_what_it_does_not_know() {
    let recipe = extending("optimizer: sgd\n").load("x.yaml", &[], &[]).unwrap();
    assert_eq!(recipe.optimizer.as_ref().unwrap().name, "sgd");
    assert_eq!(
        recipe.optimizer.as_ref().unwrap().settings["lr"],
        1e-3,
        "what both know stays"
    );
    assert!(!recipe.optimizer.as_ref().unwrap().settings.contains_key("betas"));
    let error = extending("optimizer: {name: sgd, betas: [0.1, 0.2]}\n")
        .load("x.yaml", &[], &[])
        .unwrap_err();
    assert!(
        error.contains("x.yaml:2:24: optimizer.betas: sgd has no key 'betas'"),
        "{error}"
    );
    let back = extending("optimizer: sgd\n")
        .load("x.yaml", &["optimizer.name=adam"], &[])
        .unwrap();
    assert_eq!(
        back.optimizer.as_ref().unwrap().settings["betas"],
        json!([0.9, 0.999]),
        "dropped is dropped"
    );
    let scheduler = extending("lr_scheduler: constant\n")
        .load("x.yaml", &[], &[])
        .unwrap()
        .lr_scheduler
        .unwrap();
    assert!(scheduler.name == "constant" && !scheduler.settings.contains_key("step_size"));
}

#[test]
fn what_a_caller_says_is_never_without_effect() {
    let files = Files::new(&[("x.yaml", GOOD)]);
    let refused = |set: &[&str], env: &[(&str, &str)]| files.load("x.yaml", set, env).unwrap_err();
    // In any order: the choice, and what it has no use for.
    for set in [
        ["optimizer.name=sgd", "optimizer.betas=[0.1, 0.2]"],
        ["optimizer.betas=[0.1, 0.2]", "optimizer.name=sgd"],
        ["optimizer.betas=[0.1, 0.2]", "optimizer=sgd"],
    ] {
        let error = refused(&set, &[]);
        assert!(
            error.contains("optimizer.betas: sgd has no key 'betas'"),
            "{set:?}: {error}"
        );
        assert!(
            error.starts_with("--set optimizer.betas=[0.1, 0.2]: "),
            "{set:?}: {error}"
        );
    }
    let env = [("RUNNER__LR_SCHEDULER__STEP_SIZE", "4")];
    let error = refused(&["lr_scheduler=constant"], &env);
    assert!(
        error.starts_with("environment RUNNER__LR_SCHEDULER__STEP_SIZE: lr_scheduler.step_size: "),
        "{error}"
    );
    // The last of several choices is the choice, and what the file says for that stays.
    let recipe = files
        .load("x.yaml", &["optimizer=sgd", "optimizer=adamw"], &[])
        .unwrap();
    assert_eq!(recipe.optimizer.unwrap().settings["betas"], json!([0.9, 0.99]));
    // What is replaced together with all around it.
    for (set, replaced) in [
        (
            ["network.0.linear=7", "network=[relu, {linear: 10}]"],
            "network.0.linear",
        ),
        (
            ["early_stopping.patience=9", "early_stopping=null"],
            "early_stopping.patience",
        ),
    ] {
        let error = refused(&set, &[]);
        assert!(error.contains(&format!("'--set {}' replaces it", set[1])), "{error}");
        assert!(error.starts_with(&format!("--set {}: {replaced}", set[0])), "{error}");
    }
    files
        .load("x.yaml", &["network=[{linear: 3}]", "network.0.linear=7"], &[])
        .unwrap();
}

#[test]
fn an_empty_mapping_takes_nothing_away() {
    let files = Files::new(&[
        ("x.yaml", GOOD),
        ("y.yaml", "extends: x.yaml\nearly_stopping: {}\n"),
        ("z.yaml", "extends: x.yaml\nearly_stopping: null\n"),
    ]);
    let error = files.load("x.yaml", &["dataset.columns={}"], &[]).unwrap_err();
    assert_eq!(
        error,
        "--set dataset.columns={}: dataset.columns: an empty mapping has no effect here: mappings are merged by key\n  \
         help: write null to take away what is there, or the keys that are to change"
    );
    let taken = files.load("x.yaml", &["dataset.columns=null"], &[]).unwrap();
    assert_eq!(taken.dataset.settings["columns"], json!({}));
    let anew = files.load("x.yaml", &["dataset.columns=null", "dataset.columns.other=number"], &[]);
    assert_eq!(anew.unwrap().dataset.settings["columns"], json!({"other": "number"}));
    let error = files.load("x.yaml", &["optimizer={}"], &[]).unwrap_err();
    assert!(error.contains("help: write the keys that are to change"), "{error}");
    let error = files.load("y.yaml", &[], &[]).unwrap_err();
    assert!(
        error.starts_with("y.yaml:2:17: early_stopping: an empty mapping"),
        "{error}"
    );
    // Over nothing it means its defaults.
    files.load("z.yaml", &["early_stopping={}"], &[]).unwrap();
}

#[test]
fn a_key_with_dots_stands_in_quotes() {
    let files = Files::new(&[("x.yaml", GOOD)]);
    for key in ["dataset.columns.\"unit.price\"", "dataset.columns.'unit.price'"] {
        let recipe = files.load("x.yaml", &[&format!("{key}=number")], &[]).unwrap();
        assert_eq!(
            recipe.dataset.settings["columns"],
            json!({"fare": "number", "unit.price": "number"})
        );
    }
}

#[test]
fn null_takes_away_what_a_base_gave() {
    let recipe = extending("lr_scheduler: null\ntrainer: {gradient_clip_norm: ~}\n")
        .load("x.yaml", &["early_stopping=null"], &[])
        .unwrap();
    assert_eq!(
        (
            recipe.lr_scheduler,
            recipe.early_stopping,
            recipe.trainer.gradient_clip_norm
        ),
        (None, None, None)
    );
}

#[test]
fn names_belong_to_their_own_file() {
    let files = Files::new(&[
        (
            "base.yaml",
            &format!("{GOOD}name: base_name\ndescription: of the base\n"),
        ),
        ("child.yaml", "extends: base.yaml\n"),
    ]);
    let child = files.load("child.yaml", &[], &[]).unwrap();
    assert_eq!((child.name.as_str(), child.description), ("child", None));
    assert_eq!(files.load("base.yaml", &[], &[]).unwrap().name, "base_name");
}

#[test]
fn a_task_brings_its_own_keys() {
    let text = "task: gan\ndataset: iris\ngenerator: [linear: 4]\ndiscriminator: [linear: 1]\n";
    let recipe = load(text).unwrap();
    assert_eq!(
        (
            recipe.task.name.as_str(),
            recipe.layers("generator").len(),
            recipe.layers("network").len()
        ),
        ("gan", 1, 0)
    );
    let error = load(&text.replace("generator: [linear: 4]", "network: [linear: 4]")).unwrap_err();
    assert!(error.contains("x.yaml:1:1: generator: this key is missing"), "{error}");
    assert!(
        error.contains("x.yaml:3:1: network: a gan recipe has no key 'network'"),
        "{error}"
    );
}

#[test]
fn later_findings_are_told_in_the_same_way() {
    use runner::declare::{KeyPath, Problem};
    let files = Files::new(&[("x.yaml", GOOD)]);
    let recipe = files.load("x.yaml", &["seed=1"], &[]).unwrap();
    let error = recipe.report(vec![
        Problem::new("trainer.batch_size".into(), "larger than the data").help("choose at most 10"),
        Problem::new(
            KeyPath::from("network").join(3).join("linear"),
            "expects a flat input, got 64×12×12",
        )
        .help("add 'flatten' before it"),
        Problem::new("seed".into(), "unlucky"),
    ]);
    let folder = files.path("").display().to_string();
    assert_eq!(
        error.to_string().replace(&folder, ""),
        "x.yaml:10:5: network.3.linear: expects a flat input, got 64×12×12\n  help: add 'flatten' before it\n\
         x.yaml:14:1: trainer.batch_size: larger than the data\n  help: choose at most 10\n\
         --set seed=1: seed: unlucky"
    );
    assert_eq!(error.exit_code(), 3);
}

#[test]
fn headlines_need_no_valid_recipe() {
    let files = Files::new(&[
        (
            "a.yaml",
            "# yaml-language-server: $schema=x\n# Two words.\n# More.\nextends: b.yaml\nbroken: 1\n",
        ),
        ("b.yaml", "task: gan\nname: bee\ndescription: A line.\n"),
    ]);
    let headline = runner::recipe::Headline::read(&files.path("a.yaml")).unwrap();
    assert_eq!(
        (
            headline.name.as_str(),
            headline.task.as_deref(),
            headline.description.as_deref()
        ),
        ("a", Some("gan"), Some("Two words."))
    );
    let headline = runner::recipe::Headline::read(&files.path("b.yaml")).unwrap();
    assert_eq!(
        (headline.name.as_str(), headline.description.as_deref()),
        ("bee", Some("A line."))
    );
}
