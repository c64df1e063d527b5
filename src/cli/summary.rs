//! What the terminal shows when a training has ended: what was reached, and where to look next.

use std::fmt::Write as _;

use super::output;
use runner_compare::estimate_text;
use runner_compare::statistics::estimate;
use runner_ground::text::format;
use runner_results::folder::file;
use runner_results::samples;
use runner_results::summary::Summary;
use runner_results::{Record, RunFolder};

/// The closing lines for a run that is finished, each with its line's end.
pub fn summary(folder: &RunFolder, record: &Record) -> String {
    let mut text = String::from("\n");
    if let Some(summary) = &record.summary {
        let seconds = format::seconds(summary.seconds);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "finished {} in {seconds}", folder.id());
        let (title, best) = best(summary, record);
        push(&mut text, &title, &best);
        push_metrics(&mut text, &summary.test, record);
    }
    if let Some(stand_in) = &record.data.stand_in {
        let sentence = format!("  {:<12}{}", "stand-in", stand_in.sentence);
        let _ = writeln!(text, "{}", output::wrap(&sentence, 14, output::width()));
    }
    for (name, path) in [
        ("report", file::REPORT),
        ("weights", file::BEST),
        ("metrics", file::METRICS),
        ("samples", samples::FOLDER),
    ] {
        if folder.file(path).exists() {
            push(&mut text, name, &folder.file(path).display().to_string());
        }
    }
    text
}

/// The closing lines for runs of one recipe over seeds: the mean of each metric of the test part, and its interval.
pub fn over_seeds(records: &[&Record]) -> String {
    let finished: Vec<&Summary> = records.iter().filter_map(|record| record.summary.as_ref()).collect();
    let Some(first) = finished.first() else {
        return String::new();
    };
    let name = records.first().map_or("", |record| record.name.as_str());
    let mut sources = records.iter().filter_map(|record| record.data_source.as_ref());
    let source = sources.next();
    if sources.any(|other| Some(other) != source) {
        // Not to be had of runs that begin together; those of an earlier version may be of other data each.
        return format!("\nthe data of {name} differs between the seeds: there is no mean of them\n");
    }
    let label = |metric: &str| {
        records
            .first()
            .map_or_else(|| metric.to_owned(), |record| record.label_of(metric))
    };
    let seconds = format::seconds(finished.iter().map(|summary| summary.seconds).sum());
    let mut text = format!(
        "\nfinished {} of {name} in {seconds}\n",
        format::plural(finished.len(), "seed", "seeds")
    );
    let (monitor, best) = (&first.monitor, finished.iter().filter_map(|summary| summary.best));
    push_mean(
        &mut text,
        &format!("best {}", label(monitor)),
        monitor,
        &best.collect::<Vec<_>>(),
    );
    for (metric, _) in runner_metric::test_metrics(&first.test) {
        let shown = finished
            .iter()
            .flat_map(|summary| runner_metric::test_metrics(&summary.test));
        let values: Vec<f64> = shown
            .filter(|(name, _)| *name == metric)
            .map(|(_, value)| value)
            .collect();
        push_mean(&mut text, &format!("test {}", label(metric)), metric, &values);
    }
    if let Some(stand_in) = records.iter().find_map(|record| record.data.stand_in.as_ref()) {
        let sentence = format!("  stand-in: {}", stand_in.sentence);
        let _ = writeln!(text, "{}", output::wrap(&sentence, 12, output::width()));
    }
    let _ = writeln!(
        text,
        "  mean ± 95 % interval over seeds; `runner compare {}` shows more",
        format::shell(name)
    );
    text
}

fn push_mean(text: &mut String, title: &str, metric: &str, values: &[f64]) {
    let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    if let Some(found) = estimate(&finite) {
        let _ = writeln!(text, "  {title:<21} {}", estimate_text(metric, found));
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<12}{value}");
}

/// The main metric stands in a line of its own, the others follow it.
fn push_metrics(text: &mut String, metrics: &[(String, f64)], record: &Record) {
    for (index, (name, value)) in runner_metric::test_metrics(metrics).into_iter().enumerate() {
        let title = if index == 0 { "test" } else { "" };
        push(
            text,
            title,
            &format!("{} {}", record.label_of(name), runner_metric::shown(name, value)),
        );
    }
}

/// What was best, and how good it was. Of a model that is fitted at once there is nothing to choose from.
fn best(summary: &Summary, record: &Record) -> (String, String) {
    let value = summary.best.map(|value| {
        format!(
            " ({} {})",
            record.label_of(&summary.monitor),
            runner_metric::shown(&summary.monitor, value)
        )
    });
    if let Some(model) = record.model.as_ref().filter(|model| model.steps == 1) {
        return (
            model.step.clone(),
            format!("{}{}", model.name, value.unwrap_or_default()),
        );
    }
    let (best, all) = (summary.best_epoch, summary.epochs);
    let value = value.unwrap_or_default();
    (
        format!("best {}", record.step_name()),
        format!("{best} of {all}{value}"),
    )
}
