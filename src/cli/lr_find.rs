//! `runner lr-find RECIPE`: which learning rates are worth trying.

use std::path::Path;

use super::args::LrFindArgs;
use super::lr_find_page;
use super::output;
use super::plot::plot;
use super::trial::trial;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk;
use runner_ground::text::format;
use runner_recipe::Recipe;
use runner_results::row::EPOCH;
use runner_train::Event;
use runner_train::job::Job;
use runner_train::range_test::{RangeTest, RangeTested};
use runner_train::suggest::Suggestions;

/// Tries growing learning rates on the recipe's network, which is thrown away.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, a task whose loss says nothing, a page that cannot
/// be written.
pub fn run(args: &LrFindArgs) -> Result<()> {
    if args.from >= args.to {
        let message = format!("--from {} is not less than --to {}", args.from, args.to);
        return Err(Error::new(Kind::Usage, message));
    }
    let request = RangeTest {
        from: args.from,
        to: args.to,
        steps: args.steps,
    };
    let Asked { recipe, tested } = ask(args, request)?;
    let suggestions = Suggestions::of(&tested);
    let own = recipe
        .optimizer
        .as_ref()
        .and_then(|optimizer| optimizer.settings.get("lr"))
        .and_then(|lr| lr.as_f64());
    if let Some(path) = &args.html {
        let page = lr_find_page::page(&recipe.name, &tested, &suggestions, own);
        disk::replace(path, page.as_bytes()).map_err(|error| {
            let help = Some("--html FILE names another file");
            disk::failure(path, "cannot be written", &error, help)
        })?;
    }
    if args.trial.json {
        let value = serde_json::json!({
            "suggestions": suggestions, "own": own, "lrs": tested.lrs, "losses": tested.losses,
            "smoothed": tested.smoothed,
        });
        return output::print(&format!("{value}\n"));
    }
    output::print(&words(&recipe.name, &tested, &suggestions, own, args.html.as_deref()))
}

struct Asked {
    recipe: Recipe,
    tested: RangeTested,
}

fn ask(args: &LrFindArgs, request: RangeTest) -> Result<Asked> {
    let judged = |plan: &runner_task::Plan, recipe: &Recipe| match plan.monitor == EPOCH {
        true => {
            let message = format!(
                "{}: the losses of networks that learn against each other do not show a good learning rate",
                recipe.task.name
            );
            Err(Error::new(Kind::Usage, message).help("a sweep over optimizer.lr shows which samples are best"))
        }
        false => Ok(()),
    };
    match trial(&args.trial, &Job::RangeTest { request }, judged)? {
        (recipe, Event::RangeTested(tested)) => Ok(Asked { recipe, tested }),
        _ => Err(Error::new(Kind::Failure, "the network tried no learning rates")),
    }
}

fn words(name: &str, tested: &RangeTested, found: &Suggestions, own: Option<f64>, page: Option<&Path>) -> String {
    let (x, y) = lr_find_page::axes(tested, tested.smoothed.iter().copied());
    let points = lr_find_page::points(&tested.lrs, &tested.smoothed, &y);
    let width = output::width().unwrap_or(80).saturating_sub(16).clamp(20, 80);
    let mut text = format!("{name}: {}\n\n", lr_find_page::steps(tested));
    text.push_str(&plot(&points, &x, &y, found.valley, [width, 12]));
    text.push('\n');
    let mut push = |name: &str, value: String| text.push_str(&format!("  {name:<10}{value}\n"));
    match found.valley {
        Some(lr) => push(
            "valley",
            format!("{0}  (--set optimizer.lr={0})", lr_find_page::short(lr)),
        ),
        None => push("valley", "none: the loss fell nowhere for long".to_owned()),
    }
    if let Some(lr) = found.steepest {
        push("steepest", lr_find_page::short(lr));
    }
    if let Some(lr) = own {
        push("recipe", format::rate(lr));
    }
    if let Some(path) = page {
        push("page", path.display().to_string());
    }
    text
}
