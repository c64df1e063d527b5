//! A sweep's page: what was best, what mattered, and every trial. As a run's page it needs no network, no script and
//! no other file.

mod parallel;
mod progress;
mod trials;

use maud::{Markup, html};

use super::page::{document, section};
use runner_ground::text::format;
use runner_metric::Goal;
use runner_sweep::importance::{Importance, importance};
use runner_sweep::{Manifest, State, Status, outcome};

/// The page as HTML. `best_page` is the page of the best trial, where there is one, as the sweep's page links to it.
pub fn page(manifest: &Manifest, state: &State, best_page: Option<&str>) -> String {
    let matters = importance(manifest, state);
    let body = html! {
        (header(manifest, state))
        main {
            (figures(manifest, state))
            @if let Some((index, _)) = state.best(manifest.metric.goal) {
                (section("best", "The best trial", best(manifest, state, index, best_page)))
            }
            (section("progress", "Best so far", progress::plot(manifest, state)))
            (section("importance", "What mattered", bars(manifest, &matters)))
            (section("parallel", "Values and what they reached", parallel::plot(manifest, state)))
            (section("trials", "Trials", trials::table(manifest, state)))
        }
        footer { "Made by runner " (runner_ground::VERSION) ". This page needs no network and runs no script." }
    };
    let title = format!("{} · sweep", manifest.name);
    document(&title, &[include_str!("sweep.css")], &[], &body)
}

fn header(manifest: &Manifest, state: &State) -> Markup {
    let sweep = &manifest.sweep;
    let method = match sweep.method {
        runner_sweep::Method::Grid => "grid",
        runner_sweep::Method::Random => "random",
        runner_sweep::Method::Bayes => "bayes",
    };
    html! {
        header {
            p.kicker { "Sweep of " (manifest.recipe_path) }
            h1 {
                (manifest.name) " "
                @if state.is_done() { span.status.good { "finished" } } @else { span.status.open { "not finished" } }
            }
            @if let Some(description) = &sweep.description { p { (description) } }
            p.muted {
                (method) ", seed " (sweep.seed) " · judged by the "
                @if manifest.metric.goal == Goal::Max { "greatest " } @else { "smallest " }
                (manifest.metric.name) " of a trial's epochs"
                @if let Some(rule) = &sweep.early_terminate { " · ended early by " (rule.words()) }
                " · " (manifest.created)
            }
            @if let Some(stand_in) = &manifest.stand_in {
                p.banner.warning role="note" { strong { "Stand-in data. " } (stand_in.sentence) "." }
            }
        }
    }
}

fn figures(manifest: &Manifest, state: &State) -> Markup {
    let name = &manifest.metric.name;
    let best = state.best(manifest.metric.goal).and_then(|(_, ended)| ended.value);
    let seconds: f64 = state.ended().map(|(_, ended)| ended.seconds).sum();
    html! {
        dl.figures {
            div.figure.lead { dt { "best " (name) } dd { (best.map_or_else(|| "–".to_owned(), |value| runner_metric::shown(name, value))) } }
            div.figure { dt { "trials" } dd { (state.ended().count()) } }
            @for status in [Status::Pruned, Status::Diverged, Status::Failed] {
                @if state.count(status) > 0 {
                    div.figure.small { dt { (status.word()) } dd { (state.count(status)) } }
                }
            }
            div.figure.small { dt { "training, all trials" } dd { (format::seconds(seconds)) } }
        }
    }
}

fn best(manifest: &Manifest, state: &State, index: usize, page: Option<&str>) -> Markup {
    let trial = &state.trials[index];
    let metrics = trial
        .ended
        .as_ref()
        .map(|ended| ended.metrics.as_slice())
        .unwrap_or_default();
    html! {
        p {
            @let ended = trial.ended.as_ref();
            @match ended.map_or(0, |ended| ended.seeds.len()) {
                0 => { "Trial " (index) ", epoch " (ended.map_or(0, |ended| ended.best_epoch)) ". " }
                seeds => { "Trial " (index) ": means over " (seeds) " seeds, each at the best of its epochs. " }
            }
            "Its recipe is best.yaml"
            @if let Some(page) = page { "; its " a href=(page) { "report" } }
            "."
        }
        div.pair {
            dl.facts {
                @for parameter in &manifest.sweep.space.parameters {
                    @if let Some(value) = trial.values.get(&parameter.key) {
                        div { dt { (parameter.key) } dd { (outcome::show(value)) } }
                    }
                }
            }
            dl.facts {
                @for (name, value) in metrics.iter().filter(|(name, _)| !name.starts_with("train_")) {
                    div { dt { (name) } dd { (runner_metric::shown(name, *value)) } }
                }
            }
        }
        @if metrics.iter().any(|(name, _)| name.starts_with("test_")) {
            p.muted {
                "It was chosen among " (format::plural(state.ended().count(), "trial", "trials")) " by " (manifest.metric.name)
                ", which therefore flatters it; the test part had no say."
            }
        }
    }
}

fn bars(manifest: &Manifest, matters: &[Importance]) -> Markup {
    if matters.is_empty() {
        return html! { p.muted { "Too few trials, or none that differ." } };
    }
    let toward = if manifest.metric.goal == Goal::Max {
        "greater"
    } else {
        "smaller"
    };
    html! {
        div.scroll {
            table.bars {
                thead { tr { th { "parameter" } th { "share" } th { "importance" } th { "correlation" } } }
                tbody {
                    @for one in matters {
                        tr {
                            th { (one.key) }
                            td { (format!("{:.0} %", one.share * 100.0)) }
                            td.bar style={ "--length:" (format!("{:.1}%", one.share * 100.0)) } {}
                            td { (one.correlation.map_or_else(|| "–".to_owned(), |r| format!("{r:+.2}"))) }
                        }
                    }
                }
            }
        }
        p.muted {
            "Importance: a random forest of 50 trees learns " (manifest.metric.name) " from the parameters; a parameter matters as much as \
            its error grows when this parameter's values are exchanged among the trials. Correlation: Spearman's, of the values and "
            (manifest.metric.name) "; better is " (toward) ". Trials that ended early count with what they had reached."
        }
    }
}
