//! `completions` and `man`: from the same definitions as the commands themselves.

use crate::run::{RunIt, iam_refine};

#[test]
fn every_shell_has_a_script_that_knows_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let run = iam_refine().args(["completions", shell]).run();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        for word in ["refine", "catalogue", "unused-for", "granularity"] {
            assert!(run.stdout.contains(word), "{word} for {shell}");
        }
    }
    assert_eq!(iam_refine().args(["completions", "tcsh"]).run().exit, 2);
}

#[test]
fn bash_reads_its_script() {
    let script = iam_refine().args(["completions", "bash"]).run().stdout;
    let bash = std::process::Command::new("bash")
        .arg("-n")
        .run_with(&script);
    assert_eq!((bash.exit, bash.stderr.as_str()), (0, ""));
}

#[test]
fn each_command_has_a_page() {
    let page = |command: &[&str]| {
        let run = iam_refine().arg("man").args(command).run();
        assert_eq!(run.exit, 0, "{}", run.stderr);
        run.stdout
    };
    let whole = page(&[]);
    for command in ["demo", "review", "refine", "batch", "catalogue"] {
        assert!(whole.contains(command), "{command}");
        let page = page(&[command]);
        assert!(
            page.contains(&format!(".TH iam-refine-{command} 1")),
            "{page}"
        );
    }
    assert!(page(&["refine"]).contains("\\-\\-in\\-place"));
    assert!(page(&["catalogue", "list"]).contains("catalogue list"));
}

#[test]
fn what_is_no_command_has_no_page() {
    let run = iam_refine().args(["man", "nosuch"]).run();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("there is no command \"nosuch\""));
}
