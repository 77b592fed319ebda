//! A template that gives a managed policy or what a group has to somebody, its stack, and what AWS has of it.

use std::fmt;

use serde_json::{Value, json};

use super::forms::Forms;

const ARN: &str = "arn:aws:iam::123456789012:policy/app-Shared-1A";
const GROUP: &str = "staff";

/// What is true of the policy in question.
pub enum Truth {
    /// Nobody gets it beside those whom AWS shows.
    Nobody,
    /// A condition decides that, and AWS has the one it decides about.
    AsAwsHasIt,
    /// Somebody gets it: this one, if the template tells who.
    Somebody(Option<String>),
}

pub struct World {
    pub template: String,
    pub stack: String,
    pub account: String,
    pub truth: Truth,
    /// Whether something is written in a form that nobody evaluates.
    pub is_computed: bool,
    /// The resource that gives it.
    giver: &'static str,
    /// The policy in question.
    about: About,
}

/// The policy in question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// A managed one.
    Managed,
    /// One that is embedded in those whom it lists.
    Embedded,
    /// One of a group.
    OfGroup,
}

/// Of whom or what the template says something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    /// The stack has it, and AWS shows that it has the policy or is in the group.
    Known,
    /// The stack has it, and AWS shows that it does not.
    There,
    /// The next deployment makes it.
    New,
}

/// What is written into the template.
struct Writing {
    forms: Forms,
    /// Resources, but for those that are always there.
    resources: String,
    /// What the managed policy says of who has it.
    own: String,
    /// And what the one that is embedded does.
    embedded: String,
    /// What the role that has it says.
    role: String,
    giver: &'static str,
    truth: Truth,
}

impl World {
    pub fn of(seed: u64) -> Self {
        let mut writing = Writing {
            forms: Forms::of(seed),
            resources: String::new(),
            own: "Roles: [!Ref AppRole]".to_owned(),
            embedded: "Roles: [!Ref AppRole]".to_owned(),
            role: String::new(),
            giver: "Late",
            truth: Truth::Nobody,
        };
        let about = match writing.forms.dice.below(10) {
            0..=2 => About::OfGroup,
            3 | 4 => About::Embedded,
            _ => About::Managed,
        };
        let is_real = writing.forms.dice.is(70);
        let is = [Is::Known, Is::There, Is::New][writing.forms.dice.below(3)];
        match (about, writing.forms.dice.below(4)) {
            (About::Embedded, _) => {
                writing.giver = "More";
                writing.embedded = writing.listed(is, is_real);
            }
            (About::Managed, 0) => writing.attached(is, is_real),
            (About::Managed, 1) => {
                writing.giver = "Shared";
                writing.own = writing.listed(is, is_real);
            }
            (About::Managed, _) => writing.given(is_real),
            (About::OfGroup, 0) => writing.added_to_group(is, is_real),
            (About::OfGroup, 1) => writing.user_in_group(is, is_real),
            (About::OfGroup, _) => writing.group_given(is_real),
        }
        writing.world(is, about)
    }

    /// How the policy in question is called.
    pub fn policy(&self) -> &'static str {
        match self.about {
            About::Managed => "Shared",
            About::Embedded => "More",
            About::OfGroup => "Staff",
        }
    }

    /// The line of the resource that gives it.
    pub fn line_of_giver(&self) -> usize {
        let begin = format!("  {}:", self.giver);
        let mut lines = self.template.lines();
        let line = lines.position(|line| line.starts_with(&begin));
        line.unwrap_or_else(|| panic!("{self}")) + 1
    }
}

impl Writing {
    /// The ARN of the policy, or of another one.
    fn arn(&mut self, is_real: bool) -> &'static str {
        if is_real {
            return ARN;
        }
        self.forms.one_of(&[
            "arn:aws:iam::210987654321:policy/app-Shared-1A",
            "arn:aws:iam::123456789012:policy/app-Shared-1A-2",
            "arn:aws:iam::123456789012:policy/app-Shared",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ])
    }

    /// A value that is the policy, or another one.
    fn policy(&mut self, is_real: bool, depth: usize) -> String {
        let by_reference = [
            "!Ref Shared",
            "!GetAtt Shared.PolicyArn",
            "!Sub '${Shared}'",
            "{Ref: Shared}",
            "!Sub ['${v}', {v: !Ref Shared}]",
            "!Join ['', [!Ref Shared]]",
        ];
        if is_real && self.forms.dice.is(20) {
            return self.forms.one_of(&by_reference).to_owned();
        }
        let arn = self.arn(is_real);
        self.forms.text(arn, depth)
    }

    /// A list with this value in it, beside others or not.
    fn list(&mut self, value: &str, other: &str) -> String {
        match self.forms.dice.below(8) {
            0 | 1 => format!("[{value}]"),
            2 => format!("['{other}', {value}]"),
            3 => format!("[{value}, '{other}']"),
            4 => {
                let list = format!("[{value}]");
                self.forms.anchored(&list)
            }
            5 => {
                self.forms.is_conditional = true;
                format!("!If [C, [{value}], ['{other}']]")
            }
            6 => {
                self.forms.is_conditional = true;
                format!("['{other}', !If [C, {value}, !Ref 'AWS::NoValue']]")
            }
            _ => {
                self.forms.is_computed = true;
                format!("{{'Fn::Split': [',', {{'Fn::Join': [',', ['{other}', {value}]]}}]}}")
            }
        }
    }

    /// Notes who gets something.
    fn tell(&mut self, is: Is, is_real: bool, is_by_condition: bool, who: &str) {
        let is_decided = is_by_condition && is == Is::There;
        self.truth = match is {
            _ if !is_real => Truth::Nobody,
            Is::Known => Truth::Nobody,
            _ if is_decided => Truth::AsAwsHasIt,
            _ => Truth::Somebody(Some(who.to_owned())),
        };
    }

    /// Perhaps a condition of a resource that nobody has yet.
    fn condition(&mut self, is: Is) -> &'static str {
        if is == Is::New && self.forms.dice.is(25) {
            return "    Condition: C\n";
        }
        ""
    }

    /// A role, a user or a group has it by its own list.
    fn attached(&mut self, is: Is, is_real: bool) {
        let value = self.policy(is_real, 3);
        let list = self.list(&value, "arn:aws:iam::aws:policy/SecurityAudit");
        if is == Is::Known {
            self.giver = "AppRole";
            self.role = format!("      ManagedPolicyArns: {list}\n");
            return;
        }
        let kind = self.forms.one_of(&["Role", "Role", "User", "Group"]);
        let kind = if is == Is::There { "Role" } else { kind };
        let condition = self.condition(is);
        self.resources = format!(
            "  Late:\n    Type: AWS::IAM::{kind}\n{condition}    Properties:\n      ManagedPolicyArns: {list}\n"
        );
        self.tell(is, is_real, self.forms.is_conditional, "role app-Late-1A");
    }

    /// The policy says who has it.
    fn listed(&mut self, is: Is, is_real: bool) -> String {
        let (name, logical_id) = match is {
            Is::Known => ("app-AppRole-1A", "AppRole"),
            Is::There => ("app-Late-1A", "Late"),
            Is::New => ("app-new", "Late"),
        };
        let value = match self.forms.dice.below(4) {
            // Whom nobody can tell, nobody can hold against what AWS shows.
            0 => format!("!Ref {logical_id}"),
            1 => format!("!Sub '${{{logical_id}}}'"),
            _ => self.forms.text(name, 2),
        };
        let list = match (is_real, is) {
            // Twice the same one.
            (false, _) | (_, Is::Known) => format!("[!Ref AppRole, {value}]"),
            _ => self.list(&value, "app-AppRole-1A"),
        };
        self.resources =
            String::from("  Late:\n    Type: AWS::IAM::Role\n    Properties: {Path: /}\n");
        self.tell(is, is_real, self.forms.is_conditional, "role app-Late-1A");
        // Two whom nobody can tell apart are two, of whom AWS shows one.
        if is == Is::Known && (self.forms.is_computed || self.forms.is_conditional) {
            self.truth = Truth::AsAwsHasIt;
        }
        if is_real || is == Is::Known {
            format!("Roles: {list}")
        } else {
            "Roles: [!Ref AppRole]".to_owned()
        }
    }

    /// Something is given the policy, and may give it to somebody, or lets others read it.
    fn given(&mut self, is_real: bool) {
        let (kind, under) = [
            ("Custom::Attach", "Properties"),
            ("AWS::CloudFormation::CustomResource", "Properties"),
            ("AWS::CloudFormation::Stack", "Properties, Parameters"),
            ("AWS::CloudFormation::StackSet", "Properties, Parameters"),
            ("AWS::SSM::Document", "Properties, Content, Steps"),
            ("AWS::SSM::Association", "Properties, Parameters"),
            (
                "AWS::Config::RemediationConfiguration",
                "Properties, Parameters",
            ),
            ("Team::Own::Thing::MODULE", "Properties"),
            ("Team::Own::Thing", "Properties, Policies"),
            (
                "AWS::RolesAnywhere::Profile",
                "Properties, ManagedPolicyArns",
            ),
            ("AWS::EC2::Instance", "Properties, UserData"),
            ("AWS::SSM::Parameter", "Properties, Value"),
            (
                "AWS::StepFunctions::StateMachine",
                "Properties, DefinitionString",
            ),
        ][self.forms.dice.below(13)];
        let is_written_down = kind.starts_with("AWS::EC2") || kind.ends_with("Parameter");
        let is_written_down = is_written_down || kind.starts_with("AWS::StepFunctions");
        let arn = self.arn(is_real);
        let value = if self.forms.dice.is(10) && is_real {
            self.policy(true, 1)
        } else {
            self.forms.with(arn, 2)
        };
        self.giver = "Give";
        let mut text = format!("{{Given: {value}}}");
        for name in under
            .split(", ")
            .skip(1)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            text = format!("{{{name}: {text}}}");
        }
        let condition = self.condition(Is::New);
        self.resources = format!("  Give:\n    Type: {kind}\n{condition}    Properties: {text}\n");
        // A name by a parameter in what is only written down may be any.
        if is_real {
            self.truth = Truth::Somebody(None);
            if is_written_down && self.forms.is_open {
                self.truth = Truth::AsAwsHasIt;
            }
        }
    }

    /// The name of the group, or of another one.
    fn group(&mut self, is_real: bool) -> String {
        if is_real && self.forms.dice.is(30) {
            return self
                .forms
                .one_of(&["!Ref Staff", "!Sub '${Staff}'"])
                .to_owned();
        }
        let name = if is_real { GROUP } else { "others" };
        self.forms.text(name, 2)
    }

    /// A user says that he is in the group.
    fn user_in_group(&mut self, is: Is, is_real: bool) {
        let group = self.group(is_real);
        let list = self.list(&group, "others");
        let condition = self.condition(is);
        self.resources = format!(
            "  Late:\n    Type: AWS::IAM::User\n{condition}    Properties:\n      Groups: {list}\n"
        );
        self.tell(is, is_real, self.forms.is_conditional, "user app-Late-1A");
    }

    /// A resource puts users into the group.
    fn added_to_group(&mut self, is: Is, is_real: bool) {
        let group = self.group(is_real);
        let name = if is == Is::Known { "ann" } else { "bob" };
        let user = self.forms.text(name, 2);
        let users = self.list(&user, "ann");
        let condition = self.condition(Is::New);
        self.giver = "Add";
        self.resources = format!(
            "  Add:\n    Type: AWS::IAM::UserToGroupAddition\n{condition}    Properties:\n      GroupName: {group}\n      \
             Users: {users}\n  Late:\n    Type: AWS::IAM::User\n"
        );
        let is_new = if is == Is::Known { Is::Known } else { Is::New };
        self.tell(is_new, is_real, false, "user bob");
        if is == Is::Known && (self.forms.is_computed || self.forms.is_conditional) {
            self.truth = Truth::AsAwsHasIt;
        }
    }

    /// Something is given the group, and may put somebody into it.
    fn group_given(&mut self, is_real: bool) {
        let kind = self.forms.one_of(&[
            "Custom::Add",
            "AWS::CloudFormation::Stack",
            "Team::Own::Thing::MODULE",
            "Team::IAM::Membership",
        ]);
        let name = if is_real { GROUP } else { "others" };
        let value = if is_real && self.forms.dice.is(20) {
            self.group(true)
        } else if self.forms.dice.is(50) {
            self.forms.text(name, 2)
        } else {
            let command = format!("aws iam add-user-to-group --group-name {name} --user-name zed");
            // One that is known in part may be about any group.
            self.forms.is_computed = true;
            let depth = self.forms.dice.below(3);
            self.forms.with(&command, depth)
        };
        self.giver = "Give";
        let condition = self.condition(Is::New);
        self.resources =
            format!("  Give:\n    Type: {kind}\n{condition}    Properties: {{Given: {value}}}\n");
        if is_real {
            self.truth = Truth::Somebody(None);
        }
    }

    fn world(self, is: Is, about: About) -> World {
        let section = |name: &str, members: &[String]| match members {
            [] => String::new(),
            members => format!("{name}:\n{}", members.concat()),
        };
        let document = |at: usize, actions: &str| {
            let at = " ".repeat(at);
            format!(
                "{at}PolicyDocument:\n{at}  Statement:\n{at}  - {{Effect: Allow, Action: [{actions}], Resource: '*'}}\n"
            )
        };
        let template = [
            section("Metadata", &self.forms.metadata),
            section("Parameters", &self.forms.parameters),
            section("Mappings", &self.forms.mappings),
            "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: /\n".to_owned(),
            self.role,
            "  Shared:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n".to_owned(),
            format!("      {}\n", self.own),
            document(6, "'s3:GetObject', 's3:PutObject'"),
            "  More:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: more\n".to_owned(),
            format!("      {}\n", self.embedded),
            document(6, "'kms:Encrypt', 'kms:Decrypt'"),
            "  Staff:\n    Type: AWS::IAM::Group\n    Properties:\n      GroupName: staff\n      Policies:\n      \
             - PolicyName: own\n"
                .to_owned(),
            document(8, "'sqs:SendMessage', 'sqs:DeleteMessage'"),
            self.resources.clone(),
        ];
        let template = template.concat();
        let kind = self
            .resources
            .lines()
            .skip_while(|line| *line != "  Late:")
            .nth(1);
        let kind = kind.map(|line| line.trim().trim_start_matches("Type: ").to_owned());
        let late = kind.filter(|_| is != Is::New);
        World {
            stack: stack(late.as_deref()).to_string(),
            account: account(late.as_deref(), is).to_string(),
            template,
            truth: self.truth,
            is_computed: self.forms.is_computed,
            giver: self.giver,
            about,
        }
    }
}

/// The resources of the stack.
fn stack(late: Option<&str>) -> Value {
    let one = |logical: &str, physical: &str, kind: &str| {
        json!({"StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1", "StackName": "app",
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind,
            "ResourceStatus": "CREATE_COMPLETE"})
    };
    let mut all = vec![
        one("AppRole", "app-AppRole-1A", "AWS::IAM::Role"),
        one("Shared", ARN, "AWS::IAM::ManagedPolicy"),
        one("More", "app-More-1A", "AWS::IAM::Policy"),
        one("Staff", GROUP, "AWS::IAM::Group"),
    ];
    all.extend(late.map(|kind| one("Late", "app-Late-1A", kind)));
    json!({"StackResources": all})
}

/// What AWS has of the account.
fn account(late: Option<&str>, is: Is) -> Value {
    let document = |actions: [&str; 2]| json!({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    let role = |name: &str, inline: Value, attached: Value| {
        json!({"RoleName": name, "Path": "/",
            "Arn": format!("arn:aws:iam::123456789012:role/{name}"), "RolePolicyList": inline,
            "AttachedManagedPolicies": attached})
    };
    let user = |name: &str, groups: &[&str]| {
        json!({"UserName": name, "Arn": format!("arn:aws:iam::123456789012:user/{name}"), "GroupList": groups,
            "UserPolicyList": [], "AttachedManagedPolicies": []})
    };
    let mut roles = vec![role(
        "app-AppRole-1A",
        json!([{"PolicyName": "more", "PolicyDocument": document(["kms:Encrypt", "kms:Decrypt"])}]),
        json!([{"PolicyName": "app-Shared-1A", "PolicyArn": ARN}]),
    )];
    let mut users = vec![user("ann", &[GROUP])];
    match late {
        Some("AWS::IAM::Role") => roles.push(role("app-Late-1A", json!([]), json!([]))),
        Some("AWS::IAM::User") => {
            let groups: &[&str] = if is == Is::Known { &[GROUP] } else { &[] };
            users.push(user("app-Late-1A", groups));
        }
        _ => {}
    }
    json!({
        "RoleDetailList": roles,
        "UserDetailList": users,
        "GroupDetailList": [{"GroupName": GROUP, "Arn": "arn:aws:iam::123456789012:group/staff",
            "GroupPolicyList": [{"PolicyName": "own", "PolicyDocument": document(["sqs:SendMessage", "sqs:DeleteMessage"])}],
            "AttachedManagedPolicies": []}],
        "Policies": [{"PolicyName": "app-Shared-1A", "Arn": ARN, "DefaultVersionId": "v1", "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                "Document": document(["s3:GetObject", "s3:PutObject"])}]}],
    })
}

impl fmt::Display for World {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{}\n{}\n{}", self.template, self.stack, self.account)
    }
}
