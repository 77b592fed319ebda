//! The new policies beside one that is split.
//!
//! They are made and attached to all who have the policy before anything of it is taken away, and
//! taken back when all else is undone: so everybody has at every moment what the new policies allow
//! together. None of them allows what the old policy does not.

use super::functions::{ASK, HAS, WAIT_FOR};
use super::lines::{Part, Script};
use super::principals::{
    define_must_be_same, define_policies_of, define_same, define_who_has, on_each_kind,
};
use super::{judge, literal};
use crate::account::PrincipalIdentity;
use crate::aws::{Arg, AwsCommand, Operation};
use crate::iam::{Arn, PolicyName};
use crate::text::sha256;

/// Policies that are made and attached to all who have another one; in most cases none.
#[derive(Default)]
pub(super) struct Beside<'a> {
    pub(super) principals: &'a [PrincipalIdentity],
    pub(super) policies: Vec<NewPolicy<'a>>,
}

/// One of them.
pub(super) struct NewPolicy<'a> {
    /// Its number among all that take the place of the old one, from 1.
    number: String,
    file: String,
    text: &'a str,
    name: PolicyName,
    arn: Arn,
    /// The document as a literal of `JMESPath`.
    holds: String,
}

/// What else is attached to those who have the policy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AttachedLater {
    Nothing,
    /// The policy `$new`, for a moment beside the old one, unless that is detached first.
    New,
}

impl<'a> NewPolicy<'a> {
    pub(super) fn new(
        number: usize,
        text: &'a str,
        name: PolicyName,
        arn: Arn,
    ) -> Result<Self, serde_json::Error> {
        Ok(NewPolicy {
            number: number.to_string(),
            file: format!("after-{number}.json"),
            text,
            name,
            arn,
            holds: literal(text)?,
        })
    }
}

impl Beside<'_> {
    /// The file of each, and what it is called.
    pub(super) fn names(&self) -> Vec<(String, PolicyName)> {
        let policies = self.policies.iter();
        policies
            .map(|policy| (policy.file.clone(), policy.name.clone()))
            .collect()
    }

    /// Adds what is checked before `apply.sh` changes anything, when it is known that all have the
    /// policy.
    pub(super) fn check(&self, apply: &mut Script, later: AttachedLater) {
        if self.policies.is_empty() {
            return;
        }
        self.begin(apply);
        apply.functions(WAIT_FOR, []);
        define_must_be_same(apply, self.principals);
        apply.functions(IS_FREE, []);
        let most = AwsCommand::new(Operation::GetAccountSummary)
            .arg(
                "query",
                Arg::Expression("SummaryMap.AttachedPoliciesPer${counted}Quota"),
            )
            .arg("output", "text");
        let more = match later {
            AttachedLater::Nothing => "more=0",
            AttachedLater::New => NEW_TOO,
        };
        apply.functions(HAS_ROOM, [Part::Code(more), Part::Command(most)]);
        self.for_each_policy(apply, "\nis_free {}");
        apply.for_each("has_room", self.principals);
        for policy in &self.policies {
            judge(apply, &policy.file);
        }
    }

    /// Adds what makes and attaches them.
    pub(super) fn give(&self, apply: &mut Script) {
        if self.policies.is_empty() {
            return;
        }
        let create = AwsCommand::new(Operation::CreatePolicy)
            .arg("policy-name", Arg::Expression("$called"))
            .on_another_line()
            .arg("policy-document", Arg::Expression("file://$file"))
            .arg("output", "text");
        apply.functions(MAKE, [Part::Command(create)]);
        let attach = on_each_kind(self.principals, Operation::AttachPolicy, "$arn");
        apply.functions(GIVE, [attach]);
        for policy in &self.policies {
            let words = [&policy.number, &policy.file, policy.name.as_str()];
            apply.lines("make {} {} {}", words.map(Part::Word));
        }
        apply.for_each("give", self.principals);
    }

    /// Adds what `rollback.sh` checks before it changes anything.
    pub(super) fn check_back(&self, rollback: &mut Script) {
        if self.policies.is_empty() {
            return;
        }
        self.begin(rollback);
        define_same(rollback, self.principals);
        define_who_has(rollback, self.principals);
        let detach = on_each_kind(self.principals, Operation::DetachPolicy, "$arn");
        rollback.functions(TAKE, [detach]);
        let delete = AwsCommand::new(Operation::DeletePolicy)
            .arg("policy-arn", Arg::Expression("$arn"))
            .arg("output", "text");
        rollback.functions(DELETE, [Part::Command(delete)]);
        rollback.functions(MUST_STAND, []);
        self.for_each_policy(rollback, "must_stand {}");
    }

    /// Adds what takes them back, if all else is undone.
    pub(super) fn take_back(&self, rollback: &mut Script) {
        if self.policies.is_empty() {
            return;
        }
        rollback.lines(UNDONE, []);
        rollback.for_each("take", self.principals);
        self.for_each_policy(rollback, "delete_it {}");
    }

    /// Knows the policies, and that their files are those that the script was written with.
    fn begin(&self, script: &mut Script) {
        script.functions(ASK, []);
        script.functions(HAS, []);
        define_policies_of(script, self.principals);
        let numbers: Vec<&str> = (self.policies.iter())
            .map(|policy| &*policy.number)
            .collect();
        script.functions(KNOW, [Part::Word(&numbers.join(" "))]);
        for policy in &self.policies {
            let known = [&policy.number, policy.arn.as_str(), &policy.holds];
            script.functions("  {}) arn={} text={} ;;", known.map(Part::Word));
            let sum = sha256(policy.text);
            let words = [&policy.file, &sum].map(|word| Part::Word(word));
            script.lines("must_be {} {}", words);
        }
        let query = Arg::Expression("PolicyVersion.Document == $text");
        script.functions(HOLDS, compare_default("$arn", query));
    }

    fn for_each_policy(&self, script: &mut Script, line: &'static str) {
        for policy in &self.policies {
            script.lines(line, [Part::Word(&policy.number)]);
        }
    }
}

/// The commands that ask which version of the policy `arn` is in force, and, that being `$version`,
/// whether its document is what the `query` says.
pub(super) fn compare_default<'a>(arn: &'static str, query: impl Into<Arg>) -> [Part<'a>; 2] {
    let on_it = |operation| AwsCommand::new(operation).arg("policy-arn", Arg::Expression(arn));
    let version = on_it(Operation::GetPolicy)
        .arg("query", "Policy.DefaultVersionId")
        .arg("output", "text");
    let compare = on_it(Operation::GetPolicyVersion)
        .arg("version-id", Arg::Expression("$version"))
        .on_another_line()
        .arg("query", query)
        .on_another_line()
        .arg("output", "json");
    [version, compare].map(Part::Command)
}

const KNOW: &str = r"
# The policies that are made beside it. What is known of one is in $arn and $text.
numbers={}

# know NUMBER: sets what is known of one.
know() {
  number=$1
  case $1 in";

const HOLDS: &str = r"  esac
}

# holds_it: whether the policy is its file.
holds_it() {
  version=$({}) || return
  {}
}";

const IS_FREE: &str = r#"
# is_free NUMBER: refuses a policy of its name, unless it was made here.
is_free() {
  know "$1"
  how_ended "create-$1"
  stands=$(ask holds_it)
  [ "$stands" = gone ] || { [ "$stands" = true ] && [ -n "$ended" ]; } ||
    refuse "there is a policy $arn, which was not made here or was changed since"
}"#;

/// One that is attached already, or for which there is none left to make room, takes no more.
const NEW_TOO: &str = r#"has_it=$(has "$attached" "$new")
  if [ "$has_it" = yes ] || [ "$detach_first" = yes ]; then more=0; else more=1; fi"#;

const HAS_ROOM: &str = r#"
# has_room KIND NAME [ID]: refuses when not all of them can be attached.
has_room() {
  must_be_same "$@"
  attached=$(policies_of "$1" "$2") || refuse "what $1 $2 has cannot be told"
  {}
  for number in $numbers; do
    know "$number"
    has_it=$(has "$attached" "$arn")
    [ "$has_it" = no ] || continue
    how_ended "attach-$number $1 $2"
    [ "$ended" != finished ] ||
      refuse "$1 $2 does not have $arn any more, though it was attached here; to go back: sh rollback.sh"
    more=$((more + 1))
  done
  [ "$more" -gt 0 ] || return 0
  case $1 in
  role) counted=Role ;;
  user) counted=User ;;
  group) counted=Group ;;
  esac
  most=$({})
  held=$(printf '%s\n' "$attached" | grep -c . || :)
  [ "$((held + more))" -le "$most" ] ||
    refuse "$1 $2 has $held policies attached, $more more are needed, and AWS allows $most"
}"#;

const MAKE: &str = r#"
# create_it: what it prints is no version.
create_it() {
  {} >/dev/null
}

# make NUMBER FILE NAME
make() {
  know "$1"
  file=$2
  called=$3
  stands=$(ask holds_it)
  if [ "$stands" = gone ]; then
    step "create-$1" create_it
    wait_for holds_it
  fi
}"#;

const GIVE: &str = r#"
# give KIND NAME [ID]: attaches those that it does not have.
give() {
  must_be_same "$@"
  attached=$(policies_of "$1" "$2") || refuse "what $1 $2 has cannot be told"
  for number in $numbers; do
    know "$number"
    has_it=$(has "$attached" "$arn")
    [ "$has_it" = yes ] || step "attach-$number $1 $2" {}
  done
}"#;

const MUST_STAND: &str = r#"
# must_stand NUMBER: refuses when it was changed.
must_stand() {
  know "$1"
  how_ended "create-$1"
  [ -n "$ended" ] || return 0
  stands=$(ask holds_it)
  [ "$stands" = true ] || [ "$stands" = gone ] || refuse "the policy $arn was changed since apply.sh"
}"#;

/// Whoever is left with something else needs what is beside it.
const UNDONE: &str = r#"
undone=yes
[ "$left" = no ] || undone=no
[ "$undone" = yes ] || leave 'what was attached beside it; to go on when the rest is put right: sh rollback.sh'
open_log rollback.sh"#;

const TAKE: &str = r#"
# take KIND NAME [ID]: detaches those that were attached here.
gone_beside=
take() {
  [ "$undone" = yes ] || return 0
  attached=$(ask policies_of "$1" "$2") || attached=unknown
  same=$(same "$@") || same=unknown
  if [ "$attached" = gone ] || [ "$same" = gone ] || [ "$same" = no ]; then
    return 0
  elif [ "$attached" = unknown ] || [ "$same" = unknown ]; then
    leave "$1 $2, since what it has cannot be told"
    return 0
  fi
  for number in $numbers; do
    know "$number"
    how_ended "attach-$number $1 $2"
    has_it=$(has "$attached" "$arn")
    if [ -n "$ended" ] && [ "$has_it" = yes ]; then
      step "take-$number $1 $2" {} || leave "$1 $2"
      gone_beside="$gone_beside
$number $*"
    fi
  done
}"#;

const DELETE: &str = r#"
# delete_it NUMBER: if it was made here, and nobody has it.
delete_it() {
  [ "$undone" = yes ] || return 0
  know "$1"
  how_ended "create-$1"
  [ -n "$ended" ] || return 0
  stands=$(ask holds_it)
  [ "$stands" = true ] || return 0
  now=$(who_has "$arn")
  if [ "$dry_run" = yes ]; then
    now=$(printf '%s\n' "$now" | sed "/./s/^/$1 /")
    now=$(added "$now" "$gone_beside")
  fi
  if [ -z "$now" ]; then
    step "delete-$1" {}
  else
    leave "the policy $arn, since these have it:
$now"
  fi
}"#;
