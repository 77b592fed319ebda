//! Asks AWS, just before something is changed, whether what goes was used since it was found unused.
//!
//! IAM tells when a principal last used a service, and of many services which actions. The report is made
//! anew each time it is asked for, which takes AWS a few seconds.

use std::fmt::Write;

use super::lines::{Part, Script};
use crate::account::StillUnused;
use crate::aws::{Arg, AwsCommand, Operation};
use crate::text::sha256;

/// The file with what has to be unused still, an action a line.
pub const UNUSED: &str = "unused.txt";

/// What stands in the file: `s3:GetObject`, or `s3:*` where no use of the service was found; none where
/// nothing is asked.
pub fn unused_list(unused: &StillUnused) -> Option<String> {
    let mut text = String::new();
    for service in &unused.services {
        let _ = writeln!(text, "{service}:*");
    }
    for action in &unused.actions {
        let _ = writeln!(text, "{action}");
    }
    (!unused.is_empty()).then_some(text)
}

/// Has the script refuse when any of it was used since.
pub(super) fn demand_unused(script: &mut Script, unused: &StillUnused) {
    let Some(list) = unused_list(unused) else {
        return;
    };
    let begin = AwsCommand::new(Operation::GenerateServiceLastAccessedDetails)
        .arg("arn", Arg::Expression("$1"))
        .arg("granularity", "ACTION_LEVEL")
        .on_another_line()
        .arg("query", "JobId")
        .arg("output", "text");
    script.functions(BEGIN_REPORT, [Part::Command(begin)]);
    let get = || {
        AwsCommand::new(Operation::GetServiceLastAccessedDetails)
            .arg("job-id", Arg::Expression("$1"))
            .arg("max-items", "1000")
            .arg("output", "text")
            .on_another_line()
            .arg("query", Arg::Expression(SINCE))
    };
    let next = get().on_another_line().arg("marker", Arg::Expression("$3"));
    script.functions(USED_SINCE, [get(), next].map(Part::Command));
    script.functions(STILL_UNUSED, []);
    script.lines(
        "\nif ! is_begun; then\n  must_be {} {}",
        [Part::Word(UNUSED), Part::Word(&sha256(&list))],
    );
    for (arn, since) in &unused.by {
        let since = since.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        script.lines(
            "  begin_report {} {}",
            [Part::Word(arn.as_str()), Part::Word(&since)],
        );
    }
    script.lines(
        "  printf 'asking AWS what was used since\\n'\n  still_unused\nfi",
        [],
    );
}

const BEGIN_REPORT: &str = r#"
# begin_report ARN SINCE: has AWS report what it uses, to be looked at when it is done.
reports=''
begin_report() {
  job=$({}) ||
    refuse "what $1 uses now cannot be told"
  reports="$reports$job $2 $1
"
}"#;

/// How far the report is, and where the next page begins; then a line for each service that was used since,
/// with the actions of it, as far as AWS knows these. Times are compared as text.
const SINCE: &str = "[[[join(' ', [JobStatus, Marker || '-'])]], \
    ServicesLastAccessed[?LastAuthenticated > '$2'].[ServiceNamespace, \
    join(' ', [['*'], TrackedActionsLastAccessed[?LastAccessedTime > '$2'].ActionName][] | [?@])]][]";

const USED_SINCE: &str = r#"
# used_since JOB TIME MARKER: a page of the report: how far it is, and the marker of the next page or -;
# then what was used.
used_since() {
  if [ -z "$3" ]; then
    {}
  else
    {}
  fi
}"#;

const STILL_UNUSED: &str = r#"
# is_begun: whether something was changed. What is denied since then counts for AWS as used.
is_begun() {
  [ -e applied.log ] && grep -q '^finished ' applied.log
}

# still_unused: refuses when something of unused.txt was used since it was found unused.
still_unused() {
  used=''
  while read -r job since who; do
    [ -n "$job" ] || continue
    tries=0 marker='' found=''
    while [ "$marker" != - ]; do
      report=$(used_since "$job" "$since" "$marker") || refuse "what $who uses now cannot be told"
      read -r state marker <<END
$report
END
      case $state in
      COMPLETED) ;;
      IN_PROGRESS)
        tries=$((tries + 1)) marker=''
        [ "$tries" -lt 60 ] ||
          refuse "AWS does not tell in time what $who uses now; try again in a while"
        sleep 2
        continue
        ;;
      *) refuse "AWS cannot tell what $who uses now; try again in a while" ;;
      esac
      found=$found$(printf '%s\n' "$report" | awk 'NR == FNR { goes[tolower($0)]; next }
        { for (at = 2; at <= NF; at++) if (tolower($1 ":" $at) in goes) printf " %s:%s", $1, $at }' \
        unused.txt -)
    done
    [ -z "$found" ] || used="$used
$who:$found"
  done <<END
$reports
END
  [ -z "$used" ] || refuse "what goes was used since it was found unused:$used
fetch the account again, and run iam-refine on it"
}"#;
