"""Runs what `refine --account … -o` writes in worlds that have changed since the review.

usage: python3 worlds.py PROGRAM [WORLD...]

After every call that changes something, nobody may be allowed more than when the script began
(`apply.sh`), or than before everything began (`rollback.sh`, for those whom the world has not
changed). At the end of each world AWS holds exactly what was promised.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

from played_aws import ACCOUNT, Aws

TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
     "Principal": {"Service": "lambda.amazonaws.com"}}]}
)  # fmt: skip
ODD = "-Odd=,.@+"
SQS = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
NEW = f"arn:aws:iam::{ACCOUNT}:policy/AmazonSQSFullAccess-refined"
SHARED = f"arn:aws:iam::{ACCOUNT}:policy/Shared"
IDLE = f"arn:aws:iam::{ACCOUNT}:policy/it's/`odd`/Idle"

aws = Aws()


def policy(*actions):
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Sid": "It's `odd` \\ é 😀", "Effect": "Allow",
         "Action": list(actions), "Resource": "*"}]}
    )  # fmt: skip


kept = {}


def build(build_anew=None):
    """The world that is reviewed."""
    build_anew = build_anew or build_short
    if build_anew not in kept:
        build_anew()
        kept[build_anew] = aws.keep()
    aws.restore(kept[build_anew])


def build_short():
    aws.reset()
    for role in ("Reporter", "Deployer", "Stranger", ODD):
        aws.do("iam", "create-role", f"--role-name={role}", "--assume-role-policy-document", TRUST)
    for user in ("Ann", "Bob"):
        aws.do("iam", "create-user", "--user-name", user)
    aws.do("iam", "create-group", "--group-name", "Ops")
    aws.do("iam", "add-user-to-group", "--user-name", "Ann", "--group-name", "Ops")
    put("role", "Reporter", "Read", "s3:Get*")
    put("role", ODD, ODD, "s3:Get*")
    put("role", "Deployer", "Gone", "sqs:SendMessage")
    put("user", "Ann", "Read", "s3:Get*")
    put("group", "Ops", "Read", "s3:Get*")
    create("Shared", "s3:*")
    version(SHARED, "s3:Get*", "s3:Put*")
    create("Idle", "sqs:SendMessage", "--path", "/it's/`odd`/")
    attach("role", "Reporter", SHARED)
    attach("role", "Deployer", SHARED)
    attach("group", "Ops", IDLE)
    attach("user", "Ann", IDLE)
    for kind, name in (("role", "Reporter"), ("role", ODD), ("group", "Ops")):
        attach(kind, name, SQS)


def put(kind, name, called, *actions):
    aws.do("iam", f"put-{kind}-policy", f"--{kind}-name={name}", f"--policy-name={called}",
           "--policy-document", policy(*actions))  # fmt: skip


def create(name, action, *options):
    aws.do("iam", "create-policy", "--policy-name", name, "--policy-document", policy(action), *options)


def version(arn, *actions, default=True):
    chosen = ["--set-as-default"] if default else []
    aws.do("iam", "create-policy-version", "--policy-arn", arn, "--policy-document",
           policy(*actions), *chosen)  # fmt: skip


def attach(kind, name, arn):
    aws.do("iam", f"attach-{kind}-policy", f"--{kind}-name={name}", "--policy-arn", arn)


def detach(kind, name, arn):
    aws.do("iam", f"detach-{kind}-policy", f"--{kind}-name={name}", "--policy-arn", arn)


FINDINGS = {
    "role/Reporter": {"s3": ["GetBucketAcl", "PutBucketAcl"], "sqs": ["SendMessage"]},
    "role/Deployer": {"s3": ["GetBucketAcl", "PutBucketAcl", "GetObject"], "sqs": None},
    f"role/{ODD}": {"s3": ["GetBucketAcl", "PutBucketAcl"], "sqs": ["SendMessage"]},
    "user/Ann": {"s3": ["GetBucketAcl", "PutBucketAcl"], "sqs": ["SendMessage"]},
}


def refine(program, at, *options):
    """Reviews the world, and has the folder written."""
    account = json.loads(aws.do("iam", "get-account-authorization-details", "--output", "json"))
    account["Policies"] = [own for own in account["Policies"] if own["AttachmentCount"]]
    for own in account["Policies"]:
        own["PermissionsBoundaryUsageCount"] = 0  # which the server does not tell
    with open(f"{at}/account.json", "w") as file:
        json.dump(account, file)
    os.mkdir(f"{at}/findings")
    for place, (principal, unused) in enumerate(FINDINGS.items()):
        details = [
            {"unusedPermissionDetails": {"serviceNamespace": service}
             | ({"actions": [{"action": name} for name in names]} if names else {})}
            for service, names in unused.items()
        ]  # fmt: skip
        arn = f"arn:aws:iam::{ACCOUNT}:{principal}"
        with open(f"{at}/findings/{place}.json", "w") as file:
            json.dump({"id": arn, "resource": arn, "status": "ACTIVE",
                       "analyzedAt": "2099-01-01T00:00:00Z", "findingDetails": details}, file)  # fmt: skip
    command = [program, "refine", "--account", "account.json", "findings", "-o", "changes", *options]
    refined = subprocess.run(command, cwd=at, capture_output=True, text=True)
    # 4: nothing is left of a policy, and the rest is written all the same.
    assert refined.returncode in (0, 4), refined.stderr
    return f"{at}/changes"


class World:
    """A copy of the folder, and what AWS held before anything was done."""

    def __init__(self, reviewed, build=build):
        self.build = build
        # What each has to be allowed at every moment.
        self.floor = {}
        self.at = tempfile.mkdtemp(prefix="changes ")
        self.folder = shutil.copytree(reviewed, f"{self.at}/it's `the` \"folder\"")
        self.before = aws.allowed()

    def anew(self):
        """The reviewed world once more, and a folder from which nothing was done."""
        self.build()
        for at, folders, files in os.walk(self.folder):
            for name in {"applied.log", "rolled-back.log"} & set(files):
                os.remove(f"{at}/{name}")
            if "applied.lock" in folders:
                shutil.rmtree(f"{at}/applied.lock")
                folders.remove("applied.lock")

    def state(self):
        """All that AWS holds, to be compared."""
        iam = aws.iam
        principals = [("role", iam.roles), ("user", iam.users), ("group", iam.groups)]
        held = {}
        for kind, these in principals:
            for own in these.values():
                inline = {name: json.loads(text) for name, text in own.policies.items()}
                held[kind, own.name] = (sorted(own.managed_policies), inline)
        own = {p.arn: [(v.version_id, v.is_default, str(v.document)) for v in p.versions]
               for p in iam.managed_policies.values() if ":aws:policy" not in p.arn}  # fmt: skip
        return held, own

    def run(self, script, *options, limit=None, **how):
        fault, at = how.pop("fault", None), how.pop("fault_at", None)
        aws.watch(limit if limit is not None else aws.allowed(), fault, at, self.floor)
        code, told = aws.script(f"{self.folder}/{script}", *options, **how)
        assert not aws.violations, (script, aws.violations, told)
        self.told = told
        return code

    def apply(self, script, *options, **how):
        assert self.run(f"{script}/apply.sh", *options, **how) == 0, self.told

    def rollback(self, script, *options, lost=(), **how):
        """Rolls back; those of `lost` may regain nothing."""
        now = aws.allowed()
        limit = {who: now[who] | (frozenset() if who in lost else self.before.get(who, frozenset()))
                 for who in now}  # fmt: skip
        script = script if script.endswith(".sh") else f"{script}/rollback.sh"
        return self.run(script, *options, limit=limit, **how)

    def refuses(self, word, script, *options, **how):
        """It stops, says why, and changes nothing."""
        held = self.state()
        code = self.run(script, *options, **how)
        assert code != 0 and word in self.told, (script, word, code, self.told)
        assert self.state() == held and not aws.changes, (script, self.told)

    def json(self, path):
        with open(f"{self.folder}/{path}") as file:
            return json.load(file)


WORLDS = {}
SPLIT_WORLDS = {}


def world(test):
    WORLDS[test.__name__] = test
    return test


def split_world(test):
    """One in which policies become too long, and are split."""
    SPLIT_WORLDS[test.__name__] = test
    return test


FOLDERS = [
    "role-Reporter-Read", f"role-{ODD}-{ODD}", "role-Deployer-Gone", "user-Ann-Read",
    "group-Ops-Read", "policy-Shared", "policy-Idle", "aws-AmazonSQSFullAccess",
]  # fmt: skip
QUEUES = "aws-AmazonSQSFullAccess"


def in_its_place(kind, name):
    attached = set({"role": aws.iam.roles, "user": aws.iam.users, "group": aws.iam.groups}[kind]
                   .values())  # fmt: skip
    own = next(own for own in attached if own.name == name)
    return (SQS in own.managed_policies, NEW in own.managed_policies)


@world
def there_and_back(w):
    held = w.state()
    assert w.run("apply-all.sh", "--dry-run") == 0, w.told
    assert w.state() == held and not aws.changes
    assert not os.path.exists(f"{w.folder}/{QUEUES}/applied.log")
    assert w.run("apply-all.sh") == 0, w.told
    assert "AccessDenied" in w.told and len(aws.changes) == 15, aws.changes
    applied = w.state()
    for kind, name in (("role", "Reporter"), ("role", ODD), ("group", "Ops")):
        assert in_its_place(kind, name) == (False, True)
    inline = applied[0]["role", "Reporter"][1]["Read"]
    assert inline == w.json("role-Reporter-Read/after.json")
    assert applied[0]["role", "Deployer"][1] == {}
    assert SHARED in applied[1] and applied[1][SHARED][2][1]
    assert not {IDLE} & set(applied[0]["group", "Ops"][0] + applied[0]["user", "Ann"][0])
    # Run again, nothing is done.
    assert w.run("apply-all.sh") == 0 and not aws.changes, w.told
    for folder in FOLDERS:
        assert w.rollback(folder, cwd="/") == 0, w.told
    assert w.state() == held
    w.refuses("no applied.log", f"{QUEUES}/rollback.sh")
    # And there again.
    assert w.run("apply-all.sh", shell="bash") == 0, w.told
    for folder in reversed(FOLDERS):
        assert w.rollback(folder, shell="bash") == 0, w.told
    assert w.state() == held


@world
def used_since_it_was_found_unused(w):
    reporter, ann = (f"arn:aws:iam::{ACCOUNT}:{who}" for who in ("role/Reporter", "user/Ann"))
    before, after = "2098-12-31T19:59:00+00:00", "2098-12-31T20:01:00+00:00"
    told = "what goes was used since it was found unused:\n"
    # What stays, and what was used before.
    aws.used = {reporter: {"s3": {"GetObject": after, "GetBucketAcl": before}, "sns": {"": after}}}
    assert w.run("role-Reporter-Read/apply.sh", "--dry-run") == 0, w.told
    aws.used = {reporter: {"s3": {"GetObject": after, "GetBucketAcl": after}}}
    for folder in ("role-Reporter-Read", "policy-Shared"):
        w.refuses(f"{told}{reporter}: s3:GetBucketAcl\n", f"{folder}/apply.sh")
        w.refuses(told, f"{folder}/apply.sh", "--dry-run")
    w.refuses(told, "apply-all.sh", "--dry-run")
    # Another one who has it.
    aws.used = {ann: {"sqs": {"SendMessage": after}}}
    for folder in (QUEUES, "policy-Idle"):
        w.refuses(f"{told}{ann}: sqs:SendMessage\n", f"{folder}/apply.sh")
    # AWS does not know of all services which actions were used, and nothing of this one was.
    deployer = f"arn:aws:iam::{ACCOUNT}:role/Deployer"
    aws.used = {deployer: {"sqs": {"": after}}}
    w.refuses(f"{told}{deployer}: sqs:*\n", "role-Deployer-Gone/apply.sh")
    # A report takes a while.
    aws.used, aws.late = {}, 3
    w.apply("role-Reporter-Read")
    aws.late = 100
    w.refuses("does not tell in time", "policy-Shared/apply.sh")
    aws.late = 0
    # Half-way: what is denied by now counts as used, and keeps nobody from going on from whom it was taken.
    assert w.run(f"{QUEUES}/apply.sh", fault="refuse", fault_at=1) != 0
    aws.used = {reporter: {"sqs": {"SendMessage": after}}}
    w.refuses(told, f"{QUEUES}/apply.sh")
    aws.used = {}
    assert w.run(f"{QUEUES}/apply.sh", fault="refuse", fault_at=2) != 0
    assert in_its_place("role", "Reporter") == (False, True)
    aws.used = {reporter: {"sqs": {"SendMessage": after}}, ann: {"sqs": {"SendMessage": after}}}
    w.refuses(f"{told}{ann}: sqs:SendMessage\n", f"{QUEUES}/apply.sh")
    del aws.used[ann]
    w.apply(QUEUES)
    aws.used = {ann: {"sqs": {"SendMessage": after}}}
    assert w.run("apply-all.sh", "--dry-run") != 0 and "policy-Idle" in w.told
    aws.used = {}
    # The list of what has to be unused is the one that was written.
    with open(f"{w.folder}/policy-Idle/unused.txt", "a") as file:
        file.write("s3:GetObject\n")
    w.refuses("unused.txt is not the file", "policy-Idle/apply.sh")


@world
def exchanged_holder_of_a_policy_of_aws(w):
    detach("role", "Reporter", SQS)
    attach("role", "Stranger", SQS)
    w.refuses("role Stranger", f"{QUEUES}/apply.sh")
    w.refuses("role Stranger", f"{QUEUES}/apply.sh", "--dry-run")
    w.refuses("no applied.log", f"{QUEUES}/rollback.sh")
    w.refuses("role Stranger", "apply-all.sh", "--dry-run")
    detach("role", "Stranger", SQS)
    w.refuses("role Reporter does not have the policy any more", f"{QUEUES}/apply.sh")


@world
def exchanged_holder_of_an_own_policy(w):
    detach("role", "Deployer", SHARED)
    attach("role", "Stranger", SHARED)
    w.refuses("others have it", "policy-Shared/apply.sh")


@world
def exchanged_holder_of_an_emptied_policy(w):
    detach("user", "Ann", IDLE)
    attach("user", "Bob", IDLE)
    w.refuses("user Bob", "policy-Idle/apply.sh")
    detach("user", "Bob", IDLE)
    w.refuses("user Ann does not have the policy", "policy-Idle/apply.sh")


@world
def additional_holder(w):
    for arn, folder in ((SQS, QUEUES), (SHARED, "policy-Shared"), (IDLE, "policy-Idle")):
        attach("user", "Bob", arn)
        w.refuses("user Bob", f"{folder}/apply.sh")


@world
def member_joined_a_group(w):
    aws.do("iam", "add-user-to-group", "--user-name", "Bob", "--group-name", "Ops")
    for folder in (QUEUES, "policy-Idle", "group-Ops-Read"):
        w.refuses("in group Ops", f"{folder}/apply.sh")


@world
def member_left_a_group(w):
    aws.do("iam", "remove-user-from-group", "--user-name", "Ann", "--group-name", "Ops")
    w.refuses("in group Ops", f"{QUEUES}/apply.sh")


@world
def member_joined_after_applying(w):
    assert w.run("apply-all.sh") == 0, w.told
    aws.do("iam", "add-user-to-group", "--user-name", "Bob", "--group-name", "Ops")
    lost = ("user Bob", "group Ops")
    for folder in ("policy-Idle", "group-Ops-Read", QUEUES):
        assert w.rollback(folder, lost=lost) == 1 and "Bob" in w.told, w.told
    assert in_its_place("role", "Reporter") == (True, False)
    assert in_its_place("group", "Ops") == (False, True)
    # When he has left it, the rest is undone.
    aws.do("iam", "remove-user-from-group", "--user-name", "Bob", "--group-name", "Ops")
    for folder in ("policy-Idle", "group-Ops-Read", QUEUES):
        assert w.rollback(folder) == 0, w.told
    assert in_its_place("group", "Ops") == (True, False)


@world
def holder_added_after_applying(w):
    w.apply("policy-Shared")
    attach("role", "Stranger", SHARED)
    w.refuses("role Stranger", "policy-Shared/rollback.sh")


@world
def refined_policy_detached_on_purpose(w):
    w.apply(QUEUES)
    detach("role", "Reporter", NEW)
    assert w.rollback(QUEUES, lost=("role Reporter",)) == 1, w.told
    assert "role Reporter" in w.told
    assert in_its_place("role", "Reporter") == (False, False)
    assert in_its_place("role", ODD) == (True, False)
    assert in_its_place("group", "Ops") == (True, False)
    # The new policy is gone, since nobody has it.
    assert NEW not in aws.iam.managed_policies


@world
def refined_policy_given_to_another(w):
    w.apply(QUEUES)
    attach("role", "Stranger", NEW)
    assert w.rollback(QUEUES, lost=("role Stranger",)) == 1 and "role Stranger" in w.told, w.told
    assert in_its_place("role", "Stranger") == (False, True)
    assert in_its_place("role", "Reporter") == (True, False)


@world
def old_policy_attached_again(w):
    w.apply(QUEUES)
    attach("role", "Reporter", SQS)
    w.refuses("role Reporter has the old policy again", f"{QUEUES}/apply.sh")
    assert w.rollback(QUEUES) == 0, w.told
    assert in_its_place("role", "Reporter") == (True, False)


@world
def nothing_was_applied(w):
    detach("role", "Reporter", SQS)
    aws.do("iam", "delete-role-policy", "--role-name", "Deployer", "--policy-name", "Gone")
    detach("user", "Ann", IDLE)
    for folder in FOLDERS:
        w.refuses("no applied.log", f"{folder}/rollback.sh")


@world
def policies_edited_meanwhile(w):
    put("role", "Reporter", "Read", "s3:Get*", "s3:List*")
    version(SHARED, "s3:Get*")
    put("role", "Deployer", "Gone", "sqs:*")
    for folder in ("role-Reporter-Read", "role-Deployer-Gone"):
        w.refuses("does not hold before.json", f"{folder}/apply.sh")
    w.refuses("not as it was", "policy-Shared/apply.sh")


@world
def policies_edited_after_applying(w):
    assert w.run("apply-all.sh") == 0, w.told
    put("role", "Reporter", "Read", "s3:GetObject")
    put("role", "Deployer", "Gone", "s3:ListBucket")
    version(SHARED, "s3:PutObject")
    version(NEW, "sqs:ReceiveMessage")
    everybody = tuple(aws.allowed())
    for folder in ("role-Reporter-Read", "role-Deployer-Gone", "policy-Shared", QUEUES):
        held = w.state()
        assert w.rollback(folder, lost=everybody) == 1, w.told
        assert w.state() == held and not aws.changes, w.told


@world
def same_policy_in_another_order(w):
    text = w.json("role-Reporter-Read/before.json")
    turned = {key: text[key] for key in reversed(list(text))}
    turned["Statement"] = [dict(reversed(list(one.items()))) for one in turned["Statement"]]
    aws.do("iam", "put-role-policy", "--role-name", "Reporter", "--policy-name", "Read",
           "--policy-document", json.dumps(turned))  # fmt: skip
    w.apply("role-Reporter-Read")
    assert w.rollback("role-Reporter-Read") == 0, w.told


@world
def deleted_principals(w):
    assert w.run("apply-all.sh") == 0, w.told
    detach("role", "Reporter", NEW)
    detach("role", "Reporter", SHARED)
    aws.do("iam", "delete-role-policy", "--role-name", "Reporter", "--policy-name", "Read")
    aws.do("iam", "delete-role", "--role-name", "Reporter")
    aws.do("iam", "delete-user-policy", "--user-name", "Ann", "--policy-name", "Read")
    aws.do("iam", "remove-user-from-group", "--user-name", "Ann", "--group-name", "Ops")
    aws.do("iam", "delete-user", "--user-name", "Ann")
    assert w.rollback(QUEUES) == 0 and "gone: role Reporter" in w.told, w.told
    assert in_its_place("role", ODD) == (True, False)
    assert w.rollback("policy-Idle") == 0 and "gone: user Ann" in w.told, w.told
    assert w.rollback("policy-Shared") == 0, w.told
    for folder in ("role-Reporter-Read", "user-Ann-Read"):
        assert w.rollback(folder) == 1 and "any more" in w.told, w.told
    w.anew()
    detach("role", "Reporter", SQS)
    detach("role", "Reporter", SHARED)
    aws.do("iam", "delete-role-policy", "--role-name", "Reporter", "--policy-name", "Read")
    aws.do("iam", "delete-role", "--role-name", "Reporter")
    w.refuses("role Reporter", f"{QUEUES}/apply.sh")
    w.refuses("others have it", "policy-Shared/apply.sh")
    w.refuses("does not have role Reporter any more", "role-Reporter-Read/apply.sh")


def made_anew(role):
    """Deletes a role, and makes another one of its name with the same policies."""
    own = next(own for own in aws.iam.roles.values() if own.name == role)
    attached, inline = list(own.managed_policies), dict(own.policies)
    for arn in attached:
        detach("role", role, arn)
    for called in inline:
        aws.do("iam", "delete-role-policy", f"--role-name={role}", f"--policy-name={called}")
    aws.do("iam", "delete-role", f"--role-name={role}")
    aws.do("iam", "create-role", f"--role-name={role}", "--assume-role-policy-document", TRUST)
    for arn in attached:
        attach("role", role, arn)
    for called, text in inline.items():
        aws.do("iam", "put-role-policy", f"--role-name={role}", f"--policy-name={called}",
               "--policy-document", text)  # fmt: skip


@world
def role_made_anew(w):
    """Another role has the name of the one that was reviewed, and the same policies."""
    made_anew("Reporter")
    made_anew("Deployer")
    for folder in ("role-Reporter-Read", "role-Deployer-Gone"):
        w.refuses("is another one now", f"{folder}/apply.sh")
    w.refuses("others have it", "policy-Shared/apply.sh")
    w.refuses("role Reporter", f"{QUEUES}/apply.sh")
    assert "nobody looked at what they use" in w.told, w.told
    # Nor is it given the successor, where the old policy was detached first.
    w.anew()
    assert w.run(f"{QUEUES}/apply.sh", "--detach-first", fault="refuse", fault_at=2) != 0
    made_anew("Reporter")
    w.refuses("is another one now", f"{QUEUES}/apply.sh", limit=w.before)


@world
def user_made_anew(w):
    """So it is with users, and with members of groups."""
    aws.do("iam", "remove-user-from-group", "--user-name", "Ann", "--group-name", "Ops")
    detach("user", "Ann", IDLE)
    aws.do("iam", "delete-user-policy", "--user-name", "Ann", "--policy-name", "Read")
    aws.do("iam", "delete-user", "--user-name", "Ann")
    aws.do("iam", "create-user", "--user-name", "Ann")
    put("user", "Ann", "Read", "s3:Get*")
    w.refuses("is another one now", "user-Ann-Read/apply.sh")
    attach("user", "Ann", IDLE)
    w.refuses("user Ann", "policy-Idle/apply.sh")
    assert "nobody looked at what they use" in w.told, w.told
    detach("user", "Ann", IDLE)
    aws.do("iam", "add-user-to-group", "--user-name", "Ann", "--group-name", "Ops")
    for folder in ("group-Ops-Read", QUEUES, "policy-Idle"):
        w.refuses("in group Ops", f"{folder}/apply.sh")


@world
def made_anew_after_applying(w):
    """What was taken from one is not given to another of its name."""
    assert w.run("apply-all.sh") == 0, w.told
    made_anew("Reporter")
    made_anew("Deployer")
    lost = ("role Reporter", "role Deployer")
    for folder in ("role-Reporter-Read", "role-Deployer-Gone"):
        held = w.state()
        assert w.rollback(folder, lost=lost) == 1 and "another one has its name" in w.told, w.told
        assert w.state() == held
    assert w.rollback("policy-Shared", lost=lost) == 1 and "have got the policy since" in w.told
    # It has the successor, which therefore stays.
    assert w.rollback(QUEUES, lost=lost) == 1, w.told
    assert "gone: role Reporter, and another one has its name" in w.told, w.told
    assert in_its_place("role", "Reporter") == (False, True)
    assert in_its_place("role", ODD) == (True, False)
    # A user who has joined a group anew is another one.
    aws.do("iam", "remove-user-from-group", "--user-name", "Ann", "--group-name", "Ops")
    aws.do("iam", "delete-user-policy", "--user-name", "Ann", "--policy-name", "Read")
    aws.do("iam", "delete-user", "--user-name", "Ann")
    aws.do("iam", "create-user", "--user-name", "Ann")
    aws.do("iam", "add-user-to-group", "--user-name", "Ann", "--group-name", "Ops")
    lost = ("user Ann", "group Ops")
    assert w.rollback("policy-Idle", lost=lost) == 1 and "joined it" in w.told, w.told
    assert "gone: user Ann, and another one has its name" in w.told, w.told


@world
def dry_run_of_a_rollback(w):
    before = w.state()
    for folder in FOLDERS:
        w.refuses("no applied.log", f"{folder}/rollback.sh", "--dry-run")
    assert w.run("apply-all.sh") == 0, w.told
    applied = w.state()

    def logs():
        told = {}
        for folder in FOLDERS:
            with open(f"{w.folder}/{folder}/applied.log") as log:
                told[folder] = log.read()
        return told

    written = logs()
    would_be_done = {}
    for folder in FOLDERS:
        assert w.rollback(folder, "--dry-run") == 0 and "nothing was changed" in w.told, w.told
        assert w.state() == applied and not aws.changes and logs() == written
        would_be_done[folder] = w.told.count("would be done: ")
    for folder in FOLDERS:
        assert w.rollback(folder) == 0, w.told
        assert len(aws.changes) == would_be_done[folder] > 0, (folder, aws.changes)
    assert w.state() == before
    # What would be left is named.
    w.apply(QUEUES)
    detach("role", "Reporter", NEW)
    attach("role", "Stranger", NEW)
    lost = ("role Reporter", "role Stranger")
    held = w.state()
    assert w.rollback(QUEUES, "--dry-run", lost=lost) == 1, w.told
    assert "left as it is: role Reporter" in w.told and "role Stranger" in w.told, w.told
    assert w.state() == held and not aws.changes
    with open(f"{w.folder}/{QUEUES}/applied.log") as log:
        assert "rollback" not in log.read()


@world
def all_rolled_back(w):
    before = w.state()
    # Nothing is applied: there is nothing to take back.
    assert w.rollback("rollback-all.sh") == 0 and not aws.changes, w.told
    assert w.told.count("passed over") == len(FOLDERS), w.told
    assert w.run("apply-all.sh") == 0, w.told
    order = [line for line in w.told.splitlines() if line in FOLDERS]
    applied = w.state()
    assert w.rollback("rollback-all.sh", "--dry-run") == 0, w.told
    assert w.state() == applied and not aws.changes and "would be done" in w.told, w.told
    assert w.rollback("rollback-all.sh", cwd="/") == 0 and "All is taken back" in w.told, w.told
    assert [line for line in w.told.splitlines() if line in FOLDERS] == order[::-1] != order, w.told
    assert w.state() == before
    assert w.rollback("rollback-all.sh") == 0 and not aws.changes, w.told
    # One that cannot be taken back keeps nothing from the others, and is named.
    assert w.run("apply-all.sh", shell="bash") == 0, w.told
    detach("role", "Reporter", NEW)
    assert w.rollback("rollback-all.sh", shell="bash") == 1, w.told
    assert w.told.rstrip().endswith(f"put right:\n  {QUEUES}"), w.told
    left = [folder for folder in FOLDERS if os.path.exists(f"{w.folder}/{folder}/applied.log")]
    assert left == [QUEUES], left
    attach("role", "Reporter", SQS)
    assert w.state() == before


@world
def interrupted_rollback_of_all(w):
    assert w.run("apply-all.sh") == 0, w.told
    code = w.rollback("rollback-all.sh", fault="interrupt", fault_at=0)
    assert code != 0 and len(aws.changes) == 1, (code, aws.changes, w.told)
    assert w.rollback("rollback-all.sh") == 0, w.told


@world
def sixth_version(w):
    for action in ("s3:Get*", "s3:List*", "s3:Put*"):
        version(SHARED, action, default=False)
    held = w.state()
    w.refuses("five versions", "policy-Shared/apply.sh")
    w.refuses("usage", "policy-Shared/apply.sh", "--now")
    w.apply("policy-Shared", "--dry-run", "--delete-oldest-version")
    assert w.state() == held
    w.apply("policy-Shared", "--delete-oldest-version")
    assert w.json("policy-Shared/deleted-v1.json") == json.loads(policy("s3:*"))
    assert w.rollback("policy-Shared") == 0, w.told


@world
def made_version_is_one_of_two(w):
    """Another version was put in force after apply.sh, and back."""
    w.apply("policy-Shared")
    version(SHARED, "s3:GetObject")
    w.refuses("which apply.sh did not make", "policy-Shared/rollback.sh")
    aws.do("iam", "set-default-policy-version", "--policy-arn", SHARED, "--version-id", "v3")
    assert w.rollback("policy-Shared") == 0, w.told


@world
def ten_policies_attached(w):
    for number in range(8):
        create(f"Filler{number}", "s3:GetObject")
        attach("role", "Reporter", f"arn:aws:iam::{ACCOUNT}:policy/Filler{number}")
    w.refuses("has 10 policies attached", f"{QUEUES}/apply.sh")
    w.apply(QUEUES, "--detach-first")
    assert in_its_place("role", "Reporter") == (False, True)
    assert w.rollback(QUEUES) == 1 and "role Reporter" in w.told, w.told
    assert in_its_place("role", "Reporter") == (False, True)
    assert w.rollback(QUEUES, "--detach-first") == 0, w.told
    assert in_its_place("role", "Reporter") == (True, False)


@world
def aws_changed_its_policy(w):
    w.apply(QUEUES)
    newer = aws.iam.managed_policies[SQS]
    was = newer.default_version_id
    newer.versions[0].version_id = newer.default_version_id = "v99"
    w.refuses("version v99", f"{QUEUES}/rollback.sh")
    assert w.rollback(QUEUES, "--newer-version") == 0, w.told
    build()
    w.refuses("not as it was", f"{QUEUES}/apply.sh")
    newer.versions[0].version_id = newer.default_version_id = was


@world
def judged_to_allow_more(w):
    aws.verdict = "FAIL"
    for folder in ("role-Reporter-Read", "policy-Shared", QUEUES):
        w.refuses("allows what before.json does not", f"{folder}/apply.sh")


@world
def new_policy_is_there_already(w):
    create("AmazonSQSFullAccess-refined", "sqs:*")
    w.refuses("there is a policy", f"{QUEUES}/apply.sh")


@world
def other_files(w):
    for name in ("before.json", "after.json"):
        path = f"{w.folder}/role-Reporter-Read/{name}"
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text + " ")
        for script in ("apply.sh", "rollback.sh"):
            w.refuses(name, f"role-Reporter-Read/{script}")
        with open(path, "w") as file:
            file.write(text)
    w.apply("role-Reporter-Read")
    os.remove(f"{w.folder}/role-Reporter-Read/before.json")
    w.refuses("before.json", "role-Reporter-Read/rollback.sh")


@world
def another_folder_of_the_same_name(w):
    """With CDPATH, `cd NAME` may go elsewhere."""
    elsewhere = f"{w.at}/elsewhere"
    shutil.copytree(f"{w.folder}/role-Reporter-Read", f"{elsewhere}/role-Reporter-Read")
    with open(f"{elsewhere}/role-Reporter-Read/after.json", "w") as file:
        file.write(policy("s3:*"))
    aws.watch(aws.allowed())
    code, told = aws.script("role-Reporter-Read/apply.sh", cwd=w.folder, CDPATH=elsewhere)
    assert code == 0 and not aws.violations, (told, aws.violations)
    assert os.path.exists(f"{w.folder}/role-Reporter-Read/applied.log")


@world
def odd_environment(w):
    env = {"IFS": "/", "AWS_DEFAULT_OUTPUT": "yaml", "LC_ALL": "C", "GREP_OPTIONS": "-i",
           "name": "x", "ended": "finished", "dry_run": "yes", "left": "yes"}  # fmt: skip
    for shell in ("sh", "bash"):
        held = w.state()
        for folder in FOLDERS:
            w.apply(folder, shell=shell, **env)
        assert w.state() != held
        for folder in FOLDERS:
            assert w.rollback(folder, shell=shell, **env) == 0, w.told
        assert w.state() == held


@world
def other_credentials(w):
    for script in ("apply.sh", "rollback.sh"):
        path = f"{w.folder}/role-Reporter-Read/{script}"
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(re.sub("meant=.*", "meant=210987654321", text))
        w.refuses(f"credentials of account {ACCOUNT}", f"role-Reporter-Read/{script}")


@world
def unknown_arguments(w):
    for script in ("apply.sh", "rollback.sh"):
        for folder in FOLDERS:
            w.refuses("usage", f"{folder}/{script}", "--force")
            w.refuses("usage", f"{folder}/{script}", "")
    w.refuses("usage", "apply-all.sh", "--detach-first")
    w.refuses("usage", "rollback-all.sh", "--newer-version")


@world
def two_at_once(w):
    lock = f"{w.folder}/{QUEUES}/applied.lock"

    def held_by(process, host):
        os.mkdir(lock)
        with open(f"{lock}/holder", "w") as holder:
            holder.write(f"{process} {host}\n")

    held_by(os.getpid(), os.uname().nodename)
    w.refuses(f"another script runs here: process {os.getpid()}", f"{QUEUES}/apply.sh")
    shutil.rmtree(lock)
    w.apply(QUEUES)
    assert not os.path.exists(lock)
    held_by(1, "elsewhere")
    w.refuses("process 1 of elsewhere", f"{QUEUES}/rollback.sh")
    # A dry run looks, and needs no lock.
    assert w.rollback(QUEUES, "--dry-run") == 0 and os.path.exists(lock), w.told
    w.anew()
    wanted = w.state()
    aws.watch(aws.allowed())
    ends = []

    def apply():
        ends.append(aws.script(f"{w.folder}/{QUEUES}/apply.sh"))

    runs = [threading.Thread(target=apply) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(code for code, _ in ends) in ([0, 1, 1], [0, 0, 1], [0, 0, 0]), ends
    assert not aws.violations and len(aws.changes) == 7, (aws.violations, aws.changes)
    assert w.rollback(QUEUES) == 0 and w.state() == wanted, w.told


@world
def interrupted_while_it_looks(w):
    """Ctrl-C between two changes, and before the first."""
    for at in (0, 9, 20):
        w.anew()
        wanted = w.state()
        code = w.run(f"{QUEUES}/apply.sh", fault="interrupt", fault_at=f"read {at}")
        assert code != 0 and not os.path.exists(f"{w.folder}/{QUEUES}/applied.lock"), w.told
        w.apply(QUEUES)
        assert w.rollback(QUEUES) == 0 and w.state() == wanted, w.told


@world
def log_that_cannot_be_written(w):
    for folder in (QUEUES, "policy-Shared", "role-Reporter-Read"):
        log = f"{w.folder}/{folder}/applied.log"
        os.mkdir(log)
        w.refuses("applied.log", f"{folder}/apply.sh")
        w.refuses("applied.log", f"{folder}/rollback.sh")
        os.rmdir(log)
        # A half line, as a power cut leaves it.
        with open(log, "w") as file:
            file.write("begin detach role Rep")
        w.apply(folder)
        assert w.rollback(folder) == 0, w.told


@world
def folder_taken_away(w):
    held = w.state()
    for folder in FOLDERS[:-2]:
        shutil.move(f"{w.folder}/{folder}", w.at)
    assert w.run("apply-all.sh") == 0 and "passed over" in w.told, w.told
    for folder in FOLDERS[-2:]:
        shutil.move(f"{w.folder}/{folder}", f"{w.at}/moved-{folder}")
        shutil.move(f"{w.at}/moved-{folder}", f"{w.folder}/elsewhere {folder}")
        assert w.rollback(f"elsewhere {folder}") == 0, w.told
    assert w.state() == held


FAULTS = ("kill before", "kill after", "refuse", "lose answer", "interrupt")


def each_fault(w, faults, changes, run):
    """Runs a script with each of the faults at each of its first changes, or at these."""
    for fault in faults:
        for at in range(changes) if isinstance(changes, int) else changes:
            w.anew()
            assert run(fault, at), (fault, at)


def unlock(w, script):
    """What a person does after a script was killed."""
    if os.path.exists(f"{w.folder}/{script}/applied.lock"):
        w.refuses("process", f"{script}/apply.sh")
        assert "does not run any more" in w.told and "rm -r applied.lock" in w.told, w.told
        shutil.rmtree(f"{w.folder}/{script}/applied.lock")


def faults(w, script, changes, undone, *options):
    """With a fault at one of its calls: applying goes on, and rolling back undoes all; or both say
    what is not known."""
    held = w.state()
    w.apply(script, *options)
    applied = w.state()

    def apply_goes_on(fault, at):
        code = w.run(f"{script}/apply.sh", *options, fault=fault, fault_at=at)
        reached = len(aws.changes) > at
        if fault == "interrupt":
            # It ends between two calls, and no call is cut short.
            assert not os.path.exists(f"{w.folder}/{script}/applied.lock")
            with open(f"{w.folder}/{script}/applied.log") as log:
                assert log.read().splitlines()[-1].startswith("finished")
        unlock(w, script)
        if code != 0:
            # What was detached first is given its narrower successor.
            code = w.run(f"{script}/apply.sh", *options, limit=w.before)
        settled(w, applied, code, fault, script)
        return reached

    def rollback_after_apply(fault, at):
        w.run(f"{script}/apply.sh", *options, fault=fault, fault_at=at)
        reached = len(aws.changes) > at
        unlock(w, script)
        settled(w, held, w.rollback(script, *options), fault, script)
        return reached

    def rollback_goes_on(fault, at):
        w.apply(script, *options)
        code = w.rollback(script, *options, fault=fault, fault_at=at)
        reached = len(aws.changes) > at
        unlock(w, script)
        if code != 0 and os.path.exists(f"{w.folder}/{script}/applied.log"):
            code = w.rollback(script, *options)
        settled(w, held, code, fault, script)
        return reached

    each_fault(w, FAULTS, changes, apply_goes_on)
    each_fault(w, ("kill after", "refuse", "lose answer"), changes, rollback_after_apply)
    each_fault(w, ("kill after", "refuse", "interrupt"), undone, rollback_goes_on)


@world
def faults_at_a_policy_of_aws(w):
    faults(w, QUEUES, 4, 3)


@world
def faults_when_detaching_first(w):
    faults(w, QUEUES, 3, 3, "--detach-first")


@world
def faults_at_an_own_policy(w):
    faults(w, "policy-Shared", 1, 2)


@world
def faults_at_an_emptied_policy(w):
    faults(w, "policy-Idle", 2, 2)


@world
def taken_away_by_others_after_a_kill(w):
    """Before its call the script is killed, and somebody does by hand what it was about to do."""
    assert w.run("policy-Idle/apply.sh", fault="kill before", fault_at=0) != 0
    unlock(w, "policy-Idle")
    for kind, name in (("user", "Ann"), ("group", "Ops")):
        detach(kind, name, IDLE)
    held = w.state()
    assert w.rollback("policy-Idle", lost=("user Ann", "group Ops")) == 1, w.told
    assert "not known" in w.told and w.state() == held, w.told
    assert w.run("role-Deployer-Gone/apply.sh", fault="kill before", fault_at=0) != 0
    unlock(w, "role-Deployer-Gone")
    aws.do("iam", "delete-role-policy", "--role-name", "Deployer", "--policy-name", "Gone")
    held = w.state()
    assert w.rollback("role-Deployer-Gone", lost=("role Deployer",)) == 1, w.told
    assert "not known" in w.told and w.state() == held, w.told


@world
def faults_at_inline_policies(w):
    faults(w, "role-Reporter-Read", 1, 1)
    w.anew()
    faults(w, "role-Deployer-Gone", 1, 1)


# What may stay open, since nobody can know whether the script or somebody else did it: a call that
# takes something away and whose end nobody wrote down. It was killed, or its answer was lost.
OPEN = {
    ("kill after", "role-Deployer-Gone"), ("kill after", "policy-Idle"), ("kill after", QUEUES),
    ("kill before", QUEUES),
    ("kill after", "role-Deployer-Long"), ("lose answer", "role-Deployer-Long"),
    ("kill after", "user-Ann-Long"), ("lose answer", "user-Ann-Long"),
    ("lose answer", "role-Deployer-Gone"), ("lose answer", "policy-Idle"), ("lose answer", QUEUES),
}  # fmt: skip
seen_open = {}


def settled(w, wanted, code, fault, script):
    if w.state() == wanted and code == 0:
        return
    if (fault, script) in OPEN and code != 0 and "not known" in w.told:
        seen_open[fault, script] = seen_open.get((fault, script), 0) + 1
        return
    raise AssertionError((fault, script, code, w.told, w.state(), wanted))


@world
def the_judge_sees_what_grants(w):
    """Scripts with a fault in them, which the counter has to catch."""

    def planted(script, old, new, run):
        path = f"{w.folder}/{script}"
        with open(path) as file:
            text = file.read()
        assert old in text, (script, old)
        with open(path, "w") as file:
            file.write(text.replace(old, new))
        try:
            run()
        except AssertionError as error:
            assert "is given" in str(error), error
        else:
            raise Exception(f"nobody saw what {script} grants")
        with open(path, "w") as file:
            file.write(text)

    # It attaches where the old policy is not attached, and does not mind who has it.
    planted(f"{QUEUES}/apply.sh", "    refuse \"$1 $2 does not have", "    todo=attach; : \"", lambda: (
        detach("role", "Reporter", SQS), w.apply(QUEUES)))  # fmt: skip
    w.anew()
    planted(f"{QUEUES}/apply.sh", "\nswap role Reporter", "\nattach role Stranger", lambda: w.apply(QUEUES))
    w.anew()
    # It rolls back what was detached on purpose.
    w.apply(QUEUES)
    detach("role", "Reporter", NEW)
    planted(f"{QUEUES}/rollback.sh", "${attach:-failed}\" = failed", "$attach\" = finished",
            lambda: w.rollback(QUEUES, lost=("role Reporter",)))  # fmt: skip


# Policies that become too long.

LONG = f"arn:aws:iam::{ACCOUNT}:policy/Long"
SPLIT_FOLDERS = ["policy-Long", "role-Deployer-Long", "user-Ann-Long", QUEUES]


def long_policy(most):
    """A policy that comes close to so many characters, and is longer when it is refined. Of what the
    judge knows something is at its start, in its middle and at its end."""

    def text(fillers):
        names = [f"s3:Filler{place:04}" for place in range(fillers)]
        return policy("s3:Get*", "s3:PutObject", *names, "sns:Publish", *names, "iam:PassRole")

    fillers = next(n for n in range(1000, 0, -1) if len("".join(text(n).split())) <= most)
    return text(fillers)


def build_long():
    """The world that is reviewed, where policies become too long."""
    build(build_long_anew)
    # What AWS has of its own is not built anew.
    of_aws = next(own for own in aws.iam.aws_managed_policies if own.arn == SQS)
    version = next(version for version in of_aws.versions if version.is_default)
    version.document = long_policy(13_000)


def build_long_anew():
    aws.reset()
    for role in ("Reporter", "Deployer", "Stranger"):
        aws.do("iam", "create-role", f"--role-name={role}", "--assume-role-policy-document", TRUST)
    for user in ("Ann", "Bob"):
        aws.do("iam", "create-user", "--user-name", user)
    aws.do("iam", "create-group", "--group-name", "Ops")
    aws.do("iam", "add-user-to-group", "--user-name", "Ann", "--group-name", "Ops")
    for owner, most in ((("role", "Deployer"), 10_240), (("user", "Ann"), 2_048)):
        kind, name = owner
        aws.do("iam", f"put-{kind}-policy", f"--{kind}-name={name}", "--policy-name=Long",
               "--policy-document", long_policy(most))  # fmt: skip
    aws.do("iam", "create-policy", "--policy-name=Long", "--policy-document", long_policy(6_144))
    for kind, name, arn in (("role", "Reporter", LONG), ("group", "Ops", LONG), ("role", "Reporter", SQS),
                            ("role", "Deployer", SQS)):  # fmt: skip
        attach(kind, name, arn)


def pieces_of(folder, w):
    names = sorted(name for name in os.listdir(f"{w.folder}/{folder}") if name.startswith("after"))
    return [w.json(f"{folder}/{name}") for name in names]


def beside(folder, w):
    """The ARNs of the policies that are made beside one."""
    with open(f"{w.folder}/{folder}/apply.sh") as file:
        return re.findall(r"^  \d\) arn=(\S+)", file.read(), re.MULTILINE)


def needed(w):
    """What everybody has to be allowed at every moment: what they are when all is applied."""
    assert w.run("apply-all.sh") == 0, w.told
    w.floor = aws.allowed()
    w.anew()


@split_world
def split_there_and_back(w):
    assert [len(pieces_of(folder, w)) for folder in SPLIT_FOLDERS] == [2, 2, 1, 3]
    for folder in SPLIT_FOLDERS:
        for piece in pieces_of(folder, w):
            assert len("".join(json.dumps(piece, ensure_ascii=False).split())) <= 6_144
    held = w.state()
    assert w.run("apply-all.sh", "--dry-run") == 0, w.told
    assert w.state() == held and not aws.changes
    needed(w)
    assert w.run("apply-all.sh") == 0, w.told
    applied = w.state()
    # Nobody has lost what was used, and nobody has what was not.
    for who, before in w.before.items():
        lost = {action for action, _ in before - aws.allowed()[who]}
        assert lost <= {"s3:GetBucketAcl"}, (who, lost)
        assert lost or not before
    reporter = applied[0]["role", "Reporter"][0]
    assert SQS not in reporter and LONG in reporter and len(reporter) == 5, reporter
    assert applied[0]["role", "Deployer"][1] == {} and applied[0]["user", "Ann"][1] == {}
    # Run again, nothing is done.
    assert w.run("apply-all.sh") == 0 and not aws.changes, w.told
    for folder in SPLIT_FOLDERS:
        assert w.rollback(folder, "--dry-run") == 0, w.told
        assert w.state()[1] == applied[1]
    for folder in SPLIT_FOLDERS:
        assert w.rollback(folder) == 0, w.told
    assert w.state() == held


@split_world
def split_faults_at_an_own_policy(w):
    needed(w)
    faults(w, "policy-Long", (0, 2, 3), (1, 3, 4))


@split_world
def split_faults_at_a_policy_of_aws(w):
    needed(w)
    # The new policies are made and attached, then one takes the place of the old one: where it
    # goes from one to the next.
    faults(w, QUEUES, (1, 5, 6, 8), (3, 6, 8, 10))


@split_world
def split_faults_at_inline_policies(w):
    needed(w)
    faults(w, "role-Deployer-Long", (1, 3, 4), (0, 2, 4))
    w.anew()
    faults(w, "user-Ann-Long", (1, 2), (0, 1))


@split_world
def split_without_room(w):
    """Ten policies at most: at no moment are there more."""

    def fill(kind, name, count):
        for place in range(count):
            arn = f"arn:aws:iam::{ACCOUNT}:policy/Fill{place}"
            if arn not in aws.iam.managed_policies:
                create(f"Fill{place}", "s3:ListBucket")
            attach(kind, name, arn)

    fill("role", "Reporter", 9)
    held = aws.iam.roles
    reporter = next(role for role in held.values() if role.name == "Reporter")
    # One more is needed for the own policy, and three more for that of AWS: it has eleven.
    w.refuses("policies attached", "policy-Long/apply.sh")
    w.refuses("policies attached", f"{QUEUES}/apply.sh")
    for place in range(1):
        detach("role", "Reporter", f"arn:aws:iam::{ACCOUNT}:policy/Fill{place}")
    w.refuses("1 more are needed, and AWS allows 10", "policy-Long/apply.sh")
    detach("role", "Reporter", f"arn:aws:iam::{ACCOUNT}:policy/Fill1")
    w.before = aws.allowed()
    w.apply("policy-Long")
    assert len(reporter.managed_policies) == 10
    w.refuses("10 policies attached, and AWS allows 10", f"{QUEUES}/apply.sh")
    # The old one is detached before the new one is attached, and two are beside it.
    w.refuses("2 more are needed, and AWS allows 10", f"{QUEUES}/apply.sh", "--detach-first")
    for place in (2, 3):
        detach("role", "Reporter", f"arn:aws:iam::{ACCOUNT}:policy/Fill{place}")
    w.apply(QUEUES, "--detach-first")
    assert len(reporter.managed_policies) == 10
    assert w.rollback(QUEUES, "--detach-first") == 0, w.told
    assert w.rollback("policy-Long") == 0, w.told


@split_world
def split_and_changed_meanwhile(w):
    attach("user", "Bob", LONG)
    w.refuses("others have it", "policy-Long/apply.sh")
    detach("user", "Bob", LONG)
    [made] = beside("policy-Long", w)
    create(made.rpartition("/")[2], "s3:GetObject")
    w.refuses("was not made here", "policy-Long/apply.sh")
    w.anew()
    # Somebody gives what is beside it to another, who keeps it.
    w.apply("policy-Long")
    attach("user", "Bob", made)
    assert w.rollback("policy-Long", lost=("user Bob",)) == 1 and "user Bob" in w.told, w.told
    assert LONG in next(r for r in aws.iam.roles.values() if r.name == "Reporter").managed_policies
    w.anew()
    # What was detached on purpose is not attached again.
    w.apply("policy-Long")
    detach("role", "Reporter", made)
    w.run("policy-Long/apply.sh")
    assert not aws.changes, aws.changes
    assert w.rollback("policy-Long") == 0, w.told
    w.anew()
    # Nor when it was detached half-way.
    assert w.run("policy-Long/apply.sh", fault="kill before", fault_at=3) != 0
    unlock(w, "policy-Long")
    detach("role", "Reporter", made)
    w.refuses("though it was attached here", "policy-Long/apply.sh")
    assert w.rollback("policy-Long") == 0, w.told
    w.anew()
    # What is beside it was changed by somebody.
    w.apply("policy-Long")
    version(made, "s3:GetObject")
    w.refuses("was changed since", "policy-Long/rollback.sh", limit=w.before)
    w.anew()
    # Not all else can be undone: what is beside it stays.
    w.apply(QUEUES)
    new = [arn for arn in aws.iam.managed_policies if "SQSFullAccess-refined" in arn]
    assert len(new) == 3, new
    detach("role", "Deployer", NEW)
    assert w.rollback(QUEUES, lost=("role Deployer",)) == 1, w.told
    assert "what was attached beside it" in w.told
    deployer = next(role for role in aws.iam.roles.values() if role.name == "Deployer")
    assert len(set(new) & set(deployer.managed_policies)) == 2
    w.anew()
    # Another role of the name gets nothing.
    assert w.run("role-Deployer-Long/apply.sh", fault="kill before", fault_at=2) != 0
    unlock(w, "role-Deployer-Long")
    made_anew("Deployer")
    w.refuses("is another one now", "role-Deployer-Long/apply.sh")


@split_world
def the_judge_sees_what_is_lacking(w):
    needed(w)
    path = f"{w.folder}/policy-Long/apply.sh"
    with open(path) as file:
        text = file.read()
    assert "\ngive group Ops" in text
    with open(path, "w") as file:
        file.write(text.replace("\ngive group Ops", "\n: give group Ops"))
    try:
        w.apply("policy-Long")
    except AssertionError as error:
        assert "group Ops lacks iam:PassRole" in str(error), error
    else:
        raise Exception("nobody saw what group Ops lacks")
    with open(path, "w") as file:
        file.write(text)


def main():
    program, *chosen = sys.argv[1:]
    program = os.path.abspath(program)
    at = tempfile.mkdtemp()
    for build_one, worlds, expected, options in (
        (build, WORLDS, FOLDERS, []),
        (build_long, SPLIT_WORLDS, SPLIT_FOLDERS, ["--if-too-long", "split"]),
    ):
        build_one()
        own = tempfile.mkdtemp(dir=at)
        reviewed = refine(program, own, *options)
        folders = sorted(entry.name for entry in os.scandir(reviewed) if entry.is_dir())
        assert folders == sorted(expected), folders
        scripts = [f"{reviewed}/{name}/{script}" for name in folders
                   for script in ("apply.sh", "rollback.sh")]  # fmt: skip
        all_of_them = [f"{reviewed}/{which}-all.sh" for which in ("apply", "rollback")]
        subprocess.run(["shellcheck", *all_of_them, *scripts], check=True)
        for name, test in worlds.items():
            if chosen and name not in chosen:
                continue
            build_one()
            w = World(reviewed, build_one)
            try:
                test(w)
            except BaseException:
                print(f"FAILED: {name}", file=sys.stderr)
                raise
            print(f"ok: {name}", flush=True)
            shutil.rmtree(w.at)
    print(f"{len(chosen or WORLDS | SPLIT_WORLDS)} worlds, and nobody was given more")
    for (fault, script), times in sorted(seen_open.items()):
        print(f"left open, and said so: {fault} in {script}, {times} times")
    shutil.rmtree(at)
    aws.end()


if __name__ == "__main__":
    main()
