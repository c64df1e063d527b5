//! The recipes that come with the program, in the program's own language.

use std::path::Path;

use runner::recipe::{Headline, Overrides, Recipe, schema};

use super::schema::instance;

#[test]
fn they_load_show_themselves_and_fit_the_schema() {
    let schema = serde_json::from_str(&schema::json(runner::catalog::language())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
    let entries = std::fs::read_dir(&folder).into_iter().flatten();
    let paths = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"));
    for path in paths {
        let recipe = Recipe::load(runner::catalog::language(), &path, &Overrides::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let headline = Headline::read(&path).unwrap();
        assert_eq!(
            (headline.name.as_str(), headline.task.as_deref()),
            (recipe.name.as_str(), Some(recipe.task.name.as_str()))
        );
        assert!(
            headline.description.is_some(),
            "{}: a line that says what it shows",
            path.display()
        );
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("# yaml-language-server: $schema="),
            "{}: the editor's modeline",
            path.display()
        );
        let tree = runner::recipe::yaml::parse(&text).0.unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&instance(&tree))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        let resolved = tempfile::tempdir().unwrap();
        let again = resolved.path().join("recipe.yaml");
        std::fs::write(&again, recipe.resolved_yaml()).unwrap();
        let again = Recipe::load(runner::catalog::language(), &again, &Overrides::default())
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again, recipe);
    }
}
