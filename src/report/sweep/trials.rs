//! All trials as a table, the best first.

use maud::{Markup, html};

use runner_ground::text::format;
use runner_sweep::{Ended, Manifest, State, outcome};

/// A table of more trials than this is left to trials.csv.
const MOST_ROWS: usize = 300;

/// The table.
pub fn table(manifest: &Manifest, state: &State) -> Markup {
    let name = manifest.metric.name.as_str();
    let failed = state.ended().filter(|(_, ended)| !ended.status.counts());
    let rows: Vec<(usize, &Ended)> = state.ranking(manifest.metric.goal).into_iter().chain(failed).collect();
    let parameters = &manifest.sweep.space.parameters;
    html! {
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th { "trial" } th { "status" } th { (name) } th { "epochs" }
                        @for parameter in parameters { th { (parameter.key) } }
                        th { "time" }
                    }
                }
                tbody {
                    @for (index, ended) in rows.iter().take(MOST_ROWS) {
                        tr {
                            th { (index) }
                            td.text { (ended.status.word()) }
                            td { (ended.value.map_or_else(|| "–".to_owned(), |value| runner_metric::shown(name, value))) }
                            td { (ended.epochs) }
                            @for parameter in parameters {
                                td { (state.trials[*index].values.get(&parameter.key).map(|value| runner_ground::text::clip(&outcome::show(value))).unwrap_or_default()) }
                            }
                            td { (format::seconds(ended.seconds)) }
                        }
                        @if let Some(failure) = &ended.failure {
                            tr { td {} td.text colspan=(parameters.len() + 4) { (runner_ground::text::clip(failure.lines().next().unwrap_or_default())) } }
                        }
                    }
                }
            }
        }
        p.muted {
            @if rows.len() > MOST_ROWS { "The best " (MOST_ROWS) " of " (rows.len()) ". " }
            "All numbers are in trials.csv; each trial's run is in trials/, and "
            code { "runner report" } " makes its page."
        }
    }
}
