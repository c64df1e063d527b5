//! `runner completions SHELL`: what clap generates, and what it cannot know: that a recipe may stand where a
//! command does, and that the options of `run` follow it then.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::output;
use runner_ground::error::Result;

/// Prints the shell's completion script.
///
/// # Errors
/// When standard output cannot be written to.
pub fn run(shell: Shell) -> Result<()> {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "runner", &mut script);
    let script = String::from_utf8_lossy(&script);
    let names = command.get_subcommands().map(clap::Command::get_name).chain(["help"]);
    let names = names.collect::<Vec<_>>().join(" ");
    output::print(&match shell {
        Shell::Bash => script.replacen(OPENING, &format!("{OPENING}{}", bash(&names)), 1),
        Shell::Zsh => zsh(&script, &names),
        Shell::Fish => fish(&script, &names),
        _ => script.into_owned(),
    })
}

/// How the generated function of bash and zsh begins.
const OPENING: &str = "_runner() {\n";

fn bash(names: &str) -> String {
    format!(
        r#"    # A recipe alone is run. The first word itself is completed as a file where no command begins so.
    if [[ $COMP_CWORD -gt 1 && "${{COMP_WORDS[1]}}" != -* && " {names} " != *" ${{COMP_WORDS[1]}} "* ]]; then
        COMP_WORDS=("${{COMP_WORDS[0]}}" run "${{COMP_WORDS[@]:1}}")
        COMP_CWORD=$((COMP_CWORD + 1))
    fi
"#
    )
}

fn zsh(script: &str, names: &str) -> String {
    let first = r#"
(( $+functions[_runner_first] )) ||
_runner_first() {
    _alternative 'commands:command:_runner_commands' 'recipes:recipe:_files -g "*.(yaml|yml)"'
}

"#;
    let inserted = format!(
        r#"    # A recipe alone is run.
    local -a runner_names=({names})
    if (( CURRENT > 2 )) && [[ "$words[2]" != -* ]] && (( ! $runner_names[(Ie)$words[2]] )); then
        words=("$words[1]" run "${{(@)words[2,-1]}}")
        (( CURRENT += 1 ))
    fi
"#
    );
    script
        .replacen(OPENING, &format!("{}{OPENING}{inserted}", first.trim_start()), 1)
        .replacen("\":: :_runner_commands\"", "\":: :_runner_first\"", 1)
}

fn fish(script: &str, names: &str) -> String {
    const RUN: &str = "\"__fish_runner_using_subcommand run\"";
    let function = format!(
        r#"
# A recipe alone is run.
function __fish_runner_trains_recipe
    set -l cmd (__fish_runner_needs_command)
    test -n "$cmd"
    and not contains -- $cmd[1] {names}
end

complete -c runner -n "__fish_runner_needs_command" -k -a "(__fish_complete_suffix .yaml)"
"#
    );
    let options = script.lines().filter(|line| line.contains(RUN));
    let options = options.map(|line| line.replace(RUN, "__fish_runner_trains_recipe") + "\n");
    format!("{script}{function}{}", options.collect::<String>())
}
