//! Asks AWS, just before something is changed, whether what goes was used since it was found unused.
//!
//! IAM tells when a principal last used a service, and of many services which actions. The report is made
//! anew each time it is asked for, which takes AWS a few seconds.

use std::fmt::Write;

use super::lines::{Part, Script};
use crate::account::{HasToUseNothing, StillUnused};
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
        .arg("arn", Arg::Expression("$arn"))
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
        "\nmust_be {} {}",
        [Part::Word(UNUSED), Part::Word(&sha256(&list))],
    );
    script.lines("printf 'asking AWS what was used since\\n'", []);
    for HasToUseNothing {
        arn,
        since,
        through,
    } in &unused.by
    {
        let since = since.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let mut words = vec![arn.as_str(), &since];
        words.extend(
            through
                .iter()
                .flat_map(|owner| [owner.kind.as_str(), owner.name.as_str()]),
        );
        script.lines("begin_report {}", [Part::Words(&words)]);
    }
    script.lines("still_unused", []);
}

const BEGIN_REPORT: &str = r#"
# begin_report ARN SINCE [KIND NAME]...: has AWS report what it uses, to be looked at when it is done;
# unless the policy was detached here from all through which it had it. What is denied since counts for
# AWS as used.
reports=''
begin_report() {
  arn=$1 since=$2
  shift 2
  detached=yes
  [ "$#" -gt 0 ] || detached=no
  while [ "$#" -gt 0 ]; do
    how_ended "detach $1 $2"
    [ "$ended" = finished ] || detached=no
    shift 2
  done
  [ "$detached" = no ] || return 0
  job=$({}) ||
    refuse "what $arn uses now cannot be told"
  reports="$reports$job $since $arn
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
